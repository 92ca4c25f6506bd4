"""An author's page as it is read: whose it is, what is live, and the draft. Its callers decide who may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from byline.accounts.actors import is_id
from byline.accounts.model import State
from byline.authors import edit_emails
from byline.authors.managed_authors import load_author
from byline.errors import NotFound
from byline.profiles import editing, names, records, slugs
from byline.profiles.model import ProfileId
from byline.profiles.reviews import review_from, review_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.profiles.model import Content, Draft, Photo, Profile, Slug
    from byline.profiles.reviews import Review
    from byline.store.port import Key, Record


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """An author's page as it was read: whose it is, the profile with what is live, its review, and the draft if it was
    asked for.

    Before the approval the profile is the one that the approval will make; it is not stored. ``email_waits`` is the key
    of the job that will tell the author of this hour's edits on their behalf, if it was asked for and is there.
    ``read`` is what all this was read from.
    """

    author: Account
    profile: Profile
    draft: Draft | None = None
    review: Review | None = None
    email_waits: Key | None = None
    read: Mapping[Key, Record | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def mark(self) -> str:
        """The mark of the text that its author goes on with: the draft's or else the review's; "" for the live one."""
        return self.draft.mark if self.draft else self.review.mark if self.review else ""

    @property
    def content(self) -> Content:
        """What a form shows where there is no draft, and what a draft leaves out."""
        return self.review.content if self.review else self.profile.content

    @property
    def slug(self) -> Slug:
        """The page address that goes with ``content``."""
        return self.review.slug if self.review else self.profile.slug

    @property
    def base(self) -> int:
        """The number of the live version that ``content`` was made from."""
        return self.review.base if self.review else self.profile.number

    @property
    def photo(self) -> Photo | None:
        """The photo that a form begins with; where a review takes the photo off the page, still the live one."""
        reviewed = self.review.content.photo if self.review else None
        return (self.draft and self.draft.photo) or reviewed or self.profile.content.photo

    @property
    def covers(self) -> tuple[Photo, ...]:
        """The covers that only the draft or the review may have."""
        reviewed = [book.cover for book in self.review.content.books if book.cover] if self.review else []
        return (*(self.draft.covers if self.draft else ()), *reviewed)

    def waits_with(self, content: Content, slug: Slug) -> bool:
        """Whether just this waits for review."""
        review = self.review
        return review is not None and review.waits and (review.content, review.slug) == (content, slug)

    def reviewed(self, mark: str | None) -> Review | None:
        """The review that a form says it was made from."""
        return self.review if self.review is not None and self.review.mark == mark else None


def read_page(
    ports: Ports, by: Actor, author_id: str, *, with_draft: bool = False, with_email: bool = False
) -> AuthorPage:
    """The page of an author: what was read together with the actor, and one read for what was not.

    ``NotFound`` if there is no such author or they have no page. Who awaits approval has one that is only a draft.
    """
    return page_of(
        ports, by, load_author(ports, author_id, by.prefetched), with_draft=with_draft, with_email=with_email
    )


def page_of(
    ports: Ports, by: Actor, author: Account, *, with_draft: bool = False, with_email: bool = False
) -> AuthorPage:
    """The same of an author who is loaded."""
    begins = with_draft and author.profile_id is None and author.state is State.WAITING and author.id == by.account_id
    if (author.profile_id is None or author.state is State.DELETED) and not begins:
        raise NotFound
    draft_key, email_key = records.draft_key(author.id), edit_emails.job_key(author.id, ports.clock.now())
    keys = [records.key(author.profile_id)] if author.profile_id else []
    found = _read(ports, by, [*keys, *([draft_key] if with_draft else []), *([email_key] if with_email else [])])
    draft_record = found.get(draft_key)
    draft = records.draft_from(draft_record) if draft_record else None
    if begins:
        return AuthorPage(author, _coming_profile(ports, author, draft), draft)
    record = found.get(keys[0])
    if record is None:
        raise NotFound
    profile = records.from_record(record)
    email_waits = email_key if email_key in found else None
    return AuthorPage(author, profile, draft, find_review(ports, profile, by.prefetched), email_waits, found)


def find_review(
    ports: Ports, profile: Profile, prefetched: Mapping[Key, Record | None] = MappingProxyType({})
) -> Review | None:
    """The review that a profile names: what was read already, or one read, and none where it names none."""
    if not profile.review:
        return None
    key = review_key(profile.id)
    record = prefetched[key] if key in prefetched else ports.store.one(key)
    return review_from(record) if record else None


def draft_keys(owner: str) -> tuple[Key, ...]:
    """What a page with a draft needs besides what every page reads. ``owner`` may come from an address."""
    return (records.draft_key(owner),) if is_id(owner) else ()


def read_draft(ports: Ports, by: Actor, owner: str) -> Draft | None:
    """The draft of an account, or of a profile without one: what was read with the actor, or one read."""
    key = records.draft_key(owner)
    record = _read(ports, by, [key]).get(key)
    return records.draft_from(record) if record else None


def _read(ports: Ports, by: Actor, keys: list[Key]) -> dict[Key, Record]:
    there = {key: by.prefetched[key] for key in keys if key in by.prefetched}
    missing = [key for key in keys if key not in there]
    read = ports.store.get(*missing) if missing else {}
    return {key: record for key, record in {**there, **read}.items() if record is not None}


def _coming_profile(ports: Ports, author: Account, draft: Draft | None) -> Profile:
    """The profile that an approval will make, by the id that the draft has reserved for its photos."""
    return editing.new_profile(
        ports,
        author.id,
        name=author.name,
        sort_name=names.sort_name(author.name),
        slug=slugs.suggest(author.name),
        profile_id=draft.profile_id if draft else ProfileId(ports.random.identifier()),
    )
