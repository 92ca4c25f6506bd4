"""The publisher's decisions: approve, decline, suspend, reinstate, and undoing one before its email is sent.

Each is one commit on the account as it was read with the session, on the condition that the actor is still a
publisher; a publisher who was faster is named.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from byline.accounts.actors import actor_unchanged, load_account, read_actor_again
from byline.accounts.model import Role, State
from byline.accounts.notes import check_note
from byline.accounts.publishers import is_publisher, other_publisher_unchanged
from byline.accounts.records import account_record, publisher_key
from byline.accounts.states import MOVES, Event, move, undo_decision
from byline.audit import Actor, ActorKind, audit_events
from byline.authors import new_pages
from byline.errors import AlreadyDecided, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.model import key as job_key
from byline.jobs.payloads import Publish, SendDecision, UpdateSearch
from byline.messages import events
from byline.messages.accounts import NotAPublisher, NotConfirmedYet
from byline.messages.outages import DECISION_EMAIL_BEING_SENT
from byline.permissions import may, require
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create, Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from byline.accounts.model import Account
    from byline.authors.new_pages import Changed
    from byline.ports import Ports
    from byline.store.port import Write

LETTER_WAITS_SECONDS = 30
"""The email about a decision is due this much later; until then it can be undone."""


_Plan: TypeAlias = "Callable[[Actor, Account, Conflict | None], Changed]"


def approve(ports: Ports, by: Actor, account_id: str) -> Account:
    """Let an author in: account, profile and page address in one commit, the email half a minute later."""
    require(by, "authors.decisions.approve")
    return _decide(ports, by, account_id, _approving(ports))


def plan_approval(ports: Ports, by: Actor, account: Account) -> tuple[Account, list[Write]]:
    """What an approval makes of an account as it was read, and the writes beside it, for a commit of several."""
    return _approving(ports)(by, account, None)


def decline(ports: Ports, by: Actor, account_id: str, *, note: str) -> Account:
    """Turn an author down; the note goes into the email. The address stays claimed, and approval stays possible."""
    require(by, "authors.decisions.decline")
    return _decide(ports, by, account_id, _plan_for(ports, Event.DECLINED, check_note(note)))


def suspend(ports: Ports, by: Actor, account_id: str, *, note: str = "") -> Account:
    """Close an account: its sessions and links end, its page is taken down.

    Publishers cannot suspend themselves, and the last active publisher cannot be suspended.
    """
    require(by, "authors.decisions.suspend")
    if account_id == by.account_id:
        raise NotAllowed("Nobody suspends themselves.")
    suspension = _plan_for(ports, Event.SUSPENDED, check_note(note))

    def plan(by: Actor, account: Account, conflict: Conflict | None) -> Changed:
        suspended, writes = suspension(by, account, conflict)
        # A publisher who acts stays one: that is a condition of the commit. The operator must leave another one.
        if is_publisher(account) and by.kind is ActorKind.OPERATOR:
            writes.append(other_publisher_unchanged(ports, account.id))
        return suspended, writes

    return _decide(ports, by, account_id, plan)


def reinstate(ports: Ports, by: Actor, account_id: str) -> Account:
    """Open a suspended account again; its page comes back as it was."""
    require(by, "authors.decisions.reinstate")
    return _decide(ports, by, account_id, _plan_for(ports, Event.REINSTATED, ""))


def remove_publisher(ports: Ports, by: Actor, account_id: str) -> Account:
    """Make a publisher an author again: the sessions end, and the page stays as it is; who had none gets one.

    At least one active publisher stays. ``Invalid`` for an account that is no publisher's, or has no confirmed address.
    """
    require(by, "authors.decisions.remove_publisher")
    give_page = new_pages.giving_page(ports)

    def plan(by: Actor, account: Account, conflict: Conflict | None) -> Changed:
        if account.role is not Role.PUBLISHER:
            raise Invalid({"email": NotAPublisher(account.address)})
        if account.confirmed_at is None:  # only a publisher can do that later
            raise Invalid({"email": NotConfirmedYet(account.address)})
        author = move(account, Event.MADE_AUTHOR, by=by.account_id, at=ports.clock.now())
        author, page = give_page(by, replace(author, role=Role.AUTHOR), conflict)
        found = ports.store.one(publisher_key(account.id))
        writes: list[Write] = [*page, *audit_events(ports, by, events.MADE_AUTHOR, account.id)]
        if found is not None:
            writes.append(Delete(found.key, found.version))
        # Another publisher who acts stays one: that is a condition of the commit.
        if is_publisher(account) and (by.kind is ActorKind.OPERATOR or by.account_id == account.id):
            writes.append(other_publisher_unchanged(ports, account.id))
        return author, writes

    return _decide(ports, by, account_id, plan)


def undo(ports: Ports, by: Actor, account_id: str) -> Account:
    """Take an approval or a refusal back while its email is not out; afterwards ``AlreadyDecided``.

    All is as it was before the decision; a page that an author published in between comes down. A refusal whose email
    was not due yet when it was overtaken is told now: that email found it not to be so any more.
    """
    require(by, "authors.decisions.undo")

    def plan(by: Actor, account: Account, _: Conflict | None) -> Changed:
        if not can_undo(account, ports.clock.now()):
            raise AlreadyDecided(account.state.value, account.decided_by, account.decided_at)
        back = undo_decision(account)
        writes: list[Write] = [Delete(job_key(account.decision_job), 1)]
        if _nobody_was_told(back, until=account.decided_at):
            email = _email(ports, account, Event.DECLINED)
            back = replace(back, decision_job=email.record.key.id)
            writes.append(email)
        return back, [*writes, *_follow(ports, account), *audit_events(ports, by, events.DECISION_UNDONE, account.id)]

    return _decide(ports, by, account_id, plan)


def load_author(ports: Ports, by: Actor, account_id: str) -> Account:
    """An account for a publisher; ``NotFound`` if there is none, or it is deleted."""
    require(by, "authors.decisions.load_author")
    return _load(ports, by, account_id)


def allowed_actions(by: Actor, account: Account) -> list[str]:
    """What an actor can do with an account now, by the words of the buttons."""
    actions = {
        "approve": ("authors.decisions.approve", Event.APPROVED),
        "decline": ("authors.decisions.decline", Event.DECLINED),
        "suspend": ("authors.decisions.suspend", Event.SUSPENDED),
        "restore": ("authors.decisions.reinstate", Event.REINSTATED),
    }
    found = [
        action
        for action, (use_case, event) in actions.items()
        if may(by, use_case) and (account.state, event) in MOVES and (action, by.account_id) != ("suspend", account.id)
    ]
    can_edit = may(by, "authors.pages.save_for") and account.profile_id and account.state is State.ACTIVE
    return [*found, "edit"] if can_edit else found


def can_undo(account: Account, now: datetime) -> bool:
    """Whether the last decision can be taken back: an approval or a refusal whose email is still waiting."""
    return account.before is not None and account.decided_at is not None and now < _told_at(account.decided_at)


def _decide(ports: Ports, by: Actor, account_id: str, plan: _Plan) -> Account:
    """Commit what ``plan`` makes of an account, on the condition that who decides may still do so."""
    account = _load(ports, by, account_id)

    def attempt(conflict: Conflict | None) -> Account:
        nonlocal by, account
        if conflict is not None:
            by = read_actor_again(ports, by)
            now = load_account(ports, account_id)
            if now.state is not account.state:
                raise AlreadyDecided(now.state.value, now.decided_by, now.decided_at) from conflict
            if job_key(account.decision_job) in conflict.keys and now == account:
                raise Unavailable(DECISION_EMAIL_BEING_SENT) from conflict
            account = now
        decided, writes = plan(by, account, conflict)
        ports.store.commit(Replace(account_record(decided)), *writes, *actor_unchanged(by, replaced=account.id))
        return decided

    return retry_on_conflict(attempt)


def _approving(ports: Ports) -> _Plan:
    give_page = new_pages.giving_page(ports)

    def plan(by: Actor, account: Account, conflict: Conflict | None) -> Changed:
        approved, writes = _decided(ports, by, account, Event.APPROVED)
        if account.profile_id is not None:  # it came down when this was undone before
            return approved, [*writes, _publish(ports, account.profile_id), enqueue(ports, UpdateSearch(account.id))]
        approved, page = give_page(by, approved, conflict)
        return approved, [*writes, *page]

    return plan


def _load(ports: Ports, by: Actor, account_id: str) -> Account:
    account = load_account(ports, account_id, by.prefetched)
    if account.state is State.DELETED:
        raise NotFound
    return account


def _plan_for(ports: Ports, event: Event, note: str) -> _Plan:
    def plan(by: Actor, account: Account, _: Conflict | None) -> Changed:
        decided, writes = _decided(ports, by, account, event, note=note)
        return decided, [*writes, *_follow(ports, account)]

    return plan


def _decided(ports: Ports, by: Actor, account: Account, event: Event, *, note: str = "") -> Changed:
    email = _email(ports, account, event)
    decided = replace(
        move(account, event, by=by.name, at=ports.clock.now(), note=note), decision_job=email.record.key.id
    )
    if event is Event.DECLINED:
        decided = replace(decided, refusals=account.refusals + 1)
    return decided, [email, *audit_events(ports, by, event.value, account.id)]


def _email(ports: Ports, account: Account, event: Event) -> Create:
    return enqueue(ports, SendDecision(account.id, event.value), due_at=_told_at(ports.clock.now()))


def _nobody_was_told(refused: Account, *, until: datetime | None) -> bool:
    """Whether a refusal's email was not due yet at a time."""
    if refused.state is not State.DECLINED or refused.decided_at is None or until is None:
        return False
    return until < _told_at(refused.decided_at)


def _told_at(decided_at: datetime) -> datetime:
    return decided_at + timedelta(seconds=LETTER_WAITS_SECONDS)


def _follow(ports: Ports, account: Account) -> list[Write]:
    """What puts the page up again or takes it down, if there is one, and moves the account to other lists."""
    listed: Write = enqueue(ports, UpdateSearch(account.id))
    return [listed] if account.profile_id is None else [_publish(ports, account.profile_id), listed]


def _publish(ports: Ports, profile_id: str) -> Write:
    return enqueue(ports, Publish(profile_id))
