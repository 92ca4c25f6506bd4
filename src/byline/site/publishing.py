"""An author's own files: put where readers see them, or taken away, until they say what the records say.

Publishing again is always safe, and it never goes back in time: after its last put a run reads the records again and
starts over if they moved. Photos come first, so that no page names one that is not there; deletions come last.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.errors import Conflict, Unavailable
from byline.files.port import File
from byline.press.branding import with_branding
from byline.press.records import KEY as BRANDING
from byline.press.records import branding_from
from byline.profiles import photos, portraits, records
from byline.profiles.model import ProfileId
from byline.site import addresses, entries, index_publishing, pages
from byline.site.writing import cache_seconds, write_if_changed, write_style
from byline.store.port import Check, Create, Delete, Replace

if TYPE_CHECKING:
    from byline.files.port import Files
    from byline.jobs.model import Job
    from byline.jobs.payloads import Publish
    from byline.looks.branding import Branding
    from byline.ports import Ports
    from byline.profiles.model import Photo, Profile, Slug
    from byline.store.port import Record, Write

_log = logging.getLogger(__name__)
_MOST_ROUNDS = 5
"""How often a run starts over before it leaves the rest to the next try of its job."""


def publish(ports: Ports, job: Job[Publish]) -> None:
    """Carry out a PUBLISH job: the files of a profile, and its entry in the lists, which follow in a job of their own.

    ``Unavailable``: an engine does not answer, or somebody saves faster than this can follow. The job is then to be
    tried again.
    """
    profile_id = ProfileId(job.payload.profile)
    for _ in range(_MOST_ROUNDS):
        snapshot = reconcile(ports, profile_id, None)
        if not _update_entry(ports, snapshot):
            continue
        if (
            _delete_unused(ports.files, snapshot)
            and read_snapshot(ports, profile_id, snapshot.account_id).stamp != snapshot.stamp
        ):
            continue
        return
    raise Unavailable(f"profile {profile_id} changes faster than it can be published")


def publish_own(ports: Ports, profile: Profile) -> None:
    """Put what was just saved where readers see it, before the author gets their answer.

    Only this author's page, JSON, photos and stubs are touched; the PUBLISH job of the same save does the rest, and
    all of this again if it fails with ``Unavailable`` here.
    """
    reconcile(ports, profile.id, profile.account_id)


def rewrite_files(ports: Ports, profile_id: str) -> None:
    """Put a profile's own files and its entry as they would be made today, or take them away.

    The shared files are left alone: they follow in a job of their own. A page whose photo is lost stays as it is, so
    that the photo is not dropped from it unnoticed.
    """
    snapshot = reconcile(ports, ProfileId(profile_id), None, keep_with_photo=True)
    _update_entry(ports, snapshot)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the records said at one moment."""

    profile_id: ProfileId
    profile: Profile | None
    account_id: str | None
    account_version: int | None
    state: State | None
    listed: Record | None
    branding: Branding

    @property
    def visible(self) -> Profile | None:
        """The profile, if readers may see it: it is published, and its account (if it has one) is active."""
        owned = self.state is State.ACTIVE if self.account_id else True
        return self.profile if self.profile and self.profile.is_published and owned else None

    @property
    def stamp(self) -> tuple[int | None, bool, Branding]:
        """What must not have moved for the files to be right."""
        return self.profile.version if self.profile else None, self.visible is not None, self.branding

    @property
    def expected_entry(self) -> entries.Published | None:
        """The entry that the lists should have of it."""
        return entries.published(self.visible) if self.visible else None

    @property
    def listing_changed(self) -> bool:
        """Whether the lists have to show something else than before, apart from what each edit may change."""
        before, now = entries.from_record(self.listed) if self.listed else None, self.expected_entry
        if before and now:
            now = replace(now, modified_at=before.modified_at, about=before.about)
        return before != now

    @property
    def slugs(self) -> tuple[Slug, ...]:
        """Every address this profile answers or answered at; none of them can be anybody else's. One that was merged
        into another answers at none.
        """
        if self.profile and self.profile.merged_into:
            return ()
        if self.profile:
            return (self.profile.slug, *self.profile.old_slugs)
        if self.listed:
            entry = entries.from_record(self.listed)
            return (entry.slug, *entry.old_slugs)
        return ()


def read_snapshot(ports: Ports, profile_id: ProfileId, account_id: str | None) -> Snapshot:
    """Read profile, account, entry and branding in one round trip; two where the account is not known yet."""
    asked = [records.key(profile_id), entries.key(profile_id), BRANDING]
    found = ports.store.get(*asked, account_key(account_id)) if account_id else ports.store.get(*asked)
    record = found.get(records.key(profile_id))
    profile = records.from_record(record) if record else None
    owner = profile.account_id if profile else None
    if owner and owner != account_id:
        return read_snapshot(ports, profile_id, owner)
    account = found.get(account_key(owner)) if owner else None
    return Snapshot(
        profile_id=profile_id,
        profile=profile,
        account_id=owner,
        account_version=account.version if account else None,
        state=account_from(account).state if account else None,
        listed=found.get(entries.key(profile_id)),
        branding=branding_from(found.get(BRANDING)),
    )


def reconcile(
    ports: Ports, profile_id: ProfileId, account_id: str | None, *, keep_with_photo: bool = False
) -> Snapshot:
    """Put or delete until what was read before is still so afterwards; the snapshot by which the files are right.

    Where a photo is lost, the page is written without it, unless it is there and ``keep_with_photo``.
    """
    for _ in range(_MOST_ROUNDS):
        snapshot = read_snapshot(ports, profile_id, account_id)
        if snapshot.visible:
            branded = with_branding(ports, snapshot.branding)
            _write_files(branded, snapshot.visible, keep_with_photo=keep_with_photo)
        else:
            _unpublish(ports.files, snapshot)
        account_id = snapshot.account_id
        if read_snapshot(ports, profile_id, account_id).stamp == snapshot.stamp:
            return snapshot
    raise Unavailable(f"profile {profile_id} changes faster than it can be published")


def _write_files(ports: Ports, wanted: Profile, *, keep_with_photo: bool) -> None:
    write_style(ports.files, ports.site.branding)
    profile = _with_photos_put(ports.files, wanted)
    if profile.content.photos != wanted.content.photos:
        _log.warning("a photo of profile %s is lost, or some of its files: see byline check --deep", profile.id)
        if keep_with_photo and ports.files.get(addresses.page(profile.slug)) is not None:
            return
    for file in (*pages.author_files(ports.site, profile), *pages.moved_files(ports.site, profile)):
        write_if_changed(ports.files, file)


def _with_photos_put(files: Files, profile: Profile) -> Profile:
    """Copy the photo and the covers to where readers see them. A file that is lost is left out, so that the words still
    appear.
    """
    content = profile.content
    if not content.photos:
        return profile
    there = set(files.paths(addresses.photo_folder(profile.id)))
    books = tuple(replace(book, cover=_with_files_put(files, there, profile.id, book.cover)) for book in content.books)
    photo = _with_files_put(files, there, profile.id, content.photo)
    return replace(profile, content=replace(content, photo=photo, books=books))


def _with_files_put(files: Files, there: set[str], profile_id: ProfileId, photo: Photo | None) -> Photo | None:
    if photo is None:
        return None
    lost = set()
    for name in portraits.names(photo):
        path = addresses.photo(profile_id, photo, name)
        if path not in there:
            private = files.get(portraits.path(profile_id, photo, name))
            if private is None:
                lost.add(name)
                continue
            files.put(File(path, private.body, private.content_type), cache_seconds=cache_seconds(path))
    sizes = tuple(size for size in photo.sizes if str(size[0]) not in lost)
    shapes = tuple(shape for shape in photo.shapes if shape[0] not in lost)
    return replace(photo, sizes=sizes, shapes=shapes) if sizes else None


def _unpublish(files: Files, snapshot: Snapshot) -> None:
    """Delete the page at every address it ever had, then the photos: old addresses end as well.

    Of a deleted account, the photos that its versions named go too.
    """
    for slug in snapshot.slugs:
        files.delete(addresses.page(slug))
        files.delete(addresses.json_page(slug))
    folders = [addresses.photo_folder(snapshot.profile_id)]
    if snapshot.state is State.DELETED:
        folders.append(photos.folder(snapshot.profile_id))
    for path in [path for folder in folders for path in files.paths(folder)]:
        files.delete(path)


def _delete_unused(files: Files, snapshot: Snapshot) -> bool:
    """Delete what a visible profile no longer uses: old photos, JSON at old addresses. Returns whether any was."""
    profile = snapshot.visible
    if profile is None:
        return False
    shown = profile.content.photos
    used = {addresses.photo(profile.id, photo, name) for photo in shown for name in portraits.names(photo)}
    unused = [path for path in files.paths(addresses.photo_folder(profile.id)) if path not in used]
    json_pages = [addresses.json_page(old) for old in profile.old_slugs if old != profile.slug]
    unused += [path for path in json_pages if files.get(path)]
    unused += [path for path in map(addresses.page, profile.ended_slugs) if files.get(path)]
    for path in unused:
        files.delete(path)
    return bool(unused)


def _update_entry(ports: Ports, snapshot: Snapshot) -> bool:
    """Bring the profile's entry up to date, on the condition that nothing moved; whether that was so.

    The same commit says that the lists do not show it yet, and enqueues a run that writes them: the next one, or
    where no more than the time of the last edit changed, one of a minute later, which serves all edits of a minute.
    """
    write = _entry_write(snapshot)
    if write is None:
        return True
    change = entries.change(ports, snapshot.profile_id, snapshot.listed, is_edit=not snapshot.listing_changed)
    writes: list[Write] = [
        write,
        change,
        Check(records.key(snapshot.profile_id), snapshot.profile.version if snapshot.profile else None),
    ]
    if snapshot.account_id:
        writes.append(Check(account_key(snapshot.account_id), snapshot.account_version))
    runs = [index_publishing.next_run(ports, change.record.key.id)] if snapshot.listing_changed else []
    runs.append(index_publishing.later_run(ports))
    # A run that is there already may have begun, so the change then waits for the later one. That one has not begun.
    there = ports.store.get(*(run.record.key for run in runs))
    try:
        ports.store.commit(*writes, *[run for run in runs if run.record.key not in there][:1])
    except Conflict:
        return False
    return True


def _entry_write(snapshot: Snapshot) -> Write | None:
    deserved, listed = snapshot.expected_entry, snapshot.listed
    if deserved is None:
        return Delete(listed.key, listed.version) if listed else None
    if listed is None:
        return Create(entries.to_record(deserved))
    record = entries.to_record(deserved, version=listed.version + 1)
    if entries.from_record(listed) == deserved and listed.entry == record.entry:
        return None
    return Replace(record)
