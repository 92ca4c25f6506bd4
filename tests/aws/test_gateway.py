"""Every gateway of Amazon's leads to the same portal, and nothing that goes wrong leaves it with anybody's words."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from tests import people
from tests.environment import World, make_world
from tests.gateways import GATEWAYS, Context, Gateway, answered, http_api
from tests.people import PASSWORD, Portal, csrf_of, make_portal
from werkzeug.test import Client, EnvironBuilder

from byline.aws.gateway import EDGE, VIEWER, client_of, gateway
from byline.errors import Misconfigured
from byline.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

pytestmark = pytest.mark.aws

EDGE_KEY = "what CloudFront proves itself with"


@pytest.fixture(params=sorted(GATEWAYS))
def event_of(request: pytest.FixtureRequest) -> Callable[[WSGIEnvironment], dict[str, Any]]:
    """One kind of gateway."""
    return GATEWAYS[request.param]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, throttle=False)


@pytest.fixture
def portal(
    world: World, event_of: Callable[[WSGIEnvironment], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Portal:
    """The portal behind that gateway."""

    def on_lambda(*args: Any, **options: Any) -> Flask:
        app = create_app(*args, **options)
        app.wsgi_app = Gateway(gateway(app.wsgi_app, edge_keys=()), event_of)  # type: ignore[assignment, method-assign]
        return app

    monkeypatch.setattr(people, "create_app", on_lambda)
    return make_portal(world)


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """An application that says what it was asked."""
    body = environ["wsgi.input"].read().decode("latin-1")
    said = {name: value for name, value in environ.items() if isinstance(value, str)} | {"body": body}
    start_response("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [json.dumps(said).encode()]


def test_an_author_goes_all_the_way_from_the_form_to_the_published_photo(portal: Portal) -> None:
    ana = portal.author()
    photo = io.BytesIO()
    Image.effect_noise((700, 900), 90).convert("RGB").save(photo, "JPEG")
    photo.seek(0)

    saved = ana.save(author_name="Ana Lima", author_bio="Writes *short* things. 🖋", profile_img=(photo, "me.jpg"))
    portal.world.work()

    assert saved.status_code == 303
    page = ana.get("/authors/ana-lima/")
    assert "Writes <em>short</em> things. 🖋" in page.text
    [path] = [path for path in portal.world.ports.files.paths("authors/photos/") if path.endswith("-640.jpg")]
    shown = ana.get(f"/{path}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    kept = portal.world.ports.files.get(path)
    assert kept is not None
    assert shown.data == kept.body
    again = ana.get(f"/{path}", headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert ana.log_out().status_code == 303
    assert ana.get("/history").status_code == 302


def test_both_cookies_come_and_go(portal: Portal) -> None:
    ana = portal.person()
    page = ana.get("/register")
    assert len(page.headers.getlist("Set-Cookie")) == 1

    entered = ana.register()
    assert [cookie.partition("=")[0] for cookie in entered.headers.getlist("Set-Cookie")] == ["byline", "byline_visit"]
    assert ana.get("/").status_code == 200


def test_no_header_is_said_twice_for_only_one_would_arrive(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = make_portal(world)
    ana = portal.author()
    ana.save(author_name="Ana Lima", author_bio="Hello.")
    world.work()

    for path in ("/", "/login", "/authors/", "/authors/ana-lima", "/nowhere", "/static/byline.css", "/history"):
        for answer in (ana.get(path), portal.person().get(path)):
            names = [name.lower() for name, _ in answer.headers if name.lower() != "set-cookie"]
            assert len(names) == len(set(names)), (path, names)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/authors/ana-lima/", "/authors/ana-lima/"),
        ("/gr%C3%BC%C3%9Fe", "/grüße"),
        ("/a%20b+c", "/a b+c"),
        ("/~x/@y:z", "/~x/@y:z"),
        ("/", "/"),
    ],
)
def test_a_path_arrives_as_the_browser_meant_it(
    event_of: Callable[[WSGIEnvironment], dict[str, Any]], path: str, seen: str
) -> None:
    asked = Client(Gateway(gateway(echo, edge_keys=()), event_of)).get(path).get_json()

    assert asked["PATH_INFO"].encode("latin-1").decode() == seen


def test_query_values_headers_and_cookies_arrive_in_their_order(
    event_of: Callable[[WSGIEnvironment], dict[str, Any]],
) -> None:
    client = Client(Gateway(gateway(echo, edge_keys=()), event_of), use_cookies=False)
    answer = client.get(
        "/x?a=1&a=2&b=%26%20%C3%BC", headers={"Cookie": "one=1; two=a=b", "Accept": "text/html", "X-Two": "a, b"}
    )

    asked = answer.get_json()
    assert asked["QUERY_STRING"] == "a=1&a=2&b=%26%20%C3%BC"
    assert [cookie.strip() for cookie in asked["HTTP_COOKIE"].split(";")] == ["one=1", "two=a=b"]
    assert (asked["HTTP_ACCEPT"], asked["HTTP_X_TWO"]) == ("text/html", "a, b")
    assert answer.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("content_type", "content"),
    [("application/x-www-form-urlencoded", b"a=%C3%BC&a=2"), ("multipart/form-data; boundary=x", bytes(range(256)))],
)
def test_a_body_arrives_byte_for_byte(
    event_of: Callable[[WSGIEnvironment], dict[str, Any]], content_type: str, content: bytes
) -> None:
    client = Client(Gateway(gateway(echo, edge_keys=()), event_of))

    asked = client.post("/x", data=content, content_type=content_type).get_json()

    assert asked["body"].encode("latin-1") == content
    assert (asked["CONTENT_TYPE"], asked["CONTENT_LENGTH"]) == (content_type, str(len(content)))


def asked_by(event_of: Callable[[WSGIEnvironment], dict[str, Any]], **headers: str) -> dict[str, Any]:
    builder = EnvironBuilder("/login", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    return event_of(builder.get_environ())


def test_who_asks_is_whom_the_gateway_saw_whatever_a_header_claims(
    event_of: Callable[[WSGIEnvironment], dict[str, Any]],
) -> None:
    event = asked_by(event_of, **{"X-Forwarded-For": "198.51.100.1, 10.0.0.1", VIEWER: "198.51.100.2"})

    assert client_of(event, [EDGE_KEY]) == "203.0.113.7"
    assert client_of(event, ()) == "203.0.113.7"


def test_cloudfront_is_believed_who_asks_when_it_proves_itself(
    event_of: Callable[[WSGIEnvironment], dict[str, Any]],
) -> None:
    proven = {EDGE: EDGE_KEY}

    assert client_of(asked_by(event_of, **proven, **{VIEWER: "2001:db8::9"}), [EDGE_KEY]) == "2001:db8::9"
    assert client_of(asked_by(event_of, **{EDGE: "a guess", VIEWER: "2001:db8::9"}), [EDGE_KEY]) == "203.0.113.7"
    assert client_of(asked_by(event_of, **{EDGE: "", VIEWER: "2001:db8::9"}), ()) == "203.0.113.7"
    assert client_of(asked_by(event_of, **proven, **{VIEWER: "nobody, at all"}), [EDGE_KEY]) == "203.0.113.7"
    assert client_of(asked_by(event_of, **proven), [EDGE_KEY]) == "203.0.113.7"


def test_who_goes_around_cloudfront_is_refused_but_for_the_health_of_the_portal(
    event_of: Callable[[WSGIEnvironment], dict[str, Any]],
) -> None:
    app = Gateway(gateway(echo, edge_keys=["the old key", "the new key"]), event_of)
    reader = Client(app)

    for path in ("/", "/login", "/healthz/", "/static/byline.css", "//healthz"):
        assert reader.get(path).status_code == 403
        assert reader.post(path, headers={EDGE: "a guess"}).status_code == 403
        assert reader.get(path, headers={EDGE: ""}).status_code == 403
    assert reader.get("/healthz").status_code == 200
    for key in ("the old key", "the new key"):
        assert reader.get("/login", headers={EDGE: key}).status_code == 200
    assert reader.get("/login", headers={EDGE: "the old key the new key"}).status_code == 403


def test_an_old_rest_api_says_who_asks_in_a_place_of_its_own() -> None:
    assert client_of({"requestContext": {"identity": {"sourceIp": "203.0.113.7"}}}, ()) == "203.0.113.7"


@pytest.mark.parametrize("fault", [RuntimeError("ana@example.org"), Misconfigured("ana@example.org"), KeyError("x")])
def test_whatever_goes_wrong_is_answered_and_its_words_stay_inside(
    fault: Exception, caplog: pytest.LogCaptureFixture, event_of: Callable[[WSGIEnvironment], dict[str, Any]]
) -> None:
    def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise fault

    status, headers, body = answered(gateway(broken, edge_keys=())(asked_by(event_of), Context()))

    assert status == 500
    assert ("cache-control", "no-store") in headers
    assert b"ana@" not in body
    assert type(fault).__name__ in caplog.text
    assert "ana@" not in caplog.text


@pytest.mark.parametrize("event", [{}, {"version": "3.0"}, {"source": "aws.events"}, {"version": "2.0"}])
def test_an_event_of_somebody_elses_is_answered_too(event: dict[str, Any]) -> None:
    assert gateway(echo, edge_keys=())(event, Context())["statusCode"] == 500


def test_each_answer_is_one_line_in_the_log_that_names_nobody(
    portal: Portal, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    ana = portal.waiting()
    ana.get("/confirm/some-token?next=/secret")
    ana.get("/ana@example.org")
    phone = portal.person()
    phone.log_in(password="wrong but long enough")
    phone.log_in()

    lines = [record for record in caplog.records if record.name == "byline.aws.gateway"]
    endpoints = {record.endpoint for record in lines}  # type: ignore[attr-defined]
    assert endpoints >= {"registration.register", "confirmation.link", "login.log_in", "none"}
    for record in lines:
        told = json.dumps(record.__dict__, default=str)
        assert not any(word in told for word in ("ana@", "some-token", "secret", "Ana Lima", PASSWORD)), told
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [("LogIns" in line, "RefusedLogIns" in line) for line in counted] == [(False, True), (True, False)]
    assert counted[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "RefusedLogIns", "Unit": "Count"}]


def test_a_csrf_token_is_worth_the_same_behind_every_gateway(portal: Portal) -> None:
    ana = portal.person()
    page = ana.get("/login")

    forged = ana.client.post("/login", data={"csrf_token": "x", "author_email": ana.address, "author_password": "y"})
    honest = ana.client.post("/login", data={"csrf_token": csrf_of(page), "author_email": ana.address})

    assert (forged.status_code, honest.status_code) == (400, 422)


def test_the_stand_in_for_an_http_api_decodes_the_path_as_amazons_does() -> None:
    assert http_api(EnvironBuilder("/gr%C3%BC%C3%9Fe").get_environ())["rawPath"] == "/grüße"
