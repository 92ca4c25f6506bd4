"""The one commit by which a text becomes a page's live text, or a review that waits for a publisher.

Every save, every restore and every published review goes through ``commit_page``; so an author has no way past a
review. It decides anew in each attempt, from records that the commit depends on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.model import State
from byline.accounts.records import account_key, account_record
from byline.audit import audit_events
from byline.authors import edit_emails, review_policy
from byline.authors.author_page import find_review
from byline.authors.managed_authors import load_author
from byline.errors import Conflict, DraftStale, Invalid, ReviewStale, Stale, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish, SendReviewAnswer, SendWaiting, UpdateSearch
from byline.messages import events
from byline.messages.outages import CHANGED_MEANWHILE
from byline.messages.pages import SLUG_TAKEN
from byline.messages.reviews import AUTHOR_IS_NOT_ACTIVE
from byline.press import waiting_time
from byline.profiles import editing, records
from byline.profiles.model import Version
from byline.profiles.reviews import Review, review_key, review_record
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Create, Delete, Key, Replace, write_op

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.ports import Ports
    from byline.profiles.model import Content, Draft, Profile, Slug
    from byline.store.port import Json, Write


@dataclass(frozen=True, slots=True)
class PageCommit:
    """What is to be committed: a content at an address.

    ``event`` is recorded with ``details`` and the number of the version. ``renames``: the account's name follows the
    page's. The ``draft`` is over with it. ``answers``: it is a publisher's answer to the page's review, which must
    still wait, and is over then. ``tells``: an author whose page somebody else edits hears of it.
    """

    content: Content
    slug: Slug
    event: str = events.SAVED
    details: Mapping[str, Json] = field(default_factory=dict)
    renames: bool = True
    draft: Draft | None = None
    answers: bool = False
    tells: bool = True

    def is_in(self, review: Review | None) -> bool:
        """Whether a review says the same."""
        return review is not None and (review.content, review.slug) == (self.content, self.slug)


def commit_page(ports: Ports, by: Actor, page: AuthorPage, wanted: PageCommit) -> Profile:
    """Make a content a page's live one, or submit it for review; the profile as it is then.

    ``Stale``, ``DraftStale`` or ``ReviewStale`` if somebody was faster, and ``Invalid`` for a page address that is
    taken.
    """
    author = page.author
    saved = _saved(ports, by, page, wanted)

    def attempt(conflict: Conflict | None) -> Profile:
        nonlocal by, author, page, wanted, saved
        if conflict is not None:
            accounts = {account_key(by.account_id), account_key(author.id)}
            email_key = edit_emails.job_key(author.id, saved.saved_at)
            if not conflict.keys <= {*accounts, review_policy.POLICY, email_key}:
                moved = _handed_over(ports, page)
                if moved is None:
                    return _explain(ports, page, wanted, saved, conflict)
                # The author's draft now: it was moved with the page, and stays.
                page, wanted = moved, replace(wanted, draft=None)
                saved = _saved(ports, by, page, wanted)
            if email_key in conflict.keys:  # another edit of this hour was committed since
                page = replace(page, email_waits=email_key)
            by, author = read_actor_again(ports, by), load_author(ports, page.author.id)
        ruling = review_policy.rule_on(ports, by, author, page.profile)
        if ruling.needs_review:
            return _submit(ports, by, page, wanted)
        if wanted.answers and author.state is not State.ACTIVE:
            raise Invalid({"": AUTHOR_IS_NOT_ACTIVE})
        ports.store.commit(*_publication(ports, by, replace(page, author=author), wanted, saved), *ruling.conditions)
        return saved

    return retry_on_conflict(attempt)


def listed_anew(ports: Ports, page: AuthorPage) -> Write:
    """What lets publishers see in their list that a text was begun or waits, or does not any more."""
    return enqueue(ports, UpdateSearch(page.author.id))


def slug_ops(page: AuthorPage, slug: Slug | None, *, ends_review: bool) -> Iterator[Write]:
    """The writes that reserve a page address (``None``: no other), and free the one of a review that is over."""
    own, review = page.profile.own_slugs, page.review
    reserved = {review.slug} - own if review is not None and review.reserves_slug else set()
    if slug is not None and slug not in own | reserved:
        yield Create(records.slug_record(slug, page.profile.id))
    if ends_review:
        for free in reserved - {slug}:
            yield Delete(records.slug_key(free), 1)


def end_unpublished(
    ports: Ports, by: Actor, page: AuthorPage, *, draft: Draft | None, ends_review: bool = True
) -> Profile:
    """Delete the draft and the review of one's own page: what is live is all there is; the profile as it is then.

    A publisher who acts for the author leaves the review. ``DraftStale`` if either changed in this moment.
    """
    profile, review = page.profile, page.review
    over: list[Write] = [Delete(records.draft_key(draft.owner), draft.version)] if draft else []
    if ends_review and review is not None and by.account_id == page.author.id:
        profile = replace(profile, review=0, version=profile.version + 1)
        over += [Replace(records.to_record(profile)), Delete(review_key(profile.id), review.version)]
        over += slug_ops(page, None, ends_review=True)
        over += audit_events(ports, by, events.REVIEW_WITHDRAWN, page.author.id)
    if not over:
        return profile
    over += [listed_anew(ports, page), *(actor_unchanged(by) if page.author.is_managed else ())]
    try:
        ports.store.commit(*over)
    except Conflict as conflict:
        raise DraftStale from conflict
    return profile


def overtaken(page: AuthorPage, number: int) -> ReviewStale | None:
    """Why a review cannot be answered: it was withdrawn, answered or replaced. ``None``: it waits."""
    review = page.review
    if review is None:
        return ReviewStale("published", "", page.profile.saved_at)
    if review.number != number:
        return ReviewStale("replaced", "", review.submitted_at)
    return None if review.waits else ReviewStale(review.state.value, review.answered_by, review.answered_at)


def _saved(ports: Ports, by: Actor, page: AuthorPage, wanted: PageCommit) -> Profile:
    """The profile with a content as its live one."""
    profile, review = page.profile, page.review
    is_theirs = wanted.answers and review is not None and wanted.is_in(review)
    saved_by = review.submitted_by if is_theirs and review is not None else by.account_id
    saved = editing.next_version(profile, wanted.content, wanted.slug, by=saved_by, at=ports.clock.now())
    if _ends_review(by, page, wanted):
        saved = replace(saved, review=0)
    # What a publisher edited before publishing it is kept as it was submitted, under the number in between.
    return replace(saved, number=saved.number + 1) if wanted.answers and not is_theirs else saved


def _ends_review(by: Actor, page: AuthorPage, wanted: PageCommit) -> bool:
    return page.review is not None and (wanted.answers or by.account_id == page.author.id)


def _publication(ports: Ports, by: Actor, page: AuthorPage, wanted: PageCommit, saved: Profile) -> Iterator[Write]:
    profile, author, review = page.profile, page.author, page.review
    ends_review = _ends_review(by, page, wanted)
    renamed = replace(author, name=wanted.content.name, version=author.version + 1)
    is_renamed = wanted.renames and wanted.content.name != author.name and not author.is_managed
    yield from editing.save_ops(profile, saved)
    yield from slug_ops(page, saved.slug, ends_review=ends_review)
    if review is not None and ends_review:
        yield Delete(review_key(profile.id), review.version)
        if saved.number > profile.number + 1:
            submitted = Version(profile.id, saved.number - 1, review.content, review.submitted_by, review.submitted_at)
            yield Create(records.version_record(submitted))
    if wanted.draft is not None:
        yield Delete(records.draft_key(wanted.draft.owner), wanted.draft.version)
    if is_renamed:
        yield Replace(account_record(renamed))
    elif _depends_on_author(ports, by, wanted) and not author.is_managed:
        yield Check(account_key(author.id), author.version)
    yield from _jobs(ports, by, page, wanted, saved)
    yield from audit_events(ports, by, wanted.event, author.id, version=saved.number, **wanted.details)
    yield from actor_unchanged(by, replaced=author.id if is_renamed else "")


def _depends_on_author(ports: Ports, by: Actor, wanted: PageCommit) -> bool:
    """Whether the author's account must be as it was read: it says whether their own texts are reviewed, and no review
    of somebody who is being suspended is published.
    """
    is_own = not by.is_publisher and ports.store.format() >= formats.DESK
    return is_own or wanted.answers


def _submit(ports: Ports, by: Actor, page: AuthorPage, wanted: PageCommit) -> Profile:
    """Keep a text for a publisher instead of publishing it."""
    profile, before, draft = page.profile, page.review, wanted.draft
    reminder_at = ports.clock.now() + timedelta(days=waiting_time.usual_days(ports, by))
    over = [Delete(records.draft_key(draft.owner), draft.version)] if draft else []
    if before is not None and before.waits and wanted.is_in(before):
        if over:
            ports.store.commit(*over)
        return profile
    now = ports.clock.now()
    submitted = replace(profile, review=profile.version + 1, version=profile.version + 1)
    review = Review(
        profile_id=profile.id,
        number=submitted.review,
        base=profile.number,
        content=wanted.content,
        slug=wanted.slug,
        submitted_by=by.account_id,
        submitted_at=now,
        version=before.version + 1 if before else 1,
    )
    ports.store.commit(
        Replace(records.to_record(submitted)),
        write_op(review_record(review)),
        *slug_ops(page, wanted.slug, ends_review=True),
        *over,
        enqueue(ports, SendWaiting(page.author.id)),
        enqueue(ports, SendWaiting(page.author.id), due_at=reminder_at),
        listed_anew(ports, page),
        *audit_events(ports, by, events.REVIEW_SUBMITTED, page.author.id),
    )
    return submitted


def _jobs(ports: Ports, by: Actor, page: AuthorPage, wanted: PageCommit, saved: Profile) -> Iterator[Write]:
    """What must follow: the publishing, the search entries of a new name, the email to the author."""
    author, before, after = page.author, page.profile.content, saved.content
    yield enqueue(ports, Publish(saved.id))
    if (after.name, after.sort_name) != (before.name, before.sort_name):
        yield enqueue(ports, UpdateSearch(author.id))
    if wanted.answers:
        number = page.review.number if page.review else 0
        submitted = saved.number - 1 if saved.number > page.profile.number + 1 else 0
        answer = "edited" if submitted else "published"
        yield enqueue(ports, SendReviewAnswer(author.id, saved.id, number, answer, by.name, saved.saved_at, submitted))
    elif (
        wanted.tells
        and by.account_id != author.id
        and not author.is_managed
        and page.email_waits != edit_emails.job_key(author.id, saved.saved_at)
    ):
        yield edit_emails.enqueue(ports, by, author.id, saved.saved_at)


def _handed_over(ports: Ports, page: AuthorPage) -> AuthorPage | None:
    """A page of the press that got its author in this moment, and is otherwise as it was read; else ``None``."""
    record = ports.store.one(records.key(page.profile.id)) if page.author.is_managed else None
    now = records.from_record(record) if record else None
    if now is None or now.account_id is None or now.number != page.profile.number:
        return None
    return replace(page, author=load_author(ports, now.account_id), profile=now, draft=None)


def _explain(ports: Ports, page: AuthorPage, wanted: PageCommit, saved: Profile, conflict: Conflict) -> Profile:
    """Turn a failed condition into what a person can act on; or what is so already, if that is all that was wanted."""
    profile = page.profile
    key = records.key(profile.id)
    if key in conflict.keys or records.version_key(profile.id, profile.number) in conflict.keys:
        record = ports.store.one(key)
        live = records.from_record(record) if record else None
        if live is None:
            raise Stale(profile.number, 0) from conflict
        now = replace(page, profile=live, review=find_review(ports, live))
        if wanted.answers and page.review is not None and (fault := overtaken(now, page.review.number)) is not None:
            raise fault from conflict
        if editing.is_unchanged(live, wanted.content, wanted.slug) or (
            now.review is not None and now.review.waits and wanted.is_in(now.review)
        ):
            return live
        if live.number == profile.number and live.review != profile.review:
            raise DraftStale from conflict
        raise Stale(profile.number, live.number) from conflict
    if any(key.kind == "draft" for key in conflict.keys if isinstance(key, Key)):
        raise DraftStale from conflict
    if records.slug_key(saved.slug) in conflict.keys:
        raise Invalid({"author_slug": SLUG_TAKEN}) from conflict
    raise Unavailable(CHANGED_MEANWHILE) from conflict
