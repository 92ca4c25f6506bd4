"""Commands that move everything: copy-store, copy-files, backup, restore."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from byline import wiring
from byline.cli.output import answer, as_json, installation
from byline.cli.progress import on_terminal
from byline.environment import SystemClock
from byline.errors import Misconfigured
from byline.service_addresses import files_address, missing_path, store_address
from byline.settings import Settings
from byline.site import addresses, derived
from byline.site.writing import cache_seconds
from byline.transfer import archive, backups, file_sets, stores
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from byline.service_addresses import FilesAddress, StoreAddress
    from byline.transfer.checksums import Sum

_SHORT = 16
"""Digits of a checksum that people are shown; programs get all of them."""


@click.command("copy-store")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@as_json
def copy_store(source: str, target: str, *, as_json: bool) -> None:
    """Copy all records from one store into another, which must be empty.

    FROM and TO are addresses as in BYLINE_STORE. Stop the portal first: a copy of a running portal is not safe,
    because it may contain half of what people write meanwhile. At the end both sides are compared, and if anything
    was written meanwhile the copy fails.

    Start a copy that was interrupted again, with the same FROM and TO, and it continues.
    """
    _differ(source, target)
    source_address, target_address = store_address(source, "FROM"), store_address(target, "TO")
    _refuse_missing(source_address)
    here, there = wiring.store(source_address), wiring.store(target_address)
    sums = stores.copy(
        here, there, origin=source, clock=SystemClock(), negligible=derived.is_made_by_start, stage=on_terminal
    )
    here.close()
    there.close()
    answer({"copied": as_data(sums)}, f"{as_table(sums)}\nBoth sides hold the same.", json_wanted=as_json)


@click.command("copy-files")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@as_json
def copy_files(source: str, target: str, *, as_json: bool) -> None:
    """Copy all files, photos and published pages, into another place, which must be empty.

    FROM and TO are addresses as in BYLINE_FILES. Stop the portal first, as for copy-store. Start a copy that was
    interrupted again, with the same FROM and TO, and it continues.
    """
    _differ(source, target)
    source_address, target_address = files_address(source, "FROM"), files_address(target, "TO")
    _refuse_missing(source_address)
    sums = file_sets.copy(
        wiring.files(source_address),
        wiring.files(target_address),
        origin=source,
        cache_seconds=cache_seconds,
        negligible=addresses.is_shared,
        stage=on_terminal,
    )
    answer({"copied": as_data(sums)}, f"{as_table(sums)}\nBoth sides hold the same.", json_wanted=as_json)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def backup(file: Path, *, as_json: bool) -> None:
    """Write everything into one new FILE: records, photos and published pages.

    The portal may run meanwhile. The file has neither the secret key nor the sessions: keep the key elsewhere. It
    contains addresses and password hashes, so only its owner can read it; keep it like that.
    """
    ports = installation().ports
    about = {"made_at": ports.clock.now().isoformat(timespec="seconds"), "made_by": version("byline")}
    about |= {"site": ports.site.name, "url": ports.site.url}
    with _new_file(file) as stream:
        contents = backups.write(
            stream,
            ports.store,
            ports.files,
            about=about,
            passing=derived.is_left_out_of_backups,
            clock=ports.clock,
            stage=on_terminal,
        )
    answer({"file": str(file), **_contents(contents)}, f"{_table(contents)}\n{file} is complete.", json_wanted=as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def restore(file: Path, *, as_json: bool) -> None:
    """Fill an empty installation from a FILE that `byline backup` wrote.

    A file that is damaged, incomplete or no backup is refused before anything is written, and so is an installation
    that is not empty. People log in with the passwords they had; links in earlier emails end, unless the secret key
    is the same. Start a restore that was interrupted again, and it continues.
    """
    with file.open("rb") as stream:
        about = archive.about(stream)
        backups.examine(stream, stage=on_terminal)
        ports = connect(Settings.from_environ(os.environ)).ports
        contents = backups.restore(
            stream,
            ports.store,
            ports.files,
            negligible_record=derived.is_made_by_start,
            negligible_file=addresses.is_shared,
            cache_seconds=cache_seconds,
            clock=ports.clock,
            stage=on_terminal,
        )
    made = f"{about['site']} ({about['url']}) is restored as it was at {about['made_at']}."
    answer({"made_at": about["made_at"], **_contents(contents)}, f"{_table(contents)}\n{made}", json_wanted=as_json)


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


def _contents(contents: backups.Contents) -> dict[str, dict[str, dict[str, str | int]]]:
    return {"records": as_data(contents.records), "files": as_data(contents.files)}


def _table(contents: backups.Contents) -> str:
    return f"Records\n{as_table(contents.records)}\nFiles\n{as_table(contents.files)}"


def as_data(sums: Mapping[str, Sum]) -> dict[str, dict[str, str | int]]:
    """Sums for programs."""
    return {kind: {"count": each.count, "checksum": each.checksum} for kind, each in sums.items()}


def as_table(sums: Mapping[str, Sum]) -> str:
    """Sums for people, one kind a line."""
    return "\n".join(f"{kind:<12} {each.count:>8,}  {each.checksum[:_SHORT]}" for kind, each in sums.items())


def _differ(source: str, target: str) -> None:
    if source == target:
        raise Misconfigured("FROM and TO are the same.")


def _refuse_missing(address: StoreAddress | FilesAddress) -> None:
    path = missing_path(address)
    if path is not None:
        raise Misconfigured(f"FROM is not there: {path}")
