"""Publishers who decide at the same moment, and authors who want the same address for their pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests import invariants
from tests.concurrency.parallel import at_once
from tests.people import csrf_of, form_of

from byline.accounts.addresses import address_hash
from byline.accounts.model import State
from byline.accounts.records import claim_key
from byline.audit import OPERATOR
from byline.authors import decisions
from byline.errors import AlreadyDecided
from byline.store.port import Create, Delete

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from tests.store_wrappers import HookedStore

    from byline.accounts.model import Account

BOTH = ("Ines Vale", "Rui Sá")


def two_publishers(portal: Portal) -> tuple[Person, Person]:
    first, second = (portal.publisher(f"desk{number}@marram.example", name) for number, name in enumerate(BOTH))
    return first, second


def test_fifty_authors_of_one_name_approved_at_once_get_fifty_addresses(portal: Portal, hooked: HookedStore) -> None:
    ports = portal.world.ports
    people = [portal.waiting(f"ana{number}@example.org", "Ana Lima") for number in range(50)]
    accounts = [portal.account(person.address) for person in people]

    at_once([partial(decisions.approve, ports, OPERATOR, account.id) for account in accounts], commits_meet_at=hooked)

    all_ = invariants.everything(ports.store)
    invariants.check_records(all_)
    slugs = {profile.slug for profile in all_.profiles.values()}
    assert len(slugs) == 50
    assert "ana-lima" in slugs
    assert {account.state for account in all_.accounts.values()} == {State.ACTIVE}


def test_of_two_publishers_who_decide_at_once_one_wins_and_the_other_is_told_who(
    portal: Portal, hooked: HookedStore
) -> None:
    publishers = two_publishers(portal)
    for number in range(5):
        author = portal.waiting(f"ana{number}@example.org", f"Ana Nr {number}")
        at = f"/publisher/authors/{portal.account(author.address).id}"
        tokens = [csrf_of(publisher.get(f"{at}/decline")) for publisher in publishers]

        acts = [
            partial(publisher.client.post, f"{at}/{act}", data={"csrf_token": token})
            for publisher, act, token in zip(publishers, ("approve", "decline"), tokens, strict=True)
        ]
        answers = at_once(acts, commits_meet_at=hooked)

        assert [answer.status_code for answer in answers] == [303, 303]
        decided = portal.account(author.address)
        said = [
            publisher.get(answer.headers["Location"]).text
            for publisher, answer in zip(publishers, answers, strict=True)
        ]
        winner = BOTH.index(decided.decided_by)
        state = ("active", "declined")[winner]
        assert decided.state.value == state
        assert f"{author.name} {('approved', 'declined')[winner]}." in said[winner]
        assert f"{BOTH[winner]} already decided about {author.name}" in said[1 - winner]
        assert f": {state.title()}" in said[1 - winner]
        portal.world.clock.forward(minutes=1)
        portal.world.work()
        letters = [letter.subject for letter in portal.world.mailer.to(author.address)]
        assert letters == [
            "Confirm your email address",
            ("Your author page is open", "About your author account")[winner],
        ]


def test_the_same_button_pressed_by_ten_publishers_windows_decides_once(portal: Portal, hooked: HookedStore) -> None:
    author = portal.waiting()
    publisher = portal.publisher()
    at = f"/publisher/authors/{portal.account(author.address).id}"
    token = csrf_of(publisher.get(f"{at}/decline"))
    cookie = publisher.client.get_cookie("byline")
    assert cookie is not None
    windows = [portal.person() for _ in range(10)]
    for window in windows:
        window.client.set_cookie("byline", cookie.value)

    at_once(
        [lambda window=window: window.client.post(f"{at}/approve", data={"csrf_token": token}) for window in windows]
    )

    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert len(all_.profiles) == 1
    assert [record.data["what"] for record in all_.of("event").values()].count("approved") == 1
    portal.world.clock.forward(minutes=1)
    portal.world.work()
    assert [letter.subject for letter in portal.world.mailer.to(author.address)].count("Your author page is open") == 1


def test_two_authors_who_rename_their_pages_alike_at_once_do_not_both_get_it(
    portal: Portal, hooked: HookedStore
) -> None:
    authors = [portal.author("ana@example.org", "Ana Lima"), portal.author("bo@example.org", "Bo Lund")]
    forms = [form_of(author.get("/")) for author in authors]

    acts = [
        partial(author.client.post, "/", data={**form, "author_slug": "the-sea"})
        for author, form in zip(authors, forms, strict=True)
    ]
    answers = at_once(acts, commits_meet_at=hooked)

    assert sorted(answer.status_code for answer in answers) == [303, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert "This page address is taken; choose another" in refused.text
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_an_author_suspended_while_saving_is_not_left_on_show(portal: Portal) -> None:
    author, publisher = portal.author(), portal.publisher()
    author.save(author_bio="Before.")
    portal.world.work()
    form = {**form_of(author.get("/")), "author_bio": "At the very moment."}
    at = f"/publisher/authors/{portal.account(author.address).id}/suspend"
    token = csrf_of(publisher.get(at))

    at_once(
        [
            lambda: author.client.post("/", data=form),
            lambda: publisher.client.post(at, data={"csrf_token": token}),
        ]
    )

    for _ in range(5):
        portal.world.clock.forward(minutes=2)
        portal.world.work()
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    invariants.check_settled(portal.world.ports, all_)
    assert not all_.visible
    assert portal.person().get("/authors/ana-lima/").status_code == 404


def test_a_registration_deleted_while_it_is_approved_is_one_of_both(portal: Portal, hooked: HookedStore) -> None:
    for number in range(3):
        author = portal.waiting(f"ana{number}@example.org", f"Ana Nr {number}")
        account = portal.account(author.address)
        form = {"csrf_token": csrf_of(author.get("/account/delete"))}

        answers = at_once(
            [
                lambda author=author, form=form: author.client.post("/account/delete", data=form).status_code,
                lambda account=account: _approved(portal, account),
            ],
            commits_meet_at=hooked,
        )

        assert answers in ([200, False], [503, True])
        assert (author.get("/history").status_code == 200) == answers[1]
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)


def test_what_an_author_wrote_is_there_when_they_are_approved_while_deleting_it(
    portal: Portal, hooked: HookedStore
) -> None:
    author = portal.author()
    for text in ("The first.", "The second.", "The third."):
        author.save(author_bio=text)
    decisions.undo(portal.world.ports, OPERATOR, portal.account(author.address).id)
    account = portal.account(author.address)
    form = {"csrf_token": csrf_of(author.get("/account/delete"))}
    dead_letters = claim_key(address_hash(account.address))

    def approve_just_before(name: str, writes: tuple[Any, ...]) -> None:
        if name == "commit" and any(isinstance(write, Delete) and write.key == dead_letters for write in writes):
            hooked.before = usual
            decisions.approve(portal.world.ports, OPERATOR, account.id)

    usual, hooked.before = hooked.before, approve_just_before
    assert author.client.post("/account/delete", data=form).status_code == 503

    assert "Version 3" in author.get("/history").text
    portal.world.work()
    invariants.check_records(invariants.everything(portal.world.ports.store))


def test_a_draft_that_is_kept_while_its_author_is_approved_is_that_of_their_page(
    portal: Portal, hooked: HookedStore
) -> None:
    author = portal.waiting()
    form = {**form_of(author.get("/")), "author_bio": "Typed just then.", "intent": "draft"}

    def approve_just_before(name: str, writes: tuple[Any, ...]) -> None:
        if name == "commit" and any(write.record.key.kind == "draft" for write in writes if isinstance(write, Create)):
            hooked.before = usual
            portal.approve(author.address)

    usual, hooked.before = hooked.before, approve_just_before
    assert author.client.post("/", data=form).status_code == 303

    assert "Typed just then." in author.get("/").text
    assert author.save().status_code == 303
    portal.world.work()
    all_ = invariants.everything(portal.world.ports.store)
    invariants.check_records(all_)
    assert [profile.content.bio for profile in all_.visible.values()] == ["<p>Typed just then.</p>"]


def _approved(portal: Portal, account: Account) -> bool:
    try:
        decisions.approve(portal.world.ports, OPERATOR, account.id)
    except AlreadyDecided:
        return False
    return True
