"""Undoing a merge of two pages: for thirty days, until the page that stayed is saved again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.actors import is_id, read_actor_again
from byline.audit import audit_events
from byline.authors.author_page import page_of
from byline.authors.handover import handover_key
from byline.authors.managed_authors import load_author
from byline.authors.merging import MERGE, UNDONE_WITHIN, Merge, merge_key, moved_slugs, renamed, saves
from byline.errors import Invalid
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish, UpdateSearch
from byline.messages import events, merging
from byline.permissions import require
from byline.profiles import editing, records
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Delete, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.profiles.model import Profile


def find(ports: Ports, by: Actor, page: AuthorPage) -> Merge | None:
    """The merge of a page that can be undone: what was read already, or one read.

    No read where the page has no address that could come from a merge.
    """
    if not page.profile.old_slugs:
        return None
    key = merge_key(page.profile.id)
    record = by.prefetched[key] if key in by.prefetched else ports.store.one(key)
    merged = MERGE.from_data(record.data, stays=page.profile.id) if record else None
    if merged is None or merged.number != page.profile.number or ports.clock.now() >= merged.at + UNDONE_WITHIN:
        return None
    return merged


def with_records(ports: Ports, by: Actor, page_id: str) -> Actor:
    """Who looks at a page that the press keeps, with its draft, its offer and its merge: all in one read."""
    keys = (records.draft_key(page_id), handover_key(page_id), merge_key(page_id)) if is_id(page_id) else ()
    found = ports.store.get(*keys) if keys else {}
    return replace(by, prefetched={**by.prefetched, **{key: found.get(key) for key in keys}})


def merged_at(ports: Ports, by: Actor, page: AuthorPage) -> datetime | None:
    """When another page was merged into a page, if that can be undone."""
    merged = find(ports, by, page)
    return merged.at if merged else None


def undo(ports: Ports, by: Actor, stays_id: str) -> Profile:
    """Take a merge back: both pages are as they were before it, each at its addresses; the profile that was lost.

    ``Invalid`` if there is none, or the page that stayed was saved since.
    """
    require(by, "authors.merge_undo.undo")

    def attempt(conflict: Conflict | None) -> Profile:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by).without_prefetched()
        stays = page_of(ports, by, load_author(ports, stays_id, by.prefetched))
        merged = find(ports, by, stays)
        if merged is None:
            raise Invalid({"": merging.TOO_LATE_TO_UNDO_MERGE})
        found = ports.store.get(records.key(merged.lost), merge_key(stays.profile.id))
        lost = records.from_record(found[records.key(merged.lost)])
        back = replace(lost, merged_into="", is_unpublished=merged.lost_was_unpublished, version=lost.version + 1)
        parted = _parted(ports, by, merged, stays.profile, back)
        later = ports.clock.now() + timedelta(seconds=1)
        ports.store.commit(
            *saves(stays.profile, parted),
            Replace(records.to_record(back)),
            *moved_slugs(ports, back, to=back),
            Delete(merge_key(stays.profile.id), found[merge_key(stays.profile.id)].version),
            *renamed(ports, by, stays, parted),
            enqueue(ports, Publish(parted.id)),
            # Behind the other one, which may just put a redirect where this page is again.
            enqueue(ports, Publish(back.id), due_at=later),
            enqueue(ports, UpdateSearch(back.id)),
            *audit_events(ports, by, events.MERGE_UNDONE, stays.author.id),
            *audit_events(ports, by, events.MERGE_UNDONE, back.id),
        )
        return back

    return retry_on_conflict(attempt)


def _parted(ports: Ports, by: Actor, merged: Merge, stays: Profile, back: Profile) -> Profile:
    """The page that stayed, as it was before the merge, at its own addresses alone."""
    parted = (
        replace(stays, version=stays.version + 1)
        if merged.number == merged.before
        else editing.next_version(stays, merged.content, stays.slug, by=by.account_id, at=ports.clock.now())
    )
    return replace(
        parted,
        old_slugs=tuple(slug for slug in stays.old_slugs if slug not in back.own_slugs),
        ended_slugs=tuple(slug for slug in stays.ended_slugs if slug not in back.own_slugs),
        is_unpublished=parted.number > 0 and (merged.was_unpublished or merged.before == 0),
    )
