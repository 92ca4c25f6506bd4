"""The publisher's lists of authors as the store holds them: entries made by jobs, and how many each list has.

Each account has two entries for each list that it stands in, derived from account, profile and draft and made again
whenever one of them changes. What the lists hold is counted in one record, in the commit that changes them: so a page
of a list takes one slice of an index, and its count none. An entry may be a moment old; who reads it judges the state
on the account.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.model import State
from byline.accounts.records import ACCOUNTS, LIST_COUNTS, account_key
from byline.authors import list_entries, still_right
from byline.authors.list_entries import A_YEAR, BY_CHANGE, BY_NAME, MOST_ENTRIES, Listed, PageState
from byline.authors.managed_authors import find_author
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.payloads import AskYearly
from byline.jobs.upkeep_payloads import AgeList, RebuildList
from byline.press import yearly_question
from byline.profiles import records as profile_records
from byline.profiles.reviews import review_from, review_key
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Cursor, Delete, Record, write_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.store.port import IndexEntry, Write

_MADE: Final = 1
"""What the counts say where all entries are made as this program makes them."""
_ACCOUNTS_A_JOB: Final = 25
_A_DAY: Final = timedelta(days=1)


def counts_in(record: Record | None) -> Mapping[str, int] | None:
    """How many entries each list has; ``None`` until all of them are made."""
    if record is None or record.data.get("made") != _MADE:
        return None
    return _counts(record)


def refresh(ports: Ports, account_id: str) -> None:
    """Make the entries of an account what they should be, and count them."""
    if ports.store.format() < formats.DESK:
        return
    retry_on_conflict(lambda _: _refresh(ports, account_id))


def refresh_of_profile(ports: Ports, profile_id: str) -> None:
    """The same for the account of a profile, or for the profile where the press keeps it."""
    if ports.store.format() < formats.DESK:
        return
    record = ports.store.one(profile_records.key(profile_id))
    if record is not None:
        refresh(ports, profile_records.from_record(record).account_id or profile_id)


def rebuild_if_outdated(ports: Ports) -> None:
    """Enqueue the making of all entries where they were not made by this program, and once a day the ageing of pages.

    A worker calls it before its first job and each day: one read if nothing is to be done.
    """
    if ports.store.format() < formats.DESK:
        return
    record, now = ports.store.one(LIST_COUNTS), ports.clock.now()
    said = record.data if record else {}
    if said.get("making") == _MADE and now - datetime.fromisoformat(str(said["looked"])) < _A_DAY:
        return
    job = RebuildList("", 1) if counts_in(record) is None else AgeList()
    data = {**said, "making": _MADE, "looked": now.isoformat()}
    with suppress(Conflict):  # another worker saw it at the same moment, or a list is counted: the next day will do
        ports.store.commit(write_over(record, Record(LIST_COUNTS, data)), enqueue(ports, job))


def rebuild(ports: Ports, job: Job[RebuildList]) -> None:
    """Carry out a REBUILD_LIST job: make the entries of a slice of the accounts, and enqueue the next slice."""
    after, number = job.payload.after, job.payload.number
    page = ports.store.page(ACCOUNTS, after=Cursor(after) if after else None, limit=_ACCOUNTS_A_JOB)
    for record in page.records:
        refresh(ports, record.key.id)
    if page.next is None:
        retry_on_conflict(lambda _: _finish(ports))
        return
    following = RebuildList(page.next, number + 1)
    with suppress(Conflict):  # this slice was done before, and enqueued the next one then
        ports.store.commit(enqueue(ports, following, job_id=f"{job.id.partition('.')[0]}.{number}"))


def age(ports: Ports, job: Job[AgeList]) -> None:
    """Carry out an AGE_LIST job: let pages that were not looked at for a year stand in the list of those, and ask their
    authors.
    """
    low, _ = list_entries.bounds(list_entries.of_page(PageState.PUBLISHED))
    high = f"{low}{list_entries.moment(ports.clock.now() - A_YEAR)}"
    page = ports.store.page(BY_CHANGE, between=(low, high), limit=_ACCOUNTS_A_JOB)
    for record in page.records:
        refresh(ports, list_entries.account_of(record))
    root, _, number = job.id.partition(".")
    following: Write | None = None
    if page.next is not None:
        following = enqueue(ports, job.payload, job_id=f"{root}.{int(number or 0) + 1}")
    elif yearly_question.is_on(ports):
        following = enqueue(ports, AskYearly("", 1, 0), job_id=f"{root}-ask")
    if following is not None:
        with suppress(Conflict):  # this slice was done before
            ports.store.commit(following)


def _refresh(ports: Ports, account_id: str) -> None:
    keys = [list_entries.key(account_id, number) for number in range(MOST_ENTRIES)]
    found = ports.store.get(account_key(account_id), LIST_COUNTS, *keys)
    account = find_author(ports, found, account_id)
    wanted = (
        list_entries.entries_of(account, _listed(ports, account))
        if account and account.state is not State.DELETED
        else []
    )
    writes: list[Write] = []
    counts = dict(_counts(found.get(LIST_COUNTS)))
    for number, key in enumerate(keys):
        data, entry = wanted[number] if number < len(wanted) else ({}, None)
        before = found.get(key)
        _count(counts, before.entry if before else None, -1)
        _count(counts, entry, 1)
        if entry is None:
            writes += [Delete(key, before.version)] if before else []
        elif before is None or (before.entry, before.data) != (entry, data):
            writes.append(write_over(before, Record(key, data, entry=entry)))
    if not writes:
        return
    record, total = found.get(LIST_COUNTS), {name: count for name, count in counts.items() if count}
    if record is None or total != _counts(record):
        counted = record.data if record else {}
        data = {**counted, "counts": total}
        writes.append(write_over(record, Record(LIST_COUNTS, data)))
    ports.store.commit(*writes)


def _count(counts: dict[str, int], entry: IndexEntry | None, step: int) -> None:
    """Count an entry that comes or goes; each list has the same ones in both indexes."""
    if entry is not None and entry.index == BY_NAME:
        name = "/".join(entry.sort.split("/", 2)[:2])
        counts[name] = counts.get(name, 0) + step


def _finish(ports: Ports) -> None:
    record = ports.store.one(LIST_COUNTS)
    data = {**(record.data if record else {"counts": {}}), "made": _MADE}
    ports.store.commit(write_over(record, Record(LIST_COUNTS, data)))


def _listed(ports: Ports, account: Account) -> Listed:
    """What the list says of an account now: one read, if it has a profile, and one more for its review."""
    if account.profile_id is None:
        return list_entries.listed(account, None, ports.clock.now())
    profile_key, draft_key = profile_records.key(account.profile_id), profile_records.draft_key(account.id)
    asked_key = still_right.key(account.id)
    found = ports.store.get(profile_key, draft_key, asked_key)
    record = found.get(profile_key)
    profile = profile_records.from_record(record) if record else None
    submitted = ports.store.one(review_key(profile.id)) if profile and profile.review else None
    return list_entries.listed(
        account,
        profile,
        ports.clock.now(),
        has_draft=draft_key in found or submitted is not None,
        in_review=submitted is not None and review_from(submitted).waits,
        confirmed_at=still_right.confirmed_at(found.get(asked_key)),
    )


def _counts(record: Record | None) -> Mapping[str, int]:
    counts = record.data.get("counts") if record else None
    return {name: int(count) for name, count in counts.items()} if isinstance(counts, dict) else {}
