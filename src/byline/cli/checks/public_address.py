"""Whether the public address leads to this very portal: asked through the front door, as a browser would."""

from __future__ import annotations

import http.client
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from byline import portal_proof
from byline.cli.checks.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.ports import Ports

_ASK_SECONDS = 8.0


def check_public_address(ports: Ports) -> Iterator[Finding]:
    """Ask ``/healthz`` at the public address, and have it prove that it has this installation's key."""
    url = ports.site.url
    try:
        status, proof, question = _ask(ports, url)
    except (OSError, http.client.HTTPException) as fault:
        if ports.site.on_loopback:
            yield Finding("BYLINE_URL", f"No portal answers at {url} now: is the server running?")
        else:
            why = (
                fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault) or type(fault).__name__
            )
            yield Finding(
                "BYLINE_URL", f"{url} does not answer ({why}): see to its name, certificate and proxy.", wrong=True
            )
        return
    if status == http.client.SERVICE_UNAVAILABLE:
        sentence = (
            f"{url} answers that it cannot work now (status 503); the journal of whatever answers there says why."
        )
        yield Finding("BYLINE_URL", sentence, wrong=True)
    elif not portal_proof.is_proof(ports.signer, question, proof):
        yield Finding(
            "BYLINE_URL",
            f"{url} leads to something else than this portal (it answers with status {status}), to one with another "
            "secret key or BYLINE_URL, or to one that was not restarted since an upgrade.",
            wrong=True,
        )


def _ask(ports: Ports, url: str) -> tuple[int, str, str]:
    """Status and proof that ``/healthz`` answers with, and the question. Redirects are not followed."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ASK_SECONDS)
    question = portal_proof.question(ports.signer, secrets.token_hex(8), ports.clock.now())
    try:
        connection.request("GET", "/healthz", headers={portal_proof.HEADER: question})
        answer = connection.getresponse()
        return answer.status, answer.getheader(portal_proof.HEADER) or "", question
    finally:
        with suppress(OSError):
            connection.close()
