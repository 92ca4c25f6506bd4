"""Write emails as files, one ``.eml`` each, in a folder that only its owner can read: for development."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager, suppress
from datetime import UTC
from email import policy
from email.message import EmailMessage
from email.parser import Parser
from typing import TYPE_CHECKING, Final

from byline.errors import Rejected, Unavailable
from byline.mail.mime import check_sender, to_mime
from byline.mail.port import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LEFTOVER_SECONDS: Final = 3600
_NAME: Final = re.compile(r"\d{8}T\d{12}Z-(?P<message_id>[A-Za-z0-9._-]+)\.eml", re.ASCII)


class FolderMailer:
    """Implements ``mail.port.Mailer`` and ``Mailbox`` on the folder ``root``, made (0700) if missing.

    A file's name is the email's time and message id, so that names sort by time. An email is written as a whole
    or not at all. ``sender``, ``reply_to`` and ``host`` are what ``to_mime`` takes.
    """

    def __init__(self, root: Path, *, sender: str, reply_to: str | None, host: str) -> None:
        check_sender(sender, reply_to, host)
        self._root = root.absolute()
        self._sender = sender
        self._reply_to = reply_to
        self._host = host
        with _unavailable(f"no folder for emails at {root}"):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()

    def send(self, mail: Mail, /) -> None:
        """Write the email. One with the same message id is overwritten in its place."""
        part, name = self._prepare(mail)
        with _unavailable(f"cannot write the email {mail.message_id}"):
            part.replace(self._root / name)
            self._sync()

    def rehearse(self, mail: Mail, /) -> None:
        """Write the email to the disk under a hidden name, and delete it."""
        part, _ = self._prepare(mail)
        with _unavailable(f"cannot write the email {mail.message_id}"):
            part.unlink()
            self._sync()

    def probe(self, mail: Mail, /) -> None:
        """Write the email to the disk, and delete it."""
        self.rehearse(mail)

    def emails(self, *, limit: int = 50) -> Sequence[Mail]:
        """List the newest emails, newest first. Files that are not named like an email are left out."""
        with _unavailable(f"cannot read the emails in {self._root}"):
            found: list[Mail] = []
            for path in sorted(self._root.iterdir(), reverse=True):
                if len(found) == limit:
                    break
                if _NAME.fullmatch(path.name):
                    with suppress(FileNotFoundError):  # deleted meanwhile
                        found.append(_read(path.read_bytes()))
            return found

    def _prepare(self, mail: Mail) -> tuple[Path, str]:
        """Write the email under a hidden name; returns its path and the name it is to get."""
        try:
            message = to_mime(mail, sender=self._sender, reply_to=self._reply_to, host=self._host)
            body = message.as_bytes()
        except ValueError as error:
            raise Rejected(f"the email {mail.message_id} cannot be written: {error}") from error
        with _unavailable(f"cannot write the email {mail.message_id}"):
            return self._write_part(body), self._name(mail)

    def _name(self, mail: Mail) -> str:
        for path in self._root.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and match["message_id"] == mail.message_id:
                return path.name
        return f"{mail.sent_at.astimezone(UTC):%Y%m%dT%H%M%S%f}Z-{mail.message_id}.eml"

    def _write_part(self, body: bytes) -> Path:
        part = self._root / f".{secrets.token_hex(12)}.part"
        try:
            opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "wb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(opened)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return part

    def _sync(self) -> None:
        """Write the folder's list of names to the disk."""
        folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _sweep(self) -> None:
        """Delete what killed processes left behind an hour ago or longer: it may contain a working link."""
        probe = self._write_part(b"")
        now = probe.stat().st_mtime
        probe.unlink()
        for part in self._root.glob(".*.part"):
            with suppress(FileNotFoundError):
                if now - part.stat().st_mtime > _LEFTOVER_SECONDS:
                    part.unlink()


def _read(raw: bytes) -> Mail:
    # Not BytesParser: it reads UTF-8 headers, which a non-ASCII local part needs, as broken ASCII.
    message = Parser(EmailMessage, policy=policy.default).parsestr(raw.decode(errors="replace"))
    return Mail(
        to=message["To"].addresses[0].addr_spec,
        subject=str(message["Subject"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        message_id=str(message["Message-ID"]).strip("<>").rpartition("@")[0],
        sent_at=message["Date"].datetime,
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


@contextmanager
def _unavailable(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{what}: {error.strerror or error}") from error
