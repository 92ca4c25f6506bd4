"""Requests that no browser of ours sends get a plain page with all the headers, and never more than that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from tests.access_table import TABLE
from tests.attack.route_walk import check_headers, somebody

from byline.web.access import Answer, Who

if TYPE_CHECKING:
    from flask import Response
    from tests.people import Portal

LONG = "a" * 5_000


@pytest.mark.parametrize("who", ["unconfirmed", "waiting", "author", "publisher"])
def test_an_id_that_is_too_long_to_be_one_names_nobody(portal: Portal, who: str) -> None:
    person = somebody(portal, who)

    for rest in ("", "/edit", "/history", "/history/1", "/decline", "/photo/x.jpg"):
        answer = person.get(f"/publisher/authors/{LONG}{rest}")
        assert answer.status_code == 404
        check_headers(answer)


@pytest.mark.parametrize("path", ["/authors/{}", "/authors/{}/", "/authors/{}.html", "/authors/" + "{}/" * 300])
def test_a_readers_address_that_is_too_long_is_no_page(portal: Portal, path: str) -> None:
    for length in (200, 201, 255, 256, 5_000):
        answer = portal.person().get(path.replace("{}", "a" * (length // path.count("{}") or 1)))
        assert answer.status_code == 404
        check_headers(answer)


@pytest.mark.parametrize("value", ["x|y", "x|\xe9", "\xe9|x", '"x|\\303\\251"', "|", "1|" + "0" * 128])
def test_a_cookie_by_which_others_remember_means_nothing_here(portal: Portal, value: str) -> None:
    portal.author()
    account = portal.account("ana@example.org")
    stranger = portal.app.test_client(use_cookies=False)

    for cookie in (value, value.replace("x", account.id)):
        for name in ("remember_token", "session", "byline", "byline_visit"):
            answer = stranger.get("/account", headers={"Cookie": f"{name}={cookie}"})
            assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/account")


def test_another_method_is_405_and_says_which_there_are(portal: Portal) -> None:
    nobody, author, publisher = portal.person(), portal.author(), portal.publisher()
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "TRACK", "CONNECT", "PROPFIND", "BREW"):
        for person, path, allowed in (
            (nobody, "/login", {"GET", "HEAD", "OPTIONS", "POST"}),
            (nobody, "/account", {"GET", "HEAD", "OPTIONS"}),
            (author, "/", {"GET", "HEAD", "OPTIONS", "POST"}),
            (publisher, "/publisher", {"GET", "HEAD", "OPTIONS"}),
        ):
            answer = person.client.open(path, method=method)
            assert answer.status_code == 405, f"{method} {path}"
            assert set(answer.headers["Allow"].split(", ")) == allowed
            check_headers(answer)
    assert nobody.client.post("/account").status_code == 405


def test_another_method_does_not_show_that_the_console_is_there(portal: Portal) -> None:
    console = ("/publisher", "/publisher/authors/x/edit", "/publisher/authors/x/approve", "/publisher/no-such-page")
    stranger, waiting, author = portal.person(), portal.waiting("wim@example.org"), portal.author()
    for person in (stranger, waiting, author):
        for path in (*console, "/no-such-page"):
            for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
                answer = person.client.open(path, method=method)
                to_login = person is stranger and path in console and method != "OPTIONS"
                assert answer.status_code == (302 if to_login else 404), f"{method} {path}"
                assert "Allow" not in answer.headers


def test_a_method_written_into_header_field_or_query_is_not_believed(portal: Portal) -> None:
    author = portal.author()
    before = portal.account("ana@example.org")
    for path in ("/account/delete", "/logout", "/change_password", "/"):
        for method in ("POST", "DELETE", "PUT"):
            headers = dict.fromkeys(("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"), method)
            answer = author.get(f"{path}?_method={method}&method={method}", headers=headers)
            assert answer.status_code in {200, 404}
    assert portal.account("ana@example.org") == before
    assert author.get("/account").status_code == 200


@pytest.mark.parametrize(
    "endpoint", sorted(name for name, row in TABLE.items() if row.answers[Who.AUTHOR] is not Answer.HIDDEN)
)
def test_head_is_answered_like_get_and_without_a_body(portal: Portal, endpoint: str) -> None:
    author = portal.author()
    author.save(author_bio="Here.")
    for rule in portal.app.url_map.iter_rules(endpoint):
        if "GET" in (rule.methods or ()) and rule.endpoint != "mailbox.html":
            path = rule.rule.replace("<int:number>", "1").replace("<token>", "t").replace("<name>", "n")
            path = path.replace("<letter_id>", portal.world.mailer.sent[0].message_id)
            head, get = author.client.head(path), author.get(path)
            assert (head.status_code, head.data) == (get.status_code, b"")
            assert head.headers.get("Location") == get.headers.get("Location")


def test_a_fault_of_our_own_is_a_500_with_all_headers_wherever_it_happens(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Response) -> Response:
        raise RuntimeError("ana@example.org said hunter2")

    author = portal.author()
    portal.app.after_request_funcs[None].append(broken)
    with caplog.at_level(logging.DEBUG):
        answer = author.get("/account")

    assert answer.status_code == 500
    check_headers(answer)
    assert "Something went wrong here" in answer.text
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("who", ["nobody", "author", "publisher"])
def test_a_form_without_a_photo_is_small_also_where_a_photo_may_come(portal: Portal, who: str) -> None:
    """Four megabytes of empty fields would take two seconds, and a quarter of a gigabyte."""
    portal.author("target@example.org")
    person = somebody(portal, who)
    edit = f"/publisher/authors/{portal.account('target@example.org').id}/edit"
    for body in (b"&a" * 2_000_000, b"author_bio=" + b"a" * 300_000):
        for path in {"nobody": ("/", edit), "author": ("/",), "publisher": (edit,)}[who]:
            answer = person.client.post(path, data=body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code == 413
            check_headers(answer)
