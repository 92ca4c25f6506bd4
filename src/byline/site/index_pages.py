"""The files that list authors: the index, a page for each letter, the JSON index and the sitemap.

Made from the entries of the published and nothing else. Apart from the sitemap's parts there are as many as the
alphabet has letters, however many authors there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.files.port import File
from byline.messages.catalogue import translations
from byline.profiles import names
from byline.site import addresses, metadata
from byline.site.rendering import HTML, JSON, XML, as_json, render, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from byline.settings import Site
    from byline.site.entries import Published

INDEX_FORMAT = "byline-authors/1"
"""What the JSON index calls its own shape."""
MOST_NAMES_ON_THE_INDEX = 300
"""With more authors than this the index shows letters and counts only; the names are on the letters' pages."""
MOST_URLS_IN_A_SITEMAP = 50_000
"""The protocol's bound (sitemaps.org); a longer one is split."""


@dataclass(frozen=True, slots=True)
class Group:
    """The authors under one letter, in order; ``address`` is the letter's page."""

    id: str
    title: str
    address: str
    authors: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An author in a list."""

    entry: Published
    address: str


def index_files(site: Site, entries: Iterable[Published]) -> tuple[File, ...]:
    """All of them, in the order in which they may be written: what is linked to comes before what links to it."""
    ordered = sorted(entries, key=_place)
    groups = _groups(ordered)
    return (
        *(_letter_page(site, group, groups) for group in groups),
        *_sitemaps(site, ordered),
        _json_page(site, ordered),
        _index(site, groups, len(ordered)),
    )


def _place(entry: Published) -> tuple[str, str]:
    return names.sort_key(entry.sort_name), entry.profile_id


def _groups(ordered: Sequence[Published]) -> list[Group]:
    """Letters in the order in which their first author comes."""
    titles: dict[str, str] = {}
    authors: dict[str, list[Line]] = {}
    for entry in ordered:
        letter = names.letter(entry.sort_name)
        titles[letter.id] = letter.title
        authors.setdefault(letter.id, []).append(Line(entry, addresses.local(addresses.page(entry.slug))))
    return [
        Group(letter_id, titles[letter_id], addresses.local(addresses.letter_page(letter_id)), tuple(lines))
        for letter_id, lines in authors.items()
    ]


def _letter_page(site: Site, group: Group, groups: Sequence[Group]) -> File:
    path = addresses.letter_page(group.id)
    title = f"{_authors(site)}: {group.title}"
    body = render(
        "letter.html",
        site.language,
        site=site,
        title=title,
        group=group,
        groups=groups,
        canonical=addresses.absolute(site, path),
        graph=metadata.list_graph(site, title, path),
    )
    return File(path, body, HTML)


def _authors(site: Site) -> str:
    return translations(site.language).gettext("Authors")


def _index(site: Site, groups: Sequence[Group], count: int) -> File:
    body = render(
        "index.html",
        site.language,
        site=site,
        groups=groups,
        count=count,
        with_names=count <= MOST_NAMES_ON_THE_INDEX,
        canonical=addresses.absolute(site, addresses.INDEX),
        json_page=addresses.local(addresses.INDEX_JSON),
        graph=metadata.list_graph(site, _authors(site), addresses.INDEX),
    )
    return File(addresses.INDEX, body, HTML)


def _json_page(site: Site, ordered: Sequence[Published]) -> File:
    """The index for programs, described in docs/published-files.md."""
    value = {
        "format": INDEX_FORMAT,
        "name": site.name,
        "url": addresses.absolute(site, addresses.INDEX),
        "authors": [
            {
                "id": entry.profile_id,
                "name": entry.name,
                "sort_name": entry.sort_name,
                "letter": names.letter(entry.sort_name).id,
                "slug": entry.slug,
                "url": addresses.absolute(site, addresses.page(entry.slug)),
                "modified": stamp(entry.modified_at),
            }
            for entry in ordered
        ],
    }
    return File(addresses.INDEX_JSON, as_json(value), JSON)


def _sitemaps(site: Site, ordered: Sequence[Published]) -> list[File]:
    """One sitemap, or parts and the list of them, which then has the sitemap's address.

    An author's ``lastmod`` is the time of their last edit. The index has none: no person edits it.
    """
    urls = [(addresses.absolute(site, addresses.INDEX), "")] + [
        (addresses.absolute(site, addresses.page(entry.slug)), stamp(entry.modified_at)) for entry in ordered
    ]
    if len(urls) <= MOST_URLS_IN_A_SITEMAP:
        return [File(addresses.SITEMAP, render("sitemap.xml", urls=urls), XML)]
    slices = [urls[at : at + MOST_URLS_IN_A_SITEMAP] for at in range(0, len(urls), MOST_URLS_IN_A_SITEMAP)]
    parts = [
        File(addresses.sitemap_part(number), render("sitemap.xml", urls=part), XML)
        for number, part in enumerate(slices, start=1)
    ]
    places = [addresses.absolute(site, part.path) for part in parts]
    return [*parts, File(addresses.SITEMAP, render("sitemaps.xml", places=places), XML)]
