"""The publisher's decisions: approve, decline, suspend, restore, and undoing one before its letter is out.

Each takes the account as it was read on this request, and is one commit; a colleague who was faster is named.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.model import State
from byline.accounts.records import account_from, account_key, account_record
from byline.accounts.states import Event, move, undo_decision
from byline.audit import Actor, audit_event
from byline.errors import AlreadyDecided, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from byline.jobs.model import Job, JobKind, enqueue
from byline.jobs.model import key as job_key
from byline.profiles import editing, names, slugs
from byline.profiles import records as profile_records
from byline.store.port import Create, Delete, Replace

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.model import Account
    from byline.ports import Ports
    from byline.store.port import Write

LETTER_WAITS_SECONDS = 30
"""A decision's letter is due this much later; so long it can be undone."""
MOST_NOTE = 2_000


def approve(ports: Ports, by: Actor, account: Account) -> Account:
    """Let an author in: account, profile and slug in one commit, the letter half a minute later.

    The plain slug is not looked up; where it is taken, two further ones are tried.
    """
    require_publisher(by)
    now = ports.clock.now()
    name = account.name
    sort_name = names.sort_name(name)
    plain = slugs.suggest(name)
    tries = (plain, *slugs.alternatives(plain, ports.random.token(8)))
    for slug in tries:
        approved, letter = _decided(ports, by, account, Event.APPROVED)
        writes: list[Write]
        if account.profile_id is not None:
            writes = [_publish(ports, account.profile_id)]  # it came down when an approval was taken back
        else:
            profile = editing.new_profile(ports, account.id, name=name, sort_name=sort_name, slug=slug)
            approved = replace(approved, profile_id=profile.id)
            writes = [
                Create(profile_records.to_record(profile)),
                Create(profile_records.slug_record(slug, profile.id)),
            ]
        try:
            ports.store.commit(
                Replace(account_record(approved)),
                *writes,
                enqueue(letter),
                enqueue(Job(ports.random.identifier(), JobKind.UPDATE_SEARCH, {"account": account.id}, now)),
                audit_event(ports, by, "approved", account.id),
            )
        except Conflict as conflict:
            if account_key(account.id) in conflict.keys:
                _say_who_was_faster(ports, account, conflict)
            continue
        return approved
    raise Unavailable(f"No free page address was found at {now:%H:%M:%S}.")


def decline(ports: Ports, by: Actor, account: Account, *, note: str) -> Account:
    """Turn an author down; the note goes into the letter. The address stays claimed, and approval stays possible."""
    return _plain(ports, by, account, Event.DECLINED, note=check_note(note))


def suspend(ports: Ports, by: Actor, account: Account, *, note: str = "") -> Account:
    """Close an account: its sessions and links end, its page is taken down. Nobody suspends themselves."""
    if account.id == by.account_id:
        raise NotAllowed("Nobody suspends themselves.")
    return _plain(ports, by, account, Event.SUSPENDED, note=check_note(note))


def reinstate(ports: Ports, by: Actor, account: Account) -> Account:
    """Open a suspended account again; its page comes back as it was."""
    return _plain(ports, by, account, Event.REINSTATED)


def undo(ports: Ports, by: Actor, account: Account) -> Account:
    """Take an approval or a refusal back while its letter is not out; afterwards ``AlreadyDecided``.

    All is as it was before the decision; a page that an author published in between comes down. A refusal whose letter
    was not due yet when it was overtaken is told now: that letter found it not to be so any more.
    """
    require_publisher(by)
    now = ports.clock.now()
    if not can_undo(account, now):
        raise AlreadyDecided(account.state.value, account.decided_by, account.decided_at)
    back = undo_decision(account)
    letter = _letter(ports, account, Event.DECLINED) if _nobody_was_told(back, until=account.decided_at) else None
    if letter is not None:
        back = replace(back, decision_job=letter.id)
    writes: list[Write] = [
        Replace(account_record(back)),
        Delete(job_key(account.decision_job), 1),
        *([enqueue(letter)] if letter else []),
        audit_event(ports, by, "decision undone", account.id),
    ]
    if account.profile_id is not None:
        writes.append(_publish(ports, account.profile_id))
    try:
        ports.store.commit(*writes)
    except Conflict as conflict:
        _say_who_was_faster(ports, account, conflict)
    return back


def can_undo(account: Account, now: datetime) -> bool:
    """Whether the last decision can be taken back: an approval or a refusal whose letter is still waiting."""
    return account.before is not None and account.decided_at is not None and now < _told_at(account.decided_at)


def account_named(ports: Ports, account_id: str) -> Account:
    """An account by its id; ``NotFound`` if there is none."""
    record = ports.store.get(account_key(account_id)).get(account_key(account_id))
    if record is None:
        raise NotFound
    return account_from(record)


def check_note(note: str) -> str:
    """A note of at most 2,000 characters."""
    text = note.replace("\r\n", "\n").strip()
    if len(text) > MOST_NOTE:
        raise Invalid({"note": f"The note is longer than {MOST_NOTE:,} characters"})
    if any(ord(letter) < ord(" ") and letter != "\n" for letter in text):
        raise Invalid({"note": "The note has a control character in it; type it anew"})
    return text


def _plain(ports: Ports, by: Actor, account: Account, event: Event, *, note: str = "") -> Account:
    require_publisher(by)
    decided, letter = _decided(ports, by, account, event, note=note)
    writes: list[Write] = [
        Replace(account_record(decided)),
        enqueue(letter),
        audit_event(ports, by, event.value, account.id),
    ]
    if account.profile_id is not None:  # put the page up again, or take it down
        writes.append(_publish(ports, account.profile_id))
    try:
        ports.store.commit(*writes)
    except Conflict as conflict:
        _say_who_was_faster(ports, account, conflict)
    return decided


def _decided(ports: Ports, by: Actor, account: Account, event: Event, *, note: str = "") -> tuple[Account, Job]:
    letter = _letter(ports, account, event)
    decided = replace(move(account, event, by=by.name, at=ports.clock.now(), note=note), decision_job=letter.id)
    if event is Event.DECLINED:
        decided = replace(decided, refusals=account.refusals + 1)
    return decided, letter


def _letter(ports: Ports, account: Account, event: Event) -> Job:
    details = {"account": account.id, "decision": event.value}
    return Job(ports.random.identifier(), JobKind.DECISION_EMAIL, details, _told_at(ports.clock.now()))


def _nobody_was_told(refused: Account, *, until: datetime | None) -> bool:
    """Whether a refusal's letter was not due yet at a time."""
    if refused.state is not State.DECLINED or refused.decided_at is None or until is None:
        return False
    return until < _told_at(refused.decided_at)


def _told_at(decided_at: datetime) -> datetime:
    return decided_at + timedelta(seconds=LETTER_WAITS_SECONDS)


def _publish(ports: Ports, profile_id: str) -> Write:
    return enqueue(Job(ports.random.identifier(), JobKind.PUBLISH, {"profile": profile_id}, ports.clock.now()))


def _say_who_was_faster(ports: Ports, account: Account, conflict: Conflict) -> None:
    now = account_named(ports, account.id)
    if now.state is account.state:
        raise Unavailable("The account was changed at the same moment.") from conflict
    raise AlreadyDecided(now.state.value, now.decided_by, now.decided_at) from conflict


def require_publisher(by: Actor) -> None:
    """Raise ``NotAllowed`` unless a publisher acts."""
    if not by.is_publisher:
        raise NotAllowed
