"""One text that waits for review, and several who decide about it at the same moment: one outcome, everyone told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import csrf_of, form_of
from tests.web.test_reviews import press, profile_id, review_of, rule, to_send

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Person, Portal
    from tests.store_wrappers import HookedStore
    from werkzeug.test import TestResponse

    Act = Callable[[], TestResponse]


@pytest.fixture
def ana(portal: Portal) -> Person:
    ana = portal.author()
    ana.save(author_bio="Old words.")
    rule(portal, "all")
    press(ana, "publish", author_bio="Waiting words.", author_slug="a-new-name")
    return ana


def answers_with(portal: Portal, publisher: Person, ana: Person, what: str, **fields: object) -> Act:
    """An answer whose page is open, and that is only to be sent."""
    form = to_send(portal, publisher, ana, what)
    return partial(publisher.client.post, str(form.pop("")), data={**form, **fields})


def presses(ana: Person, intent: str, **fields: object) -> Act:
    form = {**form_of(ana.get("/")), **fields, "intent": intent}
    return partial(ana.client.post, "/", data=form)


def live_words(portal: Portal, ana: Person) -> str:
    portal.world.work()
    published = ana.get("/authors/a-new-name/")
    return (published if published.status_code == 200 else ana.get("/authors/ana-lima/")).text


def check(portal: Portal) -> None:
    portal.world.work()
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_of_two_publishers_one_answers_and_the_other_is_told(portal: Portal, ana: Person, hooked: HookedStore) -> None:
    desk = [portal.publisher(f"desk{number}@marram.example", f"Desk {number}") for number in range(2)]
    acts = [
        answers_with(portal, desk[0], ana, "publish"),
        answers_with(portal, desk[1], ana, "reject", note="Not this year."),
    ]

    answers = at_once(acts, commits_meet_at=hooked)

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    is_published = answers[0].status_code == 303
    said = answers[1 if is_published else 0].text
    assert ("already" in said) or ("does not wait" in said)
    assert ("Waiting words." in live_words(portal, ana)) is is_published
    subjects = [mail.subject for mail in portal.world.mailer.to(ana.address)]
    told = ("Your text is published", "Your text is not published")
    assert [each in subjects for each in told] == [is_published, not is_published]
    assert "Not this year." in answers[1].text or not is_published
    check(portal)


def test_a_text_that_is_withdrawn_in_this_moment_is_published_or_not(
    portal: Portal, ana: Person, hooked: HookedStore
) -> None:
    publisher = portal.publisher()
    answers = at_once(
        [answers_with(portal, publisher, ana, "publish"), presses(ana, "withdraw")], commits_meet_at=hooked
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    is_published = answers[0].status_code == 303
    assert ("Waiting words." in live_words(portal, ana)) is is_published
    if is_published:
        assert review_of(portal, ana) is None
    else:
        assert "withdrew the text" in answers[0].text
        assert form_of(ana.get("/"))["author_bio"] == "Waiting words."
    check(portal)


def test_an_answer_never_goes_to_a_text_that_nobody_read(portal: Portal, ana: Person, hooked: HookedStore) -> None:
    publisher = portal.publisher()
    again = presses(ana, "publish", author_bio="Later words.")
    answers = at_once([answers_with(portal, publisher, ana, "publish"), again], commits_meet_at=hooked)

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    is_published = answers[0].status_code == 303
    assert ("Waiting words." in live_words(portal, ana)) is is_published
    assert "Later words." not in live_words(portal, ana)
    if is_published:
        assert "Later words." in form_of(answers[1])["author_bio"]
    else:
        assert "submitted another text" in answers[0].text
        waiting = review_of(portal, ana)
        assert waiting is not None
        assert "Later words." in waiting.content.bio
    check(portal)


def test_no_text_of_an_author_who_is_suspended_in_this_moment_is_published_after_it(
    portal: Portal, ana: Person, hooked: HookedStore
) -> None:
    desk = [portal.publisher(f"desk{number}@marram.example", f"Desk {number}") for number in range(2)]
    at = f"/publisher/authors/{portal.account(ana.address).id}/suspend"
    suspends = partial(desk[1].client.post, at, data={"csrf_token": csrf_of(desk[1].get(at))})
    answers = at_once([answers_with(portal, desk[0], ana, "publish"), suspends], commits_meet_at=hooked)

    assert answers[1].status_code == 303
    assert answers[0].status_code in {303, 422}
    if answers[0].status_code == 422:
        assert "This author is not active." in answers[0].text
        assert review_of(portal, ana) is not None
    assert "Waiting words." not in live_words(portal, ana)
    check(portal)


def test_an_answer_to_a_text_that_was_replaced_is_refused_and_tells(portal: Portal, ana: Person) -> None:
    publisher = portal.publisher()
    old = answers_with(portal, publisher, ana, "change", note="Name the prize.")
    press(ana, "publish", author_bio="Later words.")

    answer = old()
    assert answer.status_code == 409
    assert "submitted another text" in answer.text
    assert "Name the prize." in answer.text
    waiting = review_of(portal, ana)
    assert waiting is not None
    assert waiting.waits
    assert profile_id(portal, ana) == waiting.profile_id
    check(portal)
