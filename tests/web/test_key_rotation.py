"""A new secret key: no one is logged out, no link ends and no form is refused, for thirty days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import code_in, csrf_of, form_of, make_portal, path_in

from byline.audit import OPERATOR
from byline.authors import questions
from byline.key_ring import SIGNS_AFTER, KeyRing, SecretKey
from byline.links import Signer
from byline.store import formats

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.people import Portal

    from byline.key_ring import Keys

A_DAY = timedelta(days=1)


class Ring:
    """The keys of a portal that a test turns."""

    def __init__(self) -> None:
        self.ring = KeyRing((SecretKey("a secret for tests, long enough for all of them"),))

    def keys(self, portal_clock: object) -> Keys:
        return lambda: self.ring.in_force(portal_clock.now())  # type: ignore[attr-defined]


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def portal(tmp_path: Path, ring: Ring) -> Portal:
    world = make_world(tmp_path)
    formats.upgrade(world.ports.store)
    signer = Signer(ring.keys(world.clock), world.ports.site.url)
    return make_portal(replace(world, ports=replace(world.ports, signer=signer)))


def rotate(portal: Portal, ring: Ring, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Make a new key, and wait until it signs; five minutes before, something else happens."""
    ring.ring = ring.ring.with_new(
        f"key number {len(ring.ring.keys)}, made by chance for this test", portal.world.clock.now()
    )
    portal.world.clock.forward(seconds=SIGNS_AFTER.total_seconds() - 300)
    meanwhile()
    portal.world.clock.forward(minutes=5)


def letters_to(portal: Portal, address: str) -> str:
    return "\n".join(letter.text for letter in portal.world.mailer.to(address))


def test_whoever_is_logged_in_stays_so_and_sends_the_form_that_was_open(portal: Portal, ring: Ring) -> None:
    ana = portal.author()
    form = form_of(ana.get("/"))

    rotate(portal, ring)

    assert ana.client.post("/", data={**form, "author_bio": "Written before, sent after."}).status_code == 303
    assert "Written before, sent after." in ana.get("/").text


def test_who_is_remembered_stays_logged_in_until_the_session_ends_by_itself(portal: Portal, ring: Ring) -> None:
    ana = portal.author()
    ana.log_out()
    ana.log_in(remember=True)
    rotate(portal, ring)
    for _ in range(29):
        assert ana.get("/account").status_code == 200
        portal.world.clock.forward(days=1)


def test_the_links_and_codes_of_emails_go_on_working(portal: Portal, ring: Ring) -> None:
    ana, ben = portal.person(), portal.person("ben@example.org", "Ben Osei")
    cleo = portal.author("cleo@example.org", "Cleo Marsh")
    dan = portal.waiting("dan@example.org", "Dan Roe")
    ana.register()
    cleo.log_out()
    cleo.post("/reset", {"author_email": cleo.address})
    questions.ask(portal.world.ports, OPERATOR, portal.account(dan.address).id, text="Which of your books?")
    portal.world.work()
    codes: list[str] = []

    def registers() -> None:
        ben.register()
        codes.append(code_in(ben.letter()))

    rotate(portal, ring, registers)

    assert ana.confirm().status_code == 303
    assert ben.post("/confirm", {"code": codes[0]}, form="/").status_code == 303
    assert cleo.get(path_in(letters_to(portal, cleo.address), "/reset/"), follow_redirects=True).status_code == 200
    assert dan.get(path_in(letters_to(portal, dan.address), "/question/")).status_code == 200


def test_a_key_that_is_over_opens_nothing(portal: Portal, ring: Ring) -> None:
    ana = portal.author()
    ana.log_out()
    ana.log_in(remember=True)
    token = csrf_of(ana.get("/"))
    rotate(portal, ring)
    portal.world.clock.forward(days=31)

    assert ana.get("/account").status_code in {302, 303}
    assert ana.client.post("/logout", data={"csrf_token": token}).status_code != 303


def test_a_known_device_is_known_for_its_year_when_it_comes_back_meanwhile(portal: Portal, ring: Ring) -> None:
    ana = portal.author()
    before = ana.client.get_cookie("byline_device")
    assert before
    rotate(portal, ring)
    ana.get("/")
    after = ana.client.get_cookie("byline_device")
    assert after
    assert after.value.rpartition(".")[0] == before.value.rpartition(".")[0]
    assert after.value != before.value
    portal.world.clock.forward(days=40)
    ana.get("/")
    kept = ana.client.get_cookie("byline_device")
    assert kept
    assert kept.value == after.value


def test_typed_text_that_waits_in_a_browser_is_still_found(portal: Portal, ring: Ring) -> None:
    ana = portal.author()

    def copies_of() -> str:
        page = ana.get("/").text
        return page[page.index("account-") :][:30]

    before = copies_of()
    rotate(portal, ring)

    assert copies_of() == before
