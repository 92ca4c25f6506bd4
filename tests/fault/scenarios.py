"""The scenarios: what happens in each, in which installation it begins, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fault import desk_steps, factor_steps, steps
from tests.fault.desk_steps import EDITH
from tests.fault.steps import ANA, BO, NEW_PASSWORD, NEWEST_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fault.steps import Step


@dataclass(frozen=True)
class Scenario:
    """Steps, after those of the scenarios it builds on; ``ends`` says of each person where they stand at its end.

    ``addresses`` are those that somebody may log in with in it.
    """

    steps: tuple[Step, ...]
    ends: Mapping[str, str]
    after: tuple[Step, ...] = ()
    addresses: tuple[str, ...] = (ANA,)


_WAITING = (steps.registers(ANA), steps.the_worker_runs(), steps.confirms_by_link(ANA), steps.the_worker_runs())
_AUTHOR = (*_WAITING, steps.approves(ANA), steps.the_worker_runs(seconds=31))
_PUBLISHED = (*_AUTHOR, steps.saves(ANA, "I wrote for the sea."), steps.the_worker_runs(minutes=2))
_KEPT = (desk_steps.keeps_a_page("Edith Karr"), steps.the_worker_runs(minutes=2))
_KEPT_AND_PUBLISHED = (
    *_KEPT,
    desk_steps.writes_the_page("Edith Karr", "Words of the press."),
    steps.the_worker_runs(minutes=2),
)
_TWO_PAGES = (
    *_PUBLISHED,
    desk_steps.keeps_a_page("A. Lima"),
    steps.the_worker_runs(minutes=2),
    desk_steps.writes_the_page("A. Lima", "Words of the press."),
    steps.the_worker_runs(minutes=2),
)

SCENARIOS: Mapping[str, Scenario] = {
    "by the link": Scenario(_WAITING, {ANA: "waiting"}),
    "by the code of a second letter": Scenario(
        (
            steps.registers(ANA),
            steps.the_worker_runs(),
            steps.asks_for_the_letter_again(ANA),
            steps.the_worker_runs(),
            steps.confirms_by_code(ANA),
            steps.the_worker_runs(),
        ),
        {ANA: "waiting"},
    ),
    "at another address": Scenario(
        (
            steps.registers(BO),
            steps.uses_another_address(BO, "bo@books.example"),
            steps.the_worker_runs(),
            steps.confirms_on_a_phone(BO),
            steps.the_worker_runs(),
        ),
        {BO: "nobody", f"{BO}'s phone": "waiting"},
        addresses=(BO, "bo@books.example"),
    ),
    "approved, suspended and restored": Scenario(
        (
            steps.approves(ANA),
            steps.the_worker_runs(seconds=31),
            steps.saves(ANA, "I wrote for the sea."),
            steps.suspends(ANA),
            steps.the_worker_runs(seconds=31),
            steps.restores(ANA),
            steps.the_worker_runs(seconds=31),
        ),
        {ANA: "nobody"},
        after=_WAITING,
    ),
    "declined, then approved": Scenario(
        (
            steps.declines(ANA),
            steps.the_worker_runs(seconds=31),
            steps.approves(ANA),
            steps.the_worker_runs(seconds=31),
        ),
        {ANA: "nobody"},
        after=_WAITING,
    ),
    "drafted while waiting, then published": Scenario(
        (
            steps.drafts(ANA, "While I wait.", photo=True),
            steps.drafts(ANA, "Still waiting."),
            steps.approves(ANA),
            steps.the_worker_runs(seconds=31),
            steps.publishes_the_draft(ANA, "Still waiting."),
            steps.the_worker_runs(minutes=2),
        ),
        {ANA: "author"},
        after=_WAITING,
    ),
    "first page with a photo": Scenario(
        (steps.saves(ANA, "I wrote *The Salt Road*.", photo=True), steps.the_worker_runs(minutes=2)),
        {ANA: "author"},
        after=_AUTHOR,
    ),
    "another page at another address": Scenario(
        (
            steps.saves(ANA, "I wrote for the sea, and of it.", photo=True),
            steps.renames(ANA, "ana-of-the-sea"),
            steps.the_worker_runs(minutes=2),
            steps.edits_for(ANA, "She wrote for the sea."),
            steps.the_worker_runs(minutes=2),
        ),
        {ANA: "author"},
        after=_PUBLISHED,
    ),
    "reviewed, given back, then published": Scenario(
        (
            steps.reviews_everyone(),
            steps.submits(ANA, "I wrote for the sea, and of it."),
            steps.answers("change", note="Name the sea."),
            steps.submits(ANA, "I wrote for the North Sea."),
            steps.answers("publish"),
            steps.the_worker_runs(minutes=2),
        ),
        {ANA: "author"},
        after=_PUBLISHED,
    ),
    "a page that the press keeps": Scenario(
        (
            *_KEPT,
            desk_steps.writes_the_page("Edith Karr", "Words to come.", "draft"),
            desk_steps.writes_the_page("Edith Karr", "Words of the press."),
            steps.the_worker_runs(minutes=2),
            desk_steps.takes_from_readers("Edith Karr"),
            steps.the_worker_runs(minutes=2),
        ),
        {},
        addresses=(EDITH,),
    ),
    "a page handed over": Scenario(
        (
            desk_steps.writes_the_page("Edith Karr", "Words to come.", "draft"),
            desk_steps.offers_the_page("Edith Karr", EDITH),
            steps.the_worker_runs(minutes=1),
            desk_steps.accepts(EDITH, "Edith Karr"),
            steps.the_worker_runs(minutes=2),
            steps.saves(EDITH, "My own words."),
            steps.the_worker_runs(minutes=2),
        ),
        {EDITH: "author"},
        after=_KEPT_AND_PUBLISHED,
        addresses=(EDITH,),
    ),
    "merged, and the merge undone": Scenario(
        (
            desk_steps.merges("A. Lima", "Ana Lima", biography="lost", name="stays"),
            steps.the_worker_runs(minutes=2),
            desk_steps.undoes_the_merge("Ana Lima"),
            steps.the_worker_runs(minutes=2),
        ),
        {ANA: "author"},
        after=_TWO_PAGES,
    ),
    "new passwords": Scenario(
        (
            steps.changes_the_password(ANA, NEW_PASSWORD),
            steps.the_worker_runs(),
            steps.asks_for_a_reset(ANA),
            steps.the_worker_runs(),
            steps.resets(ANA, NEWEST_PASSWORD),
            steps.the_worker_runs(),
        ),
        {ANA: "author"},
        after=_AUTHOR,
    ),
    "lost second factors": Scenario(
        (
            factor_steps.starts_the_recovery(ANA),
            steps.the_worker_runs(),
            steps.the_worker_runs(hours=72),
            steps.the_worker_runs(minutes=2),  # a job that someone died with is leased for a minute
            factor_steps.finishes_the_recovery(ANA, NEW_PASSWORD),
            steps.the_worker_runs(),
        ),
        {ANA: "author"},
        after=(*_AUTHOR, factor_steps.sets_up_an_app(ANA), steps.the_worker_runs()),
    ),
    "a recovery that is stopped": Scenario(
        (
            factor_steps.starts_the_recovery(ANA),
            steps.the_worker_runs(),
            factor_steps.stops_the_recovery(ANA),
            steps.the_worker_runs(),
            steps.the_worker_runs(hours=72),
            factor_steps.finds_no_link(ANA),
        ),
        {ANA: "nobody"},
        after=(*_AUTHOR, factor_steps.sets_up_an_app(ANA), steps.the_worker_runs()),
    ),
}

A_REAL_PHOTO = Scenario((steps.saves(ANA, "I wrote for the sea.", photo=True),), {ANA: "author"}, after=_AUTHOR)
