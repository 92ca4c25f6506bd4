"""Logging in: always two reads, two hashes and one commit, whatever the address has.

The second hash is the newest proposal's: who registers a known address and logs in with the password just chosen must
get back to the proposal's page, exactly as for an unknown address.

While passwords from elsewhere may be left in the store, one of each kind is checked in every log-in as well: else the
clock would name those who brought theirs along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.accounts.addresses import place_of
from byline.accounts.confirmation import confirm_proposal
from byline.accounts.model import Account, Fate, Place, Proposal
from byline.accounts.policy import is_too_long
from byline.accounts.proposals import Standing, standing
from byline.accounts.records import (
    INHERITED,
    account_from,
    account_key,
    account_record,
    claim_key,
    counter_key,
    inherited_from,
    session_key,
    session_record,
    slot_keys,
)
from byline.accounts.sessions import Entry, Visit, begin_for_account, begin_for_proposal, ended, read_again
from byline.accounts.stand_ins import account_stand_in
from byline.accounts.states import may_log_in
from byline.accounts.throttle import LOGIN, Counted
from byline.errors import Barred, Conflict, DeadLink, TooMany, WrongCredentials
from byline.hashing import Verdict
from byline.store.port import Create, Replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Address
    from byline.links import Claims
    from byline.ports import Ports
    from byline.store.port import Key, Record, Write

_ROUNDS = 8
_NOBODY = "nobody"
"""The account that is read when an address has none, so that the number of reads tells nothing."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """What one read of an address gives a log-in to decide on."""

    have: Standing
    account: Account | None
    proposal: Proposal | None
    counted: Counted


def log_in(
    ports: Ports,
    *,
    address: Address,
    password: str,
    remember: bool,
    device: str,
    held: Visit | None = None,
    link: Claims | None = None,
) -> Entry:
    """Begin a session for whom address and password fit: the account, or else the newest proposal.

    With ``link`` (a confirm link's claims) the proposal is the one it names, and the right password confirms it in
    the same commit. ``held`` is this browser's session so far; it ends.
    Raises ``WrongCredentials``, ``Barred`` (the right password of a declined or suspended account), ``TooMany``.
    """
    place = place_of(address)
    guess = _read(ports, place, link)
    if ports.site.throttle:
        guess.counted.refuse_if_full(ports.clock.now())
    checked = "" if is_too_long(password) else password
    kinds = ports.inherited.kinds(ports.clock.now())
    of_account = ports.hasher.verify(guess.account.password_hash if guess.account else None, checked, beside=kinds)
    of_proposal = ports.hasher.verify(_open_hash(guess.proposal), checked)
    # Only now is the outcome looked at, and the guess counted before any answer leaves (security over a race: whoever
    # finds the counter moved reads again and may be refused, the right password included).
    for _ in range(_ROUNDS):
        try:
            if link is not None and of_proposal and guess.proposal:
                return confirm_proposal(ports, guess.proposal, visit=held, device=device, unmoved=guess.counted)
            writes, outcome = _outcome(
                ports, guess, of_account, of_proposal, password, remember=remember, device=device
            )
            ports.store.commit(*writes, *([ended(held.session)] if held and isinstance(outcome, Entry) else []))
        except Conflict as conflict:
            if held and session_key(held.session.id) in conflict.keys:
                held = read_again(ports, held)
            guess = _read(ports, place, link, like=guess)
            if ports.site.throttle:
                guess.counted.refuse_if_full(ports.clock.now())
            continue
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    raise TooMany(1)


def named_proposal(records: Mapping[Key, Record], link: Claims, ports: Ports) -> Proposal:
    """The proposal that a confirm link names, ``DeadLink`` if it confirms nothing any more."""
    have = standing(records, link_place(link), ports.clock.now())
    for proposal in have.proposals:
        if proposal.id == link.fields["i"]:
            if proposal.fate is Fate.WON:
                raise DeadLink("This address is already confirmed: log in to go on.")
            if proposal.fate is Fate.LEFT or have.account_id is not None:
                raise DeadLink("It was replaced, or its address has an account by now.")
            return proposal
    raise DeadLink("It is too old, or it was replaced by a newer registration.")


def link_place(link: Claims) -> Place:
    """The place that a confirm link names."""
    return Place(link.fields["p"])


def _read(ports: Ports, place: Place, link: Claims | None, like: _Guess | None = None) -> _Guess:
    """Two reads: claim, slots and counter; then the account, or the stand-in that is never there.

    ``like`` keeps whom the hashes were computed for: what was written in between is read anew, never a second guess.
    """
    now = ports.clock.now()
    also = (INHERITED,) if ports.inherited.is_stale(now) else ()
    records = ports.store.get(claim_key(place), *slot_keys(place), counter_key(LOGIN.what, place), *also)
    if also:
        ports.inherited.learn(*inherited_from(records.get(INHERITED)), now)
    have = standing(records, place, now)
    key = account_key(have.account_id or _NOBODY)
    record = ports.store.get(key).get(key)
    read = account_from(record or account_stand_in(key))
    account = read if record else None
    proposal = have.newest
    if link is not None:
        # Once the address has an account, the link confirms nothing, and the registration's password opens nothing.
        named = (p for p in have.proposals if p.id == link.fields["i"] and p.fate is Fate.OPEN)
        proposal = next(named, None) if have.account_id is None else None
    counted = Counted.read(records.get(counter_key(LOGIN.what, place)), LOGIN, place, now)
    if like is not None:
        before = (like.account and like.account.password_hash, like.proposal and like.proposal.password_hash)
        if before != (account and account.password_hash, proposal and proposal.password_hash):
            raise TooMany(1)  # a password changed under our eyes: the person tries again
    return _Guess(have, account, proposal, counted)


def _open_hash(proposal: Proposal | None) -> str | None:
    """The hash that a proposal's password is checked against: one that won is in its account's hands by now."""
    return proposal.password_hash if proposal is not None and proposal.fate is Fate.OPEN else None


def _outcome(
    ports: Ports,
    guess: _Guess,
    of_account: Verdict,
    of_proposal: Verdict,
    password: str,
    *,
    remember: bool,
    device: str,
) -> tuple[tuple[Write, ...], Entry | WrongCredentials | Barred]:
    """What to commit and what to answer; where both passwords fit, the account wins."""
    account, proposal = guess.account, guess.proposal
    if account is not None and of_account:
        if not may_log_in(account):
            return (guess.counted.unmoved(),), Barred(account.state.value, account.note)
        writes: list[Write] = [guess.counted.unmoved()]
        if of_account is Verdict.REHASH:
            account = replace(account, password_hash=ports.hasher.hash(password), version=account.version + 1)
            writes.append(Replace(account_record(account)))
        entry = begin_for_account(ports, account, remember=remember, device=device)
        return (*writes, Create(session_record(entry.session))), entry
    if proposal is not None and of_proposal:
        entry = begin_for_proposal(ports, proposal, device=device)
        return (guess.counted.unmoved(), Create(session_record(entry.session))), entry
    return (guess.counted.one_more(),), WrongCredentials()
