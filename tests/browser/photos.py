"""Photos for uploads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload


def photo(width: int = 1400, height: int = 1750) -> FilePayload:
    """A JPEG as a camera makes it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def phone_photo(width: int = 6000, height: int = 4000) -> FilePayload:
    """A photo of 24 million pixels as a telephone takes it: more than 4 MB, on its side, with camera and place.

    Upright it is red above and blue below.
    """
    halves = Image.new("RGB", (width, height), (220, 20, 20))
    halves.paste((20, 20, 220), (width // 2, 0, width, height))
    noise = Image.effect_noise((width, height), 60)
    lying = Image.blend(halves, Image.merge("RGB", (noise, noise, noise)), 0.4)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "secret camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0)})
    out = io.BytesIO()
    lying.save(out, "JPEG", quality=92, exif=exif)
    return {"name": "IMG_4711.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def no_photo() -> FilePayload:
    """A file that only says it is one."""
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff and then nothing"}
