"""An author's page: reading, saving and restoring it; one's own, or an author's by a publisher.

``save_own`` takes no author, so it can reach no other page than one's own. ``save_for`` requires a publisher.
Each save is one commit (``authors.page_commits``): the page with its new version, the account's name that follows the
page's, the email to an author whose page a publisher edited, the publishing, and the audit event; or instead the text
that waits for review.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_unchanged, read_actor_again
from byline.accounts.rate_limits import count_save
from byline.audit import audit_events
from byline.authors import page_photos
from byline.authors.author_page import AuthorPage, page_of, read_page
from byline.authors.managed_authors import load_author
from byline.authors.page_commits import PageCommit, commit_page, end_unpublished
from byline.errors import DraftStale, Invalid, NotFound, Stale, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish
from byline.messages import events
from byline.messages.outages import REDIRECTS_LATER
from byline.messages.pages import SLUG_TAKEN
from byline.permissions import require
from byline.profiles import editing, photos, portraits
from byline.profiles import records as profile_records
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Replace

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.errors import Conflict
    from byline.files.port import File
    from byline.ports import Ports
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Profile, Slug, Version
    from byline.store.port import Json

_PHOTO = re.compile(r"[0-9a-f]{32}-(?:[0-9]{1,5}|[0-9]{1,2}x[0-9]{1,2}|share|master)\.jpg")
_SIZE = re.compile(r"[0-9a-f]{32}-[0-9]{1,5}\.jpg")


def load_own(ports: Ports, by: Actor) -> AuthorPage:
    """One's own page. ``NotAllowed`` before approval, ``NotFound`` for a publisher who has none."""
    require(by, "authors.pages.load_own")
    return read_page(ports, by, by.account_id)


def load_for(ports: Ports, by: Actor, author_id: str) -> AuthorPage:
    """An author's page, for a publisher; one that the press keeps, by the profile's id, with its draft.

    ``NotFound`` if there is no such author or they have no page yet.
    """
    require(by, "authors.pages.load_for")
    author = load_author(ports, author_id, by.prefetched)
    return page_of(ports, by, author, with_draft=author.is_managed)


def save_own(
    ports: Ports, by: Actor, change: PageChange, *, seen: int | None = None, draft_seen: str | None = None
) -> Profile:
    """Save one's own page and publish it, or submit it for review; the profile as it is then.

    ``seen`` is the number of the version that the form was made from (``None``: the live one), ``draft_seen`` the mark
    of the draft ("": there was none), which is published with its photo and is over then; ``None`` leaves a draft
    alone. A form that says what is live already changes nothing or was sent twice: no version is made. Raises ``Stale``
    or ``DraftStale`` if someone saved in between, and ``Invalid`` for a page address that is taken or a photo that
    cannot be used.
    """
    require(by, "authors.pages.save_own")
    page = read_page(ports, by, by.account_id, with_draft=draft_seen is not None)
    return _save(ports, by, page, change, seen=seen, draft_seen=draft_seen)


def save_for(
    ports: Ports,
    by: Actor,
    author_id: str,
    change: PageChange,
    *,
    seen: int | None = None,
    draft_seen: str | None = None,
    tells: bool = True,
) -> Profile:
    """Save an author's page as a publisher. A text that waits for review goes on waiting.

    If it ``tells``, an email tells the author, one an hour at most. Otherwise as ``save_own``. Only a page that the
    press keeps has a draft that a publisher sees, and no one to tell.
    """
    require(by, "authors.pages.save_for")
    author = load_author(ports, author_id, by.prefetched)
    page = page_of(ports, by, author, with_draft=author.is_managed, with_email=tells and not author.is_managed)
    return _save(ports, by, page, change, seen=seen, draft_seen=draft_seen if author.is_managed else None, tells=tells)


def save_reviewed(ports: Ports, by: Actor, page: AuthorPage, change: PageChange, *, seen: int | None) -> Profile:
    """Publish the review of a page with a publisher's changes; for ``authors.reviews``, which has checked that."""
    draft_seen = page.review.mark if page.review else ""
    return _save(ports, by, page, change, seen=seen, draft_seen=draft_seen, answers=True)


def restore_own(ports: Ports, by: Actor, number: int, *, seen: int | None = None) -> Profile:
    """Make an earlier version of one's own page the live one again, as a new version.

    What is live already is not saved anew, and ``Stale`` is raised, as in ``save_own``.
    """
    require(by, "authors.pages.restore_own")
    return _restore(ports, by, load_own(ports, by), number, seen)


def restore_for(ports: Ports, by: Actor, author_id: str, number: int, *, seen: int | None = None) -> Profile:
    """The same for an author's page, as a publisher; an email tells the author, one an hour at most."""
    require(by, "authors.pages.restore_for")
    return _restore(ports, by, read_page(ports, by, author_id, with_email=True), number, seen)


def end_redirect_own(ports: Ports, by: Actor, slug: str) -> None:
    """Let an old address of one's own page lead nowhere: a former name must not lead to the person. It stays reserved.

    ``NotFound`` if it is no old address of this page.
    """
    require(by, "authors.pages.end_redirect_own")
    _end_redirect(ports, by, load_own(ports, by), slug)


def end_redirect_for(ports: Ports, by: Actor, author_id: str, slug: str) -> None:
    """The same for an author's page, as a publisher."""
    require(by, "authors.pages.end_redirect_for")
    _end_redirect(ports, by, load_for(ports, by, author_id), slug)


def history(ports: Ports, page: AuthorPage) -> tuple[Version, ...]:
    """The newest versions of a page, live one first, at most fifty."""
    return editing.history(ports, page.profile)


def version(ports: Ports, page: AuthorPage, number: int) -> Version:
    """One version of a page; ``NotFound`` if it has none of that number."""
    return editing.version(ports, page.profile, number)


def live_version(page: AuthorPage) -> Version:
    """The version that readers see."""
    return profile_records.live_version(page.profile)


def photo(ports: Ports, page: AuthorPage, name: str) -> File:
    """A file of a photo of the page, its review or its draft, covers and masters included, by its name.

    ``NotFound`` for others. Of an earlier version's photo it is a size: the versions need not be read, since the folder
    is the page's own.
    """
    shown = [(page.profile.id, each) for each in (*page.profile.content.photos, *page.content.photos)]
    if page.draft is not None:
        shown += [(page.draft.profile_id, each) for each in page.draft.photos]
    paths = {path for folder, each in shown for path in portraits.paths(folder, each)}
    wanted = [path for path in paths if path.endswith(f"/{name}")] if _PHOTO.fullmatch(name) else []
    if not wanted and _SIZE.fullmatch(name):
        wanted = [f"{photos.folder(page.profile.id)}{name}"]
    file = ports.files.get(wanted[0]) if wanted else None
    if file is None:
        raise NotFound
    return file


def _save(
    ports: Ports,
    by: Actor,
    page: AuthorPage,
    change: PageChange,
    *,
    seen: int | None,
    draft_seen: str | None,
    answers: bool = False,
    tells: bool = True,
) -> Profile:
    count_save(ports, by)
    profile = page.profile
    draft = page.draft if page.draft and page.draft.mark == draft_seen else None
    review = page.reviewed(draft_seen)
    base = review.content if review else editing.content_seen(ports, profile, profile.number if seen is None else seen)
    present = (draft and draft.photo) or (review and review.content.photo) or profile.content.photo
    known = editing.known_covers(ports, profile, base, change, others=page.covers)
    content = editing.changed_content(base, change, present, known)
    content = editing.as_format_has_it(content, ports.store.format())
    editing.refuse_if_too_large(profile, content)
    slug = change.slug or (review.slug if review else profile.slug)
    stale = _stale(page, seen, draft_seen)
    if change.upload is None:
        portraits.refuse_unless_usable(content.photo, profile.content.photo)
    files: list[File] = []
    if page_photos.has_work(content, present, change):
        # Developing a photo is work. A stale form's is developed only where all else is so already: a second press.
        if stale and not page_photos.is_unchanged_but_for_covers(page, content, change, slug):
            raise stale
        _refuse_taken_slug(ports, page, slug)
        content, files = page_photos.developed(ports, by, profile.id, (content, present), change)
        content = editing.as_format_has_it(content, ports.store.format())
    if editing.is_unchanged(profile, content, slug) and not answers:
        return end_unpublished(ports, by, page, draft=draft, ends_review=not stale and page.review is not None)
    if stale and not page.waits_with(content, slug):
        raise stale
    if files:
        photos.put_photo(ports, profile.id, files)
    event = events.REVIEW_EDITED if answers else events.SAVED
    wanted = PageCommit(content, slug, event, draft=draft, answers=answers, tells=tells)
    return commit_page(ports, by, page, wanted)


def _stale(page: AuthorPage, seen: int | None, draft_seen: str | None) -> Stale | DraftStale | None:
    """Why a form must not be saved: what it was made from has been saved by somebody else."""
    if seen is not None and seen != page.profile.number:
        return Stale(seen, page.profile.number)
    if draft_seen is not None and draft_seen != page.mark:
        return DraftStale()
    return None


def _refuse_taken_slug(ports: Ports, page: AuthorPage, slug: Slug) -> None:
    """``Invalid`` if another page has the address: said before a photo is rendered and put, not after."""
    own = {page.slug, page.profile.slug, *page.profile.old_slugs}
    if slug not in own and ports.store.one(profile_records.slug_key(slug)) is not None:
        raise Invalid({"author_slug": SLUG_TAKEN})


def _restore(ports: Ports, by: Actor, page: AuthorPage, number: int, seen: int | None) -> Profile:
    profile = page.profile
    earlier = editing.version(ports, profile, number)
    if editing.is_unchanged(profile, earlier.content, profile.slug):
        return profile
    if seen is not None and seen != profile.number:
        raise Stale(seen, profile.number)
    details: dict[str, Json] = {"restored": number}
    wanted = PageCommit(earlier.content, profile.slug, events.VERSION_RESTORED, details, renames=False)
    return commit_page(ports, by, page, wanted)


def _end_redirect(ports: Ports, by: Actor, page: AuthorPage, slug: str) -> None:
    if ports.store.format() < formats.ENDED_REDIRECTS:
        raise Unavailable(REDIRECTS_LATER)

    def attempt(conflict: Conflict | None) -> None:
        nonlocal by, page
        if conflict is not None:
            by = read_actor_again(ports, by)
            page = read_page(ports, by.without_prefetched(), page.author.id)
        ports.store.commit(
            Replace(profile_records.to_record(editing.without_redirect(page.profile, slug))),
            enqueue(ports, Publish(page.profile.id)),
            # The address is not named: it may be the name that is to be forgotten.
            *audit_events(ports, by, events.REDIRECT_ENDED, page.author.id),
            *actor_unchanged(by),
        )

    retry_on_conflict(attempt)
