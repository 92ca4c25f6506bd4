"""What holds for every command: its summary, its refusals for people and for programs, and any terminal's encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner
from tests.filled_portal import byline, lived_in, open_store, store_address
from tests.server import BYLINE

from byline.accounts import lookup
from byline.accounts.addresses import normalise
from byline.accounts.credentials import find_with_credentials
from byline.audit import OPERATOR
from byline.cli.main import COMMANDS, main
from byline.settings import Settings
from byline.wiring import connect

if TYPE_CHECKING:
    from pathlib import Path

FILLED = {
    "approve": ["ana@example.org"],
    "publisher remove": ["ana@example.org"],
    "publisher restore": ["ana@example.org"],
    "publisher recover": ["ana@example.org"],
    "publisher unlock": ["ana@example.org"],
    "publisher add": ["ana@example.org", "--name", "Ana Lima"],
    "import authors": [sys.executable],
    "import guide-table": [sys.executable],
    "invite": ["ana@example.org"],
    "page add": ["Edith Karr"],
    "page invite": ["edith-karr", "edith@example.org"],
    "page merge": ["e-karr", "edith-karr"],
    "copy-store": ["sqlite:///no/such/file", "sqlite:///tmp/x"],
    "copy-files": ["file:///no/such/folder", "file:///tmp/x"],
}
"""What a command has to be given."""


def every_command(*, json_wanted: bool = False) -> list[list[str]]:
    """The words of every command that works on a portal, those with ``--json`` alone if they are ``json_wanted``."""
    found = []
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        below = command.commands if isinstance(command, click.Group) else {"": command}
        for within, each in below.items():
            assert each is not None
            has_json = "--json" in [option for parameter in each.params for option in parameter.opts]
            if name not in {"aws", "cost"} and (has_json or not json_wanted):
                words = f"{name} {within}".strip()
                found.append([*words.split(), *FILLED.get(words, [])])
    return found


def test_no_summary_is_cut_on_a_usual_terminal() -> None:
    for group in ((), ("aws",), ("import",), ("publisher",)):
        said = CliRunner().invoke(main, [*group, "--help"], prog_name="byline", terminal_width=80)
        listed = said.stdout.partition("Commands:")[2]
        assert listed
        assert "..." not in listed


MAKE_ONE = {"serve", "demo", "restore", "copy-store", "copy-files", "backup --verify"}


@pytest.mark.parametrize("words", [each for each in every_command() if each[0] not in MAKE_ONE], ids=" ".join)
@pytest.mark.parametrize("folder", ["there", "not there"])
def test_a_mistyped_folder_is_refused_and_nothing_is_made_there(words: list[str], folder: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    words = [*words, str(tmp_path / "file")] if words == ["backup"] else words
    said = byline(*words, exit_code=2, DATA=str(tmp_path / folder)).stderr
    assert said == (
        f"byline: There is no portal in {tmp_path / folder}: `byline serve` makes one. "
        "If yours is elsewhere, set BYLINE_DATA or BYLINE_STORE.\n"
    )
    assert [*tmp_path.rglob("*")] == [tmp_path / "there"]


def test_files_that_are_not_there_are_no_empty_portal(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    (tmp_path / "data" / "files").rename(tmp_path / "unmounted")
    said = byline("backup", tmp_path / "site.backup", exit_code=2, DATA=str(tmp_path / "data")).stderr
    assert "with photos and pages is not there" in said
    assert not (tmp_path / "data" / "files").exists()


@pytest.mark.parametrize("words", every_command(json_wanted=True), ids=" ".join)
def test_a_refusal_is_json_where_json_was_asked_for(words: list[str], tmp_path: Path) -> None:
    if words[0] in {"backup", "restore"}:
        (tmp_path / "file").write_text("not a backup")
        words = [*words, str(tmp_path / "file")]
    said = CliRunner().invoke(main, [*words, "--json"], env={"BYLINE_DATA": str(tmp_path / "nowhere")})
    error = json.loads(said.stdout)["error"]
    assert said.exit_code in {1, 2}
    assert set(error) == {"code", "message"}
    assert error["code"].replace("_", "").isalpha()
    assert error["message"].strip()
    assert said.stderr == ""


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        ("approve --json", "usage", 2),
        ("frobnicate --json", "usage", 2),
        ("approve cleo@example.org --json", "not_confirmed_yet", 1),
        ("approve zoe@example.org --json", "not_found", 1),
        ("approve nothing --json", "email_malformed", 1),
        ("authors --json --state moved", "usage", 2),
    ],
)
def test_the_code_of_a_refusal_is_stable(words: str, code: str, exit_code: int, tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    said = byline(*words.split(), exit_code=exit_code, DATA=str(tmp_path / "data"))
    assert json.loads(said.stdout)["error"]["code"] == code


@pytest.fixture(scope="module")
def portal_abroad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal with a name that many terminals cannot show."""
    folder = tmp_path_factory.mktemp("abroad") / "data"
    lived_in(folder)
    add(folder, b"a barge full of herons\n", "--name", "Жанна 雪 é")
    return folder


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "utf-16", "shift_jis"])
@pytest.mark.parametrize("words", ["authors", "approve жанна@example.org", "check"])
def test_no_encoding_ends_in_a_traceback(portal_abroad: Path, words: str, encoding: str) -> None:
    environ = {**os.environ, "BYLINE_DATA": str(portal_abroad), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    said = subprocess.run([BYLINE, *words.split()], env=environ, capture_output=True, check=False)
    assert b"Traceback" not in said.stderr
    assert said.returncode in {0, 1}
    program = subprocess.run([BYLINE, *words.split(), "--json"], env=environ, capture_output=True, check=False)
    found: Any = json.loads(program.stdout.decode(encoding))
    if words == "authors":
        assert "Жанна 雪 é" in {row["name"] for row in found}
        assert said.stdout.decode(encoding, errors="replace").count("\n") == len(found)


def add(folder: Path, password: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Add a publisher with these bytes on standard input."""
    command = [BYLINE, "publisher", "add", "zhanna@example.org", "--password-stdin", *options]
    environ = {**os.environ, "BYLINE_DATA": str(folder)}
    return subprocess.run(command, env=environ, input=password, capture_output=True, check=False)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\r\nmore\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["typed", "with a byte order mark"])
def test_a_password_is_what_was_typed(tmp_path: Path, mark: bytes, ending: bytes) -> None:
    folder = tmp_path / "data"
    lived_in(folder)
    said = add(folder, mark + "côrrect horse battery".encode() + ending, "--name", "Zhanna")
    assert said.returncode == 0, said.stderr
    ports = connect(Settings.from_environ({"BYLINE_DATA": str(folder)})).ports
    account = lookup.load_by_address(ports, OPERATOR, normalise("zhanna@example.org"))
    known = find_with_credentials(ports, account.id)
    assert known is not None
    assert ports.hasher.verify(known.credentials.password_hash, "côrrect horse battery")


def test_a_password_in_another_encoding_is_refused_and_not_guessed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    lived_in(folder)
    for password in ("correct horse battery\n".encode("utf-16"), b"c\xf4rrect horse battery\n"):
        said = add(folder, password, "--name", "Zhanna")
        assert said.returncode == 2
        assert b"not in UTF-8" in said.stderr
    assert len([key for key in store_keys(folder) if key.kind == "account"]) == 3


def store_keys(folder: Path) -> list[Any]:
    return [record.key for record in open_store(store_address(folder)).snapshot() or ()]
