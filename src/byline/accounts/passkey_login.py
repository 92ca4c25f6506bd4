"""Logging in with a passkey, without an address or a password."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts import webauthn
from byline.accounts.actors import actor_of
from byline.accounts.passkey_questions import (
    CHALLENGE_SECONDS,
    Question,
    are_offered,
    asked,
    new_challenge,
    rp_id,
    spend,
    spent_key,
)
from byline.accounts.passkey_records import (
    Passkey,
    Passkeys,
    owner_from,
    owner_key,
    passkeys_key,
    passkeys_of,
    passkeys_record,
)
from byline.accounts.records import account_from, account_key
from byline.accounts.session_events import logged_in
from byline.accounts.sessions import AccountSession, begin_for_account, delete_op, given_proofs, renewed
from byline.accounts.states import may_log_in
from byline.accounts.webauthn import BadAnswer
from byline.audit import audit_events
from byline.errors import Barred, Conflict, Invalid, NotFound, TooMany
from byline.jobs.model import enqueue
from byline.jobs.payloads import LimitSessions, SendSecurityNotice
from byline.messages import events, security_notices
from byline.messages import passkeys as messages
from byline.messages.browsers import code_of
from byline.permissions import require
from byline.proofs import Proof
from byline.security_events import RETENTION, months_in
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Replace

if TYPE_CHECKING:
    from byline.accounts.clients import Client
    from byline.accounts.model import Account
    from byline.accounts.sessions import AnySession, NewSession
    from byline.ports import Ports
    from byline.store.port import Write


def ask_to_log_in(ports: Ports) -> Question:
    """What a browser asks its devices to log in, whoever it is. ``NotFound`` where no passkeys are offered."""
    if not are_offered(ports):
        raise NotFound
    challenge = new_challenge(ports)
    options: dict[str, object] = {
        "rpId": rp_id(ports.site),
        "challenge": challenge,
        "userVerification": "required",
        "timeout": CHALLENGE_SECONDS * 1000,
    }
    return Question(options, challenge)


def log_in(ports: Ports, by: AnySession | None, *, answer: object, challenge: str, client: Client) -> NewSession:
    """Begin a session for whose passkey has signed the challenge; two reads and one commit.

    By a session of the same account it is another proof of it, and that session goes on under another secret; any other
    session of this browser ends. ``Invalid`` of no field if the answer is none, of ``passkey`` if this portal does not
    know it, so that the browser can forget it; ``Barred`` for a suspended account.
    """
    require(by, "accounts.passkey_login.log_in")
    try:
        passkey_id, expected = webauthn.key_id(answer), asked(ports, challenge)
    except BadAnswer as fault:
        raise Invalid({"": messages.PASSKEY_REFUSED}) from fault

    def attempt(conflict: Conflict | None) -> NewSession:
        spent = spent_key(challenge)
        if conflict is not None and spent in conflict.keys:
            raise Invalid({"": messages.PASSKEY_REFUSED}) from conflict
        owner = ports.store.one(owner_key(passkey_id))
        account_id = owner_from(owner) if owner else ""
        keys = account_key(account_id), passkeys_key(account_id), RETENTION
        records = ports.store.get(*keys) if account_id else {}
        record = records.get(account_key(account_id))
        own = passkeys_of(ports, account_id, records) if record else None
        known = own.with_id(passkey_id) if own else None
        if record is None or own is None or known is None:
            raise Invalid({"passkey": messages.PASSKEY_UNKNOWN})
        account = account_from(record)
        try:
            device = webauthn.read_login(answer, expected, webauthn.decoded(known.public_key))
        except BadAnswer as fault:
            raise Invalid({"": messages.PASSKEY_REFUSED}) from fault
        if not device.verified:
            raise Invalid({"": messages.PASSKEY_UNVERIFIED})
        if not may_log_in(account):
            raise Barred(account.state.value, account.note)
        used = replace(known, used_at=ports.clock.now(), counter=device.counter, synced=device.synced)
        entry, ends = _entry(ports, by, account, client, months_in(records.get(RETENTION)))
        ports.store.commit(
            *entry.writes,
            *ends,
            Replace(passkeys_record(_with(own, used))),
            Check(record.key, record.version),
            spend(ports, challenge),
            *(_tell_of_copy(ports, account, client) if 0 < device.counter <= known.counter else ()),
        )
        return entry

    return retry_on_conflict(attempt, otherwise=TooMany(1))


def _entry(
    ports: Ports, by: AnySession | None, account: Account, client: Client, months: int
) -> tuple[NewSession, tuple[Write, ...]]:
    """The session that begins or goes on, and the writes that end what it takes the place of."""
    ends: tuple[Write, ...] = (delete_op(by.session),) if by else ()
    if isinstance(by, AccountSession) and by.account.id == account.id:
        return renewed(ports, by, Proof.PASSKEY), ends
    entry = begin_for_account(
        ports, account, remember=False, device=client.name, proofs=given_proofs(ports, Proof.PASSKEY)
    )
    event = logged_in(
        ports,
        actor_of(account),
        user_agent=client.name,
        months=months,
        is_known=bool(client.device_secret),
        how=Proof.PASSKEY.value,
    )
    return entry, (*ends, enqueue(ports, LimitSessions(account.id)), *event)


def _tell_of_copy(ports: Ports, account: Account, client: Client) -> tuple[Write, ...]:
    """A device that counts less than before may be a copy. It may also have been reset, so it is told, not refused."""
    notice = SendSecurityNotice(
        account.id, ports.clock.now(), security_notices.PASSKEY_COPIED, "", code_of(client.name)
    )
    return (*audit_events(ports, actor_of(account), events.PASSKEY_COPIED, account.id), enqueue(ports, notice))


def _with(own: Passkeys, used: Passkey) -> Passkeys:
    keys = tuple(used if key.id == used.id else key for key in own.keys)
    return replace(own, keys=keys, version=own.version + 1)
