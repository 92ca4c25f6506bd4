"""One page saved from several windows at the same moment: nothing is lost, and readers see the newest text."""

from __future__ import annotations

import re
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import form_of

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from tests.store_wrappers import HookedStore


def windows_of(portal: Portal, author: Person, count: int) -> list[Person]:
    """Several windows of the browser in which an author is logged in."""
    cookie = author.client.get_cookie("byline")
    assert cookie is not None
    windows = [portal.person() for _ in range(count)]
    for window in windows:
        window.client.set_cookie("byline", cookie.value)
    return windows


def test_of_two_saves_over_one_version_one_wins_and_the_other_is_shown_both_texts(
    portal: Portal, hooked: HookedStore
) -> None:
    author = portal.author()
    author.save(author_bio="The text of before.")
    for number in range(5):
        windows = windows_of(portal, author, 2)
        texts = [f"Written in window {window} of round {number}." for window in ("one", "two")]
        forms = [{**form_of(window.get("/")), "author_bio": text} for window, text in zip(windows, texts, strict=True)]

        acts = [partial(window.client.post, "/", data=form) for window, form in zip(windows, forms, strict=True)]
        answers = at_once(acts, commits_meet_at=hooked)

        assert sorted(answer.status_code for answer in answers) == [303, 409]
        winner = [answer.status_code for answer in answers].index(303)
        refused = re.sub(r"<[^>]*>|\[only here: |\]", "", answers[1 - winner].text)
        assert "The page was saved in between" in refused
        for text in texts:
            assert all(word in refused for word in text.split())
        assert form_of(answers[1 - winner])["author_bio"] == texts[1 - winner]
        assert texts[winner] in author.get("/authors/ana-lima/").text
    assert "Version 6" in author.get("/history").text
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_of_two_saves_of_one_form_both_are_told_that_it_is_saved_and_it_was_once(
    portal: Portal, hooked: HookedStore
) -> None:
    author = portal.author()
    author.save(author_bio="The text of before.")
    form = {**form_of(author.get("/")), "author_bio": "Clicked twice.", "author_name": "Ana Isabel Lima"}
    windows = windows_of(portal, author, 2)
    photo = BytesIO()
    Image.new("RGB", (400, 400), "teal").save(photo, "PNG")
    sent = [{**form, "profile_img": (BytesIO(photo.getvalue()), "me.png"), "photo_rights": "1"} for _ in windows]

    acts = [partial(window.client.post, "/", data=data) for window, data in zip(windows, sent, strict=True)]
    answers = at_once(acts, commits_meet_at=hooked)

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "Clicked twice." in author.get("/authors/ana-lima/").text
    assert "Version 3" not in author.get("/history").text
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_publishing_while_others_save_ends_with_the_newest_text(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="The text of before.")
    windows = windows_of(portal, author, 6)

    def save_until_taken(window: Person, number: int) -> None:
        while True:
            form = {**form_of(window.get("/")), "author_bio": f"Saved by window {number}."}
            if window.client.post("/", data=form).status_code == 303:
                return

    at_once(
        [
            *(lambda window=window, n=n: save_until_taken(window, n) for n, window in enumerate(windows)),
            portal.world.work,
            portal.world.work,
        ]
    )

    (profile,) = invariants.everything(portal.world.ports.store).visible.values()
    assert profile.number == 7
    newest = profile.content.bio.removeprefix("<p>").removesuffix("</p>")
    assert newest in author.get("/authors/ana-lima/").text
    for _ in range(5):
        portal.world.clock.forward(minutes=2)
        portal.world.work()
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    invariants.check_files(portal.world.ports, all_)
    invariants.check_settled(portal.world.ports, all_)
    texts = {record.data["content"]["bio"] for record in all_.of("version").values()}  # type: ignore[call-overload, index]
    assert {f"<p>Saved by window {number}.</p>" for number in range(6)} <= {*texts, profile.content.bio}
