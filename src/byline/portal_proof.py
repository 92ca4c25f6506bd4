"""Proof that an address leads to this very portal: ``byline check`` asks, and only a holder of the key can answer.

The question is signed too, so a portal answers its own operator and nobody else, and tells strangers nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.errors import DeadLink

if TYPE_CHECKING:
    from datetime import datetime

    from byline.links import Signer

HEADER: Final = "Byline-Check"
_PURPOSE: Final = "check"
_SECONDS: Final = 300
"""How long a question may be answered; two machines' clocks may differ a little."""


def question(signer: Signer, nonce: str, now: datetime) -> str:
    """A question that only this installation can ask."""
    return signer.make(_PURPOSE, {"n": nonce}, expires_at=now + timedelta(seconds=_SECONDS))


def answer(signer: Signer, asked: str, now: datetime) -> str | None:
    """The proof that answers a question; ``None`` for one that is not ours."""
    try:
        signer.read(_PURPOSE, asked, now=now)
    except DeadLink:
        return None
    return signer.mac("check answer", asked)


def is_proof(signer: Signer, asked: str, given: str) -> bool:
    """Whether an answer proves that it comes from this installation."""
    return signer.verifies(given, "check answer", asked)
