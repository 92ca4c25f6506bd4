"""Networks: recognised by their hosts, and the address of a profile made of the name that people know."""

from __future__ import annotations

import pytest

from byline.richtext import networks, urls
from byline.site.icons import ICONS


@pytest.mark.parametrize(
    ("network", "handle", "url"),
    [
        ("instagram", "@margarethollis", "https://www.instagram.com/margarethollis/"),
        ("instagram", "margaret.hollis", "https://www.instagram.com/margaret.hollis/"),
        ("threads", "@ana.lima", "https://www.threads.com/@ana.lima"),
        ("bluesky", "ana", "https://bsky.app/profile/ana.bsky.social"),
        ("bluesky", "@analima.example", "https://bsky.app/profile/analima.example"),
        ("bluesky", "ana.bsky.social", "https://bsky.app/profile/ana.bsky.social"),
        ("mastodon", "@ana@example.social", "https://example.social/@ana"),
        ("mastodon", "ana@example.social", "https://example.social/@ana"),
        ("x", "\uff20ana_lima", "https://x.com/ana_lima"),
        ("facebook", "ana.lima.12", "https://www.facebook.com/ana.lima.12"),
        ("tiktok", "@ana", "https://www.tiktok.com/@ana"),
        ("youtube", "@analima", "https://www.youtube.com/@analima"),
        ("substack", "ana", "https://substack.com/@ana"),
        ("goodreads", "ana", "https://www.goodreads.com/ana"),
        ("linkedin", "ana-lima-1", "https://www.linkedin.com/in/ana-lima-1/"),
        ("medium", "@ana", "https://medium.com/@ana"),
        ("github", "@ana", "https://github.com/ana"),
    ],
)
def test_a_name_on_a_network_is_the_address_of_the_profile(network: str, handle: str, url: str) -> None:
    chosen = networks.named(network)

    assert chosen
    assert networks.profile_url(chosen, handle) == url
    assert urls.safe_url(url) == url


@pytest.mark.parametrize(
    ("network", "typed"),
    [
        ("instagram", "https://www.instagram.com/ana/"),
        ("instagram", "analima.com"),
        ("facebook", "www.facebook.com/ana"),
        ("mastodon", "@ana"),
        ("x", "@ana lima"),
        ("github", "../admin"),
        ("youtube", ""),
    ],
)
def test_an_address_is_none(network: str, typed: str) -> None:
    chosen = networks.named(network)

    assert chosen
    assert networks.profile_url(chosen, typed) is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.instagram.com/ana/", "Instagram"),
        ("https://twitter.com/ana", "X"),
        ("https://ana.substack.com/", "Substack"),
        ("https://mastodon.example/@ana", "Mastodon"),
        ("https://de.linkedin.com/in/ana", "LinkedIn"),
        ("https://instagram.com.example/ana", None),
        ("https://notgithub.com/ana", None),
        ("mailto:ana@instagram.com", None),
    ],
)
def test_a_network_is_recognised_by_its_host_alone(url: str, name: str | None) -> None:
    found = networks.network_of(url)

    assert (found.name if found else None) == name


def test_each_network_has_a_drawing_of_its_own() -> None:
    assert set(ICONS) == {network.id for network in networks.NETWORKS}
    assert len(set(ICONS.values())) == len(ICONS)
