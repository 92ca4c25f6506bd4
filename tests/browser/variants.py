"""How people come: with scripts or without, on a phone or a desk, by day or by night, and to which engine.

Four looks are every pair of these; a fifth walks the main road on DynamoDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest

PHONE, DESKTOP = 320, 1280
"""Widths in CSS pixels. 320 is also what is left of the desktop at 400 % zoom (WCAG 2.2, 1.4.10)."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of coming."""

    scripts: bool
    width: int
    theme: Literal["light", "dark"]
    engine: Literal["sqlite", "dynamodb"] = "sqlite"


_SCRIPTS = [
    pytest.param(Variant(True, PHONE, "light"), id="scripts-phone-light"),
    pytest.param(Variant(True, DESKTOP, "dark"), id="scripts-desktop-dark"),
]
VARIANTS = (
    *_SCRIPTS,
    pytest.param(Variant(False, PHONE, "dark"), id="plain-phone-dark"),
    pytest.param(Variant(False, DESKTOP, "light"), id="plain-desktop-light"),
)
_DYNAMODB = pytest.param(Variant(True, DESKTOP, "light", "dynamodb"), id="dynamodb", marks=pytest.mark.dynamodb)

on_both_engines = pytest.mark.parametrize("variant", [*VARIANTS, _DYNAMODB], indirect=True)
"""For the main road of the story."""
off_the_main_road = pytest.mark.parametrize("variant", _SCRIPTS, indirect=True)
"""For pages that few people ever see: in both themes, where axe looks at them."""
on_a_phone = pytest.mark.parametrize("variant", _SCRIPTS[:1], indirect=True)
at_a_desk = pytest.mark.parametrize("variant", _SCRIPTS[1:], indirect=True)
"""For what is there at one width alone."""
