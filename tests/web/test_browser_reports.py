"""What browsers report of a page's policy becomes one line of the log, without a token and without an address."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal

from byline.web import browser_reports
from byline.web.app import create_app
from byline.web.headers import CSP, EDITOR_CSP, REPORTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.people import Portal
    from werkzeug.test import TestResponse

OLD, NEW = browser_reports.TYPES
SECRET = "k85rCcMOxBApujI17FdYruYuZxiFEq5p"
VIOLATION = {
    "document-uri": f"http://127.0.0.1:8000/reset/{SECRET}?name=Ana",
    "effective-directive": "script-src-elem",
    "blocked-uri": f"https://evil.example/{SECRET}.js",
    "script-sample": SECRET,
    "referrer": f"http://127.0.0.1:8000/{SECRET}",
}
NEW_VIOLATION = {
    "type": "csp-violation",
    "url": f"http://127.0.0.1:8000/reset/{SECRET}",
    "user_agent": "Mozilla/5.0",
    "body": {
        "documentURL": f"http://127.0.0.1:8000/authors/{SECRET}/",
        "effectiveDirective": "require-trusted-types-for",
        "blockedURL": "trusted-types-sink",
        "sample": f"Element innerHTML|{SECRET}",
    },
}


def report(portal: Portal, sent: object, content_type: str = OLD, **options: object) -> TestResponse:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return portal.app.test_client().post(REPORTS, data=body, content_type=content_type, **options)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO)
    return lambda: [line.getMessage() for line in caplog.records if line.name == browser_reports.__name__]


def test_a_report_becomes_a_line_that_tells_of_no_one(portal: Portal, lines: Callable[[], list[str]]) -> None:
    answer = report(portal, {"csp-report": VIOLATION})

    assert (answer.status_code, answer.data) == (204, b"")
    assert lines() == [
        "refused by the content security policy: script-src-elem on password.reset, from https://evil.example"
    ]


def test_a_report_of_the_newer_kind_has_a_line_for_each_of_the_first_five(
    portal: Portal, lines: Callable[[], list[str]]
) -> None:
    assert report(portal, [NEW_VIOLATION] * 9, NEW).status_code == 204

    line = "refused by the content security policy: require-trusted-types-for on readers, from trusted-types-sink"
    assert lines() == [line] * 5


@pytest.mark.parametrize(
    ("violation", "line"),
    [
        ({}, "unknown on unknown, from unknown"),
        ({"violated-directive": "script-src 'self'", "blocked-uri": "inline"}, "script-src on unknown, from inline"),
        ({"document-uri": "https://elsewhere.example/login"}, "unknown on unknown, from unknown"),
        ({"document-uri": "http://127.0.0.1:8000/login"}, "unknown on login.log_in, from unknown"),
        ({"document-uri": "http://[::1", "blocked-uri": "http://[::1"}, "unknown on unknown, from http://[::1"),
        ({"effective-directive": "a\nforged line", "blocked-uri": "data:x\ny"}, "unknown on unknown, from unknown"),
        ({"document-uri": 7, "effective-directive": ["x"], "blocked-uri": {}}, "unknown on unknown, from unknown"),
    ],
)
def test_nothing_in_a_report_gets_into_the_log_as_it_is(
    portal: Portal, lines: Callable[[], list[str]], violation: dict[str, object], line: str
) -> None:
    assert report(portal, {"csp-report": violation}).status_code == 204

    assert lines() == [f"refused by the content security policy: {line}"]


@pytest.mark.parametrize("sent", [[], {}, None, 7, "x", [7], {"csp-report": 7}, [{"body": []}]])
def test_json_that_is_no_report_logs_nothing(portal: Portal, lines: Callable[[], list[str]], sent: object) -> None:
    assert report(portal, sent, NEW).status_code == 204
    assert lines() == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", OLD, 400),
        (b"\xff", OLD, 400),
        (b"[" * 8_000, NEW, 400),
        (b'{"csp-report":{}}', "text/plain", 400),
        (b'{"csp-report":{}}', "application/json", 400),
        (b"{}" + b" " * 8_000, OLD, 413),
    ],
)
def test_what_is_no_report_is_refused(portal: Portal, body: bytes, content_type: str, status: int) -> None:
    assert report(portal, body, content_type).status_code == status


def test_a_report_without_its_length_or_by_another_method_is_refused(portal: Portal) -> None:
    browser = create_app(portal.world.ports).test_client()  # Lambda tells the length by itself

    assert browser.post(REPORTS, content_type=OLD, environ_overrides={"CONTENT_LENGTH": ""}).status_code == 400
    assert browser.post(REPORTS, content_type=OLD, environ_overrides={"CONTENT_LENGTH": "9" * 40}).status_code == 413
    assert browser.get(REPORTS).status_code == 404


def test_a_flood_of_reports_does_not_fill_the_log(tmp_path: Path, lines: Callable[[], list[str]]) -> None:
    portal = make_portal(make_world(tmp_path, throttle=True))

    answers = [report(portal, {"csp-report": VIOLATION}) for _ in range(70)]

    assert [answer.status_code for answer in answers] == [204] * 60 + [429] * 10
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert len(lines()) == 60


def test_every_page_names_where_browsers_report_to(portal: Portal) -> None:
    headers = portal.person().get("/login").headers

    assert headers["Reporting-Endpoints"] == f'csp="{REPORTS}"'
    for policy in (headers["Content-Security-Policy"], CSP, EDITOR_CSP):
        assert f"report-uri {REPORTS}; report-to csp" in policy


def test_only_the_editor_may_parse_html(portal: Portal) -> None:
    assert "trusted-types 'none'" in portal.person().get("/login").headers["Content-Security-Policy"]

    policy = portal.author().get("/").headers["Content-Security-Policy"]
    assert "trusted-types byline-editor ProseMirrorClipboard;" in policy
    assert "require-trusted-types-for 'script'" in policy
