"""Confirmation: a registration whose address is confirmed becomes an account that waits for approval."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_of
from byline.accounts.model import PendingRegistration, RegistrationState
from byline.accounts.new_accounts import account_writes, new_account
from byline.accounts.pending_registrations import save_op
from byline.accounts.rate_limits import CODE, Counter, count_for_network, refuse_network_if_full
from byline.accounts.records import claim_key, counter_key, slot_key
from byline.accounts.session_cookies import CODES_COUNTER
from byline.accounts.sessions import AnySession, NewSession, RegistrationSession, begin_for_account, delete_op
from byline.errors import Conflict, DeadLink, Invalid, TooMany
from byline.messages.accounts import CODE_MALFORMED, CODE_WRONG
from byline.permissions import require

if TYPE_CHECKING:
    from datetime import datetime

    from byline.accounts.clients import Client
    from byline.links import Claims
    from byline.ports import Ports

LINK_SECONDS = 3 * 24 * 3600
CODE_SECONDS = 600
_CODE_DIGITS = 6
_LONGEST_CODE = 200
MAX_TRIES_PER_EMAIL = 5
PURPOSE = "confirm"


def link_for(ports: Ports, pending: PendingRegistration) -> str:
    """The confirmation link of a registration; made when its email is rendered, never stored."""
    token = ports.signer.make(
        PURPOSE,
        {"p": pending.address_key, "s": str(pending.slot), "i": pending.id},
        expires_at=link_ends_at(pending),
    )
    return f"{ports.site.url}/confirm/{token}"


def read_link(ports: Ports, token: str) -> Claims:
    """What a confirm link says; ``DeadLink`` if it is not ours or too old. What it confirms is not looked up."""
    return ports.signer.read(PURPOSE, token, now=ports.clock.now())


def is_link_of(link: Claims, pending: PendingRegistration) -> bool:
    """Whether a confirm link names exactly this registration."""
    named = (link.fields["p"], link.fields["s"], link.fields["i"])
    return named == (pending.address_key, str(pending.slot), pending.id)


def link_ends_at(pending: PendingRegistration) -> datetime:
    """When the confirmation link in the newest email expires, counted from when that email was requested."""
    return (pending.sent_at[-1] if pending.sent_at else pending.created_at) + timedelta(seconds=LINK_SECONDS)


def code_for(ports: Ports, pending: PendingRegistration) -> str:
    """The six digits in a registration's newest email: computed, not stored, so a repeated job sends the same ones."""
    return ports.signer.digits("code", *_code_of(pending))


def _code_of(pending: PendingRegistration) -> tuple[str, str]:
    return pending.id, str(pending.letters)


def confirm(ports: Ports, by: RegistrationSession) -> NewSession:
    """Confirm in the browser that registered; one commit. ``DeadLink`` if the address has an account by now."""
    require(by, "accounts.confirmation.confirm")
    return confirm_registration(ports, by.registration, by=by, device=by.session.device)


def read_code(typed: str) -> str:
    """The six digits in what was typed or pasted, in ASCII; ``Invalid`` at ``code`` for what cannot be a code.

    Digits of any script are taken. Spaces, punctuation and invisible characters between them are left out.
    """
    plain = unicodedata.normalize("NFKC", typed[:_LONGEST_CODE])
    digits = "".join(str(unicodedata.decimal(character, "")) for character in plain)
    if len(digits) != _CODE_DIGITS or any(map(str.isalpha, plain)) or len(typed) > _LONGEST_CODE:
        raise Invalid({"code": CODE_MALFORMED})
    return digits


def confirm_by_code(ports: Ports, by: RegistrationSession, typed: str, *, client: Client) -> NewSession:
    """Confirm by the six digits; ``Invalid`` at ``code`` if they do not match, after counting the attempt.

    Five attempts per email, and twenty wrong codes a day per address over all its registrations (ASVS 6.6.3).
    """
    require(by, "accounts.confirmation.confirm_by_code")
    digits = read_code(typed)
    pending = by.registration
    now = ports.clock.now()
    counter = counter_key(CODES_COUNTER, pending.address_key)
    wrong = Counter.read(by.prefetched.get(counter), counter, ports.site.limits.code, now)
    if ports.site.throttle:
        wrong.refuse_if_full(now)
    refuse_network_if_full(ports, CODE, client)
    sent = pending.sent_at[-1] if pending.sent_at else pending.created_at
    fresh = now < sent + timedelta(seconds=CODE_SECONDS) and pending.tries < MAX_TRIES_PER_EMAIL
    right = ports.signer.verifies_digits(digits, "code", *_code_of(pending))
    if right and fresh and by.prefetched.get(claim_key(pending.address_key)) is None:
        try:
            return confirm_registration(ports, pending, by=by, device=by.session.device, unchanged=wrong)
        except Conflict as conflict:
            raise TooMany(1) from conflict
        except DeadLink:
            pass  # another registration was confirmed: its code is answered like any wrong one
    tried = replace(pending, tries=pending.tries + 1, version=pending.version + 1)
    try:
        ports.store.commit(save_op(tried), wrong.increment())
    except Conflict as conflict:  # guesses side by side: none is answered before it is counted
        raise TooMany(1) from conflict
    count_for_network(ports, CODE, client)
    raise Invalid({"code": CODE_WRONG})


def confirm_registration(
    ports: Ports, pending: PendingRegistration, *, by: AnySession | None, device: str, unchanged: Counter | None = None
) -> NewSession:
    """Turn a registration into an account that waits for approval, and log its browser in.

    The caller has checked the mailbox (link or code) and the registration (its browser or its password).
    ``DeadLink`` if the address has an account by now, or if the registration has ended; ``Conflict`` if only a session
    or a counter has changed.
    """
    now = ports.clock.now()
    if pending.state is not RegistrationState.PENDING or now >= pending.expires_at:
        raise DeadLink
    account = new_account(ports, pending.address, pending.name, language=pending.language)
    entry = begin_for_account(ports, account, remember=False, device=device)
    won = replace(pending, state=RegistrationState.CONFIRMED, version=pending.version + 1)
    try:
        ports.store.commit(
            *account_writes(ports, account, actor_of(account), password_hash=pending.password_hash),
            save_op(won),
            *entry.writes,
            *([delete_op(by.session)] if by else []),
            *([unchanged.unchanged()] if unchanged else []),
        )
    except Conflict as conflict:
        if unchanged and unchanged.key in conflict.keys:
            raise  # an attempt was counted in between: read again before answering
        if {claim_key(pending.address_key), slot_key(pending.address_key, pending.slot)} & conflict.keys:
            raise DeadLink from conflict
        raise
    return entry
