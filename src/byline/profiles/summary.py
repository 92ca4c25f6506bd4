"""The short biography: one line of plain text for lists, previews and the press kit."""

from __future__ import annotations

import re
from typing import Final

from byline.errors import Invalid
from byline.messages.books import SUMMARY_HAS_CONTROL_CHARACTER, SummaryTooLong
from byline.richtext.invisible import find_unsafe, tidy_line

LONGEST: Final = 300
"""Characters in a short biography."""
_SHORTEST_SENTENCE: Final = 20
"""What ends sooner is an abbreviation or a greeting."""
_SENTENCE: Final = re.compile(r".{20,}?(?:[.!?…](?=\s|\Z)|[\u3002\uff01\uff1f])")


def suggestion(bio_text: str) -> str:
    """The first sentence of a biography's plain text, if it fits; else ""."""
    line = " ".join(bio_text.split())[: 3 * LONGEST]
    found = _SENTENCE.match(line)
    sentence = found[0].strip() if found else ""
    return sentence if _SHORTEST_SENTENCE <= len(sentence) <= LONGEST else ""


def from_form(text: str) -> str:
    """The short biography in a form, line breaks made spaces; ``Invalid`` for ``author_summary``."""
    line = tidy_line(" ".join(text.split()))
    if len(line) > LONGEST:
        raise Invalid({"author_summary": SummaryTooLong(len(line), LONGEST)})
    if find_unsafe(line) is not None:
        raise Invalid({"author_summary": SUMMARY_HAS_CONTROL_CHARACTER})
    return line
