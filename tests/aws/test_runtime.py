"""Both entry points as Lambda starts them: by Amazon's own client of the runtime, each in a process of its own."""

from __future__ import annotations

import email
import email.policy
import json
import sqlite3
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from tests.aws.lambda_runtime import FunctionError, started
from tests.gateways import answered, http_api
from tests.people import PASSWORD, path_in
from werkzeug.test import EnvironBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.aws.lambda_runtime import Function

pytestmark = pytest.mark.aws

WEB, WORK = "byline.aws.handler.web", "byline.aws.handler.work"
URL = "http://127.0.0.1:8000"
SCHEDULE = {"source": "aws.events", "detail-type": "Scheduled Event"}


class Browser:
    """Somebody in front of a function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Get a page, or send a form to it with the token of the page as it is."""
        if data is not None:
            token = self.ask(path)[2].split('name="csrf_token" value="')[1].split('"')[0]
            data = {"csrf_token": token, **data}
        builder = EnvironBuilder(
            path,
            method="GET" if data is None else "POST",
            data=None if data is None else urlencode(data),
            content_type=None if data is None else "application/x-www-form-urlencoded",
            headers={"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())},
        )
        status, headers, body = answered(self.function.invoke(http_api(builder.get_environ())))
        for name, value in headers:
            if name == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        return status, dict(headers), body.decode()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "BYLINE_DATA": str(tmp_path),
        "BYLINE_URL": URL,
        "BYLINE_SECRET_KEY": "a secret that is long enough for everybody",
    }


def letters(folder: Path) -> list[Any]:
    policy = email.policy.default
    return [email.message_from_bytes(path.read_bytes(), policy=policy) for path in sorted(folder.glob("mail/*.eml"))]


def test_a_registration_goes_through_both_functions(environ: dict[str, str], tmp_path: Path) -> None:
    with started(WEB, environ, tmp_path) as web, started(WORK, environ, tmp_path) as work:
        assert work.invoke(SCHEDULE)["done"] == 3  # a new site's pages, its search entries, and its lists
        ana = Browser(web)
        assert ana.ask("/healthz")[0] == 200
        form = {"author_email": "ana@example.org", "author_name": "Ana Lima", "author_password": PASSWORD}
        status, headers, _ = ana.ask("/register", form)
        assert (status, headers["location"]) == (303, "/")

        assert work.invoke(SCHEDULE) == {"done": 1, "put_off": 0, "given_up": 0}
        [letter] = letters(tmp_path)
        assert letter["To"] == "ana@example.org"
        link = path_in(letter.get_body(("plain",)).get_content(), "/confirm/")
        assert ana.ask(link)[0] == 303
        assert "wait to have your account approved" in ana.ask("/")[2]

    lines = web.lines() + work.lines()
    registered = next(
        line for line in lines if line.get("endpoint") == "registration.register" and line.get("status") == 303
    )
    [carried] = [line for line in work.lines() if line.get("kind") == "registration-letter"]
    assert registered["level"] == "INFO"
    assert carried["request"] == registered["requestId"]
    assert carried["requestId"] not in {"", registered["requestId"]}
    everything = web.log.read_text() + work.log.read_text()
    assert not any(word in everything for word in ("ana@", "Ana Lima", PASSWORD, link.rpartition("/")[2]))


def test_a_function_that_cannot_start_says_what_to_set(environ: dict[str, str], tmp_path: Path) -> None:
    with started(WEB, environ | {"BYLINE_STORE": "nonsense://"}, tmp_path) as web, pytest.raises(FunctionError) as said:
        web.said()

    kind, report = said.value.args
    assert (kind, report["errorType"]) == ("init", "Misconfigured")
    assert "BYLINE_STORE must begin with" in report["errorMessage"]


@contextmanager
def parameter_store(answers: list[tuple[int, dict[str, Any]]]) -> Iterator[str]:
    """A Parameter Store that gives these answers, and the last one for ever after."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, data = answers.pop(0) if len(answers) > 1 else answers[0]
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_start_while_the_secret_key_cannot_be_read_gives_a_page_and_the_next_request_the_portal(
    environ: dict[str, str], tmp_path: Path
) -> None:
    throttled = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
    there = (200, {"Parameter": {"Value": environ["BYLINE_SECRET_KEY"]}})
    answers = [throttled]
    with parameter_store(answers) as address:
        environ |= {
            "AWS_ACCESS_KEY_ID": "made up",
            "AWS_SECRET_ACCESS_KEY": "made up",
            "BYLINE_LANGUAGE": "de",
            "BYLINE_SECRET_KEY": f"ssm:///byline/secret-key?region=eu-west-1&endpoint={address}",
        }
        with started(WEB, environ, tmp_path) as web:
            status, headers, body = Browser(web).ask("/login")
            assert (status, headers["retry-after"]) == (503, "60")
            assert headers["content-type"].startswith("text/html")
            assert "Gleich wieder da" in body
            answers[:] = [there]
            assert Browser(web).ask("/login")[0] == 200


def test_a_failed_round_is_reported_without_anybodys_words(environ: dict[str, str], tmp_path: Path) -> None:
    with started(WORK, environ, tmp_path) as work:
        assert work.invoke(SCHEDULE)["given_up"] == 0
        with closing(sqlite3.connect(tmp_path / "byline.sqlite3")) as file, file:
            tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                file.execute(f"DROP TABLE {name}")
        with pytest.raises(FunctionError) as said:
            work.invoke(SCHEDULE)

    kind, report = said.value.args
    assert (kind, report["errorType"]) == ("error", "WorkError")
    assert report["errorMessage"].partition(" at ")[0] in {"Unavailable", "Misconfigured"}
    assert "no such table" not in json.dumps(report) + work.log.read_text()


def test_the_answer_to_a_stream_is_what_lambda_expects(environ: dict[str, str], tmp_path: Path) -> None:
    record = {"eventName": "INSERT", "dynamodb": {"Keys": {"k": {"S": "job#gone"}}, "SequenceNumber": "1"}}
    with started(WORK, environ, tmp_path) as work:
        assert work.invoke({"Records": [record]}) == {"batchItemFailures": []}
        assert json.loads(work.log.read_text() or "{}") == {}
