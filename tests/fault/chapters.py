"""The story's chapters: what happens in each, in which installation it begins, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fault import story
from tests.fault.story import ANA, BO, NEW_PASSWORD, NEWEST_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fault.story import Step


@dataclass(frozen=True)
class Chapter:
    """Steps, after those of the chapters it builds on; ``ends`` says of each person where they stand at its end.

    ``addresses`` are those that somebody may log in with in it.
    """

    steps: tuple[Step, ...]
    ends: Mapping[str, str]
    after: tuple[Step, ...] = ()
    addresses: tuple[str, ...] = (ANA,)


_WAITING = (story.registers(ANA), story.the_worker_runs(), story.confirms_by_link(ANA), story.the_worker_runs())
_AUTHOR = (*_WAITING, story.approves(ANA), story.the_worker_runs(seconds=31))
_PUBLISHED = (*_AUTHOR, story.saves(ANA, "I wrote for the sea."), story.the_worker_runs(minutes=2))

CHAPTERS: Mapping[str, Chapter] = {
    "by the link": Chapter(_WAITING, {ANA: "waiting"}),
    "by the code of a second letter": Chapter(
        (
            story.registers(ANA),
            story.the_worker_runs(),
            story.asks_for_the_letter_again(ANA),
            story.the_worker_runs(),
            story.confirms_by_code(ANA),
            story.the_worker_runs(),
        ),
        {ANA: "waiting"},
    ),
    "at another address": Chapter(
        (
            story.registers(BO),
            story.uses_another_address(BO, "bo@books.example"),
            story.the_worker_runs(),
            story.confirms_on_a_phone(BO),
            story.the_worker_runs(),
        ),
        {BO: "nobody", f"{BO}'s phone": "waiting"},
        addresses=(BO, "bo@books.example"),
    ),
    "approved, suspended and restored": Chapter(
        (
            story.approves(ANA),
            story.the_worker_runs(seconds=31),
            story.saves(ANA, "I wrote for the sea."),
            story.suspends(ANA),
            story.the_worker_runs(seconds=31),
            story.restores(ANA),
            story.the_worker_runs(seconds=31),
        ),
        {ANA: "nobody"},
        after=_WAITING,
    ),
    "declined, then approved": Chapter(
        (
            story.declines(ANA),
            story.the_worker_runs(seconds=31),
            story.approves(ANA),
            story.the_worker_runs(seconds=31),
        ),
        {ANA: "nobody"},
        after=_WAITING,
    ),
    "first page with a photo": Chapter(
        (story.saves(ANA, "I wrote *The Salt Road*.", photo=True), story.the_worker_runs(minutes=2)),
        {ANA: "author"},
        after=_AUTHOR,
    ),
    "another page at another address": Chapter(
        (
            story.saves(ANA, "I wrote for the sea, and of it.", photo=True),
            story.renames(ANA, "ana-of-the-sea"),
            story.the_worker_runs(minutes=2),
            story.edits_for(ANA, "She wrote for the sea."),
            story.the_worker_runs(minutes=2),
        ),
        {ANA: "author"},
        after=_PUBLISHED,
    ),
    "new passwords": Chapter(
        (
            story.changes_the_password(ANA, NEW_PASSWORD),
            story.the_worker_runs(),
            story.asks_for_a_reset(ANA),
            story.the_worker_runs(),
            story.resets(ANA, NEWEST_PASSWORD),
            story.the_worker_runs(),
        ),
        {ANA: "author"},
        after=_AUTHOR,
    ),
}

A_REAL_PHOTO = Chapter((story.saves(ANA, "I wrote for the sea.", photo=True),), {ANA: "author"}, after=_AUTHOR)
