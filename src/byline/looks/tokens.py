"""The values in ``tokens.css``, for emails, which take no stylesheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SOURCE: Final = (Path(__file__).parent / "tokens.css").read_text(encoding="utf-8")
"""What stylesheets begin with."""
_TOKEN: Final = re.compile(r"--([a-z-]+): ([^;]+);")

_light, _, _dark = SOURCE.partition("@media")
LIGHT: Final = dict(_TOKEN.findall(_light))
"""Each token's value by its name, such as ``accent``."""
DARK: Final = LIGHT | dict(_TOKEN.findall(_dark))
"""The same for people whose screens are dark."""
