"""The machine: who can read the secret key, how much space is left, and whether its clock is right."""

from __future__ import annotations

import grp
import http.client
import re
import shutil
import smtplib
import ssl
import stat
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from byline.cli.checks.finding import Finding
from byline.environment import SystemClock
from byline.secret_key import SECRET_FILE
from byline.service_addresses import DynamoDBAddress, FolderAddress, S3Address, SesAddress, SmtpAddress, SqliteAddress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from byline.settings import Settings

LEAST_FREE_BYTES, FEW_FREE_BYTES = 100_000_000, 1_000_000_000
MOST_CLOCK_SECONDS = 120
"""A mail server that takes its time to greet, and a network, are not yet a clock that is wrong."""
_ASK_SECONDS = 4.0
_SERVICES = {S3Address: "s3", DynamoDBAddress: "dynamodb", SesAddress: "email"}
_DATE = re.compile(rb"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)")


def check_readers(settings: Settings) -> Iterator[Finding]:
    """Who else can read the secret key and the store, or put others in their place."""
    folder = settings.data
    with suppress(OSError):
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH:
            yield Finding("data folder", f"Anyone on this machine can write into {folder}: chmod 700 it.", wrong=True)
    paths = [folder / SECRET_FILE] if settings.secret_key is None else []
    paths += [settings.store.path] if isinstance(settings.store, SqliteAddress) else []
    for path in paths:
        with suppress(OSError):
            if who := _other_readers(path):
                yield Finding(path.name, f"{who} can read {path}: chmod 600 it.", wrong=True)


def _other_readers(path: Path) -> str:
    """Who besides the owner can read a file, as far as its own folder lets them; empty if nobody."""
    file, folder = path.stat(), path.parent.stat()
    if file.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH:
        return "Anyone on this machine"
    enters = stat.S_IXGRP if folder.st_gid == file.st_gid else stat.S_IXOTH
    if file.st_mode & stat.S_IRGRP and folder.st_mode & enters:
        try:
            return f"The group {grp.getgrgid(file.st_gid).gr_name}"
        except KeyError:
            return f"The group {file.st_gid}"
    return ""


def check_space(settings: Settings) -> Iterator[Finding]:
    """How much space is left where something is written."""
    places = [settings.data]
    places += [settings.store.path.parent] if isinstance(settings.store, SqliteAddress) else []
    places += [each.path for each in (settings.files, settings.mail) if isinstance(each, FolderAddress)]
    disks: dict[int, Path] = {}
    for place in places:
        with suppress(OSError):
            disks.setdefault(place.stat().st_dev, place)
    for place in disks.values():
        free = shutil.disk_usage(place).free
        if free < FEW_FREE_BYTES:
            left = f"{free // 1_000_000:,} MB are left on the disk of {place}."
            yield Finding("space", left, wrong=free < LEAST_FREE_BYTES)


def check_clock(asked: SmtpAddress | SesAddress | S3Address | DynamoDBAddress) -> Iterator[Finding]:
    """Whether this machine's clock agrees with that of a server."""
    their = _mail_server_time(asked) if isinstance(asked, SmtpAddress) else _http_time(asked)
    if their is None:
        return
    seconds = (SystemClock().now() - their).total_seconds()
    if abs(seconds) > MOST_CLOCK_SECONDS:
        way = "ahead of" if seconds > 0 else "behind"
        yield Finding(
            "clock",
            f"This machine's clock is {_duration(abs(seconds))} {way} that of {describe(asked)}: set it, or links and "
            "sessions end at wrong times, and Amazon refuses requests.",
            wrong=True,
        )


def clocks(settings: Settings) -> list[SmtpAddress | SesAddress | S3Address | DynamoDBAddress]:
    """The servers of an installation that tell the time."""
    every = (settings.mail, settings.files, settings.store)
    return [each for each in every if isinstance(each, SmtpAddress | SesAddress | S3Address | DynamoDBAddress)]


def describe(address: object) -> str:
    """A service, as a person knows it."""
    match address:
        case SmtpAddress():
            return f"the mail server {address.host}:{address.port}"
        case SesAddress():
            return f"SES in {address.region}"
        case S3Address():
            return f"S3 ({address.endpoint or address.region})"
        case DynamoDBAddress():
            return f"DynamoDB ({address.endpoint or address.region})"
    return str(address)


def _mail_server_time(address: SmtpAddress) -> datetime | None:
    """The time in a mail server's greeting, where it says one; also one whose certificate is not trusted."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is said to it
    server = (
        smtplib.SMTP_SSL(timeout=_ASK_SECONDS, context=context) if address.tls else smtplib.SMTP(timeout=_ASK_SECONDS)
    )
    try:
        with suppress(OSError):
            found = _DATE.search(server.connect(address.host, address.port)[1])
            return parsedate_to_datetime(found[0].decode()) if found else None
    except ValueError:
        return None
    finally:
        server.close()
    return None


def _http_time(address: SesAddress | S3Address | DynamoDBAddress) -> datetime | None:
    """The ``Date`` of whatever a service of Amazon answers to a request that says nothing."""
    parts = urlsplit(address.endpoint or f"https://{_SERVICES[type(address)]}.{address.region}.amazonaws.com")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ASK_SECONDS)
    try:
        connection.request("GET", "/")
        date = connection.getresponse().getheader("Date")
        return parsedate_to_datetime(date) if date else None
    except (OSError, http.client.HTTPException, ValueError):
        return None  # what does not answer is named by the check of its own
    finally:
        connection.close()


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
