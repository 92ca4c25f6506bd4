"""Addresses that are most likely a person's own profile, by the sites where people have one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_ONE_NAME = re.compile(r"/[\w.~%-]+/?")
_HANDLE = re.compile(r"/@[\w.-]+(?:@[\w.-]+)?/?")
_SITES_OF_NAMES = (
    "instagram.com facebook.com x.com twitter.com github.com gitlab.com codeberg.org patreon.com ko-fi.com "
    "soundcloud.com letterboxd.com vimeo.com twitch.tv t.me pinterest.com linktr.ee about.me keybase.io "
    "buymeacoffee.com vk.com last.fm"
)
_PATHS = {
    **dict.fromkeys(_SITES_OF_NAMES.split(), _ONE_NAME),
    "linkedin.com": re.compile(r"/in/[\w%-]+/?"),
    "bsky.app": re.compile(r"/profile/[\w.:-]+/?"),
    "orcid.org": re.compile(r"/[\dX-]{19}/?"),
    "isni.org": re.compile(r"/isni/[\dX]{16}/?"),
    "goodreads.com": re.compile(r"/author/show/[\w.%-]+/?"),
}
"""How the address of a profile looks on a site."""
_OWN_HOSTS = re.compile(r"[\w-]+\.(?:substack\.com|tumblr\.com|bandcamp\.com)")


def is_profile(url: str) -> bool:
    """Whether a safe address is a person's profile, as far as its site tells; ``/@name`` is one everywhere."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if parts.scheme not in {"http", "https"}:
        return False
    if _OWN_HOSTS.fullmatch(host):
        return parts.path in {"", "/"}
    shape = _PATHS.get(host)
    return bool(_HANDLE.fullmatch(parts.path) or (shape and shape.fullmatch(parts.path)))
