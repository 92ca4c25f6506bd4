"""Pages, scripts and lists travel compressed, and a length tells no secret; photos are compressed already."""

from __future__ import annotations

import gzip
import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.people import csrf_of, form_of

from byline.web.csrf import unmasked

if TYPE_CHECKING:
    from tests.people import Person, Portal


@pytest.fixture
def author(portal: Portal) -> Person:
    return portal.author()


def assets(author: Person) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', author.get("/").text)


def test_static_files_are_compressed_for_those_who_take_it(author: Person) -> None:
    for path in assets(author):
        plain = author.get(path)
        answer = author.get(path, headers={"Accept-Encoding": "br, gzip"})

        assert "Content-Encoding" not in plain.headers
        assert answer.headers["Content-Encoding"] == "gzip"
        assert {plain.headers["Vary"], answer.headers["Vary"]} == {"Accept-Encoding"}
        assert plain.headers["ETag"] != answer.headers["ETag"]
        assert gzip.decompress(answer.data) == plain.data
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 2


def test_the_editor_is_at_most_95_kilobytes_on_the_way(author: Person) -> None:
    (editor,) = [path for path in assets(author) if "/editor." in path]

    assert len(author.get(editor, headers={"Accept-Encoding": "gzip"}).data) <= 95_000


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", ""])
def test_whoever_does_not_take_it_gets_it_plain(author: Person, accepted: str) -> None:
    answer = author.get(assets(author)[0], headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers


def test_the_portals_own_pages_are_compressed_and_work_as_before(portal: Portal) -> None:
    author = portal.author()
    answer = author.get("/", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"
    page = gzip.decompress(answer.data).decode()
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(page) / 2
    [token] = set(re.findall(r'name="csrf_token" value="([^"]*)"', page))
    assert author.client.post("/logout", data={"csrf_token": token}).status_code == 303


def test_the_length_of_a_page_does_not_tell_what_is_on_it(portal: Portal) -> None:
    desk = portal.publisher()
    pages = [desk.get("/publisher/authors?q=a", headers={"Accept-Encoding": "gzip"}) for _ in range(8)]

    assert len({len(page.data) for page in pages}) > 1


def test_a_token_is_another_text_on_each_page_and_all_of_them_fit(author: Person) -> None:
    tokens = [csrf_of(author.get("/")) for _ in range(3)]

    assert len(set(tokens)) == len(tokens)
    for token in tokens:
        data = {**form_of(author.get("/")), "csrf_token": token}
        assert author.client.post("/", data=data).status_code == 303


def test_a_token_of_a_page_from_before_an_upgrade_fits(author: Person) -> None:
    token = unmasked(csrf_of(author.get("/")))

    assert len(token) == 22
    assert author.client.post("/logout", data={"csrf_token": token}).status_code == 303


@pytest.mark.parametrize("token", ["", "a", "é" * 43, "A" * 43, "=" * 43, "A" * 5_000, "\0" * 22])
def test_a_made_up_token_is_refused(author: Person, token: str) -> None:
    assert author.client.post("/logout", data={"csrf_token": token}).status_code == 400


def test_published_pages_lists_and_styles_are_compressed_too(author: Person) -> None:
    author.save(author_bio="I wrote *The Salt Road*. " * 60)
    author.world.clock.forward(minutes=3)
    author.world.work()
    page = author.get("/authors/ana-lima/")
    style = re.search(r'href="(/authors/byline[^"]+\.css)"', page.text)
    assert style
    for path in ("/authors/", "/authors/ana-lima/", "/authors/ana-lima/index.json", style[1]):
        plain, answer = author.get(path), author.get(path, headers={"Accept-Encoding": "gzip, br"})

        assert answer.headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert gzip.decompress(answer.data) == plain.data
        again = author.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_photo_is_compressed_already(author: Person) -> None:
    file = BytesIO()
    Image.new("RGB", (400, 500), "teal").save(file, "JPEG")
    file.seek(0)
    author.save(profile_img=(file, "me.jpg"))
    author.world.clock.forward(minutes=3)
    author.world.work()
    photo = re.search(r'src="(/authors/photos/[^"]+\.jpg)"', author.get("/authors/ana-lima/").text)
    assert photo

    answer = author.get(photo[1], headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers
    assert answer.mimetype == "image/jpeg"
