"""What a portal makes by itself, and makes again after it was copied or restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline.accounts.records import LIST_COUNTS, SEARCH_MARK
from byline.jobs.kinds import JobKind
from byline.jobs.probe import PROBE
from byline.site import entries, index_parts
from byline.site.index_publishing import LEASE
from byline.site.rebuild import FINGERPRINT
from byline.store.port import Key

if TYPE_CHECKING:
    from byline.store.port import Record

_JOBS_OF_A_START: Final = frozenset(
    {JobKind.AGE_LIST, JobKind.PUBLISH_INDEX, JobKind.REBUILD_LIST, JobKind.REBUILD_SEARCH, JobKind.REPUBLISH}
)
LAST_BACKUP: Final = Key("site", "backup")
"""The record of when the last backup was made."""


def is_made_by_start(record: Record) -> bool:
    """Whether a record is one that a portal makes when it starts, before anybody has used it."""
    return record.key in {FINGERPRINT, LEASE, LIST_COUNTS, PROBE, SEARCH_MARK} or (
        record.key.kind == "job" and record.data["kind"] in _JOBS_OF_A_START
    )


def is_left_out_of_backups(record: Record) -> bool:
    """Whether a record stays out of backups.

    After a restore people log in again, no device is known, no recovery waits, and the limits count from zero. Pages
    and lists are written again by a portal that has no record of what they were made with, and divided anew.
    """
    of_others = {"session", "device", "counter", "recovery", entries.change_key("").kind}
    return record.key.kind in of_others or record.key in {FINGERPRINT, LEASE, PROBE, LAST_BACKUP, index_parts.KEY}
