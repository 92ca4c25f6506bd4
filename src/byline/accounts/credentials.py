"""Credentials: what proves that a person is an account's owner, in a record of their own beside the account's.

Accounts of before format 3 hold their password's hash themselves. They are read as they are for ever; the hash moves
into a record of its own with the next login or the next change of the password.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from byline.accounts.model import Account, Credentials
from byline.accounts.records import (
    account_from,
    account_key,
    account_record,
    credentials_from,
    credentials_key,
    credentials_record,
)
from byline.accounts.timing_decoys import NO_ACCOUNT_ID, account_decoy, credentials_decoy
from byline.store import formats
from byline.store.port import Check, Delete, Replace, write_op

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.ports import Ports
    from byline.store.port import Key, Record, Write


@dataclass(frozen=True, slots=True)
class AccountWithCredentials:
    """An account and its credentials, from one read."""

    account: Account
    credentials: Credentials
    records: Mapping[Key, Record] = field(default_factory=dict, compare=False, repr=False)


def find_with_credentials(ports: Ports, account_id: str | None, *extra_keys: Key) -> AccountWithCredentials | None:
    """An account, its credentials and what else is to be read with them, in one read; ``None`` if there is no such
    account, after the same work.
    """
    key, own_key = account_key(account_id or NO_ACCOUNT_ID), credentials_key(account_id or NO_ACCOUNT_ID)
    records = ports.store.get(key, own_key, *extra_keys)
    record, own_record = records.get(key), records.get(own_key)
    account = account_from(record or account_decoy(key))
    credentials = credentials_from(own_record or credentials_decoy(own_key))
    if record is None:
        return None
    if own_record is None:
        credentials = load_credentials(ports, account, records)
    return AccountWithCredentials(account, credentials, records)


def load_credentials(ports: Ports, account: Account, prefetched: Mapping[Key, Record | None]) -> Credentials:
    """The credentials of an account: what was read together with it, or one read."""
    key = credentials_key(account.id)
    record = prefetched.get(key)
    if record is None and account.embedded_password_hash == "":
        record = ports.store.one(key)
    return credentials_from(record) if record else Credentials(account.id, account.embedded_password_hash or None)


def save_ops(ports: Ports, account: Account, credentials: Credentials) -> tuple[Write, ...]:
    """The writes that save an account at the version it says, and its credentials at the version after theirs.

    In a store of an older format, where a program may come back that knows no such record, the account holds both.
    """
    if credentials.version == 0 and ports.store.format() < formats.CREDENTIALS:
        return (write_op(account_record(replace(account, embedded_password_hash=credentials.password_hash))),)
    return (
        write_op(account_record(replace(account, embedded_password_hash=""))),
        write_op(credentials_record(replace(credentials, version=credentials.version + 1))),
    )


def delete_ops(account: Account, record: Record | None) -> tuple[Write, ...]:
    """The writes that save a deleted account and delete its credentials, which ``record`` holds if they have one."""
    if record is None:
        return (Replace(account_record(replace(account, embedded_password_hash=None))),)
    return (Replace(account_record(account)), Delete(record.key, record.version))


def unchanged(credentials: Credentials) -> Check:
    """The condition that credentials are as they were read: account and credentials are no snapshot of one moment."""
    return Check(credentials_key(credentials.account_id), credentials.version or None)


def can_move(ports: Ports, credentials: Credentials) -> bool:
    """Whether credentials are still in the account's record and may get their own."""
    return credentials.version == 0 and ports.store.format() >= formats.CREDENTIALS
