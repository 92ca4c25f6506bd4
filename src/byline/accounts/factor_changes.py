"""What every change of an account's second factors has in common, whichever factor it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.credential_history import history_ops, read_history
from byline.accounts.credentials import load_credentials, save_ops
from byline.accounts.password import old_password_tries
from byline.accounts.policy import check_password, is_too_long
from byline.accounts.rate_limits import old_password_counter
from byline.accounts.sessions import begin_again, delete_op, given_proofs, proofs_of
from byline.accounts.states import Event, move
from byline.audit import audit_events
from byline.errors import Conflict, Invalid, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendSecurityNotice
from byline.messages.accounts import OLD_PASSWORD_MISSING, OLD_PASSWORD_WRONG
from byline.messages.browsers import code_of
from byline.messages.outages import CHANGED_MEANWHILE
from byline.proofs import SECOND_FACTORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.accounts.model import Credentials
    from byline.accounts.sessions import AccountSession, NewSession
    from byline.ports import Ports
    from byline.proofs import Proof
    from byline.store.port import Check, Write


def commit_change(
    ports: Ports,
    by: AccountSession,
    changed: Credentials,
    *,
    event: str,
    notice: tuple[str, str],
    writes: Sequence[Write] = (),
    gained: Proof | None = None,
    device_secret: str = "",
) -> NewSession:
    """Commit one's own credentials as ``changed``: all other sessions and links end, this browser goes on with a new
    session, which holds the proof that was ``gained``.

    ``notice`` names the email (``messages.security_notices``), ``device_secret`` is this browser's, whose name stays.
    Without a last factor the recovery codes and what the session proved with one are gone, too. ``Unavailable`` if
    something changed in the same moment.
    """
    now = ports.clock.now()
    before = load_credentials(ports, by.account, by.prefetched)
    lost = frozenset() if changed.has_second_factor else SECOND_FACTORS
    if lost:
        changed = replace(changed, recovery_codes=())
    moved = move(by.account, Event.FACTORS_CHANGED, by=by.account.id, at=now)
    kept = (given for given in proofs_of(by.session) if given.proof not in lost and given.proof is not gained)
    proofs = (*kept, *(given_proofs(ports, gained) if gained else ()))
    entry = begin_again(ports, by, moved, device_secret=device_secret, proofs=proofs)
    try:
        ports.store.commit(
            *save_ops(ports, moved, changed),
            *history_ops(ports, before, read_history(ports, moved.id, by.prefetched)),
            *writes,
            *entry.writes,
            delete_op(by.session),
            enqueue(ports, SendSecurityNotice(moved.id, now, *notice, code_of(by.session.device))),
            *audit_events(ports, by.actor, event, moved.id),
        )
    except Conflict as conflict:
        raise Unavailable(CHANGED_MEANWHILE) from conflict
    return entry


def check_password_alone(ports: Ports, by: AccountSession, password: str) -> Check:
    """For the removal of the last factor: the condition that no try at the password was counted in between.

    ``Invalid`` at ``author_password`` for one that is wrong, or too weak to be the only factor; ``TooMany``.
    """
    account = by.account
    credentials = load_credentials(ports, account, by.prefetched)
    counted = old_password_tries(ports, by.prefetched.get(old_password_counter(account.id)), account)
    with ports.hash_queue.turn(first=True):
        right = ports.hasher.verify(credentials.password_hash, "" if is_too_long(password) else password)
    if not right:
        ports.store.commit(counted.increment())
        raise Invalid({"author_password": OLD_PASSWORD_WRONG if password else OLD_PASSWORD_MISSING})
    check_password(password, ports.site, field="author_password", name=account.name, address=account.address)
    return counted.unchanged()
