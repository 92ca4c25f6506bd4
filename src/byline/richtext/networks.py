"""Sites where people have profiles: recognised by their hosts, and a profile's address made of a handle.

A handle is what people know of their profile, such as ``@ana``. Hosts and addresses are those that each site uses
itself; they need no request to anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from byline.richtext.domains import has_web_address
from byline.richtext.invisible import tidy_line
from byline.richtext.urls import profile_of_handle, safe_url


@dataclass(frozen=True, slots=True)
class Network:
    """A site of profiles. ``id`` stands in forms and JSON. ``profile`` is the address of a profile, with ``{}`` for the
    handle, which matches ``handle``. ``hosts`` are without "www."; those below ``domain`` are its own, too.
    """

    id: str
    name: str
    hosts: tuple[str, ...]
    profile: str
    handle: re.Pattern[str]
    domain: str = ""


def _network(
    id_: str, name: str, hosts: str, profile: str, *, handle: str = r"[\w.-]{1,100}", domain: str = ""
) -> Network:
    return Network(id_, name, tuple(hosts.split()), profile, re.compile(handle, re.ASCII), domain)


MASTODON: Final = _network(
    "mastodon",
    "Mastodon",
    "mastodon.social mastodon.online mstdn.social mstdn.jp mas.to fosstodon.org hachyderm.io chaos.social "
    "troet.cafe norden.social wandering.shop writing.exchange zirk.us piaille.fr",
    "",
)
"""Its profiles are on many sites, so a handle has to name the site: ``@ana@mastodon.social``."""
NETWORKS: Final = (
    _network("instagram", "Instagram", "instagram.com instagr.am", "https://www.instagram.com/{}/"),
    _network("facebook", "Facebook", "facebook.com m.facebook.com fb.com fb.me", "https://www.facebook.com/{}"),
    _network("bluesky", "Bluesky", "bsky.app", "https://bsky.app/profile/{}"),
    MASTODON,
    _network("threads", "Threads", "threads.com threads.net", "https://www.threads.com/@{}"),
    _network("x", "X", "x.com twitter.com mobile.twitter.com", "https://x.com/{}", handle=r"\w{1,15}"),
    _network("tiktok", "TikTok", "tiktok.com", "https://www.tiktok.com/@{}"),
    _network("youtube", "YouTube", "youtube.com m.youtube.com youtu.be", "https://www.youtube.com/@{}"),
    _network("goodreads", "Goodreads", "goodreads.com", "https://www.goodreads.com/{}"),
    _network("storygraph", "StoryGraph", "app.thestorygraph.com", "https://app.thestorygraph.com/profile/{}"),
    _network("substack", "Substack", "substack.com", "https://substack.com/@{}", domain="substack.com"),
    _network("medium", "Medium", "medium.com", "https://medium.com/@{}", domain="medium.com"),
    _network("linkedin", "LinkedIn", "linkedin.com", "https://www.linkedin.com/in/{}/", domain="linkedin.com"),
    _network("github", "GitHub", "github.com", "https://github.com/{}", handle=r"[a-zA-Z0-9-]{1,39}"),
    _network("pinterest", "Pinterest", "pinterest.com pin.it", "https://www.pinterest.com/{}/"),
    _network("patreon", "Patreon", "patreon.com", "https://www.patreon.com/{}"),
)
_BY_ID: Final = {network.id: network for network in NETWORKS}
_BY_HOST: Final = {host: network for network in NETWORKS for host in network.hosts}
_MASTODON_HOSTS: Final = ("mastodon.", "mstdn.", "masto.")


def network_of(url: str) -> Network | None:
    """The site of profiles that a safe address leads to, by its host."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    found = _BY_HOST.get(host)
    if found is not None:
        return found
    if host.startswith(_MASTODON_HOSTS):
        return MASTODON
    return next((each for each in NETWORKS if each.domain and host.endswith(f".{each.domain}")), None)


def named(network_id: str) -> Network | None:
    """The site of this id."""
    return _BY_ID.get(network_id)


def profile_url(network: Network, text: str) -> str | None:
    """The address of the profile that a handle means, with or without its "@"; ``None`` for what is no handle.

    Without the "@" a text that is an address stays one: ``example.org`` could be either.
    """
    handle = tidy_line(text).replace("\uff20", "@")
    if network is MASTODON:
        return profile_of_handle(handle if handle.startswith("@") else f"@{handle}") or None
    if not handle.startswith("@") and (has_web_address(handle) and not handle.endswith(".bsky.social")):
        return None
    handle = handle.removeprefix("@")
    if not network.handle.fullmatch(handle):
        return None
    if network.id == "bluesky" and "." not in handle:
        handle += ".bsky.social"
    return safe_url(network.profile.format(handle))
