"""A portal in which an attacker would see, count and time everything: what each answer gives away, side by side.

Two portals are set up alike, and differ in one thing only: whether an address has an account. The dice fall alike in
both, so whatever a browser gets may be compared letter by letter, its cookies included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.environment import CountedChance, World, make_world
from tests.people import Person, Portal, make_portal
from tests.store_wrappers import HookedStore

from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from werkzeug.test import TestResponse

Call: TypeAlias = tuple[str, ...]
"""One call of the store: which, and the kinds of the records it was about, in their order."""

_EXPIRES = re.compile(r"Expires=[^;]+")


@dataclass(frozen=True)
class Seen:
    """What one step gave away: the answer, and all the work that was done for it, at once and afterwards."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    store: tuple[Call, ...]
    hashes: tuple[int, int]
    store_of_the_worker: tuple[Call, ...]
    letters_written: int

    @property
    def reads_and_commits(self) -> tuple[int, int]:
        """How often the store was asked, and how often it was written to, before the answer."""
        commits = sum(name == "commit" for name, *_ in self.store)
        return len(self.store) - commits, commits


@dataclass
class Watched:
    """A portal with a store that counts, and one stranger in front of it."""

    portal: Portal
    stranger: Person
    calls: list[Call]

    @property
    def world(self) -> World:
        return self.portal.world

    def step(self, act: Callable[[Person], TestResponse]) -> Seen:
        """Let the stranger act, then the worker work, and write down what both cost."""
        hasher, mailer = self.world.hasher, self.world.mailer
        checks, hashes = hasher.checks, hasher.hashes
        self.calls.clear()
        answer = act(self.stranger)
        calls = tuple(self.calls)
        hashed = (hasher.checks - checks, hasher.hashes - hashes)
        letters = len(mailer.sent) + len(mailer.rehearsed)
        self.calls.clear()
        self.world.work()
        return Seen(
            status=answer.status_code,
            headers=tuple((name, _EXPIRES.sub("Expires=…", value)) for name, value in answer.headers),
            body=answer.get_data(as_text=True),
            store=calls,
            hashes=hashed,
            store_of_the_worker=tuple(self.calls),
            letters_written=len(mailer.sent) + len(mailer.rehearsed) - letters,
        )

    def throw_anew(self) -> None:
        """Let the dice begin a new row, so that what was thrown before makes no difference."""
        random = self.world.ports.random
        assert isinstance(random, CountedChance)
        random.begin(7)


def watched(folder: Path, *, url: str = "http://127.0.0.1:8000", throttle: bool = True) -> Watched:
    """An empty portal under watch."""
    calls: list[Call] = []

    def noted(name: str, args: tuple[Any, ...]) -> None:
        what = (f"{type(one).__name__} {one.record.key.kind if hasattr(one, 'record') else one.key.kind}"
                if name == "commit" else getattr(one, "kind", str(one)) for one in args)  # fmt: skip
        calls.append((name, *what))

    engine = SqliteStore(":memory:")
    portal = make_portal(make_world(folder, HookedStore(engine, before=noted), url=url, throttle=throttle))
    engine._clock = portal.world.clock  # sweeps what is over, as on any real site
    return Watched(portal, portal.person("ana@example.org", "Ana Lima"), calls)
