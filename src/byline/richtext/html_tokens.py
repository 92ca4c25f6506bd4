"""HTML of any origin as texts, tags and style sheets, in time proportional to its length."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXT_ONLY = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_WANTED = frozenset({"style", "href", "class", "id", "alt", "role", "hidden"})

_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_TAG = re.compile(r"<(/?)([A-Za-z][^ \t\n\r\f/>]*)")
_TAG_END = re.compile(r"[ \t\n\r\f/]*>")
_ATTRIBUTE = re.compile(
    r"""[ \t\n\r\f/]*([^ \t\n\r\f/>][^ \t\n\r\f/>=]*)"""
    r"""(?:[ \t\n\r\f]*=[ \t\n\r\f]*(?:"([^"]*)"|'([^']*)'|([^ \t\n\r\f>]*)))?"""
)
_COMMENT_END = re.compile(r"--!?>")
_CLOSINGS = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in _TEXT_ONLY}


class Start(NamedTuple):
    """An opening tag with those of its attributes that the reader looks at."""

    name: str
    attributes: Mapping[str, str]


class End(NamedTuple):
    """A closing tag."""

    name: str


class Sheet(NamedTuple):
    """The content of a style element."""

    css: str


def tokens(html: str) -> Iterator[str | Start | End | Sheet]:
    """Texts, decoded once, tags and style sheets, without comments, declarations and the content of scripts."""
    at = 0
    while at < len(html):
        opening = _OPENING.search(html, at)
        tag_at = opening.start() if opening else len(html)
        if tag_at > at:
            yield unescape(html[at:tag_at])
            at = tag_at
            continue
        tag = _TAG.match(html, tag_at)
        if tag:
            attributes, at = _attributes(html, tag.end())
            if at < 0:
                return
            name = tag[2].lower()
            yield End(name) if tag[1] else Start(name, attributes)
            if name in _TEXT_ONLY and not tag[1]:
                closing = _CLOSINGS[name].search(html, at)
                ends_at = closing.start() if closing else len(html)
                if name == "style":
                    yield Sheet(html[at:ends_at])
                at = ends_at
        else:
            at = _after_comment(html, tag_at)


def _attributes(html: str, at: int) -> tuple[dict[str, str], int]:
    """The wanted attributes of a tag, and where the tag ends (-1: never)."""
    found: dict[str, str] = {}
    while not (end := _TAG_END.match(html, at)):
        attribute = _ATTRIBUTE.match(html, at)
        if attribute is None:
            return found, -1
        name = attribute[1].lower()
        if name in _WANTED and name not in found:
            found[name] = unescape(attribute[2] or attribute[3] or attribute[4] or "")
        at = attribute.end()
    return found, end.end()


def _after_comment(html: str, at: int) -> int:
    """Where a comment or a declaration ends. An unclosed one takes the rest with it, as in a browser."""
    if html.startswith("<!--", at):
        end = _COMMENT_END.search(html, at + 2)
        return end.end() if end else len(html)
    close = html.find(">", at)
    return close + 1 if close >= 0 else len(html)
