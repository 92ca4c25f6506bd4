"""``byline demo``: the portal with some forty made-up authors in every state, in a data folder of its own."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import click

from byline.accounts import addresses, confirmation, lookup, publishers, registration
from byline.accounts.actors import actor_of
from byline.accounts.clients import Client
from byline.accounts.recognition import recognise
from byline.accounts.sessions import RegistrationSession
from byline.audit import OPERATOR
from byline.authors import decisions, pages
from byline.cli.portal import configure, start
from byline.environment import SystemClock
from byline.errors import Misconfigured
from byline.jobs.worker import run_due_jobs
from byline.profiles import biography, books, slugs
from byline.profiles.books import BookTexts
from byline.profiles.editing import PageChange
from byline.profiles.model import Link
from byline.richtext import urls
from byline.wiring import connect, handlers, make_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from byline.audit import Actor
    from byline.jobs.worker import Handlers
    from byline.mail.port import Mail
    from byline.ports import Ports
    from byline.settings import Settings

PASSWORD = "read it in the demo"  # noqa: S105 - printed at every start, for made-up people only
FOLDER = "demo-data"
_MARK = "this-is-a-demo"
_UNFINISHED = "unfinished\n"


@click.command()
@click.option("--host", help="Where to listen (BYLINE_HOST, 127.0.0.1).")
@click.option("--port", type=int, help="On which port (BYLINE_PORT, 8000).")
@click.option("--data", type=click.Path(file_okay=False), help=f"The demo's own data folder (./{FOLDER}).")
def demo(host: str | None, port: int | None, data: str | None) -> None:
    """Start the portal with made-up authors.

    They are in every state, and in a data folder of their own.
    """
    os.environ.setdefault("BYLINE_SITE_NAME", "Marram Press")
    os.environ.setdefault("BYLINE_PUBLISHER_NAME", "Marram Press")
    os.environ.setdefault("BYLINE_PUBLISHER_EMAIL", "desk@marram.example")
    settings, listener = configure(host, port, data or os.environ.get("BYLINE_DATA") or FOLDER)
    with listener:
        people = json.loads(resources.files("byline.cli").joinpath("demo_authors.json").read_text("utf-8"))
        prepare(settings, people)
        start(settings, listener, first_words=_login_hints(people))


def prepare(settings: Settings, people: Sequence[dict[str, Any]]) -> None:
    """Fill an empty data folder; do nothing to one that is filled; refuse one that is not a demo's."""
    mark = settings.data / _MARK
    if mark.exists() and mark.read_text() != _UNFINISHED:
        return
    if not mark.exists() and settings.data.exists() and any(settings.data.iterdir()):
        raise Misconfigured(f"{settings.data} is not a demo's folder: choose another by --data, or one that is empty.")
    if mark.exists():
        raise Misconfigured(f"{settings.data} was not finished: delete it and start the demo again.")
    make_folder(settings.data)
    mark.write_text(_UNFINISHED)
    clock = _DemoClock(SystemClock().now() - timedelta(days=len(people) * 3))
    real = connect(settings, clock=clock).ports
    quiet = replace(real, mailer=_DiscardingMailer())
    last = [person for person in people if person["state"] == "unconfirmed"]
    first = [person for person in people if person["state"] != "unconfirmed"]
    with click.progressbar(first, label="Making up authors") as shown:
        for person in shown:
            _make(quiet, clock, person)
            clock.at += timedelta(days=2, hours=5, minutes=7)
    table = handlers()
    clock.at = SystemClock().now() - timedelta(minutes=20)
    _run_jobs(quiet, table)
    for person in last:
        _register(real, person)
    _run_jobs(real, table)
    mark.write_text("finished\n")


@dataclass
class _DemoClock:
    """A clock that the demo moves, so that its authors came one after another."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class _DiscardingMailer:
    """Drops the emails of people who have long been here."""

    def send(self, mail: Mail, /) -> None:
        """Drop an email."""

    rehearse = probe = send


def _login_hints(people: Sequence[dict[str, Any]]) -> str:
    wanted = ["publisher", "active", "active-unsaved", "waiting", "unconfirmed", "declined", "suspended"]
    lines = [f'Log in with any of these; the password of all is "{PASSWORD}":']
    for what in wanted:
        who = [p for p in people if what == (p["role"] if p["role"] == "publisher" else p["state"])]
        lines += [f"  {what:<15} {person['email']}" for person in who[:2]]
    return "\n".join(lines)


def _make(ports: Ports, clock: _DemoClock, person: dict[str, Any]) -> None:
    """Let one person register, confirm, be decided on and write, as people do."""
    address = addresses.normalise(person["email"])
    confirmation.confirm(ports, _register(ports, person))
    account = lookup.load_by_address(ports, OPERATOR, address)
    clock.at += timedelta(hours=3)
    state = person["state"]
    if state == "declined":
        decisions.decline(ports, OPERATOR, account.id, note=person.get("note", ""))
    if state not in {"active", "active-unsaved", "suspended"}:
        return
    account = decisions.approve(ports, OPERATOR, account.id)
    if state != "active-unsaved":
        _write(ports, clock, actor_of(account), person)
    if state == "suspended":
        decisions.suspend(ports, OPERATOR, account.id)
    if person["role"] == "publisher":
        publishers.add(ports, OPERATOR, address=address, name=person["name"], password=None)


def _register(ports: Ports, person: dict[str, Any]) -> RegistrationSession:
    address = addresses.normalise(person["email"])
    entry = registration.register(
        ports, None, address=address, name=person["name"], password=PASSWORD, client=Client("Mozilla/5.0 (demo)")
    )
    visit = recognise(ports, entry.cookie)
    assert isinstance(visit, RegistrationSession)  # noqa: S101 - it was begun in the line above
    return visit


def _write(ports: Ports, clock: _DemoClock, by: Actor, person: dict[str, Any]) -> None:
    """Save a page as often as its author did; three of them moved on the way."""
    bios = [*person.get("earlier_bios", []), person["bio_markdown"]]
    wanted = person.get("slug") or pages.load_own(ports, by).profile.slug
    for number, bio in enumerate(bios, 1):
        last = number == len(bios)
        change = PageChange(
            name=person["name"],
            sort_name=person.get("sort_name"),
            slug=slugs.valid(wanted if last else person.get("old_slug") or wanted),
            bio=biography.from_form(bio, "markdown"),
            links=tuple(Link(link["label"], urls.typed_url(link["url"]) or "") for link in person["links"]),
            books=books.from_form([BookTexts(**book) for book in person.get("books", ())])[0],
            upload=_portrait(person["portrait"]) if "portrait" in person and last else None,
        )
        pages.save_own(ports, by, change)
        clock.at += timedelta(hours=9)


def _portrait(name: str) -> bytes:
    """A picture that ``tools.demo.portraits`` has drawn."""
    return resources.files("byline.cli").joinpath("demo_portraits", f"{name}.webp").read_bytes()


def _run_jobs(ports: Ports, table: Handlers) -> None:
    while run_due_jobs(ports, table, limit=100).done:
        pass
