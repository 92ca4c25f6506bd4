"""What a browser answers in the two ceremonies of WebAuthn, judged (W3C, Web Authentication Level 3, 7.1 and 7.2).

No attestation is asked for, so none is looked at: the portal does not ask which maker's device holds a key. Signatures
are checked by pycryptodomex, which is loaded with the first of them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from byline.accounts import cbor

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS: Final = 16_000
"""Of one field of an answer."""
ES256, EDDSA, RS256 = -7, -8, -257
ALGORITHMS: Final = (ES256, EDDSA, RS256)
"""The kinds of signatures (COSE, RFC 9053 and 8812), the one that every device has first."""
_PRESENT, _VERIFIED, _MAY_BE_SYNCED, _SYNCED, _HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
_LEAST_RSA_BITS: Final = 2_048
_MOST_ID: Final = 1_023


class BadAnswer(ValueError):
    """An answer that is none to what was asked, or that the key did not sign."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer has to fit: the challenge that was given, the site's origin, and its name for passkeys."""

    challenge: bytes
    origin: str
    rp_id: str


@dataclass(frozen=True, slots=True)
class Device:
    """What a device says of itself in an answer: whether it checked who used it, whether its key is kept in an account
    of its maker and so on other devices, and how often it was used (0 where it does not count).
    """

    verified: bool
    synced: bool
    counter: int


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that a device has made: its id, and its public half as COSE."""

    id: str
    public_key: bytes
    device: Device


def read_registration(answer: object, asked: Asked, *, conditional: bool = False) -> NewKey:
    """The key in the answer to ``navigator.credentials.create``; ``BadAnswer`` if it is not one to what was asked.

    ``conditional``: the browser could make it by itself, just after it had filled in the password, with no one touching
    the device (7.1, step 15).
    """
    response = _response(answer)
    _check_client_data(_bytes(response, "clientDataJSON"), "webauthn.create", asked)
    attestation = _cbor(_bytes(response, "attestationObject"))
    data = attestation.get("authData") if isinstance(attestation, dict) else None
    if not isinstance(data, bytes):
        raise BadAnswer
    device, flags, rest = _device(data, asked, is_present=not conditional)
    if not flags & _HAS_KEY or len(rest) < 18:  # noqa: PLR2004 - 16 bytes of the model, 2 of the length
        raise BadAnswer
    (length,) = struct.unpack_from(">H", rest, 16)
    key_id, behind = rest[18 : 18 + length], rest[18 + length :]
    if not 0 < length <= _MOST_ID or len(key_id) != length or encoded(key_id) != _text(answer, "id"):
        raise BadAnswer
    public_key, after = _first(behind)
    _verifier(public_key)
    return NewKey(encoded(key_id), behind[: len(behind) - len(after)], device)


def read_login(answer: object, asked: Asked, public_key: bytes) -> Device:
    """What the device says in the answer to ``navigator.credentials.get``; ``BadAnswer`` unless ``public_key`` fits."""
    response = _response(answer)
    client_data = _bytes(response, "clientDataJSON")
    _check_client_data(client_data, "webauthn.get", asked)
    data, signature = _bytes(response, "authenticatorData"), _bytes(response, "signature")
    device, _, _ = _device(data, asked)
    verify = _verifier(_cbor(public_key))
    try:
        verify(data + hashlib.sha256(client_data).digest(), signature)
    except (ValueError, IndexError) as fault:
        raise BadAnswer from fault
    return device


def key_id(answer: object) -> str:
    """The id of the key that an answer says it is by."""
    return _text(answer, "id")


def encoded(raw: bytes) -> str:
    """Bytes as WebAuthn writes them in JSON: base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes that such a text stands for; ``BadAnswer`` for another."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise BadAnswer from fault
    return raw


def _cbor(raw: bytes) -> Any:
    """What a text of CBOR says."""
    value, rest = _first(raw)
    if rest:
        raise BadAnswer
    return value


def _first(raw: bytes) -> tuple[Any, bytes]:
    try:
        return cbor.read(raw)
    except ValueError as fault:
        raise BadAnswer from fault


def _response(answer: object) -> dict[str, Any]:
    response = answer.get("response") if isinstance(answer, dict) else None
    if not isinstance(response, dict) or _text(answer, "type") != "public-key":
        raise BadAnswer
    return response


def _text(of: object, name: str) -> str:
    value = of.get(name) if isinstance(of, dict) else None
    if not isinstance(value, str) or not value or len(value) > MOST_CHARACTERS:
        raise BadAnswer
    return value


def _bytes(of: object, name: str) -> bytes:
    return decoded(_text(of, name))


def _check_client_data(raw: bytes, kind: str, asked: Asked) -> None:
    """What the browser itself says: that this site asked, at its own address and not in another site's frame."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise BadAnswer from fault
    if not isinstance(said, dict) or said.get("crossOrigin") not in {None, False}:
        raise BadAnswer
    expected = {"type": kind, "challenge": encoded(asked.challenge), "origin": asked.origin}
    if any(said.get(name) != value for name, value in expected.items()):
        raise BadAnswer


def _device(data: bytes, asked: Asked, *, is_present: bool = True) -> tuple[Device, int, bytes]:
    """What a device says of itself, its flags, and what stands behind them. ``is_present``: somebody must be there."""
    if len(data) < 37 or data[:32] != hashlib.sha256(asked.rp_id.encode()).digest():  # noqa: PLR2004 - 6.1
        raise BadAnswer
    flags, counter = struct.unpack_from(">BI", data, 32)
    if (is_present and not flags & _PRESENT) or (flags & _SYNCED and not flags & _MAY_BE_SYNCED):
        raise BadAnswer
    return Device(bool(flags & _VERIFIED), bool(flags & _SYNCED), counter), flags, data[37:]


def _verifier(key: Any) -> Callable[[bytes, bytes], object]:
    """What checks a signature by a public key; it raises ``ValueError`` for a wrong one."""
    parts = key if isinstance(key, dict) else {}
    try:
        match parts.get(1), parts.get(3), parts.get(-1):
            case 2, -7, 1:
                return _es256(_size(parts[-2], 32), _size(parts[-3], 32))
            case 1, -8, 6:
                return _eddsa(_size(parts[-2], 32))
            case 3, -257, bytes(modulus):
                return _rs256(modulus, _size(parts[-2], 3))
    except (KeyError, ValueError) as fault:
        raise BadAnswer from fault
    raise BadAnswer


def _size(value: object, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise BadAnswer
    return value


def _es256(x: bytes, y: bytes) -> Callable[[bytes, bytes], object]:
    from Cryptodome.Hash import SHA256  # noqa: PLC0415 - 0.1 seconds to load; only those who have a passkey wait
    from Cryptodome.PublicKey import ECC  # noqa: PLC0415
    from Cryptodome.Signature import DSS  # noqa: PLC0415

    point = {"point_x": int.from_bytes(x, "big"), "point_y": int.from_bytes(y, "big")}
    checks = DSS.new(ECC.construct(curve="P-256", **point), "fips-186-3", encoding="der")
    return lambda data, signature: checks.verify(SHA256.new(data), signature)


def _eddsa(x: bytes) -> Callable[[bytes, bytes], object]:
    from Cryptodome.Signature import eddsa  # noqa: PLC0415 - as above

    checks = eddsa.new(eddsa.import_public_key(x), "rfc8032")
    return checks.verify


def _rs256(modulus: bytes, exponent: bytes) -> Callable[[bytes, bytes], object]:
    from Cryptodome.Hash import SHA256  # noqa: PLC0415 - as above
    from Cryptodome.PublicKey import RSA  # noqa: PLC0415
    from Cryptodome.Signature import pkcs1_15  # noqa: PLC0415

    key = RSA.construct((int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")))
    if key.size_in_bits() < _LEAST_RSA_BITS:
        raise BadAnswer
    return lambda data, signature: pkcs1_15.new(key).verify(SHA256.new(data), signature)
