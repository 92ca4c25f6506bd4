"""A mail server and an SES that can be away, refuse readers by name, and let read what they took."""

# ruff: noqa: N802 - both libraries ask for these names

from __future__ import annotations

import base64
import email
import email.policy
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.engines import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

REFUSED = "nobody@refused.example"
"""The reader whom every post office here refuses for ever, in words that name him."""
USER, PASSWORD = "press", "the mail server's own password"


@dataclass
class MailStub:
    """What was taken, oldest first; while it is ``away``, nothing is."""

    address: str
    away: bool = False
    letters: list[EmailMessage] = field(default_factory=list)

    def take(self, raw: bytes) -> None:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(letter, email.message.EmailMessage)
        self.letters.append(letter)


@contextmanager
def mail_server() -> Iterator[MailStub]:
    """A mail server on this machine that wants to know who sends; ``address`` is what ``BYLINE_MAIL`` says."""
    port = free_port()
    office = MailStub(f"smtp://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}")
    server = Controller(
        _Smtp(office),
        hostname="127.0.0.1",
        port=port,
        authenticator=_authenticated,
        auth_require_tls=False,
    )
    server.start()
    yield office
    server.stop()


@contextmanager
def ses() -> Iterator[MailStub]:
    """What takes letters as SES does, and nothing else of it; as above."""
    server = _Ses(("127.0.0.1", 0), _SesHandler)
    server.office = MailStub(f"ses://?region=eu-west-1&endpoint=http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.office
    server.shutdown()
    server.server_close()
    thread.join()


def _authenticated(_: SMTP, __: Session, ___: Envelope, ____: str, who: LoginPassword) -> AuthResult:
    return AuthResult(success=who == LoginPassword(USER.encode(), PASSWORD.encode()))


@dataclass
class _Smtp:
    office: MailStub

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if address == REFUSED:
            return f"550 5.1.1 {address} does not exist here"
        if self.office.away:
            return f"451 4.3.0 {address} has to wait"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        self.office.take(envelope.original_content or b"")
        return "250 OK"


class _Ses(ThreadingHTTPServer):
    office: MailStub


class _SesHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Ses

    def do_GET(self) -> None:
        self._answer(404, "NotFoundException", "")

    def do_POST(self) -> None:
        asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        [to] = asked["Destination"]["ToAddresses"]
        if to == REFUSED:
            self._answer(400, "MessageRejected", f"{to} is on the suppression list")
        elif self.server.office.away:
            self._answer(429, "TooManyRequestsException", f"{to} has to wait")
        else:
            self.server.office.take(base64.b64decode(asked["Content"]["Raw"]["Data"]))
            self._answer(200, "", "")

    def _answer(self, status: int, kind: str, words: str) -> None:
        body = json.dumps({"message": words} if kind else {"MessageId": "0100"}).encode()
        self.send_response(status)
        for name, value in {"x-amzn-ErrorType": kind, "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
