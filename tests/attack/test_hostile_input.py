"""Every address, every method, everybody: whatever is sent, a page in plain words comes back, and never a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.access_table import TABLE
from tests.attack import hostile_input
from tests.attack.hostile_input import Body
from tests.attack.route_walk import EDITOR, FORMS, WHO, Route, Walk, check, check_headers, ways
from tests.docs.documents import SOURCE, constant_words, first_words, python_files

from byline.web.access import EVERYBODY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

pytestmark = pytest.mark.slow


@pytest.fixture(params=WHO)
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Walk:
    return Walk(tmp_path, request.param)


def test_every_field_that_a_view_reads_is_walked_through() -> None:
    read = set().union(
        *(
            first_words(tree, "single", "getlist", "text") | constant_words(tree, "FIELDS")
            for _, tree in python_files(SOURCE / "web")
        )
    )
    files = {"profile_img", "bio_file", "book_cover", "logo", "logo_dark", "icon", "table", "people_file"}

    assert set().union(*FORMS.values()) - files == read - files - {"csrf_token"}


def test_every_form_is_walked_through(walk: Walk) -> None:
    assert {route.endpoint for route in ways(walk, "POST")} == set(FORMS)


@pytest.mark.timeout(600)
def test_no_form_whatever_is_in_it(walk: Walk) -> None:
    for route in ways(walk, "POST", passing=True):
        # What is the same for everybody need not be walked field by field as each of them.
        alike = TABLE[route.endpoint].answers is EVERYBODY and walk.who not in {"nobody", "author"}
        for body in hostile_input.bodies({} if alike else FORMS[route.endpoint], walk.token):
            walk.send(body.what, route, walk.address(route), body)


@pytest.mark.timeout(600)
def test_no_draft_whatever_is_in_it(walk: Walk) -> None:
    [route] = [route for route in ways(walk, "POST") if route.endpoint == "own_page.edit"]
    if walk.who not in {"waiting", "author"}:
        return
    names = ("author_name", "author_bio", "bio_format", "link_url", "book_year", "photo_crop", "draft_seen", "intent")
    for body in hostile_input.bodies({**{name: EDITOR[name] for name in names}, "intent": "draft"}, walk.token):
        answer = walk.send(body.what, route, walk.address(route), body)
        if answer.status_code == 303:
            assert walk.again("/").status_code == 200, body.what
            assert walk.again("/preview").status_code == 200, body.what


@pytest.mark.timeout(600)
def test_no_form_that_is_closed_to_whoever_sends_it(walk: Walk) -> None:
    for route in ways(walk, "POST", passing=False):
        for body in hostile_input.bodies({}, walk.token):
            answer = walk.send(body.what, route, walk.address(route), body)
            assert answer.status_code in {302, 303, 403, 404, 413}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_whatever_is_in_it(walk: Walk, method: str) -> None:
    body = Body("", hostile_input.urlencoded({"csrf_token": walk.token}))
    for route in ways(walk, method):
        for part in ("<account_id>", "<profile_id>", "<int:number>", "<token>", "<name>", "<letter_id>"):
            if part in route.rule:
                for odd in hostile_input.PATHS:
                    path = walk.address(Route(route.endpoint, method, route.rule.replace(part, odd)))
                    answer = walk.send(f"{odd[:40]} for {part}", route, path, body if method == "POST" else None)
                    assert b"root:" not in answer.data


def test_no_query(walk: Walk) -> None:
    for route in ways(walk, "GET"):
        for query in hostile_input.QUERIES:
            walk.send(query[:40], route, walk.address(route), QUERY_STRING=query)


def test_no_header_and_no_cookie(walk: Walk) -> None:
    for route in [*ways(walk, "GET"), *ways(walk, "POST")]:
        body = Body("", hostile_input.urlencoded({"csrf_token": walk.token})) if route.method == "POST" else None
        for headers in hostile_input.HEADERS:
            environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
            environ |= {"CONTENT_TYPE": environ.pop("HTTP_CONTENT_TYPE")} if "HTTP_CONTENT_TYPE" in environ else {}
            walk.send(str(headers)[:60], route, walk.address(route), body, **environ)
    for route in ways(walk, "GET", passing=True):
        for cookies in hostile_input.COOKIES:
            for header in (cookies, f"{cookies}; {walk.cookie}"):
                walk.send(f"Cookie: {header[:60]}", route, walk.address(route), HTTP_COOKIE=header)


def test_no_readers_address(portal: Portal) -> None:
    portal.author().save(author_bio="Here.")
    client = portal.app.test_client()
    for odd in (
        *hostile_input.PATHS,
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
