"""A biography from a Word file: reading one costs processor time, so it is counted by account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.rate_limits import count_document
from byline.permissions import require
from byline.profiles import documents

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.profiles.documents import Filled


def read_biography(ports: Ports, by: Actor, body: bytes, *, typed: str, live: str) -> Filled:
    """What a Word file fills the form of a page with (``profiles.documents.biography_from``); nothing is saved.

    Files that cannot be read count too. ``TooMany``, and ``Invalid`` for ``bio_file``.
    """
    require(by, "authors.documents.read_biography")
    count_document(ports, by)
    return documents.biography_from(body, typed=typed, live=live)
