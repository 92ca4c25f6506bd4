"""The press's colour, so that everybody can read it: the tokens that are made of it, in light and in dark.

A colour is kept as it is where all text in it has a contrast of 4.5 to its ground (WCAG 2.2, 1.4.3). Otherwise it is
made darker, or lighter on dark screens, until that is so; its hue stays.
"""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from byline.looks import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_CONTRAST: Final = 4.5
_COLOUR: Final = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_GROUNDS: Final = ("paper", "sheet", "sunken")
_STEP: Final = 0.01
_TINT: Final = 0.1
"""How much of the colour is in the ground of what is marked by it."""
_STRONGER: Final = 0.08


def normalise(typed: str) -> str | None:
    """A colour as ``#rrggbb``; ``None`` for a text that is none."""
    found = _COLOUR.fullmatch(typed.strip())
    if found is None:
        return None
    digits = found[1].lower()
    return f"#{digits if len(digits) == 6 else ''.join(each * 2 for each in digits)}"  # noqa: PLR2004 - rrggbb


@lru_cache(maxsize=64)
def light(accent: str) -> Mapping[str, str]:
    """The tokens on light screens, by their names in ``tokens.css``; ``accent`` is ``#rrggbb``."""
    return _derived(accent, tokens.LIGHT, towards=0.0)


@lru_cache(maxsize=64)
def dark(accent: str) -> Mapping[str, str]:
    """The tokens on dark screens."""
    return _derived(accent, tokens.DARK, towards=1.0)


def stylesheet(accent: str) -> bytes:
    """Rules that follow those of ``tokens.css`` in a stylesheet of its own. On paper there are no colours."""
    shown = "@media screen { :root {%s } }\n@media screen and (prefers-color-scheme: dark) { :root {%s } }\n"
    return (shown % (_rules(light(accent)), _rules(dark(accent)))).encode()


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _rules(values: Mapping[str, str]) -> str:
    return "".join(f" --{name}: {value};" for name, value in values.items())


def _derived(accent: str, theme: Mapping[str, str], *, towards: float) -> Mapping[str, str]:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(accent))
    shown = accent
    while not _is_readable(shown, theme) and lightness != towards:
        lightness = max(lightness - _STEP, 0.0) if towards == 0 else min(lightness + _STEP, 1.0)
        shown = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(shown))
    stronger = lightness + (_STRONGER if towards else -_STRONGER)
    strong = _hex(colorsys.hls_to_rgb(hue, min(max(stronger, 0.0), 1.0), saturation))
    return {
        "accent": shown,
        "accent-strong": strong,
        "on-accent": "#ffffff" if towards == 0 else _mixed("#000000", shown, 0.1),
        "tint": _tint(shown, theme),
    }


def _is_readable(colour: str, theme: Mapping[str, str]) -> bool:
    grounds = [*(theme[name] for name in _GROUNDS), _tint(colour, theme)]
    return min(contrast(colour, ground) for ground in grounds) >= LEAST_CONTRAST


def _tint(colour: str, theme: Mapping[str, str]) -> str:
    return _mixed(theme["sheet"], colour, _TINT)


def _mixed(ground: str, colour: str, share: float) -> str:
    pairs = zip(_parts(ground), _parts(colour), strict=True)
    return _hex(tuple(one * (1 - share) + other * share for one, other in pairs))


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG's own
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
