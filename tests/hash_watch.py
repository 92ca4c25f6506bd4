"""Which legacy hashes are computed while a test runs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def watch_legacy_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The schemes of the legacy hashes that are computed from now on."""
    computed: list[str] = []
    scrypt, pbkdf2 = hashlib.scrypt, hashlib.pbkdf2_hmac

    def watch_scrypt(password: bytes, *, n: int, r: int, p: int, **options: Any) -> bytes:
        computed.append(f"scrypt:{n}:{r}:{p}")
        return scrypt(password, n=n, r=r, p=p, **options)

    def watch_pbkdf2(name: str, password: bytes, salt: bytes, iterations: int) -> bytes:
        computed.append(f"pbkdf2:{name}:{iterations}")
        return pbkdf2(name, password, salt, iterations)

    monkeypatch.setattr(hashlib, "scrypt", watch_scrypt)
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", watch_pbkdf2)
    return computed
