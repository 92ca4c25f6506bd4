"""Small drawings beside links, as paths in a square of 24 units that are stroked, not filled.

Drawn for Byline, after what each site is known by; no site's own logo is copied. They stand in the page itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from byline.richtext.networks import Network

SITE: Final = "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18"
MAIL: Final = "M3 6h18v12H3zM3 7l9 7l9-7"
ICONS: Final = {
    "instagram": "M7 3h10a4 4 0 0 1 4 4v10a4 4 0 0 1-4 4H7a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4zM12 8a4 4 0 1 0 0 8"
    "a4 4 0 0 0 0-8M17 6.9v.2",
    "facebook": "M16 4h-2a3 3 0 0 0-3 3v14M8 12h7",
    "bluesky": "M12 11c-2-4-6-7-8-6s-1 7 2 8c-3 1-2 6 1 6c3 0 4-4 5-6c1 2 2 6 5 6c3 0 4-5 1-6c3-1 4-7 2-8s-6 2-8 6",
    "mastodon": "M6 4h12a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H9v1c0 3 4 3 7 2v2c-6 2-13 1-13-6V7a3 3 0 0 1 3-3zM8 13V9"
    "c0-2 4-2 4 0v2M12 9c0-2 4-2 4 0v4",
    "threads": "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8M16 8v6a2.5 2.5 0 0 0 5 0v-2a9 9 0 1 0-4 7.5",
    "x": "M5 4l14 16M19 4L5 20",
    "tiktok": "M13 3v12a4 4 0 1 1-4-4M13 3c0 3 3 5 6 5",
    "youtube": "M5 5h14a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3zM10 9v6l5-3z",
    "goodreads": "M12 6C9 4 6 4 3 5v14c3-1 6-1 9 1c3-2 6-2 9-1V5c-3-1-6-1-9 1zM12 6v14",
    "storygraph": "M4 20V10h4v10M10 20V4h4v16M16 20v-7h4v7M2 20h20",
    "substack": "M5 4h14M5 8h14M5 12h14v9l-7-4l-7 4z",
    "medium": "M3 18V6l6 9l6-9v12M19 6v12",
    "linkedin": "M4 3h16v18H4zM8 11v6M8 7v.2M12 17v-6M12 13c0-3 5-3 5 0v4",
    "github": "M6 4a2 2 0 1 0 0 4a2 2 0 0 0 0-4M6 16a2 2 0 1 0 0 4a2 2 0 0 0 0-4M18 6a2 2 0 1 0 0 4a2 2 0 0 0 0-4"
    "M6 8v8M18 10c0 4-12 2-12 6",
    "pinterest": "M12 3a6 6 0 0 0-6 6c0 4 6 12 6 12s6-8 6-12a6 6 0 0 0-6-6zM12 7a2 2 0 1 0 0 4a2 2 0 0 0 0-4",
    "patreon": "M5 4v16M14 4a5 5 0 1 0 0 10a5 5 0 0 0 0-10",
}
"""By the ids of networks."""


def icon(network: Network | None, url: str) -> str:
    """The drawing for a link."""
    if network is not None:
        return ICONS[network.id]
    return MAIL if url.startswith("mailto:") else SITE
