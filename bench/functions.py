"""Functions of Lambda's to start cold: Byline as it is packed for AWS, and peers packed alike."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import platform
import shutil
import sys
import time
import zipfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from packaging.requirements import Requirement
from tests.aws.lambda_runtime import started
from tests.gateways import answered, http_api
from tools.aws import packaging
from werkzeug.test import EnvironBuilder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bench.cloud import Cloud

PEERS = {"function_bare": ("flask", "botocore"), "function_guide": ("flask", "flask-login", "boto3")}
"""The peers, and what they would name in their requirements besides the adapter."""
_ADAPTER = "apig-wsgi"
_RUNTIME = "awslambdaric"
_SECRET = "the peers' own, and no secret"  # noqa: S105 - as it says
_HERE = sys.version_info[:2]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that can be started as often as one likes, and the cookies of somebody whom it knows."""

    handler: str
    folder: Path
    environ: Mapping[str, str]
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """Processor seconds from the start of the process to its first answer, and the page."""

    cpu_seconds: float
    page: bytes


def packed(folder: Path) -> tuple[Path, float]:
    """Byline unpacked as Lambda would, from what is sent there, for this machine and Python; and its size in MB."""
    package = packaging.pack(folder / "packing", machine=platform.machine(), versions=(_HERE,))
    with zipfile.ZipFile(package.archive) as archive:
        archive.extractall(folder / "byline")
    return folder / "byline", package.unpacked_bytes / 1e6


def runtime(folder: Path) -> Path:
    """What Lambda brings itself: Amazon's client of the runtime, compiled."""
    return _copied(folder / "runtime", [_RUNTIME])


def peer(name: str, folder: Path, amazon: Cloud, *, table: str, keys: Iterable[str], page: bytes) -> Function:
    """A peer that reads records with these ``keys`` from the table and answers with the ``page``."""
    inside = folder / name
    inside.mkdir()
    shutil.copy(Path(__file__).parent / "peers" / f"{name}.py", inside)
    _copied(inside, [_ADAPTER, *PEERS[name]])
    (folder / "page.html").write_bytes(page)
    known = sorted(keys)
    environ = amazon.environ(inside) | {
        "PEER_SECRET": _SECRET,
        "PEER_TABLE": table,
        "PEER_KEYS": json.dumps(known),
        "PEER_PAGE": str(folder / "page.html"),
    }
    account = next(key for key in known if key.startswith("account#"))
    cookie = _macced(account) if name == "function_bare" else _session(account)
    return Function(f"{name}.web", inside, environ, {"session": cookie})


def start(function: Function, runtime: Path, processor: int) -> Start:
    """Start a function on one processor, ask for the author's own page, and end it with the answer."""
    builder = EnvironBuilder("/", headers=[("Cookie", "; ".join(f"{k}={v}" for k, v in function.cookies.items()))])
    event = http_api(builder.get_environ())
    environ = dict(function.environ) | {"PYTHONPATH": str(runtime)}
    # -S: nothing of this checkout's environment can help. The function's own folder is where it is started.
    with started(function.handler, environ, function.folder, python=(sys.executable, "-S")) as running:
        os.sched_setaffinity(running.pid, {processor})
        status, _, body = answered(running.invoke(event))
        cpu_seconds = _cpu_seconds(running.pid)
    if status != 200:
        raise RuntimeError(f"{function.handler} answered {status}:\n{running.log.read_text()}")
    return Start(cpu_seconds, body)


def _cpu_seconds(pid: int) -> float:
    """Processor seconds of a process so far, all threads, in nanoseconds' steps: /proc counts in steps of 10 ms.

    The clock's number is made as clock_getcpuclockid(3) makes it.
    """
    return time.clock_gettime((~pid << 3) | 2)


def _copied(folder: Path, names: Iterable[str]) -> Path:
    """Copy installed packages and all they need, as pip would install them alone, and compile all as ours is."""
    waiting, done = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        found = distribution(name)
        wanted = map(Requirement, found.requires or ())
        waiting += [each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
        for file in found.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), folder / file)
    packaging.compile_in_place(Path(sys.executable), folder)
    return folder


def _macced(name: str) -> str:
    return f"{name}.{hmac.digest(_SECRET.encode(), name.encode(), hashlib.sha256).hex()}"


def _session(name: str) -> str:
    """A cookie of Flask's session in which Flask-Login finds somebody."""
    app = Flask(__name__)
    app.secret_key = _SECRET
    signer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie: str = signer.dumps({"_user_id": name, "_fresh": True})
    return cookie
