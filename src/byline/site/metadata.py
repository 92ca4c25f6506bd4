"""What a page tells machines about itself: JSON-LD for search engines, OpenGraph for previews.

Rules: Google's ProfilePage guide (one person a page, ``mainEntity.name`` required, an image only if there is one of
the person) and ogp.me (an image's properties directly after it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.richtext.profile_links import is_profile
from byline.site import addresses, books, portraits
from byline.site.rendering import stamp

if TYPE_CHECKING:
    from byline.profiles.model import Link, Profile
    from byline.settings import Site

_LONGEST_DESCRIPTION = 200
_SHORTEST_WORTH_CUTTING_AT_A_SPACE = 120
_NO_END = " ,;:\u2013\u2014"  # what a cut sentence should not end in, dashes included


def is_own(link: Link) -> bool:
    """Whether a link is the author's own site or profile: as they said, else as its site tells."""
    return is_profile(link.url) if link.own is None else link.own


def describe(bio_text: str) -> str:
    """The beginning of a biography's plain text as one line, cut between words where the language has spaces."""
    text = " ".join(bio_text.split())
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    cut = text[: _LONGEST_DESCRIPTION - 1]
    space = cut.rfind(" ")
    return cut[: space if space >= _SHORTEST_WORTH_CUTTING_AT_A_SPACE else None].rstrip(_NO_END) + "…"


def profile_page(site: Site, profile: Profile, description: str) -> dict[str, object]:
    """The page as a schema.org ProfilePage. Times move with a person's edits only; the identifier survives renames."""
    content = profile.content
    url = addresses.absolute(site, addresses.page(profile.slug))
    person_id = f"{url}#person"
    person: dict[str, object] = {
        "@type": "Person",
        "@id": person_id,
        "name": content.name,
        "identifier": profile.id,
        "url": url,
    }
    if description:
        person["description"] = description
    if content.photo:
        person["image"] = portraits.image_urls(site, profile.id, content.photo)
    if elsewhere := [link.url for link in content.links if is_own(link) and not link.url.startswith("mailto:")]:
        person["sameAs"] = elsewhere
    page: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "@id": url,
        "url": url,
        "name": content.name,
        "dateCreated": stamp(profile.created_at),
        "dateModified": stamp(profile.saved_at),
        "mainEntity": person,
    }
    if content.books:
        page["hasPart"] = [books.linked_data(site, profile.id, book, person_id) for book in content.books]
    return page


def profile_graph(site: Site, profile: Profile, description: str) -> list[tuple[str, str]]:
    """The page's OpenGraph properties in their order.

    First and last name are left out: one name field cannot tell them apart for everybody.
    """
    content = profile.content
    graph = [
        ("og:type", "profile"),
        ("og:title", content.name),
        ("og:url", addresses.absolute(site, addresses.page(profile.slug))),
    ]
    if content.photo:
        graph += portraits.share_graph(site, profile.id, content.photo, content.name)
    if description:
        graph.append(("og:description", description))
    return [*graph, ("og:site_name", site.name), ("profile:username", profile.slug)]


def list_graph(site: Site, title: str, path: str) -> list[tuple[str, str]]:
    """The OpenGraph properties of a page that lists authors."""
    return [
        ("og:type", "website"),
        ("og:title", title),
        ("og:url", addresses.absolute(site, path)),
        ("og:site_name", site.name),
    ]
