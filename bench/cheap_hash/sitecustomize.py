"""Makes argon2 cost nothing in every Python process that finds this folder in PYTHONPATH.

For measuring what a log-in costs besides its two hashes. The encoded form stays (parameters, salt, digest), so that
nothing is hashed anew; the digest is a plain BLAKE2 of salt and password. Answers do not wait for the grid of time
either, which would hide what is to be measured. Nothing in Byline knows of it.
"""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any

import argon2.exceptions
from argon2 import PasswordHasher

from byline.environment import SystemStopwatch


def _hash(self: PasswordHasher, password: str | bytes, *, salt: bytes | None = None) -> str:
    salt = salt or os.urandom(self.salt_len)
    frame = f"$argon2id$v=19$m={self.memory_cost},t={self.time_cost},p={self.parallelism}${_encoded(salt)}$"
    return frame + _digest(frame, password)


def _verify(_: PasswordHasher, stored: Any, password: str | bytes) -> bool:
    frame, dollar, digest = str(stored).rpartition("$")
    if _digest(frame + dollar, password) != digest:
        raise argon2.exceptions.VerifyMismatchError
    return True


def _digest(frame: str, password: str | bytes) -> str:
    password = password.encode() if isinstance(password, str) else password
    return _encoded(hashlib.blake2b(frame.encode() + password, digest_size=32).digest())


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


PasswordHasher.hash = _hash  # type: ignore[method-assign]
PasswordHasher.verify = _verify  # type: ignore[method-assign, assignment]
SystemStopwatch.wait = lambda _self, _seconds: None  # type: ignore[method-assign]
