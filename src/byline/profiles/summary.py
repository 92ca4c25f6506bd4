"""The short biography: one line of plain text for lists, previews and the press kit."""

from __future__ import annotations

from typing import Final

from byline.errors import Invalid
from byline.messages.books import SUMMARY_HAS_CONTROL_CHARACTER, SummaryTooLong
from byline.richtext.invisible import find_unsafe, tidy_line

LONGEST: Final = 300
"""Characters in a short biography."""


def from_form(text: str) -> str:
    """The short biography in a form, line breaks made spaces; ``Invalid`` for ``author_summary``."""
    line = tidy_line(" ".join(text.split()))
    if len(line) > LONGEST:
        raise Invalid({"author_summary": SummaryTooLong(len(line), LONGEST)})
    if find_unsafe(line) is not None:
        raise Invalid({"author_summary": SUMMARY_HAS_CONTROL_CHARACTER})
    return line
