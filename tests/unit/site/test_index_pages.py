"""The index, the letters, the JSON index and the sitemap."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from lxml import etree, html
from tests.unit.site.environment import SITE

from byline.profiles.model import Photo, ProfileId, Slug
from byline.site import index_pages
from byline.site.entries import Published, from_record, sort_text, to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = datetime(2026, 1, 1, tzinfo=UTC)

# The protocol of sitemaps.org as a schema: what may stand in a sitemap and in which order.
SITEMAP_SCHEMA = etree.XMLSchema(
    etree.XML("""
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.sitemaps.org/schemas/sitemap/0.9"
            xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" elementFormDefault="qualified">
  <xsd:simpleType name="place">
    <xsd:restriction base="xsd:anyURI"><xsd:minLength value="12"/><xsd:maxLength value="2048"/></xsd:restriction>
  </xsd:simpleType>
  <xsd:simpleType name="time"><xsd:union memberTypes="xsd:date xsd:dateTime xsd:gYearMonth xsd:gYear"/></xsd:simpleType>
  <xsd:complexType name="entry">
    <xsd:sequence>
      <xsd:element name="loc" type="place"/>
      <xsd:element name="lastmod" type="time" minOccurs="0"/>
    </xsd:sequence>
  </xsd:complexType>
  <xsd:element name="urlset">
    <xsd:complexType><xsd:sequence>
      <xsd:element name="url" type="entry" maxOccurs="50000"/>
    </xsd:sequence></xsd:complexType>
  </xsd:element>
  <xsd:element name="sitemapindex">
    <xsd:complexType><xsd:sequence>
      <xsd:element name="sitemap" type="entry" maxOccurs="50000"/>
    </xsd:sequence></xsd:complexType>
  </xsd:element>
</xsd:schema>""")
)
PLACES = etree.XPath("//s:loc/text()", namespaces={"s": "http://www.sitemaps.org/schemas/sitemap/0.9"})
TIMES = etree.XPath("//s:lastmod/text()", namespaces={"s": "http://www.sitemaps.org/schemas/sitemap/0.9"})


def entry(sort_name: str, slug: str = "", *, name: str = "", days: int = 0) -> Published:
    slug = slug or "".join(letter for letter in sort_name.lower() if letter.isascii() and letter.isalpha())
    name = name or " ".join(reversed(sort_name.split(", ")))
    profile_id = ProfileId(f"id-{slug}")
    modified_at = START + timedelta(days=days)
    return Published(profile_id, name, sort_name, Slug(slug), (), modified_at, sort_text(sort_name, profile_id))


def many(count: int) -> list[Published]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [entry(f"{alphabet[number % 26]}name{number:05}, Ana", f"slug-{number}") for number in range(count)]


def files_of(entries: Iterable[Published]) -> dict[str, bytes]:
    return {file.path: file.body for file in index_pages.small_site_files(SITE, entries)}


def tree_of(entries: Iterable[Published], path: str = "authors/index.html") -> Any:
    return html.fromstring(files_of(entries)[path].decode())


def sitemap_of(files: Mapping[str, bytes], path: str = "authors/sitemap.xml") -> Any:
    document = etree.fromstring(files[path])
    SITEMAP_SCHEMA.assertValid(document)
    return document


def test_a_site_without_authors_has_an_index_that_says_so() -> None:
    files = files_of([])
    text = html.fromstring(files["authors/index.html"].decode()).xpath("//main")[0].text_content()

    assert set(files) == {
        "authors/index.html",
        "authors/index-1.json",
        "authors/index.json",
        "authors/sitemap.xml",
    }
    assert "No page has been published yet" in text
    assert json.loads(files["authors/index.json"])["authors"] == []
    assert PLACES(sitemap_of(files)) == ["https://authors.example.org/authors/"]


def test_a_small_site_shows_every_name_under_its_letter_in_order() -> None:
    tree = tree_of([entry("Zola, Emile"), entry("Lima, Ana"), entry("Lem, Stan"), entry("Abara, Olu")])

    assert [section.xpath("string(h2)") for section in tree.xpath("//section")] == ["A", "L", "Z"]
    assert tree.xpath("//section//a/text()") == ["Olu Abara", "Stan Lem", "Ana Lima", "Emile Zola"]
    assert tree.xpath("//section//a/@href")[0] == "/authors/abaraolu/"
    assert tree.xpath("//main//nav//a/@href") == [f"#{anchor}" for anchor in tree.xpath("//h2/@id")]
    assert "4 authors" in tree.text_content()


def test_a_single_author_is_counted_in_the_singular() -> None:
    assert "1 author\n" in tree_of([entry("Lima, Ana")]).text_content()


def test_a_large_site_shows_letters_and_counts_only() -> None:
    names_shown = tree_of(many(index_pages.MOST_NAMES_ON_THE_INDEX))
    letters_shown = tree_of(many(index_pages.MOST_NAMES_ON_THE_INDEX + 1))

    assert len(names_shown.xpath("//ul[@class='names']//a")) == 300
    assert not letters_shown.xpath("//ul[@class='names']")
    assert letters_shown.xpath("//main//nav//a/@href")[:2] == ["/authors/letter/a/", "/authors/letter/b/"]
    assert letters_shown.xpath("//main//nav//a")[0].text_content() == "A 12 authors"


def test_a_letters_page_has_its_authors_and_the_way_to_the_other_letters() -> None:
    tree = tree_of([entry("Zola, Emile"), entry("Lima, Ana"), entry("Lem, Stan")], "authors/letter/l/index.html")

    assert tree.xpath("//ul[@class='names']//a/text()") == ["Stan Lem", "Ana Lima"]
    assert tree.xpath("//nav[@class='letters']//a/@href") == ["/authors/letter/l/", "/authors/letter/z/"]
    assert tree.xpath("//nav//a[@aria-current='page']/text()") == ["L"]
    assert tree.xpath("//link[@rel='canonical']/@href") == ["https://authors.example.org/authors/letter/l/"]


def test_only_letters_that_somebody_has_are_there() -> None:
    assert [path for path in files_of([entry("Lima, Ana")]) if "/letter/" in path] == ["authors/letter/l/index.html"]


def test_what_is_linked_to_is_written_before_the_index() -> None:
    paths = [file.path for file in index_pages.small_site_files(SITE, many(30))]

    assert paths[-1] == "authors/index.html"


def test_the_order_in_which_entries_are_read_does_not_matter() -> None:
    entries = [*many(40), entry("Lima, Ana", "ana-1"), entry("Lima, Ana", "ana-2")]

    assert files_of(entries) == files_of(reversed(entries))


def test_lists_are_html_that_a_strict_parser_takes_whatever_the_names() -> None:
    entries = [entry("<b>&\"'", "odd", name="<b>&\"'</script>"), entry("أحمد", "ahmed"), entry("村上春樹", "murakami")]

    for count in (0, 400):
        for path, body in files_of([*entries[: count + 3], *many(count)]).items():
            if path.endswith(".html"):
                html5lib.HTMLParser(strict=True).parse(body.decode())
    assert "<b>&\"'</script>" in tree_of(entries).xpath("//ul[@class='names']//a/text()")


def test_the_json_index_lists_everybody() -> None:
    index = json.loads(files_of([entry("Lima, Ana", days=5), entry("Abara, Olu")])["authors/index.json"])

    assert (index["format"], index["name"]) == ("byline-authors/1", "Sandhill Press")
    assert index["url"] == "https://authors.example.org/authors/"
    assert index["authors"][1] == {
        "id": "id-limaana",
        "name": "Ana Lima",
        "sort_name": "Lima, Ana",
        "letter": "l",
        "slug": "limaana",
        "url": "https://authors.example.org/authors/limaana/",
        "modified": "2026-01-06T00:00:00+00:00",
    }


def test_the_sitemap_names_each_page_with_the_time_of_its_last_edit() -> None:
    document = sitemap_of(files_of([entry("Lima, Ana", days=5), entry("Abara, Olu")]))

    assert PLACES(document) == [
        "https://authors.example.org/authors/",
        "https://authors.example.org/authors/abaraolu/",
        "https://authors.example.org/authors/limaana/",
    ]
    assert TIMES(document) == ["2026-01-01T00:00:00+00:00", "2026-01-06T00:00:00+00:00"]


@pytest.mark.parametrize("sort_name", ["Lima, Ana", "é" * 200, "\U0001f600" * 200, "ﷺ" * 200, "", " "])
def test_an_entry_comes_back_from_its_record_and_fits_into_the_index(sort_name: str) -> None:
    record = to_record(entry(sort_name, "slug"), version=4)

    assert from_record(record) == entry(sort_name, "slug")
    assert record.version == 4
    assert len(record.entry.sort.encode()) < 1000


def with_portraits(count: int) -> list[Published]:
    photo = Photo("d1", ((640, 800), (320, 400), (96, 120)))
    return [replace(each, photo=photo) if at < count else each for at, each in enumerate(many(20))]


def test_from_twelve_portraits_on_the_index_shows_them_and_a_page_beside_it_the_names() -> None:
    entries = with_portraits(12)
    faces, names = tree_of(entries), tree_of(entries, "authors/letter/all/index.html")

    assert len(faces.xpath("//ul[@class='faces']/li")) == 20
    assert len(faces.xpath("//li/a/img[@alt='']")) == 12
    assert faces.xpath("//li/a/img[not(@loading='lazy')]") == faces.xpath("//li/a/img")[:4]
    assert faces.xpath("//li//img/@src")[0] == "/authors/photos/id-slug-0/d1-320.jpg"
    assert faces.xpath("//span[@class='initial']/text()") == ["A"] * 8
    assert faces.xpath("//p[@class='count']/a/@href") == ["/authors/letter/all/"]
    assert names.xpath("//p[@class='count']/a/@href") == ["/authors/"]
    assert names.xpath("//img") == []
    assert len(names.xpath("//ul[@class='names']/li")) == 20
    for page in (faces, names):
        linked = page.xpath("//nav[@class='letters']//a/@href")
        assert len(linked) == 20
        assert {f"#{name}" for name in page.xpath("//main//@id")} >= set(linked)


def test_with_fewer_portraits_the_index_is_a_list() -> None:
    files = files_of(with_portraits(11))

    assert b"<img" not in files["authors/index.html"]
    assert "authors/letter/all/index.html" not in files


def test_people_of_one_name_are_told_apart_and_nobody_else_is() -> None:
    one, other = entry("Lima, Ana", "ana"), entry("Lima, Ana", "ana-2")
    entries = [replace(one, about="Writes poems."), replace(other, about="Keeps bees."), entry("Vale, Ines")]

    assert tree_of(entries).xpath("//span[@class='about']/text()") == ["Writes poems.", "Keeps bees."]


def test_a_letter_leads_to_the_one_before_and_the_one_after() -> None:
    entries = [entry("Abel, Ana"), entry("Lima, Ana"), entry("Vale, Ana")]
    turns = {
        letter: tree_of(entries, f"authors/letter/{letter}/index.html").xpath("//nav[@class='turn']/a/@href")
        for letter in "alv"
    }

    assert turns == {
        "a": ["/authors/letter/l/"],
        "l": ["/authors/letter/a/", "/authors/letter/v/"],
        "v": ["/authors/letter/l/"],
    }
