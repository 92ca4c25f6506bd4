"""The books of authors as ONIX: valid in both releases, by the schemas and by the rules that they leave out."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from onixcheck import validate
from tests.unit.exports.onix_linter import lint

from byline.accounts.model import Account, AccountId, Address, Role, State
from byline.exports.onix import RELEASES, OnixExport
from byline.exports.people import ExportedAuthor
from byline.profiles.model import Book, Content, Link, Photo, Profile, ProfileId, Slug
from byline.richtext import sanitize
from byline.settings import Site

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SITE = Site("Dune & Daughters", "https://authors.dune.example", "Dune", "")
BIO = sanitize.clean(
    '<p>Ana Lima wrote <em>Tides</em> &amp; <cite>Foam</cite>: <a href="https://ana.example/">her <b>site</b></a>.<br>'
    "Two lines.</p><ul><li>One<ol><li>Deep</li></ol></li></ul><blockquote><p>Quoted.</p></blockquote>"
)
LINKS = (
    Link("", "https://orcid.org/0000-0002-1825-0097", own=True),
    Link("", "https://isni.org/isni/0000000121032683", own=True),
    Link("Home", "https://ana.example/?a=1&b=2", own=True),
    Link("", "https://www.instagram.com/ana/", own=True),
    Link("Shop", "https://shop.example/", own=False),
    Link("Write", "mailto:ana@example.org", own=True),
)
BOOKS = (
    Book("Tides", "A novel", "Dune House", 2019, "9783161484100"),
    Book("Foam & Salt", year=2021),
    Book(isbn="9783161484100"),
)


def author(content: Content) -> ExportedAuthor:
    account = Account(
        AccountId("a"), Address("ana@example.org"), content.name, State.ACTIVE, Role.AUTHOR, NOON, NOON, profile_id="p"
    )
    return ExportedAuthor(account, Profile(ProfileId("p"), "a", Slug("ana-lima"), content, 1, "a", NOON, NOON), "1")


def message(release: str, *contents: Content) -> bytes:
    made = OnixExport(SITE, NOON, release)
    return b"".join([made.head(), *(chunk for each in contents for chunk in made.author(author(each))), made.tail()])


def check(body: bytes) -> None:
    """Fail unless both schemas and our own rules have nothing to say."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "message.xml"
        path.write_bytes(body)
        assert [str(each) for each in validate(str(path), schemas=("xsd", "rng"))] == []
    assert lint(body) == []


def texts(body: bytes, name: str) -> list[str]:
    found = etree.fromstring(body).xpath(f".//*[local-name()='{name}']")
    return ["".join(each.itertext()) for each in found]


FULL = Content(
    "Ana Lima",
    "Lima, Ana",
    BIO,
    LINKS,
    Photo("c0ffee", ((900, 1100), (320, 400)), credit="Bo Berg"),
    "Writes of the sea.",
    BOOKS,
)


@pytest.mark.parametrize("release", RELEASES)
def test_a_full_author_is_valid(release: str) -> None:
    body = message(release, FULL)
    check(body)
    assert texts(body, "TitleText") == ["Tides", "Foam & Salt"]
    assert texts(body, "KeyNames") == ["Lima", "Lima"]
    assert "0000000218250097" in texts(body, "IDValue")
    assert "000000012103268" in "".join(texts(body, "IDValue"))
    assert texts(body, "FeatureNote") == ["Bo Berg", "Bo Berg"]
    assert "shop.example" not in body.decode()
    assert "ana@example.org" not in body.decode()


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("name", "sort_name", "parts"),
    [
        ("Kestrelle", "Kestrelle", {"KeyNames": ["Kestrelle"]}),
        (
            "Ludwig van Beethoven",
            "Beethoven, Ludwig van",
            {"NamesBeforeKey": ["Ludwig"], "PrefixToKey": ["van"], "KeyNames": ["Beethoven"]},
        ),
        ("村上春樹", "むらかみ はるき", {"KeyNames": ["村上春樹"]}),
        ("Nguyễn Du", "Nguyễn Du", {"KeyNames": []}),
        ("Ursula K. Le Guin", "Le Guin, Ursula K.", {"NamesBeforeKey": ["Ursula K."], "KeyNames": ["Le Guin"]}),
    ],
)
def test_the_parts_of_a_name_are_told_where_they_are_known(
    release: str, name: str, sort_name: str, parts: dict[str, list[str]]
) -> None:
    body = message(release, Content(name, sort_name, books=(Book("Tides"),)))
    check(body)
    assert texts(body, "PersonName") == [name]
    for part, expected in parts.items():
        assert texts(body, part) == expected


@pytest.mark.parametrize("release", RELEASES)
def test_a_message_without_a_book_says_so_and_is_valid(release: str) -> None:
    body = message(release, Content("Ana Lima", "Lima, Ana", BIO))
    check(body)
    assert b"<NoProduct/>" in body


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.sampled_from(RELEASES))
def test_whatever_was_typed_the_message_is_valid(text: str, title: str, release: str) -> None:
    bio = sanitize.normalised(f"<p>{text}</p>")
    check(message(release, Content("Ana Lima", "Lima, Ana", bio, books=(Book(f"T{title}", publisher="P"),))))


def test_the_linter_finds_what_the_schemas_let_pass() -> None:
    body = message("3.1", FULL).decode()
    note = '<BiographicalNote datestamp="20260503" textformat="05">'
    assert lint(body.replace("0000000218250097", "0000-0002-1825-0097").encode())
    assert lint(body.replace(note, f"<BiographicalNote>Twice.</BiographicalNote>{note}", 1).encode())
    assert lint(body.replace("<em>Tides</em>", '<a href="https://x.example/">Tides</a>').encode())
    assert lint(
        body.replace(note, "<BiographicalNote>&lt;p&gt;Hi&lt;/p&gt;</BiographicalNote><x>", 1)
        .replace("</BiographicalNote><Website>", "</x><Website>", 1)
        .encode()
    )
