"""``byline import``: authors from elsewhere. Without ``--apply`` it only says what it would do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from byline import legacy_hashes, wiring
from byline.audit import OPERATOR
from byline.authors import imports
from byline.authors.imports import ImportOutcome
from byline.cli import guide_table, import_authors
from byline.cli.output import answer, as_json, installation
from byline.cli.progress import on_terminal
from byline.errors import Misconfigured
from byline.messages import imports as said
from byline.service_addresses import DynamoDBAddress, files_address, store_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from byline.authors.imports import ImportedAuthor, ImportStep
    from byline.messages.message import Message
    from byline.ports import Ports

    Photos: TypeAlias = Callable[[str], bytes | None]

_MOST_BYTES_READ = 5_000_000
"""More than a photo may have, so that one that is too large is refused as such."""


@click.group("import")
def import_() -> None:
    """Import authors from elsewhere."""


@import_.command("guide-table")
@click.argument("source")
@click.option("--photos", metavar="ADDRESS", help="Where photos are: a folder, or s3://bucket?region=eu-west-1.")
@click.option("--apply", "applied", is_flag=True, help="Import them. Without it, nothing is changed.")
@as_json
def guide(source: str, photos: str | None, *, applied: bool, as_json: bool) -> None:
    """Import the authors of a serverless-Flask site.

    That is a site made after the serverless-Flask guide. SOURCE is dynamodb://table?region=eu-west-1, or a file or
    folder that DynamoDB exported as JSON. The command says row by row what would happen to each author, and changes
    nothing without --apply.

    Authors who were approved there are active here; the others wait for approval. Authors whose address was not
    confirmed there are left out. Authors keep their passwords for 90 days: their next login replaces the old hash.
    Accounts that exist here are left alone, so the same import can be started again.
    """
    ports = installation().ports
    read = _photos(photos)
    steps = imports.plan(ports, OPERATOR, _authors(source))
    if applied:
        imports.accept_legacy_hashes(ports, OPERATOR, steps)
    rows = list(_rows(ports, steps, read, applied=applied))
    answer({"applied": applied, "rows": rows}, _text(rows, applied=applied), json_wanted=as_json)


import_.add_command(import_authors.authors)


def _rows(ports: Ports, steps: Iterable[ImportStep], read: Photos | None, *, applied: bool) -> Iterator[dict[str, Any]]:
    """One row per author; ``applied`` imports each of them first."""
    steps = list(steps)
    with on_terminal("Importing" if applied else "Looking", len(steps)) as advance:
        for step in steps:
            notes: tuple[Message, ...] = ()
            photo = None
            if step.author.photo and step.outcome is not ImportOutcome.LEFT_OUT:
                photo = read(step.author.photo) if read else None
                why = said.PhotoNotThere(step.author.photo) if read else said.PHOTOS_NOWHERE
                notes = () if photo is not None else (said.NoPhoto(why),)
            went = imports.import_author(ports, OPERATOR, step, photo) if applied else step
            yield _row(ports, went, notes, has_photo=photo is not None)
            advance(1)


def _row(ports: Ports, step: ImportStep, notes: tuple[Message, ...], *, has_photo: bool) -> dict[str, Any]:
    comes = step.outcome is not ImportOutcome.LEFT_OUT
    everything = (*step.notes, *notes)
    return {
        "row": step.author.number,
        "address": step.address or step.author.address,
        "name": step.name or step.author.name,
        "fate": step.outcome.value,
        "page": f"{ports.site.url}/authors/{step.slug}/" if comes else None,
        "was": step.author.page or None,
        "password": comes and step.password_hash is not None,
        "biography": comes and bool(step.bio),
        "photo": comes and has_photo and not any(isinstance(note, said.NoPhoto) for note in step.notes),
        "notes": list(map(str, everything)),
        "codes": [note.code for note in everything],
    }


def _text(rows: list[dict[str, Any]], *, applied: bool) -> str:
    """The rows for people, and what they come to."""
    lines = []
    for row in rows:
        taken = ", ".join(what for what in ("password", "biography", "photo") if row[what])
        lines.append(f"{row['row']:>5}  {row['fate']:<9} {row['address']}  {row['page'] or ''}  {taken}".rstrip())
        lines += [f"{'':<17}{note}" for note in row["notes"]]
    counts = Counter(row["fate"] for row in rows)
    lines.append(", ".join(f"{counts[outcome.value]} {outcome.value}" for outcome in ImportOutcome) + ".")
    if not applied:
        lines.append("Nothing was changed. Add --apply to import them.")
    elif any(row["password"] for row in rows):
        lines.append(
            f"Old passwords work for {legacy_hashes.DAYS} days; a running portal accepts them within ten minutes. "
            "Authors who have not logged in by then choose a new one by email."
        )
    return "\n".join(lines)


def _authors(source: str) -> Iterable[ImportedAuthor]:
    if "://" not in source:
        path = Path(source)
        if not path.exists():
            raise Misconfigured(f"{source} is not there.")
        return guide_table.from_export(path)
    address = store_address(source, "SOURCE") if source.startswith("dynamodb:") else None
    if not isinstance(address, DynamoDBAddress):
        raise Misconfigured("SOURCE must be a file, a folder, or look like dynamodb://table?region=eu-west-1")
    return guide_table.from_table(address.table, region=address.region, endpoint=address.endpoint)


def _photos(address: str | None) -> Photos | None:
    """What reads a photo by where the table says that it is; ``None`` where nobody said where they are."""
    if address is None:
        return None
    if address.startswith("s3:"):
        files = wiring.files(files_address(address, "--photos"))

        def from_bucket(location: str) -> bytes | None:
            try:
                found = files.get(location)
            except ValueError:  # a name that no file of ours has
                return None
            return found.body if found else None

        return from_bucket
    folder = Path(address.removeprefix("file://")).resolve()
    if not folder.is_dir():
        raise Misconfigured(f"There is no folder {folder} with photos.")

    def from_folder(location: str) -> bytes | None:
        path = (folder / location.replace("\0", "")).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            return None
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES_READ)

    return from_folder
