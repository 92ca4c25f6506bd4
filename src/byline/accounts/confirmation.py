"""Confirming: a proposal whose mailbox is proven becomes an account that waits for the publisher."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.addresses import place_of
from byline.accounts.model import Account, AccountId, Fate, Proposal, Role, State
from byline.accounts.proposals import proposal_of, written
from byline.accounts.records import account_record, claim_key, claim_record, counter_key, session_record, slot_key
from byline.accounts.sessions import Entry, Visit, begin_for_account, ended
from byline.accounts.throttle import CODES, Counted
from byline.audit import Actor, noted
from byline.errors import Conflict, DeadLink, Invalid, TooMany, Unavailable
from byline.links import same
from byline.outbox.model import Job, JobKind, promise
from byline.store.port import Create

if TYPE_CHECKING:
    from datetime import datetime

    from byline.ports import Ports
    from byline.store.port import Write

LINK_SECONDS = 3 * 24 * 3600
CODE_SECONDS = 3600
TRIES_A_LETTER = 5
PURPOSE = "confirm"
WRONG_CODE = "That code does not match or is over 60 minutes old; you can ask for a new one"


def link_for(ports: Ports, proposal: Proposal) -> str:
    """The confirm link of a proposal; made when its letter is, never stored."""
    token = ports.signer.make(
        PURPOSE,
        {"p": proposal.place, "s": str(proposal.slot), "i": proposal.id},
        expires_at=link_ends_at(proposal),
    )
    return f"{ports.site.url}/confirm/{token}"


def link_ends_at(proposal: Proposal) -> datetime:
    """When the confirm link of a proposal's newest letter ends: it counts from when that was asked for."""
    return (proposal.sent_at[-1] if proposal.sent_at else proposal.created_at) + timedelta(seconds=LINK_SECONDS)


def code_for(ports: Ports, proposal: Proposal) -> str:
    """The six digits of a proposal's newest letter: computed, not stored, so a repeated job sends the same ones."""
    return ports.signer.digits("code", proposal.id, str(proposal.letters))


def confirm(ports: Ports, visit: Visit) -> Entry:
    """Confirm in the browser that registered or logged in to the proposal; one commit. ``DeadLink`` if another won."""
    try:
        return confirm_proposal(ports, proposal_of(visit), visit=visit, device=visit.session.device)
    except Conflict as conflict:  # another request of this browser noted that it was seen
        raise Unavailable("This registration was changed at the same moment.") from conflict


def confirm_by_code(ports: Ports, visit: Visit, typed: str) -> Entry:
    """Confirm by the six digits; ``Invalid`` at ``code`` if they do not match, after counting the try.

    Five tries a letter, and twenty wrong codes a day for an address over all its proposals (ASVS 6.6.3).
    """
    proposal = proposal_of(visit)
    now = ports.clock.now()
    wrong = Counted.read(visit.beside.get(counter_key(CODES.what, proposal.place)), CODES, proposal.place, now)
    if ports.site.throttle:
        wrong.refuse_if_full(now)
    digits = "".join(letter for letter in typed if letter not in " -\u2011\u00a0")
    sent = proposal.sent_at[-1] if proposal.sent_at else proposal.created_at
    fresh = now < sent + timedelta(seconds=CODE_SECONDS) and proposal.tries < TRIES_A_LETTER
    right = same(digits, code_for(ports, proposal))
    if right and fresh and claim_key(proposal.place) not in visit.beside:
        try:
            return confirm_proposal(ports, proposal, visit=visit, device=visit.session.device, unmoved=wrong)
        except Conflict as conflict:
            raise TooMany(1) from conflict
        except DeadLink:
            pass  # a lost proposal's code answers like any wrong one
    tried = replace(proposal, tries=proposal.tries + 1, version=proposal.version + 1)
    try:
        ports.store.commit(written(tried), wrong.one_more())
    except Conflict as conflict:  # guesses side by side: none is answered before it is counted
        raise TooMany(1) from conflict
    raise Invalid({"code": WRONG_CODE})


def confirm_proposal(
    ports: Ports, proposal: Proposal, *, visit: Visit | None, device: str, unmoved: Counted | None = None
) -> Entry:
    """Turn a proposal into an account that waits for the publisher, and log its browser in.

    Whoever gets here has proven the mailbox (link or code) and the proposal (its browser or its password).
    ``DeadLink`` if the address has an account by now, or if the proposal is over; ``Conflict`` if only a session or a
    counter moved.
    """
    now = ports.clock.now()
    if proposal.fate is not Fate.OPEN or now >= proposal.expires_at:
        raise DeadLink
    account = Account(
        id=AccountId(ports.chance.identifier()),
        address=proposal.address,
        name=proposal.name,
        state=State.WAITING,
        role=Role.AUTHOR,
        password_hash=proposal.password_hash,
        created_at=now,
        confirmed_at=now,
    )
    entry = begin_for_account(ports, account, remember=False, device=device)
    won = replace(proposal, fate=Fate.WON, version=proposal.version + 1)
    try:
        ports.store.commit(
            *opening(ports, account, Actor(account.id, account.name)),
            written(won),
            Create(session_record(entry.session)),
            *([ended(visit.session)] if visit else []),
            *([unmoved.unmoved()] if unmoved else []),
        )
    except Conflict as conflict:
        if unmoved and unmoved.key in conflict.keys:
            raise  # somebody guessed in between: nothing is told before that is looked at
        if {claim_key(proposal.place), slot_key(proposal.place, proposal.slot)} & conflict.keys:
            raise DeadLink from conflict
        raise
    return entry


def opening(ports: Ports, account: Account, by: Actor) -> tuple[Write, ...]:
    """The writes that open an account: record, claim, the publisher's letter if it waits, its finders, the event."""
    now = ports.clock.now()
    jobs = [Job(ports.chance.identifier(), JobKind.FIND, {"account": account.id}, now)]
    if account.state is State.WAITING:
        jobs.append(Job(ports.chance.identifier(), JobKind.WAITING_LETTER, {"account": account.id}, now))
    return (
        Create(account_record(account)),
        Create(claim_record(place_of(account.address), account.id)),
        *map(promise, jobs),
        noted(ports, by, "opened", account.id, state=account.state.value),
    )
