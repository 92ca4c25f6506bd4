"""Texts that wait for review: the list, a text beside what readers see, and the publisher's four answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from byline.accounts.model import State
from byline.accounts.notes import MOST_NOTE
from byline.authors import reviews
from byline.errors import Invalid, NotFound, ReviewStale, Stale
from byline.messages import pages as page_messages
from byline.messages import refusals
from byline.messages import reviews as messages
from byline.profiles.model import Content
from byline.web import form_recovery, identity, page_form
from byline.web.access import CONSOLE, open_to, review_in_address
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.language import current_language
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.version_differences import differences
from byline.web.version_rows import change_between
from byline.web.views import editor_page, page_editor, page_intents
from byline.web.views.page_editor import PageEditor, Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.authors.author_page import AuthorPage
    from byline.messages.message import Message
    from byline.profiles.model import Photo
    from byline.profiles.reviews import Review
    from byline.web.version_rows import Change

_CONFLICT = 409
_NOTHING = Content("", "")
"""What readers see of a page that is not published yet."""
bp = Blueprint("reviews", __name__, url_prefix="/publisher/reviews")


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A row of ``reviews/index.html``. ``change`` is ``None`` for the first text of a page."""

    url: str
    name: str
    since: datetime
    picture: str
    change: Change | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What ``reviews/note.html`` asks for: the ``answer`` is "change" or "reject"."""

    answer: str
    action: str
    number: str


def _change_form(form: Form, profile_id: str) -> Response:
    return _note_page(profile_id, "change", form)


def _reject_form(form: Form, profile_id: str) -> Response:
    return _note_page(profile_id, "reject", form)


def _edit_form(form: Form, profile_id: str) -> Response:
    return editor_page.edit(PageEditor.of_submitted(identity.me().actor, profile_id), form)


@bp.get("")
@open_to(CONSOLE)
def index() -> ResponseReturnValue:
    """The texts that wait, longest first."""
    return _list()


@bp.get("/<profile_id>")
@open_to(CONSOLE, extra_keys=review_in_address)
def review(profile_id: str) -> ResponseReturnValue:
    """A text that waits, beside what readers see."""
    page = reviews.load(ports(), identity.me().actor, profile_id)
    if page.review is None or not page.review.waits:
        return _list(404, notice=refusals.REVIEW_OVER)
    return _review_page(page, page.review)


@bp.post("/<profile_id>/publish")
@open_to(CONSOLE, extra_keys=review_in_address, decision=True)
def publish(profile_id: str) -> ResponseReturnValue:
    """Publish it as it was submitted."""
    by, number, seen = identity.me().actor, page_form.review_number(), page_form.seen()
    try:
        saved = reviews.publish(ports(), by, profile_id, number, seen=seen)
    except (ReviewStale, Stale, Invalid) as fault:
        return _refused(profile_id, fault)
    page_intents.published(saved)
    flash(messages.Published(saved.content.name))
    return redirect(url_for("reviews.index"), 303)


@bp.route("/<profile_id>/edit", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=review_in_address, upload=True, form=_edit_form)
def edit(profile_id: str) -> ResponseReturnValue:
    """Edit it, then publish it."""
    try:
        editor = PageEditor.of_submitted(identity.me().actor, profile_id)
    except NotFound:
        if request.method == "POST":  # published meanwhile; what was typed is on the page of the refusal
            raise ReviewStale("published", "", None) from None
        raise
    return page_intents.publish(editor) if request.method == "POST" else editor_page.edit(editor)


@bp.route("/<profile_id>/change", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=review_in_address, form=_change_form, decision=True)
def ask_for_change(profile_id: str) -> ResponseReturnValue:
    """Give it back to its author with a note."""
    if request.method != "POST":
        return _note_page(profile_id, "change", Form())
    return _answer(profile_id, "change", messages.NOTE_MISSING, messages.ChangeWanted, reviews.ask_for_change)


@bp.route("/<profile_id>/reject", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=review_in_address, form=_reject_form, decision=True)
def reject(profile_id: str) -> ResponseReturnValue:
    """Refuse it, with a note."""
    if request.method != "POST":
        return _note_page(profile_id, "reject", Form())
    return _answer(profile_id, "reject", messages.REASON_MISSING, messages.Rejected, reviews.reject)


@bp.get("/<profile_id>/photo/<name>")
@open_to(CONSOLE, extra_keys=review_in_address)
def photo(profile_id: str, name: str) -> ResponseReturnValue:
    """A photo of the text or of the page."""
    return page_editor.photo(PageEditor.of_submitted(identity.me().actor, profile_id), name)


def _answer(
    profile_id: str,
    answer: str,
    missing: Message,
    done: Callable[[str], Message],
    act: Callable[..., Review],
) -> ResponseReturnValue:
    by, number, note = identity.me().actor, page_form.review_number(), single("note")
    if not note.strip():
        raise Invalid({"note": missing})
    try:
        answered = act(ports(), by, profile_id, number, note=note)
    except ReviewStale as fault:
        page = _load_again(profile_id)
        if page is None:
            raise  # what was typed is on the page of the refusal
        form = form_recovery.sent_form(faults={"": _over(page, fault)}, status=409, cause=fault)
        return _note_page(profile_id, answer, form, page)
    flash(done(answered.content.name))
    return redirect(url_for("reviews.index"), 303)


def _refused(profile_id: str, fault: ReviewStale | Stale | Invalid) -> Response:
    """409 or 422, and what is so now: the text that waits, or the list if it does not any more."""
    page = _load_again(profile_id)
    if isinstance(fault, ReviewStale):
        said: Message = _over(page, fault) if page else messages.PUBLISHED_ALREADY
    else:
        said = fault.faults[""] if isinstance(fault, Invalid) else messages.PAGE_SAVED_MEANWHILE
    status = 422 if isinstance(fault, Invalid) else 409
    form_recovery.keep_copy()
    if page is None or page.review is None or not page.review.waits:
        return _list(status, notice=said)
    return _review_page(page, page.review, status, notice=said)


def _over(page: AuthorPage, fault: ReviewStale) -> Message:
    return messages.OVER[fault.outcome](page.author.name, fault.at or page.profile.saved_at)


def _load_again(profile_id: str) -> AuthorPage | None:
    try:
        return reviews.load(ports(), identity.me().actor.without_prefetched(), profile_id)
    except NotFound:
        return None


def _list(status: int = 200, **said: Message) -> Response:
    try:
        after, before = request.args.get("after", ""), request.args.get("before", "")
        found = reviews.waiting(ports(), identity.me().actor, after=after, before=before)
    except ValueError as fault:
        raise BadRequest from fault
    return render_page(
        "reviews/index.html",
        status,
        waiting=[_row(row) for row in found.rows],
        counts={} if found.before or found.after else {"reviews": len(found.rows)},
        before=found.before,
        after=found.after,
        now=ports().clock.now(),
        **said,
    )


def _row(row: reviews.Waiting) -> WaitingText:
    content, live = row.review.content, row.profile.content
    return WaitingText(
        url=url_for("reviews.review", profile_id=row.profile.id, author=row.author.id),
        name=content.name,
        since=row.review.submitted_at,
        picture=_picture(content.photo or live.photo, row.profile.id, row.author.id),
        change=change_between(live, content) if row.profile.number else None,
        is_active=row.author.state is State.ACTIVE,
    )


def _picture(photo: Photo | None, profile_id: str, author_id: str) -> str:
    if photo is None:
        return ""
    width, _ = photo.sizes[-1]
    name = f"{photo.digest}-{width}{photo.suffix}"
    return url_for("reviews.photo", profile_id=profile_id, name=name, author=author_id)


def _review_page(page: AuthorPage, review: Review, status: int = 200, **said: Message) -> Response:
    profile, author = page.profile, page.author
    live, new = profile.content, review.content
    shown = live if profile.number else _NOTHING
    between = differences(shown, new, current_language(), addresses=_addresses(page, review))
    is_other_photo = (live.photo and live.photo.digest) != (new.photo and new.photo.digest)
    return render_page(
        "reviews/review.html",
        status,
        author=Person.of(author),
        name=new.name,
        profile_id=profile.id,
        number=review.number,
        seen=profile.number,
        owner=form_recovery.owner_of(profile.id),
        since=review.submitted_at,
        live_since=profile.saved_at if profile.number else None,
        is_active=author.state is State.ACTIVE,
        portrait=_picture(new.photo, profile.id, author.id),
        live_portrait=_picture(live.photo, profile.id, author.id),
        is_other_photo=is_other_photo,
        differences=[each for each in between if each.label is not page_messages.PHOTO or not is_other_photo],
        beside=[_neighbour(each) for each in reviews.beside(ports(), identity.me().actor, review)],
        now=ports().clock.now(),
        **said,
    )


def _neighbour(review: Review | None) -> tuple[str, str] | None:
    """The address and the name of the text beside the one that is shown."""
    if review is None:
        return None
    return url_for("reviews.review", profile_id=review.profile_id, author=review.submitted_by), review.content.name


def _addresses(page: AuthorPage, review: Review) -> tuple[str, str]:
    """Where the page is, and where it would be; "" while nothing is published."""
    root = ports().site.url
    slugs = (page.profile.slug, review.slug)
    here, then = (f"{root}/authors/{slug}/" if page.profile.number else "" for slug in slugs)
    return here, then


def _note_page(profile_id: str, answer: str, form: Form, page: AuthorPage | None = None) -> Response:
    page = page or reviews.load(ports(), identity.me().actor, profile_id)
    if page.review is None:
        raise NotFound
    # Where another text has replaced the one that was answered, the next press answers that one.
    number = str(page.review.number) if form.status == _CONFLICT or not form.values["number"] else form.values["number"]
    endpoint = "reviews.ask_for_change" if answer == "change" else "reviews.reject"
    action = url_for(endpoint, profile_id=profile_id, author=page.author.id)
    return render_page(
        "reviews/note.html",
        form.status,
        author=Person.of(page.author),
        profile_id=profile_id,
        asked=NoteForm(answer, action, number),
        form=form,
        owner=form_recovery.owner_of(profile_id),
        note_max=MOST_NOTE,
    )
