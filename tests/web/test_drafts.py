"""Drafts: what was typed is kept before it is public, on every device, and the preview shows what readers would see."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.people import form_of

from byline.authors import drafts
from byline.profiles import records
from byline.store import formats

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

JSON = {"Accept": "application/json"}


def photo(colour: str = "teal") -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGB", (400, 500), colour).save(file, "PNG")
    file.seek(0)
    return file, "me.png"


def press(person: Person, intent: str, **fields: object) -> TestResponse:
    """Press a button of one's own editor with some fields changed."""
    form = {**form_of(person.get("/")), **fields, "intent": intent}
    return person.client.post("/", data=form, content_type="multipart/form-data")


def typed(person: Person, name: str) -> object:
    """What the editor shows in a field."""
    return form_of(person.get("/"))[name]


def draft_of(portal: Portal, person: Person) -> object:
    return portal.world.ports.store.one(records.draft_key(portal.account(person.address).id))


@pytest.fixture
def ana(portal: Portal) -> Person:
    """An author whose page is published."""
    ana = portal.author()
    assert ana.save(author_bio="Published words.").status_code == 303
    return ana


def readers_page(ana: Person) -> str:
    ana.world.work()
    return ana.get("/authors/ana-lima/").get_data(as_text=True)


def test_a_draft_is_kept_and_no_reader_sees_it(ana: Person) -> None:
    answer = press(ana, "draft", author_bio="Half a sent")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")

    page = ana.get("/").get_data(as_text=True)
    assert "The draft is saved. Readers do not see it yet." in page
    assert typed(ana, "author_bio") == "Half a sent"
    assert "Published words." in readers_page(ana)
    assert "Half a sent" not in readers_page(ana)


def test_a_draft_is_there_on_another_device_and_after_the_session_has_ended(portal: Portal, ana: Person) -> None:
    press(ana, "draft", author_bio="Half a sent")
    ana.log_out()
    phone = portal.person()
    phone.log_in()
    assert typed(phone, "author_bio") == "Half a sent"


def test_what_cannot_be_published_can_be_kept(ana: Person) -> None:
    unfinished = {
        "author_name": "",
        "author_slug": "Not An Address!",
        "link_label": ["My", ""],
        "link_url": ["htt", ""],
    }
    assert press(ana, "draft", **unfinished).status_code == 303
    form = form_of(ana.get("/"))
    assert (form["author_name"], form["author_slug"]) == ("", "Not An Address!")
    assert form["link_label"][0] == "My"  # type: ignore[index]
    assert form["link_url"][0] == "htt"  # type: ignore[index]

    refused = press(ana, "publish")
    assert refused.status_code == 422
    assert "Not An Address!" in refused.get_data(as_text=True)


def test_publishing_takes_the_draft_and_ends_it(portal: Portal, ana: Person) -> None:
    press(ana, "draft", author_bio="Better words.")
    assert press(ana, "publish").status_code == 303
    assert "Better words." in readers_page(ana)
    assert draft_of(portal, ana) is None
    assert "Save draft" in ana.get("/").get_data(as_text=True)


def test_publishing_what_is_live_already_ends_the_draft(portal: Portal, ana: Person) -> None:
    press(ana, "draft", author_bio="Other words.")
    assert press(ana, "publish", author_bio="Published words.").status_code == 303
    assert draft_of(portal, ana) is None
    assert len(re.findall("Version [0-9]+ ·", ana.get("/history").get_data(as_text=True))) == 1


def test_discarding_goes_back_to_what_is_live(portal: Portal, ana: Person) -> None:
    press(ana, "draft", author_bio="Worse words.")
    assert "Discard changes" in ana.get("/").get_data(as_text=True)
    assert press(ana, "discard").status_code == 303
    assert typed(ana, "author_bio") == "Published words."
    assert draft_of(portal, ana) is None
    assert press(ana, "discard").status_code == 303  # pressed twice


def test_a_form_that_knows_no_drafts_leaves_one_alone(portal: Portal, ana: Person) -> None:
    """A script's, or one that was open since before the upgrade."""
    press(ana, "draft", author_bio="Half a sent")
    form = {name: value for name, value in form_of(ana.get("/")).items() if name != "draft_seen"}
    answer = ana.client.post("/", data={**form, "author_bio": "By a script."}, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert "By a script." in readers_page(ana)
    assert draft_of(portal, ana) is not None


@pytest.mark.parametrize("intent", ["draft", "preview", "publish", "discard"])
def test_the_second_of_two_windows_is_told_and_shown_both_texts(portal: Portal, ana: Person, intent: str) -> None:
    opened = form_of(ana.get("/"))
    press(ana, "draft", author_bio="Typed on the phone.")
    answer = ana.client.post(
        "/", data={**opened, "author_bio": "Typed at the desk.", "intent": intent}, content_type="multipart/form-data"
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The draft was changed in another place" in page
    assert "phone" in page
    assert "Typed at the desk." in page
    assert typed(ana, "author_bio") == "Typed on the phone."

    mine = {**form_of(answer), "intent": "draft"}
    assert ana.client.post("/", data=mine, content_type="multipart/form-data").status_code == 303
    assert typed(ana, "author_bio") == "Typed at the desk."


def test_a_draft_whose_page_was_published_meanwhile_is_shown_beside_it(portal: Portal, ana: Person) -> None:
    press(ana, "draft", author_bio="Half a sent")
    desk = portal.publisher()
    at = f"/publisher/authors/{portal.account(ana.address).id}/edit"
    edited = {**form_of(desk.get(at)), "author_bio": "Corrected at the desk."}
    assert "Half a sent" not in desk.get(at).get_data(as_text=True), "a draft is its author's alone"
    assert desk.client.post(at, data=edited, content_type="multipart/form-data").status_code == 303

    assert typed(ana, "author_bio") == "Half a sent"
    answer = press(ana, "publish")
    assert answer.status_code == 409
    assert "The page was saved in between" in answer.get_data(as_text=True)
    assert ana.client.post("/", data=form_of(answer), content_type="multipart/form-data").status_code == 303
    assert "Half a sent" in readers_page(ana)
    assert draft_of(portal, ana) is None


def test_a_draft_that_was_sent_twice_is_kept_once(portal: Portal, ana: Person) -> None:
    form = {**form_of(ana.get("/")), "author_bio": "Once.", "intent": "draft"}
    for _ in range(2):
        assert ana.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
    assert draft_of(portal, ana).version == 1  # type: ignore[attr-defined]


def test_the_script_of_the_editor_is_answered_in_json(ana: Person) -> None:
    form = {**form_of(ana.get("/")), "author_bio": "Typed", "intent": "draft"}
    first = ana.client.post("/", data=form, headers=JSON, content_type="multipart/form-data")
    assert first.status_code == 200
    assert first.get_json().keys() == {"draft_seen", "saved_at"}

    stale = ana.client.post("/", data={**form, "author_bio": "Other"}, headers=JSON, content_type="multipart/form-data")
    assert (stale.status_code, stale.get_json()) == (409, {"error": {"code": "draft_stale"}})

    form = {**form, "author_bio": "Typed on", "draft_seen": first.get_json()["draft_seen"]}
    assert ana.client.post("/", data=form, headers=JSON, content_type="multipart/form-data").status_code == 200


def test_a_draft_can_be_begun_while_waiting_and_is_there_after_the_approval(portal: Portal) -> None:
    ana = portal.waiting()
    page = ana.get("/")
    assert page.status_code == 200
    assert "You must wait to have your account approved by the publisher." in page.get_data(as_text=True)
    assert press(ana, "draft", author_bio="While I wait.", profile_img=photo()).status_code == 303
    assert typed(ana, "author_bio") == "While I wait."
    shown = re.search(r'<img [^>]*src="(/photo/[^"]+)"', ana.get("/").get_data(as_text=True))
    assert shown
    assert ana.get(shown[1]).mimetype == "image/jpeg"

    too_early = press(ana, "publish", author_bio="While I still wait.")
    assert too_early.status_code == 403
    assert "While I still wait." in too_early.get_data(as_text=True), "nothing typed is lost"
    portal.approve(ana.address)
    assert typed(ana, "author_bio") == "While I wait."
    assert press(ana, "publish", photo_rights="1").status_code == 303
    page_of_ana = readers_page(ana)
    assert "While I wait." in page_of_ana
    portrait = re.search(r'src="(/authors/photos/[^"]+)"', page_of_ana)
    assert portrait
    assert ana.get(portrait[1]).mimetype == "image/jpeg"


def test_before_the_approval_one_photo_is_kept(portal: Portal) -> None:
    ana, files = portal.waiting(), portal.world.ports.files
    for colour in ("teal", "olive"):
        press(ana, "draft", profile_img=photo(colour))
    assert len([path for path in files.paths("photos/") if "-master." in path]) == 1
    press(ana, "discard")
    assert list(files.paths("photos/")) == []


def test_who_deletes_a_registration_deletes_its_draft_and_its_photo(portal: Portal) -> None:
    ana, files = portal.waiting(), portal.world.ports.files
    account = portal.account(ana.address)
    press(ana, "draft", author_bio="While I wait.", profile_img=photo())
    assert ana.post("/account/delete").status_code == 200
    assert portal.world.ports.store.one(records.draft_key(account.id)) is None
    assert list(files.paths("photos/")) == []


@pytest.mark.parametrize("intent", ["draft", "preview", "discard", "publish"])
def test_nobody_drafts_before_the_address_is_confirmed(portal: Portal, intent: str) -> None:
    ana = portal.person()
    ana.register()
    assert ana.post("/", {"intent": intent, "author_bio": "x"}).status_code == 403
    assert ana.get("/preview").status_code == 403


def test_the_preview_is_the_page_that_readers_would_get(ana: Person) -> None:
    answer = press(ana, "preview", author_bio="Words *to be* seen.", profile_img=photo())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/preview")

    preview = ana.get("/preview")
    html = preview.get_data(as_text=True)
    assert "Words <em>to be</em> seen." in html
    assert "Readers do not see this yet." in html
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"
    for address in re.findall(r'(?:src|href)="(/(?:photo|authors/byline)[^"]+)"', html):
        assert ana.get(address).status_code == 200, address
    assert "Words" not in readers_page(ana)

    framed = ana.get("/preview?pane").get_data(as_text=True)
    assert "Readers do not see this yet." not in framed

    press(ana, "publish", photo_rights="1")
    published = readers_page(ana)
    body = published[published.index("<main>") : published.index("</main>")]
    without_photos = re.compile(r"(?:/photo/|/authors/photos/[^/]+/)")
    assert without_photos.sub("", body) in without_photos.sub("", framed)


def test_a_preview_writes_nothing_and_has_its_style_on_a_new_portal_too(portal: Portal) -> None:
    ana, files = portal.waiting(), portal.world.ports.files
    assert ana.get("/preview").status_code == 200
    assert list(files.paths("")) == []
    press(ana, "draft", author_bio="While I wait.")
    [style] = re.findall(r'rel="stylesheet" href="([^"]+)"', ana.get("/preview").get_data(as_text=True))
    assert ana.get(style).mimetype == "text/css"


def test_a_preview_without_a_draft_shows_what_is_live_or_the_name_alone(portal: Portal, ana: Person) -> None:
    assert "Published words." in ana.get("/preview").get_data(as_text=True)
    ben = portal.author("ben@example.org", "Ben Okri")
    assert "Ben Okri" in ben.get("/preview").get_data(as_text=True)
    cleo = portal.waiting("cleo@example.org", "Cleo Marsh")
    assert "Cleo Marsh" in cleo.get("/preview").get_data(as_text=True)


def test_an_unknown_button_does_nothing(portal: Portal, ana: Person) -> None:
    assert press(ana, "destroy", author_bio="x").status_code == 400
    assert draft_of(portal, ana) is None


def test_a_whole_book_is_refused_with_its_text_still_there(ana: Person) -> None:
    book = "word " * (drafts.MOST_BYTES // 5 + 1)
    answer = press(ana, "draft", author_bio=book)
    assert answer.status_code == 422
    assert book.strip() in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"author_bio": "字" * 120_000},
        {"author_bio": "🐚" * 90_000},
        {"author_bio": "\x01" * 90_000},
        {"book_" + "x" * 360_000: ""},
        {"book_title": ["🐚" * 1_000] * 100},
    ],
    ids=["three bytes a letter", "four bytes a letter", "letters that are escaped", "a name", "many rows"],
)
def test_more_than_one_record_holds_is_refused_however_few_letters_it_has(
    portal: Portal, ana: Person, fields: dict[str, object]
) -> None:
    with press(ana, "draft", **fields) as answer:
        assert answer.status_code == 422
    assert draft_of(portal, ana) is None


def test_no_draft_is_kept_where_an_older_program_may_still_be_put_back(
    portal: Portal, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(portal.world.ports.store), "format", lambda _: formats.DRAFTS - 1)
    form = {**form_of(ana.get("/")), "author_bio": "Half a sent", "intent": "draft"}
    for language, words in (("en", "Drafts can be kept when that is done"), ("de", "Entwürfe lassen sich danach")):
        answer = ana.client.post("/", data=form, headers={"Accept-Language": language})
        assert answer.status_code == 503
        assert form_of(answer)["author_bio"] == "Half a sent"
        assert words in answer.get_data(as_text=True)
        assert "does not answer" not in answer.get_data(as_text=True)


def test_a_draft_that_outlived_its_session_rides_through_the_login(ana: Person) -> None:
    form = {**form_of(ana.get("/")), "author_bio": "Typed on.", "intent": "draft"}
    ana.world.clock.forward(days=2)
    login = ana.client.post("/", data=form, content_type="multipart/form-data").get_data(as_text=True)
    kept = dict(re.findall(r'name="(kept[a-z_]*)" value="([^"]*)"', login))
    assert kept
