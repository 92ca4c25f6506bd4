"""From the form to the waiting page, by every way that leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, code_in, csrf_of, make_portal, path_in
from tests.web.test_second_factors import set_up

from byline.store.all_records import all_records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

GATE_ONE = "You must confirm your email address by clicking the link sent to you via email."
GATE_TWO = "You must wait to have your account approved by the publisher."
DEAD = "The confirmation link is either invalid or expired."


def test_who_registers_is_logged_in_and_held_at_the_first_gate(portal: Portal) -> None:
    person = portal.person()

    answer = person.register()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    home = person.get("/")
    assert home.status_code == 200
    assert GATE_ONE in home.text
    assert "ana@example.org" in home.text
    elsewhere = person.get("/history")
    assert elsewhere.status_code == 403
    assert GATE_ONE in elsewhere.text


def test_the_link_in_the_same_browser_confirms_at_once(portal: Portal) -> None:
    person = portal.person()
    person.register()

    answer = person.confirm()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    home = person.get("/")
    assert home.status_code == 200
    assert GATE_TWO in home.text
    assert person.get("/history").status_code == 403


def test_the_link_in_another_browser_asks_for_the_password_and_confirms_with_it(portal: Portal) -> None:
    person, phone = portal.person(), portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")

    page = phone.get(link)
    assert page.status_code == 200
    assert GATE_ONE in person.get("/").text

    wrong = phone.client.post(link, data={"csrf_token": csrf_of(page), "author_password": "not the right password"})
    assert wrong.status_code == 422
    right = phone.client.post(link, data={"csrf_token": csrf_of(wrong), "author_password": PASSWORD})
    assert right.status_code == 303
    assert GATE_TWO in phone.get("/").text


def test_all_faults_of_a_registration_are_said_in_one_round(portal: Portal) -> None:
    person = portal.person("no address", "...")
    person.password = "short"

    page = person.register().text

    assert "has a name, an @ and a domain" in page
    assert "The name needs at least one letter" in page
    assert "characters or more; yours has 5" in page


def test_confirming_elsewhere_ends_the_session_of_the_browser_that_registered(portal: Portal) -> None:
    person, phone = portal.person(), portal.person()
    person.register()
    phone.post(path_in(person.letter(), "/confirm/"), {"author_password": PASSWORD})

    answer = person.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    page = person.get("/login")
    assert "Log in to go on" in page.text
    assert 'value="ana@example.org"' in page.text
    assert person.log_in().status_code == 303
    assert GATE_TWO in person.get("/").text


def test_the_code_confirms_in_the_browser_that_registered(portal: Portal) -> None:
    person = portal.person()
    person.register()
    code = code_in(person.letter())

    wrong = person.post("/confirm", {"code": "000000" if code != "000000" else "111111"}, form="/")
    assert wrong.status_code == 422
    assert "That code does not match" in wrong.text
    right = person.post("/confirm", {"code": f"{code[:3]} {code[3:]}"}, form="/")
    assert right.status_code == 303
    assert GATE_TWO in person.get("/").text


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\u0966", "\uff10", "\U0001d7ce"])
def test_a_code_may_be_typed_in_the_digits_of_any_keyboard(portal: Portal, zero: str) -> None:
    person = portal.person()
    person.register()
    typed = "".join(chr(ord(zero) + int(digit)) for digit in code_in(person.letter()) if digit != " ")

    answer = person.post("/confirm", {"code": f"\u200b{typed[:3]}\u2011\u200e{typed[3:]}.\ufeff"}, form="/")
    assert answer.status_code == 303


def test_what_cannot_be_a_code_is_no_try(portal: Portal) -> None:
    person = portal.person()
    person.register()
    code = code_in(person.letter())

    for typed in ["", "12345", "1234567", "O12345", "I do not have it", "ana@example.org"] * 4:
        answer = person.post("/confirm", {"code": typed}, form="/")
        assert answer.status_code == 422
        assert "six digits, and nothing else; this was not counted as a try" in answer.text
    assert person.post("/confirm", {"code": code}, form="/").status_code == 303


def test_a_code_is_dead_after_ten_minutes_and_a_new_letter_brings_a_new_one(portal: Portal) -> None:
    person = portal.person()
    person.register()
    first = code_in(person.letter())
    portal.world.clock.forward(minutes=10)

    assert person.post("/confirm", {"code": first}, form="/").status_code == 422
    assert person.post("/confirm/again", form="/").status_code == 303
    second = code_in(person.letter())
    assert second != first
    assert person.post("/confirm", {"code": second}, form="/").status_code == 303


def test_the_letter_is_sent_again_after_two_minutes_and_the_first_link_stays_good(portal: Portal) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")

    too_soon = person.post("/confirm/again", form="/")
    assert too_soon.status_code == 429
    assert int(too_soon.headers["Retry-After"]) <= 120
    portal.world.clock.forward(seconds=120)
    assert person.post("/confirm/again", form="/").status_code == 303
    portal.world.work()
    assert len(portal.world.mailer.to("ana@example.org")) == 2
    assert person.get(link).status_code == 303


def test_five_emails_go_out_in_an_hour_and_the_next_when_the_first_is_an_hour_old(portal: Portal) -> None:
    person = portal.person()
    person.register()
    for _ in range(4):
        portal.world.clock.forward(minutes=2)
        assert person.post("/confirm/again", form="/").status_code == 303
    portal.world.clock.forward(minutes=2)
    sixth = person.post("/confirm/again", form="/")
    assert (sixth.status_code, sixth.headers["Retry-After"]) == (429, "3000")
    elsewhere = person.post("/confirm/address", {"author_email": "ana@books.example"}, form="/")
    assert (elsewhere.status_code, elsewhere.headers["Retry-After"]) == (429, "3000")

    portal.world.clock.forward(minutes=49, seconds=59)
    last = person.post("/confirm/again", form="/")
    assert (last.status_code, last.headers["Retry-After"]) == (429, "1")
    portal.world.clock.forward(seconds=1)
    assert person.post("/confirm/again", form="/").status_code == 303
    assert person.post("/confirm/again", form="/").status_code == 429
    portal.world.clock.forward(minutes=2)
    assert person.post("/confirm/again", form="/").status_code == 303  # the second is an hour old as well


def test_another_address_gets_the_letter_and_the_old_link_is_dead(portal: Portal) -> None:
    person = portal.person("anna@exmaple.org")
    person.register()
    old = path_in(person.letter(), "/confirm/")

    assert person.post("/confirm/address", {"author_email": "ana@example.org"}, form="/").status_code == 303
    assert "ana@example.org" in person.get("/").text
    assert person.get(old).status_code == 410
    portal.world.work()
    new = path_in(portal.world.mailer.to("ana@example.org")[-1].text, "/confirm/")
    assert person.get(new).status_code == 303
    assert portal.account("ana@example.org").name == "Ana Lima"


def test_a_link_is_dead_after_three_days_and_the_page_says_so_in_the_fixed_words(portal: Portal) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")
    portal.world.clock.forward(days=3, seconds=1)

    answer = person.get(link)
    assert answer.status_code == 410
    assert DEAD in answer.text


def test_a_used_link_says_that_the_address_is_confirmed(portal: Portal) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")
    person.get(link)

    again = person.get(link)
    assert again.status_code == 200
    assert "confirmed" in again.text
    stranger = portal.person().get(link)
    assert stranger.status_code == 410
    assert DEAD in stranger.text


def test_a_registration_ends_after_seven_days_and_says_so(portal: Portal) -> None:
    person = portal.person()
    person.register()
    portal.world.clock.forward(days=7, seconds=1)

    answer = person.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/register")
    assert "This registration has ended; you can register again" in person.get("/register").text
    assert person.register().status_code == 303


def test_a_registration_can_be_deleted_before_it_is_confirmed(portal: Portal) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")

    assert person.get("/account/delete").status_code == 200
    assert person.post("/account/delete").status_code == 200
    assert person.get("/").status_code == 200
    assert GATE_ONE not in person.get("/").text
    assert portal.person().get(link).status_code == 410
    assert person.log_in().status_code == 422


def test_an_account_that_is_deleted_leaves_neither_its_app_nor_the_addresses_it_asked_for(portal: Portal) -> None:
    ana = portal.waiting()
    set_up(portal, ana)
    ana.post("/account/email", {"author_email": "ana.lima@example.net"})
    portal.world.work()

    assert ana.post("/account/delete").status_code == 200

    portal.world.work()
    left = list(all_records(portal.world.ports.store))
    assert "ana.lima@example.net" not in "".join(str(record.data) for record in left)
    kinds = {record.key.kind for record in left}
    assert not kinds & {"authenticator", "authenticator-setup", "address-change", "credentials-before"}


def test_an_account_can_be_deleted_while_it_waits_and_its_address_is_free_at_once(portal: Portal) -> None:
    person = portal.waiting()
    assert person.post("/account/delete").status_code == 200
    publisher = portal.publisher()
    portal.world.work()

    assert "Ana Lima" not in publisher.get("/publisher").text
    assert "Ana Lima" not in publisher.get("/publisher/authors?q=ana").text
    assert person.log_in().status_code == 422
    again = portal.waiting("ana@example.org", "Ana L.")
    assert GATE_TWO in again.get("/").text


def test_five_registrations_of_an_address_wait_and_the_sixth_is_asked_to_reset(portal: Portal) -> None:
    for number in range(5):
        assert portal.person(name=f"Ana {number}").register().status_code == 303

    sixth = portal.person().register()
    assert sixth.status_code == 429
    assert int(sixth.headers["Retry-After"]) > 0
    assert "/reset" in sixth.text


def test_the_same_browser_registering_anew_replaces_its_registration(portal: Portal) -> None:
    person = portal.person()
    person.register()
    old = path_in(person.letter(), "/confirm/")
    portal.world.clock.forward(minutes=3)
    data = {"author_email": person.address, "author_name": "Ana L.", "author_password": "another long password here"}

    assert person.post("/register", data, form="/").status_code == 303
    assert person.get(old).status_code == 410
    portal.world.work()
    assert person.confirm().status_code == 303
    assert portal.account(person.address).name == "Ana L."


def test_who_is_logged_in_as_somebody_else_is_offered_to_log_out(portal: Portal) -> None:
    author = portal.author("bo@example.org", "Bo Lund")
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")

    page = author.get(link)
    assert page.status_code == 200
    assert "Log out" in page.text
    assert GATE_ONE in person.get("/").text


def test_what_was_typed_is_kept_except_the_password(portal: Portal) -> None:
    person = portal.person("not-an-address", "Ana <b>Lima</b>")

    answer = person.register()
    assert answer.status_code == 422
    assert "not-an-address" in answer.text
    assert "Ana &lt;b&gt;Lima" in answer.text
    assert PASSWORD not in answer.text
    assert "<title>Error: " in answer.text
    assert 'href="#author_email"' in answer.text


def test_a_site_may_say_that_an_address_is_taken(portal: Portal) -> None:
    from tests.people import make_portal

    friendly = make_portal(portal.world.with_site(reveal_registered=True))
    friendly.author()

    answer = friendly.person().register()
    assert answer.status_code == 422
    assert "That email address is already in use." in answer.text
    # It speaks of accounts only, never of registrations that wait.
    friendly.person("bo@example.org", "Bo").register()
    assert friendly.person("bo@example.org", "Bo").register().status_code == 303


def withdrawn(portal: Portal, address: str, times: int) -> None:
    """Let a stranger register an address and give it up, again and again."""
    for _ in range(times):
        stranger = portal.person(address)
        assert stranger.register().status_code == 303
        assert stranger.post("/account/delete").status_code == 200


def test_a_registration_that_is_given_up_or_moved_frees_its_slot_at_once(portal: Portal) -> None:
    withdrawn(portal, "ana@example.org", 5)
    for number in range(5):
        stranger = portal.person()
        stranger.register()
        assert stranger.post("/confirm/address", {"author_email": f"b{number}@x.org"}, form="/").status_code == 303

    owner = portal.person()
    assert owner.register().status_code == 303
    assert owner.confirm().status_code == 303


@pytest.fixture
def limited(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path))


def test_an_address_that_strangers_gave_up_can_be_opened_by_a_reset(limited: Portal) -> None:
    withdrawn(limited, "ana@example.org", 15)
    owner = limited.person()
    full = owner.register()
    assert full.status_code == 429
    assert "Choose a password by email" in full.text

    assert owner.post("/reset", {"author_email": owner.address}).status_code == 303
    link = path_in(owner.letter(), "/reset/")
    chosen: dict[str, object] = {"new_password": owner.password, "author_name": owner.name}
    assert owner.post(link, chosen).status_code == 303
    assert limited.account(owner.address).name == owner.name


def test_the_emails_to_one_mailbox_are_bounded_however_its_address_is_spelled(limited: Portal) -> None:
    spellings = [f"vic.tim+{n}@example.org" for n in range(20)] + [
        f"{'victim'[:n]}.{'victim'[n:]}@example.org" for n in range(1, 6)
    ]
    people = [limited.person(address) for address in spellings]
    statuses = [person.register().status_code for person in people]
    limited.world.clock.forward(minutes=3)
    again = [person.post("/confirm/again", form="/").status_code for person in people[:3]]
    limited.world.work()

    assert statuses == [303] * 15 + [429] * 10
    assert again == [429] * 3
    assert len(limited.world.mailer.sent) == 15
    limited.world.clock.forward(hours=1)
    assert people[-1].register().status_code == 303


def test_resets_of_registered_spellings_of_one_mailbox_are_bounded_too(limited: Portal) -> None:
    spellings = [f"victim+{number}@example.org" for number in range(15)]
    for address in spellings:
        limited.person(address).register()
    limited.world.work()
    limited.world.mailer.sent.clear()
    for address in spellings[:8]:
        for _ in range(3):
            assert limited.person().post("/reset", {"author_email": address}).status_code == 303
    limited.world.work()

    assert len(limited.world.mailer.sent) == 15
    assert len(limited.world.mailer.rehearsed) == 9


def test_spellings_of_one_mailbox_are_different_accounts(portal: Portal) -> None:
    addresses = ["ana.lima@example.org", "analima@example.org", "analima+press@example.org", "+ana@example.org"]
    ids = {portal.waiting(address).world and portal.account(address).id for address in addresses}

    assert len(ids) == len(addresses)
