"""One's own activity: every login with its kind of browser, what others tried, and what to do if it was not oneself."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Portal, make_portal

from byline.accounts.addresses import address_hash, normalise
from byline.authors.activity import A_SLICE
from byline.security_events import SECURITY, SECURITY_ACTIVITY
from byline.store.port import Delete, Key

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person

    from byline.store.port import Record, Store

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


@pytest.fixture
def portal(tmp_path: Path, store: Store) -> Portal:
    return make_portal(make_world(tmp_path, store))


def told(person: Person, path: str = "/account/activity") -> list[str]:
    """The text of each event, in one line."""
    found = re.findall(r'<ol class="events.*?</ol>', person.get(path).text, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", "".join(found), re.DOTALL)
    shown = [re.sub(r'<span class="visually-hidden">.*?</span>', "", item) for item in items]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", item)).split()) for item in shown]


def logs_in(person: Person, browser: str, *, password: str = "") -> int:
    """The status of a login with a browser that calls itself so."""
    person.client.environ_base = {"HTTP_USER_AGENT": browser}  # type: ignore[attr-defined]
    return person.log_in(**({"password": password} if password else {})).status_code


def found(portal: Portal, index: str) -> list[Record]:
    return list(portal.world.ports.store.page(index, limit=200).records)


def test_a_login_is_told_with_its_kind_of_browser_and_whether_it_is_new(portal: Portal) -> None:
    ana = portal.author()
    ana.log_out()
    portal.world.clock.forward(minutes=5)
    assert logs_in(ana, FIREFOX) == 303  # the browser that registered
    phone = portal.person()
    portal.world.clock.forward(minutes=5)
    assert logs_in(phone, PHONE) == 303

    assert told(ana)[:3] == [
        "Today 09:10 UTC Logged in from a new device: Safari on iPhone. Not you?",
        "Today 09:05 UTC Logged in: Firefox on Linux. Not you?",
        "Today 09:00 UTC Logged out. Not you?",
    ]


def test_wrong_passwords_of_a_day_are_one_line_with_their_number(portal: Portal) -> None:
    ana, guesser = portal.author(), portal.person()
    for _ in range(3):
        portal.world.clock.forward(minutes=1)
        assert logs_in(guesser, PHONE, password="not the right one") == 422

    assert told(ana)[0] == "Today 09:03 UTC 3 wrong passwords were tried on this day, the last: Safari on iPhone."
    portal.world.clock.forward(days=1)
    assert logs_in(guesser, FIREFOX, password="not the right one") == 422
    portal.world.clock.forward(minutes=1)
    assert logs_in(ana, FIREFOX) == 303
    assert "A wrong password was tried: Firefox on Linux." in told(ana)[1]


def test_so_many_wrong_passwords_that_further_tries_had_to_wait_are_told_as_that(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path))
    ana = portal.author()
    guesser = portal.person()
    for _ in range(12):
        guesser.log_in(password="not the right one")
    shown = ana.get("/account/activity").text
    assert "10 wrong passwords were tried on this day, and further tries had to wait" in shown


def test_guessing_at_addresses_without_an_account_leaves_nothing_that_lasts_or_can_be_found(portal: Portal) -> None:
    stranger = portal.person("nobody.here@example.org")
    for _ in range(3):
        assert stranger.log_in(password="not the right one").status_code == 422

    ports = portal.world.ports
    assert found(portal, SECURITY) == found(portal, SECURITY_ACTIVITY) == []
    left = [record for record in ports.store.scan(limit=200).records if record.key.kind.startswith("security")]
    assert len(left) == 2
    for record in left:
        assert record.expires_at
        assert record.expires_at <= ports.clock.now().timestamp() + 3600
        assert address_hash(normalise("nobody.here@example.org")) not in f"{record}"
        assert "nobody.here" not in f"{record}"


def test_what_expired_is_not_shown_even_if_the_engine_still_has_it(portal: Portal) -> None:
    ana = portal.author()
    ana.log_out()
    ana.log_in()
    assert any("Logged in" in line for line in told(ana))
    portal.world.clock.forward(days=13 * 31 + 1)
    ana.log_in()

    assert len([line for line in told(ana) if "Logged in" in line]) == 1
    assert len(found(portal, SECURITY)) >= 1


def test_the_page_says_what_to_do_and_who_did_the_rest(portal: Portal) -> None:
    ana = portal.author()
    ana.save(author_bio="By the sea.")
    page = ana.get("/account/activity").text

    assert 'id="not-you"' in page
    assert 'href="/change_password"' in page
    assert 'href="/account/activity"' in ana.get("/account").text
    assert any("Saved the page, version 1." in line for line in told(ana))
    assert any("by the operator" in line for line in told(ana))


def test_older_events_are_on_further_pages_each_once(portal: Portal) -> None:
    ana = portal.author()
    for _ in range(30):
        ana.log_out()
        portal.world.clock.forward(seconds=1)
        ana.log_in()
        portal.world.clock.forward(seconds=1)

    first = ana.get("/account/activity").text
    older = re.search(r'href="(/account/activity\?after=[^"]+)"', first)
    assert older
    lines = [*told(ana), *told(ana, unescape(older[1]))]
    assert len(told(ana)) == A_SLICE
    assert sum("Logged out" in line for line in lines) == 30
    assert ana.get("/account/activity?after=bm8").status_code == 400


def test_no_one_sees_another_persons_events(portal: Portal) -> None:
    portal.author()
    bea = portal.author("bea@example.org", "Bea Costa")
    portal.person().log_in()

    assert not any("Logged in" in line for line in told(bea))
    cursor = "YW5hLzIwMjY"  # of another account's list
    assert bea.get(f"/account/activity?after={cursor}").status_code == 400


def test_publishers_see_logins_where_they_ask_for_them_and_not_among_the_rest(portal: Portal) -> None:
    ana, desk = portal.author(), portal.publisher()
    ana.log_out()
    ana.log_in()

    assert not any("Logged" in line for line in told(desk, "/publisher/activity"))
    logins = told(desk, "/publisher/activity?kind=logins")
    assert "Ana Lima Logged in: unknown browser." in logins[0]
    assert not any("Approved" in line for line in logins)
    about = told(desk, f"/publisher/activity?kind=logins&about={portal.account(ana.address).id}")
    assert about
    assert all("Ana Lima" in line for line in about)


def test_the_stores_own_sweeping_breaks_no_login(portal: Portal) -> None:
    """A record of wrong passwords and its copy go at different moments."""
    stranger, store = portal.person("nobody.here@example.org"), portal.world.ports.store
    assert stranger.log_in(password="not the right one").status_code == 422
    [copy] = [record for record in store.scan(limit=200).records if record.key.kind == "security-copy"]
    store.commit(Delete(Key("security-copy", copy.key.id), copy.version))
    assert stranger.log_in(password="not the right one").status_code == 422


def test_publishers_set_how_long_logins_are_kept_from_then_on(portal: Portal) -> None:
    ana, desk, clock = portal.author(), portal.publisher(), portal.world.clock
    desk_id = portal.account(desk.address).id
    answer = desk.post("/publisher/settings/retention", {"months": "3"}, form="/publisher/settings")
    assert answer.status_code == 303
    ana.log_out()
    ana.log_in()

    until = max(record.expires_at or 0 for record in found(portal, SECURITY) if record.data["by"] != desk_id)
    assert 85 <= (until - clock.now().timestamp()) / 86400 <= 95
    assert "Logins are kept for 3 months." in ana.get("/account/activity").text
    assert any("Set how long logins are kept: 3 months." in line for line in told(desk, "/publisher/activity"))
    assert '<option value="3" selected>' in desk.get("/publisher/settings").text


@pytest.mark.parametrize("months", ["", "0", "1000", "thirteen", "13"])
def test_a_form_without_a_choice_changes_nothing(portal: Portal, months: str) -> None:
    desk = portal.publisher()
    answer = desk.post("/publisher/settings/retention", {"months": months}, form="/publisher/settings")

    assert answer.status_code == 303
    assert '<option value="13" selected>' in desk.get("/publisher/settings").text
    assert not any("Set how long" in line for line in told(desk, "/publisher/activity"))
