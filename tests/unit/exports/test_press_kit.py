"""A press kit has what the press needs, in folders that every system can unpack."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import mammoth
import pytest
from PIL import Image
from tests.environment import make_world
from tests.people import make_portal

from byline.audit import OPERATOR
from byline.exports import files
from byline.exports.files import WantedExport

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Portal

_SAFE = re.compile(r"[a-z0-9-]+/[a-z0-9-]+\.(?:txt|html|docx|xml|jpg|png|webp)")


def jpeg(width: int = 1600, height: int = 2000, colour: str = "#336699") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(body, "JPEG")
    return body.getvalue()


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return make_portal(make_world(tmp_path, throttle=False))


def kit(portal: Portal, *addresses: str) -> zipfile.ZipFile:
    ids = tuple(portal.account(address).id for address in addresses)
    made = files.export(portal.world.ports, OPERATOR, WantedExport("zip", authors=ids))
    return zipfile.ZipFile(io.BytesIO(b"".join(made.chunks)))


def test_an_author_is_there_with_everything_that_readers_see(portal: Portal) -> None:
    portal.author().save(
        author_bio="Ana wrote *Tides*.",
        author_summary="Writes of the sea.",
        profile_img=(io.BytesIO(jpeg()), "ana.jpg"),
        photo_credit="Bo Berg",
        book_title="Tides",
        book_isbn="9783161484100",
        book_year="2019",
        book_cover=(io.BytesIO(jpeg(600, 900, "#aa3311")), "cover.jpg"),
    )
    archive = kit(portal, "ana@example.org")
    assert archive.testzip() is None
    there = {name.removeprefix("ana-lima/ana-lima-"): archive.read(name) for name in archive.namelist()}
    assert set(there) == {
        "biography.txt",
        "biography.html",
        "biography.docx",
        "summary.txt",
        "portrait.jpg",
        "portrait-credit.txt",
        "books.txt",
        "cover-1-9783161484100.jpg",
        "onix-contributor.xml",
    }
    assert there["biography.txt"] == b"Ana wrote Tides.\r\n"
    assert b"<p>Ana wrote <em>Tides</em>.</p>" in there["biography.html"]
    assert "<em>Tides</em>" in mammoth.convert_to_html(io.BytesIO(there["biography.docx"])).value
    assert Image.open(io.BytesIO(there["portrait.jpg"])).size == (1600, 2000)
    assert there["portrait-credit.txt"] == b"Bo Berg\r\n"
    assert there["books.txt"] == b"Tides (2019), ISBN 978-3-16-148410-0\r\n"
    assert Image.open(io.BytesIO(there["cover-1-9783161484100.jpg"])).height == 900


def test_a_portrait_from_before_there_were_masters_is_the_largest_size_and_says_that_it_is_small(
    portal: Portal,
) -> None:
    portal.author().save(author_bio="Hi.", profile_img=(io.BytesIO(jpeg()), "ana.jpg"))
    ports = portal.world.ports
    master = next(path for path in ports.files.paths("photos/") if "-master" in path)
    ports.files.delete(master)
    names = kit(portal, "ana@example.org").namelist()
    assert "ana-lima/ana-lima-portrait-small.jpg" in names


def test_every_name_can_be_unpacked_everywhere(portal: Portal) -> None:
    for number, slug in enumerate(("x" * 64, "con-author", "0")):
        portal.author(f"a{number}@example.org", f"../../Ana\\ {number}: *?").save(
            author_bio="Hi.", author_slug=slug, book_title="../../etc/passwd", book_isbn="9783161484100"
        )
    names = kit(portal, "a0@example.org", "a1@example.org", "a2@example.org").namelist()
    assert len(names) == len({name.lower() for name in names}) == 3 * 5
    for name in names:
        assert _SAFE.fullmatch(name), name
        assert len(name) < 160


def test_the_same_pages_make_the_same_bytes(portal: Portal) -> None:
    portal.author().save(author_bio="Hi.", author_summary="Short.")
    wanted = WantedExport("zip")
    first, second = (b"".join(files.export(portal.world.ports, OPERATOR, wanted).chunks) for _ in range(2))
    assert first == second
