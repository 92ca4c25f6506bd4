"""From settings to ports, and from kinds of jobs to handlers: the one page where everything is chosen.

Each adapter is imported in its own branch, so that whoever runs on SQLite never loads what AWS needs.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from byline.environment import SystemClock, SystemRandom
from byline.errors import Misconfigured
from byline.hashing import Argon2Hasher
from byline.jobs.model import JobKind
from byline.links import Signer
from byline.ports import Ports
from byline.settings import SECRET_ELSEWHERE, SHORTEST_SECRET, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

    from byline.environment import Clock, Random
    from byline.files.port import Files
    from byline.hashing import Hasher
    from byline.imaging.port import Imaging
    from byline.jobs.worker import Handler
    from byline.mail.port import Mailbox, Mailer
    from byline.settings import Settings
    from byline.store.port import Store

SECRET_FILE: Final = "secret.key"  # noqa: S105 - a file's name


@dataclass(frozen=True, slots=True)
class Connected:
    """The ports of an installation, and the mailbox if its letters go to a folder."""

    ports: Ports
    mailbox: Mailbox | None


def connect(
    settings: Settings, *, clock: Clock | None = None, random: Random | None = None, hasher: Hasher | None = None
) -> Connected:
    """Open everything the settings name. ``Misconfigured`` says what to set; nothing is sent anywhere yet."""
    make_folder(settings.data)
    mailer, mailbox = mail(settings)
    ports = Ports(
        store=store(settings.store, clock or SystemClock()),
        files=files(settings.files),
        mailer=mailer,
        imaging=imaging(),
        hasher=hasher or Argon2Hasher(),
        signer=Signer(secret(settings), settings.site.url),
        clock=clock or SystemClock(),
        random=random or SystemRandom(),
        site=settings.site,
    )
    return Connected(ports, mailbox)


def make_folder(data: Path) -> None:
    """Make the data folder, for its owner alone, if there is none; ``Misconfigured`` if that cannot be."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        why = fault.strerror or fault
        raise Misconfigured(f"The data folder {data} cannot be made ({why}): set BYLINE_DATA, or --data") from fault


def store(address: str, clock: Clock | None = None) -> Store:
    """The store at ``sqlite:///path`` or ``dynamodb://table?region=…&endpoint=…``."""
    parts, options = _parts("BYLINE_STORE", address, {"region", "endpoint"}, only_for="dynamodb")
    if parts.scheme == "sqlite":
        from byline.store.sqlite import SqliteStore  # noqa: PLC0415 - one branch, one adapter

        return SqliteStore(_path("BYLINE_STORE", parts, "sqlite:///…/byline.sqlite3"), clock=clock)
    if parts.scheme == "dynamodb":
        from byline.store.dynamodb import DynamoStore  # noqa: PLC0415 - as above

        if not parts.netloc or not options.get("region"):
            raise Misconfigured("BYLINE_STORE must look like dynamodb://table?region=eu-west-1")
        endpoint = options.get("endpoint")
        return DynamoStore(parts.netloc, region=options["region"], endpoint=endpoint, create_table=endpoint is not None)
    raise Misconfigured(f"BYLINE_STORE must begin with sqlite:// or dynamodb://, not {address}")


def missing(address: str) -> Path | None:
    """The path on this machine that an address of a store or of files names, if nothing is there: opening it would
    make an empty one.
    """
    parts = urlsplit(address)
    path = Path("/" + unquote(parts.path).lstrip("/"))
    try:
        return path if parts.scheme in {"sqlite", "file"} and not path.exists() else None
    except OSError:  # whoever may not look there is told so when it is opened
        return None


def files(address: str) -> Files:
    """The files at ``file:///path`` or ``s3://bucket/prefix?region=…&endpoint=…``."""
    parts, options = _parts("BYLINE_FILES", address, {"region", "endpoint"}, only_for="s3")
    if parts.scheme == "file":
        from byline.files.folder import FolderFiles  # noqa: PLC0415 - one branch, one adapter

        return FolderFiles(_path("BYLINE_FILES", parts, "file:///…/files"))
    if parts.scheme == "s3":
        from byline.files.s3 import S3Files  # noqa: PLC0415 - as above

        if not parts.netloc or not options.get("region"):
            raise Misconfigured("BYLINE_FILES must look like s3://bucket/prefix?region=eu-west-1")
        return S3Files(parts.netloc, parts.path.strip("/"), region=options["region"], endpoint=options.get("endpoint"))
    raise Misconfigured(f"BYLINE_FILES must begin with file:// or s3://, not {address}")


def mail(settings: Settings) -> tuple[Mailer, Mailbox | None]:
    """The mailer at ``folder:///path``, ``smtp://user:password@host:port``, ``smtps://…`` or
    ``ses://?region=…&configuration_set=…&endpoint=…``; and a folder's mailbox.
    """
    parts, options = _parts("BYLINE_MAIL", settings.mail, {"region", "configuration_set", "endpoint"}, only_for="ses")
    site = settings.site
    sender = _sender(site.name, settings.mail_from)
    reply_to = site.contact or None
    mail_host = settings.mail_from.rpartition("@")[2]
    if parts.scheme == "folder":
        from byline.mail.folder import FolderMailer  # noqa: PLC0415 - one branch, one adapter

        folder = FolderMailer(
            _path("BYLINE_MAIL", parts, "folder:///…/mail"), sender=sender, reply_to=reply_to, host=mail_host
        )
        return folder, folder
    if parts.scheme in {"smtp", "smtps"}:
        from byline.mail.smtp import SmtpMailer  # noqa: PLC0415 - as above

        if not parts.hostname:
            raise Misconfigured("BYLINE_MAIL must look like smtps://user:password@mail.example.org")
        tls = parts.scheme == "smtps"
        mailer = SmtpMailer(
            parts.hostname,
            parts.port or (465 if tls else 587),
            tls=tls,
            starttls=not tls and not is_loopback(parts.hostname),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            sender=sender,
            reply_to=reply_to,
            mail_host=mail_host,
        )
        return mailer, None
    if parts.scheme == "ses":
        from byline.mail.ses import SesMailer  # noqa: PLC0415 - as above

        if parts.netloc or parts.path.strip("/") or not options.get("region"):
            raise Misconfigured("BYLINE_MAIL must look like ses://?region=eu-west-1")
        return SesMailer(
            region=options["region"],
            endpoint=options.get("endpoint"),
            configuration_set=options.get("configuration_set"),
            sender=sender,
            reply_to=reply_to,
            host=mail_host,
        ), None
    raise Misconfigured(f"BYLINE_MAIL must begin with folder://, smtp://, smtps:// or ses://, not {parts.scheme}://…")


def imaging() -> Imaging:
    """What develops photos."""
    from byline.imaging.pillow import PillowImaging  # noqa: PLC0415 - the child process alone loads Pillow

    return PillowImaging()


def secret(settings: Settings) -> bytes:
    """The secret of this installation: as set, or as kept at ``ssm://name?region=…&endpoint=…`` (a SecureString of
    Amazon's Parameter Store), or made at the first start and kept in the data folder (mode 0600).
    """
    if settings.secret_key is not None:
        if settings.secret_key.startswith(SECRET_ELSEWHERE):
            return _fetched_secret(settings.secret_key)
        return settings.secret_key.encode()
    path = settings.data / SECRET_FILE
    try:
        return _kept_secret(path)
    except OSError as fault:
        who = "let the user that runs the portal own it and its folder"
        raise Misconfigured(f"{path} cannot be used ({fault.strerror}): {who}") from fault


def _kept_secret(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text().strip()
        if len(kept) < SHORTEST_SECRET:
            raise Misconfigured(
                f"{path} is damaged: restore it from a backup, or delete it (all links and sessions end)."
            ) from None
        return kept.encode()
    made = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made.encode()


def _fetched_secret(address: str) -> bytes:
    from byline import amazon  # noqa: PLC0415 - one branch, one adapter

    parts, options = _parts("BYLINE_SECRET_KEY", address, {"region", "endpoint"}, only_for="ssm")
    if not (parts.netloc or parts.path) or not options.get("region"):
        raise Misconfigured("BYLINE_SECRET_KEY must look like ssm:///byline/secret-key?region=eu-west-1")
    kept = amazon.parameter(parts.netloc + parts.path, region=options["region"], endpoint=options.get("endpoint"))
    if len(kept) < SHORTEST_SECRET:
        raise Misconfigured(f"the secret key in the Parameter Store is shorter than {SHORTEST_SECRET} characters")
    return kept.encode()


def handlers() -> Mapping[JobKind, Handler]:
    """What carries out each kind of job."""
    from byline.accounts import account_emails as account_letters  # noqa: PLC0415 - a page view loads none of these
    from byline.authors import author_emails as author_letters  # noqa: PLC0415
    from byline.authors import deletion, publisher_emails, search_index  # noqa: PLC0415
    from byline.site import publishing, refreshing, shared  # noqa: PLC0415

    return {
        JobKind.REGISTRATION_EMAIL: account_letters.send_registration_email,
        JobKind.RESET_EMAIL: account_letters.send_reset_email,
        JobKind.PASSWORD_CHANGED_EMAIL: account_letters.send_password_changed_email,
        JobKind.INVITATION_EMAIL: account_letters.send_invitation_email,
        JobKind.WAITING_EMAIL: publisher_emails.send_waiting_email,
        JobKind.UNDELIVERED_EMAIL: publisher_emails.send_undelivered_email,
        JobKind.DECISION_EMAIL: author_letters.send_decision_email,
        JobKind.EDITED_EMAIL: author_letters.send_edited_email,
        JobKind.UPDATE_SEARCH: search_index.refresh,
        JobKind.PUBLISH: publishing.publish,
        JobKind.PUBLISH_INDEX: shared.publish_shared,
        JobKind.REPUBLISH: refreshing.republish,
        JobKind.DELETE_VERSIONS: deletion.delete_versions,
    }


def _parts(name: str, address: str, allowed: set[str], *, only_for: str) -> tuple[SplitResult, dict[str, str]]:
    """Take an address apart; options are for one scheme only, and none may be there that does not exist."""
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        _ = parts.port
    except ValueError as fault:
        raise Misconfigured(f"{name} is not an address this program understands.") from fault
    unknown = sorted(set(options) - (allowed if parts.scheme == only_for else set()))
    if unknown:
        raise Misconfigured(f"{name} has options that do not exist: {', '.join(unknown)}")
    return parts, options


def _path(name: str, parts: SplitResult, like: str) -> Path:
    if parts.netloc or not parts.path.startswith("/") or parts.path == "/":
        raise Misconfigured(f"{name} must look like {like}, with an absolute path")
    return Path(unquote(parts.path))


def _sender(site_name: str, address: str) -> str:
    from email.utils import formataddr  # noqa: PLC0415 - only at start

    return formataddr((site_name, address))
