"""What arrives when people paste: the HTML that word processors and mail programs put on the clipboard."""

# ruff: noqa: E501, RUF001 - clipboards have long lines and all kinds of signs

from __future__ import annotations

import pytest

from byline.richtext import sanitize

WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal, li.MsoNormal {mso-style-parent:""; margin:0cm; font-size:12.0pt} i {color: red} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoNormal><span lang=EN-US style='mso-ansi-language:EN-US'>Ana Lima’s first novel,
<i style='mso-bidi-font-style:normal'>The Salt Road</i>, won&nbsp;the <b style='mso-bidi-font-weight:normal'>Prize</b>.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>She lives in <st1:place w:st="on">Porto</st1:place><span style='display:none;mso-hide:all'>not seen</span>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-bidi-font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]><i>Salt</i>, 2001<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span
style='mso-list:Ignore'>a)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><!--[endif]-->in Danish<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp;</span></span><![endif]>Road, 2004<o:p></o:p></p>
<!--EndFragment--></body></html>"""

WORD_ONLINE = """<div class="OutlineElement Ltr SCXW1"><p class="Paragraph SCXW1" xml:lang="EN-GB" paraid="1" style="font-weight:normal;font-style:normal">
<span data-contrast="auto" class="TextRun SCXW1" style="font-size:12pt"><span class="NormalTextRun">Ana wrote&nbsp;</span></span><span
class="TextRun SCXW1" style="font-style:italic"><span class="NormalTextRun">The Salt Road</span></span><span class="EOP" style="font-size:12pt">&nbsp;</span></p></div>
<div class="ListContainerWrapper SCXW1"><ul class="BulletListStyle1" role="list"><li data-leveltext="" class="OutlineElement"><p class="Paragraph">
<span class="TextRun">One</span><span class="EOP">&nbsp;</span></p></li></ul></div>
<div class="ListContainerWrapper SCXW1"><ul class="BulletListStyle1" role="list"><li class="OutlineElement"><p class="Paragraph">Two</p></li></ul></div>"""

GOOGLE_DOCS = """<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-0a1b2c3d"><h2 dir="ltr"
style="line-height:1.38;"><span style="font-size:16pt;font-weight:400;font-style:normal;">About</span></h2><p dir="ltr" style="line-height:1.38;"><span
style="font-size:11pt;font-family:Arial;font-weight:400;font-style:normal;white-space:pre-wrap;">Ana wrote </span><span
style="font-size:11pt;font-weight:400;font-style:italic;">The Salt Road</span><span style="font-weight:400;font-style:normal;">, a </span><span
style="font-weight:700;font-style:normal;">bold</span><span style="font-weight:400"> book; </span><a href="https://example.org/salt"
style="text-decoration:none;"><span style="color:#1155cc;font-weight:400;text-decoration:underline;">read it</span></a><span
style="font-weight:400">.</span></p><br><ul style="margin-top:0;"><li dir="ltr" style="list-style-type:disc;font-weight:400;" aria-level="1"><p dir="ltr"
role="presentation"><span style="font-weight:400;">One</span></p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr"><span>Deeper</span></p></li></ul><li
dir="ltr" aria-level="1"><p dir="ltr"><span>Two</span></p></li></ul></b><br class="Apple-interchange-newline">"""

LIBREOFFICE = """<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/><title></title>
<style type="text/css">@page { size: 21cm 29.7cm } p { margin-bottom: 0.25cm }</style></head>
<body lang="en-GB" dir="ltr"><p style="line-height: 100%; margin-bottom: 0cm">
Ana wrote <span style="font-style: italic">The
Salt Road</span> and <i><span style="font-weight: normal">others</span></i><font face="Liberation Serif, serif">.</font></p>
<p><br/>

</p>
<ol><li><p style="margin-bottom: 0cm">One</p></li><li><p><b>Two</b></p></li></ol></body></html>"""

APPLE_PAGES = """<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><html><head>
<meta name="Generator" content="Cocoa HTML Writer"><style type="text/css">p.p1 {margin: 0.0px; font: 11.0px Helvetica} span.s1 {font-kerning: none}</style></head>
<body><p class="p1"><span class="s1">Ana wrote </span><i>The Salt Road</i><span class="s1">.<span class="Apple-converted-space">&nbsp;</span></span></p>
<p class="p2"><span class="s1"></span><br></p><ul class="ul1"><li class="li1"><span class="s2"></span><span class="s1">One</span></li></ul></body></html>"""

GMAIL = """<div dir="ltr">Ana wrote <i>The Salt Road</i>.<div><br></div><div>She lives in&nbsp;Porto.</div><div>Write to <a
href="mailto:ana@example.org" target="_blank">Ana</a><br clear="all"><br>Bye</div></div>"""

QUILL = """<p>Ana&nbsp;wrote&nbsp;<em>The&nbsp;Salt&nbsp;Road</em>.</p><p><br></p><p class="ql-align-center"><span style="color: rgb(0, 0, 0);">She
lives.</span></p><p><a href="https://example.org" rel="noopener noreferrer" target="_blank">site</a></p>"""

LINK = '<a href="https://a.org">'
SALT_ROAD = "<em>The Salt Road</em>"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        pytest.param(
            WORD,
            f"<p>Ana Lima’s first novel, {SALT_ROAD}, won the <strong>Prize</strong>.</p><p>She lives in Porto.</p>"
            "<ul><li><em>Salt</em>, 2001<ol><li>in Danish</li></ol></li><li>Road, 2004</li></ul>",
            id="word",
        ),
        pytest.param(WORD_ONLINE, f"<p>Ana wrote {SALT_ROAD}</p><ul><li>One</li><li>Two</li></ul>", id="word online"),
        pytest.param(
            GOOGLE_DOCS,
            f"<p><strong>About</strong></p><p>Ana wrote {SALT_ROAD}, a <strong>bold</strong> book; "
            '<a href="https://example.org/salt">read it</a>.</p><ul><li>One<ul><li>Deeper</li></ul></li><li>Two</li></ul>',
            id="google docs",
        ),
        pytest.param(
            LIBREOFFICE,
            f"<p>Ana wrote {SALT_ROAD} and <em>others</em>.</p><ol><li>One</li><li><strong>Two</strong></li></ol>",
            id="libreoffice",
        ),
        pytest.param(APPLE_PAGES, f"<p>Ana wrote {SALT_ROAD}.</p><ul><li>One</li></ul>", id="apple pages"),
        pytest.param(
            GMAIL,
            f'<p>Ana wrote {SALT_ROAD}.</p><p>She lives in Porto.</p><p>Write to <a href="mailto:ana@example.org">Ana</a></p>'
            "<p>Bye</p>",
            id="gmail",
        ),
        pytest.param(
            QUILL,
            f'<p>Ana wrote {SALT_ROAD}.</p><p>She lives.</p><p><a href="https://example.org">site</a></p>',
            id="quill",
        ),
    ],
)
def test_italics_links_and_lists_survive_the_clipboard_and_nothing_else_does(pasted: str, kept: str) -> None:
    assert sanitize.clean(pasted) == kept
    assert sanitize.clean(kept) == kept
    assert sanitize.from_markdown(sanitize.to_markdown(kept)) == kept


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("", ""),
        (" \n&nbsp;<p></p><p><br></p><div>\u200b</div>", ""),
        ("Ana", "<p>Ana</p>"),
        ("a &amp; b &lt; c &amp;amp; “d”", "<p>a &amp; b &lt; c &amp;amp; “d”</p>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("a<br>\n <br/>b<br>", "<p>a</p><p>b</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<div>b</div>c</p>d", "<p>a</p><p>b</p><p>c</p><p>d</p>"),
        ("<div><div>a</div></div><section>b</section>", "<p>a</p><p>b</p>"),
        ("<i>a</i><b>b</b>", "<p><em>a</em><strong>b</strong></p>"),
        ("<em>a</em><em>b</em>", "<p><em>ab</em></p>"),
        ("<em>a</em> <em>b</em>", "<p><em>a</em> <em>b</em></p>"),
        ("<em> a </em>b", "<p><em>a</em> b</p>"),
        ("a<em>   </em>b<strong></strong>", "<p>a b</p>"),
        ("<em>a<strong>b</strong></em>", "<p><em>a<strong>b</strong></em></p>"),
        ("<strong>a<em>b</strong>c</em>", "<p><strong>a<em>b</em></strong>c</p>"),
        ("<em>a<p>b</p>c</em>", "<p><em>a</em></p><p><em>b</em></p><p><em>c</em></p>"),
        ("<p><em>a</p><p>b</p>", "<p><em>a</em></p><p>b</p>"),
        ("<h1>a <em>b</em></h1>", "<p><strong>a <em>b</em></strong></p>"),
        ("<cite>a</cite> <u>c</u> <small>d</small>", "<p><cite>a</cite> c d</p>"),
        ("<span style='FONT-WEIGHT: 600'>a</span><span style='font-weight:500'>b</span>", "<p><strong>a</strong>b</p>"),
        ("<i>a<span style='font-style:normal'>b</span></i>", "<p><em>a</em>b</p>"),
        ("<span style='font-style:oblique;color:red'>a</span>", "<p><em>a</em></p>"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        (
            "a<blockquote>b<ul><li>c</ul></blockquote>d",
            "<p>a</p><blockquote><p>b</p><ul><li>c</li></ul></blockquote><p>d</p>",
        ),
        ("<blockquote>a</blockquote><blockquote>b<blockquote>c", "<blockquote><p>a</p><p>b</p><p>c</p></blockquote>"),
        ("<ul><li>a<blockquote>b</blockquote></ul>", "<ul><li>a<br>b</li></ul>"),
        (
            "<ul><li>a</ul><blockquote><ul><li>b</ul></blockquote>",
            "<ul><li>a</li></ul><blockquote><ul><li>b</li></ul></blockquote>",
        ),
        ("<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>a</blockquote>", "<p>a</p>"),
        ("<pre>a\n  b\n\nc</pre>", "<p>a<br>b</p><p>c</p>"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "<p>a b</p><p>c</p>"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "<p>a</p><p>b</p>"),
        ("a<hr>b", "<p>a</p><p>b</p>"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul>a<li>b<li>c</ul>", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("<ul><li>a</li></ul> <ul><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li>a</li></ul><ol><li>b</li></ol>", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("<ul><li><ul><li>a</li></ul></li></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li>a<p>b</p><br><br>c</li></ul>", "<ul><li>a<br>b<br>c</li></ul>"),
        ("<ul><li>a<ol><li>b</li></ol>c</li></ul>", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"),
        ("<ul><li>a</li></ul>b", "<ul><li>a</li></ul><p>b</p>"),
        ("<p>a<ul><li>b</ul>c", "<p>a</p><ul><li>b</li></ul><p>c</p>"),
        (
            "<ul><li>1<ul><li>2<ul><li>3<ul><li>4<ul><li>5</ul></ul></ul></ul></ul>",
            "<ul><li>1<ul><li>2<ul><li>3<ul><li>4</li><li>5</li></ul></li></ul></li></ul></li></ul>",
        ),
        ("<a href=https://a.org>a</a> <a href=https://a.org>b</a>", f"<p>{LINK}a</a> {LINK}b</a></p>"),
        ("<a href=https://a.org>a</a><a href=https://a.org>b</a>", f"<p>{LINK}ab</a></p>"),
        ("<a href=https://a.org>a<p>b</a>c", f"<p>{LINK}a</a></p><p>{LINK}b</a></p><p>c</p>"),
        ("<em>a<a href=https://a.org>b</em>c</a>", f"<p><em>a{LINK}b</a></em>c</p>"),
        (
            f"<em>a</em>{LINK}<em>b<strong>c</strong>d</em>e</a>",
            f"<p><em>a</em>{LINK}<em>b<strong>c</strong>d</em>e</a></p>",
        ),
        ("<em>a</em><a href=https://a.org><em>b</em>c</a>", f"<p><em>a</em>{LINK}<em>b</em>c</a></p>"),
        ("<em>a<a href=https://a.org>b</a>c</em>", f"<p><em>a{LINK}b</a>c</em></p>"),
        ("Jose\u0301 \u3000\u3000 a\u202fb", "<p>José \u3000\u3000 a\u202fb</p>"),
        ("a\u202eb\u2066c\u2069\u202c \u05d0\u200f!", "<p>abc \u05d0\u200f!</p>"),
        ("a\x00b\x07c\ud800d\ufdd0e\ufefff\x85g\u2028h", "<p>abcdef<br>g<br>h</p>"),
        ("&#0;&#xD800;&#x202e;&#x2028;a", "<p>\ufffd\ufffd<br>a</p>"),
    ],
)
def test_html_is_brought_into_one_shape(html: str, kept: str) -> None:
    assert sanitize.clean(html) == kept
    assert sanitize.clean(kept) == kept
