"""The server: granian in front, the application and its worker in the child process that granian makes."""

from __future__ import annotations

import ctypes
import errno
import gc
import logging
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

from byline.errors import BylineError, Misconfigured
from byline.jobs.worker import run_due_jobs
from byline.settings import Settings
from byline.web.app import create_app
from byline.wiring import connect, handlers, rebuild_outdated

if TYPE_CHECKING:
    from datetime import datetime

    from _typeshed.wsgi import WSGIApplication

    from byline.ports import Ports

POLL_SECONDS = 2.0
"""How often the worker looks for jobs that no request woke it for: another process's, or retried ones."""
THREADS = 16
"""The most there are; they are made when they are asked for. Twelve may wait for bodies (``web/body_limits.py``)."""
_M_ARENA_MAX = -8
_ANOTHER = "choose another by --port or BYLINE_PORT."
_OTHERWISE = "Port {port} of {host} cannot be listened on ({why}): " + _ANOTHER
_WHY_NOT = {
    errno.EADDRINUSE: "Port {port} of {host} is in use: stop what is there, or " + _ANOTHER,
    errno.EACCES: "Port {port} may not be used by this user, as ports below 1024 are the system's: " + _ANOTHER,
    errno.EADDRNOTAVAIL: "{host} is no address of this machine: set BYLINE_HOST, or --host.",
}

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Run the portal until it is told to stop: one process for the application, and granian's own."""
    from granian import Granian  # noqa: PLC0415 - only the server needs it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    _silence_thread_warning()
    # The child is forked: it shares what is loaded by now, as long as the collector does not touch it.
    _limit_memory()
    gc.collect()
    gc.freeze()
    Granian(
        "byline.cli.server:application",
        address=_resolve(settings.host, settings.port)[1][0],  # it takes no names such as localhost
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        backlog=1024,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


def require_free_port(host: str, port: int) -> None:
    """``Misconfigured`` if this process cannot listen there.

    The server itself would share a port with another portal, and requests would go to either by chance.
    """
    try:
        family, address = _resolve(host, port)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # a server that just ended does not block the port
            probe.bind(address)
    except OSError as fault:
        sentence = _WHY_NOT.get(fault.errno or 0, _OTHERWISE)
        raise Misconfigured(sentence.format(host=host, port=port, why=fault.strerror)) from fault


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    """The address of a host: of several, one of IPv4, as the default host is."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address


def _silence_thread_warning() -> None:
    """Keep granian from warning of more threads than processors: ours are there to wait (see ``THREADS``)."""
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())


def _limit_memory() -> None:
    """Let all threads share one memory arena, and give back what the start used.

    glibc gives each thread an arena, and each would keep a hash's 19 MiB: with four threads 40 MiB more than two hashes
    at a time need. Other C libraries have no such calls, and nothing is done.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim"):
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.malloc_trim(0)


def application() -> WSGIApplication:
    """The application of a server process, with its worker thread; settings come from the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    _limit_memory()
    settings = Settings.from_environ(os.environ)
    connected = connect(settings)
    worker = Worker(connected.ports)
    app = create_app(connected.ports, mailbox_at=connected.mailbox, wake_worker=worker.wake, proxies=settings.proxies)
    worker.start()
    return app


class Worker:
    """A thread that runs jobs: woken after a request that may have enqueued one, else every two seconds."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._woken = threading.Event()

    def wake(self) -> None:
        """Wake the worker."""
        self._woken.set()

    def start(self) -> None:
        """Start the thread. It ends with the process, and a job it was running is run again after the next start."""
        threading.Thread(target=self._run, name="byline-worker", daemon=True).start()

    def _run(self) -> None:
        table = handlers()
        refreshed = False
        while True:
            try:
                if not refreshed:
                    rebuild_outdated(self._ports)
                    refreshed = True
                tally = run_due_jobs(self._ports, table)
                due: datetime | None = tally.next_due_at
            except BylineError as fault:
                _log.warning("the worker waits: %s", type(fault).__name__)
                due = None
            wait = POLL_SECONDS
            if due is not None:
                wait = min(wait, max(0.0, (due - self._ports.clock.now()).total_seconds()))
            self._woken.wait(wait)
            self._woken.clear()
