"""Import authors from another system, with their passwords, biographies, photos and page addresses.

First ``plan`` says what would become of each, and writes nothing. Then each author is one commit: an interrupted import
can be started again, and authors who have an account by then are left alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.legacy_hash_records import LEGACY_HASHES, legacy_hashes_from, legacy_hashes_record
from byline.accounts.model import Account, Address, State
from byline.accounts.new_accounts import account_writes, new_account
from byline.accounts.records import claim_key
from byline.audit import audit_events
from byline.errors import Conflict, Invalid, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish
from byline.legacy_hashes import DAYS, MAX_SCHEMES, scheme_of
from byline.messages import events
from byline.messages import imports as said
from byline.messages.outages import IMPORT_HAS_BEGUN, NoFreePageAddressFor
from byline.permissions import require
from byline.profiles import biography, editing, names, photos, portraits, slugs
from byline.profiles import records as profile_records
from byline.profiles.model import ProfileId
from byline.store.port import MOST_KEYS, Create, write_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from byline.audit import Actor
    from byline.messages.message import Message
    from byline.ports import Ports
    from byline.profiles.model import Profile, Slug
    from byline.store.port import Key, Write

_LARGEST_NUMBER = 99
"""The largest number that is put behind a page address which is taken."""
_SPARE_NUMBERS = 8
"""Numbers of a page address that are looked at beyond as many as ask for it: somebody here may have them already."""


@dataclass(frozen=True, slots=True)
class ImportedAuthor:
    """An author as another system has them: ``number`` counts them from 1, ``bio`` is HTML, ``page`` an old address.

    ``photo`` says where their photo is, in the words of the other system. What is missing is an empty text.
    """

    number: int
    address: str
    name: str
    password: str
    bio: str
    page: str
    photo: str
    confirmed: bool
    approved: bool


class ImportOutcome(StrEnum):
    """What becomes of an author."""

    ACTIVE = "active"
    WAITING = "waiting"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class ImportStep:
    """What becomes of an author: ``notes`` say what is not taken over, and why."""

    author: ImportedAuthor
    outcome: ImportOutcome
    address: Address | None = None
    name: str = ""
    slug: Slug | None = None
    bio: str = ""
    password_hash: str | None = None
    notes: tuple[Message, ...] = ()


def plan(ports: Ports, by: Actor, authors: Iterable[ImportedAuthor]) -> tuple[ImportStep, ...]:
    """What would become of authors, in their order. Only reads."""
    require(by, "authors.imports.plan")
    steps = _once_each([_first_step(author) for author in authors])
    steps = _without_known(ports, steps)
    return tuple(_with_free_slugs(ports, _with_few_schemes(steps)))


def accept_legacy_hashes(ports: Ports, by: Actor, steps: Sequence[ImportStep]) -> None:
    """Make every login verify the imported hash schemes for 90 days, so that timing reveals no one.

    To be called before the first author is imported. ``Unavailable`` if another import does so at the same moment.
    """
    require(by, "authors.imports.accept_legacy_hashes")
    coming = {scheme_of(step.password_hash) or "" for step in steps if step.password_hash}
    if not coming:
        return
    record = ports.store.one(LEGACY_HASHES)
    before, until = legacy_hashes_from(record)
    now = ports.clock.now()
    still = before if until and until > now else ()
    schemes = tuple(dict.fromkeys((*sorted(coming), *still)))[:MAX_SCHEMES]
    ends = now + timedelta(days=DAYS)
    try:
        ports.store.commit(write_over(record, legacy_hashes_record(schemes, ends)))
    except Conflict as conflict:
        raise Unavailable(IMPORT_HAS_BEGUN) from conflict


def import_author(ports: Ports, by: Actor, step: ImportStep, photo: bytes | None) -> ImportStep:
    """Create the account, and the page where there is anything to show; returns the step as it went.

    A photo that cannot be used, an address or a page address that was taken meanwhile are in its notes.
    """
    require(by, "authors.imports.import_author")
    if step.outcome is ImportOutcome.LEFT_OUT or step.address is None or step.slug is None:
        return step
    account, wanted = _account(ports, by, step, step.address), step.slug
    profile = editing.new_profile(
        ports,
        account.id,
        name=step.name,
        sort_name=names.sort_name(step.name),
        slug=wanted,
        profile_id=ProfileId(ports.random.identifier()),
    )
    if photo is not None:
        try:
            shown, files = portraits.render(ports, profile.id, photo, None, by=profile.id)
            photos.put_photo(ports, profile.id, files)
            content = editing.as_format_has_it(replace(profile.content, photo=shown), ports.store.format())
            profile = replace(profile, content=content)
        except Invalid as fault:
            step = _with_note(step, said.NoPhoto(_why(fault)))
    profile = _with_content(profile, step, account.id)
    account = replace(account, profile_id=profile.id)
    for slug in (wanted, *slugs.alternatives(wanted, ports.random.token(8))):
        try:
            ports.store.commit(*_writes(ports, by, account, replace(profile, slug=slug), step.password_hash))
        except Conflict as conflict:
            if claim_key(address_hash(account.address)) in conflict.keys:
                return _left_out(step, said.HAS_ACCOUNT_BY_NOW)
            step = _with_note(step, said.PageAddressTakenMeanwhile(slug))
            continue
        return replace(step, slug=slug)
    raise Unavailable(NoFreePageAddressFor(str(step.author.number)))


def _first_step(author: ImportedAuthor) -> ImportStep:
    """What becomes of an author by what their own row says."""
    step = ImportStep(author, ImportOutcome.ACTIVE if author.approved else ImportOutcome.WAITING)
    try:
        step = replace(step, address=normalise(author.address), name=names.clean_name(author.name))
    except Invalid as fault:
        return _left_out(step, _why(fault))
    if not author.confirmed:
        return _left_out(step, said.NOT_CONFIRMED_THERE)
    if scheme_of(author.password):
        step = replace(step, password_hash=author.password)
    else:
        step = _with_note(step, said.PASSWORD_UNUSABLE)
    try:
        step = replace(step, bio=biography.from_form(author.bio, "html"))
    except Invalid as fault:
        step = _with_note(step, said.NoBiography(_why(fault)))
    return replace(step, slug=_slug(author.page, step.name))


def _slug(page: str, name: str) -> Slug:
    """The slug that the old address had (``authors/ana-lima.html``), or else the one for the name."""
    stem = page.rstrip("/").rpartition("/")[2].removesuffix(".html")
    try:
        return slugs.valid(stem)
    except Invalid:
        return slugs.suggest(stem or name) if stem else slugs.suggest(name)


def _once_each(steps: list[ImportStep]) -> list[ImportStep]:
    """Leave out authors with the mailbox of one before them."""
    first: dict[str, int] = {}
    once = []
    for step in steps:
        if step.address is not None and step.outcome is not ImportOutcome.LEFT_OUT:
            before = first.setdefault(address_hash(step.address), step.author.number)
            if before != step.author.number:
                step = _left_out(step, said.SameMailbox(str(before)))  # noqa: PLW2901 - the step as it is now
        once.append(step)
    return once


def _without_known(ports: Ports, steps: list[ImportStep]) -> list[ImportStep]:
    """Leave out authors who have an account here."""
    coming = {claim_key(address_hash(step.address)) for step in steps if step.address}
    known = _existing(ports, coming)
    return [
        _left_out(step, said.HAS_ACCOUNT)
        if step.outcome is not ImportOutcome.LEFT_OUT
        and step.address
        and claim_key(address_hash(step.address)) in known
        else step
        for step in steps
    ]


def _with_few_schemes(steps: list[ImportStep]) -> list[ImportStep]:
    """Keep the passwords of the most frequent schemes only: each scheme makes every login longer."""
    counts = Counter(scheme_of(step.password_hash) or "" for step in steps if step.password_hash)
    kept = sorted(counts, key=lambda scheme: (-counts[scheme], scheme))[:MAX_SCHEMES]
    return [
        step
        if step.password_hash is None or scheme_of(step.password_hash) in kept
        else _with_note(replace(step, password_hash=None), said.PASSWORD_OF_RARE_KIND)
        for step in steps
    ]


def _with_free_slugs(ports: Ports, steps: list[ImportStep]) -> Iterator[ImportStep]:
    """Give each a free page address: the wanted one, or one with a number.

    Where the numbers have run out, the import itself finds one.
    """
    asked = Counter(step.slug for step in steps if step.slug and step.outcome is not ImportOutcome.LEFT_OUT)
    most = {slug: min(times + _SPARE_NUMBERS, _LARGEST_NUMBER) for slug, times in asked.items()}
    taken = _taken(ports, asked)
    contested = [slug for slug, times in asked.items() if times > 1 or slug in taken]
    taken |= _taken(ports, {each for slug in contested for each in slugs.numbered(slug, most[slug])})
    for step in steps:
        if step.outcome is ImportOutcome.LEFT_OUT or step.slug is None:
            yield step
            continue
        free = next((slug for slug in slugs.numbered(step.slug, most[step.slug]) if slug not in taken), step.slug)
        taken.add(free)
        yield (
            step if free == step.slug else _with_note(replace(step, slug=free), said.PageAddressTaken(step.slug, free))
        )


def _taken(ports: Ports, wanted: Iterable[Slug]) -> set[str]:
    """Those page addresses that somebody has or had."""
    return {key.id for key in _existing(ports, {profile_records.slug_key(slug) for slug in wanted})}


def _existing(ports: Ports, keys: Iterable[Key]) -> set[Key]:
    """Those of the keys that are in the store."""
    found: set[Key] = set()
    asked = sorted(keys)
    for start in range(0, len(asked), MOST_KEYS):
        found |= set(ports.store.get(*asked[start : start + MOST_KEYS]))
    return found


def _account(ports: Ports, by: Actor, step: ImportStep, address: Address) -> Account:
    if step.outcome is not ImportOutcome.ACTIVE:
        return new_account(ports, address, step.name)
    account = new_account(ports, address, step.name, state=State.ACTIVE)
    return replace(account, decided_at=account.created_at, decided_by=by.name)


def _with_content(profile: Profile, step: ImportStep, account_id: str) -> Profile:
    """The profile as saved once, if there is anything to show; else as it is after an approval."""
    if not (step.bio or profile.content.photo or step.author.page):
        return profile
    return replace(profile, content=replace(profile.content, bio=step.bio), number=1, saved_by=account_id)


def _writes(ports: Ports, by: Actor, account: Account, profile: Profile, password_hash: str | None) -> list[Write]:
    writes: list[Write] = [
        *account_writes(ports, account, by, password_hash=password_hash),
        Create(profile_records.to_record(profile)),
        Create(profile_records.slug_record(profile.slug, profile.id)),
        *audit_events(ports, by, events.IMPORTED, account.id),
    ]
    if account.state is State.ACTIVE and profile.number:
        writes.append(enqueue(ports, Publish(profile.id)))
    return writes


def _why(fault: Invalid) -> Message:
    return next(iter(fault.faults.values()))


def _with_note(step: ImportStep, note: Message) -> ImportStep:
    return replace(step, notes=(*step.notes, note))


def _left_out(step: ImportStep, why: Message) -> ImportStep:
    return replace(step, outcome=ImportOutcome.LEFT_OUT, notes=(why,), password_hash=None)
