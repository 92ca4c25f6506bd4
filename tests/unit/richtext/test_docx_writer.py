"""A biography as a Word file says what the biography says."""

from __future__ import annotations

import io
import zipfile

import mammoth
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from byline.richtext import sanitize
from byline.richtext.docx_writer import to_docx

BIO = sanitize.clean(
    '<p>Ana wrote <em>The Salt <strong>Road</strong></em> &amp; <a href="https://ana.example/?a=1&amp;b=2">more</a>.'
    "<br>She lives.</p><ul><li>one<ol><li>first</li><li>second</li></ol></li><li>two</li></ul><p>Then:</p>"
    "<ol><li>again</li></ol><blockquote><p>雪国 <cite>Kawabata</cite></p></blockquote>"
)


def html_of(body: bytes) -> str:
    """What another program reads in a Word file."""
    styles = "p[style-name='Quote'] => blockquote > p:fresh\np[style-name='Title'] => h1:fresh"
    result = mammoth.convert_to_html(io.BytesIO(body), style_map=styles)
    assert not result.messages, result.messages
    return str(result.value)


def test_formatting_lists_and_links_arrive() -> None:
    title, _, text = html_of(to_docx(BIO, "Ana & <Lima>")).partition("</h1>")
    assert title == "<h1>Ana &amp; &lt;Lima&gt;"
    assert sanitize.clean(text) == BIO.replace("cite>", "em>")


def test_the_same_text_makes_the_same_bytes() -> None:
    assert to_docx(BIO, "Ana") == to_docx(BIO, "Ana")


@settings(max_examples=50)
@given(st.text(max_size=200), st.text(max_size=40))
def test_whatever_was_typed_the_file_is_well_formed(text: str, title: str) -> None:
    title = "".join(each for each in title if each >= " " and not "\ud800" <= each <= "\udfff" and each < "\ufffe")
    bio = sanitize.normalised(text)
    with zipfile.ZipFile(io.BytesIO(to_docx(bio, title))) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
