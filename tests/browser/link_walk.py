"""A walk through the pages of a recovery and of a change of address, most of them behind links of emails."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from byline.accounts import address_change, address_undo, recovery
from byline.accounts.actors import load_account
from byline.accounts.address_change_records import AddressChanges, CompletedChange, PendingChange, changes_record
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import claim_key
from byline.accounts.recovery_records import WAITS, Purpose, Recovery, recovery_record
from byline.audit import OPERATOR
from byline.store.port import Create, write_op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from tests.server import Server

    from byline.accounts.model import Account
    from byline.ports import Ports

OLD, NEW = normalise("ines.before@marram.example"), normalise("ines.vale@marram.example")


def walk_links(server: Server, page: Page, address: str, author: str) -> Iterator[tuple[str, Page]]:
    """Each page by a name. ``page`` is logged in to the account of ``address``, a publisher's; ``author`` is another
    one's. The last page has ended its session.
    """
    here, ports = server.url, server.ports()
    with closing(ports.store):
        account, other = _account(ports, address), _account(ports, author)
        page.goto(f"{here}/publisher/authors/{other.id}/recovery")
        yield "recovery-start", page
        page.goto(f"{here}/publisher/authors/{other.id}/email")
        yield "lost-mailbox", page
        waiting = _recovery(ports, account)
        for name, link in (
            ("account-with-recovery", f"{here}/account"),
            ("recovery", f"{here}/account/recovery"),
            ("recovery-stop", recovery.link_for(ports, recovery.STOP, waiting)),
            ("recovery-finish", recovery.link_for(ports, recovery.FINISH, waiting)),
        ):
            page.goto(link)
            yield name, page
        pending, done = _changes(ports, account)
        for name, link in (
            ("email-pending", f"{here}/account/email"),
            ("email-confirm", address_change.link_for(ports, account.id, pending)),
            ("email-stop", address_undo.link_for(ports, account.id, pending)),
            ("email-undo", address_undo.link_for(ports, account.id, done)),
        ):
            page.goto(link)
            yield name, page
    page.locator("main button.main").click()
    page.locator("main a.main").wait_for()
    yield "email-undone", page
    page.goto(link)
    yield "link-dead", page


def _account(ports: Ports, address: str) -> Account:
    claim = ports.store.one(claim_key(address_hash(normalise(address))))
    assert claim
    return load_account(ports, str(claim.data["account"]))


def _recovery(ports: Ports, account: Account) -> Recovery:
    """One that can be finished."""
    started_at = ports.clock.now() - WAITS
    found = Recovery(account.id, "5f", Purpose.FACTORS, OPERATOR.account_id, started_at, account.generation)
    ports.store.commit(Create(recovery_record(found)))
    return found


def _changes(ports: Ports, account: Account) -> tuple[PendingChange, CompletedChange]:
    """One that waits, and one that can be undone."""
    now = ports.clock.now()
    pending, done = PendingChange("a1", NEW, now), CompletedChange("b2", OLD, now)
    ports.store.commit(write_op(changes_record(AddressChanges(account.id, pending, (done,)))))
    return pending, done
