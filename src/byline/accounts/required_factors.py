"""Who must have a second factor, and from when on: publishers always, authors where the press asks it of all.

The first login that it is asked of begins a time of grace, which is kept with the account. When that is over, a session
without a second factor may do less: a publisher what an author may, an author what one may who waits for approval.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.model import Role, State
from byline.audit import ActorKind, audit_events
from byline.errors import Invalid, Unavailable
from byline.messages import events
from byline.messages.second_factors import FACTORS_LATER, GRACE_MALFORMED, OWN_FACTOR_FIRST
from byline.permissions import require
from byline.proofs import has_second_factor
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Key, Record, write_over

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports

POLICY: Final = Key("settings", "second-factor")
USUAL_GRACE_DAYS: Final = 14
MOST_GRACE_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class FactorPolicy:
    """How many days of grace there are, and whether authors must have a second factor, too."""

    grace_days: int = USUAL_GRACE_DAYS
    is_for_all: bool = False


def policy_in(record: Record | None) -> FactorPolicy:
    """What the setting's record says; where no publisher has set it, fourteen days, for publishers alone."""
    days, is_for_all = (record.data.get("days"), record.data.get("all")) if record else (None, None)
    return FactorPolicy(days if isinstance(days, int) else USUAL_GRACE_DAYS, is_for_all is True)


def load(ports: Ports, by: Actor) -> FactorPolicy:
    """The setting: what was read with the actor, or one read."""
    require(by, "accounts.required_factors.load")
    return policy_in(by.prefetched[POLICY] if POLICY in by.prefetched else ports.store.one(POLICY))


def save(ports: Ports, by: Actor, policy: FactorPolicy) -> bool:
    """Set it; whether it changed. ``Invalid`` at ``grace_days``, and for a publisher without a second factor: whoever
    makes others have one has one.
    """
    require(by, "accounts.required_factors.save")
    if ports.store.format() < formats.FACTORS:
        raise Unavailable(FACTORS_LATER)
    if not 0 <= policy.grace_days <= MOST_GRACE_DAYS:
        raise Invalid({"grace_days": GRACE_MALFORMED})
    if by.kind is not ActorKind.OPERATOR and not has_second_factor(by):
        raise Invalid({"": OWN_FACTOR_FIRST})

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        record = ports.store.one(POLICY)
        if policy_in(record) == policy:
            return False
        ports.store.commit(
            write_over(record, Record(POLICY, {"days": policy.grace_days, "all": policy.is_for_all})),
            *audit_events(ports, by, events.FACTOR_POLICY_CHANGED, by.account_id, days=policy.grace_days),
            *actor_unchanged(by),
        )
        return True

    return retry_on_conflict(attempt)


def with_duty(account: Account, policy: FactorPolicy, now: datetime, *, has_factor: bool) -> Account:
    """The account as a login leaves it: from when on a second factor is asked of it, ``None`` if of others only.

    Who has one gets no grace later, when it was removed.
    """
    is_asked = account.role is Role.PUBLISHER or policy.is_for_all
    if account.state is not State.ACTIVE:
        return account
    if not is_asked:
        return replace(account, factor_due_at=None)
    if account.factor_due_at is not None:
        return account
    grace = timedelta(0) if has_factor else timedelta(days=policy.grace_days)
    return replace(account, factor_due_at=now + grace)
