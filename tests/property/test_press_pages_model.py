"""Whatever is done with the pages that the press keeps, in whatever order: it comes out as a plain model has it.

Pages are added, drafted, published, taken from readers, offered, handed over, merged, and merges undone, on both
engines. After every step the records are compared with the model; whenever the worker is done, what readers see.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from tests import invariants
from tests.fault.steps import DESK
from tests.people import PASSWORD, csrf_of, form_of, path_in
from tests.property.test_accounts_model import _empty as empty
from tests.property.test_accounts_model import _picked as picked
from tests.property.test_accounts_model import _words as words_of
from tests.web.test_merging import merge

from byline.profiles import records
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from tests.people import Person, Portal
    from werkzeug.test import TestResponse

    from byline.store.port import Key

NAMES = ("Edith Karr", "E. Karr", "Nell Voss")
SQLITE_EXAMPLES, DYNAMODB_EXAMPLES, STEPS = 40, 4, 30
UNDONE_WITHIN, OFFERED_FOR = timedelta(days=30), timedelta(days=30)
which_ones = st.integers(0, 7)


@dataclass(frozen=True)
class Before:
    """How two pages were before one was merged into the other."""

    lost: Page
    texts: int
    words: str
    was_shown: bool
    lost_was_shown: bool
    until: object


@dataclass(eq=False)
class Page:
    """A page: every text that it ever had, and who has it; ``shown`` to readers or not."""

    id: str
    slug: str
    texts: list[str] = field(default_factory=list)
    draft: str = ""
    shown: bool = False
    owner: Person | None = None
    console: str = ""
    old_slugs: list[str] = field(default_factory=list)
    into: Page | None = None
    merged: Before | None = None
    offered: tuple[str, object] | None = None

    @property
    def words(self) -> str:
        return self.texts[-1] if self.texts else ""


class PressPages(RuleBasedStateMachine):
    """A publisher at the desk, and authors who take pages over; ``portal`` is set by whoever runs this."""

    portal: Portal

    def __init__(self) -> None:
        super().__init__()
        self.world = self.portal.world
        empty(self.portal)
        self.publisher = self.portal.publisher(DESK)
        self.pages: list[Page] = []
        self.texts = (f"Text number {number}." for number in itertools.count())
        self.addresses = (f"author{number}@example.org" for number in itertools.count())

    @initialize()
    def begins(self) -> None:
        for name in NAMES[:2]:
            self.adds(name)
            self.publishes(0)

    @rule(name=st.sampled_from(NAMES))
    def adds(self, name: str) -> None:
        answer = self._desk().post("/publisher/pages/new", {"author_name": name, "same_name": "1"})
        assert answer.status_code == 303
        at = answer.location.removesuffix("/edit")
        profile = invariants.everything(self.world.ports.store).profiles[at.rpartition("/")[2]]
        self.pages.append(Page(profile.id, profile.slug, console=at))

    @precondition(lambda self: self._mine())
    @rule(which=which_ones)
    def publishes(self, which: int) -> None:
        page, words = picked(self._mine(), which), next(self.texts)
        assert self._press(page, "publish", words).status_code == 303
        self._is_saved(page, words)

    @precondition(lambda self: self._mine())
    @rule(which=which_ones)
    def drafts(self, which: int) -> None:
        page, page_words = picked(self._mine(), which), next(self.texts)
        assert self._press(page, "draft", page_words).status_code == 303
        page.draft = page_words

    @precondition(lambda self: self._mine())
    @rule(which=which_ones)
    def takes_from_readers(self, which: int) -> None:
        page, desk = picked(self._mine(), which), self._desk()
        assert desk.post(f"{page.console}/unpublish", form=page.console).status_code == 303
        page.shown = False

    @precondition(lambda self: self._mine())
    @rule(which=which_ones)
    def offers(self, which: int) -> None:
        page, address = picked(self._mine(), which), next(self.addresses)
        answer = self._desk().post(f"{page.console}/invite", {"author_email": address})
        assert answer.status_code == (422 if self._offer(page) else 303)
        if not self._offer(page):
            page.offered = (address, self.world.clock.now() + OFFERED_FOR)
            self.the_worker_runs()

    @precondition(lambda self: any(page.offered for page in self._mine()))
    @rule(which=which_ones)
    def revokes(self, which: int) -> None:
        page = picked([page for page in self._mine() if page.offered], which)
        data = {"author_email": page.offered[0]}
        self._desk().post("/publisher/invitations/revoke", data, form="/publisher/invitations")
        page.offered = None

    @precondition(lambda self: any(self._offer(page) for page in self._mine()))
    @rule(which=which_ones)
    def accepts(self, which: int) -> None:
        page = picked([page for page in self._mine() if self._offer(page)], which)
        author = self.portal.person(page.offered[0], NAMES[0])
        link = path_in(self.world.mailer.to(author.address)[-1].text, "/invitation/")
        fields = {"csrf_token": csrf_of(author.get(link)), "author_name": author.name, "new_password": PASSWORD}
        assert author.client.post(link, data=fields).status_code == 303
        page.owner, page.offered = author, None
        page.console = f"/publisher/authors/{self.portal.account(author.address).id}"
        assert form_of(author.get("/"))["author_bio"] == (page.draft or page.words)

    @precondition(lambda self: any(page.owner for page in self.pages))
    @rule(which=which_ones)
    def the_author_saves(self, which: int) -> None:
        page, words = picked([page for page in self.pages if page.owner], which), next(self.texts)
        if page.owner.get("/").status_code != 200:
            assert page.owner.log_in().status_code == 303
        assert page.owner.save(author_bio=words).status_code == 303
        self._is_saved(page, words)

    @precondition(lambda self: self._mine() and len(self._there()) > 1)
    @rule(which=which_ones, other=which_ones, biography=st.sampled_from(["lost", "stays"]))
    def merges(self, which: int, other: int, biography: str) -> None:
        lost = picked(self._mine(), which)
        stays = picked([page for page in self._there() if page is not lost], other)
        self._desk()
        answer = merge(self.publisher, lost.console, stays.console, biography=biography)
        assert answer.status_code == (422 if self._offer(lost) else 303)
        if self._offer(lost):
            return
        words = lost.words if biography == "lost" else stays.words
        is_shown = lost.shown or stays.shown
        until = self.world.clock.now() + UNDONE_WITHIN
        stays.merged = Before(lost, len(stays.texts), stays.words, stays.shown, lost.shown, until)
        if words != stays.words or is_shown is not stays.shown:
            stays.texts.append(words)
        stays.merged = replace(stays.merged, texts=len(stays.texts))
        stays.shown, lost.shown, lost.into = is_shown, False, stays
        stays.old_slugs += [*lost.old_slugs, lost.slug]

    @precondition(lambda self: any(page.merged for page in self._there()))
    @rule(which=which_ones)
    def undoes_a_merge(self, which: int) -> None:
        stays = picked([page for page in self._there() if page.merged], which)
        before, desk = stays.merged, self._desk()
        answer = desk.post(f"{stays.console}/unmerge", form=stays.console)
        assert answer.status_code == 303
        if before.texts != len(stays.texts) or self.world.clock.now() >= before.until:
            assert answer.location == stays.console
            return
        assert answer.location == before.lost.console
        own = [before.lost.slug, *before.lost.old_slugs]
        stays.old_slugs = [slug for slug in stays.old_slugs if slug not in own]
        profile = invariants.everything(self.world.ports.store).profiles[stays.id]
        if profile.number != len(stays.texts):
            stays.texts.append(before.words)
        stays.shown, stays.merged = before.was_shown, None
        before.lost.into, before.lost.shown = None, before.lost_was_shown

    @rule(amount=st.sampled_from([timedelta(minutes=1), timedelta(hours=2), timedelta(days=16)]))
    def time_passes(self, amount: timedelta) -> None:
        self.world.clock.at += amount

    @rule()
    def the_worker_runs(self) -> None:
        for _ in range(2):
            tally = self.world.work()
            assert (tally.retried, tally.dead_letters) == (0, 0)
            self.world.clock.forward(seconds=2)
        all_ = invariants.everything(self.world.ports.store)
        invariants.check_settled(self.world.ports, all_)
        reader = self.portal.person()
        for page in self._there():
            answer = reader.get(f"/authors/{page.slug}/")
            assert answer.status_code == (200 if page.shown else 404)
            if page.shown:
                assert page.words in answer.text
                for slug in page.old_slugs:
                    assert f"/authors/{page.slug}/" in reader.get(f"/authors/{slug}/").text

    @invariant()
    def the_records_are_as_they_should_be(self) -> None:
        all_ = invariants.everything(self.world.ports.store)
        invariants.check_records(all_)
        assert set(all_.profiles) == {page.id for page in self.pages}
        for page in self.pages:
            profile = all_.profiles[page.id]
            owner = self.portal.account(page.owner.address).id if page.owner else None
            assert (profile.account_id, profile.number) == (owner, len(page.texts))
            assert words_of(profile.content.bio) == page.words
            assert profile.merged_into == (page.into.id if page.into else "")
            assert profile.is_published is page.shown
            if page.into is None:
                assert (profile.slug, sorted(profile.old_slugs)) == (page.slug, sorted(page.old_slugs))
            assert (self._draft_key(page, owner).id in all_.of("draft")) is bool(page.draft)

    def teardown(self) -> None:
        """At its end nothing is half done."""
        self.the_worker_runs()
        invariants.check_files(self.world.ports, invariants.everything(self.world.ports.store))

    def _draft_key(self, page: Page, owner: str | None) -> Key:
        return records.draft_key(owner or page.id)

    def _mine(self) -> list[Page]:
        """The pages that the press keeps."""
        return [page for page in self._there() if page.owner is None]

    def _there(self) -> list[Page]:
        return [page for page in self.pages if page.into is None]

    def _offer(self, page: Page) -> bool:
        return page.offered is not None and self.world.clock.now() < page.offered[1]  # type: ignore[operator]

    def _is_saved(self, page: Page, words: str) -> None:
        page.texts.append(words)
        page.draft, page.shown = "", True

    def _desk(self) -> Person:
        if self.publisher.get("/publisher").status_code != 200:
            assert self.publisher.log_in().status_code == 303
        return self.publisher

    def _press(self, page: Page, intent: str, words: str) -> TestResponse:
        at = f"{page.console}/edit"
        form = {**form_of(self._desk().get(at)), "author_bio": words, "intent": intent}
        return self.publisher.client.post(at, data=form, content_type="multipart/form-data")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_whatever_is_done_with_the_pages_of_the_press_comes_out_as_the_model_has_it(portal: Portal) -> None:
    class Here(PressPages):
        pass

    Here.portal = portal
    examples = SQLITE_EXAMPLES if isinstance(portal.world.ports.store, SqliteStore) else DYNAMODB_EXAMPLES
    bounds = settings(max_examples=examples, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck))
    run(Here, settings=bounds)  # type: ignore[no-untyped-call]
