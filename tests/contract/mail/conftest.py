"""Every engine that sends letters, each with a way to read what arrived; a new one joins by a line in ENGINES."""

# ruff: noqa: N802 - aiosmtpd asks its handler for these names

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from moto.ses.models import ses_backends

from byline.mail.folder import FolderMailer
from byline.mail.port import Mail
from byline.mail.ses import SesMailer
from byline.mail.smtp import SmtpMailer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from byline.mail.port import Mailer

CERTIFICATE = Path(__file__).with_name("localhost.pem")
SENDER = "The Long Press, Ltd. <noreply@longpress.example>"
SENDER_DOMAIN = "longpress.example"
REPLY_TO = "Édition <editors@longpress.example>"
HOST = "authors.longpress.example"
REGION = "eu-west-1"
ACCOUNT = "123456789012"
"""The one that moto gives everybody."""


@dataclass
class Answers:
    """What the mail server says; and what it heard, letter by letter and command by command."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    quit: str = "221 Bye"
    heard: list[str] = field(default_factory=list)
    letters: list[Envelope] = field(default_factory=list)
    logged_in: list[bytes] = field(default_factory=list)

    async def handle_MAIL(self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.heard.append(" ".join(["MAIL", address, "TLS" if session.ssl else "plain", *options]))
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        self.heard.append(f"RCPT {address}")
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        self.heard.append("DATA")
        if self.data.startswith("2"):
            self.letters.append(envelope)
        return self.data

    async def handle_NOOP(self, *_: object) -> str:
        self.heard.append("NOOP")
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, *_: object) -> str:
        self.heard.append("QUIT")
        if not self.quit:
            server.transport.abort()
        return self.quit

    def authenticate(self, _: SMTP, __: Session, ___: Envelope, ____: str, who: LoginPassword) -> AuthResult:
        self.logged_in.append(who.login)
        return AuthResult(success=who == LoginPassword(b"press", b"right"), handled=False)


@dataclass
class MailServer:
    """A real mail server on a port of its own, in a thread of its own."""

    port: int
    answers: Answers
    stop: Callable[[], None]


@pytest.fixture
def mail_server() -> Iterator[Callable[..., MailServer]]:
    """Start mail servers: ``tls`` is "smtps", "starttls" or nothing; what else is given goes to aiosmtpd."""
    with contextlib.ExitStack() as running:

        def start(tls: str = "", **how: object) -> MailServer:
            return running.enter_context(_running(tls, how))

        yield start


@contextlib.contextmanager
def _running(tls: str, how: dict[str, object]) -> Iterator[MailServer]:
    answers = Answers()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    if tls == "starttls":
        how = {"tls_context": context, "require_starttls": True, **how}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def protocol() -> SMTP:
        return SMTP(answers, hostname="mail.test", loop=loop, authenticator=answers.authenticate, **how)

    async def listen() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if tls == "smtps" else None)

    async def close() -> None:
        server.close()
        await server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop() -> None:
        if thread.is_alive():
            asyncio.run_coroutine_threadsafe(close(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        yield MailServer(server.sockets[0].getsockname()[1], answers, stop)
    finally:
        stop()


@dataclass
class Post:
    """A mailer, what it delivered so far (oldest first), and how to cut it off from its engine.

    ``ascii_only``: the engine cannot write to an address whose local part is beyond ASCII.
    """

    mailer: Mailer
    arrived: Callable[[], list[EmailMessage]]
    cut_off: Callable[[], None]
    ascii_only: bool = False

    def raw(self) -> list[bytes]:
        return [message.as_bytes() for message in self.arrived()]


def parsed(raw: bytes) -> EmailMessage:
    return Parser(policy=policy.default).parsestr(raw.decode())


def _folder_post(request: pytest.FixtureRequest) -> Post:
    place = request.getfixturevalue("tmp_path") / "mail"
    mailer = FolderMailer(place, sender=SENDER, reply_to=REPLY_TO, host=HOST)
    return Post(
        mailer,
        lambda: [parsed(path.read_bytes()) for path in sorted(place.glob("*.eml"))],
        lambda: shutil.rmtree(place),
    )


def _smtp_post(request: pytest.FixtureRequest) -> Post:
    server = request.getfixturevalue("mail_server")(enable_SMTPUTF8=True)
    return Post(
        _smtp_mailer(server.port),
        lambda: [parsed(letter.content) for letter in server.answers.letters],
        server.stop,
    )


def _smtp_mailer(port: int, host: str = "127.0.0.1", **how: object) -> SmtpMailer:
    plain = {"tls": False, "starttls": False, "user": None, "password": None}
    who = {"sender": SENDER, "reply_to": REPLY_TO, "mail_host": HOST}
    return SmtpMailer(host, port, **{**plain, **who, **how})


def _ses_post(request: pytest.FixtureRequest) -> Post:
    endpoint = request.getfixturevalue("ses")

    def cut_off() -> None:
        post.mailer = _ses_mailer("http://127.0.0.1:1")

    sent = ses_backends[ACCOUNT][REGION].sent_messages
    post = Post(_ses_mailer(endpoint), lambda: [parsed(letter.raw_data.encode()) for letter in sent], cut_off, True)
    return post


def _ses_mailer(endpoint: str, **how: object) -> SesMailer:
    who = {"sender": SENDER, "reply_to": REPLY_TO, "host": HOST}
    return SesMailer(region=REGION, endpoint=endpoint, **{**who, **how})


ENGINES = {"folder": _folder_post, "ses": _ses_post, "smtp": _smtp_post}


@pytest.fixture(params=sorted(ENGINES))
def post(request: pytest.FixtureRequest) -> Post:
    """A mailer that has sent nothing yet."""
    return ENGINES[request.param](request)


@pytest.fixture
def smtp_mailer() -> Callable[..., SmtpMailer]:
    """Make a mailer for a port, a host, and whatever else ``SmtpMailer`` takes; without TLS and user unless said."""
    return _smtp_mailer


@pytest.fixture
def ses(moto_endpoint: str) -> str:
    """The address of an engine that stands in for SES; it has sent nothing yet, and our domain is proven to it."""
    ses_backends[ACCOUNT][REGION].reset()
    ses_backends[ACCOUNT][REGION].verify_domain(SENDER_DOMAIN)
    return moto_endpoint


@pytest.fixture
def ses_mailer() -> Callable[..., SesMailer]:
    """Make a mailer for an endpoint and whatever else ``SesMailer`` takes."""
    return _ses_mailer


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the test's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def letter() -> Mail:
    """An ordinary letter."""
    return Mail(
        to="ana@example.com",
        subject="Confirm your email address",
        text="Confirm this address:\nhttp://127.0.0.1:8000/confirm/abc\n",
        html='<p><a href="http://127.0.0.1:8000/confirm/abc">Confirm</a></p>\n',
        message_id="019b42fd7c882d9e34a7b12c",
        sent_at=datetime(2026, 5, 2, 14, 3, 5, tzinfo=UTC),
    )
