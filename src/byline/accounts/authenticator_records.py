"""Authenticator apps and their setups as records: a seed is stored encrypted only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import Final

from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key, Record

AUTHENTICATORS: Final = "authenticators"
"""The index of all of them, for encrypting them again under a new secret key."""


@dataclass(frozen=True, slots=True)
class Authenticator:
    """The app of an account: its seed, sealed, and the step of the last code that was used."""

    account_id: str
    sealed: str
    last_step: int
    added_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Setup:
    """A setup that is under way: a seed, sealed, of which no code was given yet."""

    sealed: str
    until: datetime


_AUTHENTICATOR: Final = Codec(Authenticator, names={"added_at": "added"}, outside=("account_id", "version"))
_SETUP: Final = Codec(Setup)


def authenticator_key(account_id: str) -> Key:
    """The key of an account's authenticator app."""
    return Key("authenticator", account_id)


def setup_key(account_id: str) -> Key:
    """The key of the setup that an account has under way."""
    return Key("authenticator-setup", account_id)


def authenticator_record(authenticator: Authenticator) -> Record:
    """An authenticator app as a record, at its next version."""
    return Record(
        authenticator_key(authenticator.account_id),
        _AUTHENTICATOR.to_data(authenticator),
        version=authenticator.version + 1,
        entry=entry_of(authenticator.account_id),
    )


def entry_of(account_id: str) -> IndexEntry:
    """The index entry of an account's app."""
    return IndexEntry(AUTHENTICATORS, account_id)


def authenticator_from(record: Record) -> Authenticator:
    """The authenticator app in a record."""
    return _AUTHENTICATOR.from_data(record.data, account_id=record.key.id, version=record.version)


def setup_record(account_id: str, sealed: str, until: datetime) -> Record:
    """A setup as a record."""
    return Record(setup_key(account_id), _SETUP.to_data(Setup(sealed, until)), expires_at=int(until.timestamp()))


def setup_from(record: Record) -> Setup:
    """The setup in a record."""
    return _SETUP.from_data(record.data)
