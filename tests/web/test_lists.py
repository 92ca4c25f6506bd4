"""The publisher's lists of authors: who stands in which, in which order, and how many, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.environment import make_world
from tests.people import make_portal
from tests.store_wrappers import CountingStore

from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, clear_bounce, record_bounce
from byline.audit import OPERATOR
from byline.authors import decisions, list_entries, list_index, overview, review_policy, reviews
from byline.authors.overview import Order
from byline.authors.review_policy import ReviewPolicy
from byline.store import formats
from byline.store.port import Delete, Key
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.people import Portal

    from byline.store.port import Store

COUNTS = Key("site", "list-counts")


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    formats.upgrade(counted)
    made = make_portal(make_world(tmp_path, counted, throttle=False))
    rebuild_outdated(made.world.ports)
    made.world.work()
    return made


def names(portal: Portal, name: str = list_entries.ALL, order: Order = Order.NAME) -> list[str]:
    portal.world.work()
    return [person.about.sort_name for person in overview.read(portal.world.ports, OPERATOR, name, order=order).people]


def counts(portal: Portal) -> Mapping[str, int]:
    portal.world.work()
    found = overview.read_counts(portal.world.ports, OPERATOR)
    assert found is not None
    return found


def test_an_account_stands_in_the_lists_of_its_state_and_its_page_from_its_beginning_to_its_end(portal: Portal) -> None:
    ports = portal.world.ports
    ana = portal.waiting()
    assert counts(portal) == {"state/any": 1, "state/waiting": 1}

    decisions.decline(ports, OPERATOR, portal.account(ana.address).id, note="")
    assert counts(portal) == {"state/any": 1, "state/declined": 1}
    decisions.undo(ports, OPERATOR, portal.account(ana.address).id)
    assert counts(portal) == {"state/any": 1, "state/waiting": 1}

    portal.approve(ana.address)
    assert counts(portal) == {"state/any": 1, "state/active": 1, "page/none": 1}
    ana.log_in()
    ana.save(author_bio="Half a sentence", intent="draft")
    assert counts(portal) == {"state/any": 1, "state/active": 1, "page/draft": 1}
    ana.save(intent="discard")
    assert counts(portal)["page/none"] == 1
    ana.save(author_bio="All of it.")
    assert counts(portal) == {"state/any": 1, "state/active": 1, "page/published": 1}

    record_bounce(ports, MAIL_SYSTEM, ana.address, BounceKind.BOUNCE)
    assert names(portal, list_entries.UNDELIVERABLE) == ["Lima, Ana"]
    clear_bounce(ports, OPERATOR, portal.account(ana.address).id)
    assert names(portal, list_entries.UNDELIVERABLE) == []

    decisions.suspend(ports, OPERATOR, portal.account(ana.address).id)
    assert counts(portal) == {"state/any": 1, "state/suspended": 1}
    ben = portal.waiting("ben@example.org", "Ben Osei")
    assert counts(portal)["state/any"] == 2
    ben.post("/account/delete")
    assert counts(portal) == {"state/any": 1, "state/suspended": 1}


def test_a_text_that_waits_for_review_is_counted_until_it_is_answered_or_withdrawn(portal: Portal) -> None:
    ports, ana, desk = portal.world.ports, portal.author(), portal.publisher()
    ana.save(author_bio="Published.")
    review_policy.save(ports, OPERATOR, ReviewPolicy.ALL)
    profile_id = str(portal.account(ana.address).profile_id)

    for answer in (reviews.reject, reviews.ask_for_change):
        ana.save(author_bio=f"Waits for {answer.__name__}.")
        assert counts(portal)["page/review"] == 1
        assert "page/published" not in counts(portal)
        assert '<span class="tally">1</span>' in desk.get("/publisher").text
        row = desk.get("/publisher/authors?page=review").text
        assert f"/publisher/reviews/{profile_id}" in row
        number = reviews.load(ports, OPERATOR, profile_id).profile.review
        answer(ports, OPERATOR, profile_id, number, note="No.")
        assert (counts(portal).get("page/review"), counts(portal)["page/published"]) == (None, 1)
    ana.save(author_bio="Taken back.")
    assert counts(portal)["page/review"] == 1
    ana.save(intent="withdraw")
    assert counts(portal)["page/published"] == 1
    ana.save(author_bio="At last.")
    number = reviews.load(ports, OPERATOR, profile_id).profile.review
    reviews.publish(ports, OPERATOR, profile_id, number)
    assert counts(portal)["page/published"] == 1


def test_a_list_is_sorted_by_the_name_for_sorting_or_the_last_change_first(portal: Portal) -> None:
    for address, name in (
        ("c@example.org", "Zoe Abt"),
        ("a@example.org", "Åsa Brandt"),
        ("b@example.org", "Ada Čapek"),
    ):
        portal.world.clock.forward(hours=1)
        portal.author(address, name).save(author_bio="Words.")

    assert names(portal) == ["Abt, Zoe", "Brandt, Åsa", "Čapek, Ada"]
    assert names(portal, order=Order.CHANGE) == ["Čapek, Ada", "Brandt, Åsa", "Abt, Zoe"]


def test_a_page_that_no_one_changed_for_a_year_moves_to_a_list_of_its_own(portal: Portal) -> None:
    old, new = portal.author(), portal.author("ben@example.org", "Ben Osei")
    old.save(author_bio="Of last year.")
    portal.world.work()
    portal.world.clock.forward(days=200)
    new.log_in()
    new.save(author_bio="Of this year.")
    portal.world.clock.forward(days=166)
    rebuild_outdated(portal.world.ports)

    assert names(portal, "page/stale") == ["Lima, Ana"]
    assert names(portal, "page/published") == ["Osei, Ben"]
    assert (counts(portal)["page/stale"], counts(portal)["page/published"]) == (1, 1)

    old.log_in()
    old.save(author_bio="Of this year, too.")
    assert names(portal, "page/stale") == []


@pytest.fixture
def five(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setattr(overview, "A_SLICE", 2)
    for letter in "ABCDE":
        portal.waiting(f"{letter}@example.org", letter * 3)
    portal.world.work()
    return portal


@pytest.mark.parametrize("order", Order)
def test_slices_lead_forwards_and_back_and_say_which_numbers_they_have(five: Portal, order: Order) -> None:
    def read(**cursor: str) -> overview.Slice:
        return overview.read(five.world.ports, OPERATOR, order=order, **cursor)

    whole = names(five, order=order)
    one = read()
    two = read(after=one.after)
    three = read(after=two.after)
    for found, first, has_before, has_after in ((one, 1, 0, 1), (two, 3, 1, 1), (three, 5, 1, 0)):
        assert found.first == first
        assert (bool(found.before), bool(found.after)) == (has_before, has_after)
    back = read(before=three.before)
    assert (back.people, back.first) == (two.people, 3)
    assert read(before=back.before) == one
    assert len(whole) == 2


@pytest.mark.parametrize("cursor", ["x", "%%%", "MSBub3doZXJl", "MCA", "LTUgc3RhdGUvYW55L2E", "ZSBzdGF0ZS9hbnkvYQ"])
def test_a_cursor_that_is_none_is_refused(portal: Portal, cursor: str) -> None:
    for given in ({"after": cursor}, {"before": cursor}):
        with pytest.raises(ValueError):
            overview.read(portal.world.ports, OPERATOR, **given)


def test_a_slice_takes_two_reads_and_its_counts_one_however_many_there_are(
    five: Portal, counted: CountingStore
) -> None:
    counted.reset()
    overview.read(five.world.ports, OPERATOR)
    assert (counted.reads, counted.commits) == (3, 0)


def test_lists_of_an_older_store_are_made_once_and_read_as_before_until_then(portal: Portal) -> None:
    store, ana = portal.world.ports.store, portal.author()
    ben = portal.waiting("ben@example.org", "Ben Osei")
    portal.world.work()
    made = [Key("listed", f"{portal.account(who.address).id}/{number}") for who in (ana, ben) for number in range(8)]
    store.commit(*(Delete(record.key, record.version) for record in store.get(COUNTS, *made).values()))

    before = overview.read(portal.world.ports, OPERATOR, "state/waiting")
    assert ([person.about.sort_name for person in before.people], before.counts) == (["Osei, Ben"], None)
    assert overview.read(portal.world.ports, OPERATOR, "page/none").people[0].account.name == "Ana Lima"
    rebuild_outdated(portal.world.ports)
    assert counts(portal) == {"state/any": 2, "state/active": 1, "state/waiting": 1, "page/none": 1}

    mark = store.one(COUNTS)
    rebuild_outdated(portal.world.ports)
    assert store.one(COUNTS) == mark


def test_what_is_counted_is_what_stands_in_the_lists_whatever_happens_twice(portal: Portal) -> None:
    for letter in "ABC":
        portal.waiting(f"{letter}@example.org", letter * 3)
    portal.world.work()
    for letter in "ABC":
        list_index.refresh(portal.world.ports, portal.account(f"{letter}@example.org").id)

    for name, count in counts(portal).items():
        assert len(names(portal, name)) == len(names(portal, name, Order.CHANGE)) == count
