"""A biography as a form sends it, and what is wrong with one that cannot be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.errors import Invalid
from byline.messages.pages import (
    BIO_FORMAT_UNKNOWN,
    BIO_HAS_HIDDEN_FORMATTING,
    BIO_HAS_TOO_MUCH_FORMATTING,
    BioFarTooLong,
    BioHasTooManyLinks,
    BioTooLong,
)
from byline.richtext import markdown, sanitize
from byline.richtext.sanitize import LONGEST, LONGEST_SENT, LONGEST_TYPED, MOST_LINKS, TooMuch

if TYPE_CHECKING:
    from byline.messages.message import Message

_READERS = {"html": sanitize.clean, "markdown": sanitize.from_markdown}


def from_form(text: str, bio_format: str) -> str:
    """The HTML to be stored for the biography in a form; ``bio_format`` is ``markdown`` or ``html``.

    Raises ``Invalid`` for ``author_bio``.
    """
    if bio_format not in _READERS:
        raise Invalid({"author_bio": BIO_FORMAT_UNKNOWN})
    try:
        return _READERS[bio_format](text)
    except TooMuch as excess:
        raise Invalid({"author_bio": _reason(excess, bio_format)}) from excess


def shown_again(text: str, bio_format: str) -> tuple[str, str]:
    """The biography in a form as light Markdown and as HTML, for a form that is shown again. Nothing is refused.

    A text that is too long to be read comes back as it is, without HTML ("").
    """
    if len(text) > (LONGEST_SENT if bio_format == "html" else LONGEST_TYPED):
        return text, ""
    if bio_format == "html":
        html = sanitize.normalised(text)
        return sanitize.to_markdown(html), html
    return text, sanitize.normalised(markdown.to_html(text))


def _reason(excess: TooMuch, bio_format: str) -> Message:
    if excess.limit == "characters":
        return BioTooLong(excess.actual, LONGEST)
    if excess.limit == "links":
        return BioHasTooManyLinks(MOST_LINKS)
    if excess.limit == "formatting":
        return BIO_HAS_TOO_MUCH_FORMATTING
    return BIO_HAS_HIDDEN_FORMATTING if bio_format == "html" else BioFarTooLong(LONGEST)
