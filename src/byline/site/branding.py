"""The press's head and foot as templates show them: readers' pages and the portal alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from byline.press import files
from byline.richtext import urls
from byline.site import addresses

if TYPE_CHECKING:
    from byline.looks.branding import HeaderLink, Logo
    from byline.settings import Site

_HIGH: Final = 48
"""Pixels of a stylesheet that a logo is high at most, and of which its file has four for each."""
_WIDE: Final = 240


@dataclass(frozen=True, slots=True)
class ShownLogo:
    """A logo as an ``img`` needs it; ``dark`` is the address of the one for dark screens, or ""."""

    address: str
    width: int
    height: int
    dark: str


@dataclass(frozen=True, slots=True)
class ShownBranding:
    """What a page shows of the press. ``logo`` is ``None`` where its name stands there, ``icon`` "" without one.

    ``press_label`` is what the link to the press's own site says: where it leads.
    """

    logo: ShownLogo | None
    icon: str
    press_url: str
    press_label: str
    links: tuple[HeaderLink, ...]
    imprint: tuple[str, ...]
    imprint_url: str


@lru_cache(maxsize=16)
def shown(site: Site) -> ShownBranding:
    """What a page of the site shows."""
    branding = site.branding
    return ShownBranding(
        logo=_logo(branding.logo or branding.logo_dark, branding.logo_dark if branding.logo else None),
        icon=_address(branding.icon),
        press_url=branding.press_url,
        press_label=urls.destination(branding.press_url) if branding.press_url else "",
        links=branding.links,
        imprint=tuple(branding.imprint.split("\n")) if branding.imprint else (),
        imprint_url=branding.imprint_url,
    )


def _logo(logo: Logo | None, dark: Logo | None) -> ShownLogo | None:
    if logo is None:
        return None
    scale = min(_HIGH / logo.height, _WIDE / logo.width)
    size = (max(1, round(logo.width * scale)), max(1, round(logo.height * scale)))
    return ShownLogo(_address(logo), *size, _address(dark))


def _address(logo: Logo | None) -> str:
    return addresses.local(files.path(logo.digest)) if logo else ""
