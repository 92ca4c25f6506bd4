"""A page as readers would see it, before they do: for its author alone, and never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.site import addresses, pages
from byline.site.rendering import render

if TYPE_CHECKING:
    from byline.ports import Ports
    from byline.profiles.model import Profile

CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""What a preview may load: as a published page, but it may stand in a frame of this portal."""


def preview(ports: Ports, profile: Profile, *, photos_at: str, language: str, editor: str = "") -> bytes:
    """The page that publishing ``profile`` would make, with its photos from ``photos_at``, an address that ends in "/".

    ``editor`` is the address of the editor, for a bar in ``language`` above the page. Without one the page is for a
    frame, and its links open outside.
    """
    page = pages.author_files(ports.site, profile)[0].body
    page = page.replace(addresses.local(addresses.photo_folder(profile.id)).encode(), photos_at.encode())
    if not editor:
        return page.replace(b'<meta charset="utf-8">', b'<meta charset="utf-8">\n<base target="_blank">', 1)
    bar = render("preview_bar.html", language, editor=editor)
    return page.replace(b"<body>", b"<body>\n" + bar, 1)
