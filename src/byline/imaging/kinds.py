"""What an upload is, by its first bytes: looked at before a decoder sees any of it."""

from __future__ import annotations

import re
from typing import Final, Literal

MOST_SCANS: Final = 100
"""Passes over the picture in one JPEG. Cameras and programs make ten; libjpeg's own advice is to refuse many more."""

_TAKEN_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_OTHERS: Final = (
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"BM", "BMP"),
    (b"<svg", "SVG"),
    (b"8BPS", "Photoshop"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"IIRO", "RAW"),
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"IIU\0", "RAW"),
    (b"FOVb", "RAW"),
    (b"\0MRM", "RAW"),
)
_RAW_TAGS: Final = frozenset({0x014A, 0x8827, 0xC612, 0xC4A5})
"""Tags that a camera's raw file has in its first directory, and a TIFF of a program has not: pictures within, the
sensor's speed, DNG's version, PrintIM."""
_MOST_TAGS: Final = 200
_MARKER: Final = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
"""A marker in the data of a scan: no stuffed byte (``ff00``) and no restart."""
_SCAN, _END = 0xDA, 0xD9


def is_taken(upload: bytes) -> bool:
    """Whether it begins as a JPEG, PNG, WebP or AVIF."""
    return (
        upload.startswith(_TAKEN_STARTS)
        or (upload[:4], upload[8:12]) == (b"RIFF", b"WEBP")
        or (upload[4:8] == b"ftyp" and upload[8:12] in {b"avif", b"avis"})
    )


def is_svg(upload: bytes) -> bool:
    """Whether it begins as an SVG."""
    return other_kind(upload) == "SVG"


def is_logo(upload: bytes) -> bool:
    """Whether it begins as a PNG, WebP or SVG: what can be transparent, and logos are."""
    return upload.startswith(_TAKEN_STARTS[1]) or (upload[:4], upload[8:12]) == (b"RIFF", b"WEBP") or is_svg(upload)


def is_heic(upload: bytes) -> bool:
    """Whether it begins as a photo of an iPhone."""
    return upload[4:8] == b"ftyp" and upload[8:11] in {b"hei", b"hev", b"mif", b"msf"}


def other_kind(upload: bytes) -> str | None:
    """The usual short name of a picture that is not taken; ``None`` for what is none."""
    head = upload[:1000].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if upload.startswith((b"II*\0", b"MM\0*")):
        return "RAW" if _is_raw(upload) else "TIFF"
    if upload[4:12] == b"ftypcrx ":
        return "RAW"
    kind = next((kind for start, kind in _OTHERS if upload.startswith(start) or head.startswith(start)), None)
    return "SVG" if kind is None and b"<svg" in head else kind


def has_too_many_scans(upload: bytes) -> bool:
    """Whether a JPEG has more than ``MOST_SCANS``: each is decoded over the whole picture, however few bytes it has."""
    if not upload.startswith(b"\xff\xd8"):
        return False
    place, scans = 2, 0
    while (found := _MARKER.search(upload, place)) is not None:
        marker, place = found[1][0], found.end()
        if marker == _END:
            return False
        if marker == _SCAN:
            scans += 1
            if scans > MOST_SCANS:
                return True
        if marker > 0x01 and marker != 0xD8:  # noqa: PLR2004 - the two that have no length
            place += int.from_bytes(upload[place : place + 2], "big")
    return False


def _is_raw(upload: bytes) -> bool:
    """Whether a TIFF is what a camera's sensor saw."""
    order: Literal["little", "big"] = "little" if upload[:1] == b"I" else "big"
    if upload[8:10] == b"CR":
        return True

    def number(place: int, length: int) -> int:
        return int.from_bytes(upload[place : place + length], order)

    directory = number(4, 4)
    tags = {number(directory + 2 + 12 * index, 2) for index in range(min(number(directory, 2), _MOST_TAGS))}
    return not tags.isdisjoint(_RAW_TAGS)
