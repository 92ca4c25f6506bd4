"""Running the portal: one process, with the web server in its first thread and the worker in another."""

from __future__ import annotations

import ctypes
import errno
import logging
import resource
import signal
import socket
import threading
from contextlib import ExitStack, suppress
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from byline.errors import BylineError, Misconfigured
from byline.jobs.probe import EVERY_SECONDS, Probe
from byline.jobs.worker import release_left_jobs, run_due_jobs
from byline.logs import write_json_lines
from byline.server.bounds import BOUNDS
from byline.server.http_server import HttpServer
from byline.service_addresses import is_loopback
from byline.web.app import create_app
from byline.wiring import connect, handlers, rebuild_outdated

if TYPE_CHECKING:
    from datetime import datetime

    from byline.ports import Ports
    from byline.settings import Settings

POLL_SECONDS = 2.0
REFRESHED_EVERY = timedelta(days=1)
"""How often the worker looks whether what is derived is up to date."""
"""How often the worker looks for jobs that no request woke it for: another process's, or retried ones."""
_M_ARENA_MAX = -8
_ANOTHER = "choose another by --port or BYLINE_PORT."
_OTHERWISE = "Port {port} of {host} cannot be listened on ({why}): " + _ANOTHER
_WHY_NOT = {
    errno.EADDRINUSE: "Port {port} of {host} is in use: stop what is there, or " + _ANOTHER,
    errno.EACCES: "Port {port} may not be used by this user, as ports below 1024 are the system's: " + _ANOTHER,
    errno.EADDRNOTAVAIL: "{host} is no address of this machine: set BYLINE_HOST, or --host.",
}

_MOST_FILES = 8_192
_NO_PROXY = (
    "BYLINE_URL is a public address and BYLINE_PROXIES is 0: without a web server in front there is no https and one "
    "defence less against floods; with one, everyone counts as one network. deploy/ has files for Caddy and nginx."
)
_REACHABLE = (
    "BYLINE_HOST is %s: whoever reaches this port past the web server in front can claim any client address. "
    "Leave it at 127.0.0.1, or let a firewall admit the web server alone."
)
_log = logging.getLogger(__name__)


def serve(settings: Settings, listener: socket.socket) -> None:
    """Run the portal until a signal stops it: first what is under way is answered; a second signal ends it at once."""
    write_json_lines()
    _limit_memory()
    _allow_files()
    connected = connect(settings)
    worker, probe = Worker(connected.ports), Probe()
    app = create_app(
        connected.ports,
        mailbox_at=connected.mailbox,
        wake_worker=worker.wake,
        proxies=settings.proxies,
        check_health=lambda: probe.check(connected.ports.clock.now()),
    )
    if settings.lacks_proxy:
        _log.warning(_NO_PROXY)
    if not is_loopback(settings.host):
        _log.warning(_REACHABLE, settings.host)
    server = HttpServer(app, listener, proxies=settings.proxies)

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.start()
    threading.Thread(target=_keep_probing, args=(connected.ports, probe), name="byline-probe", daemon=True).start()
    server.run()


def _keep_probing(ports: Ports, probe: Probe) -> None:
    """Look at the store every half minute, or as seldom as leaves it a twentieth of the time."""
    said = ""
    while True:
        began = monotonic()
        fault = probe.run(ports)
        if fault != said:
            said = fault
            _log.warning("the store: %s", fault or "all is well again")
        threading.Event().wait(max(EVERY_SECONDS, 20 * (monotonic() - began)))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; ``Misconfigured`` says why it cannot, and what to do."""
    with ExitStack() as unused:
        try:
            family, address = _resolve(host, port)
            listener = unused.enter_context(socket.socket(family, socket.SOCK_STREAM))
            # A server that just ended does not block the port; one that runs does, as nothing shares it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BOUNDS.backlog)
        except OSError as fault:
            sentence = _WHY_NOT.get(fault.errno or 0, _OTHERWISE)
            raise Misconfigured(sentence.format(host=host, port=port, why=fault.strerror)) from fault
        unused.pop_all()
    return listener


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    """The address of a host: of several, one of IPv4, as the default host is."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address


def _limit_memory() -> None:
    """Let all threads share one memory arena, and give back what the start used.

    glibc gives each thread an arena, and each would keep a hash's 19 MiB: with four threads 40 MiB more than two hashes
    at a time need. Other C libraries have no such calls, and nothing is done.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim"):
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.malloc_trim(0)


def _allow_files() -> None:
    """Allow the process as many open files as its connections may need, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # macOS has a limit of its own below the hard one
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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
        refreshed: datetime | None = None
        while True:
            try:
                if refreshed is None:
                    release_left_jobs(self._ports)
                if refreshed is None or self._ports.clock.now() - refreshed >= REFRESHED_EVERY:
                    rebuild_outdated(self._ports)
                    refreshed = self._ports.clock.now()
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
