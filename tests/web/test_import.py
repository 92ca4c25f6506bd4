"""A publisher brings a table of authors back by the console: nothing is changed before it was shown and confirmed."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import csrf_of, make_portal

from byline.store import formats
from byline.web.views import imports

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.store.port import Store

IMPORT = "/publisher/import"
TABLE = (
    "email,name,biography\r\nana@example.org,Ana Lima,Ana wrote *Foam*.\r\n"
    "bo@example.org,,Bo writes.\r\nzoe@example.org,Zoe Hart,\r\nnobody,,\r\n"
)


def filled(portal: Portal) -> Person:
    formats.upgrade(portal.world.ports.store)
    portal.author().save(author_bio="Ana wrote *Tides*.")
    portal.author("bo@example.org", "Bo Lund").save(author_bio="Bo.")
    portal.author("cy@example.org", "Cy Falk").save(author_bio="Cy.")
    return portal.publisher()


def sends(desk: Person, body: str | bytes) -> TestResponse:
    raw = body.encode() if isinstance(body, str) else body
    return desk.post(IMPORT, {"table": (io.BytesIO(raw), "authors.csv")}, content_type="multipart/form-data")


def confirms(desk: Person, preview: TestResponse) -> TestResponse:
    """Press the button of a preview."""
    page = preview.get_data(as_text=True)
    hidden = re.findall(r'<input type="hidden" name="(table_text|shown)" value="([^"]*)"', page)
    fields = {name: unescape(value) for name, value in hidden}
    data = {"csrf_token": csrf_of(preview), "intent": "import", **fields}
    return desk.client.post(IMPORT, data=data, content_type="multipart/form-data")


def biography_of(portal: Portal, slug: str) -> str:
    portal.world.work()
    return str(portal.person().get(f"/authors/{slug}/index.json").get_json()["bio_text"])


def test_a_table_is_shown_first_and_imported_when_that_is_confirmed(tmp_path: Path, store: Store) -> None:
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    desk = filled(portal)
    preview = sends(desk, TABLE)
    page = preview.get_data(as_text=True)
    assert preview.status_code == 200
    assert "3 rows would be imported. Nothing was changed yet." in page
    assert "Will be changed" in page
    assert "Will be invited" in page
    assert "Email address: An email address has a name, an @ and a domain" in page
    assert "<del>" in page
    assert biography_of(portal, "ana-lima") == "Ana wrote Tides."
    assert not portal.world.mailer.to("zoe@example.org")

    page = confirms(desk, preview).get_data(as_text=True)
    assert "3 rows were imported." in page
    assert biography_of(portal, "ana-lima") == "Ana wrote Foam."
    assert biography_of(portal, "bo-lund") == "Bo writes."
    assert portal.world.mailer.to("zoe@example.org")
    assert "There is nothing to import." in sends(desk, TABLE).get_data(as_text=True)


def test_a_large_import_is_done_in_several_presses(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_AT_A_TIME", 1)
    desk = filled(portal)
    first = confirms(desk, sends(desk, TABLE))
    assert "1 row was imported." in (page := first.get_data(as_text=True))
    assert "2 are left." in page
    second = confirms(desk, first)
    assert "2 rows were imported." in second.get_data(as_text=True)
    assert biography_of(portal, "bo-lund") == "Bo writes."


def test_what_was_not_shown_is_not_imported(portal: Portal) -> None:
    desk = filled(portal)
    preview = sends(desk, TABLE)
    desk.post("/publisher/authors/" + portal.account("bo@example.org").id + "/edit", {"author_bio": "Mine."})
    page = confirms(desk, preview).get_data(as_text=True)
    assert "2 rows were imported." in page
    assert "Has changed since the table was shown" in page
    assert biography_of(portal, "bo-lund") == "Mine."


def test_a_table_without_a_look_at_it_changes_nothing(portal: Portal) -> None:
    desk = filled(portal)
    fields = {"table_text": TABLE, "intent": "import", "shown": ""}
    assert "0 rows were imported." in desk.post(IMPORT, fields).get_data(as_text=True)
    assert biography_of(portal, "ana-lima") == "Ana wrote Tides."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Choose a CSV file"),
        (b"name\nAna", "neither a column"),
        (b"email\n" + b"a@b.example\n" * 301, "800 KB or 300 rows"),
        (b"\x00\x01\x02", "cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_refused_at_the_field(portal: Portal, body: bytes, sentence: str) -> None:
    answer = sends(portal.publisher(), body)
    assert answer.status_code == 422
    assert sentence in unescape(answer.get_data(as_text=True))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_BYTES", 10_000)
    answer = sends(portal.publisher(), b"email\n" + b"x" * 10_000)
    assert answer.status_code == 422
    assert "10 KB or 300 rows" in answer.get_data(as_text=True)


def test_an_export_comes_back_without_a_change(portal: Portal) -> None:
    desk = filled(portal)
    table = desk.post("/publisher/export", {"format": "csv"}).get_data()
    assert "There is nothing to import." in sends(desk, table).get_data(as_text=True)
