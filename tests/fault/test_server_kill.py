"""The real server, all its processes killed at once after every step of the story, and started again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests import invariants
from tests.environment import StoppedClock
from tests.fault import steps
from tests.fault.steps import ANA, BO, DESK, NAMES, NEW_PASSWORD, NEWEST_PASSWORD, where
from tests.people import PASSWORD, Person
from tests.server import Server, running, soon
from werkzeug import Response
from werkzeug.test import EnvironBuilder

from byline.environment import SystemClock
from byline.jobs.worker import run_due_jobs
from byline.settings import Settings
from byline.site import pages
from byline.wiring import connect, handlers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from byline.mail.port import Mail
    from byline.ports import Ports
    from byline.profiles.model import Profile

STEPS = (
    steps.registers(ANA),
    steps.confirms_by_link(ANA),
    steps.approves(ANA),
    steps.saves(ANA, "I wrote *The Salt Road*.", photo=True),
    steps.drafts(ANA, "I wrote *The Salt Road*, and am not done.", photo=True),
    steps.publishes_the_draft(ANA, "I wrote *The Salt Road*, and am not done."),
    steps.renames(ANA, "ana-of-the-sea"),
    steps.edits_for(ANA, "She wrote for the sea."),
    steps.changes_the_password(ANA, NEW_PASSWORD),
    steps.asks_for_a_reset(ANA),
    steps.resets(ANA, NEWEST_PASSWORD),
    steps.suspends(ANA),
    steps.restores(ANA),
    steps.registers(BO),
    steps.confirms_by_code(BO),
    steps.declines(BO),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data") as started:
        yield started


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_server_killed_after_any_step_goes_on_where_it_was(server: Server) -> None:
    server.run("publisher", "add", DESK, "--name", NAMES[DESK], "--password-stdin", typed=PASSWORD)
    setting = ServerSetting(server)
    for step in STEPS:
        step(setting)
        stands = setting.stands()
        server.kill()
        server.start()
        assert setting.stands() == stands
        ports = _work_later(server, minutes=1.1)
        soon(lambda: _readers_see_what_is_live(server, ports), "readers to see what is live", seconds=120)  # noqa: B023 - now, not later
        ports.store.close()

    assert setting.stands() == {ANA: "nobody", BO: "nobody", DESK: "publisher"}
    server.kill()
    _work_later(server, minutes=10).store.close()
    ports = _work_later(server, minutes=90)
    all_ = invariants.everything(ports.store)
    invariants.check_records(all_)
    invariants.check_files(ports, all_)
    invariants.check_settled(ports, all_)
    letters = [(str(letter["To"]), str(letter["Subject"])) for to in (ANA, BO, DESK) for letter in server.letters(to)]
    letters = [each for each in letters if each[1] != "Login from a new device"]  # once an hour at most, or not at all
    assert sorted(letters) == [
        (ANA, "Choose a new password"),
        (ANA, "Confirm your email address"),
        (ANA, "Your author account is open again"),
        (ANA, "Your author account is suspended"),
        (ANA, "Your author page is open"),
        (ANA, "Your author page was edited"),
        (ANA, "Your password was changed"),
        (ANA, "Your password was changed"),
        (BO, "About your author account"),
        (BO, "Confirm your email address"),
        (DESK, "1 author is waiting for approval"),
    ]
    ports.store.close()


@dataclass
class ServerSetting:
    """The story's people in front of a real server; its worker works by itself."""

    server: Server
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, address: str = "", full_name: str = "") -> Person:
        if name not in self.people:
            browser = cast("Any", Browser(self.server.port))
            self.people[name] = Person(cast("Any", self), browser, address, full_name)
        return self.people[name]

    def letters(self, to: str, subject: str) -> Sequence[Mail]:
        body = self.server.letter(to, subject=subject).get_body(("plain",))
        assert body is not None
        return [cast("Any", SimpleNamespace(text=body.get_content().replace("\r\n", "\n")))]

    def work(self, **_later: float) -> None:
        raise AssertionError("the time of a real server cannot be moved")

    def stands(self) -> dict[str, str]:
        return {name: where(person) for name, person in self.people.items()}


class Answer(Response):
    """An answer as the test client gives it."""

    @property
    def text(self) -> str:
        return self.get_data(as_text=True)


@dataclass
class Browser:
    """A browser of its own: cookies, forms and files, over HTTP."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **form: Any) -> Answer:
        builder = EnvironBuilder(path, method="POST", **form)
        environ = builder.get_environ()
        builder.close()
        body = environ["wsgi.input"].read()
        return self._ask("POST", path, body, {"Content-Type": environ.get("CONTENT_TYPE", "")})

    def _ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection.request(method, path, body, {**(headers or {}), **(cookies if self.cookies else {})})
        came = connection.getresponse()
        answer = Answer(came.read(), came.status, came.getheaders())
        connection.close()
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer


def _readers_see_what_is_live(server: Server, ports: Ports) -> bool:
    all_ = invariants.everything(ports.store)
    reader, visible = Browser(server.port), all_.visible
    for profile in all_.profiles.values():
        for slug in (profile.slug, *profile.old_slugs):
            answer = reader.get(f"/authors/{slug}/")
            if answer.status_code != (200 if profile.id in visible else 404):
                return False
        if profile.id in visible and reader.get(f"/authors/{profile.slug}/").get_data() != _page(ports, profile):
            return False
    return True


def _page(ports: Ports, profile: Profile) -> bytes:
    return pages.author_files(ports.site, profile)[0].body


def _work_later(server: Server, *, minutes: float) -> Ports:
    """Let a worker of our own do what is due so much later: what the killed one had in hand, for its lease is over."""
    settings = Settings.from_environ(
        {**server.environ, "BYLINE_DATA": str(server.data), "BYLINE_PORT": str(server.port)}
    )
    clock = StoppedClock(SystemClock().now() + timedelta(minutes=minutes))
    ports = connect(settings, clock=clock).ports
    while run_due_jobs(ports, handlers(), limit=100).done:
        pass
    return ports
