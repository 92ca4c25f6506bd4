"""Merging two pages of one person: choosing the other page, then field by field what stays; and undoing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.authors import merge_undo, merging, overview, pages
from byline.authors.merging import Choice, Field
from byline.errors import Invalid, NotFound, Stale
from byline.messages import merging as messages
from byline.messages import notices
from byline.profiles.links import label_of
from byline.richtext import sanitize
from byline.web import author_rows, form_recovery, identity
from byline.web.access import CONSOLE, open_to, page_in_address
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.authors.author_page import AuthorPage
    from byline.messages.message import Message
    from byline.profiles.model import Content

FIELDS = ("name", "summary", "biography", "photo", "books", "links")
"""What is chosen, each by a field of this name."""
_MOST_SHOWN = 600
_MOST_DIGITS = 9
bp = Blueprint("merging", __name__, url_prefix="/publisher/authors/<account_id>")


@dataclass(frozen=True, slots=True)
class Side:
    """A field as one page has it: its words, or the address of its photo; both are "" where it has nothing."""

    choice: str
    text: str
    photo: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not self.text and not self.photo


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that differs, with both its sides, the page that stays first; ``takes_both``: they can stand together."""

    name: str
    label: Message
    sides: tuple[Side, Side]
    chosen: str
    takes_both: bool


def _form(form: Form, account_id: str) -> Response:
    lost = pages.load_for(ports(), identity.me().actor, account_id)
    if not lost.author.is_managed:
        raise NotFound
    into = form.values["into"]
    if not into or "into" in form.faults:
        return _candidates(lost, form)
    return _choices(form, *merging.load(ports(), identity.me().actor, account_id, into))


@bp.route("/merge", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=page_in_address, form=_form)
def merge(account_id: str) -> ResponseReturnValue:
    """Choose the page that stays, then what of each; sent, the two are one."""
    if request.method != "POST":
        return _form(Form({"into": request.args.get("into", ""), "q": request.args.get("q", "")}), account_id)
    by, into = identity.me().actor, single("into")
    choices = {Field(name): _choice(name) for name in FIELDS}
    seen = (_number(single("seen_lost")), _number(single("seen")))
    try:
        merged = merging.merge(ports(), by, account_id, into, choices, seen=seen)
    except Stale:
        flash(notices.SAVED_IN_BETWEEN)
        return redirect(url_for("merging.merge", account_id=account_id, into=into), 303)
    flash(messages.Merged(merged.content.name))
    return redirect(url_for("author.overview", account_id=merged.account_id or merged.id), 303)


@bp.post("/unmerge")
@open_to(CONSOLE, extra_keys=page_in_address, decision=True)
def undo(account_id: str) -> ResponseReturnValue:
    """Take the last merge of a page back."""
    try:
        back = merge_undo.undo(ports(), identity.me().actor, account_id)
    except Invalid:
        flash(messages.TOO_LATE_TO_UNDO_MERGE)
        return redirect(url_for("author.overview", account_id=account_id), 303)
    flash(messages.MergeUndone(back.content.name))
    return redirect(url_for("author.overview", account_id=back.id), 303)


def _choice(name: str) -> Choice:
    try:
        return Choice(single(name) or Choice.STAYS)
    except ValueError as fault:
        raise Invalid({"": messages.CHOICE_UNKNOWN}) from fault


def _number(text: str) -> int:
    """The number of a version; -1, which no page has, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else -1


def _candidates(lost: AuthorPage, form: Form) -> Response:
    """The people with the name, or with the words that were typed."""
    typed = form.values["q"][: author_rows.MAX_QUERY_LENGTH].replace("\0", "")
    found = overview.search(ports(), identity.me().actor, typed.strip() or lost.author.name)
    rows = [author_rows.row(each) for each in found.people if each.account.id != lost.author.id and each.about.profile]
    return render_page(
        "publisher/merge_candidates.html",
        form.status,
        form=form,
        author=Person.of(lost.author),
        q=typed,
        people=[row for row in rows if row.state in {"active", "managed"}],
    )


def _choices(form: Form, lost: AuthorPage, stays: AuthorPage) -> Response:
    return render_page(
        "publisher/merge.html",
        form.status,
        form=form,
        lost=Person.of(lost.author),
        stays=Person.of(stays.author),
        lost_address=f"/authors/{lost.profile.slug}/",
        stays_address=f"/authors/{stays.profile.slug}/",
        fields=[_shown(field, form, lost, stays) for field in Field if _differs(field, lost, stays)],
        seen=stays.profile.number,
        seen_lost=lost.profile.number,
        owner=form_recovery.owner_of(lost.author.id),
    )


def _differs(field: Field, lost: AuthorPage, stays: AuthorPage) -> bool:
    return (
        merging.merged_content(lost.profile.content, stays.profile.content, {field: Choice.LOST})
        != stays.profile.content
    )


def _shown(field: Field, form: Form, lost: AuthorPage, stays: AuthorPage) -> ShownField:
    sides = (_side(Choice.STAYS, field, stays), _side(Choice.LOST, field, lost))
    usual = Choice.LOST if sides[0].is_empty else Choice.STAYS
    if field in merging.TAKES_BOTH and not any(side.is_empty for side in sides):
        usual = Choice.BOTH
    takes_both = field in merging.TAKES_BOTH
    return ShownField(field.value, messages.FIELDS[field], sides, form.values[field] or usual, takes_both)


def _side(choice: Choice, field: Field, page: AuthorPage) -> Side:
    content = page.profile.content
    if field is Field.PHOTO:
        photo = content.photo
        name = f"{photo.digest}-{min(width for width, _ in photo.sizes)}{photo.suffix}" if photo else ""
        source = url_for("author.photo", account_id=page.author.id, name=name) if photo else ""
        return Side(choice.value, "", source)
    text = _WORDS[field](content)
    return Side(choice.value, text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def _books(content: Content) -> str:
    return "\n".join(book.title or book.isbn for book in content.books)


def _links(content: Content) -> str:
    return "\n".join(f"{label_of(link)} ({link.url})" for link in content.links)


_WORDS: dict[Field, Callable[[Content], str]] = {
    Field.NAME: lambda content: f"{content.name} ({content.sort_name})",
    Field.SUMMARY: lambda content: content.summary,
    Field.BIOGRAPHY: lambda content: sanitize.plain_text(content.bio),
    Field.BOOKS: _books,
    Field.LINKS: _links,
}
