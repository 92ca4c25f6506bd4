"""The links of emails that choose a password: for an account, or for an address that has none yet.

A link holds a fingerprint of what it was made for: the first change of credentials, address or generation ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.addresses import address_hash
from byline.accounts.credential_history import history_keys
from byline.accounts.credentials import AccountWithCredentials, find_with_credentials
from byline.accounts.invitation_records import invitation_from, invitation_key
from byline.accounts.model import Address, Role, State
from byline.accounts.records import FIRST_PUBLISHER, claim_key
from byline.errors import DeadLink
from byline.messages.accounts import ACCOUNT_EXISTS, LINK_REVOKED, LINK_USED
from byline.messages.address_changes import NoResetYet
from byline.store.port import Check

if TYPE_CHECKING:
    from datetime import datetime

    from byline.links import Claims
    from byline.ports import Ports

LINK_SECONDS = 3600
PURPOSE = "reset"
NO_ACCOUNT_YET = "no account"
"""The fingerprint of an address without an account: a stranger's new registration does not end the link."""


@dataclass(frozen=True, slots=True)
class AccountLink:
    """What a reset link opens: an account, or an address that has none yet (then a name is asked for).

    ``unrevoked`` is the condition that an invitation is as it was read.
    """

    address: Address
    known: AccountWithCredentials | None
    role: Role
    name: str
    first_publisher: bool = False
    unrevoked: Check | None = None


def link_for_account(ports: Ports, known: AccountWithCredentials, *, asked_at: datetime) -> str:
    """The reset link of an account: dead with the first change of credentials, address or generation."""
    token = ports.signer.make(
        PURPOSE,
        {"a": known.account.id},
        fingerprint=ports.signer.mac(*(_to_credentials(known) if known.credentials.version else _to_hash(known))),
        expires_at=asked_at + timedelta(seconds=LINK_SECONDS),
    )
    return f"{ports.site.url}/reset/{token}"


def link_for_address(
    ports: Ports,
    address: str,
    *,
    asked_at: datetime,
    role: Role = Role.AUTHOR,
    name: str = "",
    seconds: int = LINK_SECONDS,
    revocations: int = 0,
) -> str:
    """The link that opens an account for an address that has none: after a reset, or by an invitation whose earlier
    links were ended ``revocations`` times.
    """
    token = ports.signer.make(
        PURPOSE,
        {"m": address, "r": role.value, "n": name},
        fingerprint=fingerprint_of_invitation(revocations),
        expires_at=asked_at + timedelta(seconds=seconds),
    )
    return f"{ports.site.url}/reset/{token}"


def read_link(ports: Ports, token: str) -> AccountLink:
    """What a reset link opens, in one read; ``DeadLink`` if its state is gone. Looking changes nothing."""
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    return _account_link(ports, claims)


def barred_until(known: AccountWithCredentials, now: datetime) -> datetime | None:
    """Until when no email lets anyone choose a password: after the address was put back, the mailbox alone proves
    nothing for a while. Where a second factor is asked for besides, it may.
    """
    until = known.account.no_reset_until
    return until if until is not None and now < until and not known.credentials.has_second_factor else None


def fingerprint_of_invitation(revocations: int) -> str:
    """What binds a link to an invitation. A revoked one has a higher number, and one without a record counts as 0."""
    return f"invitation {revocations}" if revocations else NO_ACCOUNT_YET


def _account_link(ports: Ports, claims: Claims) -> AccountLink:
    fields = claims.fields
    if "a" in fields:
        known = find_with_credentials(ports, fields["a"], *history_keys(fields["a"]))
        if known is None or known.account.state is State.DELETED or not _is_current(ports, claims, known):
            raise DeadLink(LINK_USED)
        if until := barred_until(known, ports.clock.now()):
            raise DeadLink(NoResetYet(until))
        return AccountLink(known.account.address, known, known.account.role, known.account.name)
    address = Address(fields["m"])
    address_key = address_hash(address)
    role, own_key = Role(fields["r"]), invitation_key(address_key)
    is_invitation = role is Role.PUBLISHER
    records = ports.store.get(claim_key(address_key), FIRST_PUBLISHER, *([own_key] if is_invitation else []))
    if claim_key(address_key) in records:
        raise DeadLink(ACCOUNT_EXISTS)
    invitation = invitation_from(records[own_key]) if own_key in records else None
    if is_invitation and not claims.matches(fingerprint_of_invitation(invitation.revocations if invitation else 0)):
        raise DeadLink(LINK_REVOKED)
    return AccountLink(
        address,
        None,
        role,
        fields["n"],
        first_publisher=FIRST_PUBLISHER not in records,
        unrevoked=Check(own_key, invitation.version if invitation else None) if is_invitation else None,
    )


def _is_current(ports: Ports, claims: Claims, known: AccountWithCredentials) -> bool:
    """Whether a link is bound to an account as it is; one from before its credentials moved may be out for an hour."""
    bound_to = _to_credentials(known), _to_hash(known)
    return any(ports.signer.verifies(claims.fingerprint, *parts) for parts in bound_to)


def _to_credentials(known: AccountWithCredentials) -> tuple[str, ...]:
    """What a link is bound to, for ``Signer.mac``."""
    return _state("credentials", known, str(known.credentials.version))


def _to_hash(known: AccountWithCredentials) -> tuple[str, ...]:
    """The same for credentials that have no record: as programs bound all links before format 3."""
    return _state("fingerprint", known, known.credentials.password_hash or "")


def _state(purpose: str, known: AccountWithCredentials, credentials: str) -> tuple[str, ...]:
    account = known.account
    return purpose, account.id, credentials, str(account.generation), account.address
