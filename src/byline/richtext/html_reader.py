"""HTML of any origin, read into lines of marked runs.

Deliberately not a browser's parser. A browser builds a tree and reopens unclosed tags in each new paragraph, so that
16 kB of unclosed tags become a third of a gigabyte. This reader makes one pass, keeps a bounded list of open tags and
no tree, and takes over nothing but text, marks and safe links. Its result is written as new HTML, so safety does not
depend on understanding a tag as a browser would.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from byline.richtext import urls
from byline.richtext.lines import (
    BREAK,
    CITE,
    DEEPEST_LIST,
    EM,
    PLAIN,
    STRONG,
    Line,
    Run,
    normalise_levels,
    normalise_runs,
    strip_unsafe,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEEPEST = 100  # open tags; deeper ones are ignored, their text is kept
_MARKS = {"em": EM, "i": EM, "strong": STRONG, "b": STRONG, "cite": CITE}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_BLOCKS = _HEADINGS | frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "figure", "figcaption", "address"}
    | {"blockquote", "pre", "hr", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "form"}
    | {"fieldset", "legend", "center", "details", "summary", "body", "html", "hgroup", "search", "optgroup", "option"}
)
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "track", "wbr"}
)
_TEXT_ONLY = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_HIDDEN = frozenset({"noscript", "template", "svg", "math", "select", "object", "audio", "video", "canvas", "xml"})
_WANTED = frozenset({"style", "href", "class"})

_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_TAG = re.compile(r"<(/?)([A-Za-z][^ \t\n\r\f/>]*)")
_TAG_END = re.compile(r"[ \t\n\r\f/]*>")
_ATTRIBUTE = re.compile(
    r"""[ \t\n\r\f/]*([^ \t\n\r\f/>][^ \t\n\r\f/>=]*)"""
    r"""(?:[ \t\n\r\f]*=[ \t\n\r\f]*(?:"([^"]*)"|'([^']*)'|([^ \t\n\r\f>]*)))?"""
)
_COMMENT_END = re.compile(r"--!?>")
_CLOSINGS = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in _TEXT_ONLY}

_ITALIC = re.compile(r"(?:^|[;\s])font-style\s*:\s*(\w+)", re.IGNORECASE)
_WEIGHT = re.compile(r"(?:^|[;\s])font-weight\s*:\s*(\w+)", re.IGNORECASE)
_UNSEEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)
_WORD_LIST = re.compile(r"mso-list\s*:\s*(?:l\d+\s+level(\d)|(ignore))", re.IGNORECASE)
_WORD_NUMBER = re.compile(r"\s*\(?(?:\d+|[a-z]|[ivxlc]+)[.)]", re.IGNORECASE)
_BOLD_FROM = 600


class Start(NamedTuple):
    """An opening tag with its style, href and class, where it has them."""

    name: str
    attributes: Mapping[str, str]


class End(NamedTuple):
    """A closing tag."""

    name: str


def read(html: str) -> tuple[Line, ...]:
    """The lines in HTML, in time proportional to its length. Nothing is refused."""
    reader = _Reader()
    for token in tokens(html):
        if isinstance(token, str):
            reader.text(token)
        elif isinstance(token, Start):
            reader.start(token.name, token.attributes)
        else:
            reader.end(token.name)
    return reader.finish()


def tokens(html: str) -> Iterator[str | Start | End]:
    """Texts, decoded once, and tags. Comments, declarations and the content of scripts and the like are left out."""
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
                at = closing.start() if closing else len(html)
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


class _State(NamedTuple):
    """What applies to text here: marks, link, whether it is hidden, and the open lists (ordered or not)."""

    marks: int = PLAIN
    href: str = ""
    hidden: bool = False
    heading: bool = False
    preformatted: bool = False
    lists: tuple[bool, ...] = ()
    in_item: bool = False


class _Reader:
    """The state here, the open tags around it, and the pieces of the current line."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[Run] = []
        self._state = _State()
        self._open: list[tuple[str, _State]] = []
        self._word_level = 0
        self._word_mark: list[str] = []

    def text(self, text: str) -> None:
        """Add text."""
        state = self._state
        if state.hidden:
            if self._word_level:
                self._word_mark.append(text)
            return
        if state.preformatted:
            for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
                if number:
                    self._break()
                self._pieces.append(Run(strip_unsafe(line), state.marks, state.href))
        else:
            self._pieces.append(Run(strip_unsafe(text), state.marks, state.href))

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Open a tag."""
        if not self._state.hidden:
            self._make_room(name)
        if name in _VOID or len(self._open) >= _DEEPEST:
            return
        self._open.append((name, self._state))
        self._state = _inside(self._state, name, attributes)
        if name == "p" and not self._state.lists:
            listed = _WORD_LIST.search(attributes.get("style", ""))
            self._word_level = int(listed[1] or 0) if listed else 0

    def end(self, name: str) -> None:
        """Close a tag, and every tag still open inside it."""
        if name == "br":  # browsers read </br> so
            self._break()
        elif name not in _VOID and not self._close(name) and name == "p":  # browsers put an empty paragraph here
            self._end_block()

    def finish(self) -> tuple[Line, ...]:
        """All lines."""
        self._end_line()
        return normalise_levels(self._lines)

    def _make_room(self, name: str) -> None:
        """End or break the current line where a tag requires it."""
        if name == "br":
            self._break()
        elif name in {"td", "th"}:
            self._pieces.append(Run(" "))
        elif name in _LISTS or name == "li":
            if name == "li":
                self._close("li", within=_LISTS)
            self._close("p", within=_LISTS)
            self._end_line()
        elif name in _BLOCKS:
            self._close("p", within=_LISTS)
            self._end_block()

    def _close(self, name: str, *, within: frozenset[str] = frozenset()) -> bool:
        """Close the innermost open tag of a name, if there is one; not beyond the innermost tag of ``within``."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == name:
                break
            if self._open[at][0] in within:
                return False
        else:
            return False
        closed = {each for each, _state in self._open[at:]}
        inside = self._open[at + 1][1] if at + 1 < len(self._open) else self._state
        if not inside.hidden:
            if not closed.isdisjoint(_LISTS) or "li" in closed:
                self._end_line()
            elif not closed.isdisjoint(_BLOCKS):
                self._end_block()
        self._state = self._open[at][1]
        del self._open[at:]
        return True

    def _break(self) -> None:
        if not self._state.hidden:
            self._pieces.append(Run(BREAK, self._state.marks, self._state.href))

    def _end_block(self) -> None:
        """End a block: the paragraph ends, or inside an item the line breaks."""
        if self._state.in_item:
            self._break()
        else:
            self._end_line()

    def _end_line(self) -> None:
        if not self._pieces:
            self._word_level = 0
            return
        lists = self._state.lists
        if lists:
            level, ordered = len(lists), lists[-1]
        else:
            level, ordered = self._word_level, bool(_WORD_NUMBER.match("".join(self._word_mark)))
        for runs in normalise_runs(self._pieces, one=bool(level)):
            self._lines.append(Line(runs, min(level, DEEPEST_LIST), ordered))
        self._pieces = []
        self._word_level = 0
        self._word_mark = []


def _inside(state: _State, name: str, attributes: Mapping[str, str]) -> _State:
    """The state inside a tag."""
    style = attributes.get("style", "")
    lists = state.lists
    if name in _LISTS:
        lists = (*lists, name == "ol")
    elif name == "li" and not lists:
        lists = (False,)
    listed = _WORD_LIST.search(style)
    return _State(
        marks=_marks(state, name, style),
        href=state.href if name != "a" else urls.safe_url(attributes.get("href", "")) or "",
        hidden=state.hidden or name in _HIDDEN or bool(_UNSEEN.search(style) or (listed and listed[2])),
        heading=state.heading or name in _HEADINGS,
        preformatted=state.preformatted or name == "pre",
        lists=lists,
        in_item=name == "li" or (state.in_item and name not in _LISTS),
    )


def _marks(state: _State, name: str, style: str) -> int:
    """The marks inside a tag: its own, then those of its style, which is how word processors write them."""
    marks = state.marks | _MARKS.get(name, PLAIN)
    if style:
        for slant in _ITALIC.findall(style):
            marks = marks | EM if slant.lower() in {"italic", "oblique"} else marks & ~EM
        for weight in _WEIGHT.findall(style):
            heavy = int(weight) >= _BOLD_FROM if weight.isdecimal() else weight.lower() in {"bold", "bolder"}
            marks = marks | STRONG if heavy else marks & ~STRONG
    return marks | STRONG if state.heading or name in _HEADINGS else marks
