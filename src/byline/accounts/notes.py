"""Notes: what a publisher writes to a person beside a decision, an answer or an invitation. The email quotes it."""

from __future__ import annotations

from typing import Final

from byline.errors import Invalid
from byline.messages.accounts import NOTE_HAS_CONTROL_CHARACTER, NoteTooLong

MOST_NOTE: Final = 2_000
"""Characters of a note."""


def check_note(note: str) -> str:
    """A note of at most 2,000 characters as it is kept; ``Invalid`` at ``note`` for any other."""
    text = note.replace("\r\n", "\n").strip()
    if len(text) > MOST_NOTE:
        raise Invalid({"note": NoteTooLong(MOST_NOTE)})
    if any(ord(character) < ord(" ") and character != "\n" for character in text):
        raise Invalid({"note": NOTE_HAS_CONTROL_CHARACTER})
    return text
