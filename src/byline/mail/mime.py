"""Make the MIME message of a ``Mail``, for all adapters."""

from __future__ import annotations

import re
import unicodedata
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured

if TYPE_CHECKING:
    from byline.mail.port import Mail

_MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_MAILBOX: Final = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*", re.DOTALL)
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_MOST_LINE: Final = 998
"""RFC 5322, 2.1.1: characters in a line, its end not counted."""


def to_mime(mail: Mail, *, sender: str, reply_to: str | None, host: str) -> EmailMessage:
    """Make the message: text first, HTML as its alternative, every line end CRLF.

    ``sender`` and ``reply_to`` are an address or ``Name <address>``; ``host`` is the right part of the
    Message-ID. A non-ASCII domain is written as ``xn--…``; a non-ASCII local part makes the headers UTF-8
    (RFC 6532), and then ``message.policy.utf8`` is true. Raises ``ValueError`` for what must not be in a
    header: line ends, NUL and other control characters, two addresses instead of one.
    """
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"not the left part of a Message-ID: {mail.message_id!r}")
    if mail.sent_at.tzinfo is None:
        raise ValueError("an email's time needs its zone")
    to = _address("", mail.to)
    from_ = parse_mailbox(sender)
    if mail.sender_name:
        from_ = Address(_one_line(mail.sender_name), from_.username, from_.domain)
    reply_to = mail.reply_to or reply_to
    reply_address = parse_mailbox(reply_to) if reply_to else None
    addresses = [to.addr_spec, from_.addr_spec, reply_address.addr_spec if reply_address else ""]
    message = EmailMessage(policy.SMTP if all(map(str.isascii, addresses)) else policy.SMTPUTF8)
    message["From"] = from_
    message["To"] = to
    if reply_address:
        message["Reply-To"] = reply_address
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = mail.sent_at
    message["Message-ID"] = f"<{mail.message_id}@{ascii_host(host)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(mail.text, cte=_encoding(mail.text))
    message.add_alternative(mail.html, subtype="html", cte=_encoding(mail.html))
    # A repeated email has the same bytes, and no text can contain its own hash.
    message.set_boundary(f"=_{sha256(f'{mail.text}{mail.html}'.encode()).hexdigest()[:32]}")
    return message


def parse_mailbox(text: str) -> Address:
    """Read an address or ``Name <address>``; the name is taken as it stands, commas and quotes included.

    Raises ``ValueError`` where there is no single address.
    """
    match = _MAILBOX.fullmatch(_one_line(text))
    if match is None:
        return _address("", text)
    name = match["name"].strip()
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = name[1:-1]
    return _address(name, match["address"])


def ascii_domain(address: str) -> str:
    """Write an address with its domain as DNS knows it (``xn--…``, IDNA 2008); ``ValueError`` if it is none."""
    local, at, domain = _one_line(address).rpartition("@")
    if not (local and at and domain) or any(char.isspace() or char in '<>,;:"\\()' for char in address):
        raise ValueError(f"not an address: {address!r}")
    if domain.isascii():
        return address
    return f"{local}@{ascii_host(domain)}"


def ascii_host(host: str) -> str:
    """Write a host as DNS knows it (``xn--…``, IDNA 2008); addresses of machines stay. ``ValueError`` if it is none."""
    if host.isascii():
        written = host
    else:
        import idna  # noqa: PLC0415 - 10 ms of tables that few hosts need

        written = idna.encode(host, uts46=True).decode()
    if not _HOST.fullmatch(written):
        raise ValueError(f"not a host name: {host!r}")
    return written


def check_sender(sender: str, reply_to: str | None, host: str) -> None:
    """Refuse a sender with which no email could be written: ``Misconfigured`` says why."""
    try:
        parse_mailbox(sender)
        if reply_to:
            parse_mailbox(reply_to)
        ascii_host(host)
    except ValueError as error:
        settings = f"{sender!r} (BYLINE_MAIL_FROM), with answers to {reply_to!r} (BYLINE_PUBLISHER_EMAIL)"
        raise Misconfigured(f"emails cannot come from {settings}: {error}") from error


def _address(name: str, text: str) -> Address:
    spec = ascii_domain(text)
    if spec.isascii():
        return Address(name, addr_spec=spec)  # parsed, so that only one well-formed address passes
    local, _, domain = spec.rpartition("@")
    Address(addr_spec=f"{_NOT_ASCII.sub('x', local)}@{domain}")  # the parser takes a non-ASCII local part for a defect
    return Address(name, local, domain)


def _one_line(text: str) -> str:
    """Return ``text``; ``ValueError`` if anything in it could end a header, or is not a character."""
    for char in text:
        if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"}:
            raise ValueError(f"does not belong into a header: {char!r}")
    return text


def _encoding(text: str) -> str:
    """Plain ASCII is sent as it is, so that any tool can read and search a saved email."""
    longest = max(map(len, text.splitlines()), default=0)
    return "7bit" if text.isascii() and longest <= _MOST_LINE else "quoted-printable"
