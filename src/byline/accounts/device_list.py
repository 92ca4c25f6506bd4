"""The known devices of one's own account: listed, named, removed one by one. ``devices.py`` says what they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from byline.accounts.addresses import address_hash
from byline.accounts.devices import device_id
from byline.accounts.records import DEVICES, device_from, device_key, device_record
from byline.accounts.session_cookies import is_session_id
from byline.errors import Invalid
from byline.messages.devices import DEVICE_NAME_MALFORMED
from byline.messages.security_events import DEVICE_REMOVED, DEVICE_RENAMED
from byline.permissions import require
from byline.security_events import months_kept, security_events
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete, Replace

if TYPE_CHECKING:
    from byline.accounts.model import Device
    from byline.accounts.sessions import AccountSession
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.store.port import Write

MOST_NAME: Final = 60
"""Characters of a device's name."""
_MOST_READ: Final = 200
_JOINERS: Final = dict.fromkeys((0x200C, 0x200D))
"""Invisible characters that Persian, Malayalam and pictures of families need."""


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A known device; ``is_this`` one is the browser that asks."""

    device: Device
    is_this: bool


def read(ports: Ports, by: AccountSession, *, secret: str) -> list[ListedDevice]:
    """The known devices of one's account, this one first, then by last login; ``secret`` is this browser's.

    One of before format 6 is missing until it logs in again.
    """
    require(by, "accounts.device_list.read")
    account, now, this = by.account, ports.clock.now(), device_id(secret) if secret else ""
    records = ports.store.page(DEVICES, prefix=f"{account.id}/", limit=_MOST_READ, descending=True).records
    found = [each for each in map(device_from, records) if each.generation == account.generation]
    listed = [ListedDevice(each, each.id == this) for each in found if now < each.expires_at]
    return sorted(listed, key=lambda each: (not each.is_this, -_last_login(each.device)))


def rename(ports: Ports, by: AccountSession, named: str, name: str) -> bool:
    """Give one of one's own devices a name, or none; whether there was one. ``Invalid`` at ``device_name``."""
    require(by, "accounts.device_list.rename")
    name = " ".join(name.split())
    if len(name) > MOST_NAME or not name.translate(_JOINERS).isprintable():
        raise Invalid({"device_name": DEVICE_NAME_MALFORMED})

    def attempt(_: Conflict | None) -> bool:
        device = _own(ports, by, named)
        if device is None:
            return False
        if device.name != name:
            renamed = replace(device, name=name, version=device.version + 1)
            ports.store.commit(Replace(device_record(renamed)), *_event(ports, by, DEVICE_RENAMED, device))
        return True

    return retry_on_conflict(attempt)


def remove(ports: Ports, by: AccountSession, named: str) -> bool:
    """Let a device of one's own be unknown from now on; whether there was one. Its session, if it has one, goes on."""
    require(by, "accounts.device_list.remove")

    def attempt(_: Conflict | None) -> bool:
        device = _own(ports, by, named)
        if device is None:
            return False
        ports.store.commit(
            Delete(device_key(device.address_key, device.id), device.version),
            *_event(ports, by, DEVICE_REMOVED, device),
        )
        return True

    return retry_on_conflict(attempt)


def _own(ports: Ports, by: AccountSession, named: str) -> Device | None:
    """One of one's own devices by its id; another person's is none."""
    if not is_session_id(named):  # both are hashes of a cookie's secret
        return None
    record = ports.store.one(device_key(address_hash(by.account.address), named))
    device = device_from(record) if record else None
    return device if device is not None and device.account == by.account.id else None


def _event(ports: Ports, by: AccountSession, code: str, device: Device) -> tuple[Write, ...]:
    months = months_kept(ports, by.prefetched)
    return security_events(ports, by.actor, code, by.account.id, months=months, device=device.browser)


def _last_login(device: Device) -> float:
    return device.seen_at.timestamp() if device.seen_at else 0.0
