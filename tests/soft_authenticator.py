"""A device with passkeys, in software: it answers what a browser would answer, by a library other than the portal's."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from byline.accounts.webauthn import encoded

PRESENT, VERIFIED, MAY_BE_SYNCED, SYNCED, HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
ES256, EDDSA, RS256 = -7, -8, -257


def cbor(value: Any) -> bytes:
    """A value in CBOR, as CTAP writes it."""
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(map(cbor, value))
        case dict():
            return _head(5, len(value)) + b"".join(cbor(key) + cbor(each) for key, each in value.items())
    raise TypeError(value)


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for small, size in ((24, 1), (25, 2), (26, 4)):
        if number < 1 << 8 * size:
            return bytes([kind << 5 | small]) + number.to_bytes(size, "big")
    raise ValueError(number)


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


@dataclass
class Passkey:
    """A key pair on the device."""

    id: bytes
    private: Any
    counter: int = 0

    @classmethod
    def new(cls, name: str = "passkey", algorithm: int = ES256) -> Passkey:
        private: Any
        if algorithm == ES256:
            private = ec.generate_private_key(ec.SECP256R1())
        elif algorithm == EDDSA:
            private = ed25519.Ed25519PrivateKey.generate()
        else:
            private = rsa.generate_private_key(65_537, 2_048)
        return cls(hashlib.sha256(name.encode()).digest(), private)

    @property
    def cose(self) -> dict[int, Any]:
        """The public half (RFC 9053, RFC 8230)."""
        public = self.private.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            at = public.public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
        if isinstance(public, ed25519.Ed25519PublicKey):
            return {1: 1, 3: EDDSA, -1: 6, -2: public.public_bytes_raw()}
        numbers = public.public_numbers()
        return {1: 3, 3: RS256, -1: _number(numbers.n), -2: _number(numbers.e)}

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(data, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(data)
        return bytes(self.private.sign(data, padding.PKCS1v15(), hashes.SHA256()))


@dataclass
class Authenticator:
    """What a browser and its device answer at ``origin``. ``flags``: what the device says of itself each time."""

    origin: str
    rp_id: str
    flags: int = PRESENT | VERIFIED | MAY_BE_SYNCED | SYNCED
    said: dict[str, Any] = field(default_factory=dict)

    def create(self, challenge: str, passkey: Passkey) -> dict[str, Any]:
        """The answer to ``navigator.credentials.create``."""
        key = b"\0" * 16 + struct.pack(">H", len(passkey.id)) + passkey.id + cbor(passkey.cose)
        data = self._data(passkey, self.flags | HAS_KEY) + key
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", challenge)
        return self._answer(passkey, clientDataJSON=client_data, attestationObject=attestation)

    def get(self, challenge: str, passkey: Passkey, *, handle: str = "") -> dict[str, Any]:
        """The answer to ``navigator.credentials.get``."""
        data, client_data = self._data(passkey, self.flags), self._client_data("webauthn.get", challenge)
        signature = passkey.sign(data + hashlib.sha256(client_data).digest())
        answer = self._answer(passkey, clientDataJSON=client_data, authenticatorData=data, signature=signature)
        answer["response"]["userHandle"] = handle
        return answer

    def _data(self, passkey: Passkey, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, passkey.counter)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **self.said}
        return json.dumps(said).encode()

    @staticmethod
    def _answer(passkey: Passkey, **response: bytes) -> dict[str, Any]:
        return {
            "id": encoded(passkey.id),
            "rawId": encoded(passkey.id),
            "type": "public-key",
            "response": {name: encoded(value) for name, value in response.items()},
        }
