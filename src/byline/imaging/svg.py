"""An SVG cut down to what draws a logo, before anything draws it: an allow-list, so that no script, no address and no
file that a drawing names is ever looked at. The result is turned into pixels; no browser gets to see it.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREFS: Final = ("href", "{http://www.w3.org/1999/xlink}href")
_ELEMENTS: Final = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "style"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"),
    }
)
_LOST: Final = frozenset({"text", "image", "foreignObject"})
"""Without these a logo would be another one, so it is better refused: there are no typefaces here, and a picture inside
could be any file.
"""
_ATTRIBUTES: Final = frozenset(
    {
        *("id", "class", "style", "transform", "viewBox", "preserveAspectRatio", "width", "height", "x", "y"),
        *("d", "points", "pathLength", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr"),
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
        *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "color"),
        *("display", "visibility", "overflow", "clip-path", "clip-rule", "mask", "mask-type", "paint-order"),
        *("offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "spreadMethod"),
        *("clipPathUnits", "maskUnits", "maskContentUnits", "patternUnits", "patternContentUnits", "patternTransform"),
    }
)
_FOREIGN_URL: Final = re.compile(r"url\s*\((?!\s*['\"]?\s*#)|@import|\\", re.IGNORECASE)
"""A reference to something outside the drawing; a backslash could hide one."""


class HasText(Exception):
    """Words that are not paths, or a picture inside the drawing."""


def sanitize(upload: bytes) -> str:
    """The drawing without what does not draw. ``HasText``: something would be missing; ``ValueError``: it is no SVG."""
    if b"<!ENTITY" in upload or b"\0" in upload:  # in UTF-16 there are NULs, and the word has other bytes
        raise ValueError("an entity, or an encoding that hides one")
    try:
        root = ET.fromstring(upload)  # noqa: S314 - no entities, in a process with limits
    except (ET.ParseError, LookupError) as error:
        raise ValueError("no XML") from error
    if root.tag != f"{_SVG}svg":
        raise ValueError("no SVG")
    _clean(root)
    ET.register_namespace("", _SVG[1:-1])
    return ET.tostring(root, encoding="unicode")


def _clean(root: ET.Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        _clean_attributes(element)
        for child in list(element):
            name = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
            if name in _LOST:
                raise HasText(name)
            is_style = name == "style" and _FOREIGN_URL.search("".join(child.itertext()))
            if is_style or name not in _ELEMENTS or not str(child.tag).startswith(_SVG):
                element.remove(child)
            else:
                waiting.append(child)


def _clean_attributes(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        is_allowed = name in _ATTRIBUTES and not _FOREIGN_URL.search(value)
        if not is_allowed and not (name in _HREFS and value.strip().startswith("#")):
            del element.attrib[name]
