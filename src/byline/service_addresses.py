"""Where store, files, email and secret key are: the addresses of the settings, parsed into one type for each service.

The path of ``sqlite:``, ``file:`` and ``folder:`` is everything after the scheme, letter by letter: a folder may be
called ``a%20b``, ``a#b`` or ``a?b``. All other addresses are URLs with options.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from byline.errors import Misconfigured

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_UNENCODED = re.compile(r"[/?#\[\]\s]|%(?![0-9A-Fa-f]{2})")
"""What may not stand in the user and the password of a URL."""


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    """A file of SQLite: ``sqlite:///absolute/path``."""

    path: Path

    def __str__(self) -> str:
        return f"sqlite:///{self.path}"


@dataclass(frozen=True, slots=True)
class DynamoDBAddress:
    """A table of DynamoDB: ``dynamodb://table?region=…&endpoint=…``."""

    table: str
    region: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class FolderAddress:
    """A folder on this machine: ``file:///absolute/path`` for files, ``folder:///absolute/path`` for emails."""

    scheme: str
    path: Path

    def __str__(self) -> str:
        return f"{self.scheme}://{self.path}"


@dataclass(frozen=True, slots=True)
class S3Address:
    """A bucket of S3, or a part of one: ``s3://bucket/prefix?region=…&endpoint=…``."""

    bucket: str
    prefix: str
    region: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """A mail server: ``smtp://user:password@host:port`` or ``smtps://…``, which speaks TLS from the first byte on."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SesAddress:
    """Amazon's SES: ``ses://?region=…&configuration_set=…&endpoint=…``."""

    region: str
    configuration_set: str | None = None
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class ParameterAddress:
    """A SecureString in Amazon's Parameter Store: ``ssm:///name?region=…&endpoint=…``."""

    name: str
    region: str
    endpoint: str | None = None


StoreAddress: TypeAlias = SqliteAddress | DynamoDBAddress
FilesAddress: TypeAlias = FolderAddress | S3Address
MailAddress: TypeAlias = FolderAddress | SmtpAddress | SesAddress


def store_address(text: str, name: str = "BYLINE_STORE") -> StoreAddress:
    """Parse the address of a store; ``Misconfigured`` says what is wrong with ``name``. So do the others here."""
    scheme = _scheme(text)
    if scheme == "sqlite":
        return SqliteAddress(_path(name, text, "sqlite:///…/byline.sqlite3"))
    if scheme == "dynamodb":
        parts, options = _url(name, text, {"region", "endpoint"})
        if not parts.netloc or not options.get("region"):
            raise Misconfigured(f"{name} must look like dynamodb://table?region=eu-west-1")
        return DynamoDBAddress(parts.netloc, options["region"], options.get("endpoint"))
    raise Misconfigured(f"{name} must begin with sqlite:// or dynamodb://, not {text}")


def files_address(text: str, name: str = "BYLINE_FILES") -> FilesAddress:
    """Parse the address of files."""
    scheme = _scheme(text)
    if scheme == "file":
        return FolderAddress(scheme, _path(name, text, "file:///…/files"))
    if scheme == "s3":
        parts, options = _url(name, text, {"region", "endpoint"})
        if not parts.netloc or not options.get("region"):
            raise Misconfigured(f"{name} must look like s3://bucket/prefix?region=eu-west-1")
        return S3Address(parts.netloc, parts.path.strip("/"), options["region"], options.get("endpoint"))
    raise Misconfigured(f"{name} must begin with file:// or s3://, not {text}")


def mail_address(text: str, name: str = "BYLINE_MAIL") -> MailAddress:
    """Parse the address that says how emails are sent."""
    scheme = _scheme(text)
    if scheme == "folder":
        return FolderAddress(scheme, _path(name, text, "folder:///…/mail"))
    if scheme in {"smtp", "smtps"}:
        _refuse_unencoded(name, text)
        parts, _ = _url(name, text, set())
        if not parts.hostname:
            raise Misconfigured(f"{name} must look like smtps://user:password@mail.example.org")
        tls = scheme == "smtps"
        user, password = (unquote(each) if each else None for each in (parts.username, parts.password))
        return SmtpAddress(parts.hostname, parts.port or (465 if tls else 587), tls, user, password)
    if scheme == "ses":
        parts, options = _url(name, text, {"region", "configuration_set", "endpoint"})
        if parts.netloc or parts.path.strip("/") or not options.get("region"):
            raise Misconfigured(f"{name} must look like ses://?region=eu-west-1")
        return SesAddress(options["region"], options.get("configuration_set"), options.get("endpoint"))
    raise Misconfigured(f"{name} must begin with folder://, smtp://, smtps:// or ses://, not {scheme}://…")


def parameter_address(text: str, name: str = "BYLINE_SECRET_KEY") -> ParameterAddress:
    """Parse the address of a secret key."""
    parts, options = _url(name, text, {"region", "endpoint"})
    if not (parts.netloc or parts.path) or not options.get("region"):
        raise Misconfigured(f"{name} must look like ssm:///byline/secret-key?region=eu-west-1")
    return ParameterAddress(parts.netloc + parts.path, options["region"], options.get("endpoint"))


def missing_path(address: StoreAddress | FilesAddress) -> Path | None:
    """The path on this machine that an address names, if nothing is there: opening it would make an empty one."""
    try:
        is_missing = isinstance(address, SqliteAddress | FolderAddress) and not address.path.exists()
    except OSError:  # whoever may not look there is told so when it is opened
        return None
    return address.path if is_missing and isinstance(address, SqliteAddress | FolderAddress) else None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own loopback."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _scheme(text: str) -> str:
    return text.partition(":")[0].lower()


def _path(name: str, text: str, example: str) -> Path:
    """The absolute path after the scheme; one that another version took for a URL is refused, not opened elsewhere."""
    rest = text.partition(":")[2].removeprefix("//")
    if not rest.startswith("/") or not rest.strip("/"):
        raise Misconfigured(f"{name} must look like {example}, with an absolute path")
    path, decoded = Path("/" + rest.lstrip("/")), Path("/" + unquote(rest).lstrip("/"))
    if decoded != path and not path.exists() and decoded.exists():
        raise Misconfigured(f"{name} is read letter by letter: write {decoded}, without %")
    return path


def _refuse_unencoded(name: str, text: str) -> None:
    """Refuse characters that end the user and the password in a URL, and say how to write them. The text is not shown:
    it has the password in it.
    """
    behind = text.partition("://")[2]
    server = behind.rpartition("@")[2]
    found = _UNENCODED.search(behind.removesuffix(server))
    if found:
        raise Misconfigured(
            f"{name}: in the user and the password write {found[0]} as {quote(found[0], safe='')}, and so every other "
            "character that is no letter or digit: @ as %40, : as %3A, % as %25."
        )
    if server.rstrip("/") != server.partition("/")[0]:
        raise Misconfigured(f"{name} must end with the mail server: smtps://user:password@mail.example.org")


def _url(name: str, text: str, allowed: set[str]) -> tuple[SplitResult, dict[str, str]]:
    """Take a URL apart; ``allowed`` are the names of its options."""
    try:
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        _ = parts.port
    except ValueError as fault:
        raise Misconfigured(f"{name} is not an address this program understands.") from fault
    unknown = sorted(set(options) - allowed)
    if unknown:
        raise Misconfigured(f"{name} has options that do not exist: {', '.join(unknown)}")
    return parts, options
