"""What a word processor keeps beside a text and does not show as its own: deletions, comments, notes, hidden text.

Each program writes them in its own way, and all of it is on the clipboard. What an editor remarked in private must not
become part of a page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_LEFT_OUT = frozenset(
    {"del", "s", "strike", "noscript", "template", "svg", "math", "select", "datalist", "dialog", "object", "audio"}
    | {"video", "canvas", "xml", "rp"}
)
"""Elements whose text is not the text's own. What is struck through was taken back by its author."""
_ROLES = frozenset(
    {"doc-noteref", "doc-backlink", "doc-footnote", "doc-endnote", "doc-endnotes", "deletion", "comment"}
)
_HIDING = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:[;!]|$)|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!]|$)"
    r"|text-decoration(?:-line)?\s*:[^;]*\bline-through"
    r"|mso-element\s*:\s*(?:comment|footnote|endnote|header|footer)"
    r"|mso-special-character\s*:\s*(?:comment|footnote|endnote)|mso-(?:foot|end)note-id\s*:|mso-list\s*:\s*ignore)",
    re.IGNORECASE,
)
_CLASSES = re.compile(
    r"mso(?:del|movefrom|com(?!ment)|comment|footnote|endnote|header|footer)\S*"  # Word
    r"|sd(?:foot|end)note\S*"  # LibreOffice
    r"|\S*deletion\S*|(?:\S*[-_])?deleted(?:text)?"  # Word for the web, and editors that track changes
    r"|(?:foot|end)note\S*|noteref|note-ref|mw-editsection"
    r"|sr-only|visually-?hidden|screen-reader-text",
    re.IGNORECASE,
)
_IDS = re.compile(r"(?:sd)?(?:foot|end)notes?\d*|_?(?:ftn|edn)\d+|_com_\d+|cmnt\d+|ftnt\d+", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:file:[^#]*)?#(?:_ftn|_edn|_msocom|_msoanchor|ftnt|cmnt|sdfootnote|sdendnote|fn[-:_.]?(?:ref)?[-:_.]?\d"
    r"|user-content-fn|(?:foot|end)note|cite[-_](?:note|ref))",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"(?:file:[^#]*)?#(?:_ftnref|_ednref|_msoanchor|ftnt_ref|cmnt_ref|sd(?:foot|end)note\d+anc|fn[-:_.]?ref"
    r"|user-content-fnref|(?:foot|end)note-?(?:ref|anchor|back)|cite[-_]ref)",
    re.IGNORECASE,
)
_LAST_CLASS = re.compile(r"\.([\w-]+)\s*\Z")


def is_left_out(name: str, attributes: Mapping[str, str], hidden_classes: Collection[str]) -> bool:
    """Whether the text inside an element is not the text's own."""
    classes = attributes.get("class", "").split()
    return (
        name in _LEFT_OUT
        or "hidden" in attributes
        or (name == "sup" and "reference" in classes)  # Wikipedia
        or bool(_HIDING.search(attributes.get("style", "")))
        or any(_CLASSES.fullmatch(each) or each in hidden_classes for each in classes)
        or bool(_IDS.fullmatch(attributes.get("id", "")) and name != "a")
        or attributes.get("role", "").lower() in _ROLES
        or (name == "a" and bool(_NOTE.match(attributes.get("href", ""))))
    )


def is_way_back(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element leads from a note or a comment to its place in the text, so that its block is the note."""
    return name == "a" and bool(_BACK.match(attributes.get("href", "")))


def hidden_classes(css: str) -> set[str]:
    """The classes that a style sheet hides; of rules that depend on something, such as the medium, none."""
    found: set[str] = set()
    for rule in css.split("}"):
        selectors, _, style = rule.rpartition("{")
        if "@" not in selectors and _HIDING.search(style):
            found.update(name[1] for selector in selectors.split(",") if (name := _LAST_CLASS.search(selector)))
    return found
