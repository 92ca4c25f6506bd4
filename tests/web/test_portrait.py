"""A page's portrait: what is said of it, how it is cut, and the master that it is cut from."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from tests.people import form_of

from byline.profiles import portraits
from byline.store import formats

if TYPE_CHECKING:
    from tests.people import Person, Portal

    from byline.profiles.model import Photo, Profile


def photo(width: int = 1000, height: int = 800) -> tuple[BytesIO, str]:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), (220, 20, 20))
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), (20, 20, 220))
    file = BytesIO()
    image.save(file, "JPEG", quality=95)
    file.seek(0)
    return file, "me.jpg"


def live(portal: Portal, author: Person) -> Profile:
    from byline.profiles import records

    record = portal.world.ports.store.one(records.key(str(portal.account(author.address).profile_id)))
    assert record is not None
    return records.from_record(record)


def portrait(portal: Portal, author: Person) -> Photo:
    found = live(portal, author).content.photo
    assert found is not None
    return found


def shown(portal: Portal, author: Person, name: str) -> Image.Image:
    profile = live(portal, author)
    file = portal.world.ports.files.get(portraits.path(profile.id, portrait(portal, author), name))
    assert file is not None
    return Image.open(BytesIO(file.body))


def colour(image: Image.Image) -> str:
    red, _, blue = image.convert("RGB").getpixel((image.width // 2, image.height // 2))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def test_what_is_said_of_a_photo_is_kept_and_can_be_changed_without_a_new_file(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_alt="Ana at  the sea", photo_credit="Bo Berg", photo_rights="1")
    first = portrait(portal, author)
    assert (first.alt, first.credit, first.may_be_used) == ("Ana at the sea", "Bo Berg", True)

    assert author.save(photo_alt="", photo_credit="Bo Berg, 2026").status_code == 303
    second = portrait(portal, author)
    assert (second.alt, second.credit, second.may_be_used) == ("", "Bo Berg, 2026", True)
    assert second.digest == first.digest


def test_a_photo_is_cut_another_way_without_a_new_file(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1", photo_focus="10,50")
    first = portrait(portal, author)
    assert colour(shown(portal, author, "4x5")) == "red"

    assert author.save(photo_focus="90,50").status_code == 303
    assert colour(shown(portal, author, "4x5")) == "blue"
    assert author.save(photo_crop="50,0,50,100").status_code == 303
    second = portrait(portal, author)
    assert colour(shown(portal, author, "500")) == "blue"
    assert second.sizes[0] == (500, 800)
    assert author.save(photo_crop="whole").status_code == 303
    third = portrait(portal, author)
    assert third.sizes[0] == first.sizes[0] == (1000, 800)
    assert first.master == second.master == third.master


def test_a_photo_from_before_there_were_masters_is_cut_out_of_its_largest_size(portal: Portal) -> None:
    from dataclasses import replace

    from byline.profiles import records
    from byline.store.port import Replace

    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1")
    profile, store = live(portal, author), portal.world.ports.store
    found = portrait(portal, author)
    before = replace(found, shapes=(), master="", master_size=None, may_be_used=False)
    old = replace(profile, content=replace(profile.content, photo=before), version=profile.version + 1)
    store.commit(Replace(records.to_record(old)))

    assert author.save(photo_credit="Bo Berg").status_code == 303
    assert portrait(portal, author).master == ""
    assert author.save(photo_crop="4:5").status_code == 303
    cut = portrait(portal, author)
    assert cut.sizes[0] == (640, 800)
    assert cut.master_size == (1000, 800)
    assert {name for name, _, _ in cut.shapes} == {"1x1", "4x3", "16x9", "4x5", "share"}


@pytest.mark.parametrize(
    "fields",
    [
        {"photo_focus": "nan,inf"},
        {"photo_focus": "101,50"},
        {"photo_focus": "-1,5"},
        {"photo_focus": "1e9,1"},
        {"photo_focus": "٣,٤"},
        {"photo_focus": "50"},
        {"photo_crop": "0,0,0,0"},
        {"photo_crop": "90,90,20,20"},
        {"photo_crop": "0,0,100"},
        {"photo_crop": "9:16"},
        {"photo_crop": "0,0,999999999999999999999,1"},
    ],
)
def test_a_crop_that_nobody_could_choose_changes_nothing(portal: Portal, fields: dict[str, str]) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1", photo_focus="40,60", photo_crop="10,10,80,80")
    before = portrait(portal, author)

    assert author.save(**fields).status_code == 303
    assert portrait(portal, author) == before


def test_a_crop_with_next_to_nothing_in_it_is_refused_and_the_photo_stays(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1")
    before = portrait(portal, author)
    answer = author.save(photo_crop="0,0,5,100")

    assert answer.status_code == 422
    assert "too small or too narrow" in answer.text
    assert portrait(portal, author) == before


@pytest.mark.parametrize("name", ["photo_alt", "photo_credit"])
def test_words_that_do_not_fit_are_said_at_their_field(portal: Portal, name: str) -> None:
    author = portal.author("ana@example.org")
    for words, fault in (("x" * 301, "longer than"), ("turned \u202e round", "control character")):
        answer = author.save(profile_img=photo(), photo_rights="1", **{name: words})

        assert answer.status_code == 422
        assert fault in answer.text


def test_the_master_is_for_the_author_and_no_reader(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1")
    portal.world.work()
    found = portrait(portal, author)
    published = set(portal.world.ports.files.paths("authors/photos/"))

    assert {path.rpartition("-")[2] for path in published} == {
        "1000.jpg", "640.jpg", "320.jpg", "1x1.jpg", "4x3.jpg", "16x9.jpg", "4x5.jpg", "share.jpg",
    }  # fmt: skip
    assert author.get(f"/photo/{found.master}-master.jpg").status_code == 200
    other = portal.author("ben@example.org", "Ben Osei")
    assert other.get(f"/photo/{found.master}-master.jpg").status_code == 404


def test_masters_are_in_the_inventory_and_are_swept_with_the_versions_that_name_them(portal: Portal) -> None:
    from byline.audit import OPERATOR
    from byline.site.inventory import take_inventory

    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1")
    portal.world.work()
    profile, ports = live(portal, author), portal.world.ports
    path = portraits.master_path(profile.id, portrait(portal, author))
    found = take_inventory(ports, OPERATOR, lambda _: None)
    assert (found.missing_photos, found.unnamed) == ((), ())

    ports.files.delete(path)
    assert take_inventory(ports, OPERATOR, lambda _: None).missing_photos == (path,)
    assert "its file is lost" in author.save(photo_crop="4:5").text


def test_a_store_of_before_holds_the_photo_and_refuses_what_it_would_lose(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = portal.author("ana@example.org")
    monkeypatch.setattr(type(portal.world.ports.store), "format", lambda _: formats.PORTRAITS - 1)

    assert author.save(profile_img=photo(), photo_rights="1").status_code == 303
    assert portrait(portal, author).master == ""
    assert author.save(photo_credit="Bo Berg").status_code == 503


def test_a_form_without_fields_about_the_photo_leaves_it_alone(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_rights="1", photo_credit="Bo Berg", photo_crop="4:5")
    before = portrait(portal, author)
    form = {name: value for name, value in form_of(author.get("/")).items() if not name.startswith("photo_")}
    author.client.post("/", data={**form, "author_bio": "New."}, content_type="multipart/form-data")

    assert portrait(portal, author) == before


def test_a_new_photo_needs_the_word_that_it_may_be_used(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    answer = author.save(profile_img=photo(), photo_rights="", photo_credit="Bo Berg", author_bio="Typed.")

    assert answer.status_code == 422
    assert 'id="photo_rights-error"' in answer.text
    assert "choose it again as well" in answer.text
    assert 'value="Bo Berg"' in answer.text
    assert "Typed." in answer.text
    assert author.save(author_bio="Typed.").status_code == 303


def test_the_editor_says_how_a_photo_is_cut_and_sends_the_same_again(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    author.save(profile_img=photo(), photo_focus="33,41", photo_crop="10,10.5,80,80")
    form = form_of(author.get("/"))
    before = portrait(portal, author)

    assert (form["photo_focus"], form["photo_crop"]) == ("33,41", "10,10.5,80,80")
    assert author.save().status_code == 303
    assert portrait(portal, author) == before
    author.save(photo_focus="75,50", photo_crop="4:5")
    form = form_of(author.get("/"))
    assert (form["photo_focus"], form["photo_crop"]) == ("75,50", "4:5")


def test_only_the_editor_may_show_a_photo_that_its_browser_has(portal: Portal) -> None:
    author = portal.author("ana@example.org")

    policy = author.get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' blob:;" in policy
    assert policy.endswith("; connect-src 'self'; frame-src 'self'")
    assert "blob:" not in author.get("/account").headers["Content-Security-Policy"]


def test_a_drafts_photo_is_published_only_with_the_word_that_it_may_be_used(portal: Portal) -> None:
    author = portal.author("ana@example.org")
    kept = author.save(profile_img=photo(), photo_rights="", intent="draft")
    assert kept.status_code < 400
    answer = author.save(intent="publish")

    assert answer.status_code == 422
    assert "Tick “This photo may be used here”, or choose another photo" in answer.text
    assert live(portal, author).content.photo is None
    assert author.save(intent="publish", photo_rights="1").status_code == 303
    assert portrait(portal, author).may_be_used
