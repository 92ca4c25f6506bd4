"""A house in which an attacker would see, count and time everything: what each answer gives away, side by side.

Two houses are set up alike, and differ in one thing only: whether an address has an account. The dice fall alike in
both, so whatever a browser gets may be compared letter by letter, its cookies included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.counting import CountingStore
from tests.people import House, Person, make_house
from tests.world import CountedChance, World, make_world

from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from werkzeug.test import TestResponse

_EXPIRES = re.compile(r"Expires=[^;]+")


@dataclass(frozen=True)
class Seen:
    """What one step gave away: the answer, and all the work that was done for it, at once and afterwards."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    reads_and_commits: tuple[int, int]
    hashes: tuple[int, int]
    reads_and_commits_of_the_worker: tuple[int, int]
    letters_written: int


@dataclass
class Watched:
    """A house with a store that counts, and one stranger in front of it."""

    house: House
    store: CountingStore
    stranger: Person

    @property
    def world(self) -> World:
        return self.house.world

    def step(self, act: Callable[[Person], TestResponse]) -> Seen:
        """Let the stranger act, then the worker work, and write down what both cost."""
        hasher, mailer = self.world.hasher, self.world.mailer
        self.store.reset()
        checks, hashes = hasher.checks, hasher.hashes
        answer = act(self.stranger)
        counts = self.store.counts
        hashed = (hasher.checks - checks, hasher.hashes - hashes)
        self.store.reset()
        letters = len(mailer.sent) + len(mailer.rehearsed)
        self.world.work()
        return Seen(
            status=answer.status_code,
            headers=tuple((name, _EXPIRES.sub("Expires=…", value)) for name, value in answer.headers),
            body=answer.get_data(as_text=True),
            reads_and_commits=counts,
            hashes=hashed,
            reads_and_commits_of_the_worker=self.store.counts,
            letters_written=len(mailer.sent) + len(mailer.rehearsed) - letters,
        )

    def throw_anew(self) -> None:
        """Let the dice begin a new row, so that what was thrown before makes no difference."""
        chance = self.world.ports.chance
        assert isinstance(chance, CountedChance)
        chance.begin(7)


def watched(folder: Path, *, url: str = "http://127.0.0.1:8000", throttle: bool = True) -> Watched:
    """An empty house under watch."""
    store = CountingStore(SqliteStore(":memory:"))
    house = make_house(make_world(folder, store, url=url, throttle=throttle))
    return Watched(house, store, house.person("ana@example.org", "Ana Lima"))
