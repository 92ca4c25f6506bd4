"""Whoever reads the log finds no address, name, text, password, cookie, code or working link, whatever happens.

A whole life of a portal is lived on each engine, with everything that people do in it and everything that can go wrong.
All that anybody types, is given or written to is remembered on the way, and then looked for in all that was logged.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from tests.attack.log_capture import LogCapture, told
from tests.attack.scenario import ANA, FROM, Scenario, live
from tests.attack.smtp_stubs import PASSWORD, mail_server, ses
from tests.aws.lambda_runtime import FunctionError, started
from tests.aws.ses_samples import bounced, complained
from tests.environment import make_world
from tests.faulty_proxy import FaultyProxy, error
from tests.gateways import Gateway, http_api
from tests.people import Person, code_in, csrf_of, make_portal, path_in
from tests.server import running
from werkzeug.test import Client

from byline.accounts import publishers
from byline.aws.gateway import EDGE
from byline.jobs.kinds import JobKind
from byline.jobs.model import DUE
from byline.jobs.worker import run_due_jobs
from byline.settings import Settings
from byline.store.port import Create, IndexEntry, Key, Record
from byline.wiring import connect, handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from tests.aws.lambda_runtime import Function
    from tests.people import Portal
    from tests.server import Server

    from byline.jobs.model import Job
    from byline.ports import Ports

SECRET = "a secret that is long enough for everybody"
WEB, WORK = "byline.aws.handler.web", "byline.aws.handler.work"
SCHEDULE = {"source": "aws.events", "detail-type": "Scheduled Event"}
DAN = ("dan@example.org", "Dan Oyelaran", "eleven slow trains")
EDGE_KEY = "a-key-that-CloudFront-alone-knows-of"


@pytest.fixture
def ear() -> LogCapture:
    heard = LogCapture()
    heard.keep("a secret of the settings", SECRET, PASSWORD, EDGE_KEY)
    return heard


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_servers_log_tells_of_nobody(ear: LogCapture, tmp_path: Path) -> None:
    with (
        mail_server() as office,
        running(
            tmp_path / "data", MAIL=office.address, PROXIES="1", SECRET_KEY=SECRET, MAIL_FROM="desk@marram.example"
        ) as server,
    ):
        link = server.first_publisher_link
        ports = server.ports()
        live(Scenario(ear, _over_http(server), office, ports, link, lambda: None, lambda: _without_table(server)))
        ports.store.close()
        assert server.said.count(link) == 1  # printed, since there is no other way to be the first; and not logged
        said, log = server.said.replace(link, ""), server.log

    for word in ("put off", "given up", "unforeseen InvalidRecordError", "Unavailable at"):
        assert word in log
    _tells_of_security([json.loads(line) for line in log.splitlines()])  # and all of it is JSON
    for code in ("logged_in", "login_failed", "logged_out"):  # on AWS only once the format has moved
        assert f'"message": "{code}"' in log
    assert told(said + log, ear.known) == []


def through_cloudfront(environ: WSGIEnvironment) -> dict[str, Any]:
    """What the HTTP API sends to the function, after CloudFront has proved itself."""
    event = http_api(environ)
    event["headers"][EDGE] = EDGE_KEY
    return event


@pytest.mark.aws
@pytest.mark.dynamodb
@pytest.mark.timeout(300)
def test_the_functions_logs_tell_of_nobody_and_can_be_followed(
    ear: LogCapture, tmp_path: Path, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", uuid4().hex)  # DynamoDB Local keeps each one's tables apart
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    with ses() as office, FaultyProxy(dynamodb_endpoint) as proxy:
        environ = {
            "AWS_ACCESS_KEY_ID": os.environ["AWS_ACCESS_KEY_ID"],
            "AWS_SECRET_ACCESS_KEY": "made up",
            "BYLINE_DATA": str(tmp_path),
            "BYLINE_EDGE_KEY": EDGE_KEY,
            "BYLINE_MAIL": office.address,
            "BYLINE_MAIL_FROM": "desk@marram.example",
            "BYLINE_SECRET_KEY": SECRET,
            "BYLINE_STORE": f"dynamodb://portal?region=eu-west-1&endpoint={proxy.address}",
            "BYLINE_THROTTLE": "off",
            "BYLINE_URL": "http://127.0.0.1:8000",
        }
        ports = connect(Settings.from_environ(environ)).ports
        link = publishers.first_link(ports)
        assert link is not None
        with started(WEB, environ, tmp_path) as web, started(WORK, environ, tmp_path) as work:
            app = Gateway(lambda event, _: web.invoke(event), through_cloudfront)
            away = lambda: _refusing(proxy)  # noqa: E731 - one line
            live(Scenario(ear, app, office, ports, link, lambda: work.invoke(SCHEDULE), away))
            reports = _odd_events(ear, ports, web, work, proxy)
        log = web.log.read_text() + work.log.read_text()
        ports.store.close()

    lines = [json.loads(line) for line in log.splitlines()]  # and all of it is JSON
    said = [line.get("message", "") for line in lines]
    for word in (
        "put off",
        "given up",
        "unforeseen InvalidRecordError",
        "Misconfigured at",
        "the round failed",
        "job ",
    ):
        assert any(word in message for message in said), word
    assert told(log + json.dumps(reports), ear.known) == []
    _tells_of_security(web.lines())
    _can_be_followed(web.lines(), work.lines())


def _odd_events(ear: LogCapture, ports: Ports, web: Function, work: Function, proxy: FaultyProxy) -> list[object]:
    """What Lambda may bring besides, and what the functions report of it."""
    odd = {"version": "2.0", "rawPath": "/", "headers": {"cookie": ANA[0], EDGE: EDGE_KEY}, "from": ANA[0]}
    answer = web.invoke(odd)
    assert answer["statusCode"] == 500
    dan = Person(None, Client(ear.between(Gateway(lambda event, _: web.invoke(event), through_cloudfront))), *DAN)  # type: ignore[arg-type]
    assert dan.register().status_code == 303
    [job] = [record.key for record in ports.store.page(DUE).records]
    keys = {"Keys": {"k": {"S": f"job#{job.id}"}}}
    event = {"Records": [{"eventName": "INSERT", "dynamodb": {**keys, "SequenceNumber": "1"}}]}
    with _refusing(proxy):
        proxy.plan["BatchGetItem"].appendleft(_let_through)  # the look whether the table is being filled
        assert work.invoke(event) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert work.invoke(event) == {"batchItemFailures": []}
    for news in (bounced(ANA[0]), complained(DAN[0]), bounced(ANA[0], kind="Transient"), bounced("who@example.org")):
        work.invoke(news)
    with pytest.raises(FunctionError) as unread:
        work.invoke({**bounced(ANA[0]), "detail": {"eventType": ANA[0]}})
    damaged = Record(Key("job", "damaged"), {"kind": ANA[0], "details": {}}, entry=IndexEntry(DUE, f"{ANA[0]}/damaged"))
    ports.store.commit(Create(damaged))
    with pytest.raises(FunctionError) as failed:
        work.invoke(SCHEDULE)
    return [*failed.value.args, *unread.value.args]


def _tells_of_security(lines: list[dict[str, Any]]) -> None:
    """What happened to accounts is there in codes, with its request, and with no more than the network it came from."""
    security = [line for line in lines if line.get("logger") == "byline.security"]
    codes = {line["message"] for line in security}
    assert {"opened", "approved", "declined", "saved", "password_changed", "password_reset", "access_refused"} <= codes
    assert all(line["timestamp"].endswith("Z") and line["requestId"] and line["level"] for line in security)
    assert {line.get("network") for line in security} == {"203.0.113.0/24"}
    assert len({line["requestId"] for line in security}) > 5


def _can_be_followed(web: list[dict[str, Any]], work: list[dict[str, Any]]) -> None:
    """Each answer has its request's name, and each job names the request that promised it: letters and pages."""
    answers = {line["requestId"]: line for line in web if line.get("message") == "answered"}
    assert len(answers) == sum(line.get("message") == "answered" for line in web) > 50
    carried = [line for line in work if line.get("message") == "job" and line["request"]]
    causes = {line["kind"]: answers[line["request"]]["endpoint"] for line in carried}
    assert causes["registration-letter"] == "registration.register"
    assert causes["decision-letter"] in {
        "decisions.approve",
        "decisions.decline",
        "decisions.suspend",
        "decisions.reinstate",
    }
    assert causes["reset-letter"] == "password.request_reset"
    assert causes["publish"] in {"own_page.edit", "author.edit", "decisions.suspend", "decisions.reinstate"}
    assert all(line["requestId"] not in answers for line in carried)


@pytest.fixture
def little_house(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path, throttle=False))


def test_a_worker_that_wrote_down_whom_it_writes_to_would_be_found_out(
    ear: LogCapture, little_house: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world = little_house.world
    ana = Person(world, Client(ear.between(little_house.app)), *ANA)  # type: ignore[arg-type]
    assert ana.register().status_code == 303
    letter = handlers()[JobKind.REGISTRATION_EMAIL]

    def careless(ports: Ports, job: Job) -> None:
        letter(ports, job)
        logging.getLogger("byline").info("written to %s", world.mailer.sent[-1].to)

    assert run_due_jobs(world.ports, handlers() | {JobKind.REGISTRATION_EMAIL: careless}).done == 1
    assert f"what was typed as author_email: {ANA[0]}" in told(caplog.text, ear.known)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("GET /confirm/{link}", "a key in a link"),
        ("code {code}", "a code"),
        ("cookie {cookie}", "a cookie"),
        ("cookie {secret}", "part of a cookie"),
        ("form {csrf}", "a hidden field"),
        ('{{"name": "Ana\\u00efs Lima"}}', "what was typed as author_name"),
        ("?author_email=anais%40example.org", "what was typed as author_email"),
        ("password=SEVENTEEN GREY HERONS", "what was typed as author_password"),
        ("from 203.0.113.7", "who asks"),
        ("to someone.else@example.org", "an address"),
        ("$argon2id$v=19$m=19456", "a hash"),
    ],
)
def test_whatever_tells_of_somebody_is_found_however_it_is_written(
    ear: LogCapture, little_house: Portal, line: str, what: str
) -> None:
    world = little_house.world
    browser = Client(ear.between(little_house.app))
    ana = Person(world, browser, *ANA)  # type: ignore[arg-type]
    token = csrf_of(ana.get("/register", environ_overrides={"REMOTE_ADDR": FROM}))
    assert ana.register().status_code == 303
    text = ana.letter()
    ear.letter(ana.address, text)
    cookie = browser.get_cookie("byline")
    assert cookie
    words = {"link": path_in(text, "/confirm/").rpartition("/")[2], "code": code_in(text), "csrf": token}
    said = line.format(**words, cookie=cookie.value, secret=cookie.value.split(".")[-2])

    assert any(found.startswith(f"{what}: ") for found in told(said, ear.known)), told(said, ear.known)
    assert told("INFO byline: answered /register 303 in 12 ms, request 100200", ear.known) == []


def _over_http(server: Server) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The way to a server that runs, as through a proxy that says who asks."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = {"X-Forwarded-For": environ["REMOTE_ADDR"]}
        named = {"CONTENT_TYPE": "Content-Type", "HTTP_COOKIE": "Cookie"}
        headers |= {header: environ[name] for name, header in named.items() if environ.get(name)}
        body = environ["wsgi.input"].read()
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/@")
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as line:
            line.request(environ["REQUEST_METHOD"], path + query, body or None, headers)
            answer = line.getresponse()
            start_response(f"{answer.status} Said The Server", answer.getheaders())
            return [answer.read()]

    return app


@contextmanager
def _without_table(server: Server) -> Iterator[None]:
    """A store that cannot answer, because its table has another name for a while."""

    def rename(before: str, after: str) -> None:
        with closing(sqlite3.connect(server.data / "byline.sqlite3", timeout=30)) as file, file:
            file.execute(f"ALTER TABLE {before} RENAME TO {after}")

    rename("records", "elsewhere")
    yield
    rename("elsewhere", "records")


def _let_through(handler: Any, _: dict[str, Any]) -> None:
    """No fault at all."""
    handler.answer(*handler.forward())


@contextmanager
def _refusing(proxy: FaultyProxy) -> Iterator[None]:
    """A DynamoDB that says no, and to whom."""
    for operation in ("BatchGetItem", "GetItem", "Query", "TransactWriteItems"):
        proxy.plan[operation].extend([error("AccessDeniedException", message=f"not to {ANA[0]}")] * 100)
    yield
    proxy.plan.clear()
