"""An author's published files, made from the profile and nothing else: the page, its JSON, and the stubs that
lead from old addresses to it.

Nothing here reads or writes anything, so that publishing again is always safe. A stored biography is not trusted: it
may be older than a rule, or come from an edited store or backup. So it passes through nh3 again, which costs a
twentieth of reading it as it was read when it was saved.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from byline.files.port import File
from byline.profiles import collation
from byline.profiles.links import label_of
from byline.richtext import sanitize, urls
from byline.richtext.networks import network_of
from byline.site import addresses, books, metadata, portraits
from byline.site.icons import icon
from byline.site.rendering import HTML, JSON, as_json, for_script, render, stamp

if TYPE_CHECKING:
    import nh3

    from byline.profiles.model import Link, Profile
    from byline.settings import Site

JSON_FORMAT = "byline-author/2"
"""The format that the JSON of a page names. A member may be added to it; another meaning needs another number."""

_DIRECTED = ("p", "ul", "ol")


@lru_cache(maxsize=32)
def author_files(site: Site, profile: Profile) -> tuple[File, ...]:
    """The page and its JSON, the page first.

    Cached, since the job of a save publishes again what the save published before it answered.
    """
    bio_html = sanitize.purify(profile.content.bio)
    bio_text = sanitize.plain_text(bio_html)
    json_page = as_json(for_programs(site, profile, bio_html, bio_text))
    return _page(site, profile, bio_html, bio_text), File(addresses.json_page(profile.slug), json_page, JSON)


def for_programs(site: Site, profile: Profile, bio_html: str, bio_text: str) -> dict[str, object]:
    """The profile for programs, described in docs/published-files.md; nothing in it that the page does not show.

    ``bio_html`` is the purified biography, ``bio_text`` its plain text.
    """
    content = profile.content
    return {
        "format": JSON_FORMAT,
        "id": profile.id,
        "name": content.name,
        "sort_name": content.sort_name,
        "url": addresses.absolute(site, addresses.page(profile.slug)),
        "slug": profile.slug,
        "bio_html": bio_html,
        "bio_text": bio_text,
        "summary": content.summary,
        "books": [books.for_programs(site, profile.id, book) for book in content.books],
        "links": [_link_for_programs(link) for link in content.links],
        "photo": portraits.for_programs(site, profile.id, content.photo, content.name),
        "modified": stamp(profile.saved_at),
    }


def moved_files(site: Site, profile: Profile) -> tuple[File, ...]:
    """A stub for each old address: it says where the page is, to people, to browsers and to search engines.

    It is a file like any other, since a bucket of files knows no redirects.
    """
    path = addresses.page(profile.slug)
    values = {
        "site": site,
        "name": profile.content.name,
        "address": addresses.local(path),
        "canonical": addresses.absolute(site, path),
    }
    return tuple(
        File(addresses.page(old), render("moved.html", site.language, **values), HTML)
        for old in profile.old_slugs
        if old != profile.slug
    )


def _page(site: Site, profile: Profile, bio_html: str, bio_text: str) -> File:
    content = profile.content
    description = content.summary or metadata.describe(bio_text)
    path = addresses.page(profile.slug)
    body = render(
        "author.html",
        site.language,
        site=site,
        profile=profile,
        bio=Markup(_for_readers().clean(bio_html)),  # noqa: S704 - cleaned in this very line
        photo=portraits.shown(site, profile.id, content.photo, content.name) if content.photo else None,
        initial=collation.initial(content.name),
        books=[books.shown(profile.id, book) for book in content.books],
        links=[_shown(link) for link in content.links],
        description=description,
        canonical=addresses.absolute(site, path),
        json_page=addresses.local(addresses.json_page(profile.slug)),
        graph=metadata.profile_graph(site, profile, description),
        linked_data=for_script(metadata.profile_page(site, profile, description)),
    )
    return File(path, body, HTML)


def _shown(link: Link) -> dict[str, str]:
    """A link and, small beside its label, where it leads: a label can claim anything."""
    network = network_of(link.url)
    place = network.name if network else urls.destination(link.url)
    label = label_of(link)
    return {
        "url": link.url,
        "icon": icon(network, link.url),
        "label": label,
        "place": place if link.label and label != place else "",
        "rel": "me noopener" if metadata.is_own(link) else "noopener",
    }


def _link_for_programs(link: Link) -> dict[str, object]:
    network = network_of(link.url)
    return {
        "label": label_of(link),
        "url": link.url,
        "network": network.id if network else None,
        "own": metadata.is_own(link),
    }


@cache
def _for_readers() -> nh3.Cleaner:
    """A paragraph or list takes its direction from its own first letter: Hebrew and English may stand together."""
    import nh3  # noqa: PLC0415 - a page view needs none

    return nh3.Cleaner(
        tags=set(sanitize.TAGS),
        attributes={"a": {"href"}, **{tag: {"dir"} for tag in _DIRECTED}},
        set_tag_attribute_values={tag: {"dir": "auto"} for tag in _DIRECTED},
        url_schemes=set(sanitize.SCHEMES),
        link_rel="noopener",
    )
