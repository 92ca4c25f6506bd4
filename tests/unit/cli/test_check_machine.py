"""``byline check``: the machine, the public address, the mail server's own words, and that no check takes long."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from tests.engines import free_port
from tests.filled_portal import answered, byline, files_address, lived_in, open_files, open_store, store_address
from tests.server import running

from byline import portal_proof
from byline.cli.checks import finding, machine
from byline.cli.checks.finding import Finding, run_side_by_side
from byline.cli.checks.run import findings
from byline.environment import SystemClock
from byline.key_ring import single_key
from byline.links import Signer
from byline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A portal with a publisher, in a folder for its owner alone."""
    lived_in(tmp_path / "data")
    (tmp_path / "data").chmod(0o700)
    byline("authors", DATA=str(tmp_path / "data"))  # makes the key
    byline("deliver", DATA=str(tmp_path / "data"))  # or the check would find fault with jobs that wait
    (tmp_path / "data" / "byline.sqlite3").chmod(0o600)
    return tmp_path / "data"


def wrong(data: Path, **given: str) -> dict[str, str]:
    """What is wrong, by what it is about."""
    environ = {"DATA": str(data), "PORT": str(free_port()), **given}
    settings = Settings.from_environ({f"BYLINE_{name}": value for name, value in environ.items()})
    return {each.about: each.sentence for each in findings(settings) if each.wrong}


def test_a_portal_that_was_used_has_nothing_wrong(data: Path) -> None:
    assert wrong(data) == {}


@pytest.mark.parametrize(
    ("name", "mode", "folder", "who"),
    [
        ("secret.key", 0o644, 0o755, "Anyone on this machine can read"),
        ("secret.key", 0o640, 0o750, "The group root can read"),
        ("secret.key", 0o644, 0o700, ""),
        ("byline.sqlite3", 0o666, 0o711, "Anyone on this machine can read"),
        ("byline.sqlite3", 0o600, 0o755, ""),
    ],
)
def test_it_is_said_who_else_can_read_the_key_and_the_store(
    data: Path, name: str, mode: int, folder: int, who: str
) -> None:
    (data / name).chmod(mode)
    data.chmod(folder)
    said = wrong(data).get(name, "")
    assert said.startswith(who)
    assert bool(said) == bool(who)


def test_a_folder_into_which_anyone_can_write_is_said(data: Path) -> None:
    data.chmod(0o777)
    assert "Anyone on this machine can write into" in wrong(data)["data folder"]


def test_a_disk_that_is_nearly_full_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 99_000_000

    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage)
    assert "99 MB are left on the disk of" in wrong(data)["space"]
    Usage.free = 900_000_000
    assert "space" not in wrong(data)


class Answers(BaseHTTPRequestHandler):
    """Whatever a test wants a server to answer."""

    date = ""

    def do_GET(self) -> None:
        self.send_response_only(200)
        if self.date:
            self.send_header("Date", self.date)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def answering(kind: type[Answers]) -> Iterator[int]:
    """A server on this machine; its port."""
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("ahead", "said"), [(timedelta(days=365), "365 days behind"), (-timedelta(minutes=10), "10 minutes ahead of")]
)
def test_a_clock_that_differs_from_amazons_is_wrong(ahead: timedelta, said: str) -> None:
    class Late(Answers):
        date = format_datetime(SystemClock().now() + ahead, usegmt=True)

    with answering(Late) as port:
        address = machine.S3Address("bucket", "", "eu-west-1", f"http://127.0.0.1:{port}")
        (found,) = machine.check_clock(address)
    assert found.wrong
    assert said in found.sentence


def test_a_clock_that_agrees_or_that_nobody_tells_is_no_matter() -> None:
    class Right(Answers):
        date = format_datetime(SystemClock().now(), usegmt=True)

    for kind in Right, Answers:
        with answering(kind) as port:
            address = machine.DynamoDBAddress("table", "eu-west-1", f"http://127.0.0.1:{port}")
            assert list(machine.check_clock(address)) == []
    assert list(machine.check_clock(machine.S3Address("b", "", "eu-west-1", f"http://127.0.0.1:{free_port()}"))) == []


class Post:
    """A mail server that refuses what a test tells it to; aiosmtpd asks it by these names."""

    def __init__(self) -> None:
        self.sender = self.recipient = ""
        self.heard: list[str] = []
        self.letters: list[str] = []

    async def handle_MAIL(self, _: object, __: object, envelope: Any, address: str, ___: object) -> str:  # noqa: N802
        self.heard.append(f"MAIL {address}")
        envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_RCPT(self, _: object, __: object, envelope: Any, address: str, ___: object) -> str:  # noqa: N802
        self.heard.append(f"RCPT {address}")
        if not self.recipient:
            envelope.rcpt_tos.append(address)
        return self.recipient or "250 OK"

    async def handle_DATA(self, _: object, __: object, envelope: Any) -> str:  # noqa: N802
        self.letters.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, dict[str, str]]]:
    """A mail server, and the settings that name it; its greeting says the time of a machine a year behind."""
    handler, port = Post(), free_port()
    then = format_datetime(SystemClock().now() - timedelta(days=400))
    server = Controller(handler, hostname="127.0.0.1", port=port, ident=f"ESMTP Exim 4.96 {then}")
    server.start()
    yield handler, {"MAIL": f"smtp://127.0.0.1:{port}", "PUBLISHER_EMAIL": "desk@marram.example"}
    server.stop()


def test_the_mail_server_is_asked_for_sender_and_recipient_and_gets_no_email(
    data: Path, post: tuple[Post, dict[str, str]]
) -> None:
    handler, settings = post
    found = wrong(data, **settings)
    assert set(found) == {"clock"}
    assert "400 days ahead of that of the mail server 127.0.0.1" in found["clock"]
    assert handler.heard == ["MAIL byline@localhost", "RCPT desk@marram.example"]
    assert handler.letters == []

    handler.sender = "553 5.7.1 not owned by user"
    assert "553" in wrong(data, **settings)["mail"]
    assert "not owned by user" in wrong(data, **settings)["mail"]
    handler.sender, handler.recipient = "", "550 5.7.1 relaying denied"
    assert "550 5.7.1 relaying denied" in wrong(data, **settings)["mail"]


def test_a_real_email_is_sent_to_whom_the_operator_names(data: Path, post: tuple[Post, dict[str, str]]) -> None:
    handler, settings = post
    said = byline("check", "--email-to", "ana@example.org", exit_code=1, DATA=str(data), **settings).stdout
    assert "note   mail: The mail server took an email to ana@example.org" in said
    (letter,) = handler.letters
    assert "Subject: Emails arrive" in letter
    assert handler.heard[-1] == "RCPT ana@example.org"
    assert "name, an @ and a domain" in byline("check", "--email-to", "ana", exit_code=1, DATA=str(data)).stderr


def test_what_does_not_answer_is_named_and_nothing_takes_longer() -> None:
    def hang() -> Iterator[Finding]:
        time.sleep(60)
        yield Finding("x", "never")

    def answer() -> Iterator[Finding]:
        yield Finding("y", "quick")

    began = time.monotonic()
    found = run_side_by_side([("x", "The mail server a:25", hang), ("y", "b", answer)], seconds=0.5)
    assert time.monotonic() - began < 5
    assert found == [
        Finding("x", "The mail server a:25 did not answer within 0 seconds.", wrong=True),
        Finding("y", "quick"),
    ]
    assert finding.LONGEST_SECONDS == 10


def test_a_table_whose_endpoint_refuses_is_named_within_ten_seconds(data: Path) -> None:
    endpoint = f"http://127.0.0.1:{free_port()}"
    began = time.monotonic()
    found = wrong(data, STORE=f"dynamodb://table?region=eu-west-1&endpoint={endpoint}")
    assert time.monotonic() - began < 15
    assert endpoint in found["store"]
    assert "does not answer" in found["store"]


def test_a_mail_server_that_is_silent_is_named_within_ten_seconds(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding.run_side_by_side, "__kwdefaults__", {"seconds": 1.0})
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        found = wrong(data, MAIL=f"smtp://127.0.0.1:{port}", PUBLISHER_EMAIL="desk@marram.example")
    assert found["mail"] == f"the mail server 127.0.0.1:{port} did not answer within 1 seconds."


def test_the_public_address_has_to_lead_to_this_portal(data: Path, tmp_path: Path) -> None:
    with running(data) as server:
        port = str(server.port)
        assert "BYLINE_URL" not in wrong(data, PORT=port)
        lived_in(tmp_path / "other")
        assert "leads to something else than this portal" in wrong(tmp_path / "other", PORT=port)["BYLINE_URL"]
    with answering(Answers) as other:
        assert "leads to something else" in wrong(data, PORT=str(other))["BYLINE_URL"]


def test_an_address_that_does_not_answer_is_wrong_where_others_should_reach_it(data: Path) -> None:
    url = f"https://localhost.invalid:{free_port()}"
    given = {"URL": url, "MAIL": "smtp://127.0.0.1:1", "PROXIES": "1"}
    assert f"{url} does not answer" in wrong(data, **given)["BYLINE_URL"]
    here: dict[str, Any] = {each["about"]: each for each in checked(data)}
    assert "is the server running?" in here["BYLINE_URL"]["sentence"]
    assert not here["BYLINE_URL"]["wrong"]


def checked(data: Path, *words: str, exit_code: int = 0) -> list[dict[str, Any]]:
    said = byline("check", "--json", *words, exit_code=exit_code, DATA=str(data), PORT=str(free_port()))
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def test_strangers_learn_nothing_from_the_portals_proof() -> None:
    now = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)
    ours, theirs = (Signer(single_key(key * 40), "https://a.example") for key in "ab")
    asked = portal_proof.question(ours, "1", now)
    proof = portal_proof.answer(ours, asked, now)
    assert proof is not None
    assert portal_proof.is_proof(ours, asked, proof)
    assert not portal_proof.is_proof(theirs, asked, proof)
    assert not portal_proof.is_proof(ours, asked, "")
    assert not portal_proof.is_proof(ours, portal_proof.question(ours, "2", now), proof)
    for forged in ("", "x", asked[:-1], portal_proof.question(theirs, "1", now), "é" * 3_000):
        assert portal_proof.answer(ours, forged, now) is None
    assert portal_proof.answer(ours, asked, now + timedelta(minutes=6)) is None


# What only --deep sees.


def deep(data: Path, exit_code: int = 1) -> dict[str, str]:
    return {each["about"]: each["sentence"] for each in checked(data, "--deep", exit_code=exit_code) if each["wrong"]}


def test_a_whole_portal_is_whole(data: Path) -> None:
    byline("deliver", DATA=str(data))
    found = checked(data, "--deep")
    assert [each for each in found if each["wrong"]] == []
    assert any("files that the records name are there" in each["sentence"] for each in found)


def test_photos_and_pages_that_are_lost_are_counted_and_named(data: Path) -> None:
    byline("deliver", DATA=str(data))
    files = open_files(files_address(data))
    photos, page = list(files.paths("photos/")), "authors/ana/index.html"
    for path in [*photos, page]:
        files.delete(path)
    assert byline("check", DATA=str(data), PORT=str(free_port())).stdout.endswith("Nothing is wrong.\n")
    found = deep(data)
    assert found["photos"].startswith(f"Missing: {len(photos)} photos (")
    assert found["pages"].startswith(f"Missing: 1 file ({page})")


def test_a_file_that_nothing_names_is_noted(data: Path) -> None:
    byline("deliver", DATA=str(data))
    (data / "files" / "photos" / "nobody").mkdir()
    (data / "files" / "photos" / "nobody" / "a-320.jpg").write_bytes(b"x")
    notes = [each["sentence"] for each in checked(data, "--deep") if each["about"] == "files"]
    assert any("photos/nobody/a-320.jpg" in note for note in notes)


def test_a_damaged_store_is_found_wherever_the_damage_is(data: Path) -> None:
    store = data / "byline.sqlite3"
    opened = open_store(store_address(data))
    opened.close()
    whole = store.read_bytes()
    pages = len(whole) // 4096
    for number in range(2, pages, max(1, pages // 6)):
        store.write_bytes(whole[: number * 4096] + b"\xff" * 4096 + whole[(number + 1) * 4096 :])
        for beside in data.glob("byline.sqlite3-*"):
            beside.unlink()
        found = deep(data)
        # SQLite calls it damage or, where the damage looks like an end of the file, a fault of the disk.
        words = ("damaged", "malformed", "disk I/O error")
        assert any(word in str(found) for word in words), number


def test_half_a_copy_of_files_is_refused_as_half_a_store_is(data: Path) -> None:
    (data / "files" / "private").mkdir(exist_ok=True)
    (data / "files" / "private" / "copy-under-way.txt").write_text("file:///elsewhere")
    said = byline("check", exit_code=1, DATA=str(data), PORT=str(free_port())).stdout
    assert "The files are being filled from file:///elsewhere" in said
    for command in "authors", "deliver", "serve":
        assert "not all is there yet" in byline(command, exit_code=2, DATA=str(data), PORT=str(free_port())).stderr


def test_republish_drops_no_photo_and_says_what_is_lost(data: Path) -> None:
    byline("deliver", DATA=str(data))
    files = open_files(files_address(data))
    page = files.get("authors/ana/index.html")
    assert page is not None
    assert b"<img" in page.body
    for path in [*files.paths("photos/"), *files.paths("authors/photos/")]:
        files.delete(path)
    said = byline("republish", exit_code=1, DATA=str(data), SITE_NAME="Another Name").stdout
    assert "These photos are lost" in said
    assert "photos/" in said
    assert files.get("authors/ana/index.html") == page
    again = answered_with(data, "republish")
    assert again["missing"]


def answered_with(data: Path, *words: str) -> Any:
    return json.loads(byline(*words, "--json", exit_code=1, DATA=str(data)).stdout)


def test_republish_brings_back_pages_that_are_lost(data: Path) -> None:
    byline("deliver", DATA=str(data))
    files = open_files(files_address(data))
    for path in list(files.paths("authors/")):
        files.delete(path)
    assert answered("republish", DATA=str(data))["given_up"] == 0
    assert "<img" in str(getattr(files.get("authors/ana/index.html"), "body", b"").decode())
    assert [each for each in checked(data, "--deep") if each["wrong"]] == []
