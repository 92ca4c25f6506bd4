"""``byline publisher recover``: the machine starts and stops the recovery of an account."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.environment import make_world
from tests.filled_portal import answered, byline
from tests.people import make_portal
from tests.web.test_second_factors import set_up

from byline.environment import SystemClock
from byline.store.sqlite import SqliteStore

VERA, INES = "vera@marram.example", "ines@marram.example"


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    """A folder with a publisher who has an authenticator app, and one who has none."""
    world = make_world(tmp_path, SqliteStore(tmp_path / "byline.sqlite3"), throttle=False)
    world.clock.at = SystemClock().now()
    portal = make_portal(world)
    set_up(portal, portal.publisher(VERA, "Vera Hart"))
    portal.publisher(INES)
    world.work()
    world.ports.store.close()
    return {"DATA": str(tmp_path)}


def emails_to(data: dict[str, str], address: str) -> str:
    byline("deliver", **data)
    found = [path.read_text() for path in sorted(Path(data["DATA"]).glob("mail/**/*.eml"))]
    return "\n".join(text for text in found if f"To: {address}" in text)


def test_it_starts_and_tells_the_owner_and_the_other_publishers(data: dict[str, str]) -> None:
    said = byline("publisher", "recover", VERA, **data).stdout
    assert f"The recovery of {VERA} is started." in said
    assert "/recovery/stop/" in emails_to(data, VERA).replace("=\n", "")
    assert "Subject: Recovery of a publisher's account started" in emails_to(data, INES)


def test_one_that_is_under_way_is_stopped_and_not_started_twice(data: dict[str, str]) -> None:
    assert answered("publisher", "recover", VERA, **data)["done"] == "started"
    assert "under way already" in byline("publisher", "recover", VERA, exit_code=1, **data).stderr
    assert answered("publisher", "recover", VERA, "--stop", **data)["done"] == "stopped"
    assert answered("publisher", "recover", VERA, "--stop", **data)["done"] == "idle"


def test_who_has_no_second_factor_has_nothing_to_recover(data: dict[str, str]) -> None:
    assert "no second factor" in byline("publisher", "recover", INES, exit_code=1, **data).stderr
    assert "no account" in byline("publisher", "recover", "nobody@example.org", exit_code=1, **data).stderr.lower()
