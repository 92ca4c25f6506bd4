"""Signed links, codes and tokens: a purpose, an expiry, and a fingerprint of the state they would change.

A link stops working, without a table of links, once it was used or the state it was made for has changed. One key for
each purpose is derived from the secret key (ASVS 5.0 9.2.x, 11.2.x).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itsdangerous import BadSignature
from itsdangerous import Signer as Seal

from byline.errors import DeadLink
from byline.messages.accounts import LINK_EXPIRED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MOST_CHARACTERS = 2_000
"""Longer tokens are refused unread. Our longest is an invitation for the longest name."""


def constant_time_equal(given: str, genuine: str) -> bool:
    """Compare in a time that does not depend on how much of ``given`` is right (ASVS 5.0, 11.2.4)."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), genuine.encode())


@dataclass(frozen=True, slots=True)
class Claims:
    """The contents of a genuine link: its fields, and the fingerprint it was made with."""

    fields: Mapping[str, str]
    fingerprint: str

    def matches(self, fingerprint: str) -> bool:
        """Whether the state is still the one this link was made for."""
        return constant_time_equal(self.fingerprint, fingerprint)


class Signer:
    """Signs and reads links for one installation: its secret and its public address."""

    def __init__(self, secret: bytes, url: str) -> None:
        self._secret = secret
        self._url = url
        self._keys: dict[str, bytes] = {}

    def make(self, purpose: str, fields: Mapping[str, str], *, fingerprint: str = "", expires_at: datetime) -> str:
        """Make a token of the characters ``A-Z a-z 0-9 . _ -`` that is valid until ``expires_at``."""
        claims = {**fields, "!": int(expires_at.timestamp()), "f": fingerprint}
        body = _b64(json.dumps(claims, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
        return self._seal(purpose).sign(body).decode()

    def read(self, purpose: str, token: str, *, now: datetime) -> Claims:
        """Read a token; ``DeadLink`` if it is forged, made for another purpose, or expired."""
        if not token or len(token) > MOST_CHARACTERS or not token.isascii():
            raise DeadLink
        try:
            claims = json.loads(_unb64(self._seal(purpose).unsign(token)))
        except (BadSignature, ValueError) as fault:
            raise DeadLink from fault
        if now.timestamp() >= claims.pop("!"):
            raise DeadLink(LINK_EXPIRED)
        fingerprint = claims.pop("f")
        return Claims(claims, fingerprint)

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed digest of the parts (128 bits, 22 characters): for CSRF tokens, cookies and fingerprints."""
        return _b64(self._digest(purpose, parts)[:16]).decode()

    def digits(self, purpose: str, *parts: str) -> str:
        """Six digits that only this installation can compute from the parts."""
        return f"{int.from_bytes(self._digest(purpose, parts)[:8], 'big') % 1_000_000:06d}"

    def _digest(self, purpose: str, parts: tuple[str, ...]) -> bytes:
        return hmac.digest(self._key("mac " + purpose), "\0".join(parts).encode(), "sha256")

    def _seal(self, purpose: str) -> Seal:
        return Seal(self._key("link " + purpose), salt=b"", key_derivation="none", digest_method=hashlib.sha256)

    def _key(self, purpose: str) -> bytes:
        key = self._keys.get(purpose)
        if key is None:
            key = hmac.digest(self._secret, f"byline {purpose} {self._url}".encode(), "sha256")
            self._keys[purpose] = key
        return key


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
