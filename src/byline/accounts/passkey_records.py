"""Passkeys as records: all of an account in one, and one for each that says whose it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import TYPE_CHECKING, Final

from byline.accounts.model import AccountId, AddressHash
from byline.accounts.webauthn import encoded
from byline.store.codec import Codec
from byline.store.port import Create, Delete, Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.ports import Ports
    from byline.store.port import Write

_NO_ADDRESS: Final = AddressHash("")


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey: its id and its public key, as WebAuthn writes bytes. ``synced``: it is on other devices, too.

    ``counter`` is how often the device says that it was used; most say 0.
    """

    id: str
    public_key: str
    name: str
    created_at: datetime
    synced: bool
    counter: int = 0
    used_at: datetime | None = None

    @property
    def reference(self) -> str:
        """What stands for it in addresses: ids may be too long."""
        return owner_key(self.id).id


@dataclass(frozen=True, slots=True)
class Passkeys:
    """The passkeys of an account, the oldest first, and the random name that devices know the account by."""

    account_id: AccountId
    handle: str
    keys: tuple[Passkey, ...] = ()
    version: int = 0

    def with_id(self, passkey_id: str) -> Passkey | None:
        """The one with this id."""
        return next((key for key in self.keys if key.id == passkey_id), None)

    def named(self, reference: str) -> Passkey | None:
        """The one with this reference."""
        return next((key for key in self.keys if key.reference == reference), None)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a passkey is, and the hash of the address that they had when it was added ("": before it was kept)."""

    account: AccountId
    address_key: AddressHash = _NO_ADDRESS


_PASSKEY: Final = Codec(
    Passkey,
    names={"public_key": "key", "created_at": "created", "used_at": "used"},
    outside=(),
    optional=("counter", "used_at"),
)
_PASSKEYS: Final = Codec(Passkeys, outside=("account_id", "version"), nested={"keys": _PASSKEY})
_OWNER: Final = Codec(Owner, names={"address_key": "address"}, optional=("address_key",))


def passkeys_key(account_id: str) -> Key:
    """The key of an account's passkeys."""
    return Key("passkeys", account_id)


def owner_key(passkey_id: str) -> Key:
    """The key of the record that says whose a passkey is. Ids may be longer than a key."""
    return Key("passkey", encoded(hashlib.sha256(passkey_id.encode("utf-8", "replace")).digest()))


def passkeys_record(passkeys: Passkeys) -> Record:
    """An account's passkeys as a record."""
    return Record(passkeys_key(passkeys.account_id), _PASSKEYS.to_data(passkeys), version=passkeys.version)


def passkeys_from(record: Record) -> Passkeys:
    """The passkeys in a record."""
    return _PASSKEYS.from_data(record.data, account_id=record.key.id, version=record.version)


def owner_record(passkey_id: str, account_id: AccountId, address_key: AddressHash) -> Record:
    """Whose a passkey is, as a record; with the hash of the address that the account had, so that a login can read this
    browser's device together with the account.
    """
    return Record(owner_key(passkey_id), _OWNER.to_data(Owner(account_id, address_key)))


def delete_ops(record: Record | None) -> tuple[Delete, ...]:
    """The writes that delete an account's passkeys, which ``record`` holds if it has any."""
    if record is None:
        return ()
    # Whose a passkey is was written once and never changed.
    owners = (Delete(owner_key(key.id), 1) for key in passkeys_from(record).keys)
    return Delete(record.key, record.version), *owners


def replace_ops(record: Record | None, before: Passkeys | None, address_key: AddressHash) -> tuple[Write, ...]:
    """The writes that put an account's passkeys back as they were ``before`` (``None``: it had none), in the place of
    those in ``record``. ``address_key`` is the hash of the account's address.
    """
    if before is None:
        return delete_ops(record)
    now = {key.id for key in passkeys_from(record).keys} if record else set()
    then = {key.id for key in before.keys}
    return (
        write_over(record, passkeys_record(before)),
        *(Delete(owner_key(each), 1) for each in sorted(now - then)),
        *(Create(owner_record(each, before.account_id, address_key)) for each in sorted(then - now)),
    )


def owner_from(record: Record) -> Owner:
    """Whose a passkey is."""
    return _OWNER.from_data(record.data)


def passkeys_of(ports: Ports, account_id: str, prefetched: Mapping[Key, Record | None]) -> Passkeys:
    """The passkeys of an account: what was read together with it, or one read."""
    key = passkeys_key(account_id)
    record = prefetched[key] if key in prefetched else ports.store.one(key)
    return passkeys_from(record) if record else Passkeys(AccountId(account_id), "")
