"""Pages that the press keeps, of authors who never log in: adding one, and taking it from readers.

All else that happens to a page, saving it and its versions, is in ``authors.pages`` and ``authors.drafts``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.audit import audit_events
from byline.authors import new_pages
from byline.authors.author_page import page_of
from byline.authors.managed_authors import load_author
from byline.errors import Invalid, NotFound, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish, UpdateSearch
from byline.messages import events
from byline.messages.outages import MANAGED_PAGES_LATER
from byline.permissions import require
from byline.profiles import editing, names, records
from byline.profiles.model import ProfileId
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create, Replace

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.profiles.model import Profile, Slug


def create(ports: Ports, by: Actor, *, name: str, sort_name: str = "", slug: Slug | None = None) -> Profile:
    """Add the page of an author who gets no account; nothing of it is published yet.

    Without a ``sort_name`` it gets the one of the name, without a ``slug``, or where that is taken, the name's too.

    ``Invalid`` at ``author_name`` and ``author_sort_name``, ``Unavailable`` while an older program may come back.
    """
    require(by, "authors.managed_pages.create")
    if ports.store.format() < formats.DESK:
        raise Unavailable(MANAGED_PAGES_LATER)
    name, sort_name = _clean(name, sort_name)
    slug_for, profile_id = new_pages.choosing_slug(ports, slug), ProfileId(ports.random.identifier())

    def attempt(conflict: Conflict | None) -> Profile:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        given = slug_for(name, conflict)
        profile = editing.new_profile(
            ports,
            None,
            name=name,
            sort_name=sort_name or names.sort_name(name),
            slug=given,
            profile_id=profile_id,
        )
        ports.store.commit(
            Create(records.to_record(profile)),
            Create(records.slug_record(given, profile.id)),
            enqueue(ports, UpdateSearch(profile.id)),
            *audit_events(ports, by, events.MANAGED_PAGE_ADDED, profile.id),
            *actor_unchanged(by),
        )
        return profile

    return retry_on_conflict(attempt)


def unpublish(ports: Ports, by: Actor, author_id: str) -> Profile:
    """Take a page that the press keeps from readers, until it is published again: its text and versions stay.

    ``NotFound`` if it is no such page.
    """
    require(by, "authors.managed_pages.unpublish")

    def attempt(conflict: Conflict | None) -> Profile:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by).without_prefetched()
        author = load_author(ports, author_id, by.prefetched)
        if not author.is_managed:
            raise NotFound
        profile = page_of(ports, by, author).profile
        if not profile.is_published:
            return profile
        unpublished = replace(profile, is_unpublished=True, version=profile.version + 1)
        ports.store.commit(
            Replace(records.to_record(unpublished)),
            enqueue(ports, Publish(profile.id)),
            *audit_events(ports, by, events.MANAGED_PAGE_UNPUBLISHED, author.id),
            *actor_unchanged(by),
        )
        return unpublished

    return retry_on_conflict(attempt)


def _clean(name: str, sort_name: str) -> tuple[str, str]:
    """The names as they are kept, every fault named."""
    faults: dict[str, Message] = {}
    cleaned = []
    for field, text in (("author_name", name), ("author_sort_name", sort_name.strip())):
        try:
            cleaned.append(names.clean_name(text, field=field) if text or field == "author_name" else "")
        except Invalid as fault:
            faults |= fault.faults
    if faults:
        raise Invalid(faults)
    return cleaned[0], cleaned[1]
