"""What belongs to a review: its photos and its drafts, the emails about it, the login in between, its reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.environment import make_world
from tests.people import Portal, form_of, make_portal
from tests.store_wrappers import CountingStore
from tests.web.test_photo_files import grow_old
from tests.web.test_reviews import answer, press, profile_id, readers_page, review_of, rule, to_send

from byline.audit import OPERATOR
from byline.authors import decisions
from byline.jobs.model import Job
from byline.jobs.upkeep_payloads import SweepPhotos
from byline.profiles import photos
from byline.profiles.reviews import review_key
from byline.site.inventory import photos_of
from byline.transfer.companions import companions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person
    from werkzeug.test import TestResponse

    from byline.store.port import Store

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def photo(colour: str) -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGB", (400, 500), colour).save(file, "PNG")
    file.seek(0)
    return file, "me.png"


@pytest.fixture
def ana(portal: Portal) -> Person:
    ana = portal.author()
    ana.save(author_bio="Old words.", profile_img=photo("teal"), photo_rights="1")
    rule(portal, "all")
    return ana


@pytest.fixture
def publisher(portal: Portal) -> Person:
    return portal.publisher("pat@marram.example", "Pat Moss")


def digest_of(portal: Portal, ana: Person) -> str:
    review = review_of(portal, ana)
    assert review is not None
    assert review.content.photo is not None
    return review.content.photo.digest


def is_kept(portal: Portal, ana: Person, digest: str, folder: Path) -> bool:
    """Whether a photo is still there after a sweep, when its files are old."""
    grow_old(portal, folder, hours=25)
    owner = profile_id(portal, ana)
    photos.sweep(portal.world.ports, Job("1", SweepPhotos(owner), datetime(2026, 1, 1, tzinfo=UTC)))
    return any(digest in path for path in portal.world.ports.files.paths(photos.folder(owner)))


def test_a_photo_that_waits_is_kept_and_public_nowhere_and_swept_when_the_review_is_gone(
    portal: Portal, ana: Person, tmp_path: Path
) -> None:
    press(ana, "publish", profile_img=photo("maroon"), photo_rights="1")
    digest = digest_of(portal, ana)
    ana.world.work()
    record = portal.world.ports.store.one(review_key(profile_id(portal, ana)))
    assert record is not None
    assert any(digest in path for path in photos_of(record))
    assert ana.get(f"/authors/photos/{profile_id(portal, ana)}/{digest}-320.jpg").status_code == 404
    assert portal.author("bo@example.org", "Bo Lund").get(f"/photo/{digest}-320.jpg").status_code == 404
    assert ana.get(f"/photo/{digest}-320.jpg").status_code == 200

    assert is_kept(portal, ana, digest, tmp_path)
    press(ana, "withdraw")
    press(ana, "discard")
    assert not is_kept(portal, ana, digest, tmp_path)


def test_the_photo_of_a_review_stays_when_its_text_is_edited_further(
    portal: Portal, ana: Person, publisher: Person
) -> None:
    press(ana, "publish", profile_img=photo("maroon"), photo_rights="1")
    digest = digest_of(portal, ana)
    press(ana, "publish", author_bio="Later words.")
    assert digest_of(portal, ana) == digest
    press(ana, "draft", author_bio="Drafted words.")
    assert "What you see is your draft" in ana.get("/").text
    press(ana, "publish")
    assert digest_of(portal, ana) == digest
    answer(portal, publisher, ana, "edit", author_bio="Edited words.")
    assert digest in readers_page(ana)
    assert "Edited words." in readers_page(ana)


def test_what_was_typed_besides_is_kept_when_a_text_is_withdrawn(portal: Portal, ana: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    press(ana, "withdraw", author_bio="Typed since.")
    assert form_of(ana.get("/"))["author_bio"] == "Typed since."
    assert "You withdrew the text" in ana.get("/").text


def test_a_form_that_is_sent_twice_waits_once(portal: Portal, ana: Person) -> None:
    form = {**form_of(ana.get("/")), "author_bio": "Waiting words.", "intent": "publish"}
    answers = [ana.client.post("/", data=form).status_code for _ in range(2)]
    assert answers == [303, 303]
    waiting = review_of(portal, ana)
    assert waiting is not None
    assert waiting.version == 1


def test_a_form_from_before_a_review_is_shown_both_texts(ana: Person) -> None:
    form = {**form_of(ana.get("/")), "author_bio": "Words of another window.", "intent": "publish"}
    press(ana, "publish", author_bio="Waiting words.")
    refused = ana.client.post("/", data=form)
    assert refused.status_code == 409
    assert "Words of another window." in refused.text


def test_publishers_hear_of_texts_in_one_email_a_day_and_again_after_the_usual_time(
    portal: Portal, ana: Person, publisher: Person
) -> None:
    def subjects() -> list[str]:
        portal.world.work()
        return [mail.subject for mail in portal.world.mailer.to(publisher.address) if "review" in mail.subject]

    before = len(portal.world.mailer.to(publisher.address))
    portal.world.clock.forward(days=1)
    ana.log_in()
    press(ana, "publish", author_bio="Waiting words.")
    press(ana, "publish", author_bio="Later words.")
    assert subjects() == ["1 text waits for review"]
    [email] = portal.world.mailer.to(publisher.address)[before:]
    assert "Waiting words." not in email.text
    assert "/publisher/reviews" in email.text
    portal.world.clock.forward(days=14, minutes=1)
    assert subjects() == ["1 text waits for review"] * 2
    publisher.log_in()
    answer(portal, publisher, ana, "publish")
    portal.world.clock.forward(days=15)
    assert len(subjects()) == 2


def test_no_text_of_a_suspended_author_is_published_and_it_stays(
    portal: Portal, ana: Person, publisher: Person
) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    decisions.suspend(portal.world.ports, OPERATOR, portal.account(ana.address).id)
    refused = answer(portal, publisher, ana, "publish")
    assert refused.status_code == 422
    assert "This author is not active." in refused.text
    waiting = review_of(portal, ana)
    assert waiting is not None
    assert waiting.waits
    decisions.reinstate(portal.world.ports, OPERATOR, portal.account(ana.address).id)
    assert answer(portal, publisher, ana, "publish").status_code == 303
    assert "Waiting words." in readers_page(ana)


def through_login(portal: Portal, publisher: Person, form: dict[str, object], **fields: object) -> TestResponse:
    """Send a form of a page that stood open while the session ended, and log in."""
    portal.world.clock.forward(hours=2)
    page = publisher.client.post(str(form.pop("")), data={**form, **fields})
    assert page.status_code == 200
    kept = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
    known = {"author_email": publisher.address, "author_password": publisher.password}
    return publisher.client.post("/login", data={**kept, **known})


@pytest.mark.parametrize(("what", "fields"), [("publish", {}), ("change", {"note": "Name the prize."})])
def test_an_answer_that_was_pressed_is_carried_through_the_login(
    portal: Portal, ana: Person, publisher: Person, what: str, fields: dict[str, object]
) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    carried = through_login(portal, publisher, to_send(portal, publisher, ana, what), **fields)

    assert (carried.status_code, carried.headers["Location"]) == (303, "/publisher/reviews")
    now = review_of(portal, ana)
    if what == "publish":
        assert now is None
        assert "Waiting words." in readers_page(ana)
    else:
        assert now is not None
        assert now.note == "Name the prize."


def test_a_note_is_asked_for_and_stays_in_the_form(portal: Portal, ana: Person, publisher: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    refused = answer(portal, publisher, ana, "change", note=" ")
    assert refused.status_code == 422
    assert "Write what should be changed" in refused.text
    refused = answer(portal, publisher, ana, "reject", note="x" * 2_001)
    assert refused.status_code == 422
    assert "x" * 2_001 in refused.text


def test_a_page_that_was_saved_since_is_looked_at_again(portal: Portal, ana: Person, publisher: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    form = to_send(portal, publisher, ana, "publish")
    address = f"/publisher/authors/{portal.account(ana.address).id}/edit"
    publisher.client.post(address, data={**form_of(publisher.get(address)), "author_bio": "The press's words."})
    refused = publisher.client.post(str(form.pop("")), data=form)
    assert refused.status_code == 409
    assert "The page was saved in between." in refused.text
    assert "The press's words." in readers_page(ana)


def test_a_page_that_a_publisher_edits_begins_with_what_is_live(portal: Portal, ana: Person, publisher: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.")
    address = f"/publisher/authors/{portal.account(ana.address).id}/edit"
    assert form_of(publisher.get(address))["author_bio"] == "Old words."


def test_a_copy_takes_a_review_together_with_its_page(portal: Portal, ana: Person) -> None:
    press(ana, "publish", author_bio="Waiting words.", author_slug="a-new-name")
    store, owner = portal.world.ports.store, profile_id(portal, ana)
    review = store.one(review_key(owner))
    assert review is not None
    [page] = [record for record in store.get(*companions(review)).values() if record.key.kind == "profile"]
    assert review.key in companions(page)


class TestReads:
    """Store calls: on AWS each is money and milliseconds."""

    @pytest.fixture
    def counted(self, store: Store) -> CountingStore:
        return CountingStore(store)

    @pytest.fixture
    def portal(self, tmp_path: Path, counted: CountingStore) -> Portal:
        return make_portal(make_world(tmp_path, counted), publish_in_line=False)

    def test_an_answer_takes_one_read_and_one_commit(
        self, portal: Portal, ana: Person, publisher: Person, counted: CountingStore
    ) -> None:
        for what in ("publish", "change", "reject"):
            form = {**form_of(ana.get("/")), "author_bio": f"Words before {what}.", "intent": "publish"}
            counted.reset()
            assert ana.client.post("/", data=form).status_code == 303
            assert counted.commits == 1
            sent: dict[str, object] = to_send(portal, publisher, ana, what)
            counted.reset()
            done = publisher.client.post(str(sent.pop("")), data={**sent, "note": "Why."})
            assert done.status_code == 303
            assert (counted.reads, counted.commits) == (1, 1)

    def test_the_list_and_a_text_with_the_way_to_those_beside_it_take_two_reads_besides_the_session(
        self, portal: Portal, ana: Person, publisher: Person, counted: CountingStore
    ) -> None:
        press(ana, "publish", author_bio="Waiting words.")
        counted.reset()
        assert publisher.get("/publisher/reviews").status_code == 200
        assert (counted.reads, counted.commits) == (3, 0)
        address = f"/publisher/reviews/{profile_id(portal, ana)}?author={portal.account(ana.address).id}"
        counted.reset()
        assert publisher.get(address).status_code == 200
        assert (counted.reads, counted.commits) == (3, 0)
