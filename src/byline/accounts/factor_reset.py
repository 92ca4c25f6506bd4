"""The way out on the machine: whoever has lost every second factor gets 24 hours to set up a new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.authenticator_records import authenticator_key
from byline.accounts.credential_history import history_keys, history_ops
from byline.accounts.credentials import load_credentials, save_ops
from byline.accounts.passkey_records import delete_ops, passkeys_key
from byline.accounts.records import PUBLISHERS, account_from, account_key, credentials_key
from byline.accounts.states import Event, move
from byline.audit import audit_events
from byline.errors import NotFound
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.messages import events, security_notices
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.store.port import Create

HOURS: Final = 24
_MOST_TOLD: Final = 20


def unlock(ports: Ports, by: Actor, account_id: str) -> None:
    """Delete all second factors of an account and end its sessions and links; all publishers are told by email.

    The password stays. ``NotFound`` where there is nothing to delete.
    """
    require(by, "accounts.factor_reset.unlock")

    def attempt(_: Conflict | None) -> None:
        keys = account_key(account_id), credentials_key(account_id)
        records = ports.store.get(*keys, *history_keys(account_id))
        account = account_from(records[account_key(account_id)])
        credentials = load_credentials(ports, account, records)
        if not credentials.has_second_factor:
            raise NotFound
        now = ports.clock.now()
        due_at = now + timedelta(hours=HOURS) if account.factor_due_at else None
        moved = replace(move(account, Event.FACTORS_CHANGED, by=by.account_id, at=now), factor_due_at=due_at)
        without = replace(credentials, has_authenticator=False, recovery_codes=(), passkeys=())
        app = records.get(authenticator_key(account_id))
        ports.store.commit(
            *save_ops(ports, moved, without),
            *history_ops(ports, credentials, records),
            *([Delete(app.key, app.version)] if app else []),
            *delete_ops(records.get(passkeys_key(account_id))),
            enqueue(ports, SendSecurityNotice(account.id, now, security_notices.FACTORS_DELETED)),
            *notices_to_publishers(ports, account, security_notices.PUBLISHER_UNLOCKED),
            *audit_events(ports, by, events.FACTORS_DELETED, account.id),
        )

    retry_on_conflict(attempt)


def notices_to_publishers(ports: Ports, about: Account, notice: str) -> tuple[Create, ...]:
    """The jobs that tell the other publishers something about an account, for the commit of it; twenty at most."""
    now, others = ports.clock.now(), ports.store.page(PUBLISHERS, limit=_MOST_TOLD).records
    return tuple(
        enqueue(ports, SendSecurityNotice(each.key.id, now, notice)) for each in others if each.key.id != about.id
    )
