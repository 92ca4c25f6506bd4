"""Whose page is being edited, one's own or an author's by a publisher, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Response, url_for

from byline.accounts.model import State
from byline.authors import drafts, pages, review_policy, reviews
from byline.web import identity, page_form
from byline.web.context import ports

if TYPE_CHECKING:
    from byline.accounts.model import Account
    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage
    from byline.authors.drafts import SentDraft
    from byline.profiles.editing import PageChange
    from byline.profiles.model import Draft, Profile


@dataclass(frozen=True, slots=True)
class Person:
    """A person as headings name them; ``email`` is "" where the press keeps their page."""

    id: str
    name: str
    email: str

    @classmethod
    def of(cls, account: Account) -> Person:
        """The person of an account."""
        return cls(account.id, account.name, account.address)


@dataclass(frozen=True, slots=True)
class PageEditor:
    """Whose page is being edited, and where its addresses are. ``on_behalf``: a publisher edits it for the author;
    ``of_review``: the text that the author submitted, to publish it.
    """

    page: AuthorPage
    on_behalf: bool
    of_review: bool = False

    @classmethod
    def own(cls, by: Actor) -> PageEditor:
        """The editor for one's own page, without its draft."""
        return cls(pages.load_own(ports(), by), on_behalf=False)

    @classmethod
    def own_draft(cls, by: Actor) -> PageEditor:
        """The editor for the draft of one's own page."""
        return cls(drafts.load_own(ports(), by), on_behalf=False)

    @classmethod
    def of_author(cls, by: Actor, author_id: str) -> PageEditor:
        """The editor for an author's page, for a publisher."""
        return cls(pages.load_for(ports(), by, author_id), on_behalf=True)

    @classmethod
    def of_submitted(cls, by: Actor, profile_id: str) -> PageEditor:
        """The editor for a text that waits for review, for a publisher."""
        return cls(reviews.load(ports(), by, profile_id), on_behalf=True, of_review=True)

    @property
    def shown(self) -> AuthorPage:
        """The page with what its form begins with: a publisher who edits the page begins with what is live."""
        return replace(self.page, review=None) if self.on_behalf and not self.of_review else self.page

    @property
    def keeps_draft(self) -> bool:
        """Whether what is typed can be kept as a draft: on one's own page, and on one that the press keeps."""
        return not self.on_behalf or (self.author.is_managed and not self.of_review)

    @property
    def needs_review(self) -> bool:
        """Whether what is saved here is reviewed before readers see it."""
        if self.on_behalf or not self.is_approved:
            return False
        return review_policy.rule_on(ports(), identity.me().actor, self.author, self.profile).needs_review

    @property
    def author(self) -> Account:
        """Whose page it is."""
        return self.page.author

    @property
    def profile(self) -> Profile:
        """The page as it was read."""
        return self.page.profile

    @property
    def is_approved(self) -> bool:
        """Whether the page may be published: before the approval there is only its draft."""
        return self.author.state is not State.WAITING

    @property
    def _by(self) -> Actor:
        """Who edits, with the page as it was read, so that it is not read again."""
        by = identity.me().actor
        return replace(by, prefetched={**by.prefetched, **self.page.read}) if self.on_behalf else by

    def save(self, change: PageChange, *, seen: int | None) -> Profile:
        """Save the page."""
        by = self._by
        if self.of_review:
            return reviews.publish_edited(ports(), by, self.profile.id, page_form.review_number(), change, seen=seen)
        if self.on_behalf:
            draft_seen, tells = page_form.draft_seen(), page_form.tells_author()
            return pages.save_for(ports(), by, self.author.id, change, seen=seen, draft_seen=draft_seen, tells=tells)
        return pages.save_own(ports(), by, change, seen=seen, draft_seen=page_form.draft_seen())

    def keep(self, sent: SentDraft) -> Draft:
        """Keep what was typed as the page's draft."""
        by = self._by
        return (
            drafts.save_for(ports(), by, self.author.id, sent) if self.on_behalf else drafts.save_own(ports(), by, sent)
        )

    def discard(self) -> None:
        """Delete the page's draft."""
        by, seen = self._by, page_form.draft_seen()
        if self.on_behalf:
            drafts.discard_for(ports(), by, self.author.id, draft_seen=seen)
        else:
            drafts.discard_own(ports(), by, draft_seen=seen)

    def restore(self, number: int, *, seen: int | None) -> Profile:
        """Make an earlier version the live one again."""
        by = self._by
        if self.on_behalf:
            return pages.restore_for(ports(), by, self.author.id, number, seen=seen)
        return pages.restore_own(ports(), by, number, seen=seen)

    def end_redirect(self, slug: str) -> None:
        """Let an old address of the page lead nowhere."""
        by = self._by
        if self.on_behalf:
            pages.end_redirect_for(ports(), by, self.author.id, slug)
        else:
            pages.end_redirect_own(ports(), by, slug)

    def read_again(self) -> PageEditor:
        """The editor with what somebody else saved meanwhile."""
        by = identity.me().actor.without_prefetched()
        if self.of_review:
            return PageEditor.of_submitted(by, self.profile.id)
        return PageEditor.of_author(by, self.author.id) if self.on_behalf else PageEditor.own_draft(by)

    def url(self, action: str, **values: Any) -> str:
        """The address of what can be done with this page: edit, preview, history, version, restore, photo."""
        if self.of_review and action in {"edit", "photo"}:
            return url_for(f"reviews.{action}", profile_id=self.profile.id, author=self.author.id, **values)
        if self.on_behalf:
            return url_for(f"author.{action}", account_id=self.author.id, **values)
        return url_for(f"own_page.{action}", **values)

    @property
    def for_author(self) -> Person | None:
        """Whom a publisher edits this page for; ``None`` for one's own."""
        return Person.of(self.author) if self.on_behalf else None

    def name_of(self, account_id: str) -> str:
        """Who saved a version, in words."""
        if account_id == self.author.id:
            return self.author.name
        return ports().site.publisher_name


def photo(editor: PageEditor, name: str) -> Response:
    """A rendition of the page's photo, for its editor only."""
    file = pages.photo(ports(), editor.page, name)
    answer = Response(file.body, mimetype=file.content_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
