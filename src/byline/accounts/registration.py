"""Registering: a proposal until the mailbox is proven, the same for known and unknown addresses.

Every function here costs the same store calls, hashes and jobs whether the address has an account or not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.addresses import place_of
from byline.accounts.model import Fate, Proposal
from byline.accounts.policy import check_password
from byline.accounts.proposals import (
    BETWEEN_LETTERS_SECONDS,
    last_hour,
    left,
    proposal_of,
    seconds_until_letter,
    standing,
    written,
)
from byline.accounts.records import SLOTS, claim_key, session_key, session_record, slot_key, slot_keys
from byline.accounts.sessions import PROPOSAL_SECONDS, Entry, Visit, begin_for_proposal, ended, read_again
from byline.errors import Conflict, Invalid, TooMany, Unavailable
from byline.outbox.model import Job, JobKind, promise
from byline.store.port import Create

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Address, Place
    from byline.accounts.proposals import Standing
    from byline.ports import Ports
    from byline.store.port import Json, Record

TAKEN = "That email address is already in use."
_ROUNDS = 12
"""How often a commit that others overtook is tried again: five slots can be filled before one's eyes, not more."""


def register(
    ports: Ports, *, address: Address, name: str, password: str, device: str, held: Visit | None = None
) -> Entry:
    """Propose an account: a proposal, a session of it and its letter, in one commit.

    ``held`` is the visit of a browser that already holds a proposal or an account: its session ends with this, and a
    proposal for the same address is replaced. ``Invalid`` for the password, ``TooMany`` when the address has five.
    """
    check_password(password, ports.site, field="author_password", name=name, address=address)
    password_hash = ports.hasher.hash(password)
    place = place_of(address)
    for _ in range(_ROUNDS):
        now = ports.clock.now()
        have = standing(ports.store.get(claim_key(place), *slot_keys(place)), place, now)
        if ports.site.reveal_registered and have.account_id is not None:
            raise Invalid({"author_email": TAKEN})
        slot = _slot_for(ports, have, place, held)
        if slot is None:
            raise TooMany(_seconds_until_free(have, now), what="registrations")
        proposal = _proposal(
            ports, place, slot, address=address, name=name, password_hash=password_hash, over=have.taken_slots.get(slot)
        )
        own = held.proposal if held else None
        if own is not None and own.place == place:
            wait = seconds_until_letter(own, now)
            if wait > BETWEEN_LETTERS_SECONDS:
                raise TooMany(wait, what="letters")
            proposal = replace(proposal, sent_at=(*last_hour(own, now), now))
        entry = begin_for_proposal(ports, proposal, device=device)
        try:
            ports.store.commit(
                written(proposal),
                Create(session_record(entry.session)),
                _letter(ports, proposal),
                *([ended(held.session)] if held else []),
            )
        except Conflict as conflict:
            if held and session_key(held.session.id) in conflict.keys:
                held = read_again(ports, held)
            continue
        return entry
    raise TooMany(1, what="registrations")


def send_again(ports: Ports, visit: Visit) -> None:
    """Send link and code once more; ``TooMany`` within two minutes of the last letter and after five in an hour.

    Earlier links stay valid, the code is a new one.
    """
    proposal = proposal_of(visit)
    now = ports.clock.now()
    wait = seconds_until_letter(proposal, now)
    if wait:
        raise TooMany(wait, what="letters")
    again = replace(
        proposal,
        letters=proposal.letters + 1,
        sent_at=(*last_hour(proposal, now), now),
        tries=0,
        version=proposal.version + 1,
    )
    try:
        ports.store.commit(written(again), _letter(ports, again))
    except Conflict as conflict:  # the button pressed twice: one letter is on its way
        raise TooMany(BETWEEN_LETTERS_SECONDS, what="letters") from conflict


def use_another_address(ports: Ports, visit: Visit, *, address: Address) -> Entry:
    """Move a proposal to another address: same password and session end, old link and code dead, same last day.

    Two reads (the visit's and this one's) and one commit, for a known and an unknown target alike.
    """
    proposal = proposal_of(visit)
    place = place_of(address)
    if place == proposal.place:
        raise Invalid({"author_email": "This is the address you registered with; the letter went there"})
    for _ in range(_ROUNDS):
        now = ports.clock.now()
        if seconds_until_letter(proposal, now) > BETWEEN_LETTERS_SECONDS:
            raise TooMany(seconds_until_letter(proposal, now), what="letters")
        have = standing(ports.store.get(claim_key(place), *slot_keys(place)), place, now)
        if ports.site.reveal_registered and have.account_id is not None:
            raise Invalid({"author_email": TAKEN})
        slot = _slot_for(ports, have, place, None)
        if slot is None:
            raise TooMany(_seconds_until_free(have, now), what="registrations")
        moved = replace(
            _proposal(
                ports,
                place,
                slot,
                address=address,
                name=proposal.name,
                password_hash=proposal.password_hash,
                over=have.taken_slots.get(slot),
            ),
            expires_at=proposal.expires_at,
            sent_at=(*last_hour(proposal, now), now),
        )
        entry = begin_for_proposal(ports, moved, device=visit.session.device)
        try:
            ports.store.commit(
                written(moved),
                written(left(proposal)),
                Create(session_record(entry.session)),
                ended(visit.session),
                _letter(ports, moved),
            )
        except Conflict as conflict:
            if slot_key(proposal.place, proposal.slot) in conflict.keys:
                raise Unavailable("This registration was changed at the same moment.") from conflict
            if session_key(visit.session.id) in conflict.keys:
                again = read_again(ports, visit)
                if again is None:
                    raise Unavailable("This registration was changed at the same moment.") from conflict
                visit = again
            continue
        return entry
    raise TooMany(1, what="registrations")


def delete_registration(ports: Ports, visit: Visit) -> None:
    """Give a proposal up: its link, code, password and session are dead; its slot stays taken for its seven days."""
    proposal = proposal_of(visit)
    try:
        ports.store.commit(written(left(proposal)), ended(visit.session))
    except Conflict as conflict:
        raise Unavailable("This registration was changed at the same moment.") from conflict


def _proposal(
    ports: Ports,
    place: Place,
    slot: int,
    *,
    address: Address,
    name: str,
    password_hash: str | None,
    over: Record | None,
) -> Proposal:
    now = ports.clock.now()
    return Proposal(
        place=place,
        slot=slot,
        id=ports.chance.identifier(),
        address=address,
        name=name,
        password_hash=password_hash,
        created_at=now,
        expires_at=now + timedelta(seconds=PROPOSAL_SECONDS),
        sent_at=(now,),
        version=over.version + 1 if over else 1,
    )


def _letter(ports: Ports, proposal: Proposal) -> Create:
    details: dict[str, Json] = {
        "place": proposal.place,
        "slot": proposal.slot,
        "proposal": proposal.id,
        "letter": proposal.letters,
    }
    return promise(Job(ports.chance.identifier(), JobKind.REGISTRATION_LETTER, details, ports.clock.now()))


def _slot_for(ports: Ports, have: Standing, place: Place, held: Visit | None) -> int | None:
    """The slot a new proposal takes: the browser's own one for this address, else a free one by chance.

    The cookie names it: taken in turn, it would tell how many others registered this address lately.
    """
    own = held.proposal if held else None
    if own is not None and own.place == place and own.fate is Fate.OPEN:
        return own.slot
    live = {proposal.slot for proposal in have.proposals}
    free = [slot for slot in range(SLOTS) if slot not in live]
    return free[int.from_bytes(ports.chance.token(8)) % len(free)] if free else None


def _seconds_until_free(have: Standing, now: datetime) -> int:
    first = min(proposal.expires_at for proposal in have.proposals)
    return int((first - now).total_seconds()) + 1
