"""Whatever people do, in whatever order, and however much time passes: it comes out as the rules have it.

Three browsers, three spellings of two addresses, a publisher and a worker. After every step everybody looks where they
stand, and the records are compared with the rules; whenever the worker is done, letters, search and readers' pages.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any, cast

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests import invariants
from tests.environment import START
from tests.fault.steps import DESK, where
from tests.people import code_in, csrf_of, form_of, path_in
from tests.property.rules import (
    A_DAY,
    CONFIRM,
    DECIDED,
    Account,
    Letter,
    Link,
    Page,
    Registration,
    Rules,
    Text,
)

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.accounts.confirmation import PURPOSE
from byline.accounts.model import Role
from byline.accounts.records import registration_from
from byline.accounts.session_cookies import registration_subject
from byline.audit import OPERATOR
from byline.authors import listing
from byline.errors import Invalid
from byline.store.port import Delete
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

ADDRESSES = ("ana@example.org", "Ana@example.org", "bo@example.org")
NAMES = ("Ana Lima", "Bo Lund")
PASSWORDS = ("eleven herons on a slow barge", "quite another long password", "and one more, longer still")
SLUGS = ("", "the-sea", "ana-lima", "bo-lund")
BROWSERS = ("laptop", "phone", "library")
NEW_DEVICE = "Login from a new device"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TIMES = (
    *[timedelta(seconds=10)] * 3,
    *[timedelta(seconds=31)] * 3,
    *[timedelta(minutes=2)] * 2,
    timedelta(minutes=10),
    *[timedelta(minutes=61)] * 2,
    timedelta(hours=3),
    timedelta(hours=25),
    timedelta(days=4),
    timedelta(days=8),
    timedelta(days=25),
)

SQLITE_EXAMPLES, DYNAMODB_EXAMPLES, STEPS = 100, 18, 40
"""As many as take about twenty seconds on each engine; they are the same in each run."""

browsers, addresses, names, passwords = map(st.sampled_from, (BROWSERS, ADDRESSES, NAMES, PASSWORDS))
one_of_many = st.integers(0, 11)
"""Which of those that there are: counted from the newest, and round again where there are fewer."""
somebody = st.integers(0, 9)
"""Which of the browsers that stand where something can be done; the last ones mean any browser, wherever it stands."""
typed_passwords = st.sampled_from(("", "", *PASSWORDS))
"""The right one, which is written as none, or one of them."""


class People(RuleBasedStateMachine):
    """The portal's people; ``portal`` is set by whoever runs this."""

    portal: Portal

    def __init__(self) -> None:
        super().__init__()
        self.world = self.portal.world
        _empty(self.portal)
        self.networks = (f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1" for number in itertools.count())
        self.publisher = self.portal.publisher(DESK)
        self.people = {name: self.portal.person("") for name in BROWSERS}
        self.rules = Rules(self.world.clock.now(), "Ines Vale")
        self.confirm_links: list[Link] = []
        self.reset_links: list[Link] = []
        self.forms: list[tuple[str, Account, object, dict[str, object]]] = []
        self.texts = (f"Text number {number}." for number in itertools.count())
        self.moves = (f"place-{number}" for number in itertools.count())
        self.acted = ""
        self.told_late = False
        self.told_of_device: dict[str, datetime] = {}

    # Where it begins.

    @initialize(begin=st.sampled_from(["nothing", "registered", "waiting", "author", "page", "page"]))
    def begins(self, begin: str) -> None:
        if begin != "nothing":
            self.registers("laptop", ADDRESSES[0], NAMES[0], PASSWORDS[0])
            self.the_worker_runs()
        if begin in {"waiting", "author", "page"}:
            self.opens_a_confirm_link("laptop", 0)
        if begin in {"author", "page"}:
            self.the_publisher_approves(0)
        if begin == "page":
            self.saves(0, "", NAMES[0], photo=True)
            self.logs_in("phone", ADDRESSES[0], PASSWORDS[0], remember=True)
            self.the_worker_runs()

    # Registering and confirming.

    @rule(browser=browsers, address=addresses, name=names, password=passwords)
    def registers(self, browser: str, address: str, name: str, password: str) -> None:
        data = {"author_email": address, "author_name": name, "author_password": password}
        answer = self._send(browser, "/register", data)
        assert answer.status_code == self.rules.register(browser, address, name, password)
        self._learn()

    @rule(address=addresses, times=st.sampled_from([1, 5]))
    def strangers_register(self, address: str, times: int) -> None:
        for _ in range(times):
            self.logs_out("library")
            self.registers("library", address, NAMES[1], PASSWORDS[2])

    @precondition(lambda self: self._any("unconfirmed"))
    @rule(who=somebody, times=st.sampled_from([1, 2, 6]), pause=st.sampled_from([60, 120, 480]))
    def asks_for_the_letter_again(self, who: int, times: int, pause: int) -> None:
        browser = self._browser(who, "unconfirmed")
        for _ in range(times):
            self.time_passes(timedelta(seconds=pause))
            answer = self._send(browser, "/confirm/again")
            assert answer.status_code == self.rules.send_again(browser)

    @precondition(lambda self: self._any("unconfirmed"))
    @rule(who=somebody)
    def confirms_by_the_newest_link(self, who: int) -> None:
        browser = self._browser(who, "unconfirmed")
        self.the_worker_runs()
        for number, link in enumerate(reversed(self.confirm_links)):
            if link.of is self.rules.registration(browser):
                self.opens_a_confirm_link(browser, number)
                return

    @precondition(lambda self: self._any("unconfirmed"))
    @rule(who=somebody, address=addresses)
    def uses_another_address(self, who: int, address: str) -> None:
        browser = self._browser(who, "unconfirmed")
        answer = self._send(browser, "/confirm/address", {"author_email": address})
        assert answer.status_code == self.rules.use_another_address(browser, address)
        self._learn()

    @precondition(lambda self: self.confirm_links)
    @rule(browser=browsers, which=one_of_many, pause=st.sampled_from([0, 0, 0, 2, 4]))
    def opens_a_confirm_link(self, browser: str, which: int, pause: int = 0) -> None:
        self.time_passes(timedelta(days=pause))
        link = _picked(self.confirm_links, which)
        answer = self._get(browser, link.path)
        assert answer.status_code == self.rules.open_confirm_link(browser, link)
        self._learn()

    @precondition(lambda self: self.confirm_links)
    @rule(browser=browsers, which=one_of_many, password=typed_passwords)
    def logs_in_at_a_confirm_link(self, browser: str, which: int, password: str) -> None:
        if self.rules.seat(browser):
            self.logs_out(browser)
        link = _picked(self.confirm_links, which)
        password = password or cast("Registration", link.of).password or PASSWORDS[0]
        answer = self._send(browser, link.path, {"author_password": password})
        assert answer.status_code == self.rules.log_in_at_confirm_link(browser, link, password)
        self._learn()

    @precondition(lambda self: self._any("unconfirmed"))
    @rule(
        who=somebody,
        which=one_of_many,
        wrong_before=st.sampled_from([0, 0, 0, 4, 5]),
        pause=st.sampled_from([0, 59, 60]),
    )
    def types_a_code(self, who: int, which: int, wrong_before: int, pause: int) -> None:
        self.the_worker_runs()
        self.time_passes(timedelta(minutes=pause))
        browser = self._browser(who, "unconfirmed")
        own = [link for link in self.confirm_links if link.of is self.rules.registration(browser)]
        link = _picked(own or self.confirm_links, which) if self.confirm_links else None
        for typed in (*[None] * wrong_before, link):
            answer = self._send(browser, "/confirm", {"code": typed.code if typed else "000 000"})
            assert answer.status_code == self.rules.type_code(browser, typed)
        self._learn()

    @precondition(lambda self: self._any("unconfirmed", "waiting"))
    @rule(who=somebody)
    def deletes(self, who: int) -> None:
        browser = self._browser(who, "waiting", "unconfirmed")
        assert self._send(browser, "/account/delete").status_code == self.rules.delete(browser)

    # Logging in and out, and passwords.

    @rule(browser=browsers, address=addresses, password=typed_passwords, remember=st.booleans())
    def logs_in(self, browser: str, address: str, password: str, remember: bool) -> None:
        password = password or self._password_of(address)
        data = {"author_email": address, "author_password": password, **({"remember_me": "1"} if remember else {})}
        answer = self._send(browser, "/login", data)
        assert answer.status_code == self.rules.log_in(browser, address, password, remember=remember)

    @precondition(lambda self: any(account.may_log_in for account in self.rules.accounts))
    @rule(browser=browsers, which=one_of_many, remember=st.booleans())
    def comes_back(self, browser: str, which: int, remember: bool) -> None:
        account = _picked([account for account in self.rules.accounts if account.may_log_in], which)
        self.logs_in(browser, account.address, account.password, remember)

    @rule(browser=browsers, address=addresses, times=st.sampled_from([1, 4, 10]))
    def guesses(self, browser: str, address: str, times: int) -> None:
        for _ in range(times):
            self.logs_in(browser, address, "nobody has this password", remember=False)

    @rule(browser=browsers)
    def logs_out(self, browser: str) -> None:
        assert self._send(browser, "/logout").status_code == self.rules.log_out(browser)

    @precondition(lambda self: self._any("author"))
    @rule(who=somebody, old=typed_passwords, new=passwords, wrong_before=st.sampled_from([0, 0, 0, 9, 10]))
    def changes_the_password(self, who: int, old: str, new: str, wrong_before: int) -> None:
        browser = self._browser(who, "author")
        account = self.rules.account(browser)
        old = old or (account.password if account else PASSWORDS[0])
        for typed in (*["nobody has this password"] * wrong_before, old):
            answer = self._send(browser, "/change_password", {"old_password": typed, "new_password": new})
            assert answer.status_code == self.rules.change_password(browser, typed, new)

    @rule(browser=browsers, address=addresses)
    def asks_for_a_reset(self, browser: str, address: str) -> None:
        answer = self._send(browser, "/reset", {"author_email": address})
        assert answer.status_code == self.rules.ask_for_reset(browser, address)

    @precondition(lambda self: self.reset_links)
    @rule(browser=browsers, which=one_of_many, password=passwords, name=names)
    def uses_a_reset_link(self, browser: str, which: int, password: str, name: str) -> None:
        link = _picked(self.reset_links, which)
        assert self._get(browser, link.path).status_code == (410 if self.rules.is_dead(link) else 200)
        answer = self._send(browser, link.path, {"new_password": password, "author_name": name})
        assert answer.status_code == self.rules.reset(browser, link, password, name)
        self._learn()

    @rule(browser=browsers, address=addresses, password=passwords, pause=st.sampled_from([0, 3, 59, 60, 90]))
    def forgets_the_password(self, browser: str, address: str, password: str, pause: int) -> None:
        self.asks_for_a_reset(browser, address)
        self.the_worker_runs()
        self.time_passes(timedelta(minutes=pause))
        if self.reset_links:
            self.uses_a_reset_link(browser, 0, password, NAMES[0])

    # Decisions.

    @precondition(lambda self: self.rules.accounts)
    @rule(which=one_of_many, choice=one_of_many, note=st.sampled_from(["", "No."]))
    def the_publisher_decides(self, which: int, choice: int, note: str) -> None:
        account = _picked(self.rules.accounts, which)
        possible = [act for act in DECIDED if self.rules.can(act, account)]
        self.decides(account, _picked(possible if possible and choice < 10 else list(DECIDED), choice), note)

    @precondition(lambda self: any(account.state == "waiting" for account in self.rules.accounts))
    @rule(which=one_of_many)
    def the_publisher_approves(self, which: int) -> None:
        self.decides(_picked([each for each in self.rules.accounts if each.state == "waiting"], which), "approve", "")

    def decides(self, account: Account, act: str, note: str) -> None:
        """Press a button, and compare what became of it."""
        fields = {"note": note} if act == "decline" else {}
        if self._press(account, act, fields):
            slug = self._new_slug(account) if act == "approve" and account.page is None else ""
            self.rules.decide(act, account, note=note if act == "decline" else "", slug=slug)

    @precondition(lambda self: self.rules.accounts)
    @rule(which=one_of_many, pause=st.sampled_from([0, 0, 10, 30]))
    def takes_a_decision_back(self, which: int, pause: int) -> None:
        undoable = [account for account in self.rules.accounts if self.rules.can("undo", account)]
        self.time_passes(timedelta(seconds=pause))
        account = _picked(undoable or self.rules.accounts, which)
        if self._press(account, "undo", {}):
            self.rules.undo(account)

    @precondition(lambda self: self.rules.accounts)
    @rule(which=one_of_many)
    def is_made_a_publisher(self, which: int) -> None:
        account = _picked(self.rules.accounts, which)
        if account.state == "deleted":
            return
        try:
            address = normalise(account.address)
            outcome = publishers.add(self.world.ports, OPERATOR, address=address, name="", password=None)
        except Invalid:
            outcome = ""
        assert (outcome == "promoted") == self.rules.make_publisher(account)

    # Pages.

    @precondition(lambda self: self._authors())
    @rule(which=one_of_many, slug=st.sampled_from(SLUGS), name=names, photo=st.booleans())
    def saves(self, which: int, slug: str, name: str, photo: bool) -> None:
        browser, account = _picked(self._authors(), which)
        form = form_of(self._get(browser, "/"))
        self._save(self.people[browser], "/", account, form, slug=slug, name=name, photo=photo)

    @precondition(lambda self: self._authors())
    @rule(which=one_of_many, times=st.sampled_from([1, 6]))
    def moves_a_page(self, which: int, times: int) -> None:
        browser, account = _picked(self._authors(), which)
        for _ in range(times):
            form = form_of(self._get(browser, "/"))
            self._save(self.people[browser], "/", account, form, slug=next(self.moves), name="", photo=False)

    @precondition(lambda self: any(account.page for account in self.rules.accounts))
    @rule(which=one_of_many, name=names)
    def the_publisher_edits(self, which: int, name: str) -> None:
        account = _picked([account for account in self.rules.accounts if account.page], which)
        at = f"{self._at(account)}/edit"
        page = self._desk().get(at)
        if account.state == "deleted":
            assert page.status_code == 404
            return
        self._save(self._desk(), at, account, form_of(page), slug="", name=name, photo=False)

    @precondition(lambda self: self._authors())
    @rule(which=one_of_many, number=st.integers(0, 3), stale=st.booleans())
    def restores_a_version(self, which: int, number: int, stale: bool) -> None:
        browser, account = _picked(self._authors(), which)
        assert account.page is not None
        seen = max(0, len(account.page.texts) - stale)
        path = f"/history/{number}"
        assert self._get(browser, "/history").status_code == 200
        compared = self._get(browser, path).status_code
        assert compared == (200 if 0 < number <= len(account.page.texts) else 404)
        answer = self._send(browser, f"{path}/restore", {"seen": str(seen)})
        assert answer.status_code == self.rules.restore_version(account, number, seen=seen)

    @precondition(lambda self: self._authors())
    @rule(which=one_of_many)
    def leaves_the_editor_open(self, which: int) -> None:
        browser, account = _picked(self._authors(), which)
        form = form_of(self._get(browser, "/"))
        self.forms.append((browser, account, self.rules.seat(browser), form))

    @precondition(lambda self: self.forms)
    @rule(which=one_of_many, other=one_of_many)
    def saves_what_was_left_open(self, which: int, other: int) -> None:
        browser, account, seat, form = _picked(self.forms, which)
        form = {**form, "author_bio": next(self.texts)}
        stands, now = self.rules.stands(browser), self.rules.account(browser)
        self.acted = browser
        if stands == "author" and self.rules.seat(browser) is seat:
            self._save(self.people[browser], "/", account, form, slug="", name="", photo=False)
            return
        answer = self._post(self.people[browser], "/", form)
        if stands == "nobody" or (stands == "author" and now is account):
            assert answer.status_code == 200
            assert str(form["author_bio"]) in answer.text
            if stands == "nobody":
                self._rides_along(browser, account, _picked([account, *self.rules.accounts], other), answer)
        else:
            assert answer.status_code == (403 if now is account else 400)

    # Time, and the worker.

    @rule(time=st.sampled_from(TIMES))
    def the_worker_goes_on_while_time_passes(self, time: timedelta) -> None:
        self.the_worker_runs()
        self.time_passes(time)
        self.the_worker_runs()

    @rule(time=st.sampled_from(TIMES))
    def time_passes(self, time: timedelta) -> None:
        self.world.clock.at += time
        self.rules.now = self.world.clock.now()

    @rule(hours=st.sampled_from([2, 26]))
    def everybody_stays_for_hours(self, hours: int) -> None:
        for _ in range(hours):
            self.time_passes(timedelta(minutes=61))
            for name in [*self.rules.seats]:
                self._look(name)

    @rule()
    def everybody_looks(self) -> None:
        for name in BROWSERS:
            self._look(name)

    @rule()
    def the_worker_runs(self) -> None:
        before = len(self.world.mailer.sent)
        tally = self.world.work()
        assert (tally.retried, tally.dead_letters) == (0, 0)
        all_sent = self.world.mailer.sent[before:]
        sent = [mail for mail in all_sent if not any(words in mail.subject for words in ("for approval", NEW_DEVICE))]
        for mail in all_sent:
            if NEW_DEVICE in mail.subject:  # to who has an account, once an hour at most
                assert mail.to in {account.address for account in self.rules.accounts} | {DESK}
                assert self.world.clock.at - self.told_of_device.get(mail.to, LONG_AGO) >= timedelta(hours=1)
                self.told_of_device[mail.to] = self.world.clock.at
        expected = self.rules.work()
        assert Counter((mail.to, mail.subject) for mail in sent) == Counter(
            (letter.to, letter.subject) for letter in expected
        )
        for letter in expected:
            mail = next(mail for mail in sent if (mail.to, mail.subject) == (letter.to, letter.subject))
            sent.remove(mail)
            self._keep(letter, mail.text)
        self._look_at_what_is_public()
        self._look_at_what_the_publisher_was_told()

    @rule(times=st.sampled_from([1, 3]))
    def the_mail_server_is_away(self, times: int) -> None:
        self.world.mailer.down = OSError("away")
        for _ in range(times):
            assert self.world.work().dead_letters == 0
            self.rules.work_without_mail()
            self.time_passes(timedelta(minutes=2))
        self.world.mailer.down = None
        self.told_late = True

    # What holds after every step.

    @invariant()
    def who_acted_is_where_they_should_be(self) -> None:
        if self.acted:
            self._look(self.acted)

    @invariant()
    def the_records_are_as_they_should_be(self) -> None:
        all_ = invariants.everything(self.world.ports.store)
        invariants.check_records(all_)
        accounts = {account.id: account for account in all_.accounts.values() if account.address != DESK}
        assert set(accounts) == {account.id for account in self.rules.accounts}
        for expected in self.rules.accounts:
            found = accounts[expected.id]
            assert (found.address, found.name, found.state) == (expected.address, expected.name, expected.state)
            assert (found.role is Role.PUBLISHER) == expected.publishes
            assert (found.decided_by, found.decided_at, found.note) == (expected.by, expected.at, expected.note)
            assert (found.profile_id is None) == (expected.page is None)
            if expected.page is not None:
                assert found.profile_id is not None
                _compare(expected.page, all_.profiles[found.profile_id])
        pending_registrations = [registration_from(record) for record in all_.of("proposal").values()]
        now = self.world.clock.now()
        assert {
            registration_subject(each): (each.address, each.state.value, each.letters, each.tries, each.expires_at)
            for each in pending_registrations
            if now < each.expires_at
        } == {
            each.id: (each.address if each.fate != "left" else "", each.fate, each.letters, each.tries, each.ends)
            for each in self.rules.registrations
            if now < each.ends
        }

    def teardown(self) -> None:
        """At its end nothing is half done, and the worker comes to an end."""
        for _ in range(3):
            self.time_passes(timedelta(minutes=3))
            self.the_worker_runs()
        all_ = invariants.everything(self.world.ports.store)
        invariants.check_files(self.world.ports, all_)
        self.everybody_looks()

    # How it is done.

    def _send(self, browser: str, path: str, data: dict[str, str] | None = None) -> TestResponse:
        """Send a form from a browser, with the token that any page of its own has."""
        token = csrf_of(self._get(browser, "/reset"))
        return self._post(self.people[browser], path, {**(data or {}), "csrf_token": token})

    def _get(self, browser: str, path: str) -> TestResponse:
        """Ask for a page in a browser."""
        self.acted = browser
        self.rules.seat(browser)
        return self.people[browser].get(path)

    def _post(self, person: Person, path: str, data: dict[str, object] | dict[str, str]) -> TestResponse:
        """Post, from a network of its own: the brakes of networks have their own tests."""
        return person.client.post(path, data=data, environ_overrides={"REMOTE_ADDR": next(self.networks)})

    def _desk(self) -> Person:
        if self.publisher.get("/publisher").status_code != 200:
            assert self.publisher.log_in().status_code == 303
        return self.publisher

    def _at(self, account: Account) -> str:
        return f"/publisher/authors/{account.id}"

    def _press(self, account: Account, act: str, fields: dict[str, str]) -> bool:
        """Press a button on the console's page about somebody; whether it was they who decided."""
        desk, at = self._desk(), self._at(account)
        token = csrf_of(desk.get("/reset"))
        page = desk.get(at)
        shown = f'"{at}/{act}"' in page.text
        answer = self._post(desk, f"{at}/{act}", {**fields, "csrf_token": token})
        if account.state == "deleted":
            assert (page.status_code, answer.status_code) == (404, 404)
            return False
        assert (page.status_code, answer.status_code) == (200, 303)
        expected = self.rules.can(act, account)
        if act != "undo":
            assert shown == expected
        said = desk.get(answer.headers["Location"]).text
        assert ("already decided about" in said or "is already out" in said) != expected
        return expected

    def _look(self, browser: str) -> None:
        """Somebody opens the start page, and sees where they stand."""
        self.rules.seat(browser)
        assert (browser, where(self.people[browser])) == (browser, self.rules.stands(browser))
        self.acted = ""

    def _any(self, *standing: str) -> bool:
        return any(self.rules.stands(name) in standing for name in BROWSERS)

    def _browser(self, who: int, *standing: str) -> str:
        """One of the browsers that stand there, or any."""
        fitting = [name for name in BROWSERS if self.rules.stands(name) in standing]
        return _picked(fitting if fitting and who < 8 else list(BROWSERS), who)

    def _authors(self) -> list[tuple[str, Account]]:
        """In which browsers who may edit their own page."""
        found = [(name, seat.of) for name in BROWSERS if (seat := self.rules.unseen(name))]
        return [(name, who) for name, who in found if isinstance(who, Account) and who.page and who.state == "active"]

    def _password_of(self, address: str) -> str:
        """A password that opens something at this address, if there is anything."""
        owner, live = self.rules.owner(address), self.rules.live(address)
        return (owner.password if owner else live[-1].password if live else "") or PASSWORDS[0]

    def _save(
        self, person: Person, path: str, account: Account, form: dict[str, Any], *, slug: str, name: str, photo: bool
    ) -> None:
        page = account.page
        assert page is not None
        words = next(self.texts)
        form = {**form, "author_bio": words, "author_slug": slug or form["author_slug"]}
        form["author_name"] = name or form["author_name"]
        if not photo and page.texts and page.texts[-1].photo and int(words.split()[-1][:-1]) % 2:
            form["remove_img"] = "1"
        has_photo = photo or bool(page.texts and page.texts[-1].photo and "remove_img" not in form)
        sent = {**form, "profile_img": (_a_photo(), "me.jpg"), "photo_rights": "1"} if photo else form
        text = Text(form["author_name"], words, has_photo)
        # A form is sent again, unless only its first sending tells what it was changed from.
        for _ in range(1 if photo or (name and form["seen"] == "0") else 2):
            answer = self._post(person, path, sent)
            expected = self.rules.save(
                account, text, form["author_slug"], seen=int(form["seen"]), by_publisher=person is self.publisher
            )
            assert answer.status_code == expected
        if expected == 303 and account.state == "active":
            assert words in person.get(f"/authors/{page.slug}/").text
        if expected in {409, 422}:
            assert words in answer.text

    def _rides_along(self, browser: str, writer: Account, who: Account, page: TestResponse) -> None:
        """Somebody logs in where a text waits that ``writer`` wrote; only they get it back, and save it then."""
        kept = {name: unescape(value) for name, value in re.findall(r'name="(kept\w*)" value="([^"]*)"', page.text)}
        data = {"author_email": who.address or ADDRESSES[0], "author_password": who.password, **kept}
        answer = self._post(self.people[browser], "/login", {**data, "csrf_token": csrf_of(page)})
        expected = self.rules.log_in(browser, data["author_email"], who.password, remember=False)
        words = str(dict(json.loads(kept["kept"])["fields"])["author_bio"])
        if expected in {422, 429}:
            assert (answer.status_code, words in answer.text) == (expected, True)
        elif expected == 303 and self.rules.account(browser) is writer:
            assert (answer.status_code, words in answer.text) == (200, True)
            if writer.state == "active":
                self._save(self.people[browser], "/", writer, form_of(answer), slug="", name="", photo=False)
        else:
            assert (answer.status_code, words in answer.text) == (expected, False)

    def _new_slug(self, account: Account) -> str:
        """The address that a page was given when its author was approved."""
        all_ = invariants.everything(self.world.ports.store)
        profile_id = all_.accounts[account.id].profile_id
        assert profile_id is not None
        slug = all_.profiles[profile_id].slug
        plain = account.name.lower().replace(" ", "-")
        if plain in self.rules.slugs:
            assert re.fullmatch(rf"{plain}-([0-9]{{1,2}}|[0-9a-f]{{6}})", slug)
            assert slug not in self.rules.slugs
        else:
            assert slug == plain
        return slug

    def _learn(self) -> None:
        """Learn the ids of what was just made."""
        for name, seat in self.rules.seats.items():
            if seat.of.id:
                continue
            cookie = self.people[name].client.get_cookie("byline")
            assert cookie is not None
            if isinstance(seat.of, Registration):
                seat.of.id = ".".join(cookie.value.split(".")[:4])
                self.rules.takes_slot(seat.of)
            else:
                seat.of.id = cookie.value.split(".")[1]

    def _keep(self, letter: Letter, text: str) -> None:
        """Keep what a letter brought."""
        link = letter.link
        if link is None:
            return
        if letter.subject != CONFIRM:
            link.path = path_in(text, "/reset/")
            self.reset_links.append(link)
            return
        link.path, link.code = path_in(text, "/confirm/"), code_in(text)
        claims = self.world.ports.signer.read(PURPOSE, link.path.rpartition("/")[2], now=START)
        # Two registrations of one address have letters of one subject: the link says whose this is.
        named = ".".join(["p", *(claims.fields[part] for part in "psi")])
        link.of = next(each for each in self.rules.registrations if each.id == named)
        link.number = link.of.letters
        self.confirm_links.append(link)

    def _look_at_what_is_public(self) -> None:
        """What readers see, and what the publisher finds, once the worker is done."""
        all_ = invariants.everything(self.world.ports.store)
        invariants.check_settled(self.world.ports, all_)
        expected = self.rules.read_by_readers
        assert Counter(_words(profile.content.bio) for profile in all_.visible.values()) == expected
        reader = self.portal.person()
        for slug, page in self.rules.slugs.items():
            answer = reader.get(f"/authors/{slug}/")
            shown = bool(page.texts) and page.texts[-1].words in expected
            assert answer.status_code == (200 if shown else 404)
            if shown and slug == page.slug:
                assert page.texts[-1].words in answer.text
                assert ("<img" in answer.text) == page.texts[-1].photo
        found = {row.account.id for row in listing.search(self.world.ports, OPERATOR, "an").rows}
        found |= {row.account.id for row in listing.search(self.world.ports, OPERATOR, "bo").rows}
        assert found == {account.id for account in self.rules.accounts if account.state != "deleted"}
        waiting = [row.account.id for row in listing.waiting(self.world.ports, OPERATOR).rows]
        assert Counter(waiting) == Counter(each.id for each in self.rules.accounts if each.state == "waiting")

    def _look_at_what_the_publisher_was_told(self) -> None:
        """At most one letter a day says that somebody waits, and nobody waits for longer than a day before it does."""
        told = [mail.sent_at for mail in self.world.mailer.to(DESK)]
        assert all(later - earlier >= A_DAY for earlier, later in itertools.pairwise(told))
        for opened in self.rules.publishers_must_know_of:
            assert self.told_late or any(at >= opened for at in told)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_whatever_people_do_comes_out_as_the_rules_have_it(portal: Portal) -> None:
    class Here(People):
        pass

    Here.portal = portal
    examples = SQLITE_EXAMPLES if isinstance(portal.world.ports.store, SqliteStore) else DYNAMODB_EXAMPLES
    bounds = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=bounds)  # type: ignore[no-untyped-call]


def _empty(portal: Portal) -> None:
    """Take out what an earlier example left."""
    ports = portal.world.ports
    while records := ports.store.scan(limit=50).records:
        ports.store.commit(*(Delete(record.key, record.version) for record in records))
    for path in [*ports.files.paths(), *ports.files.paths("photos/")]:
        ports.files.delete(path)
    portal.world.mailer.down = None
    portal.world.mailer.sent.clear()
    portal.world.mailer.rehearsed.clear()
    portal.world.clock.at = START
    ports.attempts._counts.clear()


def _picked(many: list[Any], which: int) -> Any:
    return many[-1 - which % len(many)]


def _compare(page: Page, profile: Any) -> None:
    assert (profile.slug, sorted(profile.old_slugs)) == (page.slug, sorted(page.old_slugs))
    assert profile.number == len(page.texts)
    live = page.texts[-1] if page.texts else Text(page.name, "", photo=False)
    content = profile.content
    assert (content.name, _words(content.bio), content.photo is not None) == (page.name, live.words, live.photo)


def _words(bio: str) -> str:
    return bio.removeprefix("<p>").removesuffix("</p>")


def _a_photo() -> io.BytesIO:
    return io.BytesIO(b"\xff\xd8\xff begins as a JPEG does, and is developed by nobody")
