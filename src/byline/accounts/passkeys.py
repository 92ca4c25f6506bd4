"""Passkeys: added to one's own account, named, removed, and logged in with.

A passkey whose device checks its user, by a finger, a face or a PIN, is two factors at once, and no other is taken. The
ids of an account's passkeys are in its credentials, so that each change of them ends its links and other sessions; the
keys themselves are in a record of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from byline.accounts import recovery_codes, webauthn
from byline.accounts.addresses import address_hash
from byline.accounts.credentials import load_credentials
from byline.accounts.factor_changes import check_password_alone, commit_change
from byline.accounts.passkey_questions import (
    CHALLENGE_SECONDS,
    Question,
    are_offered,
    asked,
    new_challenge,
    rp_id,
    spend,
)
from byline.accounts.passkey_records import (
    Passkey,
    Passkeys,
    owner_key,
    owner_record,
    passkeys_of,
    passkeys_record,
)
from byline.accounts.webauthn import BadAnswer, encoded
from byline.errors import Conflict, Invalid, NotFound
from byline.messages import events, security_notices
from byline.messages import passkeys as messages
from byline.permissions import require
from byline.proofs import Proof
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Create, Delete, Replace, write_op

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.accounts.sessions import AccountSession, NewSession
    from byline.ports import Ports
    from byline.store.port import Write

MOST: Final = 20
"""Passkeys of an account."""
LONGEST_NAME: Final = 60
_HANDLE_BYTES: Final = 32


def read(ports: Ports, by: AccountSession) -> Passkeys:
    """One's own passkeys, out of what was read with the session."""
    require(by, "accounts.passkeys.read")
    return passkeys_of(ports, by.account.id, by.prefetched)


def ask_to_add(ports: Ports, by: AccountSession, *, conditional: bool = False) -> Question:
    """What a browser asks its device to make a passkey for one's own account. ``NotFound`` where none are offered.

    ``conditional``: the browser may make it by itself, since it has just filled in the password; then no one may be
    asked for a finger or a PIN, which each login asks for.
    """
    require(by, "accounts.passkeys.add")
    if not are_offered(ports):
        raise NotFound
    own, challenge = passkeys_of(ports, by.account.id, by.prefetched), new_challenge(ports)
    handle = own.handle or encoded(ports.random.token(_HANDLE_BYTES))
    verification = "preferred" if conditional else "required"
    options: dict[str, object] = {
        "rp": {"id": rp_id(ports.site), "name": ports.site.name},
        "user": {"id": handle, "name": by.account.address, "displayName": by.account.name},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in webauthn.ALGORITHMS],
        "excludeCredentials": [{"type": "public-key", "id": key.id} for key in own.keys],
        "authenticatorSelection": {"residentKey": "required", "userVerification": verification},
        "attestation": "none",
        "timeout": CHALLENGE_SECONDS * 1000,
    }
    return Question(options, challenge, handle)


def add(
    ports: Ports,
    by: AccountSession,
    *,
    answer: object,
    challenge: str,
    handle: str,
    name: str,
    conditional: bool = False,
    device_secret: str = "",
) -> tuple[NewSession, tuple[str, ...]]:
    """Add the passkey that a device has made; the session that goes on, and new recovery codes, if there are none.

    All other sessions and links of the account end, and an email tells. ``Invalid`` of no field if the device's answer
    is none to the question, did not check its user, or is one too many.
    """
    require(by, "accounts.passkeys.add")
    try:
        made = webauthn.read_registration(answer, asked(ports, challenge), conditional=conditional)
    except BadAnswer as fault:
        raise Invalid({"": messages.PASSKEY_REFUSED}) from fault
    if not made.device.verified and not conditional:
        raise Invalid({"": messages.PASSKEY_UNVERIFIED})
    own = passkeys_of(ports, by.account.id, by.prefetched)
    if len(own.keys) >= MOST:
        raise Invalid({"": messages.TooManyPasskeys(MOST)})
    device = made.device
    named, now = _name(name) or _free_name(own), ports.clock.now()
    added = Passkey(made.id, encoded(made.public_key), named, now, device.synced, device.counter)
    credentials = load_credentials(ports, by.account, by.prefetched)
    codes = () if credentials.recovery_codes else recovery_codes.new_codes(ports.random)
    entry = _change(
        ports,
        by,
        replace(own, handle=own.handle or handle, keys=(*own.keys, added)),
        event=events.PASSKEY_ADDED,
        notice=security_notices.FACTOR_ADDED,
        gained=Proof.PASSKEY if made.device.verified else None,
        codes=codes,
        writes=(
            Create(owner_record(made.id, by.account.id, address_hash(by.account.address))),
            spend(ports, challenge),
        ),
        device_secret=device_secret,
    )
    return entry, codes


def rename(ports: Ports, by: AccountSession, reference: str, name: str) -> None:
    """Name one of one's own passkeys; ``NotFound`` if there is no such one, ``Invalid`` without a name."""
    require(by, "accounts.passkeys.rename")
    if not (wanted := _name(name)):
        raise Invalid({"passkey_name": messages.PASSKEY_NAME_MISSING})

    def attempt(conflict: Conflict | None) -> None:
        own = passkeys_of(ports, by.account.id, by.prefetched if conflict is None else {})
        if own.named(reference) is None:
            raise NotFound
        renamed = (replace(key, name=wanted) if key.reference == reference else key for key in own.keys)
        ports.store.commit(Replace(passkeys_record(replace(own, keys=tuple(renamed), version=own.version + 1))))

    retry_on_conflict(attempt)


def is_last_factor(ports: Ports, by: AccountSession) -> bool:
    """Whether a passkey is the one second factor of one's own account."""
    require(by, "accounts.passkeys.read")
    credentials = load_credentials(ports, by.account, by.prefetched)
    return len(credentials.passkeys) == 1 and not credentials.has_authenticator


def remove(ports: Ports, by: AccountSession, reference: str, *, password: str, device_secret: str = "") -> NewSession:
    """Remove one of one's own passkeys; all other sessions and links end. ``NotFound`` if there is no such one.

    For the last second factor the password is asked for, and must be one that will do alone: ``Invalid`` at
    ``author_password``, ``TooMany``.
    """
    require(by, "accounts.passkeys.remove")
    own = passkeys_of(ports, by.account.id, by.prefetched)
    found = own.named(reference)
    if found is None:
        raise NotFound
    owner = ports.store.one(owner_key(found.id))
    writes: list[Write] = [Delete(owner.key, owner.version)] if owner else []
    if is_last_factor(ports, by):
        writes.append(check_password_alone(ports, by, password))
    return _change(
        ports,
        by,
        replace(own, keys=tuple(key for key in own.keys if key is not found)),
        event=events.PASSKEY_REMOVED,
        notice=security_notices.FACTOR_REMOVED,
        writes=writes,
        device_secret=device_secret,
    )


def _change(
    ports: Ports,
    by: AccountSession,
    passkeys: Passkeys,
    *,
    event: str,
    notice: str,
    writes: Sequence[Write],
    gained: Proof | None = None,
    codes: tuple[str, ...] = (),
    device_secret: str = "",
) -> NewSession:
    """Commit a change of the passkeys; with it ``codes``, new recovery codes, where the account has none."""
    credentials = load_credentials(ports, by.account, by.prefetched)
    return commit_change(
        ports,
        by,
        replace(
            credentials,
            passkeys=tuple(key.id for key in passkeys.keys),
            recovery_codes=(*credentials.recovery_codes, *recovery_codes.hashes_of(by.account.id, codes)),
        ),
        event=event,
        notice=(notice, security_notices.PASSKEY),
        writes=(write_op(passkeys_record(replace(passkeys, version=passkeys.version + 1))), *writes),
        gained=gained,
        device_secret=device_secret,
    )


def _name(typed: str) -> str:
    return " ".join("".join(max(each, " ") for each in typed).split())[:LONGEST_NAME]


def _free_name(own: Passkeys) -> str:
    taken = {key.name for key in own.keys}
    return next(name for name in (f"Passkey {number}" for number in range(1, MOST + 2)) if name not in taken)
