"""What is wrong with a photo by its size and its first bytes: told without decoding, so that it costs next to nothing.

A form asks for it, so that it is said with whatever else is at fault; whatever decodes photos asks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.imaging import kinds
from byline.messages.photos import NOT_A_PHOTO, PHOTO_EMPTY, PHOTO_IS_HEIC, PhotoOfOtherKind, PhotoTooLarge

if TYPE_CHECKING:
    from byline.messages.message import Message


def fault_of(upload: bytes, *, most_bytes: int) -> Message | None:
    """Why an upload cannot be a photo of ours, ``None`` if it may be one."""
    if len(upload) > most_bytes:
        return PhotoTooLarge(most_bytes // 1_000_000)
    if not upload:
        return PHOTO_EMPTY
    if kinds.is_taken(upload):
        return None
    if kinds.is_heic(upload):
        return PHOTO_IS_HEIC
    kind = kinds.other_kind(upload)
    return PhotoOfOtherKind(kind) if kind else NOT_A_PHOTO
