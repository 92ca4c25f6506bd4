"""The values in ``tokens.css``, for stylesheets and for emails, which take no stylesheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_SOURCE: Final = (Path(__file__).parent / "tokens.css").read_text(encoding="utf-8")
_TOKEN: Final = re.compile(r"--([a-z-]+): ([^;]+);")

_light, _, _dark = _SOURCE.partition("@media")
LIGHT: Final = dict(_TOKEN.findall(_light))
"""Each token's value by its name, such as ``accent``."""
DARK: Final = LIGHT | dict(_TOKEN.findall(_dark))
"""The same for people whose screens are dark."""


def stylesheet(rules: bytes) -> bytes:
    """A stylesheet that may use the tokens: they come first."""
    return _SOURCE.encode() + b"\n" + rules
