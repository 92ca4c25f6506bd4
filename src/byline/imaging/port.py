"""Photos, as the core sees them: uploaded bytes in, clean renditions out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.imaging.cuts import Crop, Focus


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size of a photo: re-encoded, upright, sRGB, without any metadata. ``width`` and ``height`` in pixels."""

    width: int
    height: int
    body: bytes
    content_type: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo as a page shows it: the ``sizes`` of its crop, widest first, the ``shapes`` that are cut out of the crop,
    by the names in ``imaging.cuts``, and the ``master``: the whole photo, at most 3,000 pixels high and wide.
    """

    sizes: tuple[Rendition, ...]
    shapes: dict[str, Rendition]
    master: Rendition


class Imaging(Protocol):
    """Renders photos, outside the server's own memory and within limits."""

    def develop(self, upload: bytes, /, *, by: str = "", widths: Sequence[int] = ()) -> tuple[Rendition, ...]:
        """Turn an upload (JPEG, PNG, WebP or AVIF; the first frame counts) into renditions, widest first; never empty.

        ``widths`` are theirs in pixels, where not those of a portrait; none is wider than the upload.
        ``by`` is the person who sends it: one's photos wait for each other, and hold up no one else's.

        Raises ``Invalid`` with the field ``profile_img`` for a photo that cannot be used: too large, too many pixels,
        truncated, another format; ``Unavailable`` if too many photos are being rendered now.
        """

    def develop_portrait(self, upload: bytes, /, *, crop: Crop, focus: Focus, by: str = "") -> Portrait:
        """The same of the part of a photo that ``crop`` says, with everything else that is made of a portrait.

        Raises ``Invalid`` with the field ``photo_crop`` where that part is too small or too narrow, besides.
        """

    def develop_logo(
        self, upload: bytes, /, *, box: tuple[int, int], is_square: bool = False, by: str = ""
    ) -> Rendition:
        """Turn a logo (PNG, WebP or SVG) into a PNG that fits in ``box``, a width and a height in pixels.

        Empty space around it is cut off; where ``is_square``, as much is added as an icon needs. An SVG is drawn
        without whatever is not a shape. ``Invalid`` has the field ``logo``.
        """
