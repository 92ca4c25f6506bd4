"""Refusals of access in the history of the account that asked."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from byline.errors import Conflict, TooMany, Unavailable
from byline.limits import Limit
from byline.messages.security_events import ACCESS_REFUSED
from byline.security_events import months_kept, security_events

if TYPE_CHECKING:
    from byline.accounts.sessions import AccountSession
    from byline.ports import Ports

_ONCE_AN_HOUR: Final = Limit(1, 3600)


def record_refusal(ports: Ports, by: AccountSession, page: str) -> None:
    """Record that this session asked for what is not open to it: once in an hour of the clock, so that asking fills no
    store. What this process has recorded costs nothing to ask again.

    A refusal is answered alike whether it can be recorded or not.
    """
    now, account_id = ports.clock.now(), by.account.id
    with suppress(Conflict, TooMany, Unavailable):
        ports.attempts.refuse_if_full("refusal", account_id, _ONCE_AN_HOUR, now)
        ports.attempts.count("refusal", account_id, _ONCE_AN_HOUR, now)
        months = months_kept(ports, by.prefetched)
        hour = f"{now:%Y-%m-%d %H}"
        event = security_events(ports, by.actor, ACCESS_REFUSED, account_id, months=months, once=hour, page=page)
        if event:
            ports.store.commit(*event)
