"""One author, for publishers: facts, what happened, what can be done now, and the author's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from byline.accounts import address_recovery, addresses, factor_recovery, recovery
from byline.accounts.model import State
from byline.audit import OPERATOR
from byline.authors import decisions, listing, merge_undo, pages, review_policy
from byline.errors import NotFound
from byline.messages import events, notices
from byline.profiles import collation
from byline.richtext.lookalikes import is_deceptive
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, author_or_page_in_address, open_to, page_in_address
from byline.web.author_facts import PORTRAIT_WIDTH, PastEvent, first_lines
from byline.web.author_rows import small_photo
from byline.web.context import ports
from byline.web.render import render_page
from byline.web.views import editor_page, managed_pages, page_editor, page_history, page_intents
from byline.web.views.page_editor import PageEditor

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account, Question
    from byline.authors.author_page import AuthorPage
    from byline.messages.message import Message
    from byline.profiles.model import Profile
    from byline.web.pages import Form

bp = Blueprint("author", __name__, url_prefix="/publisher/authors/<account_id>")


@dataclass(frozen=True, slots=True)
class AuthorFacts:
    """What ``publisher/author.html`` tells of an author."""

    id: str
    name: str
    email: str
    role: str
    state: str
    asked_at: datetime
    confirmed_at: datetime | None
    decided_at: datetime | None
    decided_by: str | Message
    note: str
    bounced_at: datetime | None
    complained_at: datetime | None
    page_url: str
    saved_at: datetime | None
    about: str
    photo: str
    initial: str
    question: Question | None


def _form(form: Form, account_id: str) -> Response:
    return editor_page.edit(_editor(account_id), form)


@bp.get("")
@open_to(CONSOLE, extra_keys=author_or_page_in_address)
def overview(account_id: str) -> ResponseReturnValue:
    """The author: facts, what happened, and what can be done now."""
    by = identity.me().actor
    try:
        account = decisions.load_author(ports(), by, account_id)
    except NotFound:
        return managed_pages.overview(account_id)
    is_waiting, page = account.state is State.WAITING, _page(account)
    return render_page(
        "publisher/author.html",
        warnings=lookalike_warnings(account) if is_waiting else (),
        namesakes=listing.namesakes(ports(), by, account) if is_waiting else (),
        owner_of=form_recovery.owner_of,
        merged_at=merge_undo.merged_at(ports(), by, page) if page else None,
        author=_facts(account, page.profile if page else None),
        review_url=_review_url(page),
        review_rule=review_policy.rule_of(ports(), account),
        may=decisions.allowed_actions(by, account),
        recovery_of=(waits := recovery.live_recovery(ports(), account, by.prefetched)),
        can_give_address=waits is None and address_recovery.can_start(by, account),
        can_recover=waits is None and factor_recovery.can_start(ports(), by, account),
        events=[PastEvent(event.at, event.message, event.by) for event in listing.events(ports(), by, account)],
    )


@bp.route("/edit", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=page_in_address, upload=True, form=_form)
def edit(account_id: str) -> ResponseReturnValue:
    """Edit an author's page on their behalf, or one that the press keeps; an email tells an author who has one."""
    editor = _editor(account_id)
    if request.method != "POST":
        return editor_page.edit(editor)
    return page_intents.answer(editor) if editor.keeps_draft else page_intents.publish(editor)


@bp.get("/preview")
@open_to(CONSOLE, extra_keys=page_in_address)
def preview(account_id: str) -> ResponseReturnValue:
    """A page that the press keeps as readers would see it; ``pane``: in a frame beside the editor."""
    editor = _editor(account_id)
    if not editor.keeps_draft:
        raise NotFound
    return page_intents.preview(editor, in_frame="pane" in request.args)


@bp.get("/history")
@open_to(CONSOLE, extra_keys=page_in_address)
def history(account_id: str) -> ResponseReturnValue:
    """The versions of an author's page."""
    return page_history.history(_editor(account_id))


@bp.get("/history/<int:number>")
@open_to(CONSOLE, extra_keys=page_in_address)
def version(account_id: str, number: int) -> ResponseReturnValue:
    """One of them, beside the live one."""
    return page_history.compare(_editor(account_id), number)


@bp.post("/history/<int:number>/restore")
@open_to(CONSOLE, extra_keys=page_in_address)
def restore(account_id: str, number: int) -> ResponseReturnValue:
    """Make it the live one again."""
    return page_history.restore(_editor(account_id), number)


@bp.post("/history/address")
@open_to(CONSOLE, extra_keys=page_in_address)
def end_redirect(account_id: str) -> ResponseReturnValue:
    """Let an old address of an author's page lead nowhere."""
    return page_history.end_redirect(_editor(account_id))


@bp.get("/photo/<name>")
@open_to(CONSOLE, extra_keys=page_in_address)
def photo(account_id: str, name: str) -> ResponseReturnValue:
    """An author's photo, as the editor shows it."""
    return page_editor.photo(_editor(account_id), name)


def page_url(account: Account, profile: Profile | None) -> str:
    """Where readers see an author's page; "" while they do not."""
    if profile is None or not profile.is_published or account.state is not State.ACTIVE:
        return ""
    return f"{ports().site.url}/authors/{profile.slug}/"


def _editor(account_id: str) -> PageEditor:
    return PageEditor.of_author(identity.me().actor, account_id)


def _page(account: Account) -> AuthorPage | None:
    return pages.load_for(ports(), identity.me().actor, account.id) if account.profile_id else None


def _review_url(page: AuthorPage | None) -> str:
    """Where the text of a page that waits for review is; "" if none does."""
    if page is None or page.review is None or not page.review.waits:
        return ""
    return url_for("reviews.review", profile_id=page.profile.id, author=page.author.id)


def lookalike_warnings(account: Account) -> tuple[Message, ...]:
    """What a publisher is told of a name and an address with letters that look like others."""
    name: tuple[Message, ...] = (notices.NAME_DECEPTIVE,) if is_deceptive(account.name) else ()
    if is_deceptive(account.address):
        return (*name, notices.EmailDeceptive(addresses.ascii_address(account.address)))
    return name


def _facts(account: Account, profile: Profile | None) -> AuthorFacts:
    url = page_url(account, profile)
    return AuthorFacts(
        id=account.id,
        name=account.name,
        email=account.address,
        role=account.role.value,
        state=account.state.value,
        asked_at=account.created_at,
        confirmed_at=account.confirmed_at,
        decided_at=account.decided_at,
        decided_by=events.THE_OPERATOR if account.decided_by == OPERATOR.name else account.decided_by,
        note=account.note,
        bounced_at=account.bounced_at,
        complained_at=account.complained_at,
        page_url=url,
        saved_at=profile.saved_at if profile and profile.number else None,
        about=first_lines(profile) if profile and profile.number else "",
        photo=small_photo(profile.id, profile.content.photo, PORTRAIT_WIDTH) if profile and url else "",
        initial=collation.initial(account.name),
        question=account.question,
    )
