"""What the core may rely on, whatever keeps the files."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from byline.files.port import File

if TYPE_CHECKING:
    from byline.files.port import Files

HTML = "text/html; charset=utf-8"
NO_PATHS = [
    "",
    "/",
    "/etc/passwd",
    "authors/",
    "authors//a.html",
    "..",
    "../a.html",
    "authors/../../a.html",
    "authors/./a.html",
    "authors/.hidden",
    ".incoming/a.html",
    "authors/a b.html",
    "authors\\a.html",
    "authors/a\0.html",
    "authors/a\n.html",
    "authors/a.html\n",
    "authors/%2e%2e/a.html",
    "authors/é.html",
    "authors/a.html?x",
    "C:/a.html",
    "a" * 201,
    "/".join(["a" * 100] * 10),
]


def page(path: str, text: str = "a page") -> File:
    return File(path, text.encode(), HTML)


def test_a_file_comes_back_as_it_was_put(files: Files) -> None:
    put = [
        page("authors/index.html"),
        File("authors/ana-lima/index.json", b"{}", "application/json"),
        File("authors/photos/p1/3f2a-1200.jpg", bytes(range(256)) * 100, "image/jpeg"),
        File("authors/sitemap.xml", b"", "application/xml; charset=utf-8"),
        File("authors/~a/-b/_c", b"bytes", "application/octet-stream"),
    ]
    for file in put:
        files.put(file, cache_seconds=31_536_000)

    assert [files.get(file.path) for file in put] == put


def test_the_last_put_wins(files: Files) -> None:
    files.put(page("a.html", "old, and longer"))
    files.put(page("a.html", "new"))

    found = files.get("a.html")

    assert found == page("a.html", "new")
    assert list(files.paths()) == ["a.html"]


def test_what_was_never_put_is_not_there(files: Files) -> None:
    files.put(page("authors/a/index.html"))

    assert files.get("authors/b/index.html") is None
    assert files.get("authors/a") is None
    assert files.get("authors/a/index.html/x") is None


def test_deleting_takes_one_file_and_may_be_repeated(files: Files) -> None:
    files.put(page("authors/a/index.html"))
    files.put(page("authors/a/other.html"))

    files.delete("authors/a/index.html")
    files.delete("authors/a/index.html")
    files.delete("authors/never/there.html")
    files.delete("authors/a")

    assert list(files.paths()) == ["authors/a/other.html"]


def test_a_folder_is_no_hindrance_after_its_last_file_is_gone(files: Files) -> None:
    files.put(page("authors/a/index.html"))
    files.delete("authors/a/index.html")

    files.put(page("authors/a.html"))
    files.put(File("authors/a", b"x", "application/octet-stream"))

    assert sorted(files.paths()) == ["authors/a", "authors/a.html"]


def test_paths_lists_what_starts_alike_and_nothing_else(files: Files) -> None:
    for path in ("authors/a/index.html", "authors/ab/index.html", "authors/b/index.html", "other.html"):
        files.put(page(path))

    assert sorted(files.paths()) == [
        "authors/a/index.html",
        "authors/ab/index.html",
        "authors/b/index.html",
        "other.html",
    ]
    assert sorted(files.paths("authors/a")) == ["authors/a/index.html", "authors/ab/index.html"]
    assert sorted(files.paths("authors/a/")) == ["authors/a/index.html"]
    assert sorted(files.paths("authors/a/index.html")) == ["authors/a/index.html"]
    assert not list(files.paths("authors/a/index.html/"))
    assert not list(files.paths("nothing/like/it"))


@pytest.mark.parametrize("prefix", ["..", "../", "/", ".", "authors/../", "\0", "a b", "é"])
def test_a_prefix_that_no_path_has_lists_nothing(files: Files, prefix: str) -> None:
    files.put(page("authors/a/index.html"))

    assert not list(files.paths(prefix))


@pytest.mark.parametrize("path", NO_PATHS)
def test_what_is_no_path_is_refused_before_anything_happens(files: Files, path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        files.put(File(path, b"x", "application/octet-stream"))
    with pytest.raises(ValueError, match="not a path"):
        files.get(path)
    with pytest.raises(ValueError, match="not a path"):
        files.delete(path)

    assert not list(files.paths())


def test_a_type_that_the_name_does_not_promise_is_refused(files: Files) -> None:
    for wrong in (
        File("a.jpg", b"<script>", "text/html"),
        File("a.exe", b"", "image/png"),
        File("a", b"", "text/html"),
    ):
        with pytest.raises(ValueError, match="its name promises"):
            files.put(wrong)

    assert not list(files.paths())


SEGMENT = st.from_regex(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,20}", fullmatch=True).map(str.lower)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(SEGMENT, min_size=1, max_size=4).map("/".join), body=st.binary(max_size=500))
def test_every_path_that_is_one_works(files: Files, path: str, body: bytes) -> None:
    from byline.files.paths import content_type

    file = File(path, body, content_type(path))
    files.put(file)

    assert files.get(path) == file
    assert list(files.paths()) == [path]

    files.delete(path)

    assert files.get(path) is None
    assert not list(files.paths())


def test_readers_see_the_old_file_whole_or_the_new_one_whole(files: Files) -> None:
    def body(letter: str) -> bytes:
        text = letter.encode() * 200_000
        return text + hashlib.sha256(text).digest()

    def write(letter: str) -> None:
        for _ in range(15):
            files.put(File("shared.html", body(letter), HTML))

    def read(_: int) -> set[bool]:
        seen = set()
        for _ in range(30):
            found = files.get("shared.html")
            assert found is not None
            seen.add(hashlib.sha256(found.body[:-32]).digest() == found.body[-32:])
        return seen

    files.put(File("shared.html", body("z"), HTML))
    with ThreadPoolExecutor(4) as crowd:
        writers = [crowd.submit(write, letter) for letter in "ab"]
        readers = [crowd.submit(read, number) for number in range(2)]

        assert [reader.result() for reader in readers] == [{True}, {True}]
        for writer in writers:
            writer.result()
    assert list(files.paths()) == ["shared.html"]


def test_putting_and_deleting_in_one_folder_at_once_disturbs_nobody(files: Files) -> None:
    def come_and_go(name: str) -> None:
        for _ in range(25):
            files.put(page(f"authors/a/b/{name}.html"))
            files.delete(f"authors/a/b/{name}.html")
        files.put(page(f"authors/a/b/{name}.html"))

    with ThreadPoolExecutor(4) as crowd:
        for done in [crowd.submit(come_and_go, name) for name in "wxyz"]:
            done.result()

    assert sorted(files.paths()) == [f"authors/a/b/{name}.html" for name in "wxyz"]


def test_a_listing_tells_size_and_time(files: Files) -> None:
    from datetime import UTC, datetime, timedelta

    files.put(File("photos/a/1.jpg", b"12345", "image/jpeg"))
    files.put(File("photos/b/1.jpg", b"1", "image/jpeg"))
    [entry] = files.entries("photos/a/")

    assert (entry.path, entry.size_bytes) == ("photos/a/1.jpg", 5)
    assert abs(datetime.now(UTC) - entry.put_at) < timedelta(minutes=5)  # noqa: TID251 - the engine's own clock
    assert list(files.entries("photos/c/")) == []
