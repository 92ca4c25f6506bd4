"""A walk through the pages about one's own account, and those of a publisher that show a person's text, each in the
state in which it has most to show. What is done at each page is the caller's.
"""

from __future__ import annotations

import re
from base64 import b32decode
from contextlib import closing
from typing import TYPE_CHECKING

from tests.browser.link_walk import walk_links
from tests.browser.test_passkeys import DESK
from tests.people import PASSWORD

from byline.accounts import confirmation, registration, totp
from byline.accounts.actors import actor_of, load_account
from byline.accounts.addresses import address_hash, normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.recognition import recognise
from byline.accounts.records import claim_key
from byline.accounts.sessions import RegistrationSession
from byline.audit import OPERATOR
from byline.authors import decisions, pages, review_policy, still_right
from byline.profiles.editing import PageChange
from byline.store.port import Create, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from tests.server import Server

    from byline.ports import Ports

ANA = normalise("ana.lima@example.org")
LIVE = "<p>Ana Lima writes by the sea.</p>"
NEW = "<p>Ana Lima writes by the <em>North Sea</em>, in the evenings.</p>"


def prepare(server: Server) -> str:
    """An author whose text waits for review; the link on which she says whether her page is still right."""
    ports = server.ports()
    with closing(ports.store):
        begun = registration.register(
            ports, None, address=ANA, name="Ana Lima", password=PASSWORD, client=UNKNOWN_CLIENT
        )
        pending = recognise(ports, begun.cookie)
        assert isinstance(pending, RegistrationSession)
        confirmation.confirm(ports, pending)
        claim = ports.store.one(claim_key(address_hash(ANA)))
        assert claim
        account_id = str(claim.data["account"])
        decisions.approve(ports, OPERATOR, account_id)
        pages.save_own(ports, actor_of(load_account(ports, account_id)), PageChange(bio=LIVE, summary="By the sea."))
        review_policy.save(ports, OPERATOR, review_policy.ReviewPolicy.ALL)
        pages.save_own(ports, actor_of(load_account(ports, account_id)), PageChange(bio=NEW))
        return _still_right(ports, account_id)


def walk(server: Server, page: Page, phone: Page, still_right_link: str) -> Iterator[tuple[str, Page]]:
    """Each page by a name, as it is shown: ``page`` is a publisher's browser with a device for passkeys, ``phone``
    another one of theirs.
    """
    here = server.url
    page.goto(f"{here}/login")
    yield "login", page
    _logs_in(page)
    page.wait_for_url(f"{here}/passkeys/offer")
    page.locator("[data-passkey-add]").wait_for()
    yield "passkey-offer", page
    page.locator("main .ways a").click()
    page.wait_for_url(f"{here}/publisher")
    page.goto(f"{here}/account")
    yield "account", page
    page.goto(f"{here}/account/security")
    yield "security-none", page

    page.get_by_role("main").locator("form[action$='authenticator/begin'] button").click()
    page.wait_for_url(f"{here}/account/security/authenticator")
    yield "app-setup", page
    page.locator("summary").last.click()
    seed = b32decode((page.locator("code.key").text_content() or "").replace(" ", ""))
    page.locator("#code").fill("000000")
    page.locator("main button.main").click()
    page.locator("#errors").wait_for()
    yield "app-setup-refused", page
    page.locator("#code").fill(_code(server, seed))
    page.locator("main button.main").click()
    page.locator("ol.codes").wait_for()
    yield "recovery-codes", page
    codes = page.locator("ol.codes code").all_text_contents()
    page.goto(f"{here}/account/security")
    page.locator("[data-passkey-add] button").click()
    page.locator("ul.devices").wait_for()
    page.locator("ul.devices summary").click()
    yield "security-all", page
    for name, address in (("passkey-remove", "passkeys/"), ("app-remove", "authenticator/remove")):
        page.goto(f"{here}/account/security")
        page.locator(f"main a[href*='{address}'][href$='remove']").click()
        page.wait_for_url(re.compile("remove"))
        yield name, page

    phone.goto(f"{here}/login")
    _logs_in(phone)
    phone.wait_for_url(f"{here}/login/verify")
    yield "second-step", phone
    phone.locator("#code").fill("nothing")
    phone.locator("main button.main").click()
    phone.locator("#errors").wait_for()
    yield "second-step-refused", phone
    phone.locator("#code").fill(codes[0])
    phone.locator("main button.main").click()
    phone.wait_for_url(f"{here}/publisher")

    for name in ("sessions", "devices", "activity", "email"):
        page.goto(f"{here}/account/{name}")
        if name == "devices":
            page.locator("ul.devices summary").first.click()
        yield name, page
    page.goto(f"{here}/change_password")
    yield "password", page
    for path in ("publisher/settings", "publisher/reviews", "publisher/activity"):
        page.goto(f"{here}/{path}")
        yield path.replace("/", "-"), page
    page.goto(f"{here}/publisher/reviews")
    page.locator("main a[href*='/publisher/reviews/']").first.click()
    page.wait_for_url(re.compile("/publisher/reviews/"))
    yield "review", page
    page.goto(still_right_link)
    yield "still-right", page

    server.forward(minutes=20)
    page.goto(f"{here}/account/security")
    page.locator("form[action$='recovery-codes'] button").click()
    page.locator("#code").wait_for()
    yield "proof-by-code", page
    page.goto(f"{here}/account/verify?next=/account")
    yield "proof", page
    yield from walk_links(server, page, DESK, ANA)


def _logs_in(page: Page) -> None:
    page.locator("[name=makes_passkeys]").wait_for(state="attached")
    page.locator("#author_email").fill(DESK)
    page.locator("#author_password").fill(PASSWORD)
    page.locator("main button.main").click()


def _code(server: Server, seed: bytes) -> str:
    ports = server.ports()
    with closing(ports.store):
        return totp.code_at(seed, totp.step_of(ports.clock.now()))


def _still_right(ports: Ports, account_id: str) -> str:
    """As the email of the year has it."""
    now, account = ports.clock.now(), load_account(ports, account_id)
    ports.store.commit(Create(Record(still_right.key(account_id), {"asked": now.isoformat()})))
    return still_right.link_for(ports, account, pages.load_for(ports, OPERATOR, account_id).profile, now)
