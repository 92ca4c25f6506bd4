"""The files that list authors: the index, the letters' pages, the JSON lists and the sitemaps.

Made from the entries of the published and nothing else. A small site has one file of each kind, and a page for each
letter. A large one has a page, a JSON list and a sitemap for each part (``index_parts``), and no file with more authors
than a part has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.files.port import File
from byline.messages.catalogue import translations
from byline.profiles import collation
from byline.site import addresses, metadata, portraits
from byline.site.index_lines import lines
from byline.site.rendering import HTML, JSON, XML, as_json, render, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from byline.settings import Site
    from byline.site.entries import Published
    from byline.site.index_lines import Line
    from byline.site.index_parts import Frame, Layout, Part

LIST_FORMAT = "byline-authors/2"
"""What a JSON list of authors calls its shape."""
SHORT_LIST_FORMAT = "byline-authors/1"
"""That of the list at the address of the index on a small site, which says less of each author."""
PARTS_FORMAT = "byline-authors-parts/1"
"""What the JSON list of such lists calls its own."""
MOST_AUTHORS_IN_A_FILE = 500
"""A site with more authors is a large one."""
_ONLY_PART = 1
"""The number of a small site's one list. A large site's parts count from it, so that one of them takes its place."""
FEWEST_PORTRAITS = 12
"""With fewer portraits than this the index is a list of names."""
MOST_NAMES_ON_THE_INDEX = 300
"""With more authors than this the index shows letters and counts only; the names are on the letters' pages."""


@dataclass(frozen=True, slots=True)
class Group:
    """A letter: where its page is, how many authors it has, and on a small site their lines in order."""

    id: str
    title: str
    address: str
    count: int
    authors: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A letter's page, as others link to it."""

    label: str
    address: str


def small_site_files(site: Site, entries: Iterable[Published]) -> tuple[File, ...]:
    """All of a small site, in the order in which they may be written: what is linked to before what links to it."""
    ordered = sorted(entries, key=lambda entry: entry.sort)
    groups = _groups(ordered)
    steps = [Step(group.title, group.address) for group in groups]
    portraits = sum(entry.photo is not None for entry in ordered)
    with_faces = portraits >= FEWEST_PORTRAITS and len(ordered) <= MOST_NAMES_ON_THE_INDEX
    return (
        *(_letter_page(site, Step(group.title, group.address), group.authors, steps) for group in groups),
        _sitemap(addresses.SITEMAP, [(addresses.absolute(site, addresses.INDEX), ""), *_urls(site, ordered)]),
        _json_list(site, addresses.json_part(_ONLY_PART), ordered),
        _short_json_list(site, ordered),
        *(
            [_index(site, groups, len(ordered), path=addresses.ALL_NAMES, other_view=addresses.INDEX)]
            if with_faces
            else []
        ),
        _index(site, groups, len(ordered), with_faces=with_faces, other_view=addresses.ALL_NAMES if with_faces else ""),
    )


def part_files(site: Site, frame: Frame, entries: Sequence[Published], *, with_page: bool) -> tuple[File, ...]:
    """A part of a large site, or only what programs read of it; the entries are in order."""
    part = frame.part
    files = (
        _json_list(site, addresses.json_part(part.number), entries),
        _sitemap(addresses.sitemap_part(part.number), _urls(site, entries)),
    )
    return (_page_of_part(site, frame, entries), *files) if with_page else files


def _page_of_part(site: Site, frame: Frame, entries: Sequence[Published]) -> File:
    part = frame.part
    if part.is_first:
        steps = [_step(each) for each in frame.siblings]
    else:
        letter = addresses.local(addresses.letter_page(part.letter))
        steps = [Step(part.title, letter), _step(part)]
    return _letter_page(site, _step(part), lines(entries), steps, frame)


def part_paths(part: Part) -> tuple[str, ...]:
    """The paths of a part's files."""
    return _page_of(part), addresses.json_part(part.number), addresses.sitemap_part(part.number)


def head_files(site: Site, layout: Layout) -> tuple[File, ...]:
    """The files of a large site that lead to its parts; the index comes last."""
    groups = [
        Group(parts[0].letter, parts[0].title, addresses.local(_page_of(parts[0])), sum(part.count for part in parts))
        for parts in layout.letters()
    ]
    value = {
        "format": PARTS_FORMAT,
        "name": site.name,
        "url": addresses.absolute(site, addresses.INDEX),
        "parts": [addresses.absolute(site, addresses.json_part(part.number)) for part in layout.parts],
    }
    numbers = (0, *(part.number for part in layout.parts))
    sitemaps = [addresses.absolute(site, addresses.sitemap_part(number)) for number in numbers]
    return (
        _sitemap(addresses.sitemap_part(0), [(addresses.absolute(site, addresses.INDEX), "")]),
        File(addresses.SITEMAP, render("sitemaps.xml", addresses=sitemaps), XML),
        File(addresses.INDEX_JSON, as_json(value), JSON),
        _index(site, groups, layout.count),
    )


def _groups(ordered: Sequence[Published]) -> list[Group]:
    """The letters in the order in which their first authors come."""
    by_letter: dict[str, list[Line]] = {}
    for entry, line in zip(ordered, lines(ordered), strict=True):
        by_letter.setdefault(entry.sort[0], []).append(line)
    found = []
    for first, authors in by_letter.items():
        letter_id, title = collation.heading(first)
        address = addresses.local(addresses.letter_page(letter_id))
        found.append(Group(letter_id, title, address, len(authors), tuple(authors)))
    return found


def _step(part: Part) -> Step:
    return Step(part.label, addresses.local(_page_of(part)))


def _page_of(part: Part) -> str:
    return addresses.letter_page(part.letter, 0 if part.is_first else part.number)


def _letter_page(
    site: Site, page: Step, authors: Sequence[Line], steps: Sequence[Step], frame: Frame | None = None
) -> File:
    """A letter's page, or one of several; ``steps`` are the letters or parts that it leads to, itself included."""
    path = f"{page.address[1:]}index.html"
    at = steps.index(page) if frame is None else 0
    before, after = (steps[at - 1 : at] if at else []), steps[at + 1 : at + 2]
    title = f"{_authors(site)}: {page.label}"
    body = render(
        "letter.html",
        site.language,
        site=site,
        title=title,
        here=page.address,
        steps=steps,
        authors=authors,
        is_whole_letter=frame is None or (frame.part.is_first and not frame.siblings),
        with_faces=any(author.photo for author in authors),
        are_letters=frame is None,
        previous=next(iter(before), None) if frame is None else frame.previous and _step(frame.previous),
        following=next(iter(after), None) if frame is None else frame.following and _step(frame.following),
        canonical=addresses.absolute(site, path),
        graph=metadata.list_graph(site, title, path),
    )
    return File(path, body, HTML)


def _authors(site: Site) -> str:
    return translations(site.language).gettext("Authors")


def _index(
    site: Site,
    groups: Sequence[Group],
    count: int,
    *,
    path: str = addresses.INDEX,
    with_faces: bool = False,
    other_view: str = "",
) -> File:
    """All authors; ``other_view`` is the path of the page that shows them in the other way."""
    body = render(
        "index.html",
        site.language,
        site=site,
        groups=groups,
        count=count,
        with_names=count <= MOST_NAMES_ON_THE_INDEX,
        with_faces=with_faces,
        other_view=other_view and addresses.local(other_view),
        canonical=addresses.absolute(site, addresses.INDEX),
        json_page=addresses.local(addresses.INDEX_JSON),
        graph=metadata.list_graph(site, _authors(site), addresses.INDEX),
    )
    return File(path, body, HTML)


def _json_list(site: Site, path: str, ordered: Sequence[Published]) -> File:
    """Authors for programs, described in docs/published-files.md."""
    value = {
        "format": LIST_FORMAT,
        "name": site.name,
        "url": addresses.absolute(site, addresses.INDEX),
        "authors": [author_for_programs(site, entry) for entry in ordered],
    }
    return File(path, as_json(value), JSON)


def author_for_programs(site: Site, entry: Published) -> dict[str, object]:
    """An author in a JSON list."""
    photo = portraits.for_programs(site, entry.profile_id, entry.photo, entry.name)
    return {**_for_programs(site, entry), "summary": entry.summary, "photo": photo}


def _short_json_list(site: Site, ordered: Sequence[Published]) -> File:
    """All authors of a small site, as programs have read them from the first release on."""
    value = {
        "format": SHORT_LIST_FORMAT,
        "name": site.name,
        "url": addresses.absolute(site, addresses.INDEX),
        "parts": [addresses.absolute(site, addresses.json_part(_ONLY_PART))],
        "authors": [_for_programs(site, entry) for entry in ordered],
    }
    return File(addresses.INDEX_JSON, as_json(value), JSON)


def _for_programs(site: Site, entry: Published) -> dict[str, str]:
    return {
        "id": entry.profile_id,
        "name": entry.name,
        "sort_name": entry.sort_name,
        "letter": entry.letter,
        "slug": entry.slug,
        "url": addresses.absolute(site, addresses.page(entry.slug)),
        "modified": stamp(entry.modified_at),
    }


def _urls(site: Site, ordered: Sequence[Published]) -> list[tuple[str, str]]:
    """Authors' pages for a sitemap. ``lastmod`` is the time of the last edit; lists have none: no person edits them."""
    return [(addresses.absolute(site, addresses.page(entry.slug)), stamp(entry.modified_at)) for entry in ordered]


def _sitemap(path: str, urls: Sequence[tuple[str, str]]) -> File:
    return File(path, render("sitemap.xml", urls=urls), XML)
