"""Whose texts wait: every way in under each rule. An author has no way past it, and publishers are not held up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.people import csrf_of, form_of
from tests.web.test_reviews import press, profile_id, readers_page, review_of, rule

from byline.accounts.actors import actor_of
from byline.accounts.model import ReviewRule
from byline.audit import OPERATOR
from byline.authors import csv_import, csv_rows, pages, review_policy
from byline.errors import Unavailable
from byline.profiles.editing import PageChange
from byline.store import formats

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Person, Portal

    WayIn = Callable[[Portal, Person], object]

OWN: dict[str, WayIn] = {
    "the button": lambda _, author: press(author, "publish", author_bio="New words."),
    "a form without a button": lambda _, author: author.client.post(
        "/", data={**form_of(author.get("/")), "author_bio": "New words."}
    ),
    "a form that says nothing of a draft": lambda _, author: author.client.post(
        "/", data={"csrf_token": csrf_of(author.get("/")), "author_bio": "New words."}
    ),
    "a draft": lambda _, author: (
        press(author, "draft", author_bio="New words."),
        press(author, "publish"),
    ),
    "a form that claims to be of a review": lambda _, author: press(
        author, "publish", author_bio="New words.", draft_seen="", number="1", answers="1"
    ),
    "the core": lambda portal, author: pages.save_own(
        portal.world.ports, actor_of(portal.account(author.address)), PageChange(bio="<p>New words.</p>")
    ),
}
REVIEWED = {
    ("off", "new page"): False,
    ("off", "published page"): False,
    ("new", "new page"): True,
    ("new", "published page"): False,
    ("all", "new page"): True,
    ("all", "published page"): True,
}


def is_public(author: Person, words: str) -> bool:
    """Whether readers can get at some words: on the page, as JSON, in the lists."""
    author.world.work()
    places = ("/authors/ana-lima/", "/authors/ana-lima/index.json", "/authors/", "/authors/index.json")
    return any(words in author.get(place).text for place in places)


@pytest.mark.parametrize("way", OWN)
@pytest.mark.parametrize(("policy", "page"), REVIEWED)
def test_an_author_has_no_way_past_the_rule(portal: Portal, policy: str, page: str, way: str) -> None:
    author = portal.author()
    if page == "published page":
        author.save(author_bio="Old words.")
    rule(portal, policy)

    OWN[way](portal, author)

    reviewed = REVIEWED[policy, page]
    assert is_public(author, "New words.") is not reviewed
    assert (review_of(portal, author) is not None) is reviewed


@pytest.mark.parametrize("policy", ["off", "new", "all"])
def test_restoring_a_version_is_a_change_like_any_other(portal: Portal, policy: str) -> None:
    author = portal.author()
    for words in ("First words.", "Second words."):
        author.save(author_bio=words)
    rule(portal, policy)

    author.post("/history/1/restore", {"seen": "2"}, form="/history")

    assert is_public(author, "First words.") is (policy != "all")
    review = review_of(portal, author)
    assert (review is not None and "First words." in review.content.bio) is (policy == "all")


@pytest.mark.parametrize("policy", ["off", "new", "all"])
def test_what_a_publisher_saves_is_approved_by_that(portal: Portal, policy: str) -> None:
    author, publisher = portal.author(), portal.publisher("pat@marram.example", "Pat Moss")
    author.save(author_bio="Old words.")
    rule(portal, policy)
    address = f"/publisher/authors/{portal.account(author.address).id}/edit"

    publisher.client.post(address, data={**form_of(publisher.get(address)), "author_bio": "The press's words."})
    assert is_public(author, "The press's words.")
    rows = csv_rows.read(f"email,biography\n{author.address},Words of the table.".encode()).rows
    csv_import.apply(portal.world.ports, OPERATOR, csv_import.plan(portal.world.ports, OPERATOR, rows))
    assert is_public(author, "Words of the table.")
    assert review_of(portal, author) is None


def test_a_rule_for_one_author_wins(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Old words.")
    ports, account = portal.world.ports, portal.account(author.address)
    review_policy.save_for(ports, OPERATOR, account.id, ReviewRule.ALWAYS)
    press(author, "publish", author_bio="Waiting words.")
    assert not is_public(author, "Waiting words.")

    rule(portal, "all")
    review_policy.save_for(ports, OPERATOR, account.id, ReviewRule.NEVER)
    press(author, "publish", author_bio="Public words.")
    assert is_public(author, "Public words.")
    assert review_of(portal, author) is None


def test_pages_that_are_published_count_as_approved_when_the_rule_is_set(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Old words.")
    rule(portal, "new")
    press(author, "publish", author_bio="New words.")
    assert is_public(author, "New words.")


def test_a_text_that_waits_is_public_nowhere(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Old words.")
    rule(portal, "all")
    press(author, "publish", author_bio="Waiting words.", author_summary="Secret summary.", author_slug="a-new-name")
    author.world.work()

    files = portal.world.ports.files
    public = [path for path in files.paths() if path.startswith("authors/")]
    bodies = [file.body for path in public if (file := files.get(path)) is not None]
    for secret in (b"Waiting words.", b"Secret summary.", b"a-new-name"):
        assert not any(secret in body for body in bodies)
    assert author.get("/authors/a-new-name/").status_code == 404
    other = portal.author("bo@example.org", "Bo Lund")
    for path in ("/", "/preview", "/history", f"/publisher/reviews/{profile_id(portal, author)}"):
        assert "Waiting words." not in other.get(path).text
    sent = [mail for mail in portal.world.mailer.emails(limit=100) if "Waiting words." in mail.text]
    assert sent == []


def test_an_address_that_a_text_asks_for_is_kept_until_it_is_rejected(portal: Portal) -> None:
    author, other = portal.author(), portal.author("bo@example.org", "Bo Lund")
    author.save(author_bio="Old words.")
    other.save(author_bio="Words of Bo.")
    rule(portal, "all")
    press(author, "publish", author_bio="Waiting words.", author_slug="a-new-name")

    taken = press(other, "publish", author_bio="Other words.", author_slug="a-new-name")
    assert taken.status_code == 422
    press(author, "withdraw")
    assert press(other, "publish", author_bio="Other words.", author_slug="a-new-name").status_code == 303


def test_the_settings_say_what_each_rule_leads_to_and_set_it(portal: Portal) -> None:
    author, publisher = portal.author(), portal.publisher("pat@marram.example", "Pat Moss")
    author.save(author_bio="Old words.")
    page = publisher.get("/publisher/settings").text
    assert "Every change waits for you" in page

    assert (
        publisher.post("/publisher/settings/review", {"review": "all"}, form="/publisher/settings").status_code == 303
    )
    assert 'value="all" checked' in publisher.get("/publisher/settings").text
    press(author, "publish", author_bio="Waiting words.")
    assert not is_public(author, "Waiting words.")
    assert publisher.post("/publisher/settings/review", {"review": "x"}, form="/publisher/settings").status_code == 422


def test_the_rule_cannot_be_set_while_the_program_before_may_come_back(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = portal.publisher("pat@marram.example", "Pat Moss")
    store = portal.world.ports.store
    monkeypatch.setattr(type(store), "format", lambda _: formats.DESK - 1)
    with pytest.raises(Unavailable):
        rule(portal, "all")
    assert "Review before publishing" not in publisher.get("/publisher/settings").text


def test_readers_see_the_page_again_as_it_was_when_a_text_is_rejected(portal: Portal) -> None:
    author = portal.author()
    author.save(author_bio="Old words.")
    rule(portal, "all")
    press(author, "publish", author_bio="Waiting words.")
    assert "Old words." in readers_page(author)
