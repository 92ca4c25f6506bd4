"""An author's own files: put where readers see them, or taken away, until they say what the records say.

Publishing again is always safe, and it never goes back in time: after its last put a run reads the records again and
starts over if they moved. Photos come first, so that no page names one that is not there; deletions come last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.accounts.model import State
from byline.accounts.records import account_from, account_key
from byline.errors import Conflict, Unavailable
from byline.files.port import File
from byline.jobs.model import enqueue
from byline.profiles import records
from byline.profiles.model import ProfileId
from byline.site import addresses, entries, pages, shared
from byline.site.drawing import stylesheet
from byline.site.putting import cache_seconds, put_if_new
from byline.store.port import Check, Create, Delete, Replace

if TYPE_CHECKING:
    from byline.files.port import Files
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.profiles.model import Profile, Slug
    from byline.store.port import Record, Write

_MOST_ROUNDS = 5
"""How often a run starts over before it leaves the rest to the next try of its job."""


def publish(ports: Ports, job: Job) -> None:
    """Carry out a PUBLISH job: the files of the profile that ``details["profile"]`` names, then the shared files.

    Where an edit changed no more than the time of the last edit, the shared files wait for the later run that is
    promised with the entry: so a minute of edits rewrites them once. A retry always writes them, because the try
    before it may have stopped between the entry and the files.

    ``Unavailable``: an engine does not answer, somebody saves faster than this can follow, or somebody else is
    writing the shared files. The job is then to be tried again.
    """
    profile_id = ProfileId(str(job.details["profile"]))
    listing_changed = job.tries > 1
    for _ in range(_MOST_ROUNDS):
        sight = _settle(ports, profile_id, None)
        listing_changed = listing_changed or sight.listing_changed
        if not _enter(ports, sight):
            continue
        if _clear_away(ports.files, sight) and _look(ports, profile_id, sight.account_id).stamp != sight.stamp:
            continue
        if listing_changed:
            shared.write_shared(ports, profile_id)
        return
    raise Unavailable(f"profile {profile_id} changes faster than it can be published")


def publish_own(ports: Ports, profile: Profile) -> None:
    """Put what was just saved where readers see it, before the author gets their answer.

    Only this author's page, twin, photos and stubs are touched; the PUBLISH job of the same save does the rest, and
    all of this again if it fails with ``Unavailable`` here.
    """
    _settle(ports, profile.id, profile.account_id)


def publish_again(ports: Ports, profile_id: str) -> None:
    """Put a profile's own files as they would be made today, or take them away; the shared files are left alone."""
    _settle(ports, ProfileId(profile_id), None)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the records said at one moment."""

    profile_id: ProfileId
    profile: Profile | None
    account_id: str | None
    account_version: int | None
    state: State | None
    listed: Record | None

    @property
    def visible(self) -> Profile | None:
        """The profile, if readers may see it: saved at least once, and its account (if it has one) is active."""
        owned = self.state is State.ACTIVE if self.account_id else True
        return self.profile if self.profile and self.profile.number >= 1 and owned else None

    @property
    def stamp(self) -> tuple[int | None, bool]:
        """What must not have moved for the files to be right."""
        return self.profile.version if self.profile else None, self.visible is not None

    @property
    def deserves(self) -> entries.Published | None:
        """The entry the index should have of it."""
        return entries.published(self.visible) if self.visible else None

    @property
    def listing_changed(self) -> bool:
        """Whether the index has to show something else than before, apart from the time of the last edit."""
        before, now = entries.from_record(self.listed) if self.listed else None, self.deserves
        if before and now:
            now = replace(now, modified_at=before.modified_at)
        return before != now

    @property
    def slugs(self) -> tuple[Slug, ...]:
        """Every address this profile answers or answered at; none of them can be anybody else's."""
        if self.profile:
            return (self.profile.slug, *self.profile.old_slugs)
        if self.listed:
            entry = entries.from_record(self.listed)
            return (entry.slug, *entry.old_slugs)
        return ()


def _look(ports: Ports, profile_id: ProfileId, account_id: str | None) -> _Sight:
    """Read profile, account and entry in one round trip; two where the account is not known yet."""
    asked = [records.key(profile_id), entries.key(profile_id)]
    found = ports.store.get(*asked, account_key(account_id)) if account_id else ports.store.get(*asked)
    record = found.get(records.key(profile_id))
    profile = records.from_record(record) if record else None
    owner = profile.account_id if profile else None
    if owner and owner != account_id:
        return _look(ports, profile_id, owner)
    account = found.get(account_key(owner)) if owner else None
    return _Sight(
        profile_id=profile_id,
        profile=profile,
        account_id=owner,
        account_version=account.version if account else None,
        state=account_from(account).state if account else None,
        listed=found.get(entries.key(profile_id)),
    )


def _settle(ports: Ports, profile_id: ProfileId, account_id: str | None) -> _Sight:
    """Put or delete until what was read before is still so afterwards; the sight by which the files are right."""
    for _ in range(_MOST_ROUNDS):
        sight = _look(ports, profile_id, account_id)
        if sight.visible:
            _put_all(ports, sight.visible)
        else:
            _take_down(ports.files, sight)
        account_id = sight.account_id
        if _look(ports, profile_id, account_id).stamp == sight.stamp:
            return sight
    raise Unavailable(f"profile {profile_id} changes faster than it can be published")


def _put_all(ports: Ports, profile: Profile) -> None:
    put_if_new(ports.files, stylesheet())
    profile = _with_photos_put(ports.files, profile)
    for file in (*pages.author_files(ports.site, profile), *pages.moved_files(ports.site, profile)):
        put_if_new(ports.files, file)


def _with_photos_put(files: Files, profile: Profile) -> Profile:
    """Copy the photo to where readers see it. A size that is lost is left out, so that the words still appear."""
    photo = profile.content.photo
    if photo is None:
        return profile
    there = set(files.paths(addresses.photo_folder(profile.id)))
    sizes = []
    for width, height in photo.sizes:
        path = addresses.photo(profile.id, photo, width)
        if path not in there:
            private = files.get(addresses.private_photo(profile.id, photo, width))
            if private is None:
                continue
            files.put(File(path, private.body, private.content_type), cache_seconds=cache_seconds(path))
        sizes.append((width, height))
    kept = replace(photo, sizes=tuple(sizes)) if sizes else None
    return replace(profile, content=replace(profile.content, photo=kept))


def _take_down(files: Files, sight: _Sight) -> None:
    """Delete the page at every address it ever had, then the photos: old addresses end as well.

    Of a deleted account, the photos that its versions named go too.
    """
    for slug in sight.slugs:
        files.delete(addresses.page(slug))
        files.delete(addresses.twin(slug))
    folders = [addresses.photo_folder(sight.profile_id)]
    if sight.state is State.DELETED:
        folders.append(addresses.private_folder(sight.profile_id))
    for path in [path for folder in folders for path in files.paths(folder)]:
        files.delete(path)


def _clear_away(files: Files, sight: _Sight) -> bool:
    """Delete what a visible profile no longer uses: photos of before, the twins at old addresses. Whether any was."""
    profile = sight.visible
    if profile is None:
        return False
    photo = profile.content.photo
    used = {addresses.photo(profile.id, photo, width) for width, _ in photo.sizes} if photo else set()
    unused = [path for path in files.paths(addresses.photo_folder(profile.id)) if path not in used]
    twins = [addresses.twin(old) for old in profile.old_slugs if old != profile.slug]
    unused += [path for path in twins if files.get(path)]
    for path in unused:
        files.delete(path)
    return bool(unused)


def _enter(ports: Ports, sight: _Sight) -> bool:
    """Bring the profile's entry up to date, on the condition that nothing moved; whether that was so.

    The same commit promises to write the shared files once more a minute later, when the index no longer lags.
    """
    write = _entry_write(sight)
    if write is None:
        return True
    conditions = [Check(records.key(sight.profile_id), sight.profile.version if sight.profile else None)]
    if sight.account_id:
        conditions.append(Check(account_key(sight.account_id), sight.account_version))
    promised = enqueue(shared.once_more(ports))
    try:
        ports.store.commit(write, *conditions, promised)
    except Conflict as conflict:
        if conflict.keys != {promised.record.key}:
            return False
    else:
        return True
    # Somebody promised that run already; it is due late enough to see this entry as well.
    try:
        ports.store.commit(write, *conditions)
    except Conflict:
        return False
    return True


def _entry_write(sight: _Sight) -> Write | None:
    deserved, listed = sight.deserves, sight.listed
    if deserved is None:
        return Delete(listed.key, listed.version) if listed else None
    if listed is None:
        return Create(entries.to_record(deserved))
    record = entries.to_record(deserved, version=listed.version + 1)
    if entries.from_record(listed) == deserved and listed.entry == record.entry:
        return None
    return Replace(record)
