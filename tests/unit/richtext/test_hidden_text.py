"""What word processors keep beside a text is not published with it."""

# ruff: noqa: E501 - clipboards have long lines

from __future__ import annotations

import pytest

from byline.richtext import sanitize

WORD_COMMENT = """<p class=MsoNormal>She <a style='mso-comment-reference:ED_1;mso-comment-date:20261126T1200'>lives</a><span
class=MsoCommentReference><span style='font-size:8.0pt'><![if !supportAnnotations]><a class=msocomanchor id="_anchor_1"
href="#_msocom_1" name="_msoanchor_1">[ED1]</a><![endif]><span style='mso-special-character:comment'>&nbsp;</span></span></span> in
Porto.</p><div style='mso-element:comment-list'><![if !supportAnnotations]><hr class=msocomoff align=left size=1 width="33%"><![endif]><div
style='mso-element:comment'><div id="_com_1" class=msocomtxt><p class=MsoCommentText>Is that <b>still</b> true?</p></div></div></div>"""

WORD_NOTE = """<p class=MsoNormal>She lives in Porto<a style='mso-footnote-id:ftn1' href="file:///C:/x/clip.htm#_ftn1" name="_ftnref1"
title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]><span
class=MsoFootnoteReference>[1]</span><![endif]></span></span></a>.</p><div style='mso-element:footnote-list'><![if
!supportFootnotes]><br clear=all><hr align=left size=1 width="33%"><![endif]><div style='mso-element:footnote' id=ftn1><p
class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="file:///C:/x/clip.htm#_ftnref1" name="_ftn1">[1]</a> Since 2001.</p></div></div>"""

GOOGLE_DOCS = """<p>She lives<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup> in Porto<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>.</p>
<hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span> Since 2001.</span></p></div><div style="border:1px solid black;margin:5px"><p><a
href="#cmnt_ref1" id="cmnt1">[a]</a><span>Is that still true?</span></p><p><span>And since when?</span></p></div>"""

LIBREOFFICE = """<p>She lives in Porto<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>.</p>
<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>Since 2001.</p></div>"""

PANDOC = """<p>She lives in Porto<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>.</p>
<section id="footnotes" class="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>Since 2001.<a href="#fnref1">↩</a></p></li></ol></section>"""

WIKIPEDIA = """<p>She lives in Porto<sup id="cite_ref-1" class="reference"><a href="https://en.wikipedia.org/wiki/Ana#cite_note-1">[1]</a></sup>.</p>
<ol><li id="cite_note-1"><a href="#cite_ref-1">^</a> Since 2001.</li></ol>"""

LIVES = "<p>She lives in Porto.</p>"


@pytest.mark.parametrize(
    "pasted",
    [
        pytest.param(WORD_COMMENT, id="comments of Word"),
        pytest.param(WORD_NOTE, id="footnotes of Word"),
        pytest.param(GOOGLE_DOCS, id="comments and footnotes of Google Docs"),
        pytest.param(LIBREOFFICE, id="footnotes of LibreOffice"),
        pytest.param(PANDOC, id="footnotes of Markdown"),
        pytest.param(WIKIPEDIA, id="references of Wikipedia"),
    ],
)
def test_comments_and_notes_stay_with_their_program(pasted: str) -> None:
    assert sanitize.clean(pasted) == LIVES
    assert sanitize.clean(f"{pasted}<p>She writes.</p>") == f"{LIVES}<p>She writes.</p>"


@pytest.mark.parametrize(
    "secret",
    [
        "<del cite='mailto:Ed' datetime='2026-11-26T12:00'>with her husband </del>",
        "<span class=msoDel>with her husband </span>",
        '<span class="TrackedChange TrackChangeTextDeletion SCXW1">with her husband </span>',
        "<s>with her husband </s>",
        "<span style='text-decoration:line-through'>with her husband </span>",
        "<span style='display:none;mso-hide:all'>with her husband </span>",
        "<span style='mso-hide:all'>with her husband </span>",
        "<span style='VISIBILITY: hidden'>with her husband </span>",
        "<span hidden>with her husband </span>",
        "<span class=sr-only>with her husband </span>",
        "<span class=Secret>with her husband </span>",
        "<span style='mso-element:field-begin'></span> HYPERLINK \"x\" <span style='mso-element:field-separator'></span>",
    ],
)
def test_what_was_deleted_or_is_hidden_is_not_published(secret: str) -> None:
    style = "<style><!-- span.Secret {mso-style-name:Secret; display:none; mso-hide:all} .Seen {color:red} --></style>"

    assert sanitize.clean(f"{style}<p>She {secret}lives <ins>in</ins> <span class=Seen>Porto</span>.</p>") == LIVES


@pytest.mark.parametrize(
    "html",
    [
        "<p>She lives in Porto.<p hidden>Gone<div>She writes.</div>",
        "<div><del><p>Gone</p></del><p>She lives in Porto.</p></div><p>She writes.",
        "<p>She lives in Porto.<del>Gone<p>She writes.",
        "<p>She lives in Porto.</p><p><a href='#fnref1'>1</a> Gone<p>She writes.",
        "<style>@media print{.seen{display:none}}</style><p>She lives in Porto.<p class=seen>She writes.",
        "<p>She <a href='#porto'>lives in Porto</a>.</p><p id=ftn class=note>She writes.",
    ],
)
def test_what_is_hidden_ends_where_it_ends_in_a_browser(html: str) -> None:
    assert sanitize.clean(html) == f"{LIVES}<p>She writes.</p>"
