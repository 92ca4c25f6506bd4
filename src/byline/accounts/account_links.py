"""The links of emails that choose a password: for an account, or for an address that has none yet.

A link holds a fingerprint of what it was made for, so that the first change of password, address or generation ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.actors import find_account
from byline.accounts.addresses import address_hash
from byline.accounts.model import Account, Address, Role, State
from byline.accounts.records import FIRST_PUBLISHER, claim_key
from byline.errors import DeadLink
from byline.messages.accounts import ACCOUNT_EXISTS, LINK_USED

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
    """What a reset link opens: an account, or an address that has none yet (then a name is asked for)."""

    claims: Claims
    address: Address
    account: Account | None
    role: Role
    name: str
    first_publisher: bool = False


def link_for_account(ports: Ports, account: Account, *, asked_at: datetime) -> str:
    """The reset link of an account: dead with the first change of password, address or generation."""
    token = ports.signer.make(
        PURPOSE,
        {"a": account.id},
        fingerprint=_fingerprint(ports, account),
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
) -> str:
    """The link that opens an account for an address that has none: after a reset, or by an invitation."""
    token = ports.signer.make(
        PURPOSE,
        {"m": address, "r": role.value, "n": name},
        fingerprint=NO_ACCOUNT_YET,
        expires_at=asked_at + timedelta(seconds=seconds),
    )
    return f"{ports.site.url}/reset/{token}"


def read_link(ports: Ports, token: str) -> AccountLink:
    """What a reset link opens, in one read; ``DeadLink`` if its state is gone. Looking changes nothing."""
    claims = ports.signer.read(PURPOSE, token, now=ports.clock.now())
    return _account_link(ports, claims)


def _account_link(ports: Ports, claims: Claims) -> AccountLink:
    fields = claims.fields
    if "a" in fields:
        account = find_account(ports, fields["a"])
        if account is None or not claims.matches(_fingerprint(ports, account)) or account.state is State.DELETED:
            raise DeadLink(LINK_USED)
        return AccountLink(claims, account.address, account, account.role, account.name)
    address = Address(fields["m"])
    address_key = address_hash(address)
    records = ports.store.get(claim_key(address_key), FIRST_PUBLISHER)
    if claim_key(address_key) in records:
        raise DeadLink(ACCOUNT_EXISTS)
    return AccountLink(
        claims, address, None, Role(fields["r"]), fields["n"], first_publisher=FIRST_PUBLISHER not in records
    )


def _fingerprint(ports: Ports, account: Account) -> str:
    return ports.signer.mac(
        "fingerprint", account.id, account.password_hash or "", str(account.generation), account.address
    )
