"""Logging in with a passkey, without an address or a password."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts import webauthn
from byline.accounts.actors import actor_of
from byline.accounts.addresses import address_hash
from byline.accounts.device_notices import jobs_of_new_device
from byline.accounts.devices import continued, device_id, known_device
from byline.accounts.model import AccountId
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
    Owner,
    Passkey,
    Passkeys,
    owner_from,
    owner_key,
    passkeys_key,
    passkeys_of,
    passkeys_record,
)
from byline.accounts.records import account_from, account_key, device_key
from byline.accounts.recovery_records import live_recovery_in, recovery_key
from byline.accounts.session_events import logged_in
from byline.accounts.sessions import AccountSession, begin_for_account, delete_op, given_proofs, renewed
from byline.accounts.states import may_log_in
from byline.accounts.webauthn import BadAnswer
from byline.audit import audit_events
from byline.errors import Barred, Conflict, Invalid, NotFound, TooMany
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.messages import events, security_notices
from byline.messages import passkeys as messages
from byline.messages.browsers import code_of
from byline.permissions import require
from byline.proofs import Proof
from byline.security_events import RETENTION, months_in
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.clients import Client
    from byline.accounts.model import Account, AddressHash
    from byline.accounts.sessions import AnySession, NewSession
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write


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

    The record of whose the passkey is names the address, under whose hash this browser's known device is read together
    with the account. By a session of the same account it is another proof of it, and that session goes on under another
    secret; any other session of this browser ends. ``Invalid`` of no field if the answer is none, of ``passkey`` if
    this portal does not know it, so that the browser can forget it; ``Barred`` for a suspended account.
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
        found = ports.store.one(owner_key(passkey_id))
        owner = owner_from(found) if found else Owner(AccountId(""))
        account_id = owner.account
        of_device = _device_keys(owner.address_key, client)
        own_keys = account_key(account_id), passkeys_key(account_id), recovery_key(account_id)
        keys = *own_keys, RETENTION, *of_device
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
        if owner.address_key != (current := address_hash(account.address)):  # another address by now: one read more
            records = {**records, **ports.store.get(*_device_keys(current, client))}
        used = replace(known, used_at=ports.clock.now(), counter=device.counter, synced=device.synced)
        entry, ends = _entry(ports, by, account, client, records)
        waits = live_recovery_in(records, account, ports.clock.now()) is not None
        entry = replace(entry, is_recovery_waiting=waits)
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
    ports: Ports, by: AnySession | None, account: Account, client: Client, records: Mapping[Key, Record]
) -> tuple[NewSession, tuple[Write, ...]]:
    """The session that begins or goes on, and the writes that end what it takes the place of."""
    ends: tuple[Write, ...] = (delete_op(by.session),) if by else ()
    if isinstance(by, AccountSession) and by.account.id == account.id:
        return renewed(ports, by, Proof.PASSKEY), ends
    entry = begin_for_account(
        ports, account, remember=False, device=client.name, proofs=given_proofs(ports, Proof.PASSKEY)
    )
    before = known_device(records, address_hash(account.address), client.device_secret, account, ports)
    entry = replace(entry, device=continued(entry.device, before))
    event = logged_in(
        ports,
        actor_of(account),
        user_agent=client.name,
        months=months_in(records.get(RETENTION)),
        is_known=before is not None,
        how=Proof.PASSKEY.value,
    )
    if before is None:
        return entry, (*ends, *jobs_of_new_device(ports, account, user_agent=client.name), *event)
    # The new session has a new one.
    return entry, (*ends, Delete(device_key(before.address_key, before.id), before.version), *event)


def _device_keys(address_key: AddressHash, client: Client) -> tuple[Key, ...]:
    return (device_key(address_key, device_id(client.device_secret)),) if address_key and client.device_secret else ()


def _tell_of_copy(ports: Ports, account: Account, client: Client) -> tuple[Write, ...]:
    """A device that counts less than before may be a copy. It may also have been reset, so it is told, not refused."""
    notice = SendSecurityNotice(
        account.id, ports.clock.now(), security_notices.PASSKEY_COPIED, "", code_of(client.name)
    )
    return (*audit_events(ports, actor_of(account), events.PASSKEY_COPIED, account.id), enqueue(ports, notice))


def _with(own: Passkeys, used: Passkey) -> Passkeys:
    keys = tuple(used if key.id == used.id else key for key in own.keys)
    return replace(own, keys=keys, version=own.version + 1)
