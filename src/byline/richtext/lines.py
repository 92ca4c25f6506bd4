"""A biography as lines of marked text: the one shape in which it is compared, counted and written.

Whatever comes in, from an editor, a word processor or a textarea, is brought into this shape; and each shape is
written in one way. So cleaning twice changes nothing, and two biographies that look alike are alike.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PLAIN, EM, STRONG, CITE = 0, 1, 2, 4
"""Marks of a run, as bits."""
DEEPEST_LIST = 4
"""Levels of lists within lists; what is deeper stands at the deepest."""
MOST_SIGNS = 30
"""Combining signs on one letter (UAX #15, 13, "Stream-Safe Text Format"); more are left off."""
BREAK = "\n"
"""A line's end within a paragraph or an item."""

_TAGS = ((STRONG, "strong"), (EM, "em"), (CITE, "cite"))
_SPACES = re.compile(r"[\t\n\v\f\r\x85\xa0\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufdd0-\ufdef\ud800-\udfff\u202a-\u202e\u2066-\u2069"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
_MANY_SPACES = re.compile(r"  +")
_ROW_OF_SIGNS = re.compile(rf"[^\w\s]{{{MOST_SIGNS + 1},}}")
"""Where there may be too many combining signs, none of which is a letter, a digit or white space."""


class Run(NamedTuple):
    """Text with the same marks and the same link ("" for none) throughout."""

    text: str
    marks: int = PLAIN
    href: str = ""


class Line(NamedTuple):
    """A paragraph (``level`` 0) or an item of a list (``level`` 1 and deeper), with tidied runs."""

    runs: tuple[Run, ...]
    level: int = 0
    ordered: bool = False


class Marked(NamedTuple):
    """Part of a line within a tag: em, strong, cite, or a with its ``href``."""

    tag: str
    href: str
    children: tuple[Node, ...]


Node: TypeAlias = "str | Marked"


def sound(text: str) -> str:
    """Text without what no biography needs, every white space of HTML as a space.

    Control characters, halves of surrogate pairs and noncharacters cannot be written in XML or kept in a store.
    Bidi embeddings, overrides and isolates go too: pages isolate each biography and tell its direction by its letters,
    so that they are never needed; but an override left open turns what stands after it, and hides where a link leads.
    The plain marks of direction, and the joiners of Persian and Indic scripts, stay.
    """
    return _SPACES.sub(" ", _DROPPED.sub("", text))


def tidied(pieces: Iterable[Run], *, one: bool = False) -> list[tuple[Run, ...]]:
    """Paragraphs from the runs of a block, in which ``BREAK`` runs are line breaks; ``one``: everything in one line.

    Two breaks part paragraphs. White space is single, never at an edge, and has only the marks of both its neighbours.
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
        _bridge(paragraphs, gap, run, one=one)
        paragraphs[-1].append(run)
        gap = [Run(text[len(before) + len(core) :], marks, href)]
    merged = (_merged(paragraph) for paragraph in paragraphs)
    return [paragraph for paragraph in merged if _shows(paragraph)]


def levelled(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in which no item is more than one level deeper than the one before it, or deeper than allowed."""
    result = []
    outer: list[int] = []
    for line in lines:
        while outer and outer[-1] > line.level:
            outer.pop()
        if line.level and (not outer or outer[-1] < line.level) and len(outer) < DEEPEST_LIST:
            outer.append(line.level)
        result.append(Line(line.runs, len(outer), ordered=line.ordered and bool(outer)))
    return tuple(result)


def nested(runs: Sequence[Run], within: int = PLAIN, *, linked: bool = False) -> tuple[Node, ...]:
    """Runs as tags around text: the tag that reaches farthest is the outer one, and a link is never cut in two."""
    nodes: list[Node] = []
    at = 0
    while at < len(runs):
        run = runs[at]
        reaches = [(_reach(runs, at, mark), mark) for mark, _tag in _TAGS if run.marks & mark & ~within]
        end, mark = max(reaches, key=lambda reach: reach[0], default=(at, PLAIN))
        link = at if linked or not run.href else _link_reach(runs, at)
        if link > at and link >= end:
            children = nested(runs[at:link], within, linked=True)
            nodes.append(Marked("a", run.href, children))
            at = link
        elif mark:
            if not linked:
                end = _before_a_cut_link(runs, at, end)
            nodes.append(Marked(dict(_TAGS)[mark], "", nested(runs[at:end], within | mark, linked=linked)))
            at = end
        else:
            nodes.append(run.text)
            at += 1
    return tuple(nodes)


def wrapped(lines: Iterable[tuple[int, bool, str]]) -> str:
    """HTML of lines: level, ordered, and the HTML within. They have to be levelled."""
    html: list[str] = []
    lists: list[str] = []
    for level, ordered, inner in lines:
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
    return "".join(html)


def to_html(lines: Iterable[Line]) -> str:
    """Lines as HTML, in the one way in which they are kept."""
    return wrapped((line.level, line.ordered, "".join(map(_html, nested(line.runs)))) for line in lines)


def to_plain(lines: Iterable[Line]) -> str:
    """Lines as text: an empty line between paragraphs, a bullet or a number before an item."""
    text: list[str] = []
    was_paragraph = True
    for line, mark in marked(lines):
        words = "".join(run.text for run in line.runs)
        separator = ("\n\n" if was_paragraph or not line.level else "\n") if text else ""
        text.append(f"{separator}{mark.replace('-', '•')}{words}")
        was_paragraph = not line.level
    return "".join(text)


def marked(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Each line with what stands before it in plain writing: nothing, ``- `` or its number, as in ``2. ``."""
    counts: list[tuple[bool, int]] = []
    for line in lines:
        del counts[line.level :]
        if not line.level:
            yield line, ""
            continue
        same = len(counts) == line.level and counts[-1][0] == line.ordered
        number = counts[-1][1] + 1 if same else 1
        counts[line.level - 1 :] = [(line.ordered, number)]
        yield line, f"{number}. " if line.ordered else "- "


def _bridge(paragraphs: list[list[Run]], gap: Sequence[Run], after: Run, *, one: bool) -> None:
    """Put what the white space before a run amounts to behind the last paragraph, or begin a new one."""
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


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    joined = (
        Run("".join(run.text for run in alike), marks, href)
        for (marks, href), alike in groupby(runs, key=lambda run: (run.marks, run.href))
    )
    return tuple(Run(_composed(text), marks, href) for text, marks, href in joined)


def _composed(text: str) -> str:
    """NFC, with no more signs on a letter than there are in any language: a long row of them takes minutes to sort."""
    if text.isascii():
        return text
    few = _ROW_OF_SIGNS.sub(_thinned, text)
    return _ROW_OF_SIGNS.sub(_thinned, unicodedata.normalize("NFC", few))  # NFC writes a few signs as two


def _thinned(row: re.Match[str]) -> str:
    kept, signs = [], 0
    for letter in row[0]:
        signs = signs + 1 if unicodedata.combining(letter) else 0
        if signs <= MOST_SIGNS:
            kept.append(letter)
    return "".join(kept)


def _shows(runs: Sequence[Run]) -> bool:
    """Whether anything would be seen."""
    text = "".join(run.text for run in runs)
    return any(map(str.isalnum, text)) or any(unicodedata.category(sign) not in {"Cf", "Zs", "Cc"} for sign in text)


def _reach(runs: Sequence[Run], at: int, mark: int) -> int:
    while at < len(runs) and runs[at].marks & mark:
        at += 1
    return at


def _link_reach(runs: Sequence[Run], at: int) -> int:
    href = runs[at].href
    while at < len(runs) and runs[at].href == href:
        at += 1
    return at


def _before_a_cut_link(runs: Sequence[Run], at: int, end: int) -> int:
    """Where a mark has to end so that it doesn't end inside a link that began later than the mark."""
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
