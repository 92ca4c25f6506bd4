"""A request acts only if one of our own pages sent it, from this very browser; any other is 400 and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.attack.hostile_input import Body, urlencoded
from tests.attack.route_walk import FORMS, WHO, Route, Walk, check_headers, somebody, ways
from tests.environment import make_world
from tests.people import PASSWORD, csrf_of, form_of, make_portal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

EDITORS = {"own_page.edit", "author.edit"}
GATED = {("unconfirmed", "own_page.edit"), ("waiting", "own_page.edit")}
"""Where even a genuine form gets no further than what its sender waits for."""
WITHOUT_PROFILE = ("publisher", "own_page.edit")
ELSEWHERE: tuple[dict[str, str], ...] = (
    {"HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_ORIGIN": "http://evil.example:8000"},
    {"HTTP_ORIGIN": "http://127.0.0.1:8001"},
    {"HTTP_ORIGIN": "http://127.0.0.1"},
    {"HTTP_ORIGIN": "http://127.0.0.1.evil.example:8000"},
    {"HTTP_ORIGIN": "http://127.0.0.1:8000@evil.example"},
    {"HTTP_ORIGIN": "http://evil.example#http://127.0.0.1:8000"},
    {"HTTP_ORIGIN": "http://[::1"},
    {"HTTP_ORIGIN": "file://"},
    {"HTTP_ORIGIN": "\xff"},
    {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "same-origin"},
    {"HTTP_ORIGIN": "https://evil.example", "HTTP_HOST": "evil.example"},
    {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "http://127.0.0.1:8000/"},
    {"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_SEC_FETCH_SITE": ""},
    {"HTTP_SEC_FETCH_SITE": "same-origin, cross-site"},
    {"HTTP_REFERER": "https://evil.example/http://127.0.0.1:8000/"},
    {"HTTP_REFERER": "http://127.0.0.1:8001/"},
    {"HTTP_REFERER": "http://[::1"},
    {"HTTP_ORIGIN": "null", "HTTP_REFERER": "https://evil.example/"},
)
HERE: tuple[dict[str, str], ...] = (
    {},
    {"HTTP_ORIGIN": "http://127.0.0.1:8000"},
    {"HTTP_ORIGIN": "http://localhost:8000"},
    {"HTTP_ORIGIN": "http://127.0.0.1:8000", "HTTP_SEC_FETCH_SITE": "same-origin"},
    {"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "same-origin"},
    {"HTTP_SEC_FETCH_SITE": "none"},
    {"HTTP_REFERER": "http://127.0.0.1:8000/login"},
    {"HTTP_ORIGIN": "http://127.0.0.1:8000", "HTTP_REFERER": "http://127.0.0.1:8000/reset/x"},
)


@pytest.fixture(params=WHO)
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Walk:
    return Walk(tmp_path, request.param)


def genuine(walk: Walk) -> list[Route]:
    """The forms that this person can send and that do something."""
    mine = ways(walk, "POST", passing=True)
    return [route for route in mine if (walk.who, route.endpoint) not in {*GATED, WITHOUT_PROFILE}]


def form(walk: Walk, route: Route, **token: str) -> Body:
    """A route's own form with this token."""
    return Body(str(token), urlencoded({**FORMS[route.endpoint], **token}))


def refused(walk: Walk, what: str, route: Route, body: Body, **environ: str) -> None:
    answer = walk.send(what, route, walk.address(route), body, **environ)
    assert answer.status_code == 400, f"{walk.who}: {route.endpoint}: {what}: {answer.status}"
    begun = [line for line in answer.headers.getlist("Set-Cookie") if not line.startswith("byline_visit=")]
    assert not begun, f"{walk.who}: {route.endpoint}: {what}"
    assert walk.is_unchanged(), f"{walk.who}: {route.endpoint}: {what}"


def test_a_genuine_form_is_believed_wherever_the_browser_says_that_it_comes_from_here(walk: Walk) -> None:
    for route in genuine(walk):
        for environ in HERE:
            answer = walk.send(
                str(environ), route, walk.address(route), form(walk, route, csrf_token=walk.token), **environ
            )
            assert answer.status_code != 400, f"{walk.who}: {route.endpoint}: {environ}"


def test_a_form_without_this_browsers_token_is_refused(walk: Walk) -> None:
    stranger = walk.portal.person("stranger@example.org")
    other = walk.portal.author("thief@example.org", "Tom Hief")
    tokens = {
        "an empty one": "",
        "one that was made up": "A" * 22,
        "one of another browser": csrf_of(stranger.get("/login")),
        "one of another person": csrf_of(other.get("/logout")),
        "one that was cut": walk.token[:-1],
        "one of other letters": walk.token.swapcase(),
        "one with more behind it": walk.token + "A",
        "one beyond ASCII": walk.token[:-1] + "\u00e9",
    }
    for route in genuine(walk):
        refused(walk, "no token", route, form(walk, route))
        for what, token in tokens.items():
            refused(walk, what, route, form(walk, route, csrf_token=token))
        twice = Body("twice", form(walk, route, csrf_token=walk.token).body + f"&csrf_token={walk.token}".encode())
        refused(walk, "twice", route, twice)
        refused(walk, "in the query", route, form(walk, route), QUERY_STRING=f"csrf_token={walk.token}")
        refused(
            walk, "in a header", route, form(walk, route), HTTP_X_CSRF_TOKEN=walk.token, HTTP_X_CSRFTOKEN=walk.token
        )
        if route.endpoint not in EDITORS:
            visit = walk.cookie.rpartition("byline_visit=")[2] or walk.cookie.rpartition("=")[2]
            refused(walk, "the cookie itself", route, form(walk, route, csrf_token=visit))


def test_a_form_that_another_site_sent_is_refused_although_its_token_is_right(walk: Walk) -> None:
    for route in genuine(walk):
        for environ in ELSEWHERE:
            refused(walk, str(environ), route, form(walk, route, csrf_token=walk.token), **environ)


def test_where_somebody_may_not_go_a_form_does_nothing_either(walk: Walk) -> None:
    for route in ways(walk, "POST", passing=False):
        for token in (walk.token, "x"):
            answer = walk.send(token, route, walk.address(route), form(walk, route, csrf_token=token))
            assert answer.status_code in {302, 303, 403, 404}
            assert walk.is_unchanged()


def test_a_form_of_nobodys_needs_the_cookie_it_was_made_with(tmp_path: Path) -> None:
    walk = Walk(tmp_path, "nobody")
    for route in genuine(walk):
        refused(walk, "no cookie", route, form(walk, route, csrf_token=walk.token), HTTP_COOKIE="")


OWN = {"HTTP_ORIGIN": "http://127.0.0.1:8000"}
WHY: tuple[tuple[dict[str, str], str, str], ...] = (
    (
        {"HTTP_ORIGIN": "https://evil.example"},
        "Your browser says that another site sent this",
        "the browser says that another site's page sent it",
    ),
    (
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        "Your browser says that another site sent this",
        "the browser says that another site's page sent it",
    ),
    (
        {"HTTP_ORIGIN": "https://www.marram.example", "HTTP_HOST": "www.marram.example"},
        "Open http://127.0.0.1:8000 and do it there",
        "the portal was opened at another address than BYLINE_URL",
    ),
    (
        {**OWN, "HTTP_COOKIE": ""},
        "Your browser did not send the cookie that belongs to this form",
        "the cookie that belongs to the form did not come with it",
    ),
    (
        {**OWN, "HTTP_COOKIE": "byline_visit=old"},
        "This form was opened before you last logged in or out",
        "the form is older than this browser's session",
    ),
)


@pytest.mark.parametrize(("environ", "sentence", "reason"), WHY)
def test_a_refusal_says_why_on_the_page_and_in_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, environ: dict[str, str], sentence: str, reason: str
) -> None:
    walk = Walk(tmp_path, "nobody")
    for route in genuine(walk):
        caplog.clear()
        answer = walk.send(reason, route, walk.address(route), form(walk, route, csrf_token=walk.token), **environ)
        assert answer.status_code == 400
        assert sentence in answer.get_data(as_text=True), route.endpoint
        lines = [record.getMessage() for record in caplog.records]
        assert lines == [f"refused at {route.endpoint}: {reason}"]
        text = answer.get_data(as_text=True)
        typed = [word for word in ("new@example.org", "Nora Noe", "Words.") if word in text]
        assert not typed or ("HTTP_ORIGIN" in environ and "evil" not in environ["HTTP_ORIGIN"]), route.endpoint
        assert not typed or "HTTP_COOKIE" not in environ or route.endpoint not in EDITORS


def test_a_form_that_lost_its_cookie_keeps_what_was_typed_and_works_the_second_time(portal: Portal) -> None:
    person = portal.person()
    form = {"author_email": "ana@example.org", "author_name": "Ana Lima", "author_password": PASSWORD}
    answer = person.client.post("/register", data={**form, "csrf_token": "x"})

    assert answer.status_code == 400
    assert 'value="ana@example.org"' in answer.text
    assert PASSWORD not in answer.text
    assert person.client.post("/register", data={**form, "csrf_token": csrf_of(answer)}).status_code == 303


def test_a_token_ends_with_its_session(portal: Portal) -> None:
    author = portal.author()
    before = csrf_of(author.get("/account"))
    author.log_out()
    author.log_in()
    assert csrf_of(author.get("/account")) != before
    answer = author.client.post("/change_password", data={"csrf_token": before, "old_password": PASSWORD})
    assert answer.status_code == 400

    page = author.get("/login")
    assert page.status_code == 303
    author.log_out()
    nonce = csrf_of(author.get("/login"))
    author.log_in()
    assert author.client.post("/logout", data={"csrf_token": nonce}).status_code == 400
    assert author.get("/account").status_code == 200


def test_nobody_is_logged_in_to_a_strangers_account_by_another_site(portal: Portal) -> None:
    portal.author("mal@example.org", "Mal Roy")
    victim = portal.person()
    data = {"author_email": "mal@example.org", "author_password": PASSWORD}
    assert victim.client.post("/login", data=data).status_code == 400
    mallory = portal.person()
    token = csrf_of(mallory.get("/login"))
    victim.get("/login")
    assert victim.client.post("/login", data={**data, "csrf_token": token}).status_code == 400
    assert victim.client.get_cookie("byline") is None


def test_an_editor_without_its_token_shows_the_text_to_whoever_wrote_it_and_saves_nothing(portal: Portal) -> None:
    ana, bo = portal.author(), portal.author("bo@example.org", "Bo Lund")
    mine, on_behalf = form_of(ana.get("/")), form_of(bo.get("/"))

    answer = ana.client.post("/", data={**mine, "csrf_token": "old", "author_bio": "Mine."})
    assert answer.status_code == 200
    assert "Mine." in answer.text
    answer = ana.client.post("/", data={**on_behalf, "author_bio": "Put into her editor by Bo."})
    assert answer.status_code == 400
    assert "Put into" not in answer.text
    stranger = portal.person()
    for owner in ("", "x", "..", f"{mine['owner']}x", str(mine["owner"]).swapcase()):
        data = {**mine, "owner": owner, "author_bio": "Put there by a stranger."}
        answer = stranger.client.post("/", data=data)
        assert answer.status_code == 400
        assert "Put there" not in answer.text
    assert ana.get("/authors/ana-lima/").status_code == 404


@pytest.mark.parametrize("who", WHO)
def test_no_get_head_or_options_writes_anything(tmp_path: Path, who: str) -> None:
    walk = Walk(tmp_path, who)
    for route in ways(walk, "GET"):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = walk.send(method, Route(route.endpoint, method, route.rule), walk.address(route))
            assert walk.is_unchanged(), f"{who}: {method} {route.rule}"
            check_headers(answer, f"{method} {route.rule}")


def test_opening_the_letters_link_acts_in_the_browser_that_registered_and_by_get_alone(tmp_path: Path) -> None:
    walk = Walk(tmp_path, "unconfirmed")
    walk.portal.world.work()
    mine = walk.portal.world.mailer.to("una@example.org")[-1].text
    token = mine[mine.index("/confirm/") + len("/confirm/") :].split()[0]

    for method, acts in (("HEAD", False), ("OPTIONS", False), ("GET", True)):
        walk.send(method, Route("confirmation.link", method, ""), f"/confirm/{token}")
        assert walk.is_unchanged() is not acts, method


def test_under_https_only_the_public_address_is_here(tmp_path: Path) -> None:
    url = "https://authors.marram.example"
    portal = make_portal(make_world(tmp_path, url=url))
    person = somebody(portal, "nobody")
    token = csrf_of(person.client.get("/login", base_url=url))
    data = {"csrf_token": token, "author_email": "a@b.org", "author_password": "x"}
    for origin, status in (
        (url, 422),
        ("http://authors.marram.example", 400),
        ("https://localhost", 400),
        ("https://authors.marram.example:8443", 400),
        ("https://marram.example", 400),
        ("https://evil.authors.marram.example", 400),
    ):
        answer = person.client.post("/login", data=data, base_url=url, headers={"Origin": origin})
        assert answer.status_code == status, origin
        answer = person.client.post("/login", data=data, base_url=url, headers={"Referer": f"{origin}/login"})
        assert answer.status_code == status, origin
