"""A passkey is offered once to each browser that can make one, after a login with the password alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts.model import State
from byline.accounts.passkey_questions import are_offered
from byline.store import formats

if TYPE_CHECKING:
    from byline.accounts.clients import Client
    from byline.accounts.model import Account
    from byline.accounts.sessions import NewSession
    from byline.ports import Ports


def with_offer(ports: Ports, entry: NewSession, account: Account, client: Client) -> NewSession:
    """The session that begins, with the offer where it is time for one; its device remembers that."""
    device = entry.device
    if device is None or device.passkey_offered or not client.makes_passkeys or account.state is not State.ACTIVE:
        return entry
    if not are_offered(ports) or ports.store.format() < formats.PERSONAL_DATA:
        return entry
    return replace(entry, device=replace(device, passkey_offered=True), offers_passkey=True)
