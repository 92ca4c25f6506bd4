"""Recovery of a way into an account that was lost: it waits for 72 hours, in which the owner can stop it.

Who may start one, and what is done at its end, is in other modules: ``factor_recovery`` deletes second factors,
``address_recovery`` changes the address of a lost mailbox. Here is what all of them share: one at a time for an
account, the emails that tell of it, and how it is stopped: by any session of the account, by the link of each email, or
by a publisher. It ends by itself seven days after it could be finished, and with every change that ends the sessions of
the account (``states.MOVES``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_of, actor_unchanged, load_account, read_actor_again
from byline.accounts.model import AccountId
from byline.accounts.records import account_from, account_key
from byline.accounts.recovery_records import (
    Purpose,
    Recovery,
    live_recovery_in,
    recovery_from,
    recovery_key,
    recovery_record,
)
from byline.audit import OPERATOR, audit_events
from byline.errors import DeadLink, Invalid
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.jobs.security_payloads import SendRecovery
from byline.messages import events, security_notices
from byline.messages.recoveries import ALREADY_UNDER_WAY, RECOVERY_OVER
from byline.permissions import require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Delete, write_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account
    from byline.accounts.sessions import AccountSession
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.permissions import Acting
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write

FINISH: Final = "recovery"
"""The purpose of the link that finishes a recovery."""
STOP: Final = "stop recovery"
"""The purpose of the link that stops one."""


def live_recovery(
    ports: Ports, account: Account, prefetched: Mapping[Key, Record | None], *, purpose: Purpose | None = None
) -> Recovery | None:
    """The recovery that an account has under way, of one ``purpose`` or of any: what was read already, or one read."""
    key = recovery_key(account.id)
    found = live_recovery_in(
        prefetched if key in prefetched else {key: ports.store.one(key)}, account, ports.clock.now()
    )
    return found if found is not None and purpose in {None, found.purpose} else None


def start_writes(
    ports: Ports, by: Actor, account: Account, before: Record | None, *, purpose: Purpose, address: str = ""
) -> tuple[Write, ...]:
    """The writes that start a recovery of an account, ``before`` being the record of an earlier one.

    ``Invalid`` if one is under way. The emails are jobs: one at once, and one when it can be finished.
    """
    now = ports.clock.now()
    if before is not None and recovery_from(before).is_live(account, now):
        raise Invalid({"": ALREADY_UNDER_WAY})
    begun = Recovery(
        AccountId(account.id), ports.random.identifier(), purpose, by.account_id, now, account.generation, address
    )
    return (
        write_over(before, recovery_record(begun)),
        Check(account_key(account.id), account.version),
        enqueue(ports, SendRecovery(account.id, begun.id)),
        enqueue(ports, SendRecovery(account.id, begun.id, is_ready=True), due_at=begun.ready_at),
    )


def stop_own(ports: Ports, by: AccountSession) -> bool:
    """Stop the recovery of one's own account; whether there was one. Any session may: a way in is left."""
    require(by, "accounts.recovery.stop_own")
    return _stop(ports, by.actor, by.account.id, by.prefetched)


def stop_for(ports: Ports, by: Actor, account_id: str) -> bool:
    """Stop the recovery of an account as a publisher or at the machine; whether there was one."""
    require(by, "accounts.recovery.stop_for")
    return _stop(ports, by, account_id, by.prefetched)


def stop_by_link(ports: Ports, by: Acting | None, token: str) -> None:
    """Stop a recovery by the link of an email, logged in or not; ``DeadLink`` if it is over, or was stopped."""
    require(by, "accounts.recovery.stop_by_link")
    account, found = read_link(ports, STOP, token)
    if not _stop(ports, actor_of(account), account.id, {}, only=found.id):
        raise DeadLink(RECOVERY_OVER)


def read_link(ports: Ports, purpose: str, token: str) -> tuple[Account, Recovery]:
    """The account and the recovery that a link is of, in one read; ``DeadLink`` if it is over."""
    account_id, name = read_token(ports, purpose, token)
    records = ports.store.get(account_key(account_id), recovery_key(account_id))
    return recovery_of_link(ports, records, account_id, name)


def read_token(ports: Ports, purpose: str, token: str) -> tuple[str, str]:
    """The account's id in a link, and the name of the recovery; ``DeadLink`` if it is forged or expired."""
    fields = ports.signer.read(purpose, token, now=ports.clock.now()).fields
    return fields["a"], fields["r"]


def purpose_of_link(ports: Ports, token: str) -> Purpose:
    """What is done at the end of the recovery that a link finishes; ``DeadLink`` if it is forged or expired."""
    fields = ports.signer.read(FINISH, token, now=ports.clock.now()).fields
    return Purpose(fields.get("p", Purpose.FACTORS.value))


def recovery_of_link(
    ports: Ports, records: Mapping[Key, Record], account_id: str, name: str
) -> tuple[Account, Recovery]:
    """The account and its recovery among records; ``DeadLink`` unless it is the one that is named, and under way."""
    record, waiting = records.get(account_key(account_id)), records.get(recovery_key(account_id))
    if record is None or waiting is None:
        raise DeadLink(RECOVERY_OVER)
    account, found = account_from(record), recovery_from(waiting)
    if found.id != name or not found.is_live(account, ports.clock.now()):
        raise DeadLink(RECOVERY_OVER)
    return account, found


def link_for(ports: Ports, purpose: str, recovery: Recovery) -> str:
    """The link that finishes (``FINISH``) or stops (``STOP``) a recovery: good as long as it is under way."""
    fields = {"a": recovery.account_id, "r": recovery.id}
    if recovery.purpose is not Purpose.FACTORS:
        fields["p"] = recovery.purpose.value
    token = ports.signer.make(purpose, fields, expires_at=recovery.ends_at)
    return f"{ports.site.url}/recovery/{'stop/' if purpose == STOP else ''}{token}"


def _stop(ports: Ports, by: Actor, account_id: str, prefetched: Mapping[Key, Record | None], *, only: str = "") -> bool:
    """Delete the recovery, if there is one (with the name ``only``, where that is given)."""

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by, prefetched
        if conflict is not None:
            prefetched = {}
            by = by if by.account_id == account_id else read_actor_again(ports, by)
        account = load_account(ports, account_id, prefetched)
        found = live_recovery(ports, account, prefetched)
        if found is None or only not in {"", found.id}:
            return False
        now = ports.clock.now()
        # Who started it learns that it was not wanted: they may have been fooled.
        starter = found.started_by not in {by.account_id, OPERATOR.account_id}
        ports.store.commit(
            Delete(recovery_key(account_id), found.version),
            enqueue(ports, SendSecurityNotice(account_id, now, security_notices.RECOVERY_STOPPED)),
            *(
                [enqueue(ports, SendSecurityNotice(found.started_by, now, security_notices.STARTED_RECOVERY_STOPPED))]
                if starter
                else []
            ),
            *audit_events(ports, by, events.RECOVERY_STOPPED, account_id),
            *actor_unchanged(by, replaced=account_id),
        )
        return True

    return retry_on_conflict(attempt)
