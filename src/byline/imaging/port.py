"""Photos, as the core sees them: uploaded bytes in, clean renditions out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size of a photo: re-encoded, upright, sRGB, without any metadata. ``width`` and ``height`` in pixels."""

    width: int
    height: int
    body: bytes
    content_type: str
    suffix: str


class Imaging(Protocol):
    """Renders photos, outside the server's own memory and within limits."""

    def develop(self, upload: bytes, /, *, by: str = "") -> tuple[Rendition, ...]:
        """Turn an upload (JPEG, PNG, WebP or AVIF; the first frame counts) into renditions, widest first; never empty.

        ``by`` is the person who sends it: one's photos wait for each other, and hold up no one else's.

        Raises ``Invalid`` with the field ``profile_img`` for a photo that cannot be used: too large, too many pixels,
        truncated, another format; ``Unavailable`` if too many photos are being rendered now.
        """
