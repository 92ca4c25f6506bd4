"""A publisher takes authors out by the console: what is in the file, and what is not."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from tests.environment import make_world
from tests.people import PASSWORD, make_portal
from tests.web.test_managed_pages import added, press
from tests.web.test_reviews import hidden_of

from byline.audit import OPERATOR
from byline.authors import decisions
from byline.exports import files
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.store.port import Store

EXPORT = "/publisher/export"


def table(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def filled(portal: Portal) -> Person:
    """A publisher, an author with a page, one without, and people who are not active."""
    ana = portal.author()
    ana.save(author_bio="Ana wrote *Tides*.", book_title="Tides", book_isbn="9783161484100")
    ana.save(author_bio="Not yet for readers.", intent="draft")
    portal.author("bo@example.org", "Bo Lund")
    portal.waiting("wim@example.org", "Wim Aas")
    portal.author("sol@example.org", "Sol Ek").save(author_bio="Gone.")
    decisions.suspend(portal.world.ports, OPERATOR, portal.account("sol@example.org").id)
    return portal.publisher()


def test_a_table_has_all_active_authors_and_no_draft(tmp_path: Path, store: Store) -> None:
    desk = filled(make_portal(make_world(tmp_path, store, throttle=False)))
    answer = desk.post(EXPORT, {"format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="authors-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    ana, bo = table(answer)
    assert (ana["name"], ana["email"], ana["page_address"]) == ("Ana Lima", "ana@example.org", "ana-lima")
    assert ana["biography"] == "Ana wrote *Tides*."
    assert ana["books"] == "Tides, ISBN 978-3-16-148410-0"
    assert (bo["name"], bo["email"], bo["biography"], bo["page_address"]) == ("Bo Lund", "bo@example.org", "", "")


def test_json_has_each_page_as_readers_have_it(portal: Portal) -> None:
    desk = filled(portal)
    made = json.loads(desk.post(EXPORT, {"format": "json"}).get_data())
    assert made["format"] == "byline-export/1"
    ana, bo = made["authors"]
    portal.world.work()
    assert ana["page"] == json.loads(portal.person().get("/authors/ana-lima/index.json").get_data())
    assert bo == {"email": "bo@example.org", "name": "Bo Lund", "page": None}


@pytest.mark.parametrize("release", ["3.0", "3.1"])
def test_onix_has_the_books_in_the_release_that_was_chosen(portal: Portal, release: str) -> None:
    message = etree.fromstring(filled(portal).post(EXPORT, {"format": f"onix-{release}"}).get_data())
    assert message.get("release") == release
    assert [title.text for title in message.iter("{*}TitleText")] == ["Tides"]


def test_the_press_kit_of_one_author_is_one_click_from_their_page(portal: Portal) -> None:
    desk = filled(portal)
    account_id = portal.account("ana@example.org").id
    page = desk.get(f"/publisher/authors/{account_id}").get_data(as_text=True)
    assert "Press kit" in page
    answer = desk.post(EXPORT, {"format": "zip", "author": account_id}, form=f"/publisher/authors/{account_id}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ana-lima.zip"'
    assert "ana-lima/ana-lima-biography.txt" in zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()
    assert "Exported one author (zip)." in desk.get(f"/publisher/authors/{account_id}").get_data(as_text=True)


def test_some_authors_are_named_by_email_or_page_address(portal: Portal) -> None:
    desk = filled(portal)
    typed = "bo@example.org\n\n https://localhost/authors/ana-lima/ \nana@example.org"
    assert [row["name"] for row in table(desk.post(EXPORT, {"format": "csv", "authors": typed}))] == [
        "Bo Lund",
        "Ana Lima",
    ]
    answer = desk.post(EXPORT, {"format": "csv", "authors": "ana@example.org\nnobody@example.org"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "nobody@example.org is not the email address or page address of an author" in page
    assert "ana@example.org\nnobody@example.org" in page


@pytest.mark.parametrize(
    "fields", [{}, {"format": "xls"}, {"format": "onix-2.1"}, {"format": "csv", "authors": "x\n" * 101}]
)
def test_what_cannot_be_exported_is_said_at_its_field(portal: Portal, fields: dict[str, Any]) -> None:
    assert filled(portal).post(EXPORT, fields).status_code == 422


def test_authors_who_are_not_active_have_no_export(portal: Portal) -> None:
    desk = filled(portal)
    sol = portal.account("sol@example.org").id
    assert desk.post(EXPORT, {"format": "zip", "author": sol}).status_code == 404
    assert desk.post(EXPORT, {"format": "zip", "author": "x" * 2000}).status_code == 404


def test_where_an_answer_is_bounded_a_large_export_comes_in_parts_that_are_everything(
    tmp_path: Path, store: Store
) -> None:
    portal = make_portal(make_world(tmp_path, store, throttle=False), most_bytes_answer=1500)
    for number in range(5):
        portal.author(f"a{number}@example.org", f"Ana {number}").save(author_bio=f"{number} words. " * 25)
    portal.author("b@example.org", "Bo Lund").save(author_bio="Far too much. " * 200)
    portal.author("c@example.org", "Cy Falk").save(author_bio="Short.")
    desk = portal.publisher()
    found, pages, fields = [], [], {"format": "csv"}
    for _ in range(9):
        page = desk.post(EXPORT, fields).get_data(as_text=True)
        pages.append(page)
        forms = [dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', each)) for each in page.split("<form")]
        download = [form for form in forms if form.get("intent") == "download"]
        for form in download:
            found += table(desk.client.post(EXPORT, data=form))
        following = [form for form in forms if "part" in form]
        if not following:
            break
        fields = {name: value for name, value in following[0].items() if name != "csrf_token"}
    assert [row["name"] for row in found] == ["Ana 0", "Ana 1", "Ana 2", "Ana 3", "Ana 4", "Cy Falk"]
    assert any("What there is of <bdi>Bo Lund</bdi> is too large" in page for page in pages)
    for start in ("active/" + "x" * 3000, "waiting/", "\U0010ffff"):
        assert desk.post(EXPORT, {"format": "csv", "start": start}).status_code == 200
    whole = desk.post(EXPORT, {"format": "csv", "authors": "c@example.org"})
    assert [row["name"] for row in table(whole)] == ["Cy Falk"]


def test_a_large_export_is_read_piece_by_piece_while_it_is_sent(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(portal)
    made = files.export(portal.world.ports, OPERATOR, files.WantedExport("csv"))
    read: list[str] = []
    page = portal.world.ports.store.page
    monkeypatch.setattr(
        type(portal.world.ports.store), "page", lambda _, *a, **k: read.append("slice") or page(*a, **k)
    )
    assert next(made.chunks).startswith(b"\xef\xbb\xbfname")
    assert read == []
    assert b"Ana Lima" in next(made.chunks)
    assert read == ["slice"] * 2  # of those with an account, and of those whose page the press keeps


def many(portal: Portal) -> Person:
    """A publisher, whose lists are made: two authors without a page, one with, a page of the press, one who waits."""
    rebuild_outdated(portal.world.ports)
    portal.author("bo@example.org", "Bo Lund")
    portal.author("cy@example.org", "Cy Lund")
    portal.author("dee@example.org", "Dee Roe").save(author_bio="Dee wrote *Tides*.", book_title="Tides")
    portal.waiting("wim@example.org", "Wim Lund")
    desk = portal.publisher()
    press(desk, added(desk), "publish", author_bio="Edith kept bees.")
    portal.world.work()
    return desk


def export_link(page: TestResponse) -> str:
    found = re.search(r'href="(/publisher/export\?[^"]*)"', page.text)
    return found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("page=none", ["Bo Lund", "Cy Lund"]),
        ("page=published", ["Edith Karr", "Dee Roe"]),
        ("state=managed", ["Edith Karr"]),
        ("q=lund", ["Bo Lund", "Cy Lund"]),
        ("page=none&q=cy", ["Cy Lund"]),
    ],
)
def test_exactly_those_in_the_list_are_taken_out(portal: Portal, query: str, names: list[str]) -> None:
    desk = many(portal)
    at = export_link(desk.get(f"/publisher/authors?{query}"))
    form = hidden_of(desk.get(at), EXPORT)
    assert [each["name"] for each in table(desk.client.post(EXPORT, data={**form, "format": "csv"}))] == names


@pytest.mark.parametrize("format_", ["json", "zip", "onix-3.0", "onix-3.1"])
def test_a_list_is_taken_out_in_every_format(portal: Portal, format_: str) -> None:
    desk = many(portal)
    form = hidden_of(desk.get(export_link(desk.get("/publisher/authors?page=published"))), EXPORT)
    body = desk.client.post(EXPORT, data={**form, "format": format_}).get_data()
    if format_ == "zip":
        folders = {name.partition("/")[0] for name in zipfile.ZipFile(io.BytesIO(body)).namelist()}
        assert {"dee-roe", "edith-karr"} <= folders
    else:
        text = body.decode()
        assert "Dee" in text
        assert ("Edith" in text) == (format_ == "json")
        assert "Bo Lund" not in text


def test_the_history_says_how_many_of_a_list_were_taken_out(portal: Portal) -> None:
    desk = many(portal)
    desk.client.post(EXPORT, data={**hidden_of(desk.get(f"{EXPORT}?page=none"), EXPORT), "format": "csv"})
    assert "Exported 2 authors (csv)." in desk.get("/publisher/activity").text


@pytest.mark.parametrize("query", ["", "state=waiting", "state=declined"])
def test_a_list_of_all_or_of_no_authors_yet_offers_no_export_of_its_own(portal: Portal, query: str) -> None:
    assert export_link(many(portal).get(f"/publisher/authors?{query}")) == ""


@pytest.mark.parametrize("query", ["q=nobody", "page=stale"])
def test_a_list_without_anyone_takes_out_no_one_instead_of_all(portal: Portal, query: str) -> None:
    desk = many(portal)
    answer = desk.client.post(EXPORT, data={**hidden_of(desk.get(f"{EXPORT}?{query}"), EXPORT), "format": "csv"})
    assert answer.status_code == 422
    assert "No one in this list" in answer.text


def test_a_list_asks_for_a_fresh_proof_like_any_export_and_stays_that_list(portal: Portal) -> None:
    desk = many(portal)
    form = hidden_of(desk.get(f"{EXPORT}?page=none"), EXPORT)
    portal.world.clock.forward(minutes=11)
    asked = desk.client.post(EXPORT, data={**form, "format": "json"})
    assert asked.status_code == 403
    proof = {name: unescape(str(value)) for name, value in hidden_of(asked, "/account/verify").items() if name}
    back = desk.client.post("/account/verify", data={**proof, "author_password": PASSWORD})

    assert "Only the authors in the list “No page yet”" in back.text
    again = {**hidden_of(back, EXPORT), "format": "csv"}
    assert [each["name"] for each in table(desk.client.post(EXPORT, data=again))] == ["Bo Lund", "Cy Lund"]


def test_a_list_comes_in_parts_like_all_authors(portal: Portal) -> None:
    many(portal)
    ports, by = portal.world.ports, OPERATOR
    wanted = files.WantedExport("csv", listed="page/none")
    first = files.export_part(ports, by, wanted, most_bytes=700)
    assert (first.count, first.first, first.is_last) == (1, "Bo Lund", False)
    second = files.export_part(ports, by, wanted, most_bytes=700, after=first.place)
    assert (second.count, second.first, second.is_last) == (1, "Cy Lund", True)
