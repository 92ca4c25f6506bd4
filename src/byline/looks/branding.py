"""What a publisher sets of the looks: the names, logo, colour, links and imprint of the press, and its icon.

Where a field is empty, the settings of the environment count, or nothing is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_READ_AGAIN_AFTER: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was cleaned: ``digest`` names its file, width and height are in pixels."""

    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HeaderLink:
    """A link that the press shows at the head of each page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Branding:
    """How the press appears on readers' pages, in the portal and in emails.

    ``accent`` is the colour as it was typed, ``#rrggbb``; what is shown is derived from it (``looks.accent``).
    ``press_url`` is the press's own site, ``imprint`` who answers for the pages, with its line breaks.
    """

    site_name: str = ""
    publisher_name: str = ""
    contact: str = ""
    accent: str = ""
    press_url: str = ""
    links: tuple[HeaderLink, ...] = ()
    imprint: str = ""
    imprint_url: str = ""
    logo: Logo | None = None
    logo_dark: Logo | None = None
    icon: Logo | None = None

    @property
    def pictures(self) -> tuple[Logo, ...]:
        """The pictures whose files must be there."""
        return tuple(each for each in (self.logo, self.logo_dark, self.icon) if each is not None)


@dataclass(slots=True)
class LastBranding:
    """The branding as this process last read it, so that no page costs a read of its own."""

    branding: Branding = field(default_factory=Branding)
    _read_at: datetime | None = None

    def is_stale(self, now: datetime) -> bool:
        """Whether it is time to read it again."""
        return self._read_at is None or not self._read_at <= now < self._read_at + _READ_AGAIN_AFTER

    def update(self, branding: Branding, now: datetime) -> None:
        """Remember what the store says."""
        self.branding, self._read_at = branding, now
