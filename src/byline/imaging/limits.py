"""What a photo may be, and how it is said that it is not. Shared by both sides of the process border."""

from __future__ import annotations

from typing import Final

MOST_PIXELS: Final = 40_000_000
MOST_PIXELS_JPEG: Final = 100_000_000
"""A JPEG can be decoded at an eighth of its size, so it may be larger."""
MOST_SIDE: Final = 30_000
LEAST_SIDE: Final = 64
MOST_TIMES: Final = 10
"""How many times the other a side may be. Ten leave 320 by 32 pixels; beyond, the smallest rendition is a mere line."""
MOST_BYTES_OUT: Final = 64_000_000
"""What the worker may write, all renditions together."""

MOST_PIXELS_LOGO: Final = 25_000_000
LEAST_SIDE_LOGO: Final = 16
MOST_TIMES_LOGO: Final = 20
FAINT: Final = 8
"""A pixel with an alpha value up to this, of 255, counts as empty."""

DAMAGED: Final = "damaged"
HEAVY: Final = "heavy"
SMALL: Final = "small"
STRIP: Final = "strip"
LONG: Final = "long"
MANY: Final = "many"
MANY_JPEG: Final = "many_jpeg"
CROPPED: Final = "cropped"
EMPTY: Final = "empty"
HAS_TEXT: Final = "has_text"
"""Why a photo cannot be used, as the other process says it."""
