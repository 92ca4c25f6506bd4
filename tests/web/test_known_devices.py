"""One's known devices: listed in words, named, removed; and an email about a login from any other."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import Portal, make_portal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person

    from byline.store.port import Store

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
NEW_DEVICE = "Login from a new device"


@pytest.fixture
def portal(tmp_path: Path, store: Store) -> Portal:
    return make_portal(make_world(tmp_path, store))


def with_browser(person: Person, user_agent: str) -> Person:
    person.client.environ_base = {"HTTP_USER_AGENT": user_agent}  # type: ignore[attr-defined]
    return person


@pytest.fixture
def ana(portal: Portal) -> Person:
    """An author who has logged in with her browser since format 6."""
    ana = with_browser(portal.author(), FIREFOX)
    ana.log_out()
    assert ana.log_in().status_code == 303
    portal.world.work()
    return ana


def devices(person: Person) -> list[str]:
    """The text of each row."""
    page = person.get("/account/devices").text
    [listed] = re.findall(r'<ul class="devices">(.*?)</ul>', page, re.DOTALL) or [""]
    rows = re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)
    shown = [re.sub(r"<details.*", "", row, flags=re.DOTALL) for row in rows]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in shown]


def ids(person: Person) -> list[str]:
    found = re.findall(r'name="device" value="([^"]+)"', person.get("/account/devices").text)
    return list(dict.fromkeys(found))


def notices(portal: Portal) -> list[str]:
    portal.world.work()
    return [mail.text for mail in portal.world.mailer.to("ana@example.org") if mail.subject == NEW_DEVICE]


def test_devices_are_listed_in_words_with_first_and_last_login_and_this_one_first(portal: Portal, ana: Person) -> None:
    portal.world.clock.forward(minutes=5)
    phone = with_browser(portal.person(), PHONE)
    assert phone.log_in().status_code == 303

    assert devices(ana) == [
        "Firefox on Linux This device known since 09:00 UTC · last login 09:00 UTC",
        "Safari on iPhone known since 09:05 UTC · last login 09:05 UTC",
    ]
    assert devices(phone)[0].startswith("Safari on iPhone This device")


def test_a_name_stays_with_the_device_over_its_next_login(portal: Portal, ana: Person) -> None:
    [this] = ids(ana)
    sent = {"device": this, "device_name": "The laptop in the kitchen"}
    assert ana.post("/account/devices/rename", dict(sent), form="/account/devices").status_code == 303
    portal.world.clock.forward(minutes=5)
    ana.log_out()
    assert ana.log_in().status_code == 303

    told = "The laptop in the kitchen This device Firefox on Linux · known since 09:00 UTC · last login 09:05 UTC"
    assert devices(ana) == [told]
    assert "Renamed a known device." in ana.get("/account/activity").text


@pytest.mark.parametrize("name", ["x" * 61, "a\u202eb", "bell\x07"])
def test_a_name_that_cannot_be_shown_is_refused_at_its_device_and_kept(ana: Person, name: str) -> None:
    sent = {"device": ids(ana)[0], "device_name": name}
    answer = ana.post("/account/devices/rename", dict(sent), form="/account/devices")

    assert answer.status_code == 422
    assert "Use at most 60 letters" in answer.text
    assert "<details open>" in answer.text
    assert devices(ana)[0].startswith("Firefox on Linux")


def test_a_removed_device_is_a_stranger_again_and_goes_on_as_it_is(portal: Portal, ana: Person) -> None:
    phone = with_browser(portal.person(), PHONE)
    assert phone.log_in().status_code == 303
    [_, other] = ids(ana)
    assert ana.post("/account/devices/remove", {"device": other}, form="/account/devices").status_code == 303

    assert len(devices(ana)) == 1
    assert phone.get("/").status_code == 200
    assert "Removed a known device." in ana.get("/account/activity").text
    guesser = portal.person()
    for number in range(10):
        guesser.log_in(password=f"a guess of fair length {number}")
    phone.log_out()
    assert phone.log_in().status_code == 429
    ana.log_out()
    assert ana.log_in().status_code == 303


@pytest.mark.parametrize("what", ["rename", "remove"])
def test_another_persons_device_is_none(portal: Portal, ana: Person, what: str) -> None:
    bea = portal.author("bea@example.org", "Bea Costa")
    sent = {"device": ids(ana)[0], "device_name": "Mine now"}
    answer = bea.post(f"/account/devices/{what}", dict(sent), form="/account/devices")

    assert answer.status_code == 303
    assert "was not known any more" in bea.get("/account/devices").text
    assert devices(ana)[0].startswith("Firefox on Linux")


def test_a_new_password_ends_them_all_but_this_one(portal: Portal, ana: Person) -> None:
    with_browser(portal.person(), PHONE).log_in()
    assert len(devices(ana)) == 2
    sent: dict[str, object] = {"old_password": ana.password, "new_password": "another long password"}
    assert ana.post("/change_password", sent).status_code == 303

    assert len(devices(ana)) == 1


def test_this_browser_keeps_its_name_over_a_new_password_and_when_all_others_are_logged_out(
    portal: Portal, ana: Person
) -> None:
    [this] = ids(ana)
    sent = {"device": this, "device_name": "The laptop in the kitchen"}
    ana.post("/account/devices/rename", dict(sent), form="/account/devices")
    with_browser(portal.person(), PHONE).log_in()

    assert ana.post("/account/sessions/end-others", form="/account/sessions").status_code == 303
    [listed] = devices(ana)
    assert listed.startswith("The laptop in the kitchen This device Firefox on Linux")

    new: dict[str, object] = {"old_password": ana.password, "new_password": "another long password"}
    assert ana.post("/change_password", new).status_code == 303
    [listed] = devices(ana)
    assert listed.startswith("The laptop in the kitchen This device Firefox on Linux")


def test_a_login_from_an_unknown_device_is_told_by_email_with_what_to_do(portal: Portal, ana: Person) -> None:
    assert notices(portal) == []  # her own, which is the first
    portal.world.clock.forward(minutes=5)
    assert with_browser(portal.person(), PHONE).log_in().status_code == 303

    [told] = notices(portal)
    assert "on 3 May 2026, 09:05 UTC." in told
    assert "Browser: Safari on iPhone" in told
    assert "/reset" in told
    ana.log_out()
    ana.log_in()
    assert len(notices(portal)) == 1


def test_there_is_no_second_such_email_within_the_hour(portal: Portal, ana: Person) -> None:
    assert ana
    for minutes, count in ((5, 1), (50, 1), (15, 2)):
        portal.world.clock.forward(minutes=minutes)
        assert with_browser(portal.person(), PHONE).log_in().status_code == 303
        assert len(notices(portal)) == count


def test_a_wrong_password_from_an_unknown_device_sends_nothing(portal: Portal, ana: Person) -> None:
    assert ana
    portal.person().log_in(password="not the right one")

    assert notices(portal) == []
