"""``byline export``: authors as a file for other programs, or for the press."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from byline.audit import OPERATOR
from byline.cli.output import installation
from byline.errors import Misconfigured, Unavailable
from byline.exports import files
from byline.exports.onix import RELEASES

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command()
@click.argument("authors", nargs=-1, metavar="[AUTHOR]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(files.FORMATS)),
    default="csv",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--onix", type=click.Choice(RELEASES), default=files.NEWEST_ONIX, show_default=True, help="The release of ONIX."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it, over what is there. Without it, to standard output.",
)
def export(authors: tuple[str, ...], format_: str, onix: str, output: Path | None) -> None:
    """Export authors with what readers see of their pages.

    csv is a table of all authors that `byline import authors` reads again, json the same for programs. onix has the
    books of the authors for the book trade. zip is a press kit: for each author a folder with the biography as text,
    web page and Word file, the portrait and the books.

    AUTHOR is an email address or a page address. Without one, all active authors are exported. Drafts and texts that
    wait for review are never in the file. docs/export.md describes the formats.
    """
    ports = installation().ports
    chosen = files.find_authors(ports, OPERATOR, "\n".join(authors))
    made = files.export(ports, OPERATOR, files.WantedExport(format_, onix, chosen))
    with _standard_output(format_) if output is None else _whole_file(output) as stream:
        for chunk in made.chunks:
            stream.write(chunk)


@contextmanager
def _standard_output(format_: str) -> Iterator[BinaryIO]:
    if format_ == "zip" and sys.stdout.isatty():
        raise Misconfigured("A press kit is no text for a terminal: name a file with --output.")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as fault:
        raise Unavailable(f"Standard output cannot be written: {fault.strerror}") from fault


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that is there whole or as it was, for its owner alone: it has email addresses in it."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            yield stream
        part.replace(path)
    except OSError as fault:
        raise Misconfigured(f"{path} cannot be written: {fault.strerror}") from fault
    finally:
        part.unlink(missing_ok=True)
