"""What an address has: its claim and its five proposal slots, as one read shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.model import Address, Fate, Proposal
from byline.accounts.records import claim_key, claimed_by, proposal_from, proposal_record, slot_keys
from byline.accounts.stand_ins import proposal_stand_in
from byline.errors import NotAllowed
from byline.store.port import Create, Replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from byline.accounts.model import AccountId, Place
    from byline.accounts.sessions import Visit
    from byline.store.port import Key, Record

LETTERS_AN_HOUR = 5
BETWEEN_LETTERS_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Standing:
    """What an address has, as one read shows it: whose it is, and its proposals (lost and won ones included)."""

    account_id: AccountId | None
    proposals: tuple[Proposal, ...]
    taken_slots: Mapping[int, Record]

    @property
    def newest(self) -> Proposal | None:
        """The newest proposal: a log-in checks its password too. It never moves back."""
        return max(self.proposals, key=lambda proposal: (proposal.created_at, proposal.id), default=None)


def standing(records: Mapping[Key, Record], place: Place, now: datetime) -> Standing:
    """Read an address's claim and slots, by the same work whatever it has. A proposal older than seven days is none."""
    claim = records.get(claim_key(place))
    slots = {slot: records[key] for slot, key in enumerate(slot_keys(place)) if key in records}
    every = [proposal_from(records.get(key) or proposal_stand_in(key)) for key in slot_keys(place)]
    proposals = tuple(p for p in every if p.slot in slots and now < p.expires_at)
    return Standing(claimed_by(claim), proposals, slots)


def seconds_until_letter(proposal: Proposal, now: datetime) -> int:
    """How long until another letter may be asked for: 0, or whole seconds."""
    recent = last_hour(proposal, now)
    waits = [0.0]
    if recent:
        waits.append((recent[-1] + timedelta(seconds=BETWEEN_LETTERS_SECONDS) - now).total_seconds())
    if len(recent) >= LETTERS_AN_HOUR:
        waits.append((recent[-LETTERS_AN_HOUR] + timedelta(hours=1) - now).total_seconds())
    longest = max(waits)
    return int(longest) + (longest > int(longest))


def left(proposal: Proposal) -> Proposal:
    """A proposal that was given up: nothing opens it any more and nothing of theirs is in it; its slot stays taken."""
    return replace(
        proposal, fate=Fate.LEFT, name="", address=Address(""), password_hash=None, version=proposal.version + 1
    )


def written(proposal: Proposal) -> Create | Replace:
    """The write that keeps a proposal."""
    record = proposal_record(proposal)
    return Create(record) if record.version == 1 else Replace(record)


def last_hour(proposal: Proposal, now: datetime) -> tuple[datetime, ...]:
    """When the letters of the last hour were asked for, oldest first."""
    return tuple(at for at in proposal.sent_at if now < at + timedelta(hours=1))


def proposal_of(visit: Visit) -> Proposal:
    """The proposal of a visit; ``NotAllowed`` if it has none."""
    if visit.proposal is None:
        raise NotAllowed
    return visit.proposal
