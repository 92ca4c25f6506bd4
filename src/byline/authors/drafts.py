"""The draft of one's own page, or of one that the press keeps: what was typed and is not live, kept until it is
published.

A draft is the fields of a form as they were typed, so that nothing is too unfinished to be kept. It can be begun while
waiting for approval. Publishing it is a save (``authors.pages``), which ends it in the same commit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from byline.accounts.actors import actor_of, actor_unchanged, load_account, read_actor_again
from byline.accounts.rate_limits import count_draft
from byline.accounts.records import account_key
from byline.audit import ActorKind
from byline.authors.author_page import page_of, read_page
from byline.authors.managed_authors import load_author
from byline.authors.page_commits import end_unpublished
from byline.errors import Conflict, DraftStale, Invalid, NotAllowed, Unavailable
from byline.jobs.model import enqueue
from byline.jobs.payloads import UpdateSearch
from byline.messages.books import TooManyCovers
from byline.messages.outages import DRAFTS_LATER
from byline.messages.pages import BioFarTooLong
from byline.permissions import require
from byline.profiles import covers, editing, photos, portraits
from byline.profiles.model import Draft
from byline.profiles.records import draft_from, draft_key, draft_record
from byline.profiles.records import key as profile_key
from byline.richtext.sanitize import LONGEST
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Create, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.files.port import File
    from byline.ports import Ports
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Photo, Profile
    from byline.profiles.portraits import PhotoChange
    from byline.store.port import Write

_KEPT_COVER = "book_cover_kept"
MOST_BYTES = 350_000
"""Of all fields of a draft together, as they are stored: a record takes 400,000, and covers need some."""


@dataclass(frozen=True, slots=True)
class SentCover:
    """The bytes of a new cover for the book in the ``row`` of the form, from 0; ``field`` is what is named at fault."""

    row: int
    field: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SentDraft:
    """A form that is to be kept: its ``fields`` in order, a new photo's bytes, how the photo is to be cut, new covers.

    ``seen`` is the number of the live version that it was made from, ``draft_seen`` the mark of the draft, "" for none;
    ``None``: it does not say.
    """

    fields: tuple[tuple[str, str], ...]
    seen: int | None = None
    draft_seen: str | None = None
    upload: bytes | None = None
    photo: PhotoChange | None = None
    covers: tuple[SentCover, ...] = ()

    @property
    def has_files(self) -> bool:
        """Whether a photo or a cover is new."""
        return self.upload is not None or bool(self.covers)

    def is_unchanged_from(self, draft: Draft | None) -> bool:
        """Whether a draft says all of this already, covers that are new in the form left aside."""
        aside = {cover.row: "" for cover in self.covers}
        return draft is not None and _with_covers(draft.fields, aside) == _with_covers(self.fields, aside)


def load_own(ports: Ports, by: Actor) -> AuthorPage:
    """One's own page with its draft; before the approval, the page that one will have."""
    require(by, "authors.drafts.load_own")
    return read_page(ports, by, by.account_id, with_draft=True)


def save_own(ports: Ports, by: Actor, sent: SentDraft) -> Draft:
    """Keep a form as the draft of one's own page; the draft as it is then.

    A form that says what the draft says already is not written again. Raises ``DraftStale`` if the draft was saved,
    published or discarded in another place, and ``Invalid`` for far too much text or a photo that cannot be used.
    """
    require(by, "authors.drafts.save_own")
    if ports.store.format() < formats.DRAFTS:
        raise Unavailable(DRAFTS_LATER)
    try:
        return _save(ports, by, load_own(ports, by), sent)
    except NotAllowed:  # approved in this moment: it is then the draft of the page that they have now
        return _save(ports, now := actor_of(load_account(ports, by.account_id)), load_own(ports, now), sent)


def save_for(ports: Ports, by: Actor, author_id: str, sent: SentDraft) -> Draft:
    """Keep a form as the draft of a page that the press keeps; otherwise as ``save_own``.

    ``DraftStale`` where the page has its author by now, whose draft is none of a publisher's.
    """
    require(by, "authors.drafts.save_for")
    return _save(ports, by, _managed_page(ports, by, author_id), sent)


def _save(ports: Ports, by: Actor, page: AuthorPage, sent: SentDraft) -> Draft:
    count_draft(ports, by)
    before = page.draft
    is_stale = sent.draft_seen is not None and sent.draft_seen != page.mark
    is_unchanged = sent.is_unchanged_from(before)
    if before is not None and is_unchanged and not sent.has_files:
        return before
    if is_stale and not is_unchanged:
        raise DraftStale
    if len(json.dumps(sent.fields, ensure_ascii=False).encode()) > MOST_BYTES:
        raise Invalid({"author_bio": BioFarTooLong(LONGEST)})
    photo, files = _photo(ports, by, page, sent)
    shown, new, more = _covers(ports, by, page, sent)
    if before is not None and (before.fields, before.photo) == (shown, photo):
        return before
    if is_stale:
        raise DraftStale
    kept = [*page.covers, *new]
    draft = Draft(
        owner=page.author.id,
        mark=ports.random.identifier(),
        profile_id=page.profile.id,
        base=sent.seen if sent.seen is not None else before.base if before else page.base,
        fields=shown,
        saved_by=by.account_id,
        saved_at=ports.clock.now(),
        photo=photo,
        covers=_named(kept, shown),
        version=before.version + 1 if before else 1,
    )
    if by.kind is ActorKind.AWAITING_APPROVAL and len(draft.covers) > covers.MOST_AT_ONCE:
        raise Invalid({"books": TooManyCovers(covers.MOST_AT_ONCE)})
    if files or more:
        photos.put_photo(ports, page.profile.id, [*files, *more], owner=page.author.id)
    return _put(ports, by, page, sent, draft)


def discard_own(ports: Ports, by: Actor, *, draft_seen: str | None = None) -> None:
    """Delete the draft of one's own page, if there is one, and a review that does not wait any more.

    ``DraftStale`` if either is not what was seen.
    """
    require(by, "authors.drafts.discard_own")
    _discard(ports, by, load_own(ports, by), draft_seen)


def discard_for(ports: Ports, by: Actor, author_id: str, *, draft_seen: str | None = None) -> None:
    """The same for a page that the press keeps."""
    require(by, "authors.drafts.discard_for")
    _discard(ports, by, _managed_page(ports, by, author_id), draft_seen)


def _managed_page(ports: Ports, by: Actor, author_id: str) -> AuthorPage:
    author = load_author(ports, author_id, by.prefetched)
    if not author.is_managed:
        raise DraftStale
    return page_of(ports, by, author, with_draft=True)


def _discard(ports: Ports, by: Actor, page: AuthorPage, draft_seen: str | None) -> None:
    draft = page.draft
    is_answered = page.review is not None and not page.review.waits
    if draft is None and not is_answered:
        return
    if draft_seen is not None and draft_seen != page.mark:
        raise DraftStale
    end_unpublished(ports, by, page, draft=draft, ends_review=is_answered)
    if by.kind is ActorKind.AWAITING_APPROVAL and draft is not None:
        photos.delete_photos(ports, draft.profile_id, draft.photos)


def _photo(ports: Ports, by: Actor, page: AuthorPage, sent: SentDraft) -> tuple[Photo | None, list[File]]:
    """The draft's photo, and the files of one that is new or is to be cut in another way."""
    present = page.photo
    before = None if present == page.profile.content.photo else present
    is_recut = portraits.is_recut(portraits.with_change(present, sent.photo), present)
    source = present if sent.upload is None and is_recut else sent.upload
    if source is None:
        return before, []
    photos.refuse_if_full(ports, page.profile.id)
    return portraits.render(ports, page.profile.id, source, sent.photo, by=by.account_id)


def _covers(
    ports: Ports, by: Actor, page: AuthorPage, sent: SentDraft
) -> tuple[tuple[tuple[str, str], ...], list[Photo], list[File]]:
    """The fields, which name the new covers, these covers, and their files."""
    if not sent.covers:
        return sent.fields, [], []
    if len(sent.covers) > covers.MOST_AT_ONCE:
        raise Invalid({"books": TooManyCovers(covers.MOST_AT_ONCE)})
    photos.refuse_if_full(ports, page.profile.id, field=sent.covers[0].field)
    made, files, digests = [], [], {}
    for new in sent.covers:
        cover, more = covers.render_one(ports, page.profile.id, new.body, by=by.account_id, field=new.field)
        made.append(cover)
        files += more
        digests[new.row] = cover.digest
    return _with_covers(sent.fields, digests), made, files


def _with_covers(fields: tuple[tuple[str, str], ...], digests: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    """The fields of a form whose rows of books, counted from 0, keep the covers with these digests."""
    rows = count()
    named = tuple(
        (name, digests.get(next(rows), value)) if name == _KEPT_COVER else (name, value) for name, value in fields
    )
    unsaid = range(next(rows), max(digests, default=-1) + 1)  # a form need not have the field in every row
    return (*named, *((_KEPT_COVER, digests.get(row, "")) for row in unsaid))


def _named(known: Iterable[Photo], fields: tuple[tuple[str, str], ...]) -> tuple[Photo, ...]:
    """The covers that fields name."""
    named = {value for name, value in fields if name == _KEPT_COVER}
    return tuple(cover for digest, cover in covers.by_digest(known).items() if digest in named)


def _put(ports: Ports, by: Actor, page: AuthorPage, sent: SentDraft, draft: Draft) -> Draft:
    before = page.draft

    def attempt(conflict: Conflict | None) -> Draft:
        nonlocal by, page
        if conflict is not None:
            if draft_key(draft.owner) in conflict.keys:
                return _explain(ports, draft.owner, sent, conflict)
            by = read_actor_again(ports, by)
            if page.author.is_managed:
                page = _managed_page(ports, by.without_prefetched(), page.author.id)
        record = draft_record(draft)
        listed = () if before else _listed_anew(ports, draft)
        ports.store.commit(Replace(record) if before else Create(record), *listed, *_conditions(by, page))
        return draft

    saved = retry_on_conflict(attempt)
    if by.kind is ActorKind.AWAITING_APPROVAL and before:
        # Of an account that is not approved yet, only the photos of its draft are kept. No version can name others.
        photos.delete_photos(ports, draft.profile_id, [each for each in before.photos if each not in draft.photos])
    return saved


def _listed_anew(ports: Ports, draft: Draft) -> tuple[Write, ...]:
    """What lets publishers see that a page which is not published was begun, or is not any more."""
    return (enqueue(ports, UpdateSearch(draft.owner)),) if draft.base == 0 else ()


def _conditions(by: Actor, page: AuthorPage) -> tuple[Write, ...]:
    """What must be so still, so that no draft is left behind: an account that waits is not deleted in this moment, nor
    does a page of the press get its author.
    """
    if page.author.is_managed:
        return (Check(profile_key(page.profile.id), page.profile.version), *actor_unchanged(by))
    return (Check(account_key(by.account_id), by.version),) if by.kind is ActorKind.AWAITING_APPROVAL else ()


def _explain(ports: Ports, owner: str, sent: SentDraft, conflict: Conflict) -> Draft:
    """The draft that was saved in this moment, if it says the same; else ``DraftStale``."""
    record = ports.store.one(draft_key(owner))
    now = draft_from(record) if record else None
    if now is not None and now.fields == sent.fields and not sent.has_files:
        return now
    raise DraftStale from conflict


def previewed(page: AuthorPage, change: PageChange) -> Profile:
    """The profile that publishing a change of one's own page would make."""
    content = editing.changed_content(page.content, change, page.photo, covers.by_digest(page.covers))
    return replace(page.profile, content=content, slug=change.slug or page.slug)
