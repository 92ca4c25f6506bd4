"""The files of photos: a refused save leaves none, what nothing names goes, and a page has its share and no more."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from byline.authors import pages
from byline.errors import Unavailable
from byline.profiles import photos

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.people import Person, Portal


def photo(shade: int) -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGB", (80, 80), (shade, 0, 0)).save(file, "PNG")
    file.seek(0)
    return file, "me.png"


def files_of(portal: Portal, author: Person) -> set[str]:
    profile = portal.account(author.address).profile_id
    return {
        path.rpartition("/")[2].partition("-")[0]
        for path in portal.world.ports.files.paths(photos.folder(profile))
        if not path.endswith("-master.jpg")
    }


def grow_old(portal: Portal, folder: Path, *, hours: float) -> None:
    """Let all files of photos be so much older than the portal's present time."""
    then = (portal.world.clock.now() - timedelta(hours=hours)).timestamp()
    for file in (folder / "files" / "photos").rglob("*.jpg"):
        os.utime(file, (then, then))


def test_a_page_address_that_is_taken_is_said_before_a_photo_is_stored(portal: Portal) -> None:
    portal.author("ben@example.org", "Ben Osei").save(author_slug="ben")
    author = portal.author("ana@example.org")
    answer = author.save(author_slug="ben", author_bio="Typed.", profile_img=photo(1))

    assert answer.status_code == 422
    assert files_of(portal, author) == set()


def test_a_page_has_so_many_photos_and_no_more(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_PHOTOS", 2)
    author = portal.author("ana@example.org")
    for shade in (1, 2):
        assert author.save(profile_img=photo(shade)).status_code == 303
    answer = author.save(author_bio="Typed.", profile_img=photo(3))

    assert answer.status_code == 422
    assert "This page has had 2 photos" in answer.text
    assert "Typed." in answer.text
    assert len(files_of(portal, author)) == 2
    assert author.save(author_bio="Typed.").status_code == 303


def test_photos_that_no_version_names_are_swept_after_a_day(portal: Portal, tmp_path: Path) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(1))
    author.save(profile_img=photo(2))
    named = files_of(portal, author)
    assert author.save(seen="1", author_bio="Late.", profile_img=photo(3)).status_code == 409
    profile = portal.account(author.address).profile_id
    stray = tmp_path / "files" / photos.folder(profile) / f"{'0' * 32}-80.jpg"
    stray.write_bytes(b"left by a save that died")

    grow_old(portal, tmp_path, hours=23)
    sweep(portal, profile)
    assert stray.exists()
    grow_old(portal, tmp_path, hours=25)
    sweep(portal, profile)
    assert not stray.exists()
    assert files_of(portal, author) == named


def test_the_photo_of_a_save_that_failed_in_any_way_goes_after_a_day(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("no store")

    author = portal.author("ana@example.org")
    with monkeypatch.context() as outage:
        outage.setattr(pages, "commit_page", fail)
        assert author.save(profile_img=photo(1)).status_code == 503
    assert files_of(portal, author)

    portal.world.clock.forward(hours=26)
    grow_old(portal, tmp_path, hours=25)
    portal.world.work()
    assert files_of(portal, author) == set()


def test_a_save_while_photos_cannot_be_kept_comes_back_with_all_that_was_typed(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("no bucket")

    author = portal.author("ana@example.org")
    typed = {"author_bio": "Typed for an hour.", "link_label": "Shop", "link_url": "https://shop.example.org"}
    with monkeypatch.context() as outage:
        outage.setattr(type(portal.world.ports.files), "put", away)
        for intent in ("publish", "draft"):
            answer = author.save(profile_img=photo(1), intent=intent, **typed)
            assert answer.status_code == 503
            assert 'name="author_bio"' in answer.text
            for words in typed.values():
                assert words in answer.text
            assert "no bucket" not in answer.text


def sweep(portal: Portal, profile: str) -> None:
    from byline.jobs.model import Job
    from byline.jobs.upkeep_payloads import SweepPhotos

    photos.sweep(portal.world.ports, Job("1", SweepPhotos(profile), datetime(2026, 1, 1, tzinfo=UTC)))
