"""What takes long: reading the whole store, and comparing the files with what the records name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.audit import OPERATOR
from byline.cli.checks.finding import Finding
from byline.cli.progress import on_terminal
from byline.errors import BylineError
from byline.site import inventory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from byline.ports import Ports

_NAMED = 3
"""How many files a sentence names."""


def check_everything(ports: Ports) -> Iterator[Finding]:
    """Damage in the store, files that are lost, and files that nothing names."""
    for words in ports.store.damage(thorough=True)[:_NAMED]:
        yield Finding("store", f"The store is damaged ({words}): stop the portal and restore a backup.", wrong=True)
    try:
        with on_terminal("Reading everything", None) as advance:
            found = inventory.take_inventory(ports, OPERATOR, advance)
    except BylineError as fault:
        yield Finding("store", f"Not everything can be read: {fault}", wrong=True)
        return
    if found.missing_photos:
        sentence = f"{_some(found.missing_photos, 'photo')} that versions or drafts name: copy them from a backup."
        yield Finding("photos", f"Missing: {sentence}", wrong=True)
    if found.missing_pages:
        sentence = f"{_some(found.missing_pages, 'file')} that readers must find: byline republish"
        yield Finding("pages", f"Missing: {sentence}", wrong=True)
    if found.unnamed:
        sentence = f"{_some(found.unnamed, 'file')} that nothing names. Uploads that came to nothing leave some."
        yield Finding("files", f"There: {sentence}")
    if not (found.missing_photos or found.missing_pages):
        yield Finding("files", f"All {found.named:,} files that the records name are there.")


def _some(paths: Sequence[str], what: str) -> str:
    """How many, and the first of them."""
    more = " …" if len(paths) > _NAMED else ""
    return f"{len(paths):,} {what}{'s' if len(paths) > 1 else ''} ({', '.join(paths[:_NAMED])}{more})"
