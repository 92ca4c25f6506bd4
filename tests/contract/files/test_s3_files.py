"""What S3 alone has to get right: what it tells caches, and the sentences when it will not do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto.s3.models import s3_backends

from byline.errors import Misconfigured, Unavailable
from byline.files.port import File
from byline.files.s3 import S3Files
from byline.site.writing import YEAR_SECONDS, write_if_changed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Opened = Callable[..., S3Files]

PAGE = File("authors/ana-lima/index.html", b"<p>Ana", "text/html")
PHOTO = File("authors/photos/p1/3f2a-1200.jpg", b"\xff\xd8\xff", "image/jpeg")


def laid(s3: Any, files: S3Files, path: str) -> dict[str, Any]:
    found: dict[str, Any] = s3.head_object(Bucket=files._bucket, Key=f"site/{path}")
    return found


def test_a_page_is_kept_for_a_minute_and_can_be_asked_for_by_its_tag(bucket: Opened, s3: Any) -> None:
    files = bucket()
    files.put(PAGE)

    found = laid(s3, files, PAGE.path)

    assert found["ContentType"] == "text/html; charset=utf-8"
    assert found["CacheControl"] == "public, max-age=60"
    assert found["ETag"]


def test_a_photo_is_kept_for_ever_by_browsers_and_asked_for_again_by_networks(bucket: Opened, s3: Any) -> None:
    files = bucket()
    files.put(PHOTO, cache_seconds=YEAR_SECONDS)

    found = laid(s3, files, PHOTO.path)

    assert found["ContentType"] == "image/jpeg"
    assert found["CacheControl"] == "public, max-age=31536000, s-maxage=60, immutable"


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("a.css", "text/css; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.xml", "application/xml; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_type_stands_at_the_file_as_its_name_promises(bucket: Opened, s3: Any, path: str, type_: str) -> None:
    files = bucket()
    files.put(File(path, b"", type_.partition(";")[0]))

    assert laid(s3, files, path)["ContentType"] == type_


def test_what_says_the_same_is_not_put_again(bucket: Opened, s3: Any) -> None:
    files = bucket()
    write_if_changed(files, PAGE)
    s3.put_object_tagging(
        Bucket=files._bucket, Key=f"site/{PAGE.path}", Tagging={"TagSet": [{"Key": "put", "Value": "once"}]}
    )

    write_if_changed(files, PAGE)
    assert s3.get_object_tagging(Bucket=files._bucket, Key=f"site/{PAGE.path}")["TagSet"]

    write_if_changed(files, File(PAGE.path, b"<p>Ana Lima", "text/html"))
    assert not s3.get_object_tagging(Bucket=files._bucket, Key=f"site/{PAGE.path}")["TagSet"]


def test_two_sites_in_one_bucket_do_not_see_each_other(bucket: Opened) -> None:
    one, other, without = bucket(), bucket(prefix="site-2"), bucket(prefix="")
    one.put(PAGE)
    other.put(PHOTO)

    assert list(one.paths()) == [PAGE.path]
    assert list(other.paths()) == [PHOTO.path]
    assert sorted(without.paths()) == [f"site-2/{PHOTO.path}", f"site/{PAGE.path}"]


def test_more_than_a_thousand_files_are_all_listed(bucket: Opened) -> None:
    files = bucket()
    paths = [f"authors/photos/p1/{number:04}.jpg" for number in range(1003)]
    for path in paths:
        s3_backends["123456789012"]["aws"].put_object(files._bucket, f"site/{path}", b"")  # a thousand in a blink

    assert list(files.paths("authors/")) == paths


def test_what_others_laid_into_the_bucket_is_not_listed(bucket: Opened, s3: Any) -> None:
    files = bucket()
    for key in ("site/", "site/authors/", "site/.hidden", "site/a b.html", "elsewhere/a.html"):
        s3.put_object(Bucket=files._bucket, Key=key, Body=b"")

    assert not list(files.paths())


def test_a_bucket_that_is_not_there_is_said(bucket: Opened) -> None:
    files = bucket(bucket="no-such-bucket-of-byline")

    for act in (lambda: files.put(PAGE), lambda: files.get(PAGE.path), lambda: list(files.paths())):
        with pytest.raises(Unavailable, match="the bucket is not there"):
            act()


def test_an_engine_that_is_away_is_to_be_tried_again(bucket: Opened) -> None:
    files = bucket(endpoint="http://127.0.0.1:1")

    for act in (
        lambda: files.put(PAGE),
        lambda: files.get(PAGE.path),
        lambda: files.delete(PAGE.path),
        lambda: list(files.paths()),
    ):
        with pytest.raises(Unavailable, match=r"cannot (write|read|delete|list)"):
            act()


@pytest.mark.parametrize(
    ("bucket_name", "prefix"),
    [("", "site"), ("Upper", "site"), ("a", "site"), ("b" * 64, ""), ("bucket", "/site"), ("bucket", "a" * 101)],
)
def test_names_that_cannot_be_are_refused_at_the_start(bucket_name: str, prefix: str) -> None:
    with pytest.raises(Misconfigured):
        S3Files(bucket_name, prefix, region="eu-west-1")
