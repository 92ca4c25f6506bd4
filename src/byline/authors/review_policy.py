"""Whose texts are reviewed before readers see them: the site's rule, and that of single authors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from byline.accounts.actors import actor_unchanged, load_account, read_actor_again
from byline.accounts.model import ReviewRule, Role, State
from byline.accounts.records import account_record
from byline.audit import audit_events
from byline.errors import NotFound, Unavailable
from byline.messages import events
from byline.messages.outages import REVIEWS_LATER
from byline.permissions import require
from byline.store import formats
from byline.store.codec import Codec
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Key, Record, Replace, write_over

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

POLICY: Final = Key("settings", "review")
"""The record of the site's rule. No process remembers it: a new rule holds at once."""


class ReviewPolicy(StrEnum):
    """Whose texts wait for a publisher: nobody's, those of authors without an approved page, or every author's."""

    OFF = "off"
    NEW = "new"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class _Rule:
    policy: ReviewPolicy


_RULE: Final = Codec(_Rule, outside=())


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a save is reviewed, and what must be so still in the commit of one that is not."""

    needs_review: bool
    conditions: tuple[Write, ...] = ()


def load(ports: Ports, by: Actor) -> ReviewPolicy:
    """The site's rule, for a publisher."""
    require(by, "authors.review_policy.load")
    return _policy_in(_record(ports, by))


def shown(ports: Ports, by: Actor) -> str:
    """The site's rule for the form that sets it; "" while the store has an older format, in which it cannot be set."""
    return load(ports, by).value if ports.store.format() >= formats.DESK else ""


def save(ports: Ports, by: Actor, policy: ReviewPolicy) -> bool:
    """Set the site's rule. Whether it changed. Published pages count as approved."""
    require(by, "authors.review_policy.save")
    _refuse_older_format(ports)

    def attempt(conflict: Conflict | None) -> bool:
        nonlocal by
        if conflict is not None:
            by = read_actor_again(ports, by)
        before = _record(ports, by)
        if _policy_in(before) is policy:
            return False
        ports.store.commit(
            write_over(before, Record(POLICY, _RULE.to_data(_Rule(policy)))),
            *audit_events(ports, by, events.REVIEW_POLICY_CHANGED, by.account_id, policy=policy.value),
            *actor_unchanged(by),
        )
        return True

    return retry_on_conflict(attempt)


def save_for(ports: Ports, by: Actor, author_id: str, rule: ReviewRule) -> Account:
    """Set the rule of one author. ``NotFound`` if there is no such author."""
    require(by, "authors.review_policy.save_for")
    _refuse_older_format(ports)
    account = load_account(ports, author_id, by.prefetched)

    def attempt(conflict: Conflict | None) -> Account:
        nonlocal by, account
        if conflict is not None:
            by, account = read_actor_again(ports, by), load_account(ports, author_id)
        if account.state is State.DELETED:
            raise NotFound
        if account.review_rule is rule:
            return account
        changed = replace(account, review_rule=rule, version=account.version + 1)
        ports.store.commit(
            Replace(account_record(changed)),
            *audit_events(ports, by, events.REVIEW_RULE_CHANGED, account.id, rule=rule.value),
            *actor_unchanged(by, replaced=account.id),
        )
        return changed

    return retry_on_conflict(attempt)


def rule_of(ports: Ports, author: Account) -> str | None:
    """The rule of one author for the form that sets it; ``None`` where it cannot be set: publishers' own texts are not
    reviewed.
    """
    is_set = author.role is Role.AUTHOR and author.state is not State.DELETED
    return author.review_rule.value if is_set and ports.store.format() >= formats.DESK else None


def rule_on(ports: Ports, by: Actor, author: Account, profile: Profile) -> Ruling:
    """Whether what an actor saves on a page is reviewed first. What publishers save is approved by that.

    The site's rule is taken from what was read together with the actor, or read.
    """
    if by.is_publisher or ports.store.format() < formats.DESK:
        return Ruling(needs_review=False)
    record = _record(ports, by)
    return Ruling(
        _needs_review(_policy_in(record), author, profile),
        # A rule that is set in this very moment holds, too; so the commit of an unreviewed text depends on it.
        (Check(POLICY, record.version if record else None),),
    )


def _needs_review(policy: ReviewPolicy, author: Account, profile: Profile) -> bool:
    if author.review_rule is not ReviewRule.AS_SITE:
        return author.review_rule is ReviewRule.ALWAYS
    return policy is ReviewPolicy.ALL or (policy is ReviewPolicy.NEW and profile.number == 0)


def _policy_in(record: Record | None) -> ReviewPolicy:
    return _RULE.from_data(record.data).policy if record else ReviewPolicy.OFF


def _record(ports: Ports, by: Actor) -> Record | None:
    return by.prefetched[POLICY] if POLICY in by.prefetched else ports.store.one(POLICY)


def _refuse_older_format(ports: Ports) -> None:
    if ports.store.format() < formats.DESK:
        raise Unavailable(REVIEWS_LATER)
