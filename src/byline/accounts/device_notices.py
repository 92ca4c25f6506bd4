"""When the owner of an account is told of a login from a new device: not at the first one, and at most once an hour."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from byline.accounts.rate_limits import Counter
from byline.accounts.records import DEVICES, counter_key, device_from
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.payloads import LimitSessions, SendSecurityNotice
from byline.limits import Limit
from byline.messages import browsers
from byline.messages.security_notices import NEW_DEVICE

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Account
    from byline.ports import Ports
    from byline.store.port import Write

_ONCE_AN_HOUR: Final = Limit(1, 3600)
_MOST_READ: Final = 50


def jobs_of_new_device(ports: Ports, account: Account, *, user_agent: str) -> tuple[Write, ...]:
    """What follows a login from a device that the account does not know: its sessions may be too many now, and its
    owner is told, who may not be the one who logged in.
    """
    told = SendSecurityNotice(account.id, ports.clock.now(), NEW_DEVICE, device=browsers.code_of(user_agent))
    return enqueue(ports, LimitSessions(account.id)), enqueue(ports, told)


def is_due(ports: Ports, account_id: str, at: datetime) -> bool:
    """Whether the account has devices from before that login, and no email about another went out within the hour."""
    records = ports.store.page(DEVICES, prefix=f"{account_id}/", limit=_MOST_READ).records
    found = (device_from(record).created_at for record in records)
    return any(each is not None and each < at for each in found) and not _sent(ports, account_id).is_full


def note_sent(ports: Ports, account_id: str) -> None:
    """Note that the email went out."""
    with suppress(Conflict):  # two went out in the same moment
        ports.store.commit(_sent(ports, account_id).increment())


def _sent(ports: Ports, account_id: str) -> Counter:
    key = counter_key("new-device-email", account_id)
    return Counter.read(ports.store.one(key), key, _ONCE_AN_HOUR, ports.clock.now())
