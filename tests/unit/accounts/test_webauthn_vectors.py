"""The test vectors of the specification (W3C, Web Authentication Level 3, "Test Vectors"): what is taken, what is not.

``webauthn_vectors.json`` holds their values under the names of the specification, in base64url.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from byline.accounts import cbor, webauthn
from byline.accounts.webauthn import ALGORITHMS, Asked, BadAnswer, decoded, encoded

VECTORS: dict[str, dict[str, dict[str, str]]] = json.loads(
    Path(__file__).with_name("webauthn_vectors.json").read_text(encoding="utf-8")
)
ORIGIN, RP_ID = "https://example.org", "example.org"
OF_OTHER_ALGORITHMS = {"packed-es384", "packed-es512", "packed-ed448"}
IN_A_FRAME_OF_ANOTHER_SITE = {"none-es256-crossOrigin", "none-es256-topOrigin"}
TAKEN = sorted(VECTORS.keys() - OF_OTHER_ALGORITHMS - IN_A_FRAME_OF_ANOTHER_SITE)


def answer(name: str, ceremony: str) -> dict[str, Any]:
    """What a browser sends."""
    given = VECTORS[name]
    fields = {key: value for key, value in given[ceremony].items() if key not in {"challenge", "credential_id"}}
    return {"id": given["registration"]["credential_id"], "type": "public-key", "response": fields}


def asked(name: str, ceremony: str) -> Asked:
    """What it was asked."""
    return Asked(decoded(VECTORS[name][ceremony]["challenge"]), ORIGIN, RP_ID)


def registered(name: str) -> webauthn.NewKey:
    return webauthn.read_registration(answer(name, "registration"), asked(name, "registration"))


def test_there_are_vectors_of_every_algorithm_that_is_asked_for() -> None:
    algorithms = {cbor.read(registered(name).public_key)[0][3] for name in TAKEN}

    assert algorithms == set(ALGORITHMS)
    assert len(TAKEN) == 10


@pytest.mark.parametrize("name", TAKEN)
def test_the_key_is_read_and_logs_in(name: str) -> None:
    made = registered(name)
    device = webauthn.read_login(answer(name, "authentication"), asked(name, "authentication"), made.public_key)

    assert made.id == VECTORS[name]["registration"]["credential_id"]
    flags = decoded(VECTORS[name]["authentication"]["authenticatorData"])[32]
    assert (device.verified, device.synced) == (bool(flags & 0x04), bool(flags & 0x10))


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("field", ["authenticatorData", "signature"])
def test_a_bit_that_is_turned_over_is_seen(name: str, field: str) -> None:
    made = registered(name)
    changed = answer(name, "authentication")
    raw = bytearray(decoded(changed["response"][field]))
    raw[-1] ^= 1
    changed["response"][field] = encoded(bytes(raw))

    with pytest.raises(BadAnswer):
        webauthn.read_login(changed, asked(name, "authentication"), made.public_key)


@pytest.mark.parametrize("name", TAKEN)
def test_the_key_of_another_vector_does_not_fit(name: str) -> None:
    others = (registered(each) for each in TAKEN if each != name)

    for other in others:
        with pytest.raises(BadAnswer):
            webauthn.read_login(answer(name, "authentication"), asked(name, "authentication"), other.public_key)


@pytest.mark.parametrize("name", sorted(OF_OTHER_ALGORITHMS | IN_A_FRAME_OF_ANOTHER_SITE))
def test_what_is_not_asked_for_is_refused(name: str) -> None:
    with pytest.raises(BadAnswer):
        registered(name)


@pytest.mark.parametrize("name", sorted(IN_A_FRAME_OF_ANOTHER_SITE))
def test_a_login_in_a_frame_of_another_site_is_refused(name: str) -> None:
    attestation, _ = cbor.read(decoded(VECTORS[name]["registration"]["attestationObject"]))
    key = attestation["authData"][37 + 18 + 32 :]

    with pytest.raises(BadAnswer):
        webauthn.read_login(answer(name, "authentication"), asked(name, "authentication"), key)
