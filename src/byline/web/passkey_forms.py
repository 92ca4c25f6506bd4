"""What pages with passkeys need: whether they are offered, what one has, and that a script may ask the portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.accounts import passkeys
from byline.accounts.passkey_questions import are_offered, rp_id
from byline.accounts.sessions import AccountSession
from byline.permissions import may
from byline.web import identity
from byline.web.context import ports
from byline.web.headers import CSP

if TYPE_CHECKING:
    from flask import Response

    from byline.accounts.passkey_records import Passkey


@dataclass(frozen=True, slots=True)
class OwnPasskeys:
    """What ``account/_passkeys.html`` shows; ``handle`` is the account's name for devices, "" before the first."""

    rp_id: str
    handle: str
    rows: tuple[Passkey, ...]


def own_passkeys() -> OwnPasskeys | None:
    """The passkeys of whoever is logged in; ``None`` where they can have none."""
    visit = identity.me()
    if not isinstance(visit, AccountSession) or not may(visit, "accounts.passkeys.read") or not are_offered(ports()):
        return None
    own = passkeys.read(ports(), visit)
    return OwnPasskeys(rp_id(ports().site), own.handle, own.keys)


def site_for_passkeys() -> str:
    """The site's name for passkeys, "" where none are offered: login forms show no button then."""
    return rp_id(ports().site) if are_offered(ports()) else ""


def with_questions(answer: Response) -> Response:
    """Let a page's script ask the portal what to ask a device."""
    answer.headers["Content-Security-Policy"] = f"{CSP}; connect-src 'self'"
    return answer
