"""A small world for publishing: a store in memory, files in a folder, a clock that stands still."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.environment import CountedChance

from byline.accounts.model import Account, AccountId, Address, Role, State
from byline.accounts.records import account_from, account_key, account_record
from byline.errors import Conflict
from byline.files.folder import FolderFiles
from byline.files.port import Entry, File
from byline.jobs.kinds import JobKind
from byline.jobs.model import DUE, Job, from_record
from byline.jobs.payloads import Publish
from byline.jobs.upkeep_payloads import PublishIndex
from byline.ports import Ports
from byline.profiles import portraits, records
from byline.profiles.model import Content, Photo, Profile, ProfileId, Slug
from byline.settings import Site
from byline.site import index_publishing, publishing
from byline.store.port import Create, Delete, Replace
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from byline.store.port import Key, Page, Record, Write

    Hook = Callable[[str, str, str], object]

NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
SITE = Site("Sandhill Press", "https://authors.example.org", "Sandhill", "")


class StoppedClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class HookedFiles:
    """Files that let a test step in before and after every write; ``writes`` lists what was put and deleted."""

    def __init__(self, inner: FolderFiles) -> None:
        self.inner = inner
        self.writes: list[tuple[str, str, int]] = []
        self.hook: Hook | None = None

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        self._step("before", "put", file.path)
        self.inner.put(file, cache_seconds=cache_seconds)
        self.writes.append(("put", file.path, cache_seconds))
        self._step("after", "put", file.path)

    def delete(self, path: str, /) -> None:
        self._step("before", "delete", path)
        self.inner.delete(path)
        self.writes.append(("delete", path, 0))
        self._step("after", "delete", path)

    def get(self, path: str, /) -> File | None:
        return self.inner.get(path)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        return self.inner.paths(prefix)

    def entries(self, prefix: str, /) -> Iterator[Entry]:
        return self.inner.entries(prefix)

    def _step(self, when: str, what: str, path: str) -> None:
        if self.hook:
            self.hook(when, what, path)


class HookedStore:
    """The store, and how often it was asked. A test may replace what it does: ``get``, ``page`` and ``commit``.

    ``before`` is called before every call with its name.
    """

    def __init__(self) -> None:
        self.inner = SqliteStore(":memory:")
        self.before: Callable[[str], object] | None = None
        self.calls: list[str] = []
        self.get: Callable[..., Mapping[Key, Record]] = self._get
        self.page: Callable[..., Page] = self._page
        self.commit: Callable[..., None] = self._commit

    def one(self, key: Key) -> Record | None:
        return self.get(key).get(key)

    def _get(self, *keys: Key) -> Mapping[Key, Record]:
        self._step("get")
        return self.inner.get(*keys)

    def _page(self, index: str, **how: Any) -> Page:
        self._step("page")
        return self.inner.page(index, **how)

    def _commit(self, *writes: Write) -> None:
        self._step("commit")
        self.inner.commit(*writes)

    def _step(self, call: str) -> None:
        self.calls.append(call)
        if self.before:
            self.before(call)


class World:
    """Records made by hand, since publishing stands beside the use cases that would make them."""

    def __init__(self, root: Path) -> None:
        self.clock = StoppedClock()
        self.files = HookedFiles(FolderFiles(root))
        self.store = HookedStore()
        unused: Any = None
        store: Any = self.store
        self.ports = Ports(
            store=store,
            files=self.files,
            mailer=unused,
            imaging=unused,
            hasher=unused,
            signer=unused,
            clock=self.clock,
            random=CountedChance(),
            site=SITE,
        )

    def close(self) -> None:
        self.store.inner.close()

    def author(
        self, slug: str = "ana-lima", name: str = "Ana Lima", sort_name: str = "Lima, Ana", bio: str = ""
    ) -> Profile:
        """An active account and its profile, saved once."""
        account_id = AccountId(f"account-of-{slug}")
        profile = Profile(
            id=ProfileId(f"id-of-{slug}"),
            account_id=account_id,
            slug=Slug(slug),
            content=Content(name, sort_name, bio),
            number=1,
            saved_by=account_id,
            saved_at=self.clock.now(),
            created_at=NOON - timedelta(days=30),
        )
        account = Account(account_id, Address(f"secret@{slug}.example"), name, State.ACTIVE, Role.AUTHOR, NOON, NOON)
        self.store.inner.commit(Create(records.to_record(profile)), Create(account_record(account)))
        return profile

    def photo(self, profile: Profile, digest: str, widths: tuple[int, ...] = (800, 400)) -> Photo:
        """A photo of the profile in its private place."""
        photo = Photo(digest, tuple((width, width * 3 // 4) for width in widths))
        for width in widths:
            path = portraits.path(profile.id, photo, str(width))
            self.files.inner.put(File(path, f"{digest} {width}".encode(), "image/jpeg"))
        return photo

    def edit(self, profile: Profile, *, slug: str | None = None, **content: Any) -> Profile:
        """Save the profile anew, over whatever is live now."""
        live = self.live(profile)
        edited = replace(
            live,
            content=replace(live.content, **content),
            number=live.number + 1,
            saved_at=self.clock.now(),
            slug=Slug(slug) if slug else live.slug,
            old_slugs=(*live.old_slugs, live.slug) if slug else live.old_slugs,
        )
        self.write(edited)
        return self.live(profile)

    def write(self, profile: Profile) -> None:
        """Write a profile over whatever is stored."""
        self.store.inner.commit(Replace(records.to_record(replace(profile, version=self.live(profile).version + 1))))

    def live(self, profile: Profile) -> Profile:
        key = records.key(profile.id)
        return records.from_record(self.store.inner.get(key)[key])

    def set_state(self, profile: Profile, state: State) -> None:
        key = account_key(str(profile.account_id))
        account = account_from(self.store.inner.get(key)[key])
        self.store.inner.commit(Replace(account_record(replace(account, state=state, version=account.version + 1))))

    def job(self, profile: Profile) -> Job:
        return Job("job", Publish(profile.id), self.clock.now(), tries=1)

    def next_run(self) -> Job:
        return Job("next", PublishIndex("a change"), self.clock.now())

    def later_run(self) -> Job:
        return Job("later", PublishIndex(), self.clock.now())

    def publish(self, profile: Profile, *, tries: int = 1) -> None:
        """Carry out the job of a save, and the runs that it enqueues and that are due."""
        publishing.publish(self.ports, replace(self.job(profile), tries=tries))
        self.write_lists()

    def write_lists(self) -> None:
        """Carry out the runs that are due."""
        for record in self.store.inner.page(DUE, limit=1000).records:
            job = from_record(record)
            if job.kind is JobKind.PUBLISH_INDEX and job.due_at <= self.clock.now():
                index_publishing.publish_index(self.ports, job)
                with suppress(Conflict):  # it was carried out inside this one
                    self.store.inner.commit(Delete(record.key, record.version))

    def published(self) -> dict[str, bytes]:
        """What readers could get: every published path with its bytes."""
        files = [self.files.inner.get(path) for path in self.files.inner.paths("authors/")]
        return {file.path: file.body for file in files if file}
