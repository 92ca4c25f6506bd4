"""Biographies: from what a person typed or an editor sent to the short HTML that is kept, and back into a textarea.

There is one way in, ``clean``. Whatever was sent is read, brought into one shape, written anew with a short list of
tags, and passed through nh3 as the last word: neither an editor nor this module is believed. Everything that is kept
came this way, and cleaning it again changes nothing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
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
from byline.richtext import html_reader, lines, markdown

if TYPE_CHECKING:
    import nh3

LONGEST = 10_000
"""Characters in a biography, without its tags."""
LONGEST_SENT = 200_000
"""Characters of HTML or Markdown that are looked at."""
MOST_LINKS = 100
"""Links in a biography."""

TAGS = frozenset({"p", "br", "em", "strong", "cite", "a", "ul", "ol", "li"})
"""All tags that a biography may have. ``a`` has ``href``, and nothing else has attributes."""
SCHEMES = frozenset({"http", "https", "mailto"})
"""All schemes that a link may have."""

_FIELD = "author_bio"
_MOST_TAGS = 2_000
_LONGEST_KEPT = 60_000
_LONGEST_TYPED = 60_000  # without the addresses of links; what is kept is never longer in Markdown
_ADDRESSES = re.compile(r"\]\((?:[^\s()\\]|\\.|\([^\s()]*\))*")


def clean(html: str) -> str:
    """The biography that HTML says, as it is kept: tags of ``TAGS``, judged links, one way to write each thing.

    Raises ``Invalid`` for ``author_bio`` if there is too much of it.
    """
    if len(html) > LONGEST_SENT:
        raise Invalid({_FIELD: BIO_HAS_HIDDEN_FORMATTING})
    read = html_reader.read(html)
    length = len(lines.to_plain(read))
    if length > LONGEST:
        raise Invalid({_FIELD: BioTooLong(length, LONGEST)})
    kept = lines.to_html(read)
    if kept.count("<a ") > MOST_LINKS:
        raise Invalid({_FIELD: BioHasTooManyLinks(MOST_LINKS)})
    if kept.count("<") > _MOST_TAGS or len(kept) > _LONGEST_KEPT:
        raise Invalid({_FIELD: BIO_HAS_TOO_MUCH_FORMATTING})
    return _last_word().clean(kept)


def plain(html: str) -> str:
    """The text of a kept biography: for descriptions, for counting, for places that take no tags."""
    return lines.to_plain(html_reader.read(html))


def from_markdown(text: str) -> str:
    """The biography that light Markdown says, as it is kept.

    Stars make italics and bold, ``[label](address)`` a link, ``- `` and ``1. `` lists; an empty line ends a paragraph,
    and a new line is a new line. The tags of ``TAGS`` may be typed; any other is text.

    Raises ``Invalid`` for ``author_bio`` if there is too much of it.
    """
    if len(text) > LONGEST_SENT or len(_ADDRESSES.sub("", text)) > _LONGEST_TYPED:
        raise Invalid({_FIELD: BioFarTooLong(LONGEST)})
    return clean(markdown.to_html(text))


@lru_cache(maxsize=256)
def to_markdown(html: str) -> str:
    """A kept biography for a textarea: ``from_markdown`` makes exactly the same biography of it.

    Remembers the last ones: an author at work has the same text put into the editor again and again.
    """
    return markdown.written(html_reader.read(html))


def from_form(text: str, bio_format: str) -> str:
    """The biography that a form sent, as it is kept; ``bio_format`` is ``markdown`` or ``html``.

    Raises ``Invalid`` for ``author_bio``.
    """
    if bio_format == "html":
        return clean(text)
    if bio_format == "markdown":
        return from_markdown(text)
    raise Invalid({_FIELD: BIO_FORMAT_UNKNOWN})


@cache
def _last_word() -> nh3.Cleaner:
    import nh3  # noqa: PLC0415 - a page view needs none

    return nh3.Cleaner(tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel=None)
