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


def no_photo() -> FilePayload:
    """A file that only says it is one."""
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff and then nothing"}
