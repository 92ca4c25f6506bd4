"""What older programs stored, this one opens: everybody and everything is there, and goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.formats.conftest import FORMATS
from tests.people import csrf_of, form_of

from byline.jobs.worker import dead_letters, oldest_waiting, retry_dead_letters
from byline.transfer.record_set import RecordSet

if TYPE_CHECKING:
    from tests.formats.conftest import OldPortal

ANA, DESK = "ana@example.org", "desk@marram.example"
NEW_PASSWORD = "one more long password"
SIGNS = {
    "unconfirmed": "You must confirm your email address by clicking the link sent to you via email.",
    "waiting": "You must wait to have your account approved by the publisher.",
    "active": '<form class="editor"',
}


def test_the_store_has_the_format_that_it_was_left_with(old: OldPortal) -> None:
    assert old.world.ports.store.format() == FORMATS[old.commit]


def test_every_record_is_there(old: OldPortal) -> None:
    there = {
        f"{record.key.kind}#{record.key.id}": record.version for record in RecordSet(old.world.ports.store).items()
    }
    assert there == old.raw
    assert len(there) > 200


def test_everybody_comes_in_with_their_password(old: OldPortal) -> None:
    for address, about in old.known["people"].items():
        person = old.person(address)
        answer = person.log_in()
        if about.get("passkey"):
            assert answer.location == "/login/verify", address  # its device answers that
            continue
        if about.get("app"):
            person = old.logged_in(address)
        if about["state"] in {"declined", "suspended"}:
            assert answer.status_code == 403, address
        elif about.get("role") == "publisher":
            assert person.get("/publisher").status_code == 200, address
        else:
            assert answer.status_code == 303, address
            assert SIGNS[about["state"]] in person.get("/").text, address


def test_a_wrong_password_stays_wrong(old: OldPortal) -> None:
    person = old.person(ANA)
    assert person.log_in(password="the password of somebody else").status_code == 422


def test_sessions_go_on(old: OldPortal) -> None:
    assert 'value="ana"' in old.browser(ANA).get("/").text
    assert old.browser(DESK).get("/publisher").status_code == 200
    assert SIGNS["unconfirmed"] in old.browser("cleo@example.org").get("/").text
    assert SIGNS["active"] in old.browser("iva@example.org").get("/").text


def test_a_page_has_its_text_photo_links_address_and_every_version(old: OldPortal) -> None:
    ana = old.logged_in(ANA)
    about = old.known["people"][ANA]
    editor = ana.get("/").text
    form = form_of(ana.get("/"))
    assert about["bio"] in str(form["author_bio"])
    assert form["author_slug"] == about["slug"]
    assert form["author_sort_name"] == "Lima, Ana"
    assert form["link_url"][:2] == ["https://ana.example/", "https://social.example/@ana"]  # type: ignore[index]
    photo = re.search(r'src="(/photo/[^"]+)"', editor)
    assert photo
    assert ana.get(photo[1]).content_type == "image/jpeg"
    history = ana.get("/history").text
    for number in range(1, about["versions"]):
        assert f'"/history/{number}"' in history
        assert ana.get(f"/history/{number}").status_code == 200


def test_an_old_text_can_be_restored_and_the_page_saved(old: OldPortal) -> None:
    ana = old.logged_in(ANA)
    seen = form_of(ana.get("/"))["seen"]
    assert ana.post("/history/1/restore", {"seen": seen}, form="/history/1").status_code == 303
    assert form_of(ana.get("/"))["author_bio"] == "First words."
    assert ana.save(author_bio="Words of today.").status_code == 303
    old.world.work()
    assert "Words of today." in old.person(ANA).get("/authors/ana/").text


def test_readers_find_the_pages(old: OldPortal) -> None:
    reader = old.person(ANA)
    assert "Ana Lima" in reader.get("/authors/").text
    assert "Her second book" in reader.get("/authors/ana/").text
    assert "/authors/ana/" in reader.get("/authors/ana-lima/").text
    assert reader.get("/authors/ana/index.json").get_json()["name"] == "Ana Lima"
    old.world.work()
    assert old.known["people"]["iva@example.org"]["bio"] in reader.get("/authors/iva-novak/").text
    assert reader.get("/authors/eve-stone/").status_code == 404


def test_links_of_emails_work(old: OldPortal) -> None:
    cleo = old.browser("cleo@example.org")
    assert cleo.get(old.known["links"]["confirm"]).status_code == 303
    assert SIGNS["waiting"] in cleo.get("/").text
    finn = old.person("finn@example.org")
    for link, fields in (
        ("reset", {"new_password": NEW_PASSWORD}),
        ("invitation", {"new_password": NEW_PASSWORD, "author_name": "Uma Reed"}),
    ):
        at = old.known["links"][link]
        token = csrf_of(finn.get(at))
        assert finn.client.post(at, data={"csrf_token": token, **fields}).status_code == 303, link
        finn = old.person("finn@example.org")
    assert finn.log_in(password=NEW_PASSWORD).status_code == 303


def test_the_console_shows_everybody_and_what_happened(old: OldPortal) -> None:
    desk = old.logged_in(DESK)
    text = desk.get("/publisher").text + "".join(
        desk.get(f"/publisher/authors?state={state}").text for state in ("active", "waiting", "declined", "suspended")
    )
    for address, about in old.known["people"].items():
        if about["state"] != "unconfirmed":
            assert address in text, address
    found = set(re.findall(r'href="(/publisher/authors/[0-9a-f]{24})"', text))
    assert len(found) == sum(about["state"] != "unconfirmed" for about in old.known["people"].values())
    for path in found:
        assert desk.get(path).status_code == 200
    undelivered = desk.get("/publisher/authors?letters=undelivered").text
    assert "iva@example.org" in undelivered
    assert "jon@example.org" in undelivered
    assert "kit@example.org" not in undelivered
    assert ANA in desk.get("/publisher/authors?q=lim").text


def test_jobs_are_done_and_dead_letters_wait(old: OldPortal) -> None:
    assert [job.kind.value for job in dead_letters(old.world.ports)] == old.known["jobs"]["given_up"]
    old.world.clock.forward(minutes=1)
    assert oldest_waiting(old.world.ports).seconds > 0
    old.world.work()
    assert old.world.mailer.to("late@example.org")
    assert retry_dead_letters(old.world.ports) == 1
    old.world.work()
    assert old.world.mailer.to("mistyped@example.org")
    old.world.clock.forward(days=1)
    old.world.work()
    assert old.world.mailer.to(DESK), "the emails that were to come a day later"


def test_a_waiting_author_is_approved(old: OldPortal) -> None:
    desk = old.logged_in(DESK)
    at = f"/publisher/authors/{old.portal.account('ben@example.org').id}"
    assert desk.post(f"{at}/approve", form=at).status_code == 303
    assert SIGNS["active"] in old.logged_in("ben@example.org").get("/").text


@pytest.mark.parametrize("address", ["dan@example.org", "eve@example.org"])
def test_who_was_declined_or_suspended_is_reinstated(old: OldPortal, address: str) -> None:
    desk = old.logged_in(DESK)
    at = f"/publisher/authors/{old.portal.account(address).id}"
    act = "approve" if address.startswith("dan") else "restore"
    assert desk.post(f"{at}/{act}", form=at if act == "approve" else f"{at}/{act}").status_code == 303
    assert SIGNS["active"] in old.logged_in(address).get("/").text
