"""What stands for an element that a biography cannot have, where its text alone would say something else."""

# ruff: noqa: RUF001 - letters that look like others are what is written here

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from byline.richtext.lines import Run

_SUPERSCRIPTS = dict(zip(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ",
    strict=True,
))  # fmt: skip
_SUBSCRIPTS = dict(zip(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True
))  # fmt: skip
_SAME = frozenset("®©™℠°ºª*†‡§'\"’”′″")  # look the same at any height
_SHIFTED = {
    kind: (str.maketrans(table), mark, _SAME.union(table, table.values()))
    for kind, table, mark in (("sup", _SUPERSCRIPTS, "^"), ("sub", _SUBSCRIPTS, "_"))
}
"""How raised and lowered characters are written, what stands before those that cannot be, and all that can."""
_VERTICAL = re.compile(r"(?:^|[;\s])(?:vertical-align|font-variant-position)\s*:\s*(super|sub)\b", re.IGNORECASE)
_VERTICAL_CLASS = re.compile(r"(?:^|\s)(super|sub)script(?:\s|$)", re.IGNORECASE)
_QUOTED_ALREADY = "\"'“”„‟‘’‚‛«»‹›「」『』"
_EMOJI_PARTS = frozenset("\u200d\ufe0f\u20e3#*0123456789")
_LONGEST_ALT = 40


def kind_of(name: str, attributes: Mapping[str, str]) -> str:
    """What is to be done with the text of an element: "sup", "sub", "q", "rt", or "" for nothing."""
    if name in {"sup", "sub", "q", "rt"}:
        return name
    style, classes = attributes.get("style", ""), attributes.get("class", "")
    shift = _VERTICAL.search(style) or _VERTICAL_CLASS.search(classes) if style or classes else None
    return shift[1].lower().replace("super", "sup") if shift else ""


def rewritten(kind: str, runs: Sequence[Run], depth: int) -> list[Run]:
    """The runs inside an element with what stands for it. ``depth``: how many quotations there are around it."""
    text = "".join(run.text for run in runs)
    core = text.strip()
    if not core:
        return [] if kind == "rt" else list(runs)
    if kind == "rt":
        return _enclosed(runs, "（", "）")
    if kind == "q":
        marks = "‘’" if depth % 2 else "“”"
        return list(runs) if core[0] in _QUOTED_ALREADY and core[-1] in _QUOTED_ALREADY else _enclosed(runs, *marks)
    table, mark, known = _SHIFTED[kind]
    if all(each in known or each.isspace() for each in frozenset(core)):
        return [run._replace(text=run.text.translate(table)) for run in runs]
    return _enclosed(runs, mark, "") if core.isalnum() else _enclosed(runs, f"{mark}(", ")")


def emoji_of(attributes: Mapping[str, str]) -> str:
    """The emoji that an image stands for, "" for any other image."""
    alt = attributes.get("alt", "").strip()
    if not alt or len(alt) > _LONGEST_ALT:
        return ""
    named = re.search(r"emoji|emoticon|smiley", attributes.get("class", ""), re.IGNORECASE)
    return alt if named or (all(map(_is_part_of_emoji, alt)) and any(map(_is_picture, alt))) else ""


def _enclosed(runs: Sequence[Run], before: str, after: str) -> list[Run]:
    """Runs with something before the first and after the last character that is no white space."""
    changed = list(runs)
    first = next(at for at, run in enumerate(changed) if run.text.strip())
    text = changed[first].text
    start = len(text) - len(text.lstrip())
    changed[first] = changed[first]._replace(text=f"{text[:start]}{before}{text[start:]}")
    last = next(at for at in range(len(changed) - 1, -1, -1) if changed[at].text.strip())
    text = changed[last].text
    end = len(text.rstrip())
    changed[last] = changed[last]._replace(text=f"{text[:end]}{after}{text[end:]}")
    return changed


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) == "So" or character == "\u20e3"


def _is_part_of_emoji(character: str) -> bool:
    return (
        character in _EMOJI_PARTS
        or unicodedata.category(character) in {"So", "Sk", "Cn"}
        or "\U000e0020" <= character <= "\U000e007f"
    )
