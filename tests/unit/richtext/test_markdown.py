"""Light Markdown: what the marks mean, and that a textarea gives back what it was given."""

# ruff: noqa: RUF001 - dashes are part of what is tested

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.examples import examples
from tests.unit.richtext import biographies

from byline.richtext import html_reader, lines, sanitize

steady = settings(max_examples=examples(200))


@pytest.mark.parametrize(
    ("text", "bio"),
    [
        ("", ""),
        (" \n\t\n ", ""),
        ("Ana Lima", "<p>Ana Lima</p>"),
        ("*The Salt Road* and _Salt_", "<p><em>The Salt Road</em> and <em>Salt</em></p>"),
        ("**bold** and ***both***", "<p><strong>bold</strong> and <strong><em>both</em></strong></p>"),
        ("one\ntwo\r\nthree\rfour", "<p>one<br>two<br>three<br>four</p>"),
        ("one\n\ntwo\n \n\nthree", "<p>one</p><p>two</p><p>three</p>"),
        ("[my books](https://example.org/a)", '<p><a href="https://example.org/a">my books</a></p>'),
        ("[a *b*](example.org)", '<p><a href="https://example.org">a <em>b</em></a></p>'),
        ("[ana](ana@example.org)", '<p><a href="mailto:ana@example.org">ana</a></p>'),
        ("<https://example.org>", '<p><a href="https://example.org">https://example.org</a></p>'),
        ("<ana@example.org>", '<p><a href="mailto:ana@example.org">ana@example.org</a></p>'),
        ("https://example.org", "<p>https://example.org</p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("* one\n+ two\n•\tthree", "<ul><li>one</li><li>two</li><li>three</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("1) one\n1) two", "<ol><li>one</li><li>two</li></ol>"),
        ("Books:\n- one\n\n- two\n\nMore", "<p>Books:</p><ul><li>one</li><li>two</li></ul><p>More</p>"),
        ("- one\n  more\nand more\n\n  still", "<ul><li>one<br>more<br>and more<br>still</li></ul>"),
        (
            "- one\n  - in\n    1. deep\n- two",
            "<ul><li>one<ul><li>in<ol><li>deep</li></ol></li></ul></li><li>two</li></ul>",
        ),
        ("  - one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("- one\n1. two", "<ul><li>one</li></ul><ol><li>two</li></ol>"),
        ("1986. A good year", "<p>1986. A good year</p>"),
        ("12. März 1970", "<p>12. März 1970</p>"),
        ("1. one\n1986. no item", "<ol><li>one<br>1986. no item</li></ol>"),
        ("# 1\n---\n    code\n```", "<p># 1<br>---<br>code<br>```</p>"),
        ("a\n> b\n> c\n>\n> d\ne", "<p>a</p><blockquote><p>b<br>c</p><p>d</p></blockquote><p>e</p>"),
        ("> - a\n> - b\n\n> c", "<blockquote><ul><li>a</li><li>b</li></ul><p>c</p></blockquote>"),
        (">1000 copies\n\\> no quotation", "<p>&gt;1000 copies<br>&gt; no quotation</p>"),
        ("> > a", "<blockquote><p>&gt; a</p></blockquote>"),
        ("a\n===", "<p>a<br>===</p>"),
        ("-no -item", "<p>-no -item</p>"),
        ("2 * 3 * 4 and snake_case_name", "<p>2 * 3 * 4 and snake_case_name</p>"),
        (r"\*a\* \_b\_ \[c](d) \- \\", r"<p>*a* _b_ [c](d) - \</p>"),
        ("AT&T &amp; &lt;b&gt; &copy; &nope;", "<p>AT&amp;T &amp; &lt;b&gt; © &amp;nope;</p>"),
        ("I <3 a < b and <John Smith>", "<p>I &lt;3 a &lt; b and &lt;John Smith&gt;</p>"),
        ("<em>『雪国』</em>の", "<p><em>『雪国』</em>の</p>"),
        ("*『雪国』*の", "<p>*『雪国』*の</p>"),
        ("<CITE>a</CITE> <b>b</b> <i class='x'>c</i>", "<p><cite>a</cite> <strong>b</strong> <em>c</em></p>"),
        ("a<br>b<br />c", "<p>a<br>b<br>c</p>"),
        ("<p>a</p>\n\n<ul><li>b</li></ul>", "<p>a</p><ul><li>b</li></ul>"),
        ("<em>never closed\n\nnext", "<p><em>never closed</em></p><p>next</p>"),
        ('<a href="https://e.org" onclick="x">a</a>', '<p><a href="https://e.org">a</a></p>'),
        ("![a](https://e.org/x.png)", '<p>!<a href="https://e.org/x.png">a</a></p>'),
        ("[a](https://e.org 'title')", '<p><a href="https://e.org">a</a></p>'),
        ("[a]: https://e.org\n[a]", "<p>[a]: https://e.org<br>[a]</p>"),
        ("a\x00b", "<p>a\ufffdb</p>"),
        ("2*3 prizes for work on C*-algebras", "<p>2*3 prizes for work on C*-algebras</p>"),
        ("*-rings and C*-algebras", "<p>*-rings and C*-algebras</p>"),
        ("2**3 and 4**5, M*A*S*H", "<p>2**3 and 4**5, M*A*S*H</p>"),
        ("Prize*, *with others", "<p>Prize*, *with others</p>"),
        ("a 5* hotel and a 4* hotel", "<p>a 5* hotel and a 4* hotel</p>"),
        ("un*believ*able", "<p>un*believ*able</p>"),
        ("*Salt*-Road, (*Salt*)", "<p><em>Salt</em>-Road, (<em>Salt</em>)</p>"),
        ("小説*雪国*の作者", "<p>小説<em>雪国</em>の作者</p>"),
        ("*설국*은", "<p><em>설국</em>은</p>"),
        (
            "a line\u2028and\x0banother\x85one\u2029a paragraph",
            "<p>a line<br>and<br>another<br>one</p><p>a paragraph</p>",
        ),
    ],
)
def test_marks_mean_what_the_help_says(text: str, bio: str) -> None:
    assert sanitize.from_markdown(text) == bio
    assert sanitize.from_markdown(sanitize.to_markdown(bio)) == bio


@pytest.mark.parametrize(
    ("bio", "text"),
    [
        ("", ""),
        (
            "<p>Ana Lima (b. 1970) is a writer – and more: A&amp;B, 50% [sic], a_b!</p>",
            "Ana Lima (b. 1970) is a writer – and more: A&B, 50% [sic], a_b!",
        ),
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<p><em>Salt</em>, “<em>Road</em>” (<strong>x</strong>)</p>", "*Salt*, “*Road*” (**x**)"),
        ("<p>un<em>believ</em>able</p>", "un<em>believ</em>able"),
        ("<p>2*3 prizes, C*-algebras, M*A*S*H</p>", "2*3 prizes, C\\*-algebras, M*A*S*H"),
        ("<p><em>-ness</em></p>", "_-ness_"),
        ("<p><strong>a <em>b</em></strong></p>", "**a _b_**"),
        ("<p><strong><em>a</em></strong> b</p>", "***a*** b"),
        ("<p><em>a</em><strong>b</strong></p>", "*a*__b__"),
        ('<p><a href="https://e.org/Foo_(bar)"><em>Foo</em> [1]</a></p>', r"[*Foo* \[1\]](https://e.org/Foo_(bar))"),
        ('<p><a href="https://e.org/(">a</a></p>', r"[a](https://e.org/\()"),
        ('<p><a href="https://e.org/?a=1&amp;copy;=2">a</a></p>', r"[a](https://e.org/?a=1\&copy;=2)"),
        ("<p><cite>a</cite></p>", "<cite>a</cite>"),
        ("<p><em>『雪国』</em>の作者</p>", "<em>『雪国』</em>の作者"),
        ("<p>『<em>雪国</em>』の作者</p>", "『*雪国*』の作者"),
        ("<p>小説<em>雪国</em>の作者</p>", "小説*雪国*の作者"),
        ("<p>novel<em>—Wake—</em>won</p>", "novel<em>—Wake—</em>won"),
        ("<p>*a* _b_ `c` \\d &lt;em&gt; &lt;3 &amp;amp; [x](y)</p>", r"\*a\* \_b\_ `c` \\d \<em> <3 \&amp; \[x\](y)"),
        ("<p>- a<br>+ b<br>• c<br>1. d<br>2. e</p>", "\\- a\n\\+ b\n&bull; c\n1\\. d\n2. e"),
        ("<ol><li>a</li></ol><p>2. b</p><p>1986. c</p>", "1. a\n\n2\\. b\n\n1986. c"),
        ("<ul><li>a<br>b<ol><li>c</li></ol></li><li>d</li></ul><p>e</p>", "- a\n  b\n  1. c\n- d\n\ne"),
        ("<ol><li>a<ul><li>b</li></ul></li></ol><ul><li>c</li></ul>", "1. a\n   - b\n- c"),
    ],
)
def test_a_textarea_shows_ordinary_markdown_and_a_tag_only_where_it_must(bio: str, text: str) -> None:
    assert sanitize.clean(bio) == bio
    assert sanitize.to_markdown(bio) == text
    assert sanitize.from_markdown(text) == bio


@given(biographies.kept)
@steady
def test_a_textarea_gives_back_every_kept_biography(bio: str) -> None:
    kept = sanitize.clean(bio)

    assert sanitize.from_markdown(sanitize.to_markdown(kept)) == kept


@given(biographies.soups)
@steady
def test_a_textarea_gives_back_whatever_was_pasted_and_cleaned(soup: str) -> None:
    kept = sanitize.clean(soup)

    assert sanitize.clean(kept) == kept
    assert sanitize.from_markdown(sanitize.to_markdown(kept)) == kept


@given(biographies.typed)
@steady
def test_typing_saving_and_saving_again_changes_nothing(text: str) -> None:
    kept = sanitize.from_markdown(text)

    assert sanitize.clean(kept) == kept
    assert sanitize.from_markdown(sanitize.to_markdown(kept)) == kept


@given(biographies.kept)
@steady
def test_browsers_send_line_ends_of_two_signs_and_that_changes_nothing(bio: str) -> None:
    kept = sanitize.clean(bio)

    assert sanitize.from_markdown(sanitize.to_markdown(kept).replace("\n", "\r\n")) == kept


@pytest.mark.parametrize(
    "html",
    [
        "&" * 10_000,
        "•  <br>" * 900 + "*" * 8_000,
        "<ul><li>1<ol><li>2<ol><li>3<ol><li>4" + "<br>5" * 1_900,
        "<ol>" + "<li>1<ol><li>2</ol>" * 240,
        "".join(f"<a href='https://e.org/{'(' * 480}{n}'>[{n}](a)</a> " for n in range(100)),
        "<em>a</em><strong>b</strong>" * 480,
        "[" * 9_990 + "](",
    ],
    ids=["signs", "bullets", "rows", "items", "addresses", "marks", "brackets"],
)
def test_the_largest_biographies_fit_into_their_textarea_too(html: str) -> None:
    kept = sanitize.clean(html)

    assert sanitize.clean(kept) == kept
    assert sanitize.from_markdown(sanitize.to_markdown(kept)) == kept


def test_the_plain_text_has_paragraphs_rows_and_items() -> None:
    bio = "<p>a <em>b</em><br>c</p><ul><li>d<ol><li>e &amp; f</li></ol></li><li>g</li></ul><ol><li>h</li></ol><p>i</p>"

    assert sanitize.plain_text(bio) == "a b\nc\n\n• d\n1. e & f\n• g\n1. h\n\ni"
    assert sanitize.plain_text("") == ""


@given(biographies.kept)
@steady
def test_the_plain_text_is_every_line_with_its_marker(bio: str) -> None:
    kept = sanitize.clean(bio)

    read = lines.number_items(html_reader.read(kept))
    expected = [marker.replace("-", "•") + "".join(run.text for run in line.runs) for line, marker in read]
    assert sanitize.plain_text(kept).replace("\n\n", "\n") == "\n".join(expected)
