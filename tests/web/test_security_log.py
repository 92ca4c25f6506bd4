"""What matters for security is in the process's log, as one line of JSON each, and tells nobody who people are."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.people import Portal, csrf_of, make_portal

from byline.errors import Conflict
from byline.logs import SECURITY, JsonLines, network_of
from byline.store.event_log import EventLogStore
from byline.store.port import Check, Create, Key, Record
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NETWORK = {"REMOTE_ADDR": "203.0.113.7"}


class Lines(list[dict[str, Any]]):
    """The lines that were written, as a program reads them."""

    def __init__(self) -> None:
        super().__init__()
        self._file = io.StringIO()
        self.handler = logging.StreamHandler(self._file)
        self.handler.setFormatter(JsonLines())

    def of(self, code: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self._file.getvalue().splitlines()) if line["message"] == code]

    @property
    def text(self) -> str:
        return self._file.getvalue()


@pytest.fixture
def lines() -> Iterator[Lines]:
    log, found = logging.getLogger("byline"), Lines()
    before = log.level
    log.addHandler(found.handler)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(found.handler)
    log.setLevel(before)


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path, EventLogStore(SqliteStore(":memory:"))))


def test_a_change_is_a_line_with_ids_its_request_and_its_network(portal: Portal, lines: Lines) -> None:
    ana = portal.author()
    page = ana.get("/change_password", environ_overrides=NETWORK)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "old_password": ana.password, "new_password": "another long password"}
    assert ana.client.post("/change_password", data=fields, environ_overrides=NETWORK).status_code == 303

    [line] = lines.of("password_changed")
    account = portal.account(ana.address)
    assert (line["account"], line["by"], line["network"]) == (account.id, account.id, "203.0.113.0/24")
    assert line["level"] == "INFO"
    assert line["logger"] == SECURITY
    assert line["timestamp"].endswith("Z")
    assert re.fullmatch("[0-9a-f]{16}|[0-9a-f-]{36}", line["requestId"])  # our own, or Amazon's
    for secret in (ana.address, ana.name, ana.password, "203.0.113.7"):
        assert secret not in lines.text


def test_two_requests_have_two_ids(portal: Portal, lines: Lines) -> None:
    ana = portal.author()
    for bio in ("One.", "Two."):
        ana.save(author_bio=bio)

    assert len({line["requestId"] for line in lines.of("saved")}) == 2


def test_a_commit_that_fails_leaves_no_line(lines: Lines) -> None:
    store = EventLogStore(SqliteStore(":memory:"))
    data = {"what": "approved", "about": "a", "by": "b", "details": {}}
    with pytest.raises(Conflict):
        store.commit(Create(Record(Key("event", "e"), data)), Check(Key("account", "a"), 3))
    assert lines.of("approved") == []

    store.commit(Create(Record(Key("event", "e"), data)))
    assert [line["event"] for line in lines.of("approved")] == ["e"]


def test_who_asks_for_a_page_that_is_not_open_to_them_is_noted_and_a_stranger_is_not(
    portal: Portal, lines: Lines
) -> None:
    ana = portal.author()
    assert ana.get("/publisher/authors").status_code == 404
    assert ana.get("/publisher/nothing-of-the-kind").status_code == 404
    assert ana.get("/no-such-page").status_code == 404
    assert portal.person("other@example.org").get("/publisher/authors").status_code == 302

    refused = lines.of("access_refused")
    assert [(line["page"], line["actor"]) for line in refused] == [("publisher.authors", "author"), ("none", "author")]
    assert {line["account"] for line in refused} == {portal.account(ana.address).id}


def test_a_flood_of_tries_is_one_line_a_minute_that_says_how_many(portal: Portal, lines: Lines) -> None:
    portal.author()
    guesser = portal.person()
    for _ in range(15):
        guesser.log_in(password="not the right one")
    assert len(lines.of("throttled")) == 1
    portal.world.clock.forward(seconds=61)
    guesser.log_in(password="not the right one")

    first, second = lines.of("throttled")
    assert (first["page"], first["level"]) == ("login.log_in", "WARNING")
    assert "more" not in first
    assert second["more"] == 4
    assert portal.account("ana@example.org").id not in lines.text.partition("throttled")[2]


def test_what_no_page_sends_and_links_that_are_made_up_are_noted_once_a_minute(portal: Portal, lines: Lines) -> None:
    ana, stranger = portal.author(), portal.person()
    token = csrf_of(ana.get("/"))
    for _ in range(3):
        twice = {"csrf_token": token, "author_bio": ["one", "two"], "seen": "0"}
        assert ana.client.post("/", data=twice).status_code == 400
        assert stranger.get("/confirm/made-up-token").status_code == 410
    portal.world.clock.forward(seconds=61)
    assert stranger.get("/confirm/made-up-token").status_code == 410

    [malformed] = lines.of("malformed")
    assert (malformed["page"], malformed["level"], "more" in malformed) == ("own_page.edit", "WARNING", False)
    first, second = lines.of("dead_link")
    assert (first["page"], "more" in first, second["more"]) == ("confirmation.link", False, 2)
    assert "made-up-token" not in lines.text


def test_a_fault_is_told_by_its_number_in_the_log(
    portal: Portal, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = portal.author()

    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("words that nobody may read")

    monkeypatch.setattr("byline.web.views.account.pages.load_own", broken)
    page = ana.get("/account")

    assert page.status_code == 500
    [line] = [json.loads(each) for each in lines.text.splitlines() if "unforeseen" in each]
    assert f"<code>{line['requestId']}</code>" in page.text
    assert "nobody may read" not in lines.text


def test_what_is_logged_cannot_begin_another_line_and_a_fault_has_no_words() -> None:
    try:
        int("ana@example.org")
    except ValueError:
        record = logging.LogRecord("byline", logging.ERROR, __file__, 1, "a\n{%s}", ("\r\nb",), sys.exc_info())
    record.page = "login.log_in"
    line = JsonLines().format(record)

    assert "\n" not in line
    assert "ana@example.org" not in line
    read = json.loads(line)
    assert read["message"] == "a\n{\r\nb}"
    assert read["page"] == "login.log_in"
    assert read["fault"].startswith("ValueError at ")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_of_an_address_only_the_network_is_written(address: str, network: str) -> None:
    assert network_of(address) == network
