"""What the pages about one author have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.richtext import sanitize

if TYPE_CHECKING:
    from datetime import datetime

    from byline.messages.message import Message
    from byline.profiles.model import Profile

PORTRAIT_WIDTH: Final = 288
"""Pixels of the portrait at the head, on a screen that has two for one."""
_MOST_ABOUT = 300


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One line of what happened; ``by`` is a name or ""."""

    at: datetime
    sentence: Message
    by: str | Message


def first_lines(profile: Profile) -> str:
    """The short biography, or else how the biography begins."""
    text = profile.content.summary or " ".join(sanitize.plain_text(profile.content.bio).split())
    return text if len(text) <= _MOST_ABOUT else text[:_MOST_ABOUT].rpartition(" ")[0].rstrip(" ,;:") + "…"
