"""Made-up biographies, and how a browser would see one: shared by the tests of this folder."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import html5lib
from hypothesis import strategies as st

from byline.richtext import lines, sanitize, urls

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MIXED = (
    "ab1.Zé\u0301 の『』()[]*_\\`<>&;#-+•!?\"'~^|{}:/@=,。\u3000\u00a0\u200b\u200d\u202e\u2014…€①½א١\ud800\x00\r\n\t"
    "\u2028\u2029\U00010400\U0001f469\u0338"
)
PHRASES = (
    *(
        "1. ",
        "> ",
        "- ",
        "2) ",
        "* ",
        "+ ",
        "• ",
        "](",
        "](x)",
        "&amp;",
        "&lt;em&gt;",
        "<em>",
        "</em>",
        "<b x>",
        "***",
        "__",
        "a_b",
    ),
    *(
        "  ",
        "<a@b.org>",
        "http://x.org",
        "<http://x.org>",
        "&#42;",
        "&copy",
        "\\*",
        "1986. x",
        "[a](b)",
        "![",
        "『雪国』",
        "の",
    ),
)
ADDRESSES = (
    *("http://x.org/", "https://x.org/a_(b)*c*_d_", "mailto:a@b.org", "https://x.org/((", "https://x.org/))("),
    *("https://x.org/?a=1&copy;=2&b", "javascript:x", "//x.org", "https://é.org/é'<>[]"),
)
TAGS = (
    *(
        "p",
        "em",
        "strong",
        "cite",
        "a",
        "ul",
        "ol",
        "li",
        "b",
        "i",
        "div",
        "span",
        "h2",
        "br",
        "td",
        "pre",
        "blockquote",
        "sup",
        "sub",
        "q",
        "ruby",
        "rt",
        "rp",
        "del",
    ),
    *("script", "svg", "math", "style", "noscript", "title", "template", "textarea"),
)
STYLES = (
    *("", "", " style='font-style:italic'", " style='font-weight:normal'", " style='mso-list:l0 level2 lfo1'"),
    *(" style='white-space:pre-wrap'", " style='vertical-align:super'", " class='msoDel'"),
)

texts = st.one_of(st.text(MIXED, max_size=8), st.sampled_from(PHRASES), st.text(max_size=4))


def _element(parts: tuple[str, list[str], str, str]) -> str:
    tag, children, address, style = parts
    href = f' href="{html.escape(address)}"' if tag == "a" else ""
    return f"<{tag}{href}{style}>{''.join(children)}</{tag}>"


soups = st.recursive(
    st.one_of(texts.map(html.escape), texts, st.just("<br>")),
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(TAGS), st.lists(inner, max_size=5), st.sampled_from(ADDRESSES), st.sampled_from(STYLES)
        ).map(_element),
        st.lists(inner, max_size=5).map("".join),
    ),
    max_leaves=25,
)
"""HTML, well nested and not: all tags of a biography, some that it may not have, texts full of signs."""

_runs = st.lists(
    st.tuples(
        st.one_of(texts.map(lines.strip_unsafe), st.just(lines.BREAK)),
        st.integers(0, 7),
        st.sampled_from(["", "", "", *ADDRESSES[:5]]),
    ).map(lambda run: lines.Run(*run)),
    max_size=7,
)


def _written(blocks: list[tuple[list[lines.Run], int, bool, bool]]) -> str:
    written = [
        lines.Line(runs, level, ordered, quoted)
        for pieces, level, ordered, quoted in blocks
        for runs in lines.normalise_runs(pieces, one=level > 0)
    ]
    return lines.to_html(lines.normalise_levels(written))


kept = st.lists(st.tuples(_runs, st.integers(0, 6), st.booleans(), st.booleans()), max_size=6).map(_written)
"""Biographies as they are kept, with every mixture of marks, links, breaks, lists and quotations."""

typed = st.lists(
    st.one_of(
        texts, st.sampled_from(["\n", "\n\n", "  ", "    ", "\t", "- ", "1. ", "2. ", "  - ", "> ", "\n>", "*", "**"])
    ),
    max_size=15,
).map("".join)
"""What people might type into a textarea, on purpose or by accident."""


def is_safe(bio: str) -> bool:
    """Whether a browser's own algorithm finds in a biography nothing but what it may have, where it may be."""
    root: Element = html5lib.parseFragment(bio, container="div", namespaceHTMLElements=False)
    return not (root.text or "").strip() and all(_fits(child, parent="") for child in root)


def text_of(bio: str) -> str:
    """All text that a browser finds in a biography."""
    return "".join(html5lib.parseFragment(bio, container="div", namespaceHTMLElements=False).itertext())


_BLOCKS = {"p", "ul", "ol"}


def _fits(element: Element, *, parent: str) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag not in sanitize.TAGS:
        return False
    if tag == "li":
        placed = parent in {"ul", "ol"}
    elif tag in _BLOCKS:
        placed = parent in ({"", "blockquote", "li"} if tag != "p" else {"", "blockquote"})
    elif tag == "blockquote":
        placed = parent == ""
    else:
        placed = parent not in {"", "blockquote", "ul", "ol"}
    attributes = dict(element.attrib)
    if tag == "a":
        href = attributes.pop("href", "")
        placed = placed and bool(href) and urls.safe_url(href) == href
    return placed and not attributes and all(_fits(child, parent=tag) for child in element)
