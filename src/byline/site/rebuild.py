"""Readers' pages follow the site: a new name, address, template or stylesheet reaches every page that is out.

A page is written when its author saves, and says things that are not the author's. When one of these changes (a
setting, or a newer Byline), all pages are written anew in the background, a slice at a time.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.payloads import Republish
from byline.site import entries, index_publishing, publishing
from byline.store.port import Cursor, Key, Record, write_over

if TYPE_CHECKING:
    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.settings import Site

FINGERPRINT = Key("site", "look")
"""The record of what the pages that are out were made with."""
_PAGES_A_JOB = 25


def rebuild_if_changed(ports: Ports, *, anyway: bool = False) -> bool:
    """Enqueue a rebuild of every page if what pages are made with has changed (or ``anyway``). Returns whether it did.

    A worker calls it before its first job: one read if nothing has changed.
    """
    fingerprint = _fingerprint(ports.site)
    before = ports.store.one(FINGERPRINT)
    if before is not None and before.data["look"] == fingerprint and not anyway:
        return False
    save = write_over(before, Record(FINGERPRINT, {"look": fingerprint}))
    job = enqueue(ports, Republish(fingerprint, ""), job_id=f"republish-{save.record.version}")
    try:
        ports.store.commit(save, job)
    except Conflict:
        return False  # another worker saw it at the same moment
    return True


def republish(ports: Ports, job: Job[Republish]) -> None:
    """Carry out a REPUBLISH job: rewrite a slice of the authors and enqueue the next; the shared files come last.

    A job with an outdated fingerprint leaves the rest to the current one.
    """
    slice_ = job.payload
    if slice_.made_with != _fingerprint(ports.site):
        return
    after = Cursor(slice_.after) if slice_.after else None
    page = ports.store.page(entries.PUBLISHED, after=after, limit=_PAGES_A_JOB)
    for record in page.records:
        publishing.rewrite_files(ports, record.key.id)
    if page.next is None:
        index_publishing.write_index(ports, everything=True)
        return
    number = slice_.number or 1
    following = replace(slice_, after=page.next, number=number + 1)
    try:
        ports.store.commit(enqueue(ports, following, job_id=f"{job.id.partition('.')[0]}.{number}"))
    except Conflict:
        return  # this slice was done before, and promised the next one then


def _fingerprint(site: Site) -> str:
    """A digest of everything in a page that is not its author's."""
    said = repr((site.name, site.url, site.publisher_name, site.contact, site.language, _program()))
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of the code, the templates, the looks and the translations that make pages."""
    digest = hashlib.sha256()
    package, looks = resources.files("byline.site"), resources.files("byline.looks")
    for folder in (package, package / "templates", looks, looks / "literata", resources.files("byline.messages")):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.is_file() and file.name.endswith((".py", ".html", ".xml", ".css", ".mo", ".json", ".woff2")):
                digest.update(file.read_bytes())
    return digest.hexdigest()
