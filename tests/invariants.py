"""What must hold of an installation at any moment, whatever happened to it: read from its records and its files."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lxml import html as markup
from PIL import Image

from byline.accounts.addresses import address_hash
from byline.accounts.model import Account, State
from byline.accounts.passkey_records import owner_from, owner_key, passkeys_from
from byline.accounts.records import SLOTS, account_from, credentials_from
from byline.jobs.model import DEAD_LETTERS
from byline.jobs.model import from_record as job_from
from byline.jobs.payloads import Publish
from byline.jobs.upkeep_payloads import DeleteVersions
from byline.profiles import portraits
from byline.profiles import records as profile_records
from byline.profiles.reviews import review_from
from byline.site import entries, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.files.port import File
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Record, Store


@dataclass(frozen=True)
class Everything:
    """All records of a store, read by kind."""

    records: tuple[Record, ...]

    def of(self, kind: str) -> dict[str, Record]:
        return {record.key.id: record for record in self.records if record.key.kind == kind}

    @property
    def accounts(self) -> dict[str, Account]:
        return {key: account_from(record) for key, record in self.of("account").items()}

    @property
    def living(self) -> dict[str, Account]:
        return {key: account for key, account in self.accounts.items() if account.state is not State.DELETED}

    @property
    def profiles(self) -> dict[str, Profile]:
        return {key: profile_records.from_record(record) for key, record in self.of("profile").items()}

    @property
    def visible(self) -> dict[str, Profile]:
        """The profiles that readers may see: saved once at least, of an account that is active."""
        accounts = self.accounts
        return {
            key: profile
            for key, profile in self.profiles.items()
            if profile.is_published
            and (profile.account_id is None or accounts[profile.account_id].state is State.ACTIVE)
        }


def everything(store: Store) -> Everything:
    records: list[Record] = []
    page = store.scan()
    records += page.records
    while page.next is not None:
        page = store.scan(after=page.next)
        records += page.records
    return Everything(tuple(records))


def check_records(all_: Everything) -> None:
    """One account an address, one owner a slug, no version missing, nothing pointing into the void."""
    accounts, profiles = all_.living, all_.profiles
    claims = {key: str(record.data["account"]) for key, record in all_.of("claim").items()}
    assert claims == {str(address_hash(account.address)): account.id for account in accounts.values()}
    with_credentials = set(all_.of("credentials"))
    assert with_credentials <= set(accounts)
    for account in accounts.values():  # in a record of their own, or in the account's: never in both, never in neither
        assert (account.embedded_password_hash == "") is (account.id in with_credentials)
    passkeys = {key: passkeys_from(record) for key, record in all_.of("passkeys").items()}
    ids = {key.id: account for account, own in passkeys.items() for key in own.keys}
    assert {key: owner_from(record).account for key, record in all_.of("passkey").items()} == {
        owner_key(passkey_id).id: account for passkey_id, account in ids.items()
    }
    named = {key: credentials_from(record).passkeys for key, record in all_.of("credentials").items()}
    assert {key: ids for key, ids in named.items() if ids} == {
        key: tuple(passkey.id for passkey in own.keys) for key, own in passkeys.items() if own.keys
    }
    assert max(Counter(key.rpartition("/")[0] for key in all_.of("proposal")).values(), default=0) <= SLOTS

    slugs = {key: str(record.data["profile"]) for key, record in all_.of("slug").items()}
    reviews = {key: review_from(record) for key, record in all_.of("review").items()}
    assert {key: review.number for key, review in reviews.items()} == {
        key: profile.review for key, profile in profiles.items() if profile.review
    }
    own = {
        slug: profile.id
        for profile in profiles.values()
        for slug in (profile.slug, *profile.old_slugs)
        if not profile.merged_into
    }
    assert slugs == own | {review.slug: review.profile_id for review in reviews.values() if review.reserves_slug}
    for account in all_.accounts.values():
        if account.profile_id is not None:
            assert profiles[account.profile_id].account_id == account.id
    assert {profile.account_id for profile in profiles.values() if profile.account_id} <= set(all_.accounts)

    leaving = _to_be_forgotten(all_)
    assert {key for key in all_.of("version") if key.rpartition("/")[0] not in leaving} == {
        profile_records.version_key(profile.id, number).id
        for profile in profiles.values()
        for number in range(1, profile.number)
    }
    dead_letters = [record for record in all_.records if record.entry and record.entry.index == DEAD_LETTERS]
    assert not dead_letters, dead_letters


def check_files(ports: Ports, all_: Everything) -> None:
    """Nothing is half there: each page is one that some version makes, with its photos; each photo can be looked at.

    Holds also in the middle of publishing; what is due may be missing, or still of before.
    """
    paths = set(ports.files.paths())
    parting = _about_to_be_published(all_)
    made: dict[str, set[bytes]] = defaultdict(set)
    for profile in all_.profiles.values():
        for file in _made_of(ports, all_, profile, parting):
            made[file.path].add(file.body)
    for path in paths:
        file = ports.files.get(path)
        assert file is not None
        if path in made:
            assert file.body in made[path], f"{path} is what no version says"
        _read_whole(file, paths)


def check_settled(ports: Ports, all_: Everything) -> None:
    """Once nothing is left to do, readers see exactly what the records say: no page too many, none of before."""
    visible = all_.visible
    assert set(all_.of("published")) == set(visible)
    for key, record in all_.of("published").items():
        assert entries.from_record(record) == entries.published(visible[key])
    wanted = {
        file.path: file.body
        for profile in visible.values()
        for file in (*pages.author_files(ports.site, profile), *pages.moved_files(ports.site, profile))
    }
    wanted_photos = {
        f"authors/photos/{profile.id}/{photo.digest}-{name}{photo.suffix}"
        for profile in visible.values()
        if (photo := profile.content.photo)
        for name in portraits.names(photo)
    }
    there = {path: ports.files.get(path) for path in ports.files.paths("authors/")}
    bodies = {path: file.body for path, file in there.items() if file is not None}
    assert {path for path in bodies if path.startswith("authors/photos/")} == wanted_photos
    own = {path for path in bodies if path.count("/") == 2 and not path.startswith("authors/letter/")}
    assert own == set(wanted)
    for path, body in wanted.items():
        assert bodies[path] == body, f"{path} is not what is live"
    if visible or "authors/index.json" in bodies:
        names = [author["name"] for author in json.loads(bodies["authors/index.json"])["authors"]]
        assert sorted(names) == sorted(profile.content.name for profile in visible.values())


def _to_be_forgotten(all_: Everything) -> set[str]:
    """The profiles whose texts a job is about to delete; their authors are gone."""
    jobs = [job_from(record) for record in all_.of("job").values()]
    leaving = {job.payload.profile for job in jobs if isinstance(job.payload, DeleteVersions)}
    assert not leaving & {account.profile_id for account in all_.living.values()}
    return leaving


def _about_to_be_published(all_: Everything) -> frozenset[str]:
    """The addresses of pages without an account that a job is about to publish.

    Where a merge was undone they still lead to the page that stayed, until then.
    """
    jobs = [job_from(record) for record in all_.of("job").values()]
    due = {job.payload.profile for job in jobs if isinstance(job.payload, Publish)}
    profiles = [profile for profile in all_.profiles.values() if profile.id in due and profile.account_id is None]
    return frozenset(slug for profile in profiles for slug in profile.own_slugs)


def _made_of(ports: Ports, all_: Everything, profile: Profile, parting: frozenset[str]) -> Iterator[File]:
    """Every page that a profile's versions make, at each address it ever had, and at those that part from it."""
    versions = [profile_records.version_from(r) for r in all_.of("version").values()]
    own = (profile.slug, *profile.old_slugs)
    slugs = (*own, *(slug for slug in sorted(parting) if slug not in own))
    for version in (*(v for v in versions if v.profile_id == profile.id), profile_records.live_version(profile)):
        for slug in own:
            then = replace(
                profile,
                slug=slug,
                old_slugs=tuple(other for other in slugs if other != slug),
                content=version.content,
                number=version.number,
                saved_at=version.at,
            )
            yield from pages.author_files(ports.site, then)
            yield from pages.moved_files(ports.site, then)


def _read_whole(file: File, paths: set[str]) -> None:
    match file.path.rpartition(".")[2]:
        case "html":
            _look_at_page(file, paths)
        case "json":
            json.loads(file.body)
        case "xml":
            ET.fromstring(file.body)  # noqa: S314 - our own
        case "jpg":
            with Image.open(io.BytesIO(file.body)) as photo:
                photo.load()
        case "css" | "woff2":
            assert file.body
        case _:
            raise AssertionError(f"{file.path} is of no kind that is published")


def _look_at_page(file: File, paths: set[str]) -> None:
    assert file.body.rstrip().endswith(b"</html>"), file.path
    tree = markup.fromstring(file.body.decode())
    assert tree.findtext("head/title")
    needed = {str(link.get("href")) for link in tree.iter("link") if link.get("rel") == "stylesheet"}
    for photo in tree.iter("img"):
        needed |= {str(photo.get("src")), *_candidates(photo.get("srcset", ""))}
    assert {path.removeprefix("/") for path in needed} <= paths, f"{file.path} shows what is not there"


def _candidates(srcset: str) -> Iterator[str]:
    return (candidate.split()[0] for candidate in srcset.split(",") if candidate)
