"""An author's portrait as readers, search engines and messengers get it: sizes of the crop, and shapes cut out of it.

A photo that was saved before there were shapes is shown as it always was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.imaging.cuts import SHARE
from byline.messages.message import words
from byline.messages.photos import PortraitOf
from byline.site import addresses

if TYPE_CHECKING:
    from byline.profiles.model import Photo
    from byline.settings import Site

RATIOS: Final = ("1x1", "4x3", "16x9")
"""The shapes that Google's guide for a ProfilePage asks for."""
_WIDTH_FOR_SIMPLE_BROWSERS = 800
_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def text_of(site: Site, photo: Photo, name: str) -> str:
    """The text instead of a photo: the author's own, or the usual one in the site's language."""
    if photo.alt:
        return photo.alt
    return words(PortraitOf(name), site.language) if photo.shapes else name


def shown(site: Site, profile_id: str, photo: Photo, name: str) -> dict[str, object]:
    """What an ``img`` needs: all sizes to choose from, and one for a browser that cannot choose."""
    address = {width: addresses.local(addresses.photo(profile_id, photo, width)) for width, _ in photo.sizes}
    plain = [size for size in photo.sizes if size[0] <= _WIDTH_FOR_SIMPLE_BROWSERS]
    width, height = plain[0] if plain else photo.sizes[-1]
    return {
        "address": address[width],
        "width": width,
        "height": height,
        "srcset": ", ".join(f"{address[width]} {width}w" for width, _ in reversed(photo.sizes)),
        "text": text_of(site, photo, name),
        "credit": photo.credit,
        "has_share": any(shape[0] == SHARE for shape in photo.shapes),
    }


def for_programs(site: Site, profile_id: str, photo: Photo | None, name: str) -> dict[str, object] | None:
    """A photo in the JSON files: where each of its sizes is, widest first, and each of its shapes."""
    if photo is None:
        return None

    def file(key: str | int, width: int, height: int) -> dict[str, object]:
        return {
            "url": addresses.absolute(site, addresses.photo(profile_id, photo, key)),
            "width": width,
            "height": height,
        }

    return {
        "sizes": [file(width, width, height) for width, height in photo.sizes],
        "shapes": [{"shape": shape, **file(shape, width, height)} for shape, width, height in photo.shapes],
        "text": text_of(site, photo, name),
        "credit": photo.credit,
    }


def image_urls(site: Site, profile_id: str, photo: Photo) -> list[str]:
    """The addresses for schema.org's ``image``: the three ratios, or else the largest size."""
    there = {shape for shape, _, _ in photo.shapes}
    keys: list[str | int] = [ratio for ratio in RATIOS if ratio in there] or [photo.sizes[0][0]]
    return [addresses.absolute(site, addresses.photo(profile_id, photo, key)) for key in keys]


def share_graph(site: Site, profile_id: str, photo: Photo, name: str) -> list[tuple[str, str]]:
    """The OpenGraph properties of the picture beside a shared link; its own follow it directly (ogp.me)."""
    key, width, height = next(
        (shape for shape in photo.shapes if shape[0] == SHARE), (str(photo.sizes[0][0]), *photo.sizes[0])
    )
    return [
        ("og:image", addresses.absolute(site, addresses.photo(profile_id, photo, key))),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:type", _TYPES[photo.suffix]),
        ("og:image:alt", text_of(site, photo, name)),
    ]
