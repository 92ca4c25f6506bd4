"""Accounts by their email address: for publishers and the operator alone, since it tells who has an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.actors import load_account
from byline.accounts.addresses import address_hash
from byline.accounts.pending_registrations import load_address_status
from byline.errors import Invalid, NotFound
from byline.messages.accounts import NotConfirmedYet
from byline.permissions import require

if TYPE_CHECKING:
    from byline.accounts.model import Account, Address
    from byline.audit import Actor
    from byline.ports import Ports


def find_by_address(ports: Ports, by: Actor, address: Address) -> Account | None:
    """The account of an email address; ``None`` if it has none."""
    require(by, "accounts.lookup.find_by_address")
    account_id = load_address_status(ports, address_hash(address)).account_id
    return None if account_id is None else load_account(ports, account_id)


def load_by_address(ports: Ports, by: Actor, address: Address) -> Account:
    """The account of an email address. ``Invalid`` while it is not confirmed, ``NotFound`` if it has none."""
    require(by, "accounts.lookup.load_by_address")
    status = load_address_status(ports, address_hash(address))
    if status.account_id is not None:
        return load_account(ports, status.account_id)
    if status.pending_registrations:
        raise Invalid({"email": NotConfirmedYet(address)})
    raise NotFound(f"{address} has no account here")
