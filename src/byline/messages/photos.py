"""What is said about a page's photo: what is wrong with one, and what stands in its place."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

PHOTO_RIGHTS_MISSING = Plain(
    "photo_rights_missing",
    N_("Say that you may use the photo; choose it again as well, since a browser does not keep it"),
)
PHOTO_RIGHTS_UNSAID = Plain("photo_rights_unsaid", N_("Tick “This photo may be used here”, or choose another photo"))
PHOTO_WORDS_HAVE_CONTROL_CHARACTER = Plain(
    "photo_words_have_control_character", N_("There is a control character in this text; type it again")
)
CROP_TOO_SMALL = Plain(
    "crop_too_small", N_("The part of the photo that is shown is too small or too narrow; make it larger")
)
PHOTO_LOST = Plain("photo_lost", N_("The photo cannot be cut, since its file is lost; choose it again"))
PHOTO_NOT_KEPT = Plain("photo_not_kept", N_("Choose the photo again; it was not kept"))
NOT_A_PHOTO = Plain("not_a_photo", N_("This is not a photo; choose a JPEG, PNG, WebP or AVIF photo"))
PHOTO_EMPTY = Plain("photo_empty", N_("The file is empty; choose a JPEG, PNG, WebP or AVIF photo"))
PHOTO_DAMAGED = Plain("photo_damaged", N_("The photo is damaged or incomplete; save it again or choose another one"))
PHOTO_TOO_HEAVY = Plain(
    "photo_too_heavy",
    N_("The photo takes too much time or memory to open; save it as a JPEG, at most 4,000 pixels wide"),
)
PHOTO_IS_HEIC = Plain(
    "photo_is_heic", N_("This is a HEIC photo, as iPhones take them; choose a JPEG, PNG, WebP or AVIF photo")
)


@dataclass(frozen=True)
class PhotoTooLarge(Message):
    """A photo with more bytes than are taken."""

    megabytes: int
    code = "photo_too_large"
    text = N_("The photo is larger than %(megabytes)s MB; choose a smaller one")


@dataclass(frozen=True)
class PhotoWordsTooLong(Message):
    """What is said of a photo, with more characters than fit."""

    maximum: int
    code = "photo_words_too_long"
    text = N_("This is longer than %(maximum)s characters")


@dataclass(frozen=True)
class TooManyPhotos(Message):
    """A page with as many photos, over all its versions, as it may have."""

    photos: int
    megabytes: int
    code = "too_many_photos"
    text = N_("This page has had %(photos)s photos, or %(megabytes)s MB of them, and can have no more new ones")


@dataclass(frozen=True)
class PhotoHasTooManyPixels(Message):
    """A photo with more pixels than are decoded."""

    millions: int
    code = "photo_has_too_many_pixels"
    text = N_("The photo has more than %(millions)s million pixels; save it smaller and choose it again")


@dataclass(frozen=True)
class PhotoOfOtherKind(Message):
    """A picture, but of a kind that is not taken: ``kind`` is its usual short name."""

    kind: str
    code = "photo_of_other_kind"
    text = N_("%(kind)s files do not work here; choose a JPEG, PNG, WebP or AVIF photo")


@dataclass(frozen=True)
class PhotoTooSmall(Message):
    """A photo with a side of fewer pixels than the page shows."""

    minimum: int
    code = "photo_too_small"
    text = N_("The photo is smaller than %(minimum)s pixels; choose a larger one")


@dataclass(frozen=True)
class PhotoTooNarrow(Message):
    """A photo that is a mere strip."""

    times: int
    code = "photo_too_narrow"
    text = N_("The photo is too narrow: one side is more than %(times)s times the other; crop it or choose another one")


@dataclass(frozen=True)
class PhotoTooWide(Message):
    """A photo with a side of more pixels than are decoded."""

    maximum: int
    code = "photo_too_wide"
    text = N_("The photo is more than %(maximum)s pixels wide or high; choose a smaller one")


@dataclass(frozen=True)
class PortraitOf(Message):
    """The text instead of a photo, where its author has written none."""

    name: str
    code = "portrait_of"
    text = N_("Portrait of %(name)s")
