"""Encrypting the seeds of authenticator apps again under a new secret key, a slice at a time.

A key stays in the ring for as long as a seed names it, even when it signs and verifies nothing any more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts import seeds
from byline.accounts.authenticator_records import AUTHENTICATORS, authenticator_from, authenticator_record
from byline.encryption import UnreadableSecret, key_name_of
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.security_payloads import EncryptSeeds
from byline.permissions import require
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Cursor, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.audit import Actor
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.store.port import Record

A_SLICE: Final = 25
APART: Final = timedelta(seconds=5)
"""Between two slices."""
TRY_AGAIN: Final = timedelta(hours=1)
MOST_TRIES: Final = 72
"""Where the key is in a setting, it may be days until the portal has it."""
_MOST_A_PAGE: Final = 200


def keys_in_use(ports: Ports, by: Actor) -> frozenset[str]:
    """The names of the secret keys that seeds are encrypted under."""
    require(by, "accounts.seed_encryption.keys_in_use")
    names: set[str] = set()
    after: Cursor | None = None
    while True:
        page = ports.store.page(AUTHENTICATORS, after=after, limit=_MOST_A_PAGE)
        names |= {key_name_of(authenticator_from(record).sealed) for record in page.records}
        after = page.next
        if after is None:
            return frozenset(names)


def begin(ports: Ports, by: Actor, key: str, *, due_at: datetime) -> None:
    """Enqueue it for when the secret key with this name signs; nothing where there is no seed."""
    require(by, "accounts.seed_encryption.begin")
    # A program before would not know the job.
    if ports.store.format() >= formats.PERSONAL_DATA and ports.store.page(AUTHENTICATORS, limit=1).records:
        ports.store.commit(enqueue(ports, EncryptSeeds(key), due_at=due_at))


def encrypt_seeds(ports: Ports, job: Job[EncryptSeeds]) -> None:
    """Carry out an ENCRYPT_SEEDS job: encrypt a slice, and enqueue the next one. What was done already stays."""
    about, now = job.payload, ports.clock.now()
    if ports.signer.key_names()[0] != about.key and about.tries < MOST_TRIES:
        _follow(ports, job, replace(about, tries=about.tries + 1), now + TRY_AGAIN)
        return
    page = ports.store.page(AUTHENTICATORS, after=Cursor(about.after) if about.after else None, limit=A_SLICE)
    for record in page.records:
        _encrypt_again(ports, record)
    if page.next is not None:
        _follow(ports, job, replace(about, after=page.next, number=about.number + 1), now + APART)


def _follow(ports: Ports, job: Job[EncryptSeeds], following: EncryptSeeds, due_at: datetime) -> None:
    root, step = job.id.partition(".")[0], following.tries + following.number
    with suppress(Conflict):  # this job was done before, and enqueued the next one then
        ports.store.commit(enqueue(ports, following, due_at=due_at, job_id=f"{root}.{step}"))


def _encrypt_again(ports: Ports, record: Record) -> None:
    def attempt(conflict: Conflict | None) -> None:
        found = record if conflict is None else ports.store.one(record.key)
        if found is None:  # the app was removed meanwhile
            return
        app = authenticator_from(found)
        if seeds.is_current(ports, app.sealed):
            return
        try:
            seed = seeds.decrypt(ports, app.sealed, app.account_id)
        except UnreadableSecret:  # a backup was restored under another secret key
            return
        sealed = seeds.encrypt(ports, seed, app.account_id)
        ports.store.commit(Replace(authenticator_record(replace(app, sealed=sealed))))

    retry_on_conflict(attempt)
