"""The page that an account gets when it is approved, accepts an invitation, or stops being a publisher's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from byline.authors.author_page import read_draft
from byline.errors import Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import UpdateSearch
from byline.messages.outages import NO_FREE_PAGE_ADDRESS
from byline.profiles import editing, names, slugs
from byline.profiles import records as profile_records
from byline.profiles.model import ProfileId
from byline.store.port import Check, Create

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.profiles.model import Slug
    from byline.store.port import Write

Changed: TypeAlias = "tuple[Account, list[Write]]"
"""An account as it is to be, and what the same commit writes besides."""


def giving_page(ports: Ports) -> Callable[[Actor, Account, Conflict | None], Changed]:
    """What gives an account a page, if it has none: the account, and the writes that make profile and page address.

    A draft that was begun before has put its photo where the profile of the id that it names will look for it.
    """
    slug_for = choosing_slug(ports)

    def give_page(by: Actor, account: Account, conflict: Conflict | None) -> Changed:
        if account.profile_id is not None:
            return account, []
        slug = slug_for(account.name, conflict)
        draft = read_draft(ports, by if conflict is None else by.without_prefetched(), account.id)
        profile_id = draft.profile_id if draft else ProfileId(ports.random.identifier())
        check = Check(profile_records.draft_key(account.id), draft.version if draft else None)
        paged, writes = with_page(ports, account, slug, profile_id)
        return paged, [check, *writes, enqueue(ports, UpdateSearch(account.id))]

    return give_page


def choosing_slug(ports: Ports, wanted: Slug | None = None) -> Callable[[str, Conflict | None], Slug]:
    """What chooses the page address for a name: the ``wanted`` one if it is free, then the plain one.

    None is looked up: where a commit says that one is taken, the next is tried. ``Unavailable`` if there is none.
    """
    candidates: list[Slug] = []

    def slug_for(name: str, conflict: Conflict | None) -> Slug:
        if conflict is None:
            plain = slugs.suggest(name)
            more = (plain, *slugs.alternatives(plain, ports.random.token(8)))
            candidates.extend(dict.fromkeys((wanted, *more) if wanted else more))
        elif profile_records.slug_key(candidates[0]) in conflict.keys:
            candidates.pop(0)
        if not candidates:
            raise Unavailable(NO_FREE_PAGE_ADDRESS)
        return candidates[0]

    return slug_for


def with_page(ports: Ports, account: Account, slug: Slug, profile_id: ProfileId, *, sort_name: str = "") -> Changed:
    """An account with a page that nobody saved yet; without a ``sort_name`` it gets the one of its name."""
    profile = editing.new_profile(
        ports,
        account.id,
        name=account.name,
        sort_name=sort_name or names.sort_name(account.name),
        slug=slug,
        profile_id=profile_id,
    )
    return replace(account, profile_id=profile.id), [
        Create(profile_records.to_record(profile)),
        Create(profile_records.slug_record(slug, profile.id)),
    ]
