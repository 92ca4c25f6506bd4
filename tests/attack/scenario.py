"""What people do in a portal, and what goes wrong meanwhile: all that its log could tell of."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from PIL import Image
from tests.attack.smtp_stubs import REFUSED
from tests.people import Person, code_in, csrf_of, path_in
from tests.server import soon
from werkzeug.test import Client

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import account_from, account_key, account_record, claim_key
from byline.errors import Conflict
from byline.jobs.model import DUE, Job, from_record, to_record
from byline.jobs.payloads import UpdateSearch
from byline.jobs.worker import MAX_TRIES
from byline.store.port import Create, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from tests.attack.log_capture import LogCapture
    from tests.attack.smtp_stubs import MailStub
    from werkzeug.test import TestResponse

    from byline.ports import Ports

FROM = "203.0.113.7"
DESK = ("desk@marram.example", "Inès Vale", "the desk has a long password")
ANA = ("anais@example.org", "Anaïs Lima", "seventeen grey herons")
BO = ("bo.lund@example.org", "Bo Lundström", "a lamp, a chair, a window")
CY = ("cy@example.org", "Cy Renner", "nothing but weather today")
NEW, NEWEST = "quite another long password", "and one more, longer still"
HURRY_SECONDS = 4
"""Longer than the worker's pause and the delivery of an email together."""
NOTE = "Not now, dear Bo, but write to us again in autumn."


@dataclass
class Scenario:
    """A portal that runs somewhere: the way in, its post office, its records, and how to make time pass there."""

    ear: LogCapture
    app: WSGIApplication
    office: MailStub
    ports: Ports
    first_link: str
    work: Callable[[], object]
    """Lets the worker look, where it does not by itself."""
    without_store: Callable[[], AbstractContextManager[object]]
    _read: int = field(default=0)

    def person(self, about: tuple[str, str, str]) -> Person:
        """Somebody with a browser of their own."""
        address, name, password = about
        self.ear.keep("an address", address, address_hash(normalise(address)))
        self.ear.keep("a name", name)
        self.ear.keep("a password", password)
        browser = Client(self.ear.between(self._from_afar))
        return Person(cast("Any", self), cast("Any", browser), address, name, password)

    @property
    def mailer(self) -> Scenario:
        """Where letters can be read."""
        return self

    def to(self, address: str) -> list[Any]:
        """The letters to an address that are new since the last look, waited for."""

        def new() -> list[Any]:
            self.hurry()
            self.work()
            fresh = [letter for letter in self.office.letters[self._read :] if letter["To"] == address]
            return [_Letter(_plain(letter)) for letter in fresh]

        letters = soon(new, f"a letter to {address}")
        self._read = len(self.office.letters)
        for letter in letters:
            self.ear.letter(address, letter.text)
        return letters

    def hurry(self, *, last_try: bool = False) -> None:
        """Make everything due now that waits for its time or its next try, which may be its last."""
        for job in map(from_record, self.ports.store.page(DUE).records):
            tries = MAX_TRIES - 1 if last_try else job.tries
            due = replace(job, due_at=self.ports.clock.now(), tries=tries, version=job.version + 1)
            if job.due_at > due.due_at or last_try:
                with suppress(Conflict):  # a worker has it in hand
                    self.ports.store.commit(Replace(to_record(due)))

    def settled(self) -> None:
        """Wait until nothing is left to do. A job that a worker has in hand is hurried too, so not at each look."""
        hurried_at = -HURRY_SECONDS

        def nothing_left() -> bool:
            nonlocal hurried_at
            if monotonic() - hurried_at >= HURRY_SECONDS:
                self.hurry()
                hurried_at = monotonic()
            self.work()
            return not self.ports.store.page(DUE).records

        soon(nothing_left, "all work to be done")

    def _from_afar(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = FROM
        self.ear.keep("who asks", FROM)
        return self.app(environ, start_response)


@dataclass
class _Letter:
    text: str


def live(scenario: Scenario) -> None:
    """Everything that happens in a portal, once; it ends with nothing left to do."""
    desk, ana, bo = (scenario.person(about) for about in (DESK, ANA, BO))
    _the_first_publisher(scenario, desk)
    _come_in(scenario, ana, bo)
    _are_decided_on(desk, ana, bo)
    _write(desk, ana)
    _forget(scenario, ana)
    _meet_faults(scenario, ana)
    _are_not_reached(scenario)
    _find_damage(scenario)
    scenario.settled()


def _the_first_publisher(scenario: Scenario, desk: Person) -> None:
    first = path_in(scenario.first_link, "/publisher/first/")
    scenario.ear.keep("the first publisher's link", scenario.first_link)
    fields: dict[str, object] = {"author_email": desk.address, "author_name": desk.name}
    _answers(422, desk.post(first, {**fields, "author_password": "short"}))
    _answers(303, desk.post(first, {**fields, "author_password": desk.password}))
    _answers(303, desk.confirm())
    _answers(410, scenario.person(DESK).get(first))


def _come_in(scenario: Scenario, ana: Person, bo: Person) -> None:
    scenario.office.away = True
    _answers(303, ana.register())
    scenario.work()
    soon(lambda: _has_been_tried(scenario), "a letter to be tried in vain")
    scenario.office.away = False
    letter = scenario.to(ana.address)[-1].text
    _answers(303, ana.get(path_in(letter, "/confirm/")))
    _answers(410, scenario.person(ANA).get(path_in(letter, "/confirm/")))

    _answers(303, bo.register())
    code = code_in(scenario.to(bo.address)[-1].text)
    _answers(422, bo.post("/confirm", {"code": "100 001" if code != "100 001" else "100 002"}, form="/"))
    _answers(303, bo.post("/confirm", {"code": code}, form="/"))

    again = scenario.person(ANA)
    _answers(303, again.register())  # the owner is told
    _answers(200, again.post("/account/delete"))
    _answers(422, again.log_in(password="not hers, but long"))
    bad: dict[str, object] = {"author_email": "no address@@example.org", "author_name": "", "author_password": "x"}
    _answers(422, again.post("/register", bad))
    _answers(400, again.client.post("/login", data={"author_email": ana.address}))
    for path in (f"/{ana.address}", f"/login?next=/{ana.address}", f"/confirm/{ana.address}", "/reset/x.y.z"):
        _answers((200, 404, 410), again.get(path))
    again.client.set_cookie("byline", "a.forged.cookie.of-some-length.AAAAAAAAAAAAAAAAAAAAAA")
    _answers(302, again.get("/history"))
    broken = {"data": b'--x\r\nContent-Disposition: form-data; name="author_email"\r\n\r\n' + ana.address.encode()}
    _answers(400, again.client.post("/register", **broken, content_type="multipart/form-data; boundary=x"))


def _are_decided_on(desk: Person, ana: Person, bo: Person) -> None:
    _answers(200, desk.get(f"/publisher/authors?q={ana.address}"))
    of = {person.name: _author_of(desk, person) for person in (ana, bo)}
    _answers(303, desk.post(f"{of[ana.name]}/approve", form="/publisher"))
    _answers(422, desk.post(f"{of[bo.name]}/decline", {"note": "x" * 3_000}))
    _answers(303, desk.post(f"{of[bo.name]}/decline", {"note": NOTE}))
    _answers(403, bo.log_in())


def _write(desk: Person, ana: Person) -> None:
    links = {"link_label": ["My own site"], "link_url": ["https://anais.example/"]}
    photo = (_photo(), "anais-at-home.jpg")
    _answers(303, ana.save(author_bio="I wrote *The Salt Road*.", profile_img=photo, **links))
    _answers(422, ana.save(profile_img=(io.BytesIO(b"no photo, but my diary"), "diary.jpg")))
    _answers(422, ana.save(author_name="", link_label=["Mine"], link_url=["javascript:alert(1)"]))
    _answers(303, ana.save(author_slug="anais-of-the-sea"))
    _answers((200, 404), ana.get("/authors/anais-of-the-sea/"))  # where it is depends on who serves it
    at = _author_of(desk, ana)
    form = {"author_bio": "She wrote *The Salt Road*, and lives by the sea.", "seen": "2", "tell_author": "1"}
    _answers(303, desk.post(f"{at}/edit", cast("Any", form)))
    _answers(409, desk.post(f"{at}/edit", cast("Any", {**form, "author_bio": "Over a version that nobody saw."})))
    _answers(303, desk.post(f"{at}/suspend", {"note": "A while without a page, please."}))
    _answers(303, desk.post(f"{at}/restore"))


def _forget(scenario: Scenario, ana: Person) -> None:
    scenario.settled()
    _answers(303, ana.log_in(remember=True))
    fields: dict[str, object] = {"old_password": "this is not mine", "new_password": NEW}
    _answers(422, ana.post("/change_password", fields))
    _answers(303, ana.post("/change_password", {**fields, "old_password": ana.password}))
    _answers(404, ana.get("/publisher/authors"))
    _answers(303, ana.log_out())
    scenario.settled()
    scenario.to(ana.address)
    for address in (ana.address, "never.seen@example.org"):
        scenario.ear.keep("an address", address)
        _answers(303, ana.post("/reset", {"author_email": address}))
    link = path_in(scenario.to(ana.address)[-1].text, "/reset/")
    page = ana.get(link)
    answer = ana.client.post(link, data={"csrf_token": csrf_of(page), "new_password": NEWEST})
    _answers(303, answer)
    _answers(410, ana.get(link))
    ana.password = NEWEST


def _meet_faults(scenario: Scenario, ana: Person) -> None:
    elsewhere = scenario.person(ANA)
    token = csrf_of(elsewhere.get("/login"))
    fields = {"author_email": ana.address, "author_password": ana.password, "csrf_token": token}
    with scenario.without_store():
        _answers((500, 503), ana.get("/"))
        _answers((500, 503), ana.get("/healthz"))
        _answers((500, 503), elsewhere.client.post("/login", data=fields))
    _answers(200, ana.get("/"))


def _are_not_reached(scenario: Scenario) -> None:
    nobody = scenario.person((REFUSED, "Nobody Inparticular", "a password for nobody"))
    _answers(303, nobody.register())
    scenario.settled()
    scenario.office.away = True
    _answers(303, scenario.person(CY).register())
    scenario.work()
    soon(lambda: _has_been_tried(scenario), "a letter to be tried in vain")
    scenario.hurry(last_try=True)
    scenario.settled()
    scenario.office.away = False


def _find_damage(scenario: Scenario) -> None:
    """A record that says what none may, with words of somebody in it: reading it is a fault of ours."""
    cy = scenario.person(CY)
    _answers(303, cy.register())
    _answers(303, cy.confirm())
    scenario.settled()
    store = scenario.ports.store
    claim = claim_key(address_hash(normalise(cy.address)))
    key = account_key(str(store.get(claim)[claim].data["account"]))
    account = account_from(store.get(key)[key])
    record = account_record(replace(account, version=account.version + 1))
    store.commit(Replace(replace(record, data={**record.data, "state": cy.address})))
    _answers(500, cy.get("/"))
    store.commit(Create(to_record(Job("0" * 24, UpdateSearch(account.id), scenario.ports.clock.now()))))
    scenario.work()
    soon(lambda: _has_been_tried(scenario), "a job to fail")
    store.commit(Replace(account_record(replace(account, version=account.version + 2))))


def _answers(status: int | tuple[int, ...], answer: TestResponse) -> None:
    expected = status if isinstance(status, tuple) else (status,)
    assert answer.status_code in expected, f"{answer.status_code}: {answer.get_data(as_text=True)}"


def _has_been_tried(scenario: Scenario) -> bool:
    return any(from_record(record).last_fault for record in scenario.ports.store.page(DUE).records)


def _author_of(desk: Person, person: Person) -> str:
    page = desk.get("/publisher/authors").get_data(as_text=True)
    row = next(row for row in page.split("<li>")[1:] if person.address in row or f"page of {person.name}" in row)
    found = re.search(r'href="(/publisher/authors/[0-9a-f]+)"', row)
    assert found
    return found[1]


def _photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (400, 500), "teal").save(file, "JPEG")
    file.seek(0)
    return file


def _plain(letter: Any) -> str:
    text: str = letter.get_body(("plain",)).get_content()
    return text.replace("\r\n", "\n")
