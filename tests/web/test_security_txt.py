"""``/.well-known/security.txt``: whom to tell of a hole (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.people import Portal

PATH = "/.well-known/security.txt"


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_it_names_the_press_and_is_good_for_less_than_a_year(portal: Portal) -> None:
    answer = portal.person().get(PATH)

    said = fields(answer.text)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert said["Contact"] == f"mailto:{portal.world.ports.site.contact}"
    assert said["Canonical"] == f"{portal.world.ports.site.url}{PATH}"
    assert said["Preferred-Languages"] == "en, de"
    until = datetime.fromisoformat(said["Expires"]) - portal.world.clock.now()
    assert timedelta(days=150) < until < timedelta(days=365)
