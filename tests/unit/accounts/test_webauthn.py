"""A browser's answers in the ceremonies of WebAuthn: what is believed, and what is not."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from tests.soft_authenticator import (
    EDDSA,
    ES256,
    HAS_KEY,
    MAY_BE_SYNCED,
    PRESENT,
    RS256,
    SYNCED,
    VERIFIED,
    Authenticator,
    Passkey,
    cbor,
)

from byline.accounts import cbor as cbor_reader
from byline.accounts import webauthn
from byline.accounts.webauthn import Asked, BadAnswer, decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN, RP_ID = "https://authors.marram.example", "authors.marram.example"
CHALLENGE = encoded(b"c" * 32)
ASKED = Asked(b"c" * 32, ORIGIN, RP_ID)


def at_home(**options: Any) -> Authenticator:
    return Authenticator(ORIGIN, RP_ID, **options)


@pytest.fixture(scope="module")
def passkey() -> Passkey:
    return Passkey.new()


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_a_new_key_is_read_and_logs_in_afterwards(algorithm: int) -> None:
    passkey = Passkey.new("phone", algorithm)
    passkey.counter = 7

    made = webauthn.read_registration(at_home().create(CHALLENGE, passkey), ASKED)
    device = webauthn.read_login(at_home().get(CHALLENGE, passkey), ASKED, made.public_key)

    assert (made.id, made.public_key) == (encoded(passkey.id), cbor(passkey.cose))
    assert device == made.device == webauthn.Device(verified=True, synced=True, counter=7)


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_the_signature_of_another_key_or_of_other_data_is_refused(algorithm: int) -> None:
    passkey, thief = Passkey.new("phone", algorithm), Passkey.new("phone", algorithm)
    public_key = cbor(passkey.cose)
    answer = at_home().get(CHALLENGE, passkey)
    bent = copy.deepcopy(answer)
    signature = bytearray(decoded(answer["response"]["signature"]))
    signature[len(signature) // 2] ^= 1
    bent["response"]["signature"] = encoded(bytes(signature))
    older = copy.deepcopy(answer)
    older["response"]["authenticatorData"] = at_home(flags=PRESENT).get(CHALLENGE, passkey)["response"][
        "authenticatorData"
    ]

    webauthn.read_login(answer, ASKED, public_key)
    for wrong in (at_home().get(CHALLENGE, thief), bent, older):
        with pytest.raises(BadAnswer):
            webauthn.read_login(wrong, ASKED, public_key)


@pytest.mark.parametrize(
    "by",
    [
        Authenticator("https://evil.example", RP_ID),
        Authenticator(f"{ORIGIN}:8443", RP_ID),
        Authenticator("http://authors.marram.example", RP_ID),
        Authenticator(ORIGIN, "marram.example"),
        at_home(said={"crossOrigin": True}),
        at_home(said={"type": "webauthn.other"}),
        at_home(said={"challenge": encoded(b"d" * 32)}),
        at_home(said={"challenge": ""}),
        at_home(flags=VERIFIED),
        at_home(flags=PRESENT | SYNCED),
    ],
)
def test_an_answer_to_another_question_or_site_is_refused(by: Authenticator, passkey: Passkey) -> None:
    with pytest.raises(BadAnswer):
        webauthn.read_registration(by.create(CHALLENGE, passkey), ASKED)
    with pytest.raises(BadAnswer):
        webauthn.read_login(by.get(CHALLENGE, passkey), ASKED, cbor(passkey.cose))


def test_an_answer_of_one_ceremony_is_none_of_the_other(passkey: Passkey) -> None:
    with pytest.raises(BadAnswer):
        webauthn.read_registration(at_home().get(CHALLENGE, passkey), ASKED)
    with pytest.raises(BadAnswer):
        webauthn.read_login(at_home().create(CHALLENGE, passkey), ASKED, cbor(passkey.cose))


def test_it_is_told_whether_the_device_checked_its_user_and_keeps_the_key_for_itself(passkey: Passkey) -> None:
    for flags in (PRESENT, PRESENT | VERIFIED, PRESENT | MAY_BE_SYNCED, PRESENT | MAY_BE_SYNCED | SYNCED):
        device = webauthn.read_registration(at_home(flags=flags).create(CHALLENGE, passkey), ASKED).device
        assert (device.verified, device.synced) == (bool(flags & VERIFIED), bool(flags & SYNCED))


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, {"response": {}}, {"type": "public-key", "response": []}])
def test_what_is_no_answer_is_refused(junk: object, passkey: Passkey) -> None:
    with pytest.raises(BadAnswer):
        webauthn.read_registration(junk, ASKED)
    with pytest.raises(BadAnswer):
        webauthn.read_login(junk, ASKED, cbor(passkey.cose))
    with pytest.raises(BadAnswer):
        webauthn.key_id(junk)


def each_field(answer: dict[str, Any]) -> list[Callable[[object], dict[str, Any]]]:
    def with_field(of: str, name: str, value: object) -> dict[str, Any]:
        changed = copy.deepcopy(answer)
        (changed if not of else changed[of])[name] = value
        return changed

    return [
        *(lambda value, name=name: with_field("", name, value) for name in ("id", "type", "response")),  # type: ignore[misc]
        *(lambda value, name=name: with_field("response", name, value) for name in answer["response"]),  # type: ignore[misc]
    ]


@pytest.mark.parametrize("value", [None, 7, "", "!", "\u00e9", "A" * 20_000, "AAAA", [], {}, True])
def test_no_field_of_an_answer_breaks_anything(value: object, passkey: Passkey) -> None:
    for change in each_field(at_home().create(CHALLENGE, passkey)):
        with pytest.raises(BadAnswer):
            webauthn.read_registration(change(value), ASKED)
    login = at_home().get(CHALLENGE, passkey)
    del login["response"]["userHandle"]
    for change in each_field(login)[1:]:
        with pytest.raises(BadAnswer):
            webauthn.read_login(change(value), ASKED, cbor(passkey.cose))


def test_data_that_is_cut_off_or_goes_on_is_refused(passkey: Passkey) -> None:
    answer = at_home().create(CHALLENGE, passkey)
    whole = decoded(answer["response"]["attestationObject"])
    for cut in (*range(len(whole)), len(whole) + 1):
        answer["response"]["attestationObject"] = encoded((whole + b"\0")[:cut])
        with pytest.raises(BadAnswer):
            webauthn.read_registration(answer, ASKED)


@pytest.mark.parametrize(
    "key",
    [
        {1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32},  # no point of the curve
        {1: 2, 3: -7, -1: 1, -2: b"\1" * 31, -3: b"\1" * 32},
        {1: 2, 3: -7, -1: 2, -2: b"\1" * 32, -3: b"\1" * 32},
        {1: 2, 3: -8, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32},
        {1: 1, 3: -8, -1: 6, -2: b"\1" * 33},
        {1: 3, 3: -257, -1: b"\xff" * 128, -2: b"\1\0\1"},  # 1,024 bits
        {1: 3, 3: -257, -1: b"", -2: b"\1\0\1"},
        {1: 3, 3: -257, -1: 7, -2: b"\1\0\1"},
        {1: 2, 3: -7},
        {1: 4, 3: 5, -1: b"\1" * 32},  # a key for a MAC
        {},
        [],
        7,
    ],
)
def test_a_key_of_another_kind_is_refused(key: Any, passkey: Passkey) -> None:
    class Odd(Passkey):
        @property
        def cose(self) -> Any:
            return key

    odd = Odd(b"odd", passkey.private)
    with pytest.raises(BadAnswer):
        webauthn.read_registration(at_home().create(CHALLENGE, odd), ASKED)
    with pytest.raises(BadAnswer):
        webauthn.read_login(at_home().get(CHALLENGE, passkey), ASKED, cbor(key))


@pytest.mark.parametrize(
    "raw", [b"\xa1" * 5_000, b"\x9f\xff", b"\xbb" + b"\xff" * 8, b"\x5a\xff\xff\xff\xff", b"\xc0\x00"]
)
def test_cbor_that_would_cost_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        cbor_reader.read(raw)


def test_a_key_whose_id_is_not_the_answers_is_refused(passkey: Passkey) -> None:
    answer = at_home(flags=PRESENT | HAS_KEY).create(CHALLENGE, passkey)
    answer["id"] = encoded(b"another")

    with pytest.raises(BadAnswer):
        webauthn.read_registration(answer, ASKED)
