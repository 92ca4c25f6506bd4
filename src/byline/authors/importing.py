"""Authors who come from elsewhere, with their passwords, biographies, photos and page addresses.

First a plan, of which nothing is written: what becomes of each, and why. Then each by a commit of their own, so that an
import that stops half-way is gone on with by starting it again: whoever has an account by then is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from byline import legacy_hashes
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.confirmation import account_writes
from byline.accounts.model import Account, AccountId, Address, Role, State
from byline.accounts.records import LEGACY_HASHES, claim_key, legacy_hashes_from, legacy_hashes_record
from byline.audit import audit_event
from byline.errors import Conflict, Invalid, Unavailable
from byline.jobs.model import Job, JobKind, enqueue
from byline.permissions import require
from byline.profiles import biography, editing, names, slugs
from byline.profiles import records as profile_records
from byline.store.port import MOST_KEYS, Create, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from byline.audit import Actor
    from byline.ports import Ports
    from byline.profiles.model import Profile, Slug
    from byline.store.port import Key, Write

_MOST_LIKE_IT = 99


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An author as another system has them: ``number`` counts them from 1, ``bio`` is HTML, ``page`` an old address.

    ``photo`` says where their photo is, as whoever fetches it understands. What is not there is an empty text.
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
    """What becomes of a newcomer."""

    ACTIVE = "active"
    WAITING = "waiting"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Step:
    """What will become of a newcomer, or has: ``notes`` are sentences on what is not taken over, and why."""

    newcomer: Newcomer
    outcome: ImportOutcome
    address: Address | None = None
    name: str = ""
    slug: Slug | None = None
    bio: str = ""
    password_hash: str | None = None
    notes: tuple[str, ...] = ()


def plan(ports: Ports, newcomers: Iterable[Newcomer]) -> tuple[Step, ...]:
    """What would become of newcomers, in their order. Only reads."""
    steps = _once_each([_judged(newcomer) for newcomer in newcomers])
    steps = _known_here(ports, steps)
    return tuple(_with_free_slugs(ports, _with_few_kinds(steps)))


def announce(ports: Ports, by: Actor, steps: Sequence[Step]) -> None:
    """Have every log-in check the kinds of hashes that come in, from now on and for ninety days; before any comes in.

    ``Unavailable`` if somebody else does so at this moment.
    """
    require(by, "authors.importing.announce")
    coming = {kind for step in steps if step.password_hash and (kind := legacy_hashes.scheme_of(step.password_hash))}
    if not coming:
        return
    record = ports.store.get(LEGACY_HASHES).get(LEGACY_HASHES)
    before, until = legacy_hashes_from(record)
    now = ports.clock.now()
    still = before if until and until > now else ()
    kinds = tuple(dict.fromkeys((*sorted(coming), *still)))[: legacy_hashes.MAX_SCHEMES]
    ends = now + timedelta(days=legacy_hashes.DAYS)
    new = legacy_hashes_record(kinds, ends, version=record.version + 1 if record else 1)
    try:
        ports.store.commit(Replace(new) if record else Create(new))
    except Conflict as conflict:
        raise Unavailable("Another import has just begun.") from conflict


def bring_in(ports: Ports, by: Actor, step: Step, photo: bytes | None) -> Step:
    """Carry out a step: the account, and the page where there is anything to show; the step as it went.

    A photo that cannot be used, an address or a page address that was taken meanwhile are in its notes.
    """
    require(by, "authors.importing.bring_in")
    if step.outcome is ImportOutcome.LEFT_OUT or step.address is None or step.slug is None:
        return step
    account, wanted = _account(ports, by, step, step.address), step.slug
    profile = editing.new_profile(ports, account.id, name=step.name, sort_name=names.sort_name(step.name), slug=wanted)
    if photo is not None:
        try:
            profile = replace(
                profile, content=replace(profile.content, photo=editing.developed(ports, profile.id, photo))
            )
        except Invalid as fault:
            step = _noting(step, f"no photo: {fault}")
    profile = _with_words(profile, step, account.id)
    account = replace(account, profile_id=profile.id)
    for slug in (wanted, *slugs.alternatives(wanted, ports.random.token(8))):
        try:
            ports.store.commit(*_writes(ports, by, account, replace(profile, slug=slug)))
        except Conflict as conflict:
            if claim_key(address_hash(account.address)) in conflict.keys:
                return _out(step, "has an account here by now")
            step = _noting(step, f"the page address {slug} was taken meanwhile")
            continue
        return replace(step, slug=slug)
    raise Unavailable(f"No free page address was found for row {step.newcomer.number}.")


def _judged(newcomer: Newcomer) -> Step:
    """What becomes of somebody by what their own row says."""
    step = Step(newcomer, ImportOutcome.ACTIVE if newcomer.approved else ImportOutcome.WAITING)
    try:
        step = replace(step, address=normalise(newcomer.address), name=names.clean_name(newcomer.name))
    except Invalid as fault:
        return _out(step, str(fault))
    if not newcomer.confirmed:
        return _out(step, "the address was not confirmed there, so nobody has proven it: they can register here")
    if legacy_hashes.scheme_of(newcomer.password):
        step = replace(step, password_hash=newcomer.password)
    else:
        step = _noting(step, "the password cannot be taken over: they choose a new one by mail")
    try:
        step = replace(step, bio=biography.from_form(newcomer.bio, "html"))
    except Invalid as fault:
        step = _noting(step, f"no biography: {fault}")
    return replace(step, slug=_slug(newcomer.page, step.name))


def _slug(page: str, name: str) -> Slug:
    """The slug that the old address had (``authors/ana-lima.html``), or else the one for the name."""
    stem = page.rstrip("/").rpartition("/")[2].removesuffix(".html")
    try:
        return slugs.valid(stem)
    except Invalid:
        return slugs.suggest(stem or name) if stem else slugs.suggest(name)


def _once_each(steps: list[Step]) -> list[Step]:
    """Leave out whoever has the mailbox of somebody before them."""
    first: dict[str, int] = {}
    judged = []
    for step in steps:
        if step.address is not None and step.outcome is not ImportOutcome.LEFT_OUT:
            before = first.setdefault(address_hash(step.address), step.newcomer.number)
            if before != step.newcomer.number:
                step = _out(step, f"the same mailbox as row {before}")  # noqa: PLW2901 - the step as it is now
        judged.append(step)
    return judged


def _known_here(ports: Ports, steps: list[Step]) -> list[Step]:
    """Leave out whoever has an account here."""
    coming = {claim_key(address_hash(step.address)) for step in steps if step.address}
    known = _there(ports, coming)
    return [
        _out(step, "has an account here already")
        if step.outcome is not ImportOutcome.LEFT_OUT
        and step.address
        and claim_key(address_hash(step.address)) in known
        else step
        for step in steps
    ]


def _with_few_kinds(steps: list[Step]) -> list[Step]:
    """Keep the passwords of the commonest kinds only: each kind makes every log-in longer."""
    counts: dict[str, int] = {}
    for step in steps:
        if step.outcome is not ImportOutcome.LEFT_OUT and step.password_hash:
            kind = legacy_hashes.scheme_of(step.password_hash) or ""
            counts[kind] = counts.get(kind, 0) + 1
    kept = sorted(counts, key=lambda kind: (-counts[kind], kind))[: legacy_hashes.MAX_SCHEMES]
    return [
        step
        if step.password_hash is None or legacy_hashes.scheme_of(step.password_hash) in kept
        else _noting(replace(step, password_hash=None), "the password is of a rare kind: they choose a new one by mail")
        for step in steps
    ]


def _with_free_slugs(ports: Ports, steps: list[Step]) -> Iterator[Step]:
    """Give each a page address that nobody has, here or before them: the wanted one, or one with a number."""
    wanted = {step.slug for step in steps if step.slug}
    like = {candidate for slug in wanted for candidate in slugs.numbered(slug, _MOST_LIKE_IT)}
    taken = {key.id for key in _there(ports, {profile_records.slug_key(slug) for slug in wanted})}
    if taken:
        taken |= {key.id for key in _there(ports, {profile_records.slug_key(slug) for slug in like})}
    for step in steps:
        if step.outcome is ImportOutcome.LEFT_OUT or step.slug is None:
            yield step
            continue
        free = next(slug for slug in slugs.numbered(step.slug, _MOST_LIKE_IT) if slug not in taken)
        taken.add(free)
        yield (
            step
            if free == step.slug
            else _noting(replace(step, slug=free), f"the page address {step.slug} is taken: it is {free}")
        )


def _there(ports: Ports, keys: Iterable[Key]) -> set[Key]:
    """Which of some keys are in the store."""
    found: set[Key] = set()
    asked = sorted(keys)
    for start in range(0, len(asked), MOST_KEYS):
        found |= set(ports.store.get(*asked[start : start + MOST_KEYS]))
    return found


def _account(ports: Ports, by: Actor, step: Step, address: Address) -> Account:
    now = ports.clock.now()
    active = step.outcome is ImportOutcome.ACTIVE
    return Account(
        id=AccountId(ports.random.identifier()),
        address=address,
        name=step.name,
        state=State.ACTIVE if active else State.WAITING,
        role=Role.AUTHOR,
        password_hash=step.password_hash,
        created_at=now,
        confirmed_at=now,
        decided_at=now if active else None,
        decided_by=by.name if active else "",
    )


def _with_words(profile: Profile, step: Step, account_id: str) -> Profile:
    """The profile as saved once, if there is anything to show; else as it is after an approval."""
    if not (step.bio or profile.content.photo or step.newcomer.page):
        return profile
    return replace(profile, content=replace(profile.content, bio=step.bio), number=1, saved_by=account_id)


def _writes(ports: Ports, by: Actor, account: Account, profile: Profile) -> list[Write]:
    writes: list[Write] = [
        *account_writes(ports, account, by),
        Create(profile_records.to_record(profile)),
        Create(profile_records.slug_record(profile.slug, profile.id)),
        audit_event(ports, by, "imported", account.id),
    ]
    if account.state is State.ACTIVE and profile.number:
        job = Job(ports.random.identifier(), JobKind.PUBLISH, {"profile": profile.id}, ports.clock.now())
        writes.append(enqueue(job))
    return writes


def _noting(step: Step, note: str) -> Step:
    return replace(step, notes=(*step.notes, note))


def _out(step: Step, why: str) -> Step:
    return replace(step, outcome=ImportOutcome.LEFT_OUT, notes=(why,), password_hash=None)
