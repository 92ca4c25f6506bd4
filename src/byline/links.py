"""Signed links, codes and tokens: a purpose, an expiry, and a fingerprint of the state they would change.

A link stops working, without a table of links, once it was used or the state it was made for has changed. One key for
each purpose is derived from the secret key that signs; those before it verify (``key_ring``; ASVS 5.0 9.2.x, 11.2.x).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from itsdangerous import BadSignature
from itsdangerous import Signer as Seal

from byline.errors import DeadLink
from byline.messages.accounts import LINK_EXPIRED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.key_ring import Keys, SecretKey

_Packed: TypeAlias = tuple[int, str | bytes, dict[str, str | bytes]]
"""What a token holds: when it expires, in seconds since 1970, the fingerprint, and the fields."""
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+")
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]+")
_MAC_CHARACTERS: Final = 22
_OLD_SEAL_CHARACTERS: Final = 43
MOST_CHARACTERS = 2_000
"""Longer tokens are refused unread. Our longest is an invitation for the longest name."""


def constant_time_equal(given: str, genuine: str) -> bool:
    """Compare in a time that does not depend on how much of ``given`` is right (ASVS 5.0, 11.2.4)."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), genuine.encode())


@dataclass(frozen=True, slots=True)
class Claims:
    """The contents of a genuine link: its fields, and the fingerprint it was made with.

    ``Signer.verifies`` compares a fingerprint that is a digest.
    """

    fields: Mapping[str, str]
    fingerprint: str

    def matches(self, fingerprint: str) -> bool:
        """Whether the state is still the one this link was made for."""
        return constant_time_equal(self.fingerprint, fingerprint)


class Signer:
    """Signs and reads links for one installation: its secret keys and its public address."""

    def __init__(self, keys: Keys, url: str, *, kept: Keys | None = None) -> None:
        """``keys`` are those in force, ``kept`` all there are: those that are over decrypt what they encrypted."""
        self._keys = keys
        self._kept = kept or keys
        self._url = url
        self._derived: dict[tuple[SecretKey, str], bytes] = {}

    def make(self, purpose: str, fields: Mapping[str, str], *, fingerprint: str = "", expires_at: datetime) -> str:
        """Make a token of the characters ``A-Z a-z 0-9 . _ -`` that is valid until ``expires_at``.

        It is as short as it can be, since mail programs break long links: ids in hex go as the bytes they stand for.
        """
        packed = {name: _packed(value) for name, value in fields.items()}
        claims = (int(expires_at.timestamp()), _packed_fingerprint(fingerprint), packed)
        body = _b64(msgspec.msgpack.encode(claims)).decode()
        return f"{body}.{self.mac(f'link {purpose}', body)}"

    def read(self, purpose: str, token: str, *, now: datetime) -> Claims:
        """Read a token; ``DeadLink`` if it is forged, made for another purpose, or expired."""
        if not token or len(token) > MOST_CHARACTERS or not token.isascii():
            raise DeadLink
        body, _, seal = token.rpartition(".")
        if len(seal) == _OLD_SEAL_CHARACTERS:
            expires_at, claims = self._read_old(purpose, token)
        elif self.verifies(seal, f"link {purpose}", body):
            held: _Packed = msgspec.msgpack.decode(_unb64(body.encode()))
            expires_at, fingerprint, packed = held
            fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in packed.items()}
            given = _b64(fingerprint).decode() if isinstance(fingerprint, bytes) else fingerprint
            claims = Claims(fields, given)
        else:
            raise DeadLink
        if now.timestamp() >= expires_at:
            raise DeadLink(LINK_EXPIRED)
        return claims

    def _read_old(self, purpose: str, token: str) -> tuple[int, Claims]:
        """A token as it was made before there were short ones: an invitation may be out for a week."""
        try:
            claims = json.loads(_unb64(self._old_seal(purpose).unsign(token)))
        except (BadSignature, ValueError) as fault:
            raise DeadLink from fault
        expires_at, fingerprint = claims.pop("!"), claims.pop("f")
        return expires_at, Claims(claims, fingerprint)

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed digest of the parts (128 bits, 22 characters): for CSRF tokens, cookies and fingerprints."""
        return self._mac(self._keys()[0], purpose, parts)

    def verifies(self, given: str, purpose: str, *parts: str) -> bool:
        """Whether a text is the digest of the parts, under the key that signs or one before it."""
        return any(constant_time_equal(given, self._mac(key, purpose, parts)) for key in self._keys())

    def lasting_mac(self, purpose: str, *parts: str) -> str:
        """A digest for names that must stay when a new key signs: under the oldest key in force."""
        return self._mac(self._keys()[-1], purpose, parts)

    def digits(self, purpose: str, *parts: str) -> str:
        """Six digits that only this installation can compute from the parts."""
        return self._digits(self._keys()[0], purpose, parts)

    def verifies_digits(self, given: str, purpose: str, *parts: str) -> bool:
        """Whether they are the digits of the parts, under the key that signs or one before it."""
        return any(constant_time_equal(given, self._digits(key, purpose, parts)) for key in self._keys())

    def encryption_keys(self, purpose: str) -> dict[str, bytes]:
        """The keys of 32 bytes that decrypt, by their names.

        What is at rest must outlive a change of the public address. Before format 7 keys for it were bound to that.
        """
        in_force = self._keys()
        keys = (*in_force, *(key for key in self._kept() if key not in in_force))
        return {
            **{self.bound_key_name(key): self._key(key, f"encryption {purpose}") for key in keys},
            **{self.key_name(key): key.derived(f"encryption {purpose}", "") for key in keys},
        }

    def key_names(self) -> tuple[str, ...]:
        """A name for each key in force; the first one signs, and encrypts."""
        return tuple(map(self.key_name, self._keys()))

    def bound_key_names(self) -> tuple[str, ...]:
        """The names that they had before format 7."""
        return tuple(map(self.bound_key_name, self._keys()))

    def names_of(self, key: SecretKey) -> tuple[str, str]:
        """The names of a key, that of now and that of before format 7."""
        return self.key_name(key), self.bound_key_name(key)

    def key_name(self, key: SecretKey) -> str:
        """A name for a key, which tells nothing about it, and is the same wherever the key is."""
        return _b64(hmac.digest(key.derived("mac name of the key", ""), b"", "sha256")[:16]).decode()

    def bound_key_name(self, key: SecretKey) -> str:
        """The name that it had before format 7, at this public address."""
        return self._mac(key, "name of the key", ())

    def _mac(self, key: SecretKey, purpose: str, parts: tuple[str, ...]) -> str:
        return _b64(self._digest(key, purpose, parts)[:16]).decode()

    def _digits(self, key: SecretKey, purpose: str, parts: tuple[str, ...]) -> str:
        return f"{int.from_bytes(self._digest(key, purpose, parts)[:8], 'big') % 1_000_000:06d}"

    def _digest(self, key: SecretKey, purpose: str, parts: tuple[str, ...]) -> bytes:
        return hmac.digest(self._key(key, f"mac {purpose}"), "\0".join(parts).encode(), "sha256")

    def _old_seal(self, purpose: str) -> Seal:
        """It was made by the last key in force, if at all: all keys since then sign in the new way."""
        key = self._key(self._keys()[-1], f"link {purpose}")
        return Seal(key, salt=b"", key_derivation="none", digest_method=hashlib.sha256)

    def _key(self, secret: SecretKey, purpose: str) -> bytes:
        key = self._derived.get((secret, purpose))
        if key is None:
            key = self._derived[secret, purpose] = secret.derived(purpose, self._url)
        return key


def _packed(text: str) -> str | bytes:
    return bytes.fromhex(text) if _HEX.fullmatch(text) else text


def _packed_fingerprint(text: str) -> str | bytes:
    """A keyed digest as the bytes that it stands for; other fingerprints as they are."""
    if len(text) != _MAC_CHARACTERS or not _BASE64.fullmatch(text):
        return text
    raw = _unb64(text.encode())
    return raw if _b64(raw).decode() == text else text


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
