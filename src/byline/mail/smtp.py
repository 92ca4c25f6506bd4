"""Send emails through a mail server: one connection each, in TLS unless the server is on this machine."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured, Rejected, Unavailable
from byline.mail.mime import ascii_domain, ascii_host, check_sender, parse_mailbox, to_mime
from byline.service_addresses import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.mail.port import Mail

_PERMANENT: Final = range(500, 600)
_NO_MAILBOX: Final = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1)(?![0-9])")
"""Codes for a mailbox that does not exist, or no longer exists (RFC 3463, 3.2 and 3.3). A plain 550 can mean this too,
or that the server refuses all our emails."""
_DONE: Final = 250
_RECIPIENT_TAKEN: Final = {250, 251}
_EXCHANGES: Final = 4
"""Round trips that an email takes on an open connection: MAIL, RCPT, DATA, and the email itself."""


class SmtpMailer:
    """Implements ``mail.port.Mailer`` with the mail server at ``host`` and ``port``.

    ``tls``: TLS from the first byte (``smtps``); ``starttls``: TLS is demanded right after the greeting. The server's
    certificate is checked either way. With neither, only a server on loopback is accepted (``Misconfigured``).
    ``mail_host`` is what this machine calls itself, and the right part of the Message-IDs; ``timeout_seconds`` is the
    longest silence on the line.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: bool,
        starttls: bool,
        user: str | None,
        password: str | None,
        sender: str,
        reply_to: str | None,
        mail_host: str,
        timeout_seconds: float = 10,
    ) -> None:
        if tls and starttls:
            raise Misconfigured("smtps:// uses TLS from the first byte; STARTTLS is for smtp:// only")
        if not (tls or starttls or is_loopback(host)):
            raise Misconfigured(f"{host} is another machine: use smtps://, or smtp:// with STARTTLS")
        if user is not None and password is None:
            raise Misconfigured(f"the mail server's user {user} needs a password")
        if not f"{user or ''}{password or ''}".isascii():
            raise Misconfigured("user and password of the mail server must be ASCII: SMTP allows nothing else")
        check_sender(sender, reply_to, mail_host)
        self._host = host
        self._port = port
        self._tls = tls
        self._starttls = starttls
        self._login = (user, password) if user is not None and password is not None else None
        self._sender = sender
        self._reply_to = reply_to
        self._mail_host = ascii_host(mail_host)
        self._timeout_seconds = timeout_seconds

    def send(self, mail: Mail, /) -> None:
        """Send the email to the server.

        ``Rejected``: the server refused this recipient or this email for good (5xx after RCPT or DATA), or cannot
        write to such an address at all. ``Unavailable``: everything else that keeps it from taking the email.
        """
        body, international = self._compose(mail)
        with self._connect() as server:
            options = self._options(server, mail, international=international)
            try:
                server.sendmail(parse_mailbox(self._sender).addr_spec, ascii_domain(mail.to), body, options)
            except smtplib.SMTPRecipientsRefused as error:
                [(code, answer)] = error.recipients.values()
                raise _refused(mail, code, answer, recipient=True) from error
            except smtplib.SMTPDataError as error:
                raise _refused(mail, error.smtp_code, error.smtp_error) from error

    def rehearse(self, mail: Mail, /) -> None:
        """Compose the email, connect, log in, and exchange as often as an email would."""
        _, international = self._compose(mail)
        with self._connect() as server:
            self._options(server, mail, international=international)
            for _ in range(_EXCHANGES):
                server.noop()

    def probe(self, mail: Mail, /) -> None:
        """Say from whom the email is and for whom, and take that back."""
        _, international = self._compose(mail)
        sender = parse_mailbox(self._sender).addr_spec
        with self._connect() as server:
            options = self._options(server, mail, international=international)
            code, answer = server.mail(sender, options)
            if code != _DONE:
                raise smtplib.SMTPSenderRefused(code, answer, sender)
            code, answer = server.rcpt(ascii_domain(mail.to))
            if code not in _RECIPIENT_TAKEN:
                raise _refused(mail, code, answer, recipient=True)
            server.rset()

    def _compose(self, mail: Mail) -> tuple[bytes, bool]:
        try:
            message = to_mime(mail, sender=self._sender, reply_to=self._reply_to, host=self._mail_host)
            return message.as_bytes(), message.policy.utf8  # type: ignore[attr-defined]
        except ValueError as error:
            raise Rejected(f"the email {mail.message_id} cannot be written: {error}") from error

    def _options(self, server: smtplib.SMTP, mail: Mail, *, international: bool) -> list[str]:
        """The options for MAIL; an address with a non-ASCII local part needs RFC 6531 (``SMTPUTF8``)."""
        if not international:
            return []
        if not server.has_extn("smtputf8"):
            raise Rejected(f"the mail server cannot write to {mail.to}: it lacks SMTPUTF8")
        return ["SMTPUTF8", "BODY=8BITMIME"]

    @contextmanager
    def _connect(self) -> Iterator[smtplib.SMTP]:
        """Connect, and quit at the end; a server that fails at QUIT has accepted the email all the same."""
        try:
            server = self._open()
            try:
                if self._starttls:
                    server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
                if self._login is not None:
                    server.login(*self._login)
                yield server
                with suppress(OSError):
                    server.quit()
            finally:
                server.close()
        except OSError as error:  # smtplib's own errors and those of TLS are OSErrors, too
            said = f"the mail server {self._host}:{self._port} did not accept the email: {error}"
            raise Unavailable(said) from error

    def _open(self) -> smtplib.SMTP:
        # The name is given, or smtplib would ask the DNS for it each time.
        if self._tls:
            return smtplib.SMTP_SSL(
                self._host,
                self._port,
                local_hostname=self._mail_host,
                timeout=self._timeout_seconds,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(self._host, self._port, local_hostname=self._mail_host, timeout=self._timeout_seconds)


def _refused(mail: Mail, code: int, answer: bytes | str, *, recipient: bool = False) -> Rejected | Unavailable:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    said = f"the email {mail.message_id} was refused: {code} {words}"
    if code not in _PERMANENT:
        return Unavailable(said)
    return Rejected(said, no_mailbox=recipient and _NO_MAILBOX.match(words) is not None)
