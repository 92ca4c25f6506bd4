"""A page of the press, and several who act on it at the same moment: nothing of it is lost, and one author has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import PASSWORD, path_in

from byline.accounts import invitation_links
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.audit import OPERATOR
from byline.authors import acceptance, drafts, handover, managed_pages, merging, pages
from byline.authors.drafts import SentDraft
from byline.errors import DraftStale, Invalid, NotFound, Stale
from byline.profiles import records
from byline.profiles.editing import PageChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Portal
    from tests.store_wrappers import HookedStore

    from byline.profiles.model import Profile

EDITH = "edith@example.org"


@pytest.fixture(autouse=True)
def later(portal: Portal) -> None:
    """A year on: DynamoDB Local deletes by the machine's own clock what has expired, such as old invitations."""
    portal.world.clock.forward(days=365)


@pytest.fixture
def page(portal: Portal) -> str:
    """The id of a published page of the press."""
    ports = portal.world.ports
    added = managed_pages.create(ports, OPERATOR, name="Edith Karr")
    pages.save_for(ports, OPERATOR, added.id, PageChange(bio="<p>Words of the press.</p>"))
    return added.id


def profile(portal: Portal, page: str) -> Profile:
    record = portal.world.ports.store.one(records.key(page))
    assert record is not None
    return records.from_record(record)


def accepting(portal: Portal, page: str) -> Callable[[], object]:
    """Edith has opened the link in her email, and accepts."""
    handover.invite(portal.world.ports, OPERATOR, page, email=EDITH)
    token = path_in(portal.person(EDITH).letter(), "/invitation/").rpartition("/")[2]
    link = invitation_links.read_link(portal.world.ports, token)
    return partial(
        acceptance.accept, portal.world.ports, None, link, name="Edith Karr", password=PASSWORD, client=UNKNOWN_CLIENT
    )


def check(portal: Portal, page: str) -> None:
    """Edith has the page, and everything that is stored fits together."""
    portal.world.work()
    assert profile(portal, page).account_id == portal.account(EDITH).id
    assert portal.account(EDITH).profile_id == page
    everything = invariants.everything(portal.world.ports.store)
    invariants.check_records(everything)
    assert set(everything.of("draft")) <= {portal.account(EDITH).id}


def test_an_edit_of_the_press_in_the_moment_of_the_handover_is_kept(
    portal: Portal, page: str, hooked: HookedStore
) -> None:
    accept = accepting(portal, page)
    save = partial(pages.save_for, portal.world.ports, OPERATOR, page, PageChange(bio="<p>Edited.</p>"), seen=1)

    at_once([accept, save], commits_meet_at=hooked)

    assert profile(portal, page).content.bio == "<p>Edited.</p>"
    assert profile(portal, page).number == 2
    check(portal, page)


def test_a_draft_of_the_press_in_the_moment_of_the_handover_is_the_authors_or_its_publisher_is_told(
    portal: Portal, page: str, hooked: HookedStore
) -> None:
    accept = accepting(portal, page)

    def keep() -> str:
        try:
            drafts.save_for(portal.world.ports, OPERATOR, page, SentDraft((("author_bio", "Begun."),)))
        except DraftStale:
            return "told"
        return "kept"

    _, kept = at_once([accept, keep], commits_meet_at=hooked)

    check(portal, page)
    draft = portal.world.ports.store.one(records.draft_key(portal.account(EDITH).id))
    assert (draft is not None) is (kept == "kept")


def test_a_page_is_offered_to_one_person(portal: Portal, page: str, hooked: HookedStore) -> None:
    def inviting(email: str) -> Callable[[], str]:
        def invite() -> str:
            try:
                return handover.invite(portal.world.ports, OPERATOR, page, email=email).address
            except Invalid as fault:
                return next(iter(fault.faults.values())).code

        return invite

    outcomes = at_once([inviting(EDITH), inviting("other@example.org")], commits_meet_at=hooked)

    assert "page_is_offered" in outcomes
    assert len({EDITH, "other@example.org"} & set(outcomes)) == 1


def test_a_page_that_is_unpublished_in_the_moment_of_the_handover_goes_to_its_author(
    portal: Portal, page: str, hooked: HookedStore
) -> None:
    accept = accepting(portal, page)

    def unpublish() -> str:
        try:
            managed_pages.unpublish(portal.world.ports, OPERATOR, page)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told
            return type(fault).__name__
        return "unpublished"

    _, outcome = at_once([accept, unpublish], commits_meet_at=hooked)

    assert outcome in {"unpublished", "NotFound"}
    assert profile(portal, page).is_unpublished is (outcome == "unpublished")
    check(portal, page)


def test_a_page_that_is_saved_in_the_moment_of_a_merge_is_looked_at_again(
    portal: Portal, page: str, hooked: HookedStore
) -> None:
    ports = portal.world.ports
    other = managed_pages.create(ports, OPERATOR, name="Edith Karr")
    pages.save_for(ports, OPERATOR, other.id, PageChange(bio="<p>Other words.</p>"))
    choices = {merging.Field.BIOGRAPHY: merging.Choice.LOST}

    def merge() -> str:
        try:
            merging.merge(ports, OPERATOR, page, other.id, choices, seen=(1, 1))
        except Stale:
            return "told"
        return "merged"

    def save() -> str:
        try:
            pages.save_for(ports, OPERATOR, other.id, PageChange(bio="<p>Later words.</p>"), seen=1)
        except Stale:
            return "told"
        return "saved"

    outcomes = at_once([merge, save], commits_meet_at=hooked)

    assert sorted(outcomes) in (["merged", "told"], ["saved", "told"])
    is_merged = outcomes[0] == "merged"
    words = "<p>Words of the press.</p>" if is_merged else "<p>Later words.</p>"
    assert profile(portal, other.id).content.bio == words
    assert bool(profile(portal, page).merged_into) is is_merged
    portal.world.work()
    invariants.check_records(invariants.everything(ports.store))


def test_of_two_merges_of_one_page_in_the_same_moment_one_is_made(
    portal: Portal, page: str, hooked: HookedStore
) -> None:
    ports = portal.world.ports
    others = [managed_pages.create(ports, OPERATOR, name=f"Edith {each}") for each in ("One", "Two")]

    def merging_into(other: str) -> Callable[[], str]:
        def merge() -> str:
            try:
                merging.merge(ports, OPERATOR, page, other, {})
            except (NotFound, Stale):
                return "told"
            return "merged"

        return merge

    outcomes = at_once([merging_into(other.id) for other in others], commits_meet_at=hooked)

    assert sorted(outcomes) == ["merged", "told"]
    assert profile(portal, page).merged_into == others[outcomes.index("merged")].id
    portal.world.work()
    invariants.check_records(invariants.everything(ports.store))
