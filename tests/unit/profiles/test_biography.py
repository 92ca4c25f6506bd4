"""A biography as a form sends it."""

from __future__ import annotations

import pytest

from byline.errors import Invalid
from byline.profiles import biography


def test_a_form_says_how_the_biography_is_written() -> None:
    assert biography.from_form("*a*", "markdown") == "<p><em>a</em></p>"
    assert biography.from_form("*a*", "html") == "<p>*a*</p>"
    with pytest.raises(Invalid) as refused:
        biography.from_form("*a*", "rtf")
    assert list(refused.value.faults) == ["author_bio"]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("a" * 10_001, "10,001 characters"),
        ("<p>a</p>" * 3_400, "at most 10,000"),
        ("<em></em>" * 30_000, "far too long"),
        ("".join(f"<a href=https://e.org/{n}>a</a> " for n in range(101)), "more than 100 links"),
        ("<b>a</b>b" * 1_100, "too much formatting"),
        ("".join(f"<a href='https://e.org/{n}/{'%41' * 600}'>a</a> " for n in range(40)), "too much formatting"),
    ],
)
def test_too_much_is_refused_in_words(html: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        biography.from_form(html, "html")

    assert list(refused.value.faults) == ["author_bio"]
    assert words in str(refused.value.faults["author_bio"])


def test_too_much_typing_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="at most 10,000"):
        biography.from_form("a" * 60_001, "markdown")
    with pytest.raises(Invalid, match="at most 10,000"):
        biography.from_form(f"[a](https://e.org/{'a' * 200_000})", "markdown")


@pytest.mark.parametrize(
    ("sent", "bio_format", "typed", "html"),
    [
        ("*a*\n\nb", "markdown", "*a*\n\nb", "<p><em>a</em></p><p>b</p>"),
        ("<p><em>a</em></p><p>b*c</p>", "html", "*a*\n\nb*c", "<p><em>a</em></p><p>b*c</p>"),
        ("a", "rtf", "a", "<p>a</p>"),
        ("", "html", "", ""),
        ("a" * 10_001, "html", "a" * 10_001, f"<p>{'a' * 10_001}</p>"),
        ("a" * 200_001, "html", "a" * 200_001, ""),
        ("a" * 60_001, "markdown", "a" * 60_001, ""),
    ],
    ids=["markdown", "html", "unknown", "empty", "too long", "far too long", "far too much typing"],
)
def test_a_refused_biography_is_shown_again_in_both_ways(sent: str, bio_format: str, typed: str, html: str) -> None:
    assert biography.shown_again(sent, bio_format) == (typed, html)
