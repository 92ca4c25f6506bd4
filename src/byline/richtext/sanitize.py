"""Safe HTML from any HTML or light Markdown, and the same text back as Markdown or as plain text.

There is one way in, ``clean``: the input is read, normalised, written as new HTML with a short list of tags, and passed
through nh3. Everything that is stored came this way, and cleaning it again changes nothing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING, Literal, TypeAlias

from byline.richtext import html_reader, lines, markdown

if TYPE_CHECKING:
    import nh3

LONGEST = 10_000
"""Characters in a text, without its tags."""
LONGEST_SENT = 200_000
"""Characters of HTML or Markdown that are read."""
LONGEST_TYPED = 60_000
"""Characters of Markdown without the addresses of its links; what is stored is never longer."""
MOST_LINKS = 100
"""Links in a text."""

TAGS = frozenset({"p", "br", "em", "strong", "cite", "a", "ul", "ol", "li", "blockquote"})
"""All tags that a text may have. ``a`` has ``href``; there are no other attributes."""
SCHEMES = frozenset({"http", "https", "mailto"})
"""All schemes that a link may have."""

_MOST_TAGS = 2_000
_LONGEST_KEPT = 60_000
_ADDRESSES = re.compile(r"\]\((?:[^\s()\\]|\\.|\([^\s()]*\))*")
_TAG = re.compile(r'<(/?)([a-z]+)(?: href="[^"]*")?>')

Limit: TypeAlias = Literal["input", "characters", "links", "formatting"]


class TooMuch(ValueError):
    """A text exceeds a limit. ``actual`` is how many characters it has, where ``limit`` is "characters"."""

    def __init__(self, limit: Limit, actual: int = 0) -> None:
        super().__init__(limit)
        self.limit = limit
        self.actual = actual


def clean(html: str) -> str:
    """The text in HTML as it is stored: tags of ``TAGS``, safe links, one way to write each thing.

    Raises ``TooMuch``.
    """
    if len(html) > LONGEST_SENT:
        raise TooMuch("input")
    kept = normalised(html)
    length = len(plain_text(kept))
    if length > LONGEST:
        raise TooMuch("characters", length)
    if kept.count("<a ") > MOST_LINKS:
        raise TooMuch("links")
    if kept.count("<") > _MOST_TAGS or len(kept) > _LONGEST_KEPT:
        raise TooMuch("formatting")
    return purify(kept)


def normalised(html: str) -> str:
    """The text in HTML with tags of ``TAGS`` and safe links only, of any length: for a form that is shown again."""
    return lines.to_html(html_reader.read(html))


def purify(html: str) -> str:
    """HTML without anything but ``TAGS``, ``href`` and ``SCHEMES``, by nh3 alone: for HTML that was cleaned before.

    It costs a twentieth of ``clean``. What ``clean`` returned comes out unchanged.
    """
    return _purifier().clean(html)


def plain_text(kept: str) -> str:
    """The text of stored HTML: an empty line between paragraphs, a bullet or a number before an item.

    It is text and not HTML: escape it where it is shown.
    """
    first, *rest = _TAG.split(kept)
    pieces = [first]
    items: list[int | None] = []  # of each open list: the number of its last item, None for bullets
    block = ""
    for closing, tag, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if tag == "br":
            pieces.append("\n")
        elif tag == "blockquote":
            block = "p" if block else ""
        elif tag in {"ul", "ol"}:
            if not closing:
                items.append(0 if tag == "ol" else None)
            elif items:
                items.pop()
        elif tag in {"p", "li"} and not closing:
            if block:
                pieces.append("\n" if block == tag == "li" else "\n\n")
            block = tag
            if tag == "li" and items:
                number = items[-1]
                items[-1] = None if number is None else number + 1
                pieces.append("• " if number is None else f"{number + 1}. ")
        pieces.append(text)
    return unescape("".join(pieces))


def from_markdown(text: str) -> str:
    """The text in light Markdown as it is stored.

    Stars make italics and bold, ``[label](address)`` a link, ``- `` and ``1. `` lists, ``> `` a quotation. An empty
    line ends a paragraph, and a new line is a new line. The tags of ``TAGS`` may be typed; any other is text.

    Raises ``TooMuch``.
    """
    if len(text) > LONGEST_SENT or len(_ADDRESSES.sub("", text)) > LONGEST_TYPED:
        raise TooMuch("input")
    return clean(markdown.to_html(text))


@lru_cache(maxsize=256)
def to_markdown(html: str) -> str:
    """Stored HTML for a textarea: ``from_markdown`` makes exactly the same HTML of it.

    Cached, since an author at work opens the same text in the editor again and again.
    """
    return markdown.from_lines(html_reader.read(html))


@cache
def _purifier() -> nh3.Cleaner:
    import nh3  # noqa: PLC0415 - a page view needs none

    return nh3.Cleaner(tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel=None)
