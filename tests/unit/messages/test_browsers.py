"""A browser is told by its kind and its system, in words, and nothing else that it says of itself is kept."""

from __future__ import annotations

import pytest

from byline.messages.browsers import code_of, in_words
from byline.messages.message import words

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Microsoft Edge on Windows",
        ),
        (f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            (
                "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) "
                "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet on Android",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/18.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15", "Safari on Mac"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Firefox/140.0", "Firefox, unknown device"),
        ("curl/8.5.0 (Windows)", "unknown browser on Windows"),
        ("", "unknown browser"),
        ("%(browser)s\r\n<script>", "unknown browser"),
    ],
)
def test_a_browser_is_named_as_people_know_it(user_agent: str, said: str) -> None:
    assert words(in_words(code_of(user_agent)), "en") == said


@pytest.mark.parametrize("code", ["", "/", "firefox", "nothing/nowhere", "a/b/c", "/linux/"])
def test_a_code_of_another_version_is_still_words(code: str) -> None:
    assert words(in_words(code), "de")
