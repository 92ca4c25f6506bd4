"""Proving again who one is, for what needs a proof of late (``proofs.RECENT``; ASVS 5.0, 7.5.1).

The session gets a new secret with each proof (ASVS 7.2.4), and everything else of it stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.authenticator_records import authenticator_key
from byline.accounts.credentials import load_credentials
from byline.accounts.password import old_password_tries
from byline.accounts.policy import is_too_long
from byline.accounts.rate_limits import Counter, old_password_counter, second_step_counter
from byline.accounts.records import account_from, account_key, credentials_key, session_key
from byline.accounts.second_step import check_code
from byline.accounts.sessions import AccountSession, delete_op, read_again, renewed
from byline.errors import Conflict, Invalid, TooMany
from byline.messages.accounts import OLD_PASSWORD_MISSING, OLD_PASSWORD_WRONG
from byline.messages.second_factors import CODE_MISSING, CODE_WRONG
from byline.permissions import require
from byline.proofs import Proof
from byline.store.conflicts import retry_on_conflict

if TYPE_CHECKING:
    from byline.accounts.sessions import NewSession
    from byline.ports import Ports


def asks_for_code(ports: Ports, by: AccountSession) -> bool:
    """Whether a code is asked for, since the account has a second factor, or the password."""
    return load_credentials(ports, by.account, by.prefetched).has_second_factor


def prove_by_code(ports: Ports, by: AccountSession, code: str) -> NewSession:
    """Prove by a code of the app, or a recovery code, whose session this is; the session that goes on in its place.

    One read (the session's) and one commit. ``Invalid`` at ``code``, and ``TooMany``.
    """
    require(by, "accounts.reauthentication.prove_by_code")
    account, key = by.account, second_step_counter(by.account.id)
    needed = (account_key(account.id), credentials_key(account.id), authenticator_key(account.id), key)

    def attempt(conflict: Conflict | None) -> NewSession | Invalid:
        records, now, current = by.prefetched, ports.clock.now(), by
        if conflict is not None:
            records, again = ports.store.get(*needed), read_again(ports, by)
            if not isinstance(again, AccountSession):
                raise TooMany(1) from conflict  # it was ended meanwhile, or proven by a second press
            current = replace(again, account=account_from(records[account_key(account.id)]))
        credentials = load_credentials(ports, current.account, records)
        counted = Counter.read(records.get(key), key, ports.site.limits.second_step, now)
        if ports.site.throttle:
            counted.refuse_if_full(now)
        accepted = check_code(ports, current.account, credentials, records, code)
        if accepted is None:
            ports.store.commit(counted.increment())
            return Invalid({"code": CODE_WRONG if code.strip() else CODE_MISSING})
        entry = renewed(ports, current, accepted.proof)
        ports.store.commit(counted.unchanged(), *accepted.writes, *entry.writes, delete_op(current.session))
        return entry

    outcome = retry_on_conflict(attempt, otherwise=TooMany(1))
    if isinstance(outcome, Invalid):
        raise outcome
    return outcome


def prove(ports: Ports, by: AccountSession, *, password: str) -> NewSession:
    """Prove by the password whose session this is; the session that goes on in its place.

    One read (the session's) and one commit. ``Invalid`` at ``author_password``, and ``TooMany``: wrong ones are counted
    together with wrong old passwords.
    """
    require(by, "accounts.reauthentication.prove")
    account, key, current = by.account, old_password_counter(by.account.id), by
    credentials = load_credentials(ports, account, by.prefetched)
    counted = old_password_tries(ports, by.prefetched.get(key), account)
    with ports.hash_queue.turn(first=True):
        right = ports.hasher.verify(credentials.password_hash, "" if is_too_long(password) else password)

    def attempt(conflict: Conflict | None) -> NewSession:
        nonlocal counted, current
        if conflict is not None:
            if session_key(by.session.id) in conflict.keys:
                now = read_again(ports, by)
                if not isinstance(now, AccountSession):
                    raise TooMany(1) from conflict  # it was ended meanwhile, or proven by a second press
                current = now
            counted = old_password_tries(ports, ports.store.one(key), account)
        if not right:
            ports.store.commit(counted.increment())
            raise Invalid({"author_password": OLD_PASSWORD_WRONG if password else OLD_PASSWORD_MISSING})
        entry = renewed(ports, current, Proof.PASSWORD)
        ports.store.commit(counted.unchanged(), *entry.writes, delete_op(current.session))
        return entry

    return retry_on_conflict(attempt, otherwise=TooMany(1))
