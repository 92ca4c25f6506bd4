"""An authenticator app and recovery codes: set up, asked for at each login, and removed."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tests.people import PASSWORD, path_in

from byline.accounts import seeds, totp
from byline.accounts.authenticator_records import authenticator_from, authenticator_key
from byline.proofs import Proof

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

ANA = "ana@example.org"
NEW = "twelve quiet otters by the weir"


def set_up(portal: Portal, person: Person) -> list[str]:
    """Set up an app; the recovery codes that are shown."""
    assert person.post("/account/security/authenticator/begin", form="/account/security").status_code == 303
    page = person.get("/account/security/authenticator").get_data(as_text=True)
    seed = unescape(re.findall(r'<code class="key">([^<]+)', page)[0])
    code = totp.code_at(seed_of(seed), totp.step_of(portal.world.clock.now()))
    answer = person.post("/account/security/authenticator", {"code": code})
    assert answer.status_code in {200, 303}, answer.text
    return re.findall(r"<code>([a-z2-7-]{29})</code>", answer.text)


def seed_of(key: str) -> bytes:
    import base64

    text = key.replace(" ", "")
    return base64.b32decode(text + "=" * (-len(text) % 8))


def code_of(portal: Portal, address: str = ANA) -> str:
    """What the person's app shows now."""
    ports, account = portal.world.ports, portal.account(address)
    record = ports.store.one(authenticator_key(account.id))
    assert record
    seed = seeds.decrypt(ports, authenticator_from(record).sealed, account.id)
    return totp.code_at(seed, totp.step_of(ports.clock.now()))


def log_in(portal: Portal, code: str, *, address: str = ANA, password: str = PASSWORD) -> TestResponse:
    """Both steps in a browser of one's own; the answer to the second."""
    person = portal.person(address)
    person.password = password
    first = person.log_in()
    assert first.status_code == 303
    assert first.headers["Location"].endswith("/login/verify")
    return person.post("/login/verify", {"code": code})


def test_after_the_password_a_code_is_asked_for_and_lets_in(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(seconds=30)
    person = portal.person(ANA)
    person.log_in()
    assert person.get("/account").status_code == 302
    answer = person.post("/login/verify?next=/account", {"code": code_of(portal), "next": "/account"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/account"
    assert person.get("/account").status_code == 200


def test_a_code_works_once(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(seconds=30)
    code = code_of(portal)
    assert log_in(portal, code).status_code == 303
    assert log_in(portal, code).status_code == 422
    portal.world.clock.forward(seconds=30)
    assert log_in(portal, code).status_code == 422
    assert log_in(portal, code_of(portal)).status_code == 303


def test_the_code_that_set_the_app_up_is_used(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    assert log_in(portal, code_of(portal)).status_code == 422


def test_without_the_password_no_code_is_asked_for(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    assert portal.person(ANA).log_in(password="not the password").status_code == 422
    assert portal.person("nobody@example.org").log_in().status_code == 422
    assert portal.person().get("/login/verify").headers["Location"] == "/login"


def test_the_first_step_is_remembered_ten_minutes(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    person = portal.person(ANA)
    person.log_in()
    portal.world.clock.forward(minutes=10)
    answer = person.post("/login/verify", {"code": code_of(portal)})
    assert answer.headers["Location"] == "/login"
    assert "log in again" in person.get("/login").text


def test_each_recovery_code_lets_in_once_and_the_owner_is_told(portal: Portal) -> None:
    ana = portal.author(ANA)
    codes = set_up(portal, ana)
    assert len(codes) == 10
    assert log_in(portal, codes[4].upper()).status_code == 303
    assert log_in(portal, codes[4]).status_code == 422
    portal.world.work()
    assert any("recovery code" in mail.subject for mail in portal.world.mailer.to(ANA))


def test_at_the_last_two_recovery_codes_the_person_is_warned(portal: Portal) -> None:
    ana = portal.author(ANA)
    codes = set_up(portal, ana)
    for code in codes[:7]:
        assert log_in(portal, code).status_code == 303
    person = portal.person(ANA)
    person.log_in()
    person.post("/login/verify", {"code": codes[7]})
    assert "2 recovery codes are left" in person.get("/account").text


def test_new_recovery_codes_end_those_of_before(portal: Portal) -> None:
    ana = portal.author(ANA)
    before = set_up(portal, ana)
    answer = ana.post("/account/security/recovery-codes", form="/account/security")
    after = re.findall(r"<code>([a-z2-7-]{29})</code>", answer.text)
    assert len(after) == 10
    assert log_in(portal, before[0]).status_code == 422
    assert log_in(portal, after[0]).status_code == 303


def test_setting_up_ends_all_other_sessions_and_tells_the_owner(portal: Portal) -> None:
    ana = portal.author(ANA)
    other = portal.person(ANA)
    other.log_in()
    set_up(portal, ana)
    assert other.get("/account").status_code == 302
    assert ana.get("/account").status_code == 200
    portal.world.work()
    assert any("authenticator app was added" in mail.subject for mail in portal.world.mailer.to(ANA))


def test_a_reset_changes_the_password_and_still_asks_for_the_code(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    person = portal.person(ANA)
    person.post("/reset", {"author_email": ANA})
    portal.world.work()
    link = path_in(portal.world.mailer.to(ANA)[-1].text, "/reset/")
    page = person.get(link)
    at = page.headers.get("Location", link)
    answer = person.post(at, {"new_password": NEW})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/login/verify")
    assert person.get("/account").status_code == 302
    portal.world.clock.forward(seconds=60)
    assert person.post("/login/verify", {"code": code_of(portal)}).status_code == 303
    portal.world.clock.forward(seconds=60)
    assert log_in(portal, code_of(portal), password=NEW).status_code == 303


def test_changing_the_password_keeps_the_second_factor_of_the_session(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    ana.post("/change_password", {"old_password": PASSWORD, "new_password": NEW})
    assert ana.get("/account/security").status_code == 200
    assert "9 codes" not in ana.get("/account/security").text
    portal.world.clock.forward(seconds=60)
    assert log_in(portal, code_of(portal), password=NEW).status_code == 303


def test_a_stolen_session_and_password_change_no_password_without_a_code(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(minutes=11)
    stolen = ana.post("/change_password", {"old_password": PASSWORD, "new_password": NEW})
    assert stolen.status_code == 403
    assert portal.person(ANA).log_in().headers["Location"].endswith("/login/verify")
    assert ana.post("/account/verify", {"code": code_of(portal)}).status_code == 303
    assert ana.post("/change_password", {"old_password": PASSWORD, "new_password": NEW}).status_code == 303


def test_the_codes_are_shown_on_a_page_of_whoever_is_logged_in(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    page = ana.post("/account/security/recovery-codes", form="/account/security").text
    assert "Log out" in page


def test_after_ten_minutes_a_code_is_asked_for_and_no_password(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(minutes=11)
    asked = ana.post("/account/sessions/end-others", form="/account/sessions")
    assert asked.status_code == 403
    assert "author_password" not in asked.text
    assert ana.post("/account/verify", {"author_password": PASSWORD}).status_code == 422
    assert ana.post("/account/verify", {"code": code_of(portal)}).status_code == 303
    assert ana.post("/account/sessions/end-others", form="/account/sessions").status_code == 303


def test_removing_the_app_needs_the_password_and_ends_the_codes(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    assert ana.post("/account/security/authenticator/remove", {"author_password": "no"}).status_code == 422
    answer = ana.post("/account/security/authenticator/remove", {"author_password": PASSWORD})
    assert answer.status_code == 303
    assert portal.person(ANA).log_in().headers["Location"] == "/"
    credentials = portal.with_credentials(ANA).credentials
    assert (credentials.has_second_factor, credentials.recovery_codes) == (False, ())
    assert portal.world.ports.store.one(authenticator_key(portal.account(ANA).id)) is None


def test_a_new_phone_takes_over_from_the_one_of_before(portal: Portal) -> None:
    ana = portal.author(ANA)
    set_up(portal, ana)
    portal.world.clock.forward(seconds=60)
    of_the_old = code_of(portal)
    set_up(portal, ana)
    portal.world.clock.forward(seconds=30)
    assert log_in(portal, of_the_old).status_code == 422
    assert log_in(portal, code_of(portal)).status_code == 303


def test_no_one_reads_a_seed_or_a_code_in_a_stolen_store(portal: Portal) -> None:
    ana = portal.author(ANA)
    codes = set_up(portal, ana)
    ports = portal.world.ports
    record = ports.store.one(authenticator_key(portal.account(ANA).id))
    assert record
    seed = seeds.decrypt(ports, authenticator_from(record).sealed, portal.account(ANA).id)
    everything = repr([each.data for each in ports.store.scan(limit=1000).records])
    assert totp.setup_key(seed).replace(" ", "") not in everything
    assert seed.hex() not in everything
    assert not any(code in everything or code.replace("-", "") in everything for code in codes)


def test_the_qr_code_is_the_persons_own_and_only_while_the_setup_lasts(portal: Portal) -> None:
    ana, bea = portal.author(ANA), portal.author("bea@example.org", "Bea Noor")
    ana.post("/account/security/authenticator/begin", form="/account/security")
    drawn = ana.get("/account/security/authenticator.svg")
    assert drawn.content_type.startswith("image/svg+xml")
    assert drawn.headers["Cache-Control"] == "no-store"
    assert bea.get("/account/security/authenticator.svg").status_code == 404
    portal.world.clock.forward(minutes=9, seconds=59)
    assert ana.get("/account/security/authenticator.svg").status_code == 200
    portal.world.clock.forward(minutes=25)
    ana.post("/account/verify", {"author_password": PASSWORD})
    assert ana.get("/account/security/authenticator.svg").status_code == 404


def test_beside_an_app_a_password_may_be_short_and_no_longer_without(portal: Portal) -> None:
    short = "kv7-plume"
    ana = portal.author(ANA)
    assert ana.post("/change_password", {"old_password": PASSWORD, "new_password": short}).status_code == 422
    set_up(portal, ana)
    assert "8 characters or more" in ana.get("/change_password").text
    assert ana.post("/change_password", {"old_password": PASSWORD, "new_password": short}).status_code == 303
    refused = ana.post("/account/security/authenticator/remove", {"author_password": short})
    assert refused.status_code == 422
    assert "15 characters" in refused.text


def test_a_session_says_what_it_was_proven_with(portal: Portal) -> None:
    from byline.accounts.recognition import recognise

    ana = portal.author(ANA)
    set_up(portal, ana)
    with ana.client.session_transaction() as kept:
        name = kept["_user_id"]
    session = recognise(portal.world.ports, name)
    assert set(session.proof_ages) == {Proof.PASSWORD, Proof.TOTP}  # type: ignore[union-attr]
