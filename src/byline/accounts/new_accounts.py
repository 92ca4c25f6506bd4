"""New accounts, whatever opens them: a confirmation, an invitation, a first publisher, an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.addresses import address_hash
from byline.accounts.credentials import save_ops
from byline.accounts.model import Account, AccountId, Credentials, Role, State
from byline.accounts.records import FIRST_PUBLISHER, claim_record, publisher_record
from byline.audit import audit_events
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendWaiting, UpdateSearch
from byline.messages import events
from byline.store.port import Create, Record

if TYPE_CHECKING:
    from byline.accounts.model import Address
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Write


def new_account(
    ports: Ports,
    address: Address,
    name: str,
    *,
    role: Role = Role.AUTHOR,
    state: State = State.WAITING,
    language: str = "",
) -> Account:
    """An account as it begins, with a confirmed address; ``account_writes`` are to be committed."""
    now = ports.clock.now()
    return Account(
        id=AccountId(ports.random.identifier()),
        address=address,
        name=name,
        state=state,
        role=role,
        created_at=now,
        confirmed_at=now,
        language=language,
    )


def account_writes(
    ports: Ports, account: Account, by: Actor, *, password_hash: str | None, is_first: bool = False
) -> tuple[Write, ...]:
    """The writes that open an account: records, claim, search entries, audit event, and the email to publishers.

    ``is_first``: it is the first publisher's.
    """
    writes: list[Write] = [
        *save_ops(ports, account, Credentials(account.id, password_hash)),
        Create(claim_record(address_hash(account.address), account.id)),
        enqueue(ports, UpdateSearch(account.id)),
        *audit_events(ports, by, events.OPENED, account.id, state=account.state.value),
    ]
    if account.state is State.WAITING:
        writes.append(enqueue(ports, SendWaiting(account.id)))
    if account.role is Role.PUBLISHER:
        writes.append(Create(publisher_record(account)))
    if is_first:
        writes.append(Create(Record(FIRST_PUBLISHER, {"account": account.id})))
    return tuple(writes)
