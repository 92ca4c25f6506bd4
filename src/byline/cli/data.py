"""Commands that move everything: copy-store, copy-files, backup, restore."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from byline import wiring
from byline.audit import OPERATOR
from byline.cli.output import answer, as_json, installation
from byline.cli.progress import on_terminal
from byline.environment import SystemClock
from byline.errors import Misconfigured, Unavailable
from byline.service_addresses import files_address, missing_path, store_address
from byline.settings import Settings
from byline.transfer import archive, backups, copies
from byline.transfer.file_set import FileSet
from byline.transfer.record_set import RecordSet
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from byline.transfer.checksums import Sum
    from byline.transfer.copies import Collection
    from byline.transfer.restored_factors import RestoredFactors

_SHORT = 16
"""Digits of a checksum that people are shown; programs get all of them."""


@click.command("copy-store")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@as_json
def copy_store(source: str, target: str, *, as_json: bool) -> None:
    """Copy all records into another store, which must be empty.

    FROM and TO are addresses as in BYLINE_STORE. Stop the portal first: a copy of a running portal is not safe,
    because it may contain half of what people write meanwhile. At the end both sides are compared, and if anything
    was written meanwhile the copy fails.

    Start a copy that was interrupted again, with the same FROM and TO, and it continues.
    """
    source_address, target_address = store_address(source, "FROM"), store_address(target, "TO")
    _refuse(source, target, missing_path(source_address))
    here, there = wiring.store(source_address), wiring.store(target_address)
    _copy(RecordSet(here), RecordSet(there, number=here.format()), source, json_wanted=as_json)
    here.close()
    there.close()


@click.command("copy-files")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@as_json
def copy_files(source: str, target: str, *, as_json: bool) -> None:
    """Copy all files into another place, which must be empty.

    Files are photos and published pages. FROM and TO are addresses as in BYLINE_FILES. Stop the portal first, as for
    copy-store. Start a copy that was interrupted again, with the same FROM and TO, and it continues.
    """
    source_address, target_address = files_address(source, "FROM"), files_address(target, "TO")
    _refuse(source, target, missing_path(source_address))
    here, there = wiring.files(source_address), wiring.files(target_address)
    _copy(FileSet(here), FileSet(there), source, json_wanted=as_json)


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--verify", is_flag=True, help="Read the backup in FILE from end to end, and write nothing.")
@as_json
def backup(file: Path, *, verify: bool, as_json: bool) -> None:
    """Write everything into one new FILE.

    That is all records, photos and published pages. The portal may run meanwhile. With - for FILE the backup goes to
    standard output, and the report to standard error.

    The file has neither the secret key nor the sessions: keep the key elsewhere. It contains addresses and password
    hashes, so only its owner can read it; keep it like that.
    """
    if verify:
        with _opened(file) as stream:
            about, contents = backups.verify(OPERATOR, stream, stage=on_terminal)
        whole = f"{file} is whole: {about['site']} ({about['url']}) as it was at {about['made_at']}."
        data = {name: about[name] for name in archive.ABOUT} | _contents(contents)
        answer(data, f"{_table(contents)}\n{whole}", json_wanted=as_json)
        return
    ports = installation().ports
    with _standard_output() if _is_dash(file) else _new_file(file) as stream:
        contents = backups.write(
            ports, OPERATOR, stream, made_by=version("byline"), scratch=wiring.scratch_store, stage=on_terminal
        )
    try:
        backups.note_backup(ports, OPERATOR)
    except Unavailable as fault:  # the backup is there all the same
        click.echo(f"byline: The time of this backup could not be kept: {fault}", err=True)
    data = {"file": str(file), **_contents(contents)}
    done = "The backup" if _is_dash(file) else file
    answer(data, f"{_table(contents)}\n{done} is complete.", json_wanted=as_json, to_stderr=_is_dash(file))


_OTHER_KEY = (
    "\nThis installation has another secret key than the one that made the backup. So links in earlier emails lead "
    "nowhere (send invitations again; who waits for a link can ask for another), and no device counts as known. "
    "Passwords are as they were. If you still have the key from before, put it in place and start the portal again."
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def restore(file: Path, *, as_json: bool) -> None:
    """Fill an empty installation from a backup.

    FILE is what `byline backup` wrote. A file that is damaged, incomplete or no backup is refused before anything is
    written, and so is an installation that is not empty. People log in with the passwords and second factors they had;
    links in earlier emails end, and so do authenticator apps, unless the secret key is the same. Who has a second
    factor is told by email. Start a restore that was interrupted again, and it continues.
    """
    with file.open("rb") as stream:
        about, _ = backups.verify(OPERATOR, stream, stage=on_terminal)
        ports = connect(Settings.from_environ(os.environ)).ports
        contents = backups.restore(ports, OPERATOR, stream, stage=on_terminal)
    made = f"{about['site']} ({about['url']}) is restored as it was at {about['made_at']}."
    other_key = backups.has_other_key(ports, about)
    said = f"{_table(contents)}\n{made}{_OTHER_KEY if other_key else ''}\n{_factors(contents.factors)}"
    answer(
        {
            "made_at": about["made_at"],
            "other_key": other_key,
            "second_factors": _plain_factors(contents.factors),
            **_contents(contents),
        },
        said,
        json_wanted=as_json,
    )


def _plain_factors(found: RestoredFactors) -> dict[str, Any]:
    """The same for programs."""
    publishers = [
        {**asdict(each), "app_since": each.app_since.isoformat() if each.app_since else None}
        for each in found.publishers
    ]
    return {**asdict(found), "publishers": publishers}


def _factors(found: RestoredFactors) -> str:
    """What became of second factors, and what each publisher has."""
    lines = ["Second factors are as they were then: what was removed since works again, what was added since is gone."]
    if found.unreadable_apps:
        lines.append(
            f"Authenticator apps whose codes cannot be checked under this secret key: {found.unreadable_apps}. Their "
            "owners log in with a passkey or a recovery code; `byline publisher unlock` lets a publisher in."
        )
    if found.people:
        lines.append(f"All publishers, and everyone who has one (people: {found.people}), are told by email.")
    lines.append("Publishers have:")
    for each in found.publishers:
        app = [f"an authenticator app since {each.app_since:%Y-%m-%d}"] if each.app_since else []
        counts = (("passkeys", each.passkeys), ("recovery codes", each.recovery_codes))
        held = [*app, *(f"{name}: {count}" for name, count in counts if count)]
        lines.append(f"  {each.address}  {', '.join(held) or 'no second factor'}")
    return "\n".join(lines)


def _copy(here: Collection[Any], there: Collection[Any], origin: str, *, json_wanted: bool) -> None:
    sums = copies.copy(OPERATOR, here, there, origin=origin, clock=SystemClock(), stage=on_terminal)
    answer({"copied": archive.plain(sums)}, f"{as_table(sums)}\nBoth sides hold the same.", json_wanted=json_wanted)


def _is_dash(file: Path) -> bool:
    return str(file) == "-"


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    """A backup to read; standard input for ``-``."""
    if _is_dash(file):
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as fault:
        raise Misconfigured(f"{file} cannot be read: {fault.strerror}") from fault


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """Standard output for the bytes of a backup; a terminal is refused."""
    if sys.stdout.isatty():
        raise Misconfigured("A backup is no text for a terminal: pipe it into another program, or name a file.")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as fault:
        raise Unavailable(f"Standard output cannot be written: {fault.strerror}") from fault


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that is there whole or not at all, for its owner's eyes only; one that is there is refused."""
    if path.exists():
        raise Misconfigured(f"{path} is there already: name a new file.")
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(path)
    except OSError as fault:
        raise Misconfigured(f"{path} cannot be written: {fault.strerror}") from fault
    finally:
        part.unlink(missing_ok=True)


def _contents(contents: backups.Contents) -> dict[str, Any]:
    sums = {"records": archive.plain(contents.records), "files": archive.plain(contents.files)}
    return {**sums, "missing": list(contents.missing)}


def _table(contents: backups.Contents) -> str:
    lines = [f"Records\n{as_table(contents.records)}\nFiles\n{as_table(contents.files)}"]
    if contents.missing:
        lines.append(f"Missing are {len(contents.missing)} photos that pages name: {contents.missing[0]} …")
    return "\n".join(lines)


def as_table(sums: Mapping[str, Sum]) -> str:
    """Sums for people, one kind a line."""
    return "\n".join(f"{kind:<12} {each.count:>8,}  {each.checksum[:_SHORT]}" for kind, each in sums.items())


def _refuse(source: str, target: str, missing: Path | None) -> None:
    if source == target:
        raise Misconfigured("FROM and TO are the same.")
    if missing is not None:
        raise Misconfigured(f"FROM is not there: {missing}")
