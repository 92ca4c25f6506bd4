"""Pages that the press keeps, for publishers: adding one, what is known of it, and taking it from readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.authors import handover, listing, managed_pages, merge_undo, merging, pages
from byline.authors import overview as lists
from byline.errors import NotFound
from byline.messages import managed_pages as messages
from byline.profiles import collation
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, open_to, page_in_address
from byline.web.author_facts import PORTRAIT_WIDTH, PastEvent, first_lines
from byline.web.author_rows import small_photo
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.audit import Actor
    from byline.authors.author_page import AuthorPage

bp = Blueprint("managed_pages", __name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """Who is invited to take over the page, since when and until when."""

    email: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ManagedFacts:
    """What ``publisher/managed_page.html`` tells of a page; ``draft_at`` is when its draft was saved."""

    id: str
    name: str
    address: str
    added_at: datetime
    page_url: str
    saved_at: datetime | None
    draft_at: datetime | None
    about: str
    photo: str
    initial: str
    offer: Offer | None


def _form(form: Form, namesakes: Sequence[lists.Person] = ()) -> Response:
    owner = form_recovery.owner_of("managed_pages")
    people = [person.account for person in namesakes]
    return render_page("publisher/new_page.html", form.status, form=form, owner=owner, namesakes=people)


@bp.route("/publisher/pages/new", methods=["GET", "POST"])
@open_to(CONSOLE, form=_form)
def new() -> ResponseReturnValue:
    """Add the page of an author who gets no account, and go on to write it; first a look at who has this name."""
    if request.method != "POST":
        return _form(Form())
    by, name, sort_name = identity.me().actor, single("author_name"), single("author_sort_name")
    if not single("same_name") and (found := lists.namesakes(ports(), by, name)):
        return _form(form_recovery.sent_form(status=422), found)
    added = managed_pages.create(ports(), by, name=name, sort_name=sort_name)
    return redirect(url_for("author.edit", account_id=added.id), 303)


@bp.post("/publisher/authors/<account_id>/unpublish")
@open_to(CONSOLE, extra_keys=page_in_address, decision=True)
def unpublish(account_id: str) -> ResponseReturnValue:
    """Take a page that the press keeps from readers."""
    unpublished = managed_pages.unpublish(ports(), identity.me().actor, account_id)
    flash(messages.Unpublished(unpublished.content.name))
    return redirect(url_for("author.overview", account_id=unpublished.id), 303)


def overview(account_id: str) -> ResponseReturnValue:
    """A page that the press keeps, or kept: who has it by now, or what it was merged into, is on another page."""
    by = merge_undo.with_records(ports(), identity.me().actor, account_id)
    try:
        page = pages.load_for(ports(), by, account_id)
    except NotFound:
        return redirect(url_for("author.overview", account_id=merging.find_merged(ports(), by, account_id)), 302)
    if not page.author.is_managed:
        return redirect(url_for("author.overview", account_id=page.author.id), 302)
    events = listing.events(ports(), by, page.author)
    return render_page(
        "publisher/managed_page.html",
        author=_facts(page, _offer(by, page)),
        owner_of=form_recovery.owner_of,
        merged_at=merge_undo.merged_at(ports(), by, page),
        events=[PastEvent(event.at, event.message, event.by) for event in events],
    )


def _facts(page: AuthorPage, offer: Offer | None) -> ManagedFacts:
    profile, site = page.profile, ports().site
    address = f"{site.url}/authors/{profile.slug}/"
    return ManagedFacts(
        id=page.author.id,
        name=page.author.name,
        address=address,
        added_at=profile.created_at,
        page_url=address if profile.is_published else "",
        saved_at=profile.saved_at if profile.number else None,
        draft_at=page.draft.saved_at if page.draft else None,
        about=first_lines(profile) if profile.number else "",
        photo=small_photo(profile.id, profile.content.photo, PORTRAIT_WIDTH) if profile.is_published else "",
        initial=collation.initial(profile.content.sort_name),
        offer=offer,
    )


def _offer(by: Actor, page: AuthorPage) -> Offer | None:
    invitation = handover.find_offer(ports(), by, page)
    return Offer(invitation.address, invitation.invited_at, invitation.ends_at) if invitation else None
