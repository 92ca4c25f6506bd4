"""The biography of a Word file, as the form gets it; what the file may be is tested with ``richtext/docx.py``."""

from __future__ import annotations

import pytest
from tests.word_files import p, packed, r

from byline.messages import documents as said
from byline.profiles import documents

FILE = packed(p(r("In the file.")))
HTML = "<p>In the file.</p>"


@pytest.mark.parametrize(
    ("typed", "html", "message"),
    [
        ("", HTML, said.DOCUMENT_READ),
        ("<p>Live.</p>", HTML, said.DOCUMENT_READ),
        (HTML, HTML, said.DOCUMENT_READ),
        ("<p>Typed.</p>", f"<p>Typed.</p>{HTML}", said.DOCUMENT_ADDED),
    ],
)
def test_it_takes_the_place_of_all_but_what_was_typed_and_not_saved(typed: str, html: str, message: object) -> None:
    assert documents.biography_from(FILE, typed=typed, live="<p>Live.</p>") == (html, message)
