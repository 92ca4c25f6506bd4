"""What every walk over the application needs: its routes, everybody there can be, and what every answer must carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.audit import OPERATOR
from byline.authors import decisions
from byline.web.access import Who

if TYPE_CHECKING:
    from flask import Flask
    from tests.people import House, Person
    from werkzeug.wrappers import Response

EVERYBODY = ("nobody", "unconfirmed", "waiting", "declined", "suspended", "author", "another author", "publisher")
COLUMN = {
    "nobody": Who.NOBODY,
    "unconfirmed": Who.UNCONFIRMED,
    "waiting": Who.WAITING,
    "declined": Who.NOBODY,
    "suspended": Who.NOBODY,
    "author": Who.AUTHOR,
    "another author": Who.AUTHOR,
    "publisher": Who.PUBLISHER,
}
TYPES = {
    *(f"text/{kind}; charset=utf-8" for kind in ("html", "plain", "css", "javascript")),
    "application/json",
    "application/xml; charset=utf-8",
    "image/jpeg",
}


@dataclass(frozen=True)
class Route:
    """One address of the application and one method that it takes."""

    endpoint: str
    method: str
    rule: str

    def at(self, *, account: str, number: str = "1", link: str = "no-such-link", name: str = "") -> str:
        """The address with something in the place of each of its variable parts."""
        return (
            self.rule.replace("<account_id>", account)
            .replace("<int:number>", number)
            .replace("<token>", link)
            .replace("<name>", name or f"{'0' * 32}-320.jpg")
            .replace("<letter_id>", link)
        )


def routes(app: Flask) -> list[Route]:
    """Every address with every method of its own."""
    return [
        Route(route.endpoint, method, route.rule)
        for route in app.url_map.iter_rules()
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def somebody(house: House, who: str) -> Person:
    """A browser that belongs to this kind of person, however far their account let it come."""
    match who:
        case "unconfirmed":
            person = house.person("una@example.org", "Una Berg")
            person.register()
            return person
        case "waiting":
            return house.waiting("wim@example.org", "Wim Aas")
        case "declined":
            person = house.waiting("dee@example.org", "Dee Roe")
            decisions.decline(house.world.ports, OPERATOR, house.account("dee@example.org"), note="Not ours.")
            return person
        case "suspended":
            person = house.author("sol@example.org", "Sol Ek")
            decisions.suspend(house.world.ports, OPERATOR, house.account("sol@example.org"))
            return person
        case "author":
            person = house.author("ana@example.org", "Ana Lima")
            person.save(author_bio="Here.")
            return person
        case "another author":
            return house.author("bo@example.org", "Bo Lund")
        case "publisher":
            return house.publisher()
        case _:
            return house.person("nil@example.org", "Nil")


def check_headers(answer: Response, what: str = "") -> None:
    """What every answer carries, be it a page, a file, a redirect or an error (ASVS 5.0, 3.4)."""
    headers = answer.headers
    policy = {part.strip().split(" ")[0]: part.strip() for part in headers["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == "default-src 'none'", what
    assert policy["frame-ancestors"] == "frame-ancestors 'none'", what
    assert "unsafe-eval" not in headers["Content-Security-Policy"], what
    assert not any("unsafe" in policy.get(kind, "") for kind in ("script-src", "object-src", "base-uri")), what
    assert headers["X-Content-Type-Options"] == "nosniff", what
    assert headers["X-Frame-Options"] == "DENY", what
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", what
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, what
    assert headers["Cache-Control"], what
    assert not [name for name in headers if name[0].lower().startswith("access-control-")], what
    for name in set(headers.keys()) - {"Set-Cookie", "Vary"}:
        assert len(headers.getlist(name)) == 1, f"{what}: {name} twice"
    assert all(letter >= " " for _, value in headers for letter in value), what
    if answer.data:
        assert headers["Content-Type"] in TYPES, what
