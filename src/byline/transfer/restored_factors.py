"""Which second factors a restored backup brought back: as they were when it was made, whatever became of them since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.accounts import seeds
from byline.accounts.authenticator_records import authenticator_from
from byline.accounts.model import Role, State
from byline.accounts.records import account_from, credentials_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from byline.accounts.model import Credentials
    from byline.links import Signer
    from byline.store.port import Record


@dataclass(frozen=True, slots=True)
class PublisherFactors:
    """What the publisher of an address has: ``app_since`` is when the authenticator app was set up (``None``: none)."""

    address: str
    app_since: datetime | None
    passkeys: int
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class RestoredFactors:
    """How many people have a second factor, how many apps cannot be checked under this secret key, and what each
    publisher has.
    """

    people: int = 0
    unreadable_apps: int = 0
    publishers: tuple[PublisherFactors, ...] = ()


NO_FACTORS: Final = RestoredFactors()


class FactorWatch:
    """Notes the factors of records that pass."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._credentials: dict[str, Credentials] = {}
        self._apps: dict[str, datetime] = {}
        self._publishers: dict[str, str] = {}
        self._unreadable = 0

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records."""
        for record in records:
            if record.key.kind == "credentials":
                credentials = credentials_from(record)
                if credentials.has_second_factor:
                    self._credentials[credentials.account_id] = credentials
            elif record.key.kind == "authenticator":
                app = authenticator_from(record)
                self._apps[app.account_id] = app.added_at
                self._unreadable += not seeds.is_readable(self._signer, app.sealed)
            elif record.key.kind == "account":
                account = account_from(record)
                if account.role is Role.PUBLISHER and account.state is State.ACTIVE:
                    self._publishers[account.id] = account.address
            yield record

    def result(self) -> RestoredFactors:
        """What was noted."""
        found = sorted((address, account_id) for account_id, address in self._publishers.items())
        publishers = tuple(self._of(address, account_id) for address, account_id in found)
        return RestoredFactors(len(self._credentials), self._unreadable, publishers)

    def _of(self, address: str, account_id: str) -> PublisherFactors:
        held = self._credentials.get(account_id)
        if held is None:
            return PublisherFactors(address, None, 0, 0)
        app_since = self._apps.get(account_id) if held.has_authenticator else None
        return PublisherFactors(address, app_since, len(held.passkeys), len(held.recovery_codes))
