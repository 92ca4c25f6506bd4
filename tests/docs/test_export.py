"""docs/export.md against the files of an export."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from PIL import Image
from tests.docs.documents import code, table_under, text_of
from tests.environment import make_world
from tests.people import make_portal

from byline.audit import OPERATOR
from byline.authors import csv_format
from byline.exports import files
from byline.exports.files import WantedExport

if TYPE_CHECKING:
    from tests.people import Portal

DOCUMENT = "docs/export.md"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    portal = make_portal(make_world(tmp_path_factory.mktemp("portal"), throttle=False))
    portal.author().save(
        author_bio="Hello.",
        author_summary="Short.",
        profile_img=(picture(), "ana.jpg"),
        photo_credit="Bo Berg",
        link_label="Home",
        link_url="https://ana.example/",
        book_title="Tides",
        book_publisher="Dune",
        book_year="2019",
        book_isbn="9783161484100",
        book_cover=(picture(), "cover.jpg"),
    )
    return portal


def picture() -> io.BytesIO:
    body = io.BytesIO()
    Image.new("RGB", (900, 1100), "#336699").save(body, "JPEG")
    body.seek(0)
    return body


def exported(portal: Portal, format_: str) -> bytes:
    return b"".join(files.export(portal.world.ports, OPERATOR, WantedExport(format_)).chunks)


def described(heading: str) -> list[str]:
    """What is in code in the first cells of the table under a heading."""
    return [name for row in table_under(text_of(DOCUMENT), heading) for name in code(row[0])]


def test_the_columns_are_those_that_are_described() -> None:
    rows = table_under(text_of(DOCUMENT), "The table: CSV")
    assert [code(row[0])[0] for row in rows] == list(csv_format.COLUMNS)
    assert [code(row[0])[0] for row in rows if row[2] != "left as it is"] == list(csv_format.TAKEN)


def test_the_json_has_the_members_that_are_described(portal: Portal) -> None:
    made = json.loads(exported(portal, "json"))
    heading = f"JSON: `{made['format']}`"
    assert set(made["authors"][0]) == set(described(heading))
    for member in made:
        assert f"`{member}`" in text_of(DOCUMENT)


def test_the_elements_of_onix_are_those_that_are_described(portal: Portal) -> None:
    message = etree.fromstring(exported(portal, "onix"))
    there = {etree.QName(element).localname for element in message.iter()}
    assert set(described("ONIX")) <= there


def test_a_press_kit_has_the_files_that_are_described(portal: Portal) -> None:
    names = zipfile.ZipFile(io.BytesIO(exported(portal, "zip"))).namelist()
    there = {name.replace("ana-lima/ana-lima", "…").replace("9783161484100", "<ISBN>") for name in names}
    assert there == set(described("Press kit: zip"))
