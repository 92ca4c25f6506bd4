"""A session is a record that the server ends: cookies that are copied, planted, altered or old are worth nothing."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, Portal, csrf_of, make_portal, path_in
from tests.store_wrappers import CountingStore, HookedStore

from byline.accounts.records import session_from, session_record
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.store.port import Delete, Replace
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.environment import World
    from tests.people import Person
    from werkzeug.test import TestResponse

ANOTHER = "another password, quite long"


def cookie(person: Person) -> str:
    """What this browser would send to say who it is."""
    found = person.client.get_cookie("byline")
    assert found is not None
    return found.decoded_value


def with_cookie(portal: Portal, value: str) -> Person:
    """A browser that somebody put this cookie into."""
    person = portal.person()
    person.client.set_cookie("byline", value)
    return person


def is_nobody(person: Person) -> bool:
    return person.get("/account").status_code == 302


def sessions(world: World) -> list[str]:
    """The ids of the sessions that are on record."""
    return [record.key.id for record in world.ports.store.scan(limit=1000).records if record.key.kind == "session"]


def test_a_log_in_begins_a_new_session_and_ends_the_one_the_browser_had(portal: Portal) -> None:
    author = portal.author()
    before = cookie(author)

    assert author.client.post("/login", data=log_in_data(author)).status_code == 303
    assert cookie(author) != before
    assert is_nobody(with_cookie(portal, before))
    assert len(sessions(portal.world)) == 1


def test_a_browser_that_was_given_a_session_logs_in_to_one_that_nobody_knows(portal: Portal) -> None:
    mallory = portal.author("mal@example.org", "Mal Roy")
    portal.author().log_out()
    victim = with_cookie(portal, cookie(mallory))
    victim.address = "ana@example.org"

    assert victim.client.post("/login", data=log_in_data(victim)).status_code == 303
    assert cookie(victim) != cookie(mallory)
    assert "ana@example.org" in victim.get("/account").text
    assert is_nobody(mallory)


@pytest.mark.parametrize("way", ["registers", "logs in"])
def test_the_session_before_ends_even_if_it_was_noted_as_seen_at_that_very_moment(tmp_path: Path, way: str) -> None:
    store = HookedStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    author = portal.author()
    before = cookie(author)
    token = csrf_of(author.get("/"))

    def seen_meanwhile(name: str, args: tuple[object, ...]) -> None:
        mine = [write for write in args if isinstance(write, Delete) and write.key.kind == "session"]
        if name == "commit" and mine:
            store.before = lambda *_: None
            record = store.inner.get(mine[0].key)[mine[0].key]
            session = session_from(record)
            store.inner.commit(Replace(session_record(replaced(session))))

    store.before = seen_meanwhile
    data = {"author_email": "ana@example.org", "author_password": PASSWORD, "author_name": "Ana"}
    address = "/register" if way == "registers" else "/login"
    assert author.client.post(address, data={**data, "csrf_token": token}).status_code == 303
    assert is_nobody(with_cookie(portal, before))
    assert len(sessions(portal.world)) == 1


def replaced(session):  # noqa: ANN001, ANN201 - a session, noted as seen once more
    from dataclasses import replace

    return replace(session, version=session.version + 1)


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_log_out(portal: Portal) -> None:
    author = portal.author()
    copy = with_cookie(portal, cookie(author))
    assert not is_nobody(copy)

    answer = author.log_out()
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert is_nobody(copy)
    assert sessions(portal.world) == []


def test_changing_the_password_ends_every_other_session_within_one_request(portal: Portal) -> None:
    author = portal.author()
    elsewhere = portal.person()
    assert elsewhere.log_in(remember=True).status_code == 303
    before = cookie(author)

    changed = author.post("/change_password", {"old_password": PASSWORD, "new_password": ANOTHER})
    assert changed.status_code == 303
    assert is_nobody(elsewhere)
    assert is_nobody(with_cookie(portal, before))
    assert not is_nobody(author)


def test_a_reset_ends_every_session(portal: Portal) -> None:
    author = portal.author()
    owner = portal.person()
    owner.post("/reset", {"author_email": "ana@example.org"})
    link = path_in(owner.letter(), "/reset/")

    assert owner.post(link, {"new_password": ANOTHER}).status_code == 303
    assert is_nobody(author)
    assert not is_nobody(owner)


@pytest.mark.parametrize("decision", ["suspend", "decline"])
def test_a_suspension_or_refusal_ends_every_session_within_one_request(portal: Portal, decision: str) -> None:
    person = portal.author() if decision == "suspend" else portal.waiting()
    account = portal.account("ana@example.org")
    if decision == "suspend":
        decisions.suspend(portal.world.ports, OPERATOR, account.id)
    else:
        decisions.decline(portal.world.ports, OPERATOR, account.id, note="")

    copy = with_cookie(portal, cookie(person))
    assert is_nobody(copy)
    answer = person.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    assert "Log in to go on" in person.get("/login").text
    refused = person.log_in()
    assert refused.status_code == 403
    assert person.client.get_cookie("byline") is None


def test_whoever_gave_a_registration_up_ended_it_in_every_browser(portal: Portal) -> None:
    person = portal.person()
    person.register()
    other = portal.person()
    assert other.log_in().status_code == 303
    assert person.post("/account/delete").status_code == 200

    answer = other.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/register")
    assert portal.person().log_in().status_code == 422


def test_whoever_moved_a_registration_to_another_address_took_it_along(portal: Portal) -> None:
    person = portal.person()
    person.register()
    other = portal.person()
    assert other.log_in().status_code == 303
    assert person.post("/confirm/address", {"author_email": "new@example.org"}, form="/").status_code == 303

    assert other.get("/").status_code == 302
    assert "new@example.org" in person.get("/").text


@pytest.mark.parametrize(
    "alter",
    [
        lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"),
        lambda value: value[1:],
        lambda value: value.replace("a.", "p.", 1),
        lambda value: value + ".",
        lambda value: value.rpartition(".")[0],
        lambda value: value * 40,
        lambda value: value.replace(".", "\u2024"),
        lambda _: "",
        lambda _: ".",
        lambda _: "....",
        lambda _: "p.x.y.z.-.q." + "A" * 22,
        lambda _: '"',
        lambda _: "\\000",
    ],
)
def test_an_altered_cookie_is_nobodys_and_costs_the_store_nothing(tmp_path: Path, alter) -> None:  # noqa: ANN001
    store = CountingStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, store))
    value = alter(cookie(portal.author()))
    stranger = portal.person()

    store.reset()
    assert stranger.client.get("/account", headers={"Cookie": f"byline={value}"}).status_code in {302, 400}
    assert store.counts == (0, 0)


def test_one_persons_cookie_cannot_be_made_to_name_another(portal: Portal) -> None:
    one, other = portal.author(), portal.author("bo@example.org", "Bo Lund")
    mine, on_behalf = cookie(one).split("."), cookie(other).split(".")

    for number in range(len(mine)):
        mixed = ".".join([*mine[:number], on_behalf[number], *mine[number + 1 :]])
        if mixed != cookie(one):
            assert is_nobody(with_cookie(portal, mixed))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://authors.marram.example"])
def test_cookies_are_for_this_host_alone_and_for_no_script(tmp_path: Path, url: str) -> None:
    portal = make_portal(make_world(tmp_path, url=url))
    person = portal.person()
    secure = url.startswith("https")
    base = url
    token = csrf_of(person.client.get("/register", base_url=base))
    data = {"csrf_token": token, "author_email": "ana@example.org", "author_name": "Ana", "author_password": PASSWORD}
    answers = [
        person.client.get("/login", base_url=base),
        portal.person().client.get("/login", base_url=base),
        person.client.post("/register", data=data, base_url=base),
    ]

    cookies = [SimpleCookie(line) for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    morsels = [morsel for jar in cookies for morsel in jar.values()]
    assert {morsel.key for morsel in morsels} >= {("__Host-" if secure else "") + name for name in NAMES}
    for morsel in morsels:
        assert morsel["path"] == "/"
        assert morsel["domain"] == ""
        assert morsel["httponly"] is True
        assert morsel["samesite"] == "Lax"
        assert bool(morsel["secure"]) is secure
        assert morsel.key.startswith("__Host-") is secure
        assert len(morsel.OutputString()) < 4096


NAMES = ("byline", "byline_visit")


def test_without_remembering_the_cookie_ends_with_the_browser(portal: Portal) -> None:
    author = portal.author()
    author.log_out()
    line = next(text for text in author.log_in().headers.getlist("Set-Cookie") if text.startswith("byline="))
    assert "Max-Age" not in line
    author.log_out()
    line = next(
        text for text in author.log_in(remember=True).headers.getlist("Set-Cookie") if text.startswith("byline=")
    )
    assert "Max-Age=2592000" in line


@pytest.mark.parametrize("name", NAMES)
def test_of_two_cookies_of_one_name_none_is_believed(portal: Portal, name: str) -> None:
    author = portal.author()
    author.get("/logout")
    mallory = portal.author("mal@example.org", "Mal Roy")
    planted = cookie(mallory) if name == "byline" else "planted"
    both = f"{name}={planted}; {name}={cookie(author)}"

    stranger = portal.app.test_client(use_cookies=False)
    answer = stranger.get("/account", headers={"Cookie": both})
    assert answer.status_code == 302
    answer = stranger.get("/account", headers={"Cookie": f"byline={cookie(author)}; =byline={cookie(mallory)}"})
    assert "mal@example.org" not in answer.text


def test_under_https_a_cookie_without_the_prefix_is_not_looked_at(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path, url="https://authors.marram.example"))
    person, base = portal.person(), "https://authors.marram.example"
    token = csrf_of(person.client.get("/register", base_url=base))
    data = {"csrf_token": token, "author_email": "ana@example.org", "author_name": "Ana", "author_password": PASSWORD}
    answer = person.client.post("/register", data=data, base_url=base)
    line = next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("__Host-byline="))
    value = line.partition(";")[0].partition("=")[2]
    stranger = portal.app.test_client(use_cookies=False)

    def get(header: str) -> TestResponse:
        return stranger.get("/account", base_url=base, headers={"Cookie": header})

    assert get(f"__Host-byline={value}").status_code == 403  # somebody, who must confirm first
    assert get(f"byline={value}").status_code == 302
    assert get(f"=__Host-byline={value}").status_code == 302
    assert get(f"__HOST-byline={value}").status_code == 302


def test_what_lies_in_the_database_logs_nobody_in(portal: Portal) -> None:
    author = portal.author()
    secret = cookie(author).split(".")[-2]
    rows = portal.world.ports.store.scan(limit=1000).records

    assert all(secret not in f"{record.key.id} {record.data}" for record in rows)
    for session_id in sessions(portal.world):
        forged = cookie(author).replace(secret, session_id)
        assert is_nobody(with_cookie(portal, forged))


def test_a_session_ends_when_it_is_idle_and_in_any_case_after_a_day(portal: Portal) -> None:
    author = portal.author()
    portal.world.clock.forward(hours=1, minutes=59)
    assert not is_nobody(author)
    portal.world.clock.forward(hours=2, seconds=1)
    assert is_nobody(author)

    author.log_in()
    for _ in range(23):
        portal.world.clock.forward(hours=1)
        assert not is_nobody(author)
    portal.world.clock.forward(hours=1)
    assert is_nobody(author)


def test_a_publishers_session_ends_after_an_idle_hour_remembered_or_not(portal: Portal) -> None:
    publisher = portal.publisher()
    publisher.log_out()
    publisher.log_in(remember=True)
    portal.world.clock.forward(minutes=59)
    assert publisher.get("/publisher").status_code == 200
    portal.world.clock.forward(minutes=60)
    assert publisher.get("/publisher").status_code == 302


def test_a_remembered_session_lasts_thirty_days_and_no_click_makes_it_longer(portal: Portal) -> None:
    author = portal.author()
    author.log_out()
    author.log_in(remember=True)
    portal.world.clock.forward(days=29)
    assert not is_nobody(author)
    portal.world.clock.forward(days=1)
    assert is_nobody(author)


def log_in_data(person: Person) -> dict[str, str]:
    page = person.get("/login")
    token = csrf_of(page if page.status_code == 200 else person.get("/logout"))
    return {"csrf_token": token, "author_email": person.address, "author_password": person.password}
