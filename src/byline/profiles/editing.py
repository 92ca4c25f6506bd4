"""What a save makes of a page: the content of a submitted form, the next version, and the writes that keep both.

Every save adds a version and overwrites nothing: the text that was live moves into a version's record in the commit
that puts the new one in its place. Who may save which page is decided in ``authors.pages``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.errors import Invalid, NotFound, Unavailable
from byline.messages.books import BOOKS_TOO_LONG
from byline.messages.outages import BOOKS_LATER, QUOTATIONS_LATER
from byline.messages.pages import SlugsUsedUp
from byline.profiles import covers, names, portraits, records
from byline.profiles.model import Content, Link, Photo, Profile, ProfileId, Slug, Version
from byline.store import formats
from byline.store.port import Create, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from byline.ports import Ports
    from byline.profiles.covers import BookChange
    from byline.profiles.portraits import PhotoChange
    from byline.store.port import Write

MOST_OLD_SLUGS = 5
MOST_VERSIONS_SHOWN = 50
_MOST_BYTES = 380_000
"""Of a page as it is stored: a record takes 400,000, and new covers and old addresses need some."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """What a submitted form asks of a page. ``None``: the form did not send the field, and it stays as it is.

    ``sort_name``: "" asks for the one that is derived from the name. ``upload``: a new photo's bytes.
    ``photo``: what is said of the photo, the new one if there is one.
    """

    name: str | None = None
    sort_name: str | None = None
    slug: Slug | None = None
    bio: str | None = None
    links: tuple[Link, ...] | None = None
    summary: str | None = None
    books: tuple[BookChange, ...] | None = None
    upload: bytes | None = None
    photo: PhotoChange | None = None
    remove_photo: bool = False


def changed_content(
    base: Content, change: PageChange, live_photo: Photo | None, known_covers: Mapping[str, Photo] | None = None
) -> Content:
    """The content that a form asks for, its new photo and new covers excepted.

    ``base`` is the content that the form was made from. A form may keep its covers, and those that are ``known`` to be
    the profile's besides.
    """
    name = base.name if change.name is None else change.name
    return Content(
        name=name,
        sort_name=_sort_name(base, change.sort_name, name),
        bio=base.bio if change.bio is None else change.bio,
        links=base.links if change.links is None else change.links,
        photo=None if change.remove_photo else portraits.with_change(live_photo, change.photo),
        summary=base.summary if change.summary is None else change.summary,
        books=base.books
        if change.books is None
        else covers.with_kept(change.books, {**(known_covers or {}), **covers.covers_of(base)}),
    )


def as_format_has_it(content: Content, number: int) -> Content:
    """A content without what a store of an older format cannot hold; ``Unavailable`` if somebody would miss it."""
    if number < formats.BOOKS and (content.books or content.summary):
        raise Unavailable(BOOKS_LATER)
    if number < formats.QUOTATIONS and "<blockquote>" in content.bio:
        raise Unavailable(QUOTATIONS_LATER)
    if number < formats.PORTRAITS:
        content = replace(content, photo=portraits.as_before(content.photo))
    if number >= formats.OWN_LINKS:
        return content
    return replace(content, links=tuple(link._replace(own=None) for link in content.links))


def next_version(profile: Profile, content: Content, slug: Slug, *, by: str, at: datetime) -> Profile:
    """The profile after a save by the account ``by``; ``Invalid`` at ``author_slug`` if it moved too often."""
    return replace(
        _moved(profile, slug),
        content=content,
        number=profile.number + 1,
        saved_by=by,
        saved_at=at,
        is_unpublished=False,
        version=profile.version + 1,
    )


def without_redirect(profile: Profile, slug: str) -> Profile:
    """The profile when an old address of it no longer redirects; the address stays its own. ``NotFound``: it has none
    such.
    """
    if slug not in profile.old_slugs:
        raise NotFound
    return replace(
        profile,
        old_slugs=tuple(old for old in profile.old_slugs if old != slug),
        ended_slugs=(*profile.ended_slugs, Slug(slug)),
        version=profile.version + 1,
    )


def save_ops(profile: Profile, saved: Profile) -> list[Write]:
    """The writes that put ``saved`` in the place of ``profile`` and keep what was live as a version.

    Page addresses are reserved by ``authors.page_commits``, the only caller.
    """
    writes: list[Write] = [Replace(records.to_record(saved))]
    if profile.number:
        writes.append(Create(records.version_record(records.live_version(profile))))
    return writes


def refuse_if_too_large(profile: Profile, content: Content) -> None:
    """``Invalid`` for the books if a page with them has more bytes than a record takes; without books none has."""
    data = records.to_record(replace(profile, content=content)).data
    if len(json.dumps(data, ensure_ascii=False).encode()) > _MOST_BYTES:
        raise Invalid({"books": BOOKS_TOO_LONG})


def unanswered_sort_name(before: Profile, saved: Profile) -> str:
    """What a name that is new on a page might be sorted as, where only its owner knows and has not said; else ""."""
    name = saved.content.name
    is_new = before.number == 0 or before.content.name != name
    choices = names.sort_name_choices(name) if is_new and saved.content.sort_name == name else ()
    return choices[-1] if choices else ""


def is_unchanged(live: Profile, content: Content, slug: Slug) -> bool:
    """Whether a page has this content at this address already."""
    return live.is_published and (live.content, live.slug) == (content, slug)


def history(ports: Ports, profile: Profile) -> tuple[Version, ...]:
    """The newest versions of a page, live one first, at most fifty."""
    if profile.number == 0:
        return ()
    oldest = max(1, profile.number - MOST_VERSIONS_SHOWN + 1)
    keys = [records.version_key(profile.id, number) for number in range(profile.number - 1, oldest - 1, -1)]
    found = ports.store.get(*keys) if keys else {}
    return (records.live_version(profile), *(records.version_from(found[key]) for key in keys if key in found))


def version(ports: Ports, profile: Profile, number: int) -> Version:
    """One version of a page; ``NotFound`` if it has none of that number."""
    if number == profile.number and number > 0:
        return records.live_version(profile)
    if not 0 < number < profile.number:
        raise NotFound
    key = records.version_key(profile.id, number)
    record = ports.store.one(key)
    if record is None:
        raise NotFound
    return records.version_from(record)


def known_covers(
    ports: Ports, profile: Profile, base: Content, change: PageChange, *, others: Iterable[Photo] = ()
) -> dict[str, Photo]:
    """The covers that a form may keep: those of its ``base``, of the live content, and ``others`` of the profile's own.

    A form that came back after somebody saved in between may keep one of an earlier version: that is one more read.
    """
    known = covers.covers_of(profile.content, base) | covers.by_digest(others)
    if covers.unknown(change.books, known):
        known |= covers.covers_of(*(each.content for each in history(ports, profile)))
    return known


def content_seen(ports: Ports, profile: Profile, number: int) -> Content:
    """What the page said in the version that a form was made from, to fill in what the form leaves out.

    The live content where that version is the live one or was not kept: nobody had saved the page before it.
    """
    if number == profile.number:
        return profile.content
    try:
        return version(ports, profile, number).content
    except NotFound:
        return profile.content


def new_profile(
    ports: Ports, account_id: str | None, *, name: str, sort_name: str, slug: Slug, profile_id: ProfileId
) -> Profile:
    """A profile that nobody saved yet: it has a name and a slug, and nothing of it is published. Without an account the
    press keeps it.
    """
    now = ports.clock.now()
    return Profile(
        id=profile_id,
        account_id=account_id,
        slug=slug,
        content=Content(name, sort_name),
        number=0,
        saved_by="",
        saved_at=now,
        created_at=now,
    )


def _sort_name(base: Content, asked: str | None, name: str) -> str:
    """The name for sorting: as asked for, but derived again where it was derived before and the name changed."""
    wanted = base.sort_name if asked is None else asked
    follows = name != base.name and wanted == base.sort_name == names.sort_name(base.name)
    return names.sort_name(name) if follows or not wanted else wanted


def _moved(profile: Profile, slug: Slug) -> Profile:
    """The profile at another slug; its present one stays its own for ever and leads to the new one."""
    if slug == profile.slug:
        return profile
    old = tuple(was for was in (*profile.old_slugs, profile.slug) if was != slug)
    ended = tuple(was for was in profile.ended_slugs if was != slug)
    if len(old) + len(ended) > MOST_OLD_SLUGS:
        raise Invalid({"author_slug": SlugsUsedUp(MOST_OLD_SLUGS)})
    return replace(profile, slug=slug, old_slugs=old, ended_slugs=ended)
