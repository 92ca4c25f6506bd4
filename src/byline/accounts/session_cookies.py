"""The name that a session's cookie holds: whom it stands for, and the secret that proves it.

It names what the request will need, so that one read fetches all of it. Nothing is proven by it alone.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from byline.accounts.actors import is_id
from byline.accounts.records import account_key, claim_key, counter_key, slot_key
from byline.store.port import Key

if TYPE_CHECKING:
    from byline.accounts.model import PendingRegistration

_SESSION_ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")
CODES_COUNTER = "codes"
"""The name of the counter of wrong codes of an address."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a cookie names: an account (with its profile) or a pending registration in its slot."""

    kind: Literal["account", "proposal"]
    address_key: str
    slot: int
    id: str
    profile_id: str

    @property
    def keys(self) -> tuple[Key, ...]:
        """The records that a page for this subject needs besides its session."""
        if self.kind == "account":
            profile = (Key("profile", self.profile_id),) if self.profile_id else ()
            return (account_key(self.id), *profile)
        return (
            slot_key(self.address_key, self.slot),
            claim_key(self.address_key),
            counter_key(CODES_COUNTER, self.address_key),
        )


def author_keys(author_id: str) -> tuple[Key, ...]:
    """What a page about an author needs besides the visitor's session, for ``also`` of ``recognise``."""
    return (account_key(author_id),) if is_id(author_id) else ()


def registration_subject(pending: PendingRegistration) -> str:
    """How a session names its pending registration."""
    return f"p.{pending.address_key}.{pending.slot}.{pending.id}"


def with_profile(entry_cookie: str, profile_id: str) -> str:
    """The cookie of the same session, naming another profile."""
    kind, account_id, _, secret = entry_cookie.split(".")
    return f"{kind}.{account_id}.{profile_id}.{secret}"


def subject_of(cookie: str) -> Subject | None:
    """What a cookie says it is, ``None`` if it says nothing intelligible. Nothing is proven by it."""
    parts = cookie.split(".")
    match parts:
        case ["a", account_id, profile_id, _] if account_id and profile_id:
            return Subject("account", "", 0, account_id, "" if profile_id == "-" else profile_id)
        case ["p", address_key, slot, proposal_id, "-", _] if (
            address_key and slot.isascii() and slot.isdigit() and proposal_id
        ):
            return Subject("proposal", address_key, int(slot[:3]), proposal_id, "")
        case _:
            return None


def is_session_id(text: str) -> bool:
    """Whether a text from a form can be the id of a session; no other may be looked up."""
    return _SESSION_ID.fullmatch(text) is not None


def session_id(cookie: str) -> str:
    """The id of the session of a cookie: the hash of its secret."""
    secret = cookie.rpartition(".")[2]
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()
