"""Which links are most likely a person's own profile."""

from __future__ import annotations

import pytest

from byline.richtext.profile_links import is_profile


@pytest.mark.parametrize(
    "url",
    [
        *("https://mastodon.social/@ana", "https://example.social/@ana@other.social", "https://www.youtube.com/@ana/"),
        *("https://www.instagram.com/ana.lima/", "https://m.facebook.com/ana", "https://x.com/ana", "https://t.me/ana"),
        *(
            "https://www.linkedin.com/in/ana-lima-1a/",
            "https://bsky.app/profile/ana.example",
            "https://ana.substack.com",
        ),
        *("https://orcid.org/0000-0002-1825-0097", "https://www.goodreads.com/author/show/12.Ana_Lima"),
    ],
)
def test_a_profile_is_known_by_its_site(url: str) -> None:
    assert is_profile(url)


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.org", "https://ana.example/books", "https://shop.example/ana", "mailto:ana@example.org"),
        *(
            "https://www.instagram.com/p/Cx1/",
            "https://www.instagram.com",
            "https://medium.com/@critic/an-interview-12",
        ),
        *("https://ana.substack.com/p/one", "https://linkedin.com/company/press", "https://example.org/?a=/@ana"),
        *("https://instagram.com.evil.example/ana", "https://notx.com/ana"),
    ],
)
def test_a_book_an_interview_and_a_shop_are_none(url: str) -> None:
    assert not is_profile(url)
