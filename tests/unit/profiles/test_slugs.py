"""Slugs: what is suggested, what is let through, what is tried next."""

# ruff: noqa: RUF001 - letters that look like others are part of what is tested

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import Invalid
from byline.profiles import slugs
from byline.profiles.model import Slug

SHAPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("María López", "maria-lopez"),
        ("Þórbergur Þórðarson", "thorbergur-thordarson"),
        ("Nguyễn Đình Thi", "nguyen-dinh-thi"),
        ("Лев Толстой", "lev-tolstoi"),
        ("Ursula K. Le Guin", "ursula-k-le-guin"),
        ("Flann O’Brien", "flann-obrien"),
        ("Flann O'Brien", "flann-obrien"),
        ("ＡＮＡ　ＬＩＭＡ", "ana-lima"),
        ("村上 春樹", "cun-shang-chun-shu"),
        ("ᲓᲐᲕᲘᲗ", "davit"),
        ("Con", "con-author"),
        ("Aux", "aux-author"),
        ("LPT1", "lpt1-author"),
        ("Sitemap", "sitemap-author"),
        ("Letter", "letter-author"),
        ("index.json", "index-json-author"),
        ("\U0001f451", "author"),
        ("", "author"),
        ("--- ???", "author"),
        ("Anne &amp; Charlotte", "anne-amp-charlotte"),
    ],
)
def test_a_name_suggests_a_slug(name: str, slug: str) -> None:
    assert slugs.suggest(name) == slug


def test_a_long_name_is_cut_between_words() -> None:
    slug = slugs.suggest("Karl Friedrich Hieronymus " * 8)

    assert slug == "karl-friedrich-hieronymus-karl-friedrich-hieronymus-karl"


@given(st.text(max_size=220))
def test_whatever_is_suggested_would_be_taken_if_typed(name: str) -> None:
    assert slugs.valid(slugs.suggest(name)) == slugs.suggest(name)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("ana-lima", "ana-lima"),
        ("  Ana Lima ", "ana-lima"),
        ("ana_lima", "ana-lima"),
        ("ana--lima-", "ana-lima"),
        ("1984", "1984"),
        ("a" * 64, "a" * 64),
    ],
)
def test_a_typed_slug_is_put_right(typed: str, slug: str) -> None:
    assert slugs.valid(typed) == slug


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "   ",
            "-",
            "_ _",
            "..",
            "../etc",
            ".",
            "a/b",
            "a\\b",
            "index.json",
            "a.html",
            "%2e%2e",
            "a%2fb",
            "a\x00b",
        ),
        *(
            "аna",
            "ａna",
            "ana’s",
            "é",
            "a\u0301",
            "ana\ud800",
            "ana?x",
            "ana#x",
            "a:b",
            "~ana",
            "@ana",
        ),
        *("a" * 65, "a-" * 40 + "a"),
        *sorted(slugs.RESERVED),
        *("CON", "Nul ", " Letter", "Index_Json"),
    ],
)
def test_a_slug_that_could_be_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        slugs.valid(typed)

    assert list(refused.value.faults) == ["author_slug"]


@pytest.mark.parametrize(
    "word", ["letter", "photos", "sitemap", "index", "index-json", "authors", "con", "com1", "lpt9"]
)
def test_words_of_the_site_and_names_of_devices_are_reserved(word: str) -> None:
    assert word in slugs.RESERVED


@given(st.text(max_size=100), st.binary(min_size=8, max_size=32))
def test_alternatives_are_slugs_and_differ(name: str, token: bytes) -> None:
    slug = slugs.suggest(name)

    numbered, hashed = slugs.alternatives(slug, token)

    assert len({slug, numbered, hashed}) == 3
    assert slugs.valid(numbered) == numbered
    assert slugs.valid(hashed) == hashed
    assert 2 <= int(numbered.rpartition("-")[2]) <= 99
    assert re.fullmatch(r"[0-9a-f]{6}", hashed.rpartition("-")[2])


def test_alternatives_keep_the_name_in_front() -> None:
    numbered, hashed = slugs.alternatives(Slug("ana-lima"), b"some chance")

    assert numbered.startswith("ana-lima-")
    assert hashed.startswith("ana-lima-")


def test_other_chance_gives_other_alternatives() -> None:
    tries = {slugs.alternatives(Slug("ana-lima"), bytes([number])) for number in range(64)}

    assert len({hashed for _numbered, hashed in tries}) == 64
    assert len({numbered for numbered, _hashed in tries}) > 30
    assert all(SHAPE.fullmatch(slug) for pair in tries for slug in pair)
