"""Known devices: browsers that have logged in to an account before (OWASP, "device cookies").

Wrong passwords from a known device have a counter of their own, so that strangers who guess at an account keep none of
its owner's devices out. The cookie holds a random secret and no account; it proves no identity and counts as no factor.
Each login of the device replaces it, and it dies with the account's sessions, as by a password reset.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.addresses import address_hash
from byline.accounts.model import Device
from byline.accounts.records import counter_key, device_from, device_key
from byline.messages import browsers
from byline.store import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account, AddressHash
    from byline.ports import Ports
    from byline.store.port import Key, Record

DEVICE_SECONDS: Final = 365 * 24 * 3600


def new_device(ports: Ports, account: Account, *, user_agent: str) -> tuple[Device, str]:
    """A device that is logged in to an account now, and the secret for its cookie. Of what the browser calls itself,
    only its kind is kept.
    """
    now, is_listed = ports.clock.now(), ports.store.format() >= formats.FACTORS
    secret = base64.urlsafe_b64encode(ports.random.token(32)).rstrip(b"=").decode()
    device = Device(
        id=device_id(secret),
        address_key=address_hash(account.address),
        account=account.id,
        generation=account.generation,
        expires_at=now + timedelta(seconds=DEVICE_SECONDS),
        browser=browsers.code_of(user_agent) if is_listed else "",
        created_at=now if is_listed else None,
        seen_at=now if is_listed else None,
    )
    return device, secret


def continued(device: Device | None, before: Device | None) -> Device | None:
    """A device as it is after a login in the same browser: under the name that it had, and known for as long."""
    if device is None or before is None:
        return device
    created_at = before.created_at or device.created_at
    return replace(device, name=before.name, created_at=created_at, passkey_offered=before.passkey_offered)


def device_keys(address_key: AddressHash, secret: str) -> tuple[Key, ...]:
    """What a login reads of the device whose secret its cookie holds: nothing without a cookie."""
    return (device_key(address_key, device_id(secret)), device_counter(secret)) if secret else ()


def device_counter(secret: str) -> Key:
    """The counter of wrong passwords from a device."""
    return counter_key("login-device", device_id(secret))


def known_device(
    records: Mapping[Key, Record], address_key: AddressHash, secret: str, account: Account | None, ports: Ports
) -> Device | None:
    """The device among the records that a login read, if it is one of this account."""
    record = records.get(device_key(address_key, device_id(secret))) if secret else None
    if record is None or account is None:
        return None
    device = device_from(record)
    is_current = (device.account, device.generation) == (account.id, account.generation)
    return device if is_current and ports.clock.now() < device.expires_at else None


def device_id(secret: str) -> str:
    """The hash under which a device is stored, so that no one can take its place with a stolen store."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()
