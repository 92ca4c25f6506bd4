"""What an operator reads who starts the portal."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.engines import free_port
from tests.server import BYLINE, running, soon

from byline.cli import server
from byline.cli.server import listen
from byline.errors import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path


def test_a_start_says_where_everything_is_and_warns_of_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        soon(lambda: "Stop with Ctrl+C." in server.said, "the last of the first words")
        lines = server.said.splitlines()

    assert [line.split(" ")[0] for line in lines] == ["Byline", "Make", "Emails", "Data"]
    assert "WARNING" not in server.log


PUBLIC = {"URL": "https://authors.example.org", "MAIL": "smtp://127.0.0.1:2525", "THROTTLE": "on"}
NO_PROXY = "BYLINE_URL is a public address and BYLINE_PROXIES is 0: "
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the warning is about
REACHABLE = f"BYLINE_HOST is {EVERYWHERE}: "


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        (PUBLIC, [NO_PROXY]),
        ({**PUBLIC, "PROXIES": "1"}, []),
        ({**PUBLIC, "PROXIES": "1", "HOST": EVERYWHERE}, [REACHABLE]),
        ({**PUBLIC, "HOST": EVERYWHERE}, [NO_PROXY, REACHABLE]),
    ],
    ids=["no proxy", "a proxy", "past the proxy", "neither"],
)
def test_a_start_warns_of_a_proxy_that_is_missing_or_can_be_passed_by(
    tmp_path: Path, given: dict[str, str], warned: list[str]
) -> None:
    with running(tmp_path / "data", **given) as server:
        soon(lambda: "Stop with Ctrl+C." in server.said, "the last of the first words")
        lines = [line for line in map(json.loads, server.log.splitlines()) if line["level"] == "WARNING"]

    assert len(lines) == len(warned)
    assert all(words in line["message"] for words, line in zip(warned, lines, strict=True))


def test_two_portals_never_share_a_port(tmp_path: Path) -> None:
    with running(tmp_path / "one") as server:
        for command in "serve", "demo":
            second = started(command, "--port", str(server.port), "--data", str(tmp_path / "two"))
            assert (second.returncode, second.stdout) == (2, "")
            assert second.stderr == (
                f"byline: Port {server.port} of 127.0.0.1 is in use: "
                "stop what is there, or choose another by --port or BYLINE_PORT.\n"
            )
    assert not (tmp_path / "two").exists()


def test_a_port_that_another_program_holds_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert "is in use" in started("serve", "--port", port, "--data", str(tmp_path)).stderr


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "Port 80 may not be used by this user, as ports below 1024 are the system's: choose another by"),
        (errno.EADDRNOTAVAIL, "127.0.0.1 is no address of this machine: set BYLINE_HOST, or --host."),
        (errno.ENOBUFS, "Port 80 of 127.0.0.1 cannot be listened on (no more): choose another"),
    ],
)
def test_what_keeps_a_portal_from_listening_is_said_with_what_to_do(
    number: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bind(*_: object) -> None:
        raise OSError(number, "no more")

    monkeypatch.setattr(server.socket.socket, "bind", bind)
    with pytest.raises(Misconfigured, match=re.escape(sentence)):
        listen("127.0.0.1", 80)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Misconfigured, match=re.escape("192.0.2.1 is no address of this machine")):
        listen("192.0.2.1", 8000)


def test_a_name_of_this_machine_will_do(tmp_path: Path) -> None:
    with running(tmp_path / "data", HOST="localhost") as server:
        soon(lambda: f"is at http://localhost:{server.port}/" in server.said, "the address")


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    for command in "serve", "demo":
        data = ("--data", str(folder))
        ended = started(command, *data, environ={"BYLINE_DATA": str(folder), "BYLINE_PORT": str(free_port())})
        assert ended.returncode in {1, 2}
        assert "Traceback" not in ended.stderr
        said = ended.stdout + ended.stderr
        assert f"The data folder {folder} cannot be made (Not a directory): set BYLINE_DATA, or --data" in said


def started(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")} | (environ or {})
    return subprocess.run([BYLINE, *words], capture_output=True, text=True, env=given, timeout=30, check=False)
