"""A page's portrait: what is said of it, how it is cut, and the files that are made of it.

All files are made of the master, so that another crop needs no new upload. A photo that was saved before there were
masters is cut out of its largest size.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, overload

from byline.errors import Invalid, Unavailable
from byline.files.port import File
from byline.messages.outages import PHOTO_FACTS_LATER
from byline.messages.photos import PHOTO_LOST, PHOTO_RIGHTS_UNSAID
from byline.profiles.model import Photo
from byline.profiles.photos import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from byline.imaging.cuts import Crop, Focus
    from byline.imaging.port import Rendition
    from byline.ports import Ports
    from byline.profiles.model import ProfileId


@dataclass(frozen=True, slots=True)
class PhotoChange:
    """What a submitted form asks of a page's photo. ``None``: the form did not send the field, and it stays."""

    alt: str | None = None
    credit: str | None = None
    may_be_used: bool | None = None
    crop: Crop | None = None
    focus: Focus | None = None


@overload
def with_change(photo: Photo, change: PhotoChange | None) -> Photo: ...
@overload
def with_change(photo: None, change: PhotoChange | None) -> None: ...
@overload
def with_change(photo: Photo | None, change: PhotoChange | None) -> Photo | None: ...
def with_change(photo: Photo | None, change: PhotoChange | None) -> Photo | None:
    """A photo with what a form says of it; its files still show the crop and focal point of before."""
    if photo is None or change is None:
        return photo
    return replace(
        photo,
        alt=photo.alt if change.alt is None else change.alt,
        credit=photo.credit if change.credit is None else change.credit,
        may_be_used=photo.may_be_used or bool(change.may_be_used),
        crop=photo.crop if change.crop is None else change.crop,
        focus=photo.focus if change.focus is None else change.focus,
    )


def is_recut(photo: Photo | None, before: Photo | None) -> bool:
    """Whether a photo that was there before is to be cut in another way."""
    if photo is None or before is None:
        return False
    return photo.digest == before.digest and (photo.crop, photo.focus) != (before.crop, before.focus)


def refuse_unless_usable(photo: Photo | None, live: Photo | None) -> None:
    """``Invalid`` for ``photo_rights`` if a photo that readers have not seen yet, a draft's, may not be used."""
    is_live = photo is None or (live is not None and photo.digest == live.digest)
    if photo is not None and not is_live and not photo.may_be_used:
        raise Invalid({"photo_rights": PHOTO_RIGHTS_UNSAID})


def as_before(photo: Photo | None) -> Photo | None:
    """A photo as a store had it before there were portraits; ``Unavailable`` if somebody would miss what it says."""
    if photo is None:
        return None
    plain = Photo(photo.digest, photo.sizes, photo.suffix)
    if with_change(plain, PhotoChange(photo.alt, photo.credit, None, photo.crop, photo.focus)) != plain:
        raise Unavailable(PHOTO_FACTS_LATER)
    return plain


def render(
    ports: Ports, profile_id: ProfileId, source: bytes | Photo, change: PhotoChange | None = None, *, by: str
) -> tuple[Photo, list[File]]:
    """The photo in an upload, or one that is there, cut as a form says, and its files for ``photos.put_photo``.

    ``by`` is whose turn it takes. ``Invalid``: it cannot be used (``profile_img``), nothing to speak of is left of it
    (``photo_crop``), or the files of one that is there are lost.
    """
    said = with_change(source if isinstance(source, Photo) else Photo("", ()), change)
    if isinstance(source, Photo):
        return _cut(ports, profile_id, said, by=by)
    return _made(ports, profile_id, source, said, by=by)


def path(profile_id: ProfileId | str, photo: Photo, name: str) -> str:
    """The path of a photo's size, named by its width, or of a shape."""
    return f"{folder(profile_id)}{photo.digest}-{name}{photo.suffix}"


def master_path(profile_id: ProfileId | str, photo: Photo) -> str:
    """The path of a photo's master."""
    return f"{folder(profile_id)}{photo.master}-master{photo.suffix}"


def names(photo: Photo) -> Iterator[str]:
    """The names of a photo's sizes and shapes, as in ``path``."""
    yield from (str(width) for width, _ in photo.sizes)
    yield from (name for name, _, _ in photo.shapes)


def paths(profile_id: ProfileId | str, photo: Photo) -> Iterator[str]:
    """The paths of all files of a photo, its master included."""
    yield from (path(profile_id, photo, name) for name in names(photo))
    if photo.master:
        yield master_path(profile_id, photo)


def _cut(ports: Ports, profile_id: ProfileId, photo: Photo, *, by: str) -> tuple[Photo, list[File]]:
    width = photo.sizes[0][0]
    source = ports.files.get(master_path(profile_id, photo) if photo.master else path(profile_id, photo, str(width)))
    if source is None:
        raise Invalid({"profile_img": PHOTO_LOST})
    found, files = _made(ports, profile_id, source.body, photo, by=by)
    if photo.master:  # it was encoded once, and that is enough
        found = replace(found, master=photo.master, master_size=photo.master_size)
        files = files[:-1]
    return found, files


def _made(ports: Ports, profile_id: ProfileId, source: bytes, said: Photo, *, by: str) -> tuple[Photo, list[File]]:
    made = ports.imaging.develop_portrait(source, crop=said.crop, focus=said.focus, by=by)
    named = {**{str(size.width): size for size in made.sizes}, **made.shapes}
    photo = replace(
        said,
        digest=_digest(named.values()),
        sizes=tuple((size.width, size.height) for size in made.sizes),
        suffix=made.master.suffix,
        shapes=tuple((name, shape.width, shape.height) for name, shape in made.shapes.items()),
        master=_digest([made.master]),
        master_size=(made.master.width, made.master.height),
    )
    files = [_file(path(profile_id, photo, name), rendition) for name, rendition in named.items()]
    return photo, [*files, _file(master_path(profile_id, photo), made.master)]


def _digest(renditions: Iterable[Rendition]) -> str:
    digest = hashlib.sha256()
    for rendition in renditions:
        digest.update(rendition.body)
    return digest.hexdigest()[:32]


def _file(path: str, rendition: Rendition) -> File:
    return File(path, rendition.body, rendition.content_type)
