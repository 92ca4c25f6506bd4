"""Links: which addresses may stand in one, and how they are printed."""

# ruff: noqa: RUF001 - letters that look like others are part of what is tested

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.richtext import urls


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org/",
        "http://example.org/a/b.html?x=1&y=2#z",
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "https://example.org:8443/a",
        "https://mastodon.social/@ana",
        "https://example.org/%C3%A4?q=%20",
        "https://my_site.example.org/~ana/;x=1,2",
        "https://xn--mnchen-3ya.de/",
        "mailto:ana.lima+books@example.org",
    ],
)
def test_an_ordinary_address_stays_as_it_is(url: str) -> None:
    assert urls.safe_url(url) == url
    assert urls.typed_url(url) == url


@pytest.mark.parametrize(
    ("url", "judged"),
    [
        (" https://example.org \n", "https://example.org"),
        ("HTTPS://EXAMPLE.org/A", "https://example.org/A"),
        ("https://example.org./", "https://example.org/"),
        ("https://example.org:443/", "https://example.org/"),
        ("http://example.org:80", "http://example.org"),
        ("https://example.org:/x", "https://example.org/x"),
        ("https://münchen.de/straße", "https://xn--mnchen-3ya.de/stra%C3%9Fe"),
        ("https://straße.de", "https://xn--strae-oqa.de"),
        ("https://例え。jp/あ", "https://xn--r8jz45g.jp/%E3%81%82"),
        ("https://ｅｘａｍｐｌｅ.org", "https://example.org"),
        ("https://example.org/\"><script>'", "https://example.org/%22%3E%3Cscript%3E'"),
        ("https://example.org/[x]{y}|z^`", "https://example.org/%5Bx%5D%7By%7D%7Cz%5E%60"),
        ("https://example.org/100%&%zz%41", "https://example.org/100%25&%25zz%41"),
        ("mailto:ana@Example.ORG?subject=x&bcc=y@z.org", "mailto:ana@example.org"),
        ("MAILTO:ana@münchen.de", "mailto:ana@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_is_printed_from_what_was_understood(url: str, judged: str) -> None:
    assert urls.safe_url(url) == judged


@pytest.mark.parametrize(
    "url",
    [
        *("", " ", "#", "/", "/x", "x", "../x", "?q", "//example.org", "///example.org", "\\\\example.org"),
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "jav\tascript:alert(1)",
            "jav\nascript:x",
            "\x01javascript:alert(1)",
        ),
        *(
            "javascript&colon;alert(1)",
            "javascript:https://example.org",
            "vbscript:x",
            "data:text/html,<b>",
            "blob:https://a.org/x",
        ),
        *(
            "file:///etc/passwd",
            "ftp://example.org",
            "view-source:https://example.org",
            "about:blank",
            "intent://example.org",
        ),
        *(
            "tel:+123",
            "ms-word:ofe|u|https://example.org",
            "http:",
            "http:example.org",
            "http:/example.org",
            "https:///example.org",
        ),
        *(
            "https://ana:secret@example.org",
            "https://ana@example.org",
            "https://@example.org",
            "https://example.org@evil.org",
        ),
        *(
            "https://example.org\\@evil.org",
            "https://exa mple.org",
            "https://example.org/a b",
            "https://example.org/\x00",
        ),
        *(
            "https://example.org/\u202egpj",
            "https://exam\u00adple.org",
            "https://example.org/\u200b",
            "https://example.org/\ud800",
        ),
        *(
            "https://localhost",
            "https://localhost:8080/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
        ),
        *(
            "https://[::1]/",
            "https://[",
            "https://1.2.3.4.",
            "https://example.123",
            "https://.org",
            "https://example..org",
        ),
        *(
            "https://example.org:0/",
            "https://example.org:65536/",
            "https://example.org:x/",
            "https://example.org:80:90",
        ),
        *("https://ex%61mple.org", "https://-.org", "https://" + "a" * 64 + ".org", "https://" + "a." * 130 + "org"),
        *("https://example.org\uff0fx", "https://\u2100.org", "https://xn--\u2603.org."),
        *(
            "mailto:",
            "mailto:ana",
            "mailto:@example.org",
            "mailto:a@b.org,c@d.org",
            "mailto:a@b.org;c@d.org",
            "mailto:a b@c.org",
        ),
        *("mailto:Ana <a@b.org>", 'mailto:"a b"@c.org', "mailto:a%0ab@c.org", "mailto:a@b@c.org", "mailto:a..b@c.org"),
        *("mailto://a@b.org", "mailto://x/a@b.org", "mailto:" + "a" * 65 + "@b.org", "mailto:a@localhost"),
        "https://example.org/" + "a" * 2_000,
        "https://example.org/" + "é" * 400,
    ],
)
def test_an_address_that_may_be_anything_else_is_refused(url: str) -> None:
    assert urls.safe_url(url) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("www.example.org", "https://www.example.org"),
        (" example.org/x ", "https://example.org/x"),
        ("//example.org", "https://example.org"),
        ("example.org:8443", "https://example.org:8443"),
        ("mastodon.social/@ana", "https://mastodon.social/@ana"),
        ("ana@example.org", "mailto:ana@example.org"),
        ("http://example.org", "http://example.org"),
        ("Https://Example.org", "https://example.org"),
        ("münchen.de", "https://xn--mnchen-3ya.de"),
        ("https://🦊💻.ws", "https://xn--3s8h30f.ws"),
        ("I❤️books.example/x", "https://xn--ibooks-i50d.example/x"),
        ("<https://example.org>", "https://example.org"),
        ("\u200ehttps://example.org\u202c", "https://example.org"),
        ("ana＠example.org", "mailto:ana@example.org"),
    ],
)
def test_people_may_leave_out_what_goes_without_saying(text: str, url: str) -> None:
    assert urls.typed_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "Ana",
            "ana lima.org",
            "javascript:alert(1)",
            "javascript:80",
            "javascript:alert(1)//.org",
            "data:text/html,x.org",
        ),
        *(
            "ftp://example.org",
            "localhost:5000",
            "/x",
            "@ana",
            "ana@",
            "a@b@c.org",
            "user:pw@example.org/",
            "htps://example.org",
        ),
    ],
)
def test_what_is_no_address_stays_none(text: str) -> None:
    assert urls.typed_url(text) is None


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("@ana", ""),
        ("＠ana_lima", ""),
        ("@ana@example.social", "https://example.social/@ana"),
        ("@ana@localhost", None),
        ("ana@example.social", None),
        ("https://example.social/@ana", None),
    ],
)
def test_a_handle_is_told_from_what_is_none(text: str, profile: str | None) -> None:
    assert urls.profile_of_handle(text) == profile


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mailto:ana@example.org", "ana@example.org"),
        ("mailto:ana@xn--mnchen-3ya.de", "ana@münchen.de"),
        ("https://www.example.org/", "example.org"),
        ("http://example.org:8443/a/?q=1#z", "example.org:8443/a/?q=1#z"),
        ("https://xn--bcher-kva.example/%C3%A4", "bücher.example/ä"),
        ("https://xn--r8jz45g.jp/%E3%81%82", "例え.jp/あ"),
        ("https://xn--e1afmkfd.xn--p1ai/", "пример.рф"),
        ("https://ar.wikipedia.org/wiki/%D9%85%D8%B5%D8%B1", "ar.wikipedia.org/wiki/مصر"),
        ("https://example.org/" + "a" * 80, "example.org/" + "a" * 47 + "…"),
    ],
)
def test_an_address_without_words_is_shown_as_people_write_it(url: str, words: str) -> None:
    assert urls.safe_url(url) == url
    assert urls.display_text(url) == words


@pytest.mark.parametrize(
    "host",
    [
        "xn--80ak6aa92e.com",  # Apple's name, in Cyrillic throughout
        "xn--pple-43d.com",  # the same, its first letter alone Cyrillic
        "xn--e1afmkfd.com",  # Cyrillic that looks like nothing else, but under a Latin end
        "xn--mxail5aa.com",  # Greek likewise
        "xn--olang-qmc.org",  # its first letter of the phonetic alphabet
        "xn--4dbrk0ce.example",  # Hebrew, which would turn round what stands beside it
        "xn--a.example",
        "xn--example-.org",
        "xn--zzzzzzzz.org",
        "my_site.example.org",
    ],
)
def test_a_host_that_might_look_like_another_is_shown_in_plain_letters(host: str) -> None:
    assert urls.display_text(f"https://{host}/") == host
    assert urls.destination(f"https://{host}/a") == host


@pytest.mark.parametrize(
    "tail",
    [
        "a%20b",
        "a%2Fb%25",
        "%E2%80%AEgpj",  # right-to-left override
        "%E2%80%8B",  # zero width
        "%C2%A0",  # no-break space
        "%E3%80%80",  # ideographic space
        "%E3%85%A4",  # a Hangul letter that is blank
        "a%EF%B8%8F",  # a variation selector
        "%EF%BC%8F",  # fullwidth slash
        "%E2%88%95",  # division slash
        "%FF%C3",
        "%C3",
    ],
)
def test_what_would_not_be_seen_stays_encoded(tail: str) -> None:
    assert urls.display_text(f"https://example.org/{tail}") == f"example.org/{tail}"


def test_the_place_of_a_link_is_its_host_or_its_mailbox() -> None:
    assert urls.destination("https://www.xn--bcher-kva.example:8443/%C3%A4") == "bücher.example"
    assert urls.destination("mailto:ana@xn--mnchen-3ya.de") == "ana@münchen.de"


NASTY = "aé.:/@?#[]%&=\\<>\"' \t\n\x00\u200b\u3002\uff0f\u202e"


@given(
    st.text(max_size=40),
    st.text(NASTY, max_size=20),
    st.sampled_from(["", "https://", "http://a.org/", "mailto:a@", "//"]),
)
def test_judging_twice_changes_nothing_and_never_fails(any_text: str, nasty: str, start: str) -> None:
    for url in (start + any_text, start + nasty):
        for judge in (urls.safe_url, urls.typed_url):
            judged = judge(url)

            if judged is not None:
                assert urls.safe_url(judged) == judged
                assert judged.isascii()
                assert judged.startswith(("https://", "http://", "mailto:"))
                assert not set(judged) & set('\\<>"` \t\n[]{}|^')
                assert 0 < len(urls.display_text(judged)) <= 60
                assert urls.display_text(judged).isprintable()
