"""Codes of an authenticator app (RFC 6238): a seed that is shared once, and six digits that follow from the time.

Thirty seconds a step, SHA-1: what every app knows (RFC 6238, 1.2; the digest is used as a keyed one, whose collisions
do no harm). It is a page of code with the RFC's own vectors, so there is no library for it.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from byline.links import constant_time_equal

if TYPE_CHECKING:
    from datetime import datetime

STEP_SECONDS: Final = 30
SEED_BYTES: Final = 20
"""160 bits (RFC 4226, 4, R6)."""
DIGITS: Final = 6
_DRIFT: Final = (0, -1, 1)
"""Steps that a clock may be off: one in each direction (RFC 6238, 5.2)."""


def code_at(seed: bytes, step: int) -> str:
    """The code of a step, by RFC 4226, 5.3.

    >>> code_at(b"12345678901234567890", 59 // 30)
    '287082'
    """
    digest = hmac.digest(seed, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(now: datetime) -> int:
    """The step that a time is in."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(seed: bytes, code: str, now: datetime, *, after: int) -> int | None:
    """The step that a code belongs to, now or one step off; ``None`` if it is wrong, or not later than ``after``.

    A code that was used once, or one before it, is refused (RFC 6238, 5.2; ASVS 6.5.1).
    """
    steps = [step_of(now) + drift for drift in _DRIFT]
    found = [step for step in steps if constant_time_equal(code, code_at(seed, step))]
    return next((step for step in found if step > after), None)


def setup_key(seed: bytes) -> str:
    """The seed as a person types it into an app: base 32, in groups of four."""
    text = base64.b32encode(seed).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def setup_address(seed: bytes, *, issuer: str, account: str) -> str:
    """What the QR code says: the ``otpauth`` address that apps read."""
    secret = base64.b32encode(seed).decode().rstrip("=")
    label = quote(f"{issuer.replace(':', ' ')}:{account}", safe="@")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
