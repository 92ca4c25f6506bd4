"""Addresses: what is one, and which spellings are the same mailbox."""

# ruff: noqa: RUF001 - the characters of other keyboards are put right

from __future__ import annotations

import pytest

from byline.accounts.addresses import address_hash, normalise
from byline.errors import Invalid


@pytest.mark.parametrize(
    "spellings",
    [
        ("ana@example.org", "ANA@Example.ORG", "  ana@example.org ", "ana@example。org"),
        ("ana@bücher.example", "ana@BÜCHER.example", "ana@xn--bcher-kva.example", "ana@bu\u0308cher.example"),
        ("jos\u00e9@example.org", "jose\u0301@example.org", "JOS\u00c9@example.org"),
        ("ana+pages@example.org", "Ana+Pages@example.org"),
    ],
)
def test_spellings_of_one_mailbox_have_one_place(spellings: tuple[str, ...]) -> None:
    assert len({address_hash(normalise(spelling)) for spelling in spellings}) == 1


def test_different_mailboxes_have_different_places() -> None:
    addresses = ["ana@example.org", "ana@example.com", "an.a@example.org", "ana+x@example.org", "b@example.org"]

    assert len({address_hash(normalise(address)) for address in addresses}) == len(addresses)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "ana", "@example.org", "ana@", "ana@@example.org", "ana@example", "a b@example.org",
        "ana@exa mple.org", "ana@-example.org", "ana@example.org\r\nBcc: b@example.org", "ana@example.org\0",
        "ana@[127.0.0.1]", "a" * 300 + "@example.org", "ana@example..org",
        ".ana@example.org", "ana@\ud800.org", "\u202eana@example.org",
        '"a b"@example.org', "ana@example.org,bo@example.org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise(typed)

    assert set(refusal.value.faults) == {"author_email"}


@pytest.mark.parametrize(
    "typed",
    [
        "ana＠example.org",
        "ana﹫example.org",
        "ａｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "<ana@example.org>",
        "＜ana@example.org＞",
        "〈ana@example.org〉",
        "Ana Lima <ana@example.org>",
        '"Lima, Ana" <ana@example.org>;',
        "Ana Lima <mailto:ana@example.org>",
        "mailto:ana@example.org?subject=Hello",
        "MailTo:%61na@example.org",
        "Email: ana@example.org",
        "ana@example.org.",
        "ana@example.org,",
        "(ana@example.org)",
        "“ana@example.org”",
        "ana@example.org (Ana Lima)",
        "ana @ example.org",
        "ana@example. org",
        "\u202aana@example.org\u202c",
        "ana\u200b@example.org\ufeff",
    ],
)
def test_what_keyboards_and_mail_programs_put_around_an_address_is_put_right(typed: str) -> None:
    assert normalise(typed) == "ana@example.org"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ana", "has a name, an @ and a domain"),
        ("@example.org", "missing before the @"),
        ("ana@", "missing after the @"),
        ("Ana <ana@example.org>, Bo <bo@example.org>", "more than one @"),
        ("ana lima@example.org", "a space"),
        ("ana@example,org", "cannot contain “,”"),
        ("\u202eana@example.org", "cannot contain “U+202E”"),
        ("ana@example", "“example” is not a domain"),
        ("ana@example..org", "“example..org” is not a domain"),
        ("a..na@example.org", "before the @; look for a wrong dot"),
    ],
)
def test_an_address_is_refused_with_the_reason_that_one_can_see(typed: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise(typed)

    assert words in str(refusal.value.faults["author_email"])


def test_a_place_tells_no_address_and_fits_into_a_cookie() -> None:
    place = address_hash(normalise("ana@example.org"))

    assert len(place) == 32
    assert set(place) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
