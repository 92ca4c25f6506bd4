"""Rich text as lines of marked runs: the one form into which every input is normalised, and from which it is written.

Each text has one normal form and each normal form is written in one way. So cleaning twice changes nothing, and two
texts that look alike are equal.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PLAIN, EM, STRONG, CITE = 0, 1, 2, 4
"""Marks of a run, as bits."""
DEEPEST_LIST = 4
"""Levels of lists within lists; deeper items are moved to the deepest."""
MAX_COMBINING_MARKS = 30
"""Combining marks on one letter (UAX #15, 13, "Stream-Safe Text Format"); more are removed."""
BREAK = "\n"
"""A line break within a paragraph or an item."""

_TAGS = ((STRONG, "strong"), (EM, "em"), (CITE, "cite"))
_SPACES = re.compile(r"[\t\n\v\f\r\x85\xa0\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufdd0-\ufdef\ud800-\udfff\u202a-\u202e\u2066-\u2069"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
_MANY_SPACES = re.compile(r"  +")
_ROW_OF_MARKS = re.compile(rf"[^\w\s]{{{MAX_COMBINING_MARKS + 1},}}")
"""Where there may be too many combining marks: none of them is a letter, a digit or white space."""


class Run(NamedTuple):
    """Text with the same marks and the same link ("" for none) throughout."""

    text: str
    marks: int = PLAIN
    href: str = ""


class Line(NamedTuple):
    """A paragraph (``level`` 0) or an item of a list (``level`` 1 and deeper), with normalised runs.

    ``quoted``: it stands in a quotation. Neighbours that do are one quotation.
    """

    runs: tuple[Run, ...]
    level: int = 0
    ordered: bool = False
    quoted: bool = False


class Element(NamedTuple):
    """Part of a line inside a tag: em, strong, cite, or a with its ``href``."""

    tag: str
    href: str
    children: tuple[Node, ...]


Node: TypeAlias = "str | Element"


def strip_unsafe(text: str) -> str:
    """Text without unsafe characters, and with every white space of HTML as a space.

    Control characters, surrogates and noncharacters cannot be written in XML or kept in a store. Bidi embeddings,
    overrides and isolates are removed as well: an override left open reverses the text after it, which hides where a
    link leads. Pages need none of them, since they isolate each paragraph and detect its direction. Direction marks,
    and the joiners of Persian and Indic scripts, stay.
    """
    return _SPACES.sub(" ", _DROPPED.sub("", text))


def normalise_runs(pieces: Iterable[Run], *, one: bool = False) -> list[tuple[Run, ...]]:
    """The paragraphs in the runs of a block, where ``BREAK`` runs are line breaks. ``one``: never more than one.

    Two breaks separate paragraphs. White space is collapsed, removed at the edges, and keeps only the marks that both
    of its neighbours have.
    """
    paragraphs: list[list[Run]] = [[]]
    gap: list[Run] = []
    for text, marks, href in pieces:
        core = text.strip()
        if not core:
            gap.append(Run(text, marks, href))
            continue
        before = text[: len(text) - len(text.lstrip())]
        gap.append(Run(before, marks, href))
        run = Run(_MANY_SPACES.sub(" ", core), marks, href)
        _add_gap(paragraphs, gap, run, one=one)
        paragraphs[-1].append(run)
        gap = [Run(text[len(before) + len(core) :], marks, href)]
    merged = (_merge_runs(paragraph) for paragraph in paragraphs)
    return [paragraph for paragraph in merged if _is_visible(paragraph)]


def normalise_levels(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in which no item is more than one level deeper than the one before it, or deeper than ``DEEPEST_LIST``.

    A list does not reach across the edge of a quotation.
    """
    result: list[Line] = []
    outer: list[int] = []
    for line in lines:
        if result and result[-1].quoted != line.quoted:
            outer.clear()
        while outer and outer[-1] > line.level:
            outer.pop()
        if line.level and (not outer or outer[-1] < line.level) and len(outer) < DEEPEST_LIST:
            outer.append(line.level)
        result.append(line._replace(level=len(outer), ordered=line.ordered and bool(outer)))
    return tuple(result)


def nest_runs(runs: Sequence[Run], within: int = PLAIN, *, linked: bool = False) -> tuple[Node, ...]:
    """Runs as a tree of tags. The longest mark becomes the outermost tag, and a link is never split in two."""
    nodes: list[Node] = []
    at = 0
    while at < len(runs):
        run = runs[at]
        reaches = [(_end_of_mark(runs, at, mark), mark) for mark, _tag in _TAGS if run.marks & mark & ~within]
        end, mark = max(reaches, key=lambda reach: reach[0], default=(at, PLAIN))
        link = at if linked or not run.href else _end_of_link(runs, at)
        if link > at and link >= end:
            children = nest_runs(runs[at:link], within, linked=True)
            nodes.append(Element("a", run.href, children))
            at = link
        elif mark:
            if not linked:
                end = _end_before_link(runs, at, end)
            nodes.append(Element(dict(_TAGS)[mark], "", nest_runs(runs[at:end], within | mark, linked=linked)))
            at = end
        else:
            nodes.append(run.text)
            at += 1
    return tuple(nodes)


def wrap_lines(lines: Iterable[tuple[bool, int, bool, str]]) -> str:
    """HTML for lines given as quoted, level, ordered and inner HTML. Levels must be normalised."""
    html: list[str] = []
    for quoted, group in groupby(lines, key=itemgetter(0)):
        inside = "".join(_wrap_lists(group))
        html.append(f"<blockquote>{inside}</blockquote>" if quoted else inside)
    return "".join(html)


def to_html(lines: Iterable[Line]) -> str:
    """Lines as HTML, in the one form in which they are stored."""
    return wrap_lines(
        (line.quoted, line.level, line.ordered, "".join(map(_html, nest_runs(line.runs)))) for line in lines
    )


def number_items(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Each line with its marker: nothing for a paragraph, ``- `` or a number such as ``2. `` for an item."""
    counts: list[tuple[bool, int]] = []
    quoted = False
    for line in lines:
        if line.quoted != quoted:
            counts.clear()
        quoted = line.quoted
        del counts[line.level :]
        if not line.level:
            yield line, ""
            continue
        same = len(counts) == line.level and counts[-1][0] == line.ordered
        number = counts[-1][1] + 1 if same else 1
        counts[line.level - 1 :] = [(line.ordered, number)]
        yield line, f"{number}. " if line.ordered else "- "


def _wrap_lists(lines: Iterable[tuple[bool, int, bool, str]]) -> list[str]:
    html: list[str] = []
    lists: list[str] = []
    for _quoted, level, ordered, inner in lines:
        tag = "ol" if ordered else "ul"
        while len(lists) > level or (lists and len(lists) == level and lists[-1] != tag):
            html.append(f"</li></{lists.pop()}>")
        if not level:
            html.append(f"<p>{inner}</p>")
            continue
        if len(lists) == level:
            html.append(f"</li><li>{inner}")
        else:
            lists.append(tag)
            html.append(f"<{tag}><li>{inner}")
    html.extend(f"</li></{tag}>" for tag in reversed(lists))
    return html


def _add_gap(paragraphs: list[list[Run]], gap: Sequence[Run], after: Run, *, one: bool) -> None:
    """Append the white space before a run to the last paragraph, or begin a new paragraph."""
    if not paragraphs[-1]:
        return
    space = "".join(run.text for run in gap)
    if BREAK in space:
        if not one and space.count(BREAK) > 1:
            paragraphs.append([])
            return
        space = BREAK
    if not space:
        return
    before = paragraphs[-1][-1]
    marks = before.marks & after.marks
    href = before.href if before.href == after.href else ""
    for run in gap:
        if run.text:
            marks &= run.marks
            href = href if run.href == href else ""
    paragraphs[-1].append(Run(_MANY_SPACES.sub(" ", space), marks, href))


def _merge_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    joined = (
        Run("".join(run.text for run in alike), marks, href)
        for (marks, href), alike in groupby(runs, key=lambda run: (run.marks, run.href))
    )
    return tuple(Run(_compose(text), marks, href) for text, marks, href in joined)


def _compose(text: str) -> str:
    """NFC, with a bounded number of combining marks on a letter: normalising a long row of them takes minutes."""
    if text.isascii():
        return text
    few = _ROW_OF_MARKS.sub(_drop_excess_marks, text)
    return _ROW_OF_MARKS.sub(_drop_excess_marks, unicodedata.normalize("NFC", few))  # NFC writes a few marks as two


def _drop_excess_marks(row: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in row[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_COMBINING_MARKS:
            kept.append(character)
    return "".join(kept)


def _is_visible(runs: Sequence[Run]) -> bool:
    """Whether a reader would see anything."""
    text = "".join(run.text for run in runs)
    return any(map(str.isalnum, text)) or any(unicodedata.category(each) not in {"Cf", "Zs", "Cc"} for each in text)


def _end_of_mark(runs: Sequence[Run], at: int, mark: int) -> int:
    while at < len(runs) and runs[at].marks & mark:
        at += 1
    return at


def _end_of_link(runs: Sequence[Run], at: int) -> int:
    href = runs[at].href
    while at < len(runs) and runs[at].href == href:
        at += 1
    return at


def _end_before_link(runs: Sequence[Run], at: int, end: int) -> int:
    """Where a mark must end so that it does not end inside a link that began after it."""
    if end == len(runs) or not runs[end].href or runs[end].href != runs[end - 1].href:
        return end
    start = end - 1
    while start > at and runs[start - 1].href == runs[end].href:
        start -= 1
    return start if start > at else end


def _html(node: Node) -> str:
    if isinstance(node, str):
        escaped = node.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return escaped.replace(BREAK, "<br>")
    inner = "".join(map(_html, node.children))
    if node.tag == "a":
        return f'<a href="{node.href.replace("&", "&amp;")}">{inner}</a>'
    return f"<{node.tag}>{inner}</{node.tag}>"
