"""The content security policy of every kind of answer: own files alone, and nothing written into a page runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Portal

PATHS = ["/", "/login", "/register", "/account", "/history", "/nowhere", "/static/none.css", "/healthz", "/robots.txt"]


@pytest.mark.parametrize("path", [*PATHS, "/authors/", "/authors/ana-lima/", "/authors/nobody/"])
def test_every_answer_has_a_policy_without_foreign_and_inline_code(portal: Portal, path: str) -> None:
    ana = portal.author()
    ana.save(author_bio="Here.")
    portal.world.work()

    for person in (ana, portal.person()):
        policy = person.get(path).headers["Content-Security-Policy"]
        rules = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert rules.get("object-src", rules["default-src"]) == "'none'"
        assert rules["base-uri"] == "'none'"
        assert rules.get("script-src", "'none'") in {"'none'", "'self'"}
        assert rules.get("style-src", "'none'") in {"'none'", "'self'"}
        assert not any(word in policy for word in ("unsafe", "http:", "https:", "*", "data:"))
