"""Readers' pages follow the site: a new name, address, template or stylesheet reaches every page that is out.

A page is written when its author saves, and says things that are not the author's. When one of these changes (a
setting, or a newer Byline), all pages are written anew in the background, a slice at a time.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.upkeep_payloads import Republish
from byline.permissions import require
from byline.press import files
from byline.press.branding import with_branding
from byline.press.records import KEY as BRANDING
from byline.press.records import branding_from
from byline.site import entries, index_entries, index_publishing, publishing
from byline.store.port import Cursor, Key, Record, Replace, write_over

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.settings import Site
    from byline.store.port import Write

FINGERPRINT = Key("site", "look")
"""The record of what the pages that are out were made with."""
_PAGES_A_JOB = 25


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the last rebuild is: pages ``written`` of ``of``; ``is_done``: the lists show it, too."""

    written: int
    of: int
    is_done: bool


def rebuild_if_changed(ports: Ports, *, anyway: bool = False) -> bool:
    """Enqueue a rebuild of every page if what pages are made with has changed (or ``anyway``). Returns whether it did.

    A worker calls it before its first job: one read if nothing has changed.
    """
    ports, before = _read(ports)
    fingerprint = _fingerprint(ports.site)
    if before is not None and before.data["look"] == fingerprint and not anyway:
        return False
    save = write_over(before, Record(FINGERPRINT, {"look": fingerprint, "written": 0}))
    job = enqueue(ports, Republish(fingerprint, ""), job_id=f"republish-{save.record.version}")
    try:
        ports.store.commit(save, job)
    except Conflict:
        return False  # another worker saw it at the same moment
    return True


def republish(ports: Ports, job: Job[Republish]) -> None:
    """Carry out a REPUBLISH job: rewrite a slice of the authors and enqueue the next; the shared files come last.

    A job with an outdated fingerprint leaves the rest to the current one. One without any looks whether there is
    something to rewrite: a publisher changed what pages show.
    """
    slice_ = job.payload
    if not slice_.made_with:
        rebuild_if_changed(ports)
        return
    ports, look = _read(ports)
    if look is None or slice_.made_with != _fingerprint(ports.site):
        return
    after = Cursor(slice_.after) if slice_.after else None
    page = ports.store.page(entries.PUBLISHED, after=after, limit=_PAGES_A_JOB)
    for record in page.records:
        publishing.rewrite_files(ports, record.key.id)
    number = slice_.number or 1
    written = (number - 1) * _PAGES_A_JOB + len(page.records)
    of = _progress_from(look).of if slice_.after else index_entries.count_published(ports)
    if page.next is None:
        index_publishing.write_index(ports, everything=True)
        files.sweep(ports, ports.site.branding)
        _commit(ports, _progress(look, written, written, is_done=True))
        return
    following = replace(slice_, after=page.next, number=number + 1)
    job_id = f"{job.id.partition('.')[0]}.{number}"
    _commit(ports, enqueue(ports, following, job_id=job_id), _progress(look, written, max(of, written)))


def read_progress(ports: Ports, by: Actor) -> Progress:
    """How far the readers' pages follow the looks, for a publisher. What was read with the session, or one read."""
    require(by, "site.rebuild.read_progress")
    found = by.prefetched[FINGERPRINT] if FINGERPRINT in by.prefetched else ports.store.one(FINGERPRINT)
    return _progress_from(found)


def _read(ports: Ports) -> tuple[Ports, Record | None]:
    """The ports with the branding as it is now, and the record of what the pages that are out were made with."""
    found = ports.store.get(FINGERPRINT, BRANDING)
    return with_branding(ports, branding_from(found.get(BRANDING))), found.get(FINGERPRINT)


def _progress(look: Record, written: int, of: int, *, is_done: bool = False) -> Replace:
    data = {"look": look.data["look"], "written": written, "of": of, "done": is_done}
    return Replace(Record(FINGERPRINT, data, version=look.version + 1))


def _progress_from(look: Record | None) -> Progress:
    """What a record says; one of an older program says nothing of it, and is of a rebuild that is over."""
    data = look.data if look else {}
    written, of = (value if isinstance(value := data.get(name), int) else 0 for name in ("written", "of"))
    return Progress(written, of, bool(data.get("done", "written" not in data)))


def _commit(ports: Ports, *writes: Write) -> None:
    with suppress(Conflict):  # this slice was done before, and promised the next one then; or a new rebuild has begun
        ports.store.commit(*writes)


def _fingerprint(site: Site) -> str:
    """A digest of everything in a page that is not its author's."""
    said = repr((site.name, site.url, site.publisher_name, site.contact, site.language, site.branding, _program()))
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of the code, the templates, the looks and the translations that make pages."""
    digest = hashlib.sha256()
    package, looks = resources.files("byline.site"), resources.files("byline.looks")
    press, words = resources.files("byline.press"), resources.files("byline.messages")
    for folder in (package, package / "templates", press, looks, looks / "literata", words):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.is_file() and file.name.endswith((".py", ".html", ".xml", ".css", ".mo", ".json", ".woff2")):
                digest.update(file.read_bytes())
    return digest.hexdigest()
