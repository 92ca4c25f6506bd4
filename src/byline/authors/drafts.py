"""The draft of one's own page: what was typed and is not live, kept with every save of it until it is published.

A draft is the fields of a form as they were typed, so that nothing is too unfinished to be kept. It can be begun while
waiting for approval. Publishing it is a save (``authors.pages``), which ends it in the same commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from byline.accounts.actors import read_actor_again
from byline.accounts.rate_limits import count_draft
from byline.accounts.records import account_key
from byline.audit import ActorKind
from byline.authors.author_page import read_draft, read_page
from byline.errors import Conflict, DraftStale, Invalid, Unavailable
from byline.messages.pages import BioFarTooLong
from byline.permissions import require
from byline.profiles import editing, photos, portraits
from byline.profiles.model import Draft
from byline.profiles.records import draft_key, draft_record
from byline.richtext.sanitize import LONGEST
from byline.store import formats
from byline.store.conflicts import retry_on_conflict
from byline.store.port import Check, Create, Delete, Replace

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.files.port import File
    from byline.ports import Ports
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Photo, Profile
    from byline.profiles.portraits import PhotoChange
    from byline.store.port import Write

MOST_CHARACTERS = 200_000
"""Of all fields of a draft together: twenty biographies of the longest that is published."""


@dataclass(frozen=True, slots=True)
class SentDraft:
    """A form that is to be kept: its ``fields`` in order, a new photo's bytes, and how the photo is to be cut.

    ``seen`` is the number of the live version that it was made from, ``draft_seen`` the mark of the draft, "" for none;
    ``None``: it does not say.
    """

    fields: tuple[tuple[str, str], ...]
    seen: int | None = None
    draft_seen: str | None = None
    upload: bytes | None = None
    photo: PhotoChange | None = None


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
        raise Unavailable("A program before this one may still be put back, and would not know the draft.")
    count_draft(ports, by)
    page = load_own(ports, by)
    before = page.draft
    is_stale = sent.draft_seen is not None and sent.draft_seen != (before.mark if before else "")
    says_the_same = before is not None and before.fields == sent.fields
    if before is not None and says_the_same and sent.upload is None:
        return before
    if is_stale and not says_the_same:
        raise DraftStale
    if sum(len(value) for _, value in sent.fields) > MOST_CHARACTERS:
        raise Invalid({"author_bio": BioFarTooLong(LONGEST)})
    photo, files = _photo(ports, by, page, sent)
    if before is not None and says_the_same and photo == before.photo:
        return before
    if is_stale:
        raise DraftStale
    if files:
        photos.put_photo(ports, page.profile.id, files, owner=page.author.id)
    return _put(ports, by, page, sent, photo)


def discard_own(ports: Ports, by: Actor, *, draft_seen: str | None = None) -> None:
    """Delete the draft of one's own page, if there is one. ``DraftStale`` if it is not the one that was seen."""
    require(by, "authors.drafts.discard_own")
    draft = read_draft(ports, by, by.account_id)
    if draft is None:
        return
    if draft_seen is not None and draft_seen != draft.mark:
        raise DraftStale
    try:
        ports.store.commit(Delete(draft_key(draft.owner), draft.version))
    except Conflict as conflict:
        raise DraftStale from conflict
    if draft.photo is not None and by.kind is ActorKind.AWAITING_APPROVAL:
        photos.delete_photo(ports, draft.profile_id, draft.photo)


def _photo(ports: Ports, by: Actor, page: AuthorPage, sent: SentDraft) -> tuple[Photo | None, list[File]]:
    """The draft's photo, and the files of one that is new or is to be cut in another way."""
    before = page.draft.photo if page.draft else None
    present = before or page.profile.content.photo
    is_recut = portraits.is_recut(portraits.with_change(present, sent.photo), present)
    source = present if sent.upload is None and is_recut else sent.upload
    if source is None:
        return before, []
    photos.refuse_if_full(ports, page.profile.id)
    return portraits.render(ports, page.profile.id, source, sent.photo, by=by.account_id)


def _put(ports: Ports, by: Actor, page: AuthorPage, sent: SentDraft, photo: Photo | None) -> Draft:
    before = page.draft
    draft = Draft(
        owner=page.author.id,
        mark=ports.random.identifier(),
        profile_id=page.profile.id,
        base=sent.seen if sent.seen is not None else before.base if before else page.profile.number,
        fields=sent.fields,
        saved_by=by.account_id,
        saved_at=ports.clock.now(),
        photo=photo,
        version=before.version + 1 if before else 1,
    )

    def attempt(conflict: Conflict | None) -> Draft:
        nonlocal by
        if conflict is not None:
            if draft_key(draft.owner) in conflict.keys:
                return _explain(ports, by, sent, conflict)
            by = read_actor_again(ports, by)
        record = draft_record(draft)
        ports.store.commit(Replace(record) if before else Create(record), *_still_waits(by))
        return draft

    saved = retry_on_conflict(attempt)
    if by.kind is ActorKind.AWAITING_APPROVAL and before and before.photo and before.photo != photo:
        # Of an account that is not approved yet, one photo is kept. No version can name the one before.
        photos.delete_photo(ports, draft.profile_id, before.photo)
    return saved


def _still_waits(by: Actor) -> tuple[Write, ...]:
    """The condition of a draft before the approval: an account that is deleted in this moment leaves none behind."""
    return (Check(account_key(by.account_id), by.version),) if by.kind is ActorKind.AWAITING_APPROVAL else ()


def _explain(ports: Ports, by: Actor, sent: SentDraft, conflict: Conflict) -> Draft:
    """The draft that was saved in this moment, if it says the same; else ``DraftStale``."""
    now = read_draft(ports, by.without_prefetched(), by.account_id)
    if now is not None and now.fields == sent.fields and sent.upload is None:
        return now
    raise DraftStale from conflict


def previewed(page: AuthorPage, change: PageChange) -> Profile:
    """The profile that publishing a change of one's own page would make."""
    live, draft = page.profile, page.draft
    content = editing.changed_content(live.content, change, (draft and draft.photo) or live.content.photo)
    return replace(live, content=content, slug=change.slug or live.slug)
