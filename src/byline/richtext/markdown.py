"""Light Markdown, read and written so that nothing is lost between stored HTML and its textarea.

Blocks are read here; what is inside them is left to markdown-it, with few rules. Headings, code and the rest have no
meaning, so that "# 1" and "1986. A good year" stay text. A numbered list begins with 1. Each row of a quotation begins
with "> ", and ">1000" is text.

What Markdown cannot express, such as italics that end between a bracket and a Japanese letter, is written as a tag.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby
from string import punctuation
from typing import TYPE_CHECKING, NamedTuple

from byline.richtext import urls
from byline.richtext.lines import DEEPEST_LIST, Element, Line, nest_runs, number_items, wrap_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

    from byline.richtext.lines import Node

_ROWS = re.compile("\r\n|[\r\n\v\x85\u2028]")
_ITEM = re.compile(r"([ \t]*)(?:[-+*•]|(\d{1,9})[.)])[ \t]+(?=\S)")
_QUOTED = re.compile(r"[ \t]{0,3}>(?:[ \t]|$)")
_NESTS_FROM = 2  # columns that an item stands deeper than the one it belongs to
_ATTRIBUTE = r"""\s+[\w:-]+=(?:"[^"<>]*"|'[^'<>]*')"""
_TYPED_TAG = re.compile(
    rf"</?(?:b|blockquote|br|cite|em|i|li|ol|p|strong|ul)(?:{_ATTRIBUTE})*\s*/?>|<a(?:{_ATTRIBUTE})+\s*>|</a\s*>",
    re.IGNORECASE,
)

_SPECIAL = re.compile(
    r"\\|(?<![A-Za-z0-9])\*|\*(?![A-Za-z0-9])|<(?=[A-Za-z/!?]|[^<>\s]+@)|&(?=#?[0-9A-Za-z]+;)|(?<![^\W_])_|_(?![^\W_])"
)
_SPECIAL_AND_BRACKETS = re.compile(rf"{_SPECIAL.pattern}|[\[\]]")
_LIKE_AN_ITEM = re.compile(r"(?:([-+])|(•)|(\d{1,9})([.)]))(?=[ \t]+\S)")
_LIKE_A_QUOTATION = re.compile(r">(?:[ \t]|$)")
_FLAT_PARENTHESES = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")
_UNSPACED = re.compile(
    r"[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1bff\u2e80-\ud7ff\uf900-\ufaff"
    r"\uff66-\uffdc\U00016f00-\U0001b2ff\U00020000-\U0003ffff]"
)
"""Scripts that write words, or words and their endings, without spaces between them: from Thai to Korean."""
_STARS = {"em": 1, "strong": 2}


class _Block(NamedTuple):
    """A paragraph (``level`` 0) or an item of a list, with its rows."""

    quoted: bool
    level: int
    ordered: bool
    rows: list[str]


class _List(NamedTuple):
    """An open list: the column of its items, whether they are numbered, and the last number."""

    column: int
    ordered: bool
    number: int


def to_html(text: str) -> str:
    """HTML for light Markdown. It is unsafe until it is cleaned."""
    return wrap_lines((*block[:3], _inline("\n".join(block.rows))) for block in _blocks(text))


def from_lines(lines: Sequence[Line]) -> str:
    """Light Markdown for lines."""
    marks = list(number_items(lines))
    last_number = max((int(mark[:-2]) for line, mark in marks if line.ordered), default=0)
    texts = []
    for quoted, group in groupby(marks, key=lambda marked: marked[0].quoted):
        text = _from_marked(group, last_number)
        texts.append("\n".join(f"> {row}".rstrip() for row in text.split("\n")) if quoted else text)
    return "\n\n".join(texts)


def _from_marked(marks: Iterable[tuple[Line, str]], last_number: int) -> str:
    """Light Markdown for lines with their markers, none of them quoted or all."""
    text: list[str] = []
    widths: list[int] = []
    was_item = False
    for line, mark in marks:
        del widths[max(line.level - 1, 0) :]
        indent = " " * sum(widths)
        widths.append(len(mark))
        brackets = any("](" in run.text for run in line.runs)
        rows = _join_nodes(nest_runs(line.runs), "", "", brackets=brackets).split("\n")
        if text:
            text.append("\n" if was_item and line.level else "\n\n")
        text.append(indent + mark + f"\n{indent}{' ' * len(mark)}".join(_escape_item(row, last_number) for row in rows))
        was_item = line.level > 0
    return "".join(text)


def _blocks(text: str) -> list[_Block]:
    """The paragraphs and list items of a text."""
    blocks: list[_Block] = []
    lists: list[_List] = []
    after_empty, quoted = True, False
    for whole in _ROWS.split(text.replace("\u2029", "\n\n")):
        mark = _QUOTED.match(whole)
        row = whole[mark.end() :] if mark else whole
        if quoted != bool(mark):
            after_empty, quoted, lists = True, bool(mark), []
        content = row.strip(" \t")
        if not content:
            after_empty = True
            continue
        item = _ITEM.match(row)
        added = _add_item(lists, len(item[1].expandtabs(4)), item[2]) if item else None
        if item and added:
            lists = added
            blocks.append(_Block(quoted, len(lists), lists[-1].ordered, [row[item.end() :].rstrip(" \t")]))
        elif not after_empty or (lists and row.startswith((" " * _NESTS_FROM, "\t"))):
            blocks[-1].rows.append(content)
        else:
            lists = []
            blocks.append(_Block(quoted, 0, ordered=False, rows=[content]))
        after_empty = False
    return blocks


def _add_item(lists: Sequence[_List], column: int, digits: str | None) -> list[_List] | None:
    """The open lists after one more item, or ``None`` where its number neither begins nor continues a list.

    So "1986. A good year" is text, and so is the German date "12. März".
    """
    kept = [each for each in lists if each.column <= column] or list(lists[:1])
    number = int(digits or 0)
    expected = {1}
    if kept and (column < kept[-1].column + _NESTS_FROM or len(kept) == DEEPEST_LIST):
        before = kept.pop()
        column = before.column
        if before.ordered and digits:
            expected.add(before.number + 1)
            number = before.number + 1 if number in expected else number
            expected.discard(1)
    if digits and number not in expected:
        return None
    return [*kept, _List(column, digits is not None, number)]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - it takes seventy milliseconds, which only a save should wait for

    parser = MarkdownIt("zero", {"html": True, "breaks": True})
    parser.enable(["emphasis", "link", "autolink", "escape", "entity", "newline", "html_inline"])
    parser.inline.ruler.at("html_inline", _typed_tag)
    parser.inline.ruler.at("emphasis", _stars)
    # A link with an unsafe address stays the text that was typed, so that its author sees it.
    parser.normalizeLink = _typed_address  # type: ignore[method-assign]
    parser.validateLink = bool  # type: ignore[method-assign, assignment]
    return parser


def _inline(text: str) -> str:
    html: str = _parser().renderInline(text)
    return html


def _typed_address(url: str) -> str:
    return urls.typed_url(url) or ""


def _stars(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the shape of markdown-it's rules
    """A rule for markdown-it: stars and underscores that may be emphasis, by CommonMark with one difference.

    A star within a word is a star, as an underscore is: "2*3 prizes and C*-algebras" has none of its words in italics.
    Scripts that write no spaces between words are the exception, since there every star is within a word.
    """
    from markdown_it.rules_inline.state_inline import Delimiter  # noqa: PLC0415 - see _parser

    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    run = state.scanDelims(state.pos, canSplitWord=False)
    end = state.pos + run.length
    before, after = state.src[max(0, state.pos - 1) : state.pos], state.src[end : min(end + 1, state.posMax)]
    if marker == "*" and (_UNSPACED.match(before) or _UNSPACED.match(after)):
        run = state.scanDelims(state.pos, canSplitWord=True)
    opens = run.can_open and not (marker == "*" and after == "-")
    for _ in range(run.length):
        state.push("text", "", 0).content = marker
        at = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), run.length, at, -1, opens, run.can_close))
    state.pos = end
    return True


def _typed_tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the shape of markdown-it's rules
    """A rule for markdown-it: tags that a text may have are tags, all others are text."""
    tag = _TYPED_TAG.match(state.src, state.pos, state.posMax)
    if not tag:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = tag[0]
    state.pos = tag.end()
    return True


def _join_nodes(nodes: Sequence[Node], before: str, after: str, *, brackets: bool) -> str:
    """Markdown for nodes between two characters ("" for the edge of a paragraph)."""
    text = ""
    for number, node in enumerate(nodes, start=1):
        if isinstance(node, str):
            text += _escape(node, brackets=brackets)
            continue
        last = text[-1:] or before
        following = after if number == len(nodes) else _first_character(nodes[number], brackets=brackets)
        text += _write_element(node, last, following, brackets=brackets)
    return text


def _write_element(node: Element, before: str, after: str, *, brackets: bool) -> str:
    if node.tag == "a":
        return f"[{_join_nodes(node.children, '[', ']', brackets=True)}]({_escape_address(node.href)})"
    inner = node.children[0]
    if node.tag == "strong" and isinstance(inner, Element) and inner.tag == "em" and len(node.children) == 1:
        text = _join_nodes(inner.children, "*", "*", brackets=brackets)
        if _is_emphasis("*", before, text, after):
            return f"***{text}***"
    for delimiter in "*_" if node.tag in _STARS else "":
        text = _join_nodes(node.children, delimiter, delimiter, brackets=brackets)
        if _is_emphasis(delimiter, before, text, after):
            run = delimiter * _STARS[node.tag]
            return f"{run}{text}{run}"
    return f"<{node.tag}>{_join_nodes(node.children, '>', '<', brackets=brackets)}</{node.tag}>"


def _is_emphasis(delimiter: str, before: str, text: str, after: str) -> bool:
    """Whether delimiters around a text would surely be read as emphasis, by CommonMark's rules of flanking."""
    if delimiter in (before, after) or text[0].isspace() or text[-1].isspace():
        return False
    if delimiter == "*" and text[0] == "-":
        return False
    return _is_edge(delimiter, before, text[0]) and _is_edge(delimiter, after, text[-1])


def _is_edge(delimiter: str, outside: str, inside: str) -> bool:
    """Whether a delimiter between two characters begins or ends emphasis, whatever the rest of the text is."""
    if _is_boundary(outside):
        return True
    return delimiter == "*" and inside.isalnum() and any(map(_UNSPACED.match, (outside, inside)))


def _is_boundary(character: str) -> bool:
    """Whether a neighbour is an edge (""), white space or punctuation."""
    if not character or character.isspace() or character in punctuation:
        return True
    return unicodedata.category(character).startswith("P")


def _first_character(node: Node, *, brackets: bool) -> str:
    """The first character of a node's Markdown, where "<" stands for any punctuation."""
    return _escape(node, brackets=brackets)[0] if isinstance(node, str) else "<"


def _escape(text: str, *, brackets: bool) -> str:
    return (_SPECIAL_AND_BRACKETS if brackets else _SPECIAL).sub(r"\\\g<0>", text)


def _escape_item(row: str, last_number: int) -> str:
    """A row that does not begin like an item or a quotation. ``last_number`` is the highest of any list in the text."""
    if _LIKE_A_QUOTATION.match(row):
        return f"\\{row}"
    item = _LIKE_AN_ITEM.match(row)
    if not item:
        return row
    dash, bullet, digits, stop = item.groups()
    if dash:
        return f"\\{row}"
    if bullet:
        return f"&bull;{row[1:]}"
    return f"{digits}\\{stop}{row[item.end() :]}" if int(digits) <= max(1, last_number + 1) else row


def _escape_address(href: str) -> str:
    """A link's address without anything that would end it or be read as an entity."""
    href = re.sub(r"&(?=#?[0-9A-Za-z]+;)", r"\\&", href)
    return href if _FLAT_PARENTHESES.fullmatch(href) else re.sub(r"[()]", r"\\\g<0>", href)
