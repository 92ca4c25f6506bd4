"""``byline check``: what may be wrong, each with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from tests.engines import free_port
from tests.environment import StoppedClock, make_world
from tests.people import make_portal

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce
from byline.audit import OPERATOR
from byline.cli.checks.run import findings
from byline.errors import Rejected, Unavailable
from byline.jobs.kinds import JobKind
from byline.jobs.model import Job, to_record
from byline.jobs.payloads import SendMailboxLink, UpdateSearch
from byline.jobs.worker import MAX_TRIES, run_due_jobs
from byline.looks.branding import Branding
from byline.press import changes
from byline.settings import Settings
from byline.store.port import Create
from byline.store.sqlite import SqliteStore
from byline.wiring import connect

if TYPE_CHECKING:
    from pathlib import Path


class Sink:
    """Somebody at the mail server who is there, and to whom no email may come."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        raise AssertionError


def sentences(folder: Path, **given: str) -> dict[str, str]:
    settings = Settings.from_environ({"BYLINE_DATA": str(folder), "BYLINE_PORT": str(free_port()), **given})
    return {finding.about: finding.sentence for finding in findings(settings) if finding.wrong}


def test_a_new_site_lacks_a_publisher_and_nothing_else(tmp_path: Path) -> None:
    assert set(sentences(tmp_path)) == {"publisher"}
    ports = connect(Settings.from_environ({"BYLINE_DATA": str(tmp_path)})).ports
    desk = normalise("desk@marram.example")
    publishers.add(ports, OPERATOR, address=desk, name="Desk", password="a barge full of herons")
    assert sentences(tmp_path) == {}


def test_work_that_was_given_up_is_shown_with_what_to_do(tmp_path: Path) -> None:
    ports = connect(Settings.from_environ({"BYLINE_DATA": str(tmp_path)})).ports
    ports.store.commit(Create(to_record(Job("1", UpdateSearch("a"), ports.clock.now(), tries=MAX_TRIES - 1))))

    def fail(*_: object) -> None:
        raise Unavailable

    run_due_jobs(ports, {JobKind.UPDATE_SEARCH: fail})
    assert "(find) failed for good after 12 tries: Unavailable" in sentences(tmp_path)["outbox"]
    assert "byline deliver --again" in sentences(tmp_path)["outbox"]


def test_a_stranger_with_a_made_up_address_makes_no_site_wrong(tmp_path: Path) -> None:
    settings = Settings.from_environ({"BYLINE_DATA": str(tmp_path)})
    ports = connect(settings).ports
    ports.store.commit(Create(to_record(Job("1", SendMailboxLink("a"), ports.clock.now()))))

    def refuse(*_: object) -> None:
        raise Rejected

    run_due_jobs(ports, {JobKind.REGISTRATION_EMAIL: refuse})
    assert "outbox" not in sentences(tmp_path)
    (note,) = (finding for finding in findings(settings) if finding.about == "mail" and "refused" in finding.sentence)
    assert not note.wrong
    assert note.sentence.startswith("1 email was refused for good")


def notes(settings: Settings) -> list[str]:
    return [finding.sentence.partition(":")[0] for finding in findings(settings) if finding.about == "mail"]


def test_emails_to_mistyped_addresses_are_counted_for_thirty_days_and_make_nothing_wrong(tmp_path: Path) -> None:
    settings = Settings.from_environ({"BYLINE_DATA": str(tmp_path)})
    ports = connect(settings).ports
    for number in range(2):
        record_bounce(ports, MAIL_SYSTEM, f"a{number}@example.org", BounceKind.BOUNCE)
    long_ago = StoppedClock(ports.clock.now() - timedelta(days=31))
    record_bounce(replace(ports, clock=long_ago), MAIL_SYSTEM, "b@example.org", BounceKind.BOUNCE)

    assert "Emails to 2 addresses without an account bounced in the last 30 days" in notes(settings)
    assert set(sentences(tmp_path)) == {"publisher"}


def test_bounces_of_an_author_are_a_note_and_those_of_a_publisher_are_wrong(tmp_path: Path) -> None:
    settings = Settings.from_environ({"BYLINE_DATA": str(tmp_path)})
    world = make_world(tmp_path, SqliteStore(tmp_path / "byline.sqlite3"))
    portal = make_portal(world)
    portal.publisher("desk@marram.example", "Ines Vale")
    portal.author("ana@example.org")
    record_bounce(world.ports, MAIL_SYSTEM, "ana@example.org", BounceKind.COMPLAINT)

    assert "Emails to 1 author bounce" in notes(settings)
    assert "publisher" not in sentences(tmp_path)

    record_bounce(world.ports, MAIL_SYSTEM, "desk@marram.example", BounceKind.BOUNCE)
    assert sentences(tmp_path)["publisher"].startswith("Emails to Ines Vale <desk@marram.example>, a publisher, bounce")
    assert "Emails to 1 author bounce" in notes(settings)


def test_work_that_nobody_does_is_shown(tmp_path: Path) -> None:
    ports = connect(Settings.from_environ({"BYLINE_DATA": str(tmp_path)})).ports
    ports.store.commit(Create(to_record(Job("1", UpdateSearch("a"), ports.clock.now() - timedelta(minutes=11)))))

    assert "is the server running?" in sentences(tmp_path)["outbox"]


def test_a_mail_server_that_does_not_answer_is_said_and_no_email_is_sent(tmp_path: Path) -> None:
    port = free_port()
    mail = {"BYLINE_MAIL": f"smtp://127.0.0.1:{port}"}
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert "mail" not in sentences(tmp_path, **mail)
    finally:
        server.stop()
    assert sentences(tmp_path, **mail)["mail"].startswith(f"No email can be sent: the mail server 127.0.0.1:{port}")


def test_a_proxy_that_is_not_trusted_is_pointed_out(tmp_path: Path) -> None:
    mail = {"BYLINE_URL": "https://authors.example.org", "BYLINE_MAIL": "smtp://127.0.0.1:1"}

    assert "BYLINE_PROXIES=1" in sentences(tmp_path, **mail)["BYLINE_PROXIES"]
    assert "BYLINE_PROXIES" not in sentences(tmp_path, **mail, BYLINE_PROXIES="1")


def test_a_store_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "byline.sqlite3").write_text("not a database at all, but long enough to be read as one" * 20)

    assert "start" in sentences(tmp_path)


def test_what_publishers_set_is_named_beside_the_settings_of_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_environ({"BYLINE_DATA": str(tmp_path), "BYLINE_PORT": str(free_port())})
    ports = connect(settings).ports
    assert "BYLINE_PUBLISHER_EMAIL" in {finding.about for finding in findings(settings)}
    changes.save(ports, OPERATOR, Branding(site_name="Dune House", contact="office@dune.example"), seen=0)

    said = {finding.about: finding.sentence for finding in findings(settings)}

    assert "“Dune House”" in said["BYLINE_SITE_NAME"]
    assert "“Byline”" in said["BYLINE_SITE_NAME"]
    assert "“office@dune.example”" in said["BYLINE_PUBLISHER_EMAIL"]
