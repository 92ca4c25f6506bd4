"""The console's team: who is a publisher or invited as one, and changing that after a look at what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import addresses, invitations, publishers
from byline.accounts.model import Role
from byline.accounts.notes import MOST_NOTE, check_note
from byline.authors import decisions, listing
from byline.errors import AlreadyDecided, Invalid
from byline.messages import notices
from byline.profiles import names
from byline.web import form_recovery, forms, identity
from byline.web.access import CONSOLE, author_in_address, author_with_draft, open_to
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.views.invitations import shown
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.messages.message import Message

bp = Blueprint("team", __name__)


@dataclass(frozen=True, slots=True)
class Member:
    """A row of ``publisher/team.html``."""

    id: str
    name: str
    email: str
    state: str
    is_you: bool
    undelivered: bool
    can_be_author: bool


def _form(form: Form) -> Response:
    by = identity.me().actor
    everyone = listing.publishers(ports(), by)
    active = sum(map(publishers.is_publisher, everyone))
    return render_page(
        "publisher/team.html",
        form.status,
        form=form,
        owner=form_recovery.owner_of("team"),
        note_max=MOST_NOTE,
        owner_of=form_recovery.owner_of,
        members=[
            Member(
                id=account.id,
                name=account.name,
                email=account.address,
                state=account.state.value,
                is_you=account.id == by.account_id,
                undelivered=account.is_undeliverable,
                can_be_author=account.confirmed_at is not None and (active > 1 or not publishers.is_publisher(account)),
            )
            for account in everyone
        ],
        invited=[shown(row) for row in invitations.list_publisher_invitations(ports(), by)],
    )


@bp.route("/publisher/team", methods=["GET", "POST"])
@open_to(CONSOLE, form=_form)
def overview() -> ResponseReturnValue:
    """The publishers; and invite one. Who has an account is appointed instead, on a page that says what it means."""
    if request.method != "POST":
        return _form(Form())
    faults: dict[str, Message] = {}
    name = forms.tried(faults, lambda: names.clean_name(single("author_name")))
    address = forms.tried(faults, lambda: addresses.normalise(single("author_email")))
    note = forms.tried(faults, lambda: check_note(single("note")))
    if faults or name is None or address is None or note is None:
        raise Invalid(faults)
    account_id = publishers.invite(ports(), identity.me().actor, address=address, name=name, note=note)
    if account_id is not None:
        return redirect(url_for("team.appoint", account_id=account_id), 303)
    flash(notices.PublisherInvited(name))
    return redirect(url_for("team.overview"), 303)


@bp.route("/publisher/team/<account_id>/appoint", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=author_in_address, decision=True)
def appoint(account_id: str) -> ResponseReturnValue:
    """Make a publisher of somebody with an account."""
    account = decisions.load_author(ports(), identity.me().actor, account_id)
    if request.method != "POST":
        return _really("appoint", Person.of(account), is_so=account.role is Role.PUBLISHER)
    try:
        publishers.appoint(ports(), identity.me().actor, account_id)
    except Invalid as fault:
        return _back(next(iter(fault.faults.values())))
    return _back(notices.PublisherAppointed(account.name))


@bp.route("/publisher/team/<account_id>/remove", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=author_with_draft, decision=True)
def remove(account_id: str) -> ResponseReturnValue:
    """Make an author of a publisher again."""
    if request.method != "POST":
        account = decisions.load_author(ports(), identity.me().actor, account_id)
        return _really("remove", Person.of(account), is_so=account.role is not Role.PUBLISHER)
    try:
        removed = decisions.remove_publisher(ports(), identity.me().actor, account_id)
    except Invalid as fault:
        return _back(next(iter(fault.faults.values())))
    except AlreadyDecided:
        return _back(notices.DONE_BEFORE)
    return _back(notices.PublisherRemoved(removed.name))


def _back(notice: Message) -> ResponseReturnValue:
    flash(notice)
    return redirect(url_for("team.overview"), 303)


def _really(act: str, person: Person, *, is_so: bool) -> ResponseReturnValue:
    """The page that says what happens; straight back where it is so already."""
    if is_so:
        return redirect(url_for("team.overview"), 303)
    is_you = person.id == identity.me().actor.account_id
    owner_of = form_recovery.owner_of
    return render_page("publisher/team_change.html", act=act, person=person, is_you=is_you, owner_of=owner_of)
