"""Letters as files: one ``.eml`` each, in a folder that only its owner can read. For laptops."""

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

    A file's name is the letter's time and message id, so that names sort by time. A letter is there whole or
    not at all. ``sender``, ``reply_to`` and ``host`` are what ``to_mime`` takes.
    """

    def __init__(self, root: Path, *, sender: str, reply_to: str | None, host: str) -> None:
        check_sender(sender, reply_to, host)
        self._root = root.absolute()
        self._sender = sender
        self._reply_to = reply_to
        self._host = host
        with _translated(f"no folder for letters at {root}"):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()

    def send(self, mail: Mail, /) -> None:
        """Write the letter. One with the same message id is overwritten in its place."""
        part, name = self._prepared(mail)
        with _translated(f"cannot write the letter {mail.message_id}"):
            part.replace(self._root / name)
            self._settle()

    def rehearse(self, mail: Mail, /) -> None:
        """Write the letter down to the disk under a hidden name, and delete it."""
        part, _ = self._prepared(mail)
        with _translated(f"cannot write the letter {mail.message_id}"):
            part.unlink()
            self._settle()

    def letters(self, *, limit: int = 50) -> Sequence[Mail]:
        """List the newest letters, newest first. Files that are not named like a letter are left out."""
        with _translated(f"cannot read the letters in {self._root}"):
            found: list[Mail] = []
            for path in sorted(self._root.iterdir(), reverse=True):
                if len(found) == limit:
                    break
                if _NAME.fullmatch(path.name):
                    with suppress(FileNotFoundError):  # tidied away meanwhile
                        found.append(_read(path.read_bytes()))
            return found

    def _prepared(self, mail: Mail) -> tuple[Path, str]:
        """Do all but the last step: put the letter on the disk under a hidden name; also, the name it gets."""
        try:
            message = to_mime(mail, sender=self._sender, reply_to=self._reply_to, host=self._host)
            body = message.as_bytes()
        except ValueError as error:
            raise Rejected(f"the letter {mail.message_id} cannot be written: {error}") from error
        with _translated(f"cannot write the letter {mail.message_id}"):
            return self._written(body), self._name(mail)

    def _name(self, mail: Mail) -> str:
        for path in self._root.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and match["message_id"] == mail.message_id:
                return path.name
        return f"{mail.sent_at.astimezone(UTC):%Y%m%dT%H%M%S%f}Z-{mail.message_id}.eml"

    def _written(self, body: bytes) -> Path:
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

    def _settle(self) -> None:
        """Bring the folder's list of names down to the disk."""
        folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _sweep(self) -> None:
        """Delete what killed processes left behind an hour ago or longer: it may hold a working link."""
        probe = self._written(b"")
        now = probe.stat().st_mtime
        probe.unlink()
        for part in self._root.glob(".*.part"):
            with suppress(FileNotFoundError):
                if now - part.stat().st_mtime > _LEFTOVER_SECONDS:
                    part.unlink()


def _read(raw: bytes) -> Mail:
    # Not BytesParser: it takes UTF-8 headers, which a non-ASCII local part needs, for broken ASCII.
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
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{what}: {error.strerror or error}") from error
