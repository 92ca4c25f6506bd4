"""Store calls are the budget: on AWS each is money and milliseconds. On both engines these are the most a page takes.

The session is part of every read: the cookie names what the page needs.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, Portal, code_in, csrf_of, form_of, make_portal, path_in
from tests.soft_authenticator import Passkey
from tests.store_wrappers import CountingStore, HookedStore
from tests.web import test_passkeys as passkeys
from tests.web.test_managed_pages import added, press
from tests.web.test_reviews import press as submit
from tests.web.test_reviews import rule
from tests.web.test_second_factors import code_of, set_up

from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce
from byline.audit import OPERATOR
from byline.authors import decisions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from byline.store.port import Store


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    # A save's own publishing comes after its commit and is counted apart: its job would do it otherwise.
    return make_portal(make_world(tmp_path, counted), publish_in_line=False)


@contextmanager
def at_most(counted: CountingStore, *, reads: int, commits: int) -> Iterator[None]:
    counted.reset()
    yield
    assert (counted.reads, counted.commits) == (reads, commits)


def test_a_page_for_a_logged_in_author_takes_one_read(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    author.log_out()
    author.log_in()
    for path in ("/", "/account", "/change_password", "/logout"):
        with at_most(counted, reads=1, commits=0):
            assert author.get(path).status_code == 200


def test_a_draft_takes_one_read_and_one_commit_and_its_preview_one_read(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    author.save(author_bio="Live.")
    for number in range(2):  # the first makes the draft, the next one changes it
        form = {**form_of(author.get("/")), "author_bio": f"Draft {number}.", "intent": "draft"}
        with at_most(counted, reads=1, commits=1):
            assert author.client.post("/", data=form).status_code == 303
        for path in ("/", "/preview"):
            with at_most(counted, reads=1, commits=0):
                assert author.get(path).status_code == 200
    form = {**form_of(author.get("/")), "intent": "publish"}
    with at_most(counted, reads=1, commits=1):
        assert author.client.post("/", data=form).status_code == 303


def test_the_first_page_after_approval_takes_one_read_more_and_only_that_one(
    portal: Portal, counted: CountingStore
) -> None:
    author = portal.author()
    with at_most(counted, reads=2, commits=0):
        author.get("/")
    with at_most(counted, reads=1, commits=0):
        author.get("/")


def test_a_history_takes_two_reads_however_many_versions_it_lists(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    for number in range(12):
        author.save(author_bio=f"Number {number}.")
    author.get("/history")
    with at_most(counted, reads=2, commits=0):
        assert author.get("/history").text.count('class="version"') == 12


def test_a_page_view_notes_that_it_was_seen_at_most_every_five_minutes(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    author.get("/")
    portal.world.clock.forward(minutes=6)
    with at_most(counted, reads=1, commits=1):
        author.get("/")
    portal.world.clock.forward(minutes=4)
    with at_most(counted, reads=1, commits=0):
        author.get("/")


def test_logging_in_takes_two_reads_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    portal.author()
    for password in (PASSWORD, "a wrong password of length"):
        person = portal.person()
        token = csrf_of(person.get("/login"))
        with at_most(counted, reads=2, commits=1):
            person.client.post(
                "/login",
                data={"csrf_token": token, "author_email": person.address, "author_password": password},
            )


def test_the_second_step_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    set_up(portal, portal.author())
    portal.world.clock.forward(seconds=60)
    for code in ("000000", code_of(portal)):
        person = portal.person()
        assert person.log_in().headers["Location"] == "/login/verify"
        token = csrf_of(person.get("/login/verify"))
        with at_most(counted, reads=1, commits=1):
            person.client.post("/login/verify", data={"csrf_token": token, "code": code})


def test_logging_in_with_a_passkey_takes_two_reads_and_one_commit(tmp_path: Path, counted: CountingStore) -> None:
    portal = make_portal(make_world(tmp_path, counted, url=passkeys.URL))
    author, phone = portal.author(), Passkey.new()
    passkeys.add(author, phone)
    author.log_out()
    for browser in (author, portal.person()):  # one that is known, and one that is not
        answer = json.dumps(passkeys.device().get(passkeys.asked(browser, "login")["challenge"], phone))
        token = csrf_of(browser.get("/login"))
        with at_most(counted, reads=2, commits=1):
            sent = {"csrf_token": token, "answer": answer}
            assert browser.client.post("/passkeys/login/finish", data=sent).status_code == 303


def test_asking_for_another_address_takes_two_reads_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    token = csrf_of(author.get("/account/email"))
    with at_most(counted, reads=2, commits=1):
        sent = {"csrf_token": token, "author_email": "ana.lima@example.net"}
        assert author.client.post("/account/email", data=sent).status_code == 303


def test_confirming_another_address_takes_three_reads_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    author.post("/account/email", {"author_email": "ana.lima@example.net"})
    portal.world.work()
    link = path_in(portal.world.mailer.to("ana.lima@example.net")[-1].text, "/account/email/")
    token = csrf_of(author.get(link))
    with at_most(counted, reads=3, commits=1):
        assert author.client.post(link, data={"csrf_token": token}).status_code == 303


def test_proving_again_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    set_up(portal, author)
    portal.world.clock.forward(seconds=60)
    token, code = csrf_of(author.get("/account/verify")), code_of(portal)
    with at_most(counted, reads=1, commits=1):
        answer = author.client.post("/account/verify", data={"csrf_token": token, "code": code})
    assert answer.status_code == 303


def test_registering_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    person = portal.person()
    token = csrf_of(person.get("/register"))
    with at_most(counted, reads=1, commits=1):
        answer = person.client.post(
            "/register",
            data={
                "csrf_token": token,
                "author_email": person.address,
                "author_name": person.name,
                "author_password": PASSWORD,
            },
        )
    assert answer.status_code == 303


def test_confirming_by_link_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    person = portal.person()
    person.register()
    link = path_in(person.letter(), "/confirm/")
    with at_most(counted, reads=1, commits=1):
        assert person.get(link).status_code == 303


def test_confirming_by_code_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    person = portal.person()
    person.register()
    code = code_in(person.letter())
    token = csrf_of(person.get("/"))
    with at_most(counted, reads=1, commits=1):
        assert person.client.post("/confirm", data={"csrf_token": token, "code": code}).status_code == 303


def test_approving_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    portal.waiting()
    publisher = portal.publisher()
    token = csrf_of(publisher.get("/publisher"))
    at = f"/publisher/authors/{portal.account('ana@example.org').id}/approve"
    with at_most(counted, reads=1, commits=1):
        assert publisher.client.post(at, data={"csrf_token": token}).status_code == 303


def test_that_letters_do_not_arrive_takes_two_reads_and_one_commit_and_its_showing_none(
    portal: Portal, counted: CountingStore
) -> None:
    author = portal.author()
    author.get("/")
    publisher = portal.publisher()
    with at_most(counted, reads=2, commits=1):
        record_bounce(portal.world.ports, MAIL_SYSTEM, author.address, BounceKind.BOUNCE)
    with at_most(counted, reads=2, commits=0):
        record_bounce(portal.world.ports, MAIL_SYSTEM, author.address, BounceKind.BOUNCE)
    for path in ("/", "/account"):
        with at_most(counted, reads=1, commits=0):
            assert "come back" in author.get(path).text

    at = f"/publisher/authors/{portal.account(author.address).id}/letters"
    token = csrf_of(publisher.get("/publisher"))
    with at_most(counted, reads=1, commits=1):
        assert publisher.client.post(at, data={"csrf_token": token}).status_code == 303


def test_saving_a_page_takes_one_read_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    form = form_of(author.get("/"))
    for bio in ("First.", "Second."):
        with at_most(counted, reads=1, commits=1):
            answer = author.client.post("/", data={**form, "author_bio": bio})
        assert answer.status_code == 303
        form = form_of(author.get("/"))


def test_a_form_that_is_sent_twice_takes_the_read_of_its_version_and_no_commit(
    portal: Portal, counted: CountingStore
) -> None:
    author = portal.author()
    author.save(author_bio="First.")
    form = {**form_of(author.get("/")), "author_bio": "Second."}
    assert author.client.post("/", data=form).status_code == 303
    with at_most(counted, reads=2, commits=0):
        assert author.client.post("/", data=form).status_code == 303


def test_changing_the_password_takes_two_reads_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    token = csrf_of(author.get("/change_password"))
    with at_most(counted, reads=2, commits=1):
        answer = author.client.post(
            "/change_password",
            data={"csrf_token": token, "old_password": PASSWORD, "new_password": "quite another long password"},
        )
    assert answer.status_code == 303


def test_the_publishers_lists_take_the_visit_and_two_reads(portal: Portal, counted: CountingStore) -> None:
    portal.waiting()
    portal.author("bo@example.org", "Bo Lund")
    portal.world.work()
    publisher = portal.publisher()
    for path in ("/publisher", "/publisher/authors", "/publisher/authors?state=active", "/publisher/authors?q=bo"):
        with at_most(counted, reads=3, commits=0):
            assert publisher.get(path).status_code == 200


def test_the_list_of_those_who_wait_takes_no_read_more_for_its_namesakes(
    portal: Portal, counted: CountingStore
) -> None:
    for number in range(4):
        portal.author(f"{number}@example.org", f"Ana Lima {number}")
        portal.waiting(f"like.{number}@example.org", f"ana LIMA {number}")
    desk = portal.publisher()
    portal.world.work()

    with at_most(counted, reads=3, commits=0):
        assert desk.get("/publisher").text.count("is an author here and has this name") == 4
    decisions.suspend(portal.world.ports, OPERATOR, portal.account("0@example.org").id)
    portal.waiting("one.more@example.org", "Ana Lima 1")
    portal.world.work()
    with at_most(counted, reads=3, commits=0):
        assert desk.get("/publisher").text.count("is an author here and has this name") == 4

    portal.approve("one.more@example.org")  # its entries do not say so yet
    with at_most(counted, reads=4, commits=0):
        assert desk.get("/publisher").text.count("is an author here and has this name") == 4


def test_reviews_and_activity_take_the_visit_and_two_reads(portal: Portal, counted: CountingStore) -> None:
    desk, ana = portal.publisher(), portal.author()
    ana.save(author_bio="Live.")
    press(desk, added(desk), "publish", author_bio="Words of the press.")
    rule(portal, "all")
    submit(ana, "publish", author_bio="To be reviewed.")
    about = f"about={portal.account(ana.address).id}"
    text = f"/publisher/reviews/{portal.account(ana.address).profile_id}?{about.replace('about', 'author')}"
    for path in ("/publisher/reviews", text, *(f"/publisher/activity?{each}" for each in ("", about, "kind=pages"))):
        with at_most(counted, reads=3, commits=0):
            shown = desk.get(path)
        assert "Ana Lima</" in shown.text


def test_an_edit_on_behalf_takes_two_reads_and_one_commit(portal: Portal, counted: CountingStore) -> None:
    desk, ana = portal.publisher(), portal.author()
    ana.save(author_bio="Live.")
    at = f"/publisher/authors/{portal.account(ana.address).id}/edit"
    with at_most(counted, reads=2, commits=0):
        form = form_of(desk.get(at))
    with at_most(counted, reads=2, commits=1):
        assert desk.client.post(at, data={**form, "author_bio": "Better."}).status_code == 303


def test_a_page_that_the_press_keeps_takes_one_read_to_edit_and_one_commit_to_save(
    portal: Portal, counted: CountingStore
) -> None:
    desk = portal.publisher()
    page = added(desk)
    for intent in ("draft", "publish"):
        with at_most(counted, reads=1, commits=0):
            form = form_of(desk.get(f"{page}/edit"))
        with at_most(counted, reads=1, commits=1):
            sent = {**form, "author_bio": f"Words for {intent}.", "intent": intent}
            assert desk.client.post(f"{page}/edit", data=sent).status_code == 303
    with at_most(counted, reads=3, commits=0):
        assert desk.get(page).status_code == 200


def test_a_readers_page_takes_none(portal: Portal, counted: CountingStore) -> None:
    author = portal.author()
    author.save(author_bio="Hello.")
    portal.world.work()
    for path in (
        "/authors/",
        "/authors/ana-lima/",
        "/authors/ana-lima/index.json",
        "/authors/letter/l/",
        "/sitemap.xml",
        "/robots.txt",
    ):
        with at_most(counted, reads=0, commits=0):
            assert author.get(path).status_code == 200


def test_nobody_is_recognised_without_a_read_but_for_the_looks_of_the_press_in_half_a_minute(
    portal: Portal, counted: CountingStore
) -> None:
    stranger = portal.person()
    stranger.client.set_cookie("byline", "a.forged.cookie.of-some-length.AAAAAAAAAAAAAAAAAAAAAA")
    with at_most(counted, reads=1, commits=0):
        stranger.get("/login")
    portal.world.clock.forward(seconds=29)
    for path in ("/", "/login", "/register", "/reset", "/publisher", "/history"):
        with at_most(counted, reads=0, commits=0):
            stranger.get(path)


def test_no_request_scans_the_store(tmp_path: Path, store: Store) -> None:
    calls: list[str] = []
    hooked = HookedStore(store, before=lambda name, _args: calls.append(name))
    portal = make_portal(make_world(tmp_path, hooked))
    author = portal.author()
    author.save(author_bio="Hello.")
    portal.world.work()
    publisher = portal.publisher()
    for path in ("/publisher", "/publisher/authors?q=a", "/authors/", "/history", "/account"):
        publisher.get(path)
        author.get(path)

    assert "scan" not in calls
    assert "page" in calls


def test_a_recovery_takes_one_read_and_one_commit_to_start_to_stop_and_to_finish(
    portal: Portal, counted: CountingStore
) -> None:
    ana, desk = portal.author(), portal.publisher()
    set_up(portal, ana)
    at = f"/publisher/authors/{portal.account(ana.address).id}/recovery"
    token = {"csrf_token": csrf_of(desk.get(at))}
    with at_most(counted, reads=1, commits=1):
        assert desk.client.post(at, data=token).status_code == 303
    with at_most(counted, reads=1, commits=0):
        assert "Stop it" in ana.get("/account").text
    with at_most(counted, reads=1, commits=1):
        assert desk.client.post(f"{at}/stop", data=token).status_code == 303
    assert desk.client.post(at, data=token).status_code == 303
    portal.world.clock.forward(hours=72)
    portal.world.work()
    phone = portal.person(ana.address)
    link = phone.client.get(path_in(phone.letter(), "/recovery/")).headers["Location"]
    fields = {"csrf_token": csrf_of(phone.client.get(link)), "new_password": "nine otters under a quiet bridge"}
    with at_most(counted, reads=1, commits=1):
        assert phone.client.post(link, data=fields).status_code == 303
