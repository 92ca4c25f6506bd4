"""Links as they are shown: a label that the author may have left empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.richtext import urls
from byline.richtext.networks import network_of

if TYPE_CHECKING:
    from byline.profiles.model import Link

MOST_LINKS: Final = 20
"""Links on a page."""


def label_of(link: Link) -> str:
    """A link's label: as the author wrote it, else the name of the site of profiles, else the address."""
    if link.label:
        return link.label
    network = network_of(link.url)
    return network.name if network else urls.display_text(link.url)
