"""The fields about the photo of a page: text, credit, focal point, crop, and whether it may be used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.imaging.cuts import LEAST_CROP, TOP, WHOLE
from byline.messages.photos import (
    PHOTO_RIGHTS_MISSING,
    PHOTO_WORDS_HAVE_CONTROL_CHARACTER,
    PhotoWordsTooLong,
)
from byline.profiles.portraits import PhotoChange
from byline.richtext.invisible import find_unsafe, tidy_line
from byline.web.forms import single_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import MultiDict

    from byline.imaging.cuts import Crop, Focus
    from byline.messages.message import Message
    from byline.profiles.model import Photo

FIELDS = ("photo_alt", "photo_credit", "photo_focus", "photo_crop", "photo_rights")
MOST_ALT: Final = 300
MOST_CREDIT: Final = 200
_NUMBER: Final = r"(\d{1,3}(?:\.\d{1,4})?)"
_FOCUS: Final = re.compile(rf"{_NUMBER},{_NUMBER}", re.ASCII)
_CROP: Final = re.compile(rf"{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}", re.ASCII)
_ALL: Final = 1000
"""Thousandths."""


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """A page's photo as the editor shows it, width and height in pixels; ``whole`` is where all of it is.

    ``settled``: nothing has to be said of it before it may be published.
    """

    src: str
    width: int
    height: int
    whole: str
    settled: bool


def photo_change(sent: MultiDict[str, str], faults: dict[str, Message], *, is_new: bool) -> PhotoChange | None:
    """What a form says of the photo; ``None`` if it says nothing. ``is_new``: the form has a new photo.

    A crop or focal point that nobody could choose is as if it was not sent: a script or a bookmark made it, and a
    person could do nothing about it.
    """
    if is_new and not single_of(sent, "photo_rights"):
        faults["photo_rights"] = PHOTO_RIGHTS_MISSING
    if not any(name in sent for name in FIELDS):
        return None
    return PhotoChange(
        alt=_words(sent, faults, "photo_alt", MOST_ALT),
        credit=_words(sent, faults, "photo_credit", MOST_CREDIT),
        may_be_used=bool(single_of(sent, "photo_rights")) or None,
        crop=_crop(single_of(sent, "photo_crop")),
        focus=_focus(single_of(sent, "photo_focus")),
    )


def values(photo: Photo | None) -> dict[str, str]:
    """What the fields show of a photo."""
    return {
        "photo_alt": photo.alt if photo else "",
        "photo_credit": photo.credit if photo else "",
        "photo_focus": ",".join(map(str, photo.focus if photo else TOP)),
        "photo_crop": _crop_text(photo.crop if photo else WHOLE),
        "photo_rights": "",
    }


def shown(photo: Photo | None, live: Photo | None, url: Callable[[str], str]) -> ShownPhoto | None:
    """The photo for the editor, a draft's or the ``live`` one; ``url`` gives the address of one of its files by the
    file's name.
    """
    if photo is None:
        return None
    width, height = photo.sizes[-1]
    name = f"{photo.master}-master" if photo.master else f"{photo.digest}-{photo.sizes[0][0]}"
    small = url(f"{photo.digest}-{width}{photo.suffix}")
    settled = photo.may_be_used or (live is not None and live.digest == photo.digest)
    return ShownPhoto(small, width, height, url(f"{name}{photo.suffix}"), settled)


def _words(sent: MultiDict[str, str], faults: dict[str, Message], name: str, most: int) -> str | None:
    if name not in sent:
        return None
    text = tidy_line(" ".join(single_of(sent, name).split()))
    if find_unsafe(text) is not None:
        faults[name] = PHOTO_WORDS_HAVE_CONTROL_CHARACTER
    elif len(text) > most:
        faults[name] = PhotoWordsTooLong(most)
    return text


def _focus(text: str) -> Focus | None:
    found = _FOCUS.fullmatch(text)
    if found is None:
        return None
    across, down = (round(float(number)) for number in found.groups())
    return (across, down) if max(across, down) <= 100 else None  # noqa: PLR2004 - percent


def _crop(text: str) -> Crop | None:
    if text in {"whole", "4:5"}:
        return "whole" if text == "whole" else "4:5"
    found = _CROP.fullmatch(text)
    if found is None:
        return None
    left, top, width, height = (round(float(number) * 10) for number in found.groups())
    if min(width, height) < LEAST_CROP or left + width > _ALL or top + height > _ALL:
        return None
    return WHOLE if (width, height) == (_ALL, _ALL) else (left, top, width, height)


def _crop_text(crop: Crop) -> str:
    return crop if isinstance(crop, str) else ",".join(f"{each / 10:g}" for each in crop)
