"""Reviews: texts of authors that wait for a publisher, and their answers. Submitting is a save (``authors.pages``).

Each answer names the number of the review that the publisher read, and is one commit: a text that was withdrawn,
replaced or answered meanwhile is not touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_unchanged, is_id, load_account, read_actor_again
from byline.accounts.model import State
from byline.accounts.notes import check_note
from byline.accounts.records import account_from, account_key
from byline.audit import audit_events
from byline.authors import pages
from byline.authors.author_page import AuthorPage, find_review, read_page
from byline.authors.event_records import FIRST, LAST, cursor, place_in, sort_of
from byline.authors.page_commits import PageCommit, commit_page, listed_anew, overtaken, slug_ops
from byline.errors import DraftStale, NotFound, Stale, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import SendReviewAnswer
from byline.messages import events
from byline.messages.outages import CHANGED_MEANWHILE
from byline.permissions import require
from byline.profiles import records
from byline.profiles.reviews import REVIEWS, Review, ReviewState, review_from, review_key, review_record, review_sort
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.ports import Ports
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Profile
    from byline.store.port import Key, Record

A_PAGE = 30
"""Each is three records, and a hundred are read at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page whose review waits."""

    author: Account
    profile: Profile
    review: Review


@dataclass(frozen=True, slots=True)
class WaitingReviews:
    """A slice of the reviews that wait, and what leads to the slices beside it ("": there is none)."""

    rows: tuple[Waiting, ...]
    before: str = ""
    after: str = ""


def waiting(ports: Ports, by: Actor, *, after: str = "", before: str = "", limit: int = A_PAGE) -> WaitingReviews:
    """The reviews that wait, longest first. Two reads: the index, then the pages with their reviews and authors.

    ``after`` and ``before`` lead on from a slice; ``ValueError`` for what is neither.
    """
    require(by, "authors.reviews.waiting")
    place, is_back = place_in(before or after, FIRST, LAST), bool(before)
    between = (FIRST, place) if is_back else (place or FIRST, LAST)
    page = ports.store.page(REVIEWS, between=between, descending=is_back, limit=limit + 2)
    others = [record for record in page.records if sort_of(record) != place]
    is_more, shown = len(others) > limit, others[:limit]
    shown = shown[::-1] if is_back else shown
    ids = [record.key.id for record in shown]
    authors = {account_key(review_from(record).submitted_by) for record in shown}
    found = ports.store.get(*map(records.key, ids), *map(review_key, ids), *authors) if ids else {}
    profiles = [records.from_record(found[key]) for key in map(records.key, ids) if key in found]
    rows = [_row(profile, found) for profile in profiles]
    return WaitingReviews(
        tuple(row for row in rows if row is not None),
        before=cursor(sort_of(shown[0])) if shown and (is_more if is_back else place) else "",
        after=cursor(sort_of(shown[-1])) if shown and (is_back or is_more) else "",
    )


def beside(ports: Ports, by: Actor, review: Review) -> tuple[Review | None, Review | None]:
    """The reviews that wait before and behind one in the list; ``None``: there is none. Two reads of the index."""
    require(by, "authors.reviews.waiting")
    place = review_sort(review)
    found = (
        ports.store.page(REVIEWS, between=(FIRST, place), limit=2, descending=True),
        ports.store.page(REVIEWS, between=(place, LAST), limit=2),
    )
    before, behind = ([review_from(record) for record in page.records if sort_of(record) != place] for page in found)
    return (before[0] if before else None), (behind[0] if behind else None)


def load(ports: Ports, by: Actor, profile_id: str) -> AuthorPage:
    """A page with its review, whatever became of that. ``NotFound`` if it has none."""
    require(by, "authors.reviews.load")
    page = _page(ports, by, profile_id)
    if page.review is None:
        raise NotFound
    return page


def publish(ports: Ports, by: Actor, profile_id: str, number: int, *, seen: int | None = None) -> Profile:
    """Publish a review as it was submitted; the profile as it is then.

    ``ReviewStale`` if it does not wait any more, ``Stale`` if the page was saved since version ``seen`` was live, and
    ``Invalid`` while its author is not active.
    """
    require(by, "authors.reviews.publish")
    page, review = _to_answer(ports, by, profile_id, number)
    if seen is not None and seen != page.profile.number:
        raise Stale(seen, page.profile.number)
    wanted = PageCommit(review.content, review.slug, events.REVIEW_PUBLISHED, answers=True)
    return commit_page(ports, by, page, wanted)


def publish_edited(
    ports: Ports, by: Actor, profile_id: str, number: int, change: PageChange, *, seen: int | None = None
) -> Profile:
    """Publish a review with a publisher's changes. What was submitted is kept as a version, so that the author can see
    what was changed. Otherwise as ``publish``.
    """
    require(by, "authors.reviews.publish_edited")
    page, _ = _to_answer(ports, by, profile_id, number)
    return pages.save_reviewed(ports, by, page, change, seen=seen)


def ask_for_change(ports: Ports, by: Actor, profile_id: str, number: int, *, note: str) -> Review:
    """Give a text back to its author with a note; the page address that it asks for stays reserved."""
    require(by, "authors.reviews.ask_for_change")
    return _answer(ports, by, (profile_id, number), ReviewState.CHANGE_WANTED, note)


def reject(ports: Ports, by: Actor, profile_id: str, number: int, *, note: str) -> Review:
    """Refuse a text, with a note. The author keeps it, and can submit another one."""
    require(by, "authors.reviews.reject")
    return _answer(ports, by, (profile_id, number), ReviewState.REJECTED, note)


def withdraw_own(ports: Ports, by: Actor) -> None:
    """Take one's own text back before it is answered; it stays in the editor. Nothing, if none waits.

    ``DraftStale`` if it was answered in this moment.
    """
    require(by, "authors.reviews.withdraw_own")
    page = read_page(ports, by, by.account_id)
    if page.review is None or not page.review.waits:
        return
    withdrawn = replace(page.review, state=ReviewState.WITHDRAWN, version=page.review.version + 1)

    def attempt(conflict: Conflict | None) -> None:
        if conflict is not None:
            raise DraftStale from conflict
        ports.store.commit(
            Replace(records.to_record(replace(page.profile, version=page.profile.version + 1))),
            Replace(review_record(withdrawn)),
            *slug_ops(page, None, ends_review=True),
            listed_anew(ports, page),
            *audit_events(ports, by, events.REVIEW_WITHDRAWN, page.author.id),
        )

    retry_on_conflict(attempt)


def _answer(ports: Ports, by: Actor, which: tuple[str, int], state: ReviewState, note: str) -> Review:
    """Commit an answer that publishes nothing. ``which`` is the review's profile and its number."""
    profile_id, number = which
    note = check_note(note)
    page, review = _to_answer(ports, by, profile_id, number)
    is_rejected = state is ReviewState.REJECTED

    def attempt(conflict: Conflict | None) -> Review:
        nonlocal by, page, review
        if conflict is not None:
            by = read_actor_again(ports, by)
            page, review = _to_answer(ports, by, profile_id, number)
        now = ports.clock.now()
        answered = replace(
            review, state=state, note=note, answered_by=by.account_id, answered_at=now, version=review.version + 1
        )
        ports.store.commit(
            Replace(records.to_record(replace(page.profile, version=page.profile.version + 1))),
            Replace(review_record(answered)),
            *slug_ops(page, None, ends_review=is_rejected),
            listed_anew(ports, page),
            enqueue(ports, SendReviewAnswer(page.author.id, profile_id, number, state.value, by.name, now)),
            *audit_events(
                ports, by, events.REVIEW_REJECTED if is_rejected else events.REVIEW_CHANGE_WANTED, page.author.id
            ),
            *actor_unchanged(by),
        )
        return answered

    return retry_on_conflict(attempt)


def _to_answer(ports: Ports, by: Actor, profile_id: str, number: int) -> tuple[AuthorPage, Review]:
    page = _page(ports, by, profile_id)
    fault = overtaken(page, number)
    if fault is not None:
        raise fault
    if page.review is None:
        raise Unavailable(CHANGED_MEANWHILE)
    return page, page.review


def _page(ports: Ports, by: Actor, profile_id: str) -> AuthorPage:
    """A page by its profile: what was read together with the actor, and what was not. ``NotFound``: nobody has it."""
    if not is_id(profile_id):
        raise NotFound
    key = records.key(profile_id)
    record = by.prefetched[key] if key in by.prefetched else ports.store.one(key)
    profile = records.from_record(record) if record else None
    if profile is None or not profile.account_id:
        raise NotFound
    author = load_account(ports, profile.account_id, by.prefetched)
    if author.state is State.DELETED:
        raise NotFound
    return AuthorPage(author, profile, review=find_review(ports, profile, by.prefetched))


def _row(profile: Profile, found: Mapping[Key, Record]) -> Waiting | None:
    """A row of the list; ``None`` for what the index names but is not so any more."""
    record, account = found.get(review_key(profile.id)), found.get(account_key(profile.account_id or ""))
    review = review_from(record) if record else None
    if review is None or not review.waits or account is None:
        return None
    author = account_from(account)
    return None if author.state is State.DELETED else Waiting(author, profile, review)
