from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from importlib import resources
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from email_validator import validate_email
from PIL import Image, ImageChops, ImageStat
from tools.demo.portraits import portrait

from byline.profiles import biography, books, names, slugs
from byline.profiles.books import BookTexts
from byline.richtext import sanitize, urls

AUTHORS: list[dict[str, Any]] = json.loads(
    resources.files("byline.cli").joinpath("demo_authors.json").read_text("utf-8")
)
PORTRAITS = resources.files("byline.cli").joinpath("demo_portraits")
WITH_A_PAGE = [author for author in AUTHORS if author["bio_markdown"]]
TEXTS = [
    pytest.param(text, id=f"{author['email']}-{number}")
    for author in WITH_A_PAGE
    for number, text in enumerate([*author.get("earlier_bios", []), author["bio_markdown"]], start=1)
]
REQUIRED = {"name", "email", "state", "role", "links", "saves", "bio_markdown"}
OPTIONAL = {"books", "sort_name", "note", "portrait", "earlier_bios", "slug", "old_slug"}


def is_reserved(host: str) -> bool:
    """Whether RFC 2606 keeps a domain for examples, so that it can belong to nobody."""
    return host.endswith(".example") or re.fullmatch(r"(?:[a-z-]+\.)?example\.(?:com|net|org)", host) is not None


@pytest.mark.parametrize("author", AUTHORS, ids=lambda author: author["email"])
def test_every_author_has_the_fields_that_the_demo_reads(author: dict[str, Any]) -> None:
    assert set(author) >= REQUIRED
    assert set(author) <= REQUIRED | OPTIONAL
    assert author["role"] in {"author", "publisher"}
    assert all(set(link) == {"label", "url"} for link in author["links"])
    assert books.from_form([BookTexts(**book) for book in author.get("books", ())])[1] == {}
    assert ("note" in author) == (author["state"] == "declined")


def test_there_are_authors_in_every_state_and_two_publishers() -> None:
    assert Counter(author["state"] for author in AUTHORS) == {
        "active": 28,
        "waiting": 5,
        "unconfirmed": 3,
        "declined": 3,
        "suspended": 2,
        "active-unsaved": 2,
    }
    assert [author["state"] for author in AUTHORS if author["role"] == "publisher"] == ["active", "active"]


def test_every_address_is_small_letters_one_of_a_kind_and_nobodys() -> None:
    addresses = [author["email"] for author in AUTHORS]

    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        assert address == address.lower()
        assert validate_email(address, check_deliverability=False).normalized == address
        assert is_reserved(address.partition("@")[2]), address


def test_exactly_two_authors_share_a_name() -> None:
    assert [count for count in Counter(author["name"] for author in AUTHORS).values() if count > 1] == [2]


def test_only_those_who_may_save_have_a_biography_and_as_many_as_their_saves() -> None:
    for author in AUTHORS:
        earlier = author.get("earlier_bios", [])
        if author["state"] in {"active", "suspended"}:
            assert author["bio_markdown"]
            assert 1 <= author["saves"] == len(earlier) + 1 <= 4
            assert all(len(text) < len(author["bio_markdown"]) for text in earlier)
        else:
            assert (author["bio_markdown"], author["saves"], earlier, author["links"]) == ("", 0, [], [])
            assert "portrait" not in author


def test_biographies_are_as_long_as_real_ones() -> None:
    lengths = sorted(len(author["bio_markdown"]) for author in WITH_A_PAGE)

    assert lengths[0] >= 120
    assert sum(length < 200 for length in lengths) == 2
    assert sum(600 <= length <= 2500 for length in lengths) >= 24
    assert 5500 <= lengths[-1] <= 6500


def test_biographies_come_in_many_scripts() -> None:
    letters = "".join(author["bio_markdown"] for author in WITH_A_PAGE)
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in set(letters) if letter.isalpha()}

    assert scripts >= {
        "LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI",
    }  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_no_sign_of_markdown_is_left_over_in_a_biography(text: str) -> None:
    kept = biography.from_form(text, "markdown")

    assert not set("*_[]#<>`") & set(sanitize.plain_text(kept))
    assert len(text) <= 10_000
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_biography_survives_the_text_field(text: str) -> None:
    kept = biography.from_form(text, "markdown")

    assert biography.from_form(sanitize.to_markdown(kept), "markdown") == kept


def test_italics_links_lists_and_bold_all_occur() -> None:
    kept = [biography.from_form(author["bio_markdown"], "markdown") for author in WITH_A_PAGE]

    assert sum("<em>" in html for html in kept) >= 20
    assert sum("<ul>" in html for html in kept) == 3
    assert 1 <= sum("<strong>" in html for html in kept) <= 4
    assert sum("<a " in html for html in kept) >= 4


def test_links_lead_to_nobody() -> None:
    written = re.findall(r"\]\(([^)]*)\)", "".join(author["bio_markdown"] for author in WITH_A_PAGE))
    listed = [link["url"] for author in AUTHORS for link in author["links"]]

    for url in written + listed:
        parts = urlsplit(url)
        assert urls.typed_url(url) == url
        assert parts.scheme in {"https", "mailto"}
        assert is_reserved(parts.hostname or parts.path.partition("@")[2]), url
    everything = json.dumps(AUTHORS, ensure_ascii=False)
    assert everything.count("://") + everything.count("mailto:") == len(written) + len(listed)


def test_names_are_kept_as_written_and_sort_names_say_what_a_guess_would_not() -> None:
    for author in AUTHORS:
        assert names.clean_name(author["name"]) == author["name"]
        if "sort_name" in author:
            assert names.clean_name(author["sort_name"]) == author["sort_name"]
            assert author["sort_name"] != names.sort_name(author["name"])


def test_three_authors_have_moved_and_their_old_slugs_are_sound() -> None:
    moved = [author for author in AUTHORS if "old_slug" in author]

    assert len(moved) == 3
    for author in moved:
        assert slugs.valid(author["old_slug"]) == author["old_slug"] != slugs.suggest(author["name"])
        assert author["saves"] > 1


def test_chosen_slugs_are_sound_no_guess_and_nobody_elses() -> None:
    chosen = [author for author in AUTHORS if "slug" in author]
    guessed = {slugs.suggest(author["name"]) for author in AUTHORS}

    assert len({author["slug"] for author in chosen}) == len(chosen) >= 8
    for author in chosen:
        assert slugs.valid(author["slug"]) == author["slug"]
        assert author["slug"] not in guessed


def test_every_portrait_is_there_and_different_and_no_other() -> None:
    named = [author["portrait"] for author in AUTHORS if "portrait" in author]

    assert len(set(named)) == len(named) == 24
    assert {file.name for file in PORTRAITS.iterdir()} == {f"{name}.webp" for name in named}
    assert len({file.read_bytes() for file in PORTRAITS.iterdir()}) == 24


def test_the_portraits_take_little_room_in_the_wheel() -> None:
    assert sum(len(file.read_bytes()) for file in PORTRAITS.iterdir()) <= 300_000


def test_a_drawn_portrait_is_one_that_the_demo_ships() -> None:
    drawn = Image.open(BytesIO(portrait(AUTHORS[0]["portrait"])))
    shipped = Image.open(BytesIO(PORTRAITS.joinpath(f"{AUTHORS[0]['portrait']}.webp").read_bytes()))

    assert (drawn.format, drawn.size, drawn.mode) == (shipped.format, shipped.size, shipped.mode)
    assert (drawn.format, drawn.size, drawn.mode) == ("WEBP", (900, 1100), "RGB")
    # Another Pillow may encode otherwise, but the picture is the same to the eye.
    assert max(ImageStat.Stat(ImageChops.difference(drawn, shipped)).mean) < 1


def test_the_same_seed_draws_the_same_portrait_and_another_seed_another() -> None:
    assert portrait("anybody") == portrait("anybody") != portrait("somebody")
