"""What the credentials of an account were before each of their changes of the last two weeks.

The link that undoes a change of the email address puts back what was there before a thief came, and a thief may have
changed password and factors before the address, or after it. So each change keeps what was there before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from byline.accounts import passkey_records
from byline.accounts.address_change_records import UNDO_SECONDS
from byline.accounts.addresses import address_hash
from byline.accounts.authenticator_records import authenticator_key, entry_of
from byline.accounts.passkey_records import passkeys_from, passkeys_key
from byline.accounts.records import credentials_from, credentials_key, credentials_record
from byline.store import formats
from byline.store.codec import Codec
from byline.store.port import Delete, Key, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Address, Credentials
    from byline.ports import Ports
    from byline.store.port import Write

WINDOW_SECONDS: Final = UNDO_SECONDS
"""How far before a change of the address its undoing goes back."""
_KEPT_SECONDS: Final = WINDOW_SECONDS + UNDO_SECONDS
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Credentials as they were until ``until``, as their records held them (``None``: there was no such record)."""

    until: datetime
    credentials: dict[str, Any]
    authenticator: dict[str, Any] | None = None
    passkeys: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _History:
    snapshots: tuple[Snapshot, ...]


_SNAPSHOT: Final = Codec(Snapshot, outside=(), optional=("authenticator", "passkeys"))
_HISTORY: Final = Codec(_History, nested={"snapshots": _SNAPSHOT})


def history_key(account_id: str) -> Key:
    """The key of what an account's credentials were."""
    return Key("credentials-before", account_id)


def history_keys(account_id: str) -> tuple[Key, ...]:
    """What a change of credentials reads besides them: their history, and the records of the factors."""
    return history_key(account_id), authenticator_key(account_id), passkeys_key(account_id)


def read_history(ports: Ports, account_id: str, prefetched: Mapping[Key, Record | None]) -> Mapping[Key, Record | None]:
    """The records of ``history_keys``: what was read together with a session, or one read."""
    return prefetched if history_key(account_id) in prefetched else dict(ports.store.get(*history_keys(account_id)))


def history_ops(ports: Ports, before: Credentials, records: Mapping[Key, Record | None]) -> tuple[Write, ...]:
    """The write that keeps what is changed now. ``records`` has those of ``history_keys``, as they were read."""
    if ports.store.format() < formats.PERSONAL_DATA:
        return ()
    now = ports.clock.now()
    key, app, passkeys = (records.get(key) for key in history_keys(before.account_id))
    snapshot = Snapshot(
        now,
        dict(credentials_record(before).data),
        dict(app.data) if app else None,
        dict(passkeys.data) if passkeys else None,
    )
    kept_from = now - timedelta(seconds=_KEPT_SECONDS)
    kept = [each for each in _snapshots(key) if each.until >= kept_from]
    history = _History(tuple(_at_most([*kept, snapshot])))
    ends_at = int((now + timedelta(seconds=_KEPT_SECONDS)).timestamp())
    return (write_over(key, Record(history_key(before.account_id), _HISTORY.to_data(history), expires_at=ends_at)),)


def earliest_since(record: Record | None, since: datetime) -> Snapshot | None:
    """The credentials as they were at a time, out of their history; ``None`` if they have not changed since."""
    return next((each for each in _snapshots(record) if each.until >= since), None)


def is_as_now(snapshot: Snapshot, current: Credentials, records: Mapping[Key, Record | None]) -> bool:
    """Whether credentials and factors have not changed since a snapshot; uses of a factor change nothing."""
    then = credentials_from(Record(credentials_key(current.account_id), snapshot.credentials, version=current.version))
    app = records.get(authenticator_key(current.account_id))
    seeds = [data and data["sealed"] for data in (snapshot.authenticator, app.data if app else None)]
    return then == current and seeds[0] == seeds[1]


def restore_ops(
    snapshot: Snapshot, current: Credentials, records: Mapping[Key, Record | None], *, address: Address
) -> tuple[Credentials, tuple[Write, ...]]:
    """The credentials of a snapshot, at the version of the current ones, and the writes that put its factors back.

    ``records`` has those of ``history_keys``, as they are now, ``address`` is that of the account. The history goes:
    what it holds was a thief's.
    """
    account_id = current.account_id
    restored = credentials_from(Record(credentials_key(account_id), snapshot.credentials, version=current.version))
    key, app, passkeys = (records.get(key) for key in history_keys(account_id))
    writes: list[Write] = [Delete(key.key, key.version)] if key else []
    if snapshot.authenticator is not None:
        data, entry = snapshot.authenticator, entry_of(account_id)
        writes.append(write_over(app, Record(authenticator_key(account_id), data, entry=entry)))
    elif app is not None:
        writes.append(Delete(app.key, app.version))
    before = None if snapshot.passkeys is None else passkeys_from(Record(passkeys_key(account_id), snapshot.passkeys))
    return restored, (*writes, *passkey_records.replace_ops(passkeys, before, address_hash(address)))


def _snapshots(record: Record | None) -> tuple[Snapshot, ...]:
    return () if record is None else _HISTORY.from_data(record.data).snapshots


def _at_most(snapshots: list[Snapshot]) -> list[Snapshot]:
    """Without the ones that follow closest upon another: of a thief's many changes the first must stay."""
    while len(snapshots) > _MOST:
        pairs = pairwise(snapshots)
        gaps = [later.until - earlier.until for earlier, later in pairs]
        del snapshots[gaps.index(min(gaps)) + 1]
    return snapshots
