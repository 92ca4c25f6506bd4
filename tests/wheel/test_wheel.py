"""The wheel alone, in an environment with the pinned packages and nothing else: no checkout, no ``src`` beside it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from tests.docs.documents import ROOT, tracked
from tests.engines import free_port
from tests.server import is_healthy, soon

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

_MADE_FROM = {".po"}
"""Files that others in the wheel are compiled from."""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and the folder where its commands are run."""

    wheel: Path
    folder: Path

    @property
    def program(self) -> Path:
        return self.folder / "venv" / "bin" / "byline"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *words], cwd=self.folder, env=self.environ(), capture_output=True, text=True, check=False
        )

    def environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "BYLINE_DATA": str(self.folder / "data")}

    @contextmanager
    def started(self, command: str, *words: str) -> Iterator[int]:
        """Run a command that serves until the end of the block; its port."""
        port = free_port()
        with (self.folder / f"{command}.log").open("w+") as log:
            process = subprocess.Popen(
                [self.program, command, "--port", str(port), *words],
                cwd=self.folder,
                env=self.environ(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:

                def answers() -> bool:
                    log.seek(0)
                    assert process.poll() is None, log.read()
                    return is_healthy(port)

                soon(answers, f"byline {command} to answer", seconds=120)
                yield port
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built by the pinned back end from the files that belong to the project, installed with pip."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in tracked():
        if path.is_relative_to(ROOT / "src") or path.parent == ROOT:
            target = source / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    (source / ".git").write_text(f"gitdir: {git('rev-parse', '--absolute-git-dir')}\n")  # as a checkout has it
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    subprocess.run(
        [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", folder, source],
        check=True,
        capture_output=True,
    )
    shutil.rmtree(source)
    [wheel] = folder.glob("byline-*.whl")
    venv.create(folder / "venv", with_pip=False)
    [packages] = (folder / "venv").glob("lib/python*/site-packages")
    for entry in pinned():
        (packages / entry.name).symlink_to(entry)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", *offline, wheel], check=True, capture_output=True)
    subprocess.run([*pip, "--python", python, "check"], check=True, capture_output=True)
    return Installed(wheel, folder)


def git(*words: str) -> str:
    """What git says of this checkout."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def pinned() -> set[Path]:
    """What the packages of requirements/run.txt consist of, as they are installed here."""
    lines = (ROOT / "requirements/run.txt").read_text().splitlines()
    wanted = [Requirement(line.removesuffix(" \\")) for line in lines if line[:1].isalpha()]
    found = set()
    for requirement in wanted:
        if requirement.marker is None or requirement.marker.evaluate():
            package = metadata.distribution(requirement.name)
            tops = {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}
            found |= {Path(str(package.locate_file(top))) for top in tops}
    return found


def get(port: int, path: str) -> tuple[int, str, bytes]:
    """What a portal answers: status, kind and body."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    with connection.getresponse() as answer:
        answered = answer.status, answer.headers["Content-Type"].partition(";")[0], answer.read()
    connection.close()
    return answered


def test_every_file_of_the_program_is_in_the_wheel_and_no_other(installed: Installed) -> None:
    ours = {path.relative_to(ROOT / "src").as_posix() for path in tracked() if path.is_relative_to(ROOT / "src")}
    with zipfile.ZipFile(installed.wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert shipped == {name for name in ours if not name.endswith(tuple(_MADE_FROM))} | {"byline/commit.txt"}


def test_the_wheel_knows_its_commit(installed: Installed) -> None:
    said = installed.run("--version").stdout
    assert re.fullmatch(rf"byline \d+\.\d+\.\d+ \({git('rev-parse', '--short=12', 'HEAD')}\+?\)\n", said), said


def test_the_portal_serves_its_pages_and_checks_itself(installed: Installed) -> None:
    with installed.started("serve") as port:
        status, kind, form = get(port, "/register")
        assert (status, kind) == (200, "text/html")
        assert b'name="author_password"' in form
        [stylesheet] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', form.decode())
        assert get(port, stylesheet)[:2] == (200, "text/css")
        soon(lambda: get(port, "/authors/")[0] == 200, "the index of authors, which the worker publishes")
        assert get(port, "/nothing-here")[0] == 404
        checked = installed.run("check")
    assert checked.returncode == 1
    assert "There is no publisher yet" in checked.stdout
    assert checked.stderr == ""


def test_the_demo_shows_its_authors_with_their_portraits(installed: Installed) -> None:
    with installed.started("demo", "--data", "demo") as port:
        soon(lambda: b"Ruth Ambersley" in get(port, "/authors/")[2], "the index of authors", seconds=60)
        status, _, page = get(port, "/authors/ruth-ambersley/")
        assert status == 200
        photos = re.findall(r'<img[^>]+src="([^"]+)"', page.decode())
        assert [get(port, photo)[1] for photo in photos] == ["image/jpeg"]


def test_what_needs_a_checkout_says_so(installed: Installed) -> None:
    done = installed.run("cost")

    assert done.returncode == 2
    assert "works in a checkout of Byline only" in done.stderr
