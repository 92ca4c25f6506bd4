"""What applies to text inside an element of HTML: its marks, its link, whether it is hidden, the lists around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from byline.richtext import urls
from byline.richtext.lines import CITE, EM, PLAIN, STRONG

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol", "menu", "dir"})
_MARKS = {"em": EM, "i": EM, "strong": STRONG, "b": STRONG, "cite": CITE}
_ITALIC = re.compile(r"(?:^|[;\s])font-style\s*:\s*(\w+)", re.IGNORECASE)
_WEIGHT = re.compile(r"(?:^|[;\s])font-weight\s*:\s*(\w+)", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"(?:^|[;\s])white-space(?:-collapse)?\s*:\s*([\w-]+)", re.IGNORECASE)
_PRESERVING = frozenset({"pre", "pre-wrap", "pre-line", "break-spaces", "preserve", "preserve-breaks"})
_BOLD_FROM = 600
_INDENTED = re.compile(r"(?:^|[;\s])border\s*:\s*(?:none|0)", re.IGNORECASE)
"""How mail programs write a block that is indented and no quotation."""


class State(NamedTuple):
    """What applies to text here: marks, link, whether it is hidden, and the open lists (ordered or not).

    ``local``: inside a link to another place of the same text. ``quoted``: inside a quotation that is in no list.
    """

    marks: int = PLAIN
    href: str = ""
    hidden: bool = False
    heading: bool = False
    preformatted: bool = False
    local: bool = False
    lists: tuple[bool, ...] = ()
    in_item: bool = False
    quoted: bool = False


def inside(state: State, name: str, attributes: Mapping[str, str], *, hidden: bool) -> State:
    """The state inside a tag."""
    style = attributes.get("style", "")
    lists = state.lists
    if name in LISTS:
        lists = (*lists, name == "ol")
    elif name == "li" and not lists:
        lists = (False,)
    href = attributes.get("href", "") if name == "a" else ""
    return State(
        marks=_marks(state, name, style),
        href=state.href if name != "a" else urls.safe_url(href) or "",
        hidden=state.hidden or hidden,
        heading=state.heading or name in HEADINGS,
        preformatted=_is_preformatted(state, name, style),
        local=state.local or href.startswith("#"),
        lists=lists,
        in_item=name == "li" or (state.in_item and name not in LISTS),
        quoted=state.quoted or (name == "blockquote" and not state.lists and not _INDENTED.search(style)),
    )


def _is_preformatted(state: State, name: str, style: str) -> bool:
    """Whether line breaks in the text are line breaks of the page."""
    asked = _WHITE_SPACE.findall(style)
    return asked[-1].lower() in _PRESERVING if asked else state.preformatted or name in {"pre", "listing"}


def _marks(state: State, name: str, style: str) -> int:
    """The marks inside a tag: its own, then those of its style, which is how word processors write them."""
    marks = state.marks | _MARKS.get(name, PLAIN)
    if style:
        for slant in _ITALIC.findall(style):
            marks = marks | EM if slant.lower() in {"italic", "oblique"} else marks & ~EM
        for weight in _WEIGHT.findall(style):
            heavy = int(weight) >= _BOLD_FROM if weight.isdecimal() else weight.lower() in {"bold", "bolder"}
            marks = marks | STRONG if heavy else marks & ~STRONG
    return marks | STRONG if state.heading or name in HEADINGS else marks
