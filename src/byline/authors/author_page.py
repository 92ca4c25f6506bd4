"""An author's page as it is read: whose it is, what is live, and the draft. Its callers decide who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.accounts.actors import is_id, load_account
from byline.accounts.model import State
from byline.errors import NotFound
from byline.profiles import editing, names, records, slugs
from byline.profiles.model import ProfileId

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.profiles.model import Draft, Profile
    from byline.store.port import Key, Record


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """An author's page as it was read: whose it is, the profile with what is live, and the draft if it was asked for.

    Before the approval the profile is the one that the approval will make; it is not stored.
    """

    author: Account
    profile: Profile
    draft: Draft | None = None


def read_page(ports: Ports, by: Actor, author_id: str, *, with_draft: bool = False) -> AuthorPage:
    """The page of an author: what was read together with the actor, and one read for what was not.

    ``NotFound`` if there is no such author or they have no page. Who awaits approval has one that is only a draft.
    """
    author = load_account(ports, author_id, by.prefetched)
    begins = with_draft and author.profile_id is None and author.state is State.WAITING and author.id == by.account_id
    if (author.profile_id is None or author.state is State.DELETED) and not begins:
        raise NotFound
    draft_key = records.draft_key(author.id)
    keys = [records.key(author.profile_id)] if author.profile_id else []
    found = _read(ports, by, [*keys, draft_key] if with_draft else keys)
    draft_record = found.get(draft_key)
    draft = records.draft_from(draft_record) if draft_record else None
    if begins:
        return AuthorPage(author, _coming_profile(ports, author, draft), draft)
    record = found.get(keys[0])
    if record is None:
        raise NotFound
    return AuthorPage(author, records.from_record(record), draft)


def draft_keys(owner: str) -> tuple[Key, ...]:
    """What a page with a draft needs besides what every page reads. ``owner`` may come from an address."""
    return (records.draft_key(owner),) if is_id(owner) else ()


def read_draft(ports: Ports, by: Actor, owner: str) -> Draft | None:
    """The draft of an account, or of a profile without one: what was read with the actor, or one read."""
    key = records.draft_key(owner)
    record = _read(ports, by, [key]).get(key)
    return records.draft_from(record) if record else None


def _read(ports: Ports, by: Actor, keys: list[Key]) -> dict[Key, Record]:
    there = {key: by.prefetched[key] for key in keys if key in by.prefetched}
    missing = [key for key in keys if key not in there]
    read = ports.store.get(*missing) if missing else {}
    return {key: record for key, record in {**there, **read}.items() if record is not None}


def _coming_profile(ports: Ports, author: Account, draft: Draft | None) -> Profile:
    """The profile that an approval will make, by the id that the draft has reserved for its photos."""
    return editing.new_profile(
        ports,
        author.id,
        name=author.name,
        sort_name=names.sort_name(author.name),
        slug=slugs.suggest(author.name),
        profile_id=draft.profile_id if draft else ProfileId(ports.random.identifier()),
    )
