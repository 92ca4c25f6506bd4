"""Saving, looking back, restoring. Saving one's own page takes no author's id, so it can reach no other page.

Every save adds a version and overwrites nothing: the text that was live moves into a version's record in the commit
that puts the new one in its place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.audit import Actor, audit_event
from byline.errors import Conflict, Invalid, NotFound, Stale, Unavailable
from byline.files.port import File
from byline.jobs.model import Job, JobKind, enqueue
from byline.profiles import records
from byline.profiles.model import Content, Link, Photo, Profile, ProfileId, Slug, Version
from byline.store.port import Create, Replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.ports import Ports
    from byline.store.port import Write

MOST_OLD_SLUGS = 5
MOST_VERSIONS_SHOWN = 50
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wants a page to say. ``upload``: a new photo's bytes, developed before anything is written.

    ``seen`` is the number of the version that was edited.
    """

    name: str
    sort_name: str
    slug: Slug
    bio: str
    links: tuple[Link, ...]
    seen: int
    upload: bytes | None = None
    remove_photo: bool = False


def save(ports: Ports, by: Actor, profile: Profile, draft: Draft, *, also: Sequence[Write] = ()) -> Profile:
    """Put a draft in the place of what is live: one commit, in which the old text becomes a version.

    ``profile`` is the page as it was read on this request. ``also`` are further writes of the same commit. A draft that
    says what is live already was sent twice: it is saved, and adds no version.
    Raises ``Stale`` if somebody saved in between, ``Invalid`` for a slug that is taken or a photo that cannot be used.
    """
    if draft.seen != profile.number:
        # A photo is sent as it was taken; whether it became the one that is live is not worth developing it again.
        if draft.upload is None and _says(profile, _content(draft, _photo(ports, profile, draft)), draft.slug):
            return profile
        raise Stale(draft.seen, profile.number)
    content = _content(draft, _photo(ports, profile, draft))
    return _put(ports, by, profile, content, draft.slug, also=also, what="saved")


def restore(
    ports: Ports, by: Actor, profile: Profile, number: int, *, seen: int, also: Sequence[Write] = ()
) -> Profile:
    """Make an earlier version the live one again, as a new version."""
    if seen != profile.number:
        raise Stale(seen, profile.number)
    earlier = version(ports, profile, number)
    return _put(ports, by, profile, earlier.content, profile.slug, also=also, what=f"restored version {number}")


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
    record = ports.store.get(key).get(key)
    if record is None:
        raise NotFound
    return records.version_from(record)


def as_seen(ports: Ports, profile: Profile, number: int) -> Profile:
    """The page with what it said in the version that a form was made from, to fill in what the form leaves to us.

    The page as it is, where that version is the live one or was not kept: nobody had saved the page before it.
    """
    if number == profile.number:
        return profile
    try:
        return replace(profile, content=version(ports, profile, number).content)
    except NotFound:
        return profile


def developed(ports: Ports, profile_id: ProfileId, upload: bytes) -> Photo:
    """The photo in an upload, developed and put away; ``Invalid`` for ``profile_img`` if it cannot be used."""
    renditions = ports.imaging.develop(upload)
    digest = hashlib.sha256(renditions[0].body).hexdigest()[:32]
    photo = Photo(digest, tuple((shot.width, shot.height) for shot in renditions), renditions[0].suffix)
    for shot in renditions:
        path = f"photos/{profile_id}/{digest}-{shot.width}{shot.suffix}"
        ports.files.put(File(path, shot.body, shot.content_type), cache_seconds=YEAR_SECONDS)
    return photo


def new_profile(ports: Ports, account_id: str, *, name: str, sort_name: str, slug: Slug) -> Profile:
    """A profile that nobody saved yet: it has a name and a slug, and nothing of it is published."""
    now = ports.clock.now()
    return Profile(
        id=ProfileId(ports.random.identifier()),
        account_id=account_id,
        slug=slug,
        content=Content(name, sort_name),
        number=0,
        saved_by="",
        saved_at=now,
        created_at=now,
    )


def _put(
    ports: Ports, by: Actor, profile: Profile, content: Content, slug: Slug, *, also: Sequence[Write], what: str
) -> Profile:
    now = ports.clock.now()
    saved = replace(
        _moved(profile, slug),
        content=content,
        number=profile.number + 1,
        saved_by=by.account_id,
        saved_at=now,
        version=profile.version + 1,
    )
    writes: list[Write] = [Replace(records.to_record(saved))]
    if profile.number:
        writes.append(Create(records.version_record(records.live_version(profile))))
    if slug != profile.slug and slug not in profile.old_slugs:
        writes.append(Create(records.slug_record(slug, profile.id)))
    about = profile.account_id or profile.id
    writes.append(enqueue(Job(ports.random.identifier(), JobKind.PUBLISH, {"profile": profile.id}, now)))
    if content.name != profile.content.name or content.sort_name != profile.content.sort_name:
        writes.append(enqueue(Job(ports.random.identifier(), JobKind.UPDATE_SEARCH, {"account": about}, now)))
    writes.append(audit_event(ports, by, what, about, version=saved.number))
    try:
        ports.store.commit(*writes, *also)
    except Conflict as conflict:
        return _explain(ports, profile, saved, conflict)
    return saved


def _explain(ports: Ports, profile: Profile, wanted: Profile, conflict: Conflict) -> Profile:
    """Turn a failed condition into what a person can act on; or what is live, if that says all that was wanted."""
    key = records.key(profile.id)
    if key in conflict.keys or records.version_key(profile.id, profile.number) in conflict.keys:
        record = ports.store.get(key).get(key)
        live = records.from_record(record) if record else None
        if live is not None and _says(live, wanted.content, wanted.slug):
            return live
        raise Stale(profile.number, live.number if live else 0) from conflict
    if records.slug_key(wanted.slug) in conflict.keys:
        raise Invalid({"author_slug": "This page address is taken; choose another"}) from conflict
    raise Unavailable("Something else was changed at the same moment.") from conflict


def _says(live: Profile, content: Content, slug: Slug) -> bool:
    """Whether a page says all of this at this address already."""
    return live.number > 0 and (live.content, live.slug) == (content, slug)


def _moved(profile: Profile, slug: Slug) -> Profile:
    """The profile at another slug; its present one stays its own for ever and leads to the new one."""
    if slug == profile.slug:
        return profile
    old = tuple(was for was in (*profile.old_slugs, profile.slug) if was != slug)
    if len(old) > MOST_OLD_SLUGS:
        raise Invalid(
            {"author_slug": f"A page can move {MOST_OLD_SLUGS} times, and this one has; all of them lead here"}
        )
    return replace(profile, slug=slug, old_slugs=old)


def _content(draft: Draft, photo: Photo | None) -> Content:
    return Content(draft.name, draft.sort_name, draft.bio, draft.links, photo)


def _photo(ports: Ports, profile: Profile, draft: Draft) -> Photo | None:
    """The photo a draft asks for; a new one is developed and put away before the commit that names it."""
    if draft.upload is None:
        return None if draft.remove_photo else profile.content.photo
    return developed(ports, profile.id, draft.upload)
