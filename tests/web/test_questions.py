"""A question to an author who waits, its answer in the queue, and reminders to write a page; on both engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import csrf_of, make_portal, path_in
from tests.store_wrappers import CountingStore

from byline.audit import OPERATOR
from byline.authors import decisions
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.store.port import Store

ANA = "ana@example.org"


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    made = make_portal(make_world(tmp_path, counted, throttle=False))
    rebuild_outdated(made.world.ports)
    made.world.work()
    return made


@pytest.fixture
def desk(portal: Portal) -> Person:
    return portal.publisher()


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the form about an author."""
    form = page.text.partition('class="sheet"')[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def asks(portal: Portal, desk: Person, text: str = "Which of your books\ndid we publish?") -> TestResponse:
    at = f"/publisher/authors/{portal.account(ANA).id}/question"
    form = {**hidden(desk.get(at)), "question": text}
    return desk.client.post(at, data=form)


def link(portal: Portal) -> str:
    portal.world.work()
    return path_in(portal.world.mailer.to(ANA)[-1].text, "/question/")


def answers(person: Person, at: str, text: str) -> TestResponse:
    return person.client.post(at, data={"csrf_token": csrf_of(person.get(at)), "answer": text})


def test_an_answer_comes_back_into_the_queue_and_nothing_else_changes(
    portal: Portal, desk: Person, counted: CountingStore
) -> None:
    portal.waiting()
    before = portal.account(ANA)
    assert asks(portal, desk).location == "/publisher"
    assert "No answer yet." in desk.get("/publisher").text
    at, stranger = link(portal), portal.person("elsewhere@example.org")
    mail = portal.world.mailer.to(ANA)[-1]
    assert "> Which of your books\n> did we publish?" in mail.text
    assert "Which of your books" in stranger.get(at).text

    token = csrf_of(stranger.get(at))
    counted.reset()
    done = stranger.client.post(at, data={"csrf_token": token, "answer": "Two <b>novels</b>."})
    assert (done.status_code, done.location) == (303, at)
    assert (counted.reads, counted.commits) == (1, 1)
    page = stranger.get(at).text
    assert "Your answer is on its way" in page
    assert "novels" not in page
    queue = desk.get("/publisher").text
    assert "Two &lt;b&gt;novels&lt;/b&gt;." in queue
    after = portal.account(ANA)
    assert (after.state, after.generation, after.decided_at) == (before.state, before.generation, before.decided_at)


def test_asking_takes_one_read_and_one_commit(portal: Portal, desk: Person, counted: CountingStore) -> None:
    portal.waiting()
    at = f"/publisher/authors/{portal.account(ANA).id}/question"
    form = {**hidden(desk.get(at)), "question": "Which?"}
    counted.reset()
    assert desk.client.post(at, data=form).status_code == 303
    assert (counted.reads, counted.commits) == (1, 1)


def test_a_link_ends_with_a_new_question_a_decision_and_thirty_days(portal: Portal, desk: Person) -> None:
    portal.waiting()
    asks(portal, desk)
    first = link(portal)
    portal.world.clock.forward(seconds=1)
    asks(portal, desk, "And when?")
    second = link(portal)
    assert desk.get(first).status_code == 410
    assert desk.get(second).status_code == 200
    portal.world.clock.forward(days=30)
    assert desk.get(second).status_code == 410
    desk.log_in()
    asks(portal, desk, "Still there?")
    third = link(portal)
    decisions.approve(portal.world.ports, OPERATOR, portal.account(ANA).id)
    assert desk.get(third).status_code == 410


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", "Enter your answer"), ("x" * 2_001, "The text is longer than 2,000"), ("a\u202eb", "an invisible character")],
)
def test_an_answer_that_cannot_be_taken_comes_back_with_every_word(
    portal: Portal, desk: Person, text: str, fault: str
) -> None:
    portal.waiting()
    asks(portal, desk)
    stranger = portal.person("elsewhere@example.org")
    refused = answers(stranger, link(portal), text)
    assert refused.status_code == 422
    assert fault in refused.text
    assert text[:100] in refused.text


def test_a_second_answer_is_told_so_and_the_same_one_twice_is_one(portal: Portal, desk: Person) -> None:
    portal.waiting()
    asks(portal, desk)
    at, stranger = link(portal), portal.person("elsewhere@example.org")
    token = csrf_of(stranger.get(at))
    first = {"csrf_token": token, "answer": "Two."}
    assert stranger.client.post(at, data=first).status_code == 303
    assert stranger.client.post(at, data=first).status_code == 303
    other = stranger.client.post(at, data={**first, "answer": "No, three of them."})
    assert other.status_code == 422
    assert "This question was answered already" in other.text
    assert "No, three of them." in other.text
    account = portal.account(ANA)
    assert account.question is not None
    assert account.question.answer == "Two."


def test_a_question_to_someone_who_was_decided_on_is_not_lost(portal: Portal, desk: Person) -> None:
    portal.waiting()
    at = f"/publisher/authors/{portal.account(ANA).id}/question"
    form = {**hidden(desk.get(at)), "question": "Which of your books?"}
    decisions.approve(portal.world.ports, OPERATOR, portal.account(ANA).id)
    refused = desk.client.post(at, data=form)
    assert refused.status_code == 409
    assert "Ana Lima was already decided about: Active" in refused.text
    assert "Which of your books?" in refused.text


def test_a_made_up_link_is_dead(portal: Portal) -> None:
    assert portal.person().get("/question/made-up").status_code == 410


def test_authors_without_a_page_are_reminded_once_a_week_and_the_page_says_how_many(
    portal: Portal, desk: Person
) -> None:
    writer = portal.author("bo@example.org", "Bo Lund")
    writer.save(author_bio="Words.")
    portal.author()
    portal.author("cy@example.org", "Cy Orr")
    portal.world.work()
    assert "Remind these 2…" in desk.get("/publisher/authors?page=none").text
    page = desk.get("/publisher/authors/remind")
    assert "Remind 2 authors?" in page.text
    for _ in range(2):
        desk.client.post("/publisher/authors/remind", data={"csrf_token": csrf_of(page)})
    portal.world.work()
    subjects = {
        who: [mail.subject for mail in portal.world.mailer.to(who)] for who in (ANA, "cy@example.org", "bo@example.org")
    }
    told = "Your author page is still empty"
    assert [subjects[who].count(told) for who in subjects] == [1, 1, 0]
    assert "There is no one to remind" in desk.get("/publisher/authors/remind").text

    portal.world.clock.forward(days=7)
    desk.log_in()
    assert "Remind 2 authors?" in desk.get("/publisher/authors/remind").text


def test_the_usual_waiting_time_is_a_setting(portal: Portal, desk: Person) -> None:
    portal.waiting()
    portal.world.clock.forward(days=10)
    desk.log_in()
    assert 'class="age"' in desk.get("/publisher").text
    for typed in ("", "0", "366", "x", "-1", "9999999999999999999"):
        refused = desk.post("/publisher/settings/waiting-time", {"usual_days": typed}, form="/publisher/settings")
        assert refused.status_code == 422
        assert "Enter a number of days from 1 to 365" in refused.text
    saved = desk.post("/publisher/settings/waiting-time", {"usual_days": "9"}, form="/publisher/settings")
    assert saved.status_code == 303
    assert 'value="9"' in desk.get("/publisher/settings").text
    assert 'class="age late"' in desk.get("/publisher").text
