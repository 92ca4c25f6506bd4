"""HTML of any origin, read into lines of marked runs.

Deliberately not a browser's parser. A browser builds a tree and reopens unclosed tags in each new paragraph, so that
16 kB of unclosed tags become a third of a gigabyte. This reader makes one pass, keeps a bounded list of open tags and
no tree, and takes over nothing but text, marks and safe links. Its result is written as new HTML, so safety does not
depend on understanding a tag as a browser would.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from byline.richtext import hidden_text, replacements
from byline.richtext.html_state import HEADINGS, LISTS, State, inside
from byline.richtext.html_tokens import Sheet, Start, tokens
from byline.richtext.lines import (
    BREAK,
    DEEPEST_LIST,
    Line,
    Run,
    normalise_levels,
    normalise_runs,
    strip_unsafe,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEEPEST = 100  # open tags; deeper ones are ignored, their text is kept
_BLOCKS = HEADINGS | frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "figure", "figcaption", "address"}
    | {"blockquote", "pre", "hr", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "form"}
    | {"fieldset", "legend", "center", "details", "summary", "body", "html", "hgroup", "search", "optgroup", "option"}
)
_NOTES = frozenset({"div", "aside", "section", "li"})
_RUBY = ("rt", "rp", "rb", "rtc")
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "track", "wbr"}
)
_SEALED = LISTS | {"template", "object", "table", "td", "th", "caption", "svg", "math", "select", "button"}
"""Elements that a block inside them does not close a paragraph around."""
_SEPARATORS = re.compile("[\u2028\v\x85]")
_ROWS = re.compile("\r\n|[\r\n\u2028\v\x85]")
_FIELD = re.compile(r"mso-element\s*:\s*field-(begin|separator|end)", re.IGNORECASE)
_WORD_LIST = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d)", re.IGNORECASE)
_WORD_NUMBER = re.compile(r"\s*\(?(?:\d+|[a-z]|[ivxlc]+)[.)]", re.IGNORECASE)
_MOST_SPANS = 4


def read(html: str) -> tuple[Line, ...]:
    """The lines in HTML, in time proportional to its length. Nothing is refused."""
    reader = _Reader()
    for token in tokens(html):
        if isinstance(token, str):
            reader.text(token)
        elif isinstance(token, Start):
            reader.start(token.name, token.attributes)
        elif isinstance(token, Sheet):
            reader.hidden_classes |= hidden_text.hidden_classes(token.css)
        else:
            reader.end(token.name)
    return reader.finish()


class _Open(NamedTuple):
    """An open tag: the state around it, and how many lines and pieces there were before it."""

    name: str
    around: State
    lines: int
    pieces: int


class _Span(NamedTuple):
    """An open element whose text is to be rewritten: its place among the open tags, and its first piece."""

    kind: str
    at: int
    first: int


class _Reader:
    """The state here, the open tags around it, and the pieces of the current line."""

    def __init__(self) -> None:
        self.hidden_classes: set[str] = set()
        self._lines: list[Line] = []
        self._pieces: list[Run] = []
        self._state = State()
        self._open: list[_Open] = []
        self._spans: list[_Span] = []
        self._in_field = False
        self._word_level = 0
        self._word_mark: list[str] = []

    def text(self, text: str) -> None:
        """Add text."""
        state = self._state
        if state.hidden or self._in_field:
            if self._word_level:
                self._word_mark.append(text)
            return
        ends = _ROWS if state.preformatted else _SEPARATORS
        for number, row in enumerate(ends.split(text.replace("\u2029", "\u2028\u2028"))):
            if number:
                self._break()
            self._pieces.append(Run(strip_unsafe(row), state.marks, state.href))

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Open a tag."""
        self._make_room(name)
        if name == "img" and not self._state.hidden:
            self._pieces.append(
                Run(strip_unsafe(replacements.emoji_of(attributes)), self._state.marks, self._state.href)
            )
        if name in _VOID or len(self._open) >= _DEEPEST:
            return
        style = attributes.get("style", "")
        if field := _FIELD.search(style):
            self._in_field = field[1].lower() == "begin"
        kind = replacements.kind_of(name, attributes)
        self._open.append(_Open(name, self._state, len(self._lines), len(self._pieces)))
        left_out = hidden_text.is_left_out(name, attributes, self.hidden_classes) or self._is_note_mark(
            name, kind, attributes.get("href", "")
        )
        self._state = inside(self._state, name, attributes, hidden=left_out)
        if hidden_text.is_way_back(name, attributes):
            self._leave_note_out()
        if kind and not self._state.hidden and len(self._spans) < _MOST_SPANS:
            self._spans.append(_Span(kind, len(self._open) - 1, len(self._pieces)))
        if name == "p" and not self._state.lists:
            listed = _WORD_LIST.search(style)
            self._word_level = int(listed[1]) if listed else 0

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
        if name in _BLOCKS or name in LISTS or name == "li":
            if name == "li":
                self._close("li", within=_SEALED)
            self._close("p", within=_SEALED)
        elif name in _RUBY:
            for each in _RUBY:
                self._close(each, within=frozenset({"ruby"}))
        if self._state.hidden:
            return
        if name == "br":
            self._break()
        elif name in {"td", "th"}:
            self._pieces.append(Run(" "))
        elif name in LISTS or name == "li":
            self._end_line()
        elif name in _BLOCKS:
            self._end_block()

    def _is_note_mark(self, name: str, kind: str, href: str) -> bool:
        """Whether an element is the mark of a note: a raised link to another place of the text."""
        return (kind == "sup" and self._state.local) or (
            name == "a" and href.startswith("#") and any(span.kind == "sup" for span in self._spans)
        )

    def _leave_note_out(self) -> None:
        """Leave out the block around a link from a note back to the text, and the block that begins with that one."""
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].name in _BLOCKS | {"li"}), None)
        if at is None:
            return
        if at and self._open[at - 1].name in _NOTES and self._open[at - 1].lines == self._open[at].lines:
            at -= 1
        opened = self._open[at]
        del self._pieces[opened.pieces if opened.lines == len(self._lines) else 0 :]
        self._spans = [span for span in self._spans if span.at < at]
        self._open[at + 1 :] = [
            each._replace(around=each.around._replace(hidden=True)) for each in self._open[at + 1 :]
        ]
        self._state = self._state._replace(hidden=True)

    def _close(self, name: str, *, within: frozenset[str] = frozenset()) -> bool:
        """Close the innermost open tag of a name, if there is one; not beyond the innermost tag of ``within``."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].name == name:
                break
            if self._open[at].name in within:
                return False
        else:
            return False
        while self._spans and self._spans[-1].at >= at:
            self._rewrite(self._spans.pop())
        closed = {each.name for each in self._open[at:]}
        inside = self._open[at + 1].around if at + 1 < len(self._open) else self._state
        if not inside.hidden:
            if not closed.isdisjoint(LISTS) or "li" in closed:
                self._end_line()
            elif not closed.isdisjoint(_BLOCKS):
                self._end_block()
        self._state = self._open[at].around
        del self._open[at:]
        return True

    def _rewrite(self, span: _Span) -> None:
        """Put what stands for an element into the place of its pieces so far."""
        quotations = sum(each.kind == "q" for each in self._spans if each.at < span.at)
        self._pieces[span.first :] = replacements.rewritten(span.kind, self._pieces[span.first :], quotations)

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
        self._in_field = False
        for span in reversed(self._spans):
            self._rewrite(span)
        self._spans = [span._replace(first=0) for span in self._spans]
        if not self._pieces:
            self._word_level = 0
            return
        lists = self._state.lists
        if lists:
            level, ordered = len(lists), lists[-1]
        else:
            level, ordered = self._word_level, bool(_WORD_NUMBER.match("".join(self._word_mark)))
        for runs in normalise_runs(self._pieces, one=bool(level)):
            self._lines.append(Line(runs, min(level, DEEPEST_LIST), ordered, self._state.quoted))
        self._pieces = []
        self._word_level = 0
        self._word_mark = []
