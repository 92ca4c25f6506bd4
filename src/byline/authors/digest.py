"""Who gets the weekly email (``digest_emails``): each publisher, until they switch theirs off in the console or by the
link at its foot.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import find_account
from byline.accounts.model import Role
from byline.errors import DeadLink
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Key, Record, write_over

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.permissions import Acting
    from byline.ports import Ports

_LINK_FOR: Final = timedelta(days=30)
PURPOSE: Final = "digest"


def key(account_id: str) -> Key:
    """The record that says that a publisher wants no weekly email."""
    return Key("digest", account_id)


def is_on(ports: Ports, by: Actor) -> bool:
    """Whether a publisher gets the weekly email: what was read with them, or one read."""
    wanted = key(by.account_id)
    return is_wanted(by.prefetched[wanted] if wanted in by.prefetched else ports.store.one(wanted))


def switch(ports: Ports, by: Actor, *, on: bool) -> None:
    """Switch one's own weekly email on or off."""
    require(by, "authors.digest.switch")
    _save(ports, by.account_id, on=on)


def read_link(ports: Ports, token: str) -> bool:
    """Whether the email that a link ends still comes; ``DeadLink`` for a link that is none."""
    return is_wanted(ports.store.one(key(_publisher_of(ports, token).id)))


def switch_off(ports: Ports, by: Acting | None, token: str) -> None:
    """Switch the weekly email off by the link at its foot."""
    require(by, "authors.digest.switch_off")
    _save(ports, _publisher_of(ports, token).id, on=False)


def off_link(ports: Ports, publisher: Account, sent_at: datetime) -> str:
    """The link by which a publisher switches the weekly email off."""
    token = ports.signer.make(PURPOSE, {"a": publisher.id}, expires_at=sent_at + _LINK_FOR)
    return f"{ports.site.url}/digest/{token}"


def _publisher_of(ports: Ports, token: str) -> Account:
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    account = find_account(ports, claims.fields["a"])
    if account is None or account.role is not Role.PUBLISHER:
        raise DeadLink
    return account


def is_wanted(record: Record | None) -> bool:
    """Whether a publisher wants the email, by the record of the switch."""
    return record is None or record.data.get("off") is not True


def _save(ports: Ports, account_id: str, *, on: bool) -> None:
    def attempt(_: Conflict | None) -> None:
        before = ports.store.one(key(account_id))
        if is_wanted(before) is not on:
            ports.store.commit(write_over(before, Record(key(account_id), {"off": not on})))

    retry_on_conflict(attempt)
