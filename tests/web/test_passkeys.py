"""Passkeys, as a browser and its device meet them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.soft_authenticator import MAY_BE_SYNCED, PRESENT, VERIFIED, Authenticator, Passkey

from byline.accounts.records import session_from
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.store.all_records import all_records
from byline.store.port import Replace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

URL, SITE = "http://localhost:8000", "localhost"
SECURITY = "/account/security"
ADDED = "The passkey is added, and all other devices are logged out."
NEW_DEVICE = "Login from a new device"


@pytest.fixture
def at_home(tmp_path: Path) -> Portal:
    """A portal whose address has a name, as passkeys want it."""
    return make_portal(make_world(tmp_path, url=URL, throttle=False))


def device(**options: Any) -> Authenticator:
    return Authenticator(URL, SITE, **options)


def asked(person: Person, what: str) -> dict[str, Any]:
    answer = person.post(f"/passkeys/{what}/begin", form="/login" if what == "login" else SECURITY)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def add(person: Person, passkey: Passkey, by: Authenticator | None = None, **fields: object) -> TestResponse:
    challenge = asked(person, "register")["challenge"]
    answer = json.dumps((by or device()).create(challenge, passkey))
    return person.post("/passkeys/register/finish", {"answer": answer, **fields}, form=SECURITY)


def log_in(person: Person, passkey: Passkey, by: Authenticator | None = None, **fields: object) -> TestResponse:
    challenge = asked(person, "login")["challenge"]
    passkey.counter += bool(passkey.counter)
    answer = json.dumps((by or device()).get(challenge, passkey))
    return person.post("/passkeys/login/finish", {"answer": answer, **fields}, form="/login")


@pytest.fixture
def phone() -> Passkey:
    return Passkey.new("phone")


@pytest.fixture
def ana(at_home: Portal, phone: Passkey) -> Person:
    """An author with a passkey."""
    ana = at_home.author()
    assert add(ana, phone).status_code == 200
    return ana


def test_a_passkey_is_added_shown_and_logs_in_without_an_address(at_home: Portal, ana: Person, phone: Passkey) -> None:
    page = ana.get(SECURITY).text
    assert "Passkey 1" in page
    assert "Synced" in page

    browser = at_home.person()
    answer = log_in(browser, phone, next="/account")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "ana@example.org" in browser.get("/account").text
    assert "last used" in browser.get(SECURITY).text


def test_the_first_passkey_comes_with_ten_recovery_codes_shown_once(at_home: Portal, phone: Passkey) -> None:
    ana = at_home.author()
    answer = add(ana, phone)
    codes = re.findall(r"<code>([\w-]+)</code>", answer.text)

    assert ADDED in answer.text
    assert len(codes) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    browser = at_home.person()
    assert browser.log_in().headers["Location"] == "/login/verify"
    assert browser.post("/login/verify", {"code": codes[0]}).status_code == 303
    assert "ana@example.org" in browser.get("/account").text
    assert add(ana, Passkey.new("key")).headers["Location"] == SECURITY  # with the second there are some
    page = ana.get(SECURITY).text
    assert "The passkey is added. All other devices are logged out." in page
    assert "9 codes are left." in page
    assert not any(code in page for code in codes)


def test_a_login_by_passkey_from_an_unknown_browser_is_told_by_email_and_makes_it_known(
    at_home: Portal, ana: Person, phone: Passkey
) -> None:
    def told() -> int:
        at_home.world.work()
        return sum(mail.subject == NEW_DEVICE for mail in at_home.world.mailer.to(ana.address))

    at_home.world.clock.forward(minutes=5)
    browser = at_home.person()
    assert log_in(browser, phone).status_code == 303
    assert told() == 1

    at_home.world.clock.forward(minutes=90)
    browser.log_out()
    assert log_in(browser, phone).status_code == 303
    assert told() == 1
    assert browser.get("/account/devices").text.count('name="device_name"') == 2


def test_a_device_keeps_its_name_over_a_login_by_passkey(at_home: Portal, ana: Person, phone: Passkey) -> None:
    named(ana, "The laptop in the kitchen")
    ana.log_out()

    assert log_in(ana, phone).status_code == 303

    assert "The laptop in the kitchen" in ana.get("/account/devices").text
    assert ana.get("/account/devices").text.count('name="device_name"') == 1


def test_a_device_keeps_its_name_when_a_passkey_comes_and_goes(at_home: Portal, phone: Passkey) -> None:
    ana = at_home.author()
    named(ana, "The laptop in the kitchen")
    add(ana, phone)
    assert "The laptop in the kitchen" in ana.get("/account/devices").text
    [found] = set(re.findall(r"/passkeys/([\w-]+)/rename", ana.get(SECURITY).text))

    assert ana.post(f"/passkeys/{found}/remove", {"author_password": ana.password}).status_code == 303

    assert "The laptop in the kitchen" in ana.get("/account/devices").text


def test_a_device_is_known_by_a_passkey_that_was_added_before_it_named_the_address(
    at_home: Portal, ana: Person, phone: Passkey
) -> None:
    store = at_home.world.ports.store
    [owner] = [record for record in all_records(store) if record.key.kind == "passkey"]
    data = {name: value for name, value in owner.data.items() if name != "address"}
    store.commit(Replace(replace(owner, data=data, version=owner.version + 1)))
    named(ana, "The laptop in the kitchen")
    ana.log_out()

    assert log_in(ana, phone).status_code == 303

    assert "The laptop in the kitchen" in ana.get("/account/devices").text


def named(person: Person, name: str) -> None:
    """Give this browser a name."""
    [this, *_] = re.findall(r'name="device" value="([^"]+)"', person.get("/account/devices").text)
    sent = {"device": this, "device_name": name}
    assert person.post("/account/devices/rename", sent, form="/account/devices").status_code == 303


def test_what_is_asked_names_no_one_and_demands_that_the_device_checks_its_user(at_home: Portal, ana: Person) -> None:
    login, again = asked(at_home.person(), "login"), asked(at_home.person(), "login")
    new = asked(ana, "register")

    assert login.keys() == {"rpId", "challenge", "userVerification", "timeout"}
    assert (login["rpId"], login["userVerification"]) == (SITE, "required")
    assert login["challenge"] != again["challenge"]
    assert len(login["challenge"]) == 43  # 32 bytes
    assert new["authenticatorSelection"] == {"residentKey": "required", "userVerification": "required"}
    assert len(new["excludeCredentials"]) == 1
    assert at_home.account("ana@example.org").id not in json.dumps(new)
    assert new["user"]["id"] == asked(ana, "register")["user"]["id"]


def test_all_other_sessions_end_and_an_email_tells(at_home: Portal, phone: Passkey) -> None:
    ana = at_home.author()
    elsewhere = at_home.person()
    elsewhere.log_in()

    add(ana, phone)

    assert ana.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert "A passkey was added to your account." in ana.letter()


def test_a_passkey_that_does_not_check_its_user_is_not_taken(at_home: Portal, phone: Passkey, ana: Person) -> None:
    unchecked = device(flags=PRESENT | MAY_BE_SYNCED)

    add(ana, Passkey.new("key"), unchecked)
    assert "did not check that it is you" in ana.get(SECURITY).text
    answer = log_in(at_home.person(), phone, unchecked)

    assert answer.status_code == 422
    assert "did not check that it is you" in answer.text


@pytest.mark.parametrize(
    "by", [Authenticator("https://evil.example", SITE), Authenticator(URL, "evil.example"), device(said={"type": "x"})]
)
def test_an_answer_from_elsewhere_logs_no_one_in(
    at_home: Portal, ana: Person, phone: Passkey, by: Authenticator
) -> None:
    browser = at_home.person()

    answer = log_in(browser, phone, by)

    assert answer.status_code == 422
    assert "Try again, or use your password." in answer.text
    assert browser.get("/account").status_code == 302


def test_a_challenge_is_answered_once_by_the_browser_that_got_it_and_for_five_minutes(
    at_home: Portal, ana: Person, phone: Passkey
) -> None:
    browser, thief = at_home.person(), at_home.person()
    answer = {"answer": json.dumps(device().get(asked(browser, "login")["challenge"], phone))}
    cookie = browser.client.get_cookie("byline_visit")
    assert cookie is not None

    assert thief.post("/passkeys/login/finish", dict(answer), form="/login").status_code == 422
    assert browser.post("/passkeys/login/finish", dict(answer), form="/login").status_code == 303
    thief.client.set_cookie("byline_visit", cookie.value)  # a copy of what the browser held when it answered
    assert thief.post("/passkeys/login/finish", dict(answer), form="/login").status_code == 422

    late = at_home.person()
    answer = {"answer": json.dumps(device().get(asked(late, "login")["challenge"], phone))}
    at_home.world.clock.forward(minutes=6)
    assert late.post("/passkeys/login/finish", dict(answer), form="/login").status_code == 422


def offered(person: Person, **fields: object) -> str:
    """Where a login with the password leads to in a browser that can make passkeys."""
    sent = {"author_email": person.address, "author_password": person.password, "makes_passkeys": "1", **fields}
    answer = person.post("/login", sent)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_passkey_is_offered_once_in_each_browser_that_can_make_one(at_home: Portal) -> None:
    ana = at_home.author()
    ana.log_out()

    assert offered(ana, next="/account") == "/passkeys/offer?next=/account"
    page = ana.get("/passkeys/offer?next=/account").text
    assert "Log in without your password?" in page
    assert 'href="/account">Not now' in page
    ana.log_out()
    assert offered(ana) == "/"
    ana.post("/account/sessions/end-others", form="/account/sessions")  # this browser is known under another name then
    ana.log_out()
    assert offered(ana) == "/"
    assert offered(at_home.person()) == "/passkeys/offer"
    assert offered(at_home.person(), makes_passkeys="") == "/"


def test_none_is_offered_to_those_who_have_one_wait_or_come_with_a_form(at_home: Portal, ana: Person) -> None:
    assert offered(at_home.person()) == "/login/verify"
    assert ana.get("/passkeys/offer?next=/account").headers["Location"] == "/account"
    at_home.waiting("wim@example.org", "Wim Aas")
    assert offered(at_home.person("wim@example.org")) == "/"
    assert ana.get("/passkeys/offer?next=//evil.example/").headers["Location"] == "/"


def test_one_that_the_browser_made_by_itself_proves_nothing_until_it_checks_its_user(
    at_home: Portal, phone: Passkey
) -> None:
    ana = at_home.author()
    question = json.loads(ana.post("/passkeys/register/begin", {"conditional": "1"}, form=SECURITY).text)
    assert question["authenticatorSelection"] == {"residentKey": "required", "userVerification": "preferred"}
    made = device(flags=MAY_BE_SYNCED).create(question["challenge"], phone)

    assert "recovery codes" in ana.post("/passkeys/register/finish", {"answer": json.dumps(made)}, form=SECURITY).text

    assert proofs(at_home) == {"password"}
    assert log_in(at_home.person(), phone, device(flags=PRESENT)).status_code == 422
    assert log_in(at_home.person(), phone).status_code == 303
    assert proofs(at_home) == {"password", "passkey"}


def proofs(portal: Portal) -> set[str]:
    """What the sessions that there are were proven with."""
    sessions = [record for record in all_records(portal.world.ports.store) if record.key.kind == "session"]
    return {given.proof.value for each in sessions for given in session_from(each).proofs}


def test_one_that_the_browser_was_not_to_make_by_itself_is_not_taken(at_home: Portal, phone: Passkey) -> None:
    ana = at_home.author()
    for flags in (VERIFIED, MAY_BE_SYNCED):
        add(ana, phone, device(flags=flags))

    assert "Passkey 1" not in ana.get(SECURITY).text


def test_a_passkey_that_is_not_known_is_named_so_that_the_browser_forgets_it(at_home: Portal, ana: Person) -> None:
    answer = log_in(at_home.person(), Passkey.new("a stranger's"))

    assert answer.status_code == 422
    assert "does not know that passkey any more" in answer.text
    assert 'data-passkey-unknown="' in answer.text


def test_a_counter_that_falls_is_told_and_not_refused(at_home: Portal, phone: Passkey) -> None:
    ana, phone.counter = at_home.author(), 7
    add(ana, phone)
    assert log_in(at_home.person(), phone).status_code == 303
    phone.counter = 3

    assert log_in(at_home.person(), phone).status_code == 303

    assert "counts fewer logins than before" in ana.letter()


def test_a_passkey_is_renamed_and_removed_and_then_opens_nothing(at_home: Portal, ana: Person, phone: Passkey) -> None:
    add(ana, Passkey.new("key"), name="The key  on my ring")
    page = ana.get(SECURITY).text
    assert "The key on my ring" in page
    [first, *_] = re.findall(r"/passkeys/([\w-]+)/rename", page)
    ana.post(f"/passkeys/{first}/rename", {"passkey_name": "My <phone>"}, form=SECURITY)
    assert "My &lt;phone&gt;" in ana.get(SECURITY).text

    assert ana.post(f"/passkeys/{first}/remove").status_code == 303

    assert "My &lt;phone&gt;" not in ana.get(SECURITY).text
    assert log_in(at_home.person(), phone).status_code == 422
    assert "A passkey was removed from your account." in ana.letter()


def test_the_last_second_factor_goes_only_with_the_password(at_home: Portal, ana: Person) -> None:
    [found] = set(re.findall(r"/passkeys/([\w-]+)/rename", ana.get(SECURITY).text))

    assert ana.post(f"/passkeys/{found}/remove").status_code == 422
    assert ana.post(f"/passkeys/{found}/remove", {"author_password": "not mine at all"}).status_code == 422
    assert ana.post(f"/passkeys/{found}/remove", {"author_password": ana.password}).status_code == 303
    assert at_home.person().log_in().headers["Location"] == "/"


def test_with_a_passkey_the_password_alone_lets_no_one_in(at_home: Portal, ana: Person) -> None:
    browser = at_home.person()

    assert browser.log_in().headers["Location"] == "/login/verify"
    assert browser.get("/account").status_code == 302


def test_no_one_touches_the_passkeys_of_another(at_home: Portal, ana: Person, phone: Passkey) -> None:
    bo = at_home.author("bo@example.org", "Bo Lund")
    [found] = set(re.findall(r"/passkeys/([\w-]+)/rename", ana.get(SECURITY).text))

    assert bo.post(f"/passkeys/{found}/rename", {"passkey_name": "Mine"}, form=SECURITY).status_code == 404
    assert bo.post(f"/passkeys/{found}/remove", form=SECURITY).status_code == 404
    add(bo, phone)  # the same key again

    assert "Bo Lund" not in at_home.person().get("/").text
    browser = at_home.person()
    log_in(browser, phone)
    assert "ana@example.org" in browser.get("/account").text


def test_adding_one_asks_for_a_proof_of_late(at_home: Portal, phone: Passkey) -> None:
    ana = at_home.author()
    at_home.world.clock.forward(minutes=11)

    assert ana.post("/passkeys/register/begin", form=SECURITY).status_code == 403


def test_a_suspended_person_is_told_and_not_let_in(at_home: Portal, ana: Person, phone: Passkey) -> None:
    decisions.suspend(at_home.world.ports, OPERATOR, at_home.account("ana@example.org").id)

    assert log_in(at_home.person(), phone).status_code == 403


def test_those_who_wait_have_none(at_home: Portal) -> None:
    wim = at_home.waiting("wim@example.org", "Wim Aas")

    assert wim.post("/passkeys/register/begin", form="/logout").status_code == 403


def test_a_session_begun_with_a_passkey_is_fresh_again_by_it(at_home: Portal, ana: Person, phone: Passkey) -> None:
    at_home.world.clock.forward(minutes=30)
    assert ana.post("/passkeys/register/begin", form=SECURITY).status_code == 403

    assert log_in_again(ana, phone).status_code == 303

    assert ana.post("/passkeys/register/begin", form=SECURITY).status_code == 200


def log_in_again(person: Person, passkey: Passkey) -> TestResponse:
    answer = person.post("/passkeys/login/begin", form="/account/verify")
    signed = json.dumps(device().get(json.loads(answer.text)["challenge"], passkey))
    return person.post("/passkeys/login/finish", {"answer": signed, "next": SECURITY}, form="/account/verify")


def test_the_portal_offers_none_where_its_address_is_a_number(portal: Portal) -> None:
    ana = portal.author()

    assert "passkey" not in portal.person().get("/login").text
    assert "Passkeys" not in ana.get(SECURITY).text
    assert ana.post("/passkeys/login/begin", form=SECURITY).status_code == 404


@pytest.mark.parametrize(
    "answer", ["", "{", "[" * 5_000, "7", "null", '{"id": 7}', '{"id": "x", "type": "public-key"}']
)
def test_no_answer_breaks_a_page(at_home: Portal, ana: Person, answer: str) -> None:
    for what, form in (("login", "/login"), ("register", SECURITY)):
        person = ana if what == "register" else at_home.person()
        asked(person, what)
        sent = person.post(f"/passkeys/{what}/finish", {"answer": answer}, form=form)
        assert sent.status_code == (303 if what == "register" else 422)


def test_password_managers_find_where_passkeys_are_managed(at_home: Portal) -> None:
    answer = at_home.person().get("/.well-known/passkey-endpoints")

    assert json.loads(answer.text) == {"enroll": f"{URL}{SECURITY}", "manage": f"{URL}{SECURITY}"}


def test_a_passkey_of_this_device_only_says_so(at_home: Portal) -> None:
    ana = at_home.author()

    add(ana, Passkey.new("key"), device(flags=PRESENT | VERIFIED))

    assert "This device only" in ana.get(SECURITY).text
