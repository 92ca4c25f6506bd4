"""Rules of ONIX that its schemas do not hold, since they are about the content of elements (EDItEUR, "ONIX for Books
Implementation and Best Practice Guide").
"""

from __future__ import annotations

import re

from lxml import etree

_ORCID, _ISNI = "21", "16"
_ESCAPED = re.compile(r"</?[a-z][a-z0-9]*[ />]|&(?:[a-z]+|#\d+);", re.IGNORECASE)
_XHTML = "05"


def lint(message: bytes) -> list[str]:
    """What is wrong in a message, each in a sentence."""
    root = etree.fromstring(message)
    faults = []
    for identifier in _each(root, "NameIdentifier"):
        kind, value = _text(identifier, "NameIDType"), _text(identifier, "IDValue")
        if kind in {_ORCID, _ISNI} and not re.fullmatch(r"\d{15}[\dX]", value):
            faults.append(f"{value}: an ORCID or ISNI has no hyphens and no spaces")
    for contributor in _each(root, "Contributor"):
        notes = list(_each(contributor, "BiographicalNote"))
        if len(notes) > 1 and not all(note.get("language") for note in notes):
            faults.append("Of several biographies each says its language")
        for note in notes:
            if any(True for _ in _each(note, "a")):
                faults.append("A biography has no links")
            if note.get("textformat") != _XHTML and _ESCAPED.search("".join(note.itertext())):
                faults.append("A biography has no escaped HTML: its text format is 05")
    return faults


def _each(root: etree._Element, name: str) -> list[etree._Element]:
    return root.xpath(f".//*[local-name()='{name}']")  # type: ignore[no-any-return]


def _text(element: etree._Element, name: str) -> str:
    return "".join(found.text or "" for found in _each(element, name))
