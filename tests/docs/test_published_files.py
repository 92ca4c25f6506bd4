"""docs/published-files.md against the files that readers and programs get."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.docs.documents import code, table_under, tables, text_of
from tests.environment import make_world
from tests.people import make_portal

from byline.richtext import sanitize
from byline.site import index_entries, index_pages

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person

DOCUMENT = "docs/published-files.md"
JSON_PAGE = "The JSON of an author: `byline-author/2`"
SEVERAL = "The JSON of several authors: `byline-authors/2`"
SHORT = "The list of a small site: `byline-authors/1`"
NEWEST = "The newest authors: `byline-newest/1`"
PARTS = "The list of such files: `byline-authors-parts/1`"


@pytest.fixture
def reader(tmp_path: Path) -> Person:
    """Somebody who looks at what an author published."""
    return reader_of(tmp_path)


@pytest.fixture
def reader_of_a_large_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The same where one author is more than one file may have, so that there are parts."""
    monkeypatch.setattr(index_entries, "MOST_AUTHORS_IN_A_FILE", 0)
    monkeypatch.setattr(index_pages, "MOST_AUTHORS_IN_A_FILE", 0)
    return reader_of(tmp_path)


def reader_of(folder: Path) -> Person:
    portal = make_portal(make_world(folder))
    portal.author().save(author_bio="Hello.", link_label="Home", link_url="https://example.org/", book_title="Tides")
    portal.world.work()
    return portal.person()


def fetched(reader: Person, path: str) -> dict[str, Any]:
    """A published JSON file."""
    value: dict[str, Any] = json.loads(reader.get(path).data)
    return value


def members(heading: str) -> set[str]:
    """The members that the document tells of."""
    return {name for row in table_under(text_of(DOCUMENT), heading) for name in code(row[0])}


def test_the_twin_of_a_page_has_the_members_that_are_described(reader: Person) -> None:
    json_page = fetched(reader, "/authors/ana-lima/index.json")

    assert set(json_page) == members(JSON_PAGE)
    assert f"`{json_page['format']}`" in JSON_PAGE
    assert set(json_page["links"][0]) == {"label", "url", "network", "own"}
    assert set(json_page["books"][0]) == set(code(dict(table_under(text_of(DOCUMENT), JSON_PAGE))["`books`"])) - {
        "null",
        "sizes",
        "photo",
    }


def test_the_index_for_programs_has_the_members_that_are_described(reader: Person) -> None:
    short = fetched(reader, "/authors/index.json")
    (part,) = short["parts"]
    index = fetched(reader, urlsplit(part).path)

    for said, heading in ((index, SEVERAL), (short, SHORT)):
        each = dict(table_under(text_of(DOCUMENT), heading))["`authors`"]
        assert set(said) == members(heading)
        assert f"`{said['format']}`" in heading
        assert set(said["authors"][0]) == set(code(each))


def test_the_newest_have_the_members_that_are_described(reader: Person) -> None:
    newest, (part,) = fetched(reader, "/authors/newest.json"), fetched(reader, "/authors/index.json")["parts"]
    listed = fetched(reader, urlsplit(part).path)["authors"][0]

    assert set(newest) == members(NEWEST)
    assert f"`{newest['format']}`" in NEWEST
    assert set(newest["authors"][0]) == {*listed, "created"} - {"modified"}


def test_the_list_of_parts_has_the_members_that_are_described(reader_of_a_large_site: Person) -> None:
    index = fetched(reader_of_a_large_site, "/authors/index.json")
    (part,) = index["parts"]

    assert set(index) == members(PARTS)
    assert f"`{index['format']}`" in PARTS
    assert set(fetched(reader_of_a_large_site, urlsplit(part).path)) == members(SEVERAL)


def test_the_elements_of_a_biography_are_those_that_are_described() -> None:
    words = dict(table_under(text_of(DOCUMENT), JSON_PAGE))["`bio_html`"]

    assert set(code(words)) - {"href"} == set(sanitize.TAGS)


def test_every_address_that_is_described_answers(reader: Person) -> None:
    page = reader.get("/authors/ana-lima/").text
    described = [code(row[0])[0] for row in tables(text_of(DOCUMENT))[0]]
    filled = {
        address: address.replace("<slug>", "ana-lima").replace("<letter>", "l")
        for address in described
        if address != "/authors/letter/all/"  # only with twelve portraits
        and not {"<old slug>", "<id>", "<digest>", "<n>"} & set(re.findall(r"<[^>]+>", address))
    }
    style = re.search(r'href="(/authors/byline\.[0-9a-f]+\.css)"', page)
    assert style
    rules = reader.get(style[1])
    fonts = re.findall(r'url\("(/authors/byline\.[0-9a-f]+\.woff2)"\)', rules.text)

    assert len(filled) == len(described) - 10
    assert {address: reader.get(path).status_code for address, path in filled.items()} == dict.fromkeys(filled, 200)
    assert rules.status_code == 200
    assert [reader.get(font).status_code for font in fonts] == [200, 200]


def test_the_policy_to_send_along_is_that_of_the_pages_and_one_more(reader: Person) -> None:
    advised = next(line for line in code(text_of(DOCUMENT)) if line.startswith("Content-Security-Policy"))
    inside = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', reader.get("/authors/").text)

    assert inside
    assert advised == f"Content-Security-Policy: {inside[1]}; frame-ancestors 'none'"
