"""Every address, every method, everybody: whatever is sent, a page in plain words comes back, and never a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.attack import hostile
from tests.attack.hostile import MARK, Body
from tests.attack.walking import COLUMN, Route, check_headers, routes, somebody
from tests.docs.reading import SOURCE, first_words, python_files
from tests.people import PASSWORD, csrf_of, make_house, path_in
from tests.world import make_world
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from byline.accounts import publishers
from byline.store.sqlite import SqliteStore
from byline.web.access import TABLE, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.people import House

WHO = ("nobody", "unconfirmed", "waiting", "author", "publisher")
STATUSES = {200, 302, 303, 308, 400, 403, 404, 405, 409, 410, 413, 422, 429}
TYPED = {"author_email": "new@example.org", "author_name": "Nora Noe", "author_password": "a password nobody shows"}
EDITOR = {
    "author_name": "Tara Getz",
    "author_sort_name": "Getz, Tara",
    "author_slug": "a-new-address",
    "author_bio": "Words.",
    "bio_format": "markdown",
    "remove_img": "",
    "link_label": "Books",
    "link_url": "https://books.example.org/",
    "seen": "1",
    "owner": "a.b.c",
}
FORMS = {
    "register": TYPED,
    "login": {
        "author_email": "target@example.org",
        "author_password": "a password nobody shows",
        "remember_me": "1",
        "next": "/account",
        "kept": '{"fields":{},"links":[],"seen":0,"author":"x"}',
        "kept_for": "x",
        "kept_seal": "x",
    },
    "logout": {},
    "confirm_link": {"author_password": "a password nobody shows"},
    "confirm_code": {"code": "000000"},
    "confirm_again": {},
    "confirm_address": {"author_email": "target@example.org"},
    "delete_registration": {},
    "reset": {"author_email": "target@example.org"},
    "reset_link": {"new_password": "short", "author_name": "Nora Noe"},
    "change_password": {"old_password": "a password nobody shows", "new_password": "another long password here"},
    "first_publisher": {**TYPED, "author_password": "short"},
    "home": EDITOR,
    "edit_for": EDITOR,
    "history_restore": {"seen": "1"},
    "history_restore_for": {"seen": "1"},
    "approve": {},
    "decline": {"note": "Not ours.", "preview": "1"},
    "suspend": {},
    "restore": {},
    "undo": {},
}
NEVER_SHOWN = ("a password nobody shows", PASSWORD)


class Walk:
    """One kind of person in a house that has a target, a registration and working links; each request finds it new."""

    def __init__(self, folder: Path, who: str) -> None:
        store = SqliteStore(":memory:")
        house = make_house(make_world(folder, store, throttle=False))
        self.links = {"first_publisher": (publishers.first_link(house.world.ports) or "").rpartition("/")[2]}
        house.author("target@example.org", "Tara Getz").save(author_bio="The target's own words.")
        house.person("target@example.org").post("/reset", {"author_email": "target@example.org"})
        self.links["reset_link"] = path_in(house.person("target@example.org").letter(), "/reset/")[len("/reset/") :]
        other = house.person("other@example.org", "Olga Oro")
        other.register()
        self.links["confirm_link"] = path_in(other.letter(), "/confirm/")[len("/confirm/") :]
        self.house = house
        self.who = who
        self.target = house.account("target@example.org").id
        person = somebody(house, who)
        self.token = csrf_of(person.get("/login" if who == "nobody" else "/logout"))
        held = [person.client.get_cookie(name) for name in ("byline", "byline_visit")]
        self.cookie = "; ".join(f"{cookie.key}={cookie.value}" for cookie in held if cookie)
        [self._connection] = store._idle
        self._before = self._connection.serialize()

    def address(self, route: Route) -> str:
        """Where a route is here, with a link that works."""
        return route.at(account=self.target, link=self.links.get(route.endpoint, "no-such-link"))

    def send(self, what: str, route: Route, path: str, body: Body | None = None, **environ: str) -> Response:
        """Put everything back as it was, send it, and look at what comes back."""
        self._connection.deserialize(self._before)
        asked = create_environ(path, method=route.method, data=body and body.body)
        asked["HTTP_COOKIE"] = self.cookie
        if body is not None:
            asked["CONTENT_TYPE"] = body.content_type
            asked["CONTENT_LENGTH"] = str(len(body.body) if body.length is None else body.length)
        # Not by a test client: it reads the Host header itself, and stumbles over the worst ones.
        content, status, headers = run_wsgi_app(self.house.app, {**asked, **environ}, buffered=True)
        answer = Response(content, status, headers)
        check(answer, f"{self.who}: {route.method} {path[:80]}: {what}")
        return answer


def check(answer: Response, what: str) -> None:
    """A status that the documents know, all headers, nothing to be carried out, no password."""
    assert answer.status_code in STATUSES, f"{what}: {answer.status}"
    check_headers(answer, what)
    text = answer.get_data(as_text=True)
    assert MARK not in text, what
    assert not any(word in text for word in NEVER_SHOWN), what
    assert "Traceback" not in text, what
    location = answer.headers.get("Location", "/")
    assert location.startswith("/"), f"{what}: to {location}"
    assert not location.startswith(("//", "/\\")), f"{what}: to {location}"
    if answer.status_code >= 400:
        assert "<h1>" in text, what
    if answer.status_code == 429:
        assert int(answer.headers["Retry-After"]) > 0, what


@pytest.fixture(params=WHO)
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Walk:
    return Walk(tmp_path, request.param)


def ways(walk: Walk, method: str, *, passing: bool | None = None) -> Iterator[Route]:
    """The routes of a method; only those that let this person pass, or only the others."""
    for route in routes(walk.house.app):
        lets_pass = TABLE[route.endpoint].answers[COLUMN[walk.who]] is Answer.PASS
        if route.method == method and passing in {None, lets_pass}:
            yield route


def test_every_field_that_a_view_reads_is_walked_through() -> None:
    read = set().union(*(first_words(tree, "single", "getlist", "_sent") for _, tree in python_files(SOURCE / "web")))

    assert set().union(*FORMS.values()) == read - {"csrf_token", "profile_img"}


def test_every_form_is_walked_through(walk: Walk) -> None:
    assert {route.endpoint for route in ways(walk, "POST")} == set(FORMS)


def test_no_form_whatever_is_in_it(walk: Walk) -> None:
    for route in ways(walk, "POST", passing=True):
        for body in hostile.bodies(FORMS[route.endpoint], walk.token):
            walk.send(body.what, route, walk.address(route), body)


def test_no_form_that_is_closed_to_whoever_sends_it(walk: Walk) -> None:
    for route in ways(walk, "POST", passing=False):
        for body in hostile.bodies({}, walk.token):
            answer = walk.send(body.what, route, walk.address(route), body)
            assert answer.status_code in {302, 303, 403, 404, 413}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_whatever_is_in_it(walk: Walk, method: str) -> None:
    body = Body("", hostile.urlencoded({"csrf_token": walk.token}))
    for route in ways(walk, method):
        for part in ("<account_id>", "<int:number>", "<token>", "<name>", "<letter_id>"):
            if part in route.rule:
                for odd in hostile.PATHS:
                    path = walk.address(Route(route.endpoint, method, route.rule.replace(part, odd)))
                    answer = walk.send(f"{odd[:40]} for {part}", route, path, body if method == "POST" else None)
                    assert b"root:" not in answer.data


def test_no_query(walk: Walk) -> None:
    for route in ways(walk, "GET"):
        for query in hostile.QUERIES:
            walk.send(query[:40], route, walk.address(route), QUERY_STRING=query)


def test_no_header_and_no_cookie(walk: Walk) -> None:
    for route in [*ways(walk, "GET"), *ways(walk, "POST")]:
        body = Body("", hostile.urlencoded({"csrf_token": walk.token})) if route.method == "POST" else None
        for headers in hostile.HEADERS:
            environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
            environ |= {"CONTENT_TYPE": environ.pop("HTTP_CONTENT_TYPE")} if "HTTP_CONTENT_TYPE" in environ else {}
            walk.send(str(headers)[:60], route, walk.address(route), body, **environ)
    for route in ways(walk, "GET", passing=True):
        for cookies in hostile.COOKIES:
            for header in (cookies, f"{cookies}; {walk.cookie}"):
                walk.send(f"Cookie: {header[:60]}", route, walk.address(route), HTTP_COOKIE=header)


def test_no_readers_address(house: House) -> None:
    house.author().save(author_bio="Here.")
    client = house.app.test_client()
    for odd in (
        *hostile.PATHS,
        "ana-lima/../../secret.key",
        ".incoming/x",
        "photos",
        "photos/..",
        "ana-lima/index.html/",
    ):
        for base in ("/authors/", "/authors/ana-lima/", "/authors/photos/", "/static/", "/authors/letter/"):
            for method in ("GET", "HEAD", "POST"):
                answer = client.open(base + odd, method=method)
                assert answer.status_code in {200, 308, 404}
                assert answer.status_code == 404 or "ana-lima" in base + odd, base + odd
                check(answer, base + odd) if method != "HEAD" else check_headers(answer)
