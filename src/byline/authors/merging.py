"""Merging two pages of one person: field by field one content is made of both, and the page that is lost leads there.

The page that is lost is always one that the press keeps. It stays with its id and versions, and nobody sees it; its
page addresses redirect. A merge can be undone for thirty days, until the page that stays is saved again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, is_id, read_actor_again
from byline.accounts.model import State
from byline.accounts.records import account_key, account_record
from byline.audit import audit_events
from byline.authors import edit_emails, handover
from byline.authors.author_page import AuthorPage, page_of
from byline.authors.managed_authors import load_author
from byline.errors import Invalid, NotFound, Stale
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish, UpdateSearch
from byline.messages import events, merging
from byline.messages.invitations import PageIsOffered
from byline.permissions import require
from byline.profiles import editing, photos, portraits, records
from byline.profiles.books import MOST_BOOKS
from byline.profiles.links import MOST_LINKS
from byline.profiles.model import Content  # noqa: TC001 - the codec reads the types
from byline.store.codec import Codec
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Key, Record, Replace, write_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

_MOST_MERGES: Final = 20
"""Merges, one after the other, that are followed."""
UNDONE_WITHIN: Final = timedelta(days=30)


class Field(StrEnum):
    """What is chosen from one of two pages; the name together with what it is sorted as."""

    NAME = "name"
    SUMMARY = "summary"
    BIOGRAPHY = "biography"
    PHOTO = "photo"
    BOOKS = "books"
    LINKS = "links"


class Choice(StrEnum):
    """Which page a field comes from: the one that stays, the one that is lost, or both, for books and links."""

    STAYS = "stays"
    LOST = "lost"
    BOTH = "both"


TAKES_BOTH: Final = frozenset({Field.BOOKS, Field.LINKS})


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that can be undone: the profile that is ``lost`` in one, which had version ``number`` just after it.

    ``before``, ``content`` and ``was_unpublished`` are how it stood before; ``lost_was_unpublished`` the same of the
    other.
    """

    stays: str
    lost: str
    at: datetime
    number: int
    before: int
    content: Content
    was_unpublished: bool
    lost_was_unpublished: bool


MERGE: Final = Codec(Merge, outside=("stays",), nested={"content": records.CONTENT})


def load(ports: Ports, by: Actor, lost_id: str, stays_id: str) -> tuple[AuthorPage, AuthorPage]:
    """The page that would be lost and the one that would stay. ``Invalid`` at ``into`` for two that cannot be merged.

    ``NotFound`` if the first is no page that the press keeps.
    """
    require(by, "authors.merging.load")
    return _load(ports, by, lost_id, stays_id)


def merge(
    ports: Ports,
    by: Actor,
    lost_id: str,
    stays_id: str,
    choices: Mapping[Field, Choice],
    *,
    seen: tuple[int, int] | None = None,
) -> Profile:
    """Merge a page that the press keeps into another one; the profile that stays. Fields without a choice stay.

    ``seen`` are the numbers of the versions that were looked at, of the lost page first; ``Stale`` if either was saved
    since. Else as ``load``, and ``Invalid`` while somebody is invited to take the lost page over.
    """
    require(by, "authors.merging.merge")

    def attempt(conflict: Conflict | None) -> Profile:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by).without_prefetched()
        lost, stays = _load(ports, by, lost_id, stays_id)
        for page, number in zip((lost, stays), seen or (), strict=False):
            if page.profile.number != number:
                raise Stale(number, page.profile.number)
        offered = handover.find_offer(ports, by, lost)
        if offered is not None:
            raise Invalid({"into": PageIsOffered(offered.address)})
        content = merged_content(lost.profile.content, stays.profile.content, choices)
        editing.refuse_if_too_large(stays.profile, content)
        _copy_photos(ports, lost.profile, stays.profile, content)
        saved = _merged(ports, by, lost.profile, stays.profile, content)
        ports.store.commit(*_writes(ports, by, lost, stays, saved))
        return saved

    return retry_on_conflict(attempt)


def find_merged(ports: Ports, by: Actor, lost_id: str) -> str:
    """Whose page a lost page was merged into, by the author's id; ``NotFound`` if it was not."""
    require(by, "authors.merging.load")
    profile, left = _profile(ports, lost_id), _MOST_MERGES
    if profile is None or not profile.merged_into:
        raise NotFound
    while profile.merged_into and left and (stays := _profile(ports, profile.merged_into)) is not None:
        profile, left = stays, left - 1
    return profile.account_id or profile.id


def _profile(ports: Ports, profile_id: str) -> Profile | None:
    record = ports.store.one(records.key(profile_id)) if is_id(profile_id) else None
    return records.from_record(record) if record else None


def merged_content(lost: Content, stays: Content, choices: Mapping[Field, Choice]) -> Content:
    """The content that choices make of two."""
    taken = {field for field, choice in choices.items() if choice is Choice.LOST}
    both = {field for field, choice in choices.items() if choice is Choice.BOTH and field in TAKES_BOTH}
    content = replace(
        stays,
        name=lost.name if Field.NAME in taken else stays.name,
        sort_name=lost.sort_name if Field.NAME in taken else stays.sort_name,
        summary=lost.summary if Field.SUMMARY in taken else stays.summary,
        bio=lost.bio if Field.BIOGRAPHY in taken else stays.bio,
        photo=lost.photo if Field.PHOTO in taken else stays.photo,
        books=lost.books if Field.BOOKS in taken else stays.books,
        links=lost.links if Field.LINKS in taken else stays.links,
    )
    if Field.BOOKS in both:
        content = replace(content, books=tuple(dict.fromkeys((*stays.books, *lost.books)))[:MOST_BOOKS])
    if Field.LINKS in both:
        urls = {link.url for link in stays.links}
        more = [link for link in lost.links if link.url not in urls]
        content = replace(content, links=(*stays.links, *more)[:MOST_LINKS])
    return content


def _load(ports: Ports, by: Actor, lost_id: str, stays_id: str) -> tuple[AuthorPage, AuthorPage]:
    lost_author = load_author(ports, lost_id, by.prefetched)
    if not lost_author.is_managed:
        raise NotFound
    try:
        stays = page_of(ports, by, load_author(ports, stays_id, by.prefetched), with_email=True)
    except NotFound as fault:
        raise Invalid({"into": merging.NO_SUCH_PAGE}) from fault
    lost = page_of(ports, by, lost_author)
    if stays.profile.id == lost.profile.id:
        raise Invalid({"into": merging.SAME_PAGE})
    if stays.author.state not in {State.ACTIVE, State.MANAGED}:
        raise Invalid({"into": merging.AUTHOR_NOT_ACTIVE})
    return lost, stays


def _copy_photos(ports: Ports, lost: Profile, stays: Profile, content: Content) -> None:
    """Copy what the content names of the lost page's photos to where those of the page that stays are."""
    own = {photo.digest for photo in stays.content.photos}
    files = []
    for photo in content.photos:
        if photo.digest in own:
            continue
        there = zip(portraits.paths(lost.id, photo), portraits.paths(stays.id, photo), strict=True)
        files += [replace(file, path=to) for path, to in there if (file := ports.files.get(path)) is not None]
    if files:
        photos.put_photo(ports, stays.id, files)


def _merged(ports: Ports, by: Actor, lost: Profile, stays: Profile, content: Content) -> Profile:
    """The page that stays, with the content and all addresses of the other one as its old ones."""
    is_shown = lost.is_published or stays.is_published
    is_changed = content != stays.content or is_shown is not stays.is_published
    saved = (
        editing.next_version(stays, content, stays.slug, by=by.account_id, at=ports.clock.now())
        if is_changed
        else replace(stays, version=stays.version + 1)
    )
    return replace(
        saved,
        old_slugs=(*saved.old_slugs, *lost.old_slugs, lost.slug),
        ended_slugs=(*saved.ended_slugs, *lost.ended_slugs),
        is_unpublished=saved.number > 0 and not is_shown,
    )


def _writes(ports: Ports, by: Actor, lost: AuthorPage, stays: AuthorPage, saved: Profile) -> Iterator[Write]:
    now, before = ports.clock.now(), stays.profile
    hidden = replace(lost.profile, merged_into=saved.id, is_unpublished=True, version=lost.profile.version + 1)
    merged = Merge(
        stays=saved.id,
        lost=hidden.id,
        at=now,
        number=saved.number,
        before=before.number,
        content=before.content,
        was_unpublished=before.is_unpublished,
        lost_was_unpublished=lost.profile.is_unpublished,
    )
    until = int((now + UNDONE_WITHIN).timestamp())
    yield from saves(before, saved)
    yield Replace(records.to_record(hidden))
    yield from moved_slugs(ports, hidden, to=saved)
    yield write_over(
        ports.store.one(merge_key(saved.id)), Record(merge_key(saved.id), MERGE.to_data(merged), expires_at=until)
    )
    yield from renamed(ports, by, stays, saved)
    yield enqueue(ports, Publish(hidden.id))
    # Behind the other one, which takes its page away where a redirect is to stand.
    yield enqueue(ports, Publish(saved.id), due_at=now + timedelta(seconds=1))
    yield enqueue(ports, UpdateSearch(hidden.id))
    if saved.number != before.number and _is_to_be_told(by, stays):
        yield edit_emails.enqueue(ports, by, stays.author.id, saved.saved_at)
    yield from audit_events(ports, by, events.PAGES_MERGED, stays.author.id)
    yield from audit_events(ports, by, events.MERGED_AWAY, hidden.id)


def _is_to_be_told(by: Actor, page: AuthorPage) -> bool:
    return not page.author.is_managed and by.account_id != page.author.id and page.email_waits is None


def saves(before: Profile, saved: Profile) -> list[Write]:
    """The writes that put a profile in the place of another; a new version keeps what was live."""
    return editing.save_ops(before, saved) if saved.number != before.number else [Replace(records.to_record(saved))]


def moved_slugs(ports: Ports, profile: Profile, *, to: Profile) -> Iterator[Write]:
    """The writes that let all page addresses of a profile belong to one."""
    found = ports.store.get(*map(records.slug_key, sorted(profile.own_slugs)))
    for record in found.values():
        yield Replace(replace(record, data={**record.data, "profile": to.id}, version=record.version + 1))


def renamed(ports: Ports, by: Actor, page: AuthorPage, saved: Profile) -> Iterator[Write]:
    """The account's name follows the page's, and it must be as it was read; then the publisher must be so, too."""
    author, name = page.author, saved.content.name
    is_renamed = not author.is_managed and author.name != name
    if is_renamed:
        yield Replace(account_record(replace(author, name=name, version=author.version + 1)))
    elif not author.is_managed and author.id != by.account_id:
        yield Check(account_key(author.id), author.version)
    yield enqueue(ports, UpdateSearch(author.id))
    yield from actor_unchanged(by, replaced=author.id if is_renamed else "")


def merge_key(profile_id: str) -> Key:
    """The key of the last merge into a page."""
    return Key("merge", profile_id)
