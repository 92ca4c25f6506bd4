"""The files of the branding: logos and icon, cleaned when they are chosen, and a stylesheet with the colour.

Their names change with their content. They stand beside the stylesheet of readers' pages, so that no author's address
is taken, and are there before anything names them; pictures stay for a day after nothing does.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from byline.errors import Invalid
from byline.files.port import File
from byline.looks import accent
from byline.looks.branding import Logo
from byline.messages.branding import LOGO_LOST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from byline.looks.branding import Branding
    from byline.ports import Ports

BOXES: Final = {"logo": (960, 192), "logo_dark": (960, 192), "icon": (180, 180)}
"""The fields of a form with a picture, and the pixels it must fit in: four times what is shown."""
_FOLDER: Final = "authors/byline."
_DIGEST: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_KEPT: Final = timedelta(hours=24)
_YEAR_SECONDS: Final = 365 * 24 * 3600


@lru_cache(maxsize=16)
def accent_style(colour: str) -> File | None:
    """The rules that give everything the press's colour, a small stylesheet of its own; ``None`` where it has none."""
    if not colour:
        return None
    body = accent.stylesheet(colour)
    return File(f"{_FOLDER}{hashlib.sha256(body).hexdigest()[:12]}.css", body, "text/css; charset=utf-8")


def put_accent_style(ports: Ports, colour: str) -> None:
    """Put the stylesheet with a colour, before the commit that makes pages name it."""
    file = accent_style(colour)
    if file is not None:
        ports.files.put(file, cache_seconds=_YEAR_SECONDS)


def is_digest(text: str) -> bool:
    """Whether a text, such as a form sends, can be the digest of a picture."""
    return _DIGEST.fullmatch(text) is not None


def path(digest: str) -> str:
    """The path of a picture's file."""
    return f"{_FOLDER}{digest}.png"


def put(ports: Ports, field: str, upload: bytes, *, by: str) -> Logo:
    """Clean a picture and put its file. ``Invalid`` for the ``field`` if it cannot be used."""
    try:
        made = ports.imaging.develop_logo(upload, box=BOXES[field], is_square=field == "icon", by=by)
    except Invalid as fault:
        raise Invalid({field: next(iter(fault.faults.values()))}) from fault
    digest = hashlib.sha256(made.body).hexdigest()[:32]
    ports.files.put(File(path(digest), made.body, made.content_type), cache_seconds=_YEAR_SECONDS)
    return Logo(digest, made.width, made.height)


def kept(ports: Ports, field: str, digest: str, live: Branding) -> Logo | None:
    """The picture that a form brings back by its digest: a live one, or one that was put with the form's preview.

    ``None`` for an empty digest; ``Invalid`` if there is no such file.
    """
    if not digest:
        return None
    known = next((each for each in live.pictures if each.digest == digest), None)
    if known is not None:
        return known
    file = ports.files.get(path(digest)) if is_digest(digest) else None
    if file is None:
        raise Invalid({field: LOGO_LOST})
    width, height = (int.from_bytes(file.body[at : at + 4], "big") for at in (16, 20))  # PNG's first chunk, IHDR
    return Logo(digest, width, height)


def paths(branding: Branding) -> Iterator[str]:
    """The paths of the files that a branding names."""
    return (path(each.digest) for each in branding.pictures)


def put_again(ports: Ports, pictures: Collection[Logo]) -> None:
    """Put pictures anew where they are, so that ``sweep`` leaves them for a day: somebody may still show them."""
    for each in pictures:
        file = ports.files.get(path(each.digest))
        if file is not None:
            ports.files.put(file, cache_seconds=_YEAR_SECONDS)


def sweep(ports: Ports, branding: Branding) -> None:
    """Delete the pictures that a branding does not name and that were put more than a day ago."""
    named, before = set(paths(branding)), ports.clock.now() - _KEPT
    for entry in list(ports.files.entries(_FOLDER)):
        if entry.path.endswith(".png") and entry.path not in named and entry.put_at < before:
            ports.files.delete(entry.path)
