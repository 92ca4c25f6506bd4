"""Web servers in front of a portal: the files of ``deploy`` as they stand, but for names, ports and certificates."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engines import free_port
from tests.server import is_healthy, soon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server import Server

FRONTS = ("none", "caddy", "nginx")
DEPLOY = Path(__file__).parents[2] / "deploy"


@contextmanager
def in_front(name: str, server: Server, folder: Path) -> Iterator[int]:
    """The port at which people come: the portal's own, or that of a web server in front."""
    if name == "none":
        yield server.port
        return
    port = free_port()
    log = (folder / f"{name}.log").open("w")
    with log, {"caddy": _caddy, "nginx": _nginx}[name](folder, port, server.port, log) as process:
        try:
            soon(lambda: process.poll() is not None or is_healthy(port), f"{name} to answer")
            assert process.poll() is None, (folder / f"{name}.log").read_text()
            yield port
        finally:
            process.terminate()
            process.wait()


def _caddy(folder: Path, port: int, upstream: int, log: object) -> subprocess.Popen[bytes]:
    environ = os.environ | {
        "BYLINE_SITE": f"http://127.0.0.1:{port}",
        "BYLINE_UPSTREAM": f"127.0.0.1:{upstream}",
        "BYLINE_CADDY_ADMIN": f"unix/{folder}/admin.sock",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    return subprocess.Popen(command, env=environ, stdout=log, stderr=log)  # type: ignore[call-overload, no-any-return]


def nginx_text(folder: Path, port: int, upstream: int) -> str:
    """The file of ``deploy``, for one port without certificates, and what it writes in a folder."""
    text = (DEPLOY / "nginx.conf").read_text()
    for shown, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("listen 80 backlog=4096;", f"listen 127.0.0.1:{free_port()} backlog=4096;"),
        ("listen [::]:80 backlog=4096;", ""),
        ("listen 443 ssl http2 backlog=4096;", f"listen 127.0.0.1:{port} backlog=4096;"),
        ("listen [::]:443 ssl http2 backlog=4096;", ""),
        ("ssl_certificate /etc/ssl/authors.example.org.pem;", ""),
        ("ssl_certificate_key /etc/ssl/authors.example.org.key;", ""),
        ("authors.example.org;", "127.0.0.1;"),
        ("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
    ):
        assert shown in text, f"deploy/nginx.conf has no {shown!r}"
        text = text.replace(shown, here)
    return text


def _nginx(folder: Path, port: int, upstream: int, log: object) -> subprocess.Popen[bytes]:
    config = folder / "nginx.conf"
    config.write_text(nginx_text(folder, port, upstream))
    command = ["nginx", "-c", str(config), "-g", "daemon off;", "-e", str(folder / "nginx.log")]
    return subprocess.Popen(command, stdout=log, stderr=log)  # type: ignore[call-overload, no-any-return]
