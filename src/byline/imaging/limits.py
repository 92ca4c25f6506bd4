"""What a photo may be, and what its owner reads if it is not. Shared by both sides of the process border."""

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
"""What the darkroom may write, all renditions together."""

CHOOSE: Final = "choose a JPEG, PNG or WebP photo"
DAMAGED: Final = "The photo is damaged or incomplete; save it again or choose another one"
HEAVY: Final = "The photo takes too much time or memory to open; save it as a JPEG, at most 4,000 pixels wide"
SMALL: Final = f"The photo is smaller than {LEAST_SIDE} pixels; choose a larger one"
STRIP: Final = (
    f"The photo is too narrow: one side is more than {MOST_TIMES} times the other; crop it or choose another one"
)
LONG: Final = f"The photo is more than {MOST_SIDE:,} pixels wide or high; choose a smaller one"
MANY: Final = "The photo has more than {millions} million pixels; save it smaller and choose it again"
EMPTY: Final = f"The file is empty; {CHOOSE}"
LARGE: Final = "The photo is larger than {megabytes:g} MB; choose a smaller one"
