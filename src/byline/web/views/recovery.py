"""Recovery of lost second factors and mailboxes: started in the console, stopped by its owner, finished by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.accounts import address_recovery, factor_recovery, recovery
from byline.accounts.policy import least_characters
from byline.accounts.recovery_records import Purpose
from byline.authors import decisions
from byline.errors import DeadLink, SecondStepNeeded
from byline.messages import recoveries as messages
from byline.messages.address_changes import ADDRESS_TAKEN_OVER
from byline.web import form_recovery, forms, identity
from byline.web.access import ACCOUNT, CONSOLE, EVERYBODY, open_to, own_recovery, recovery_in_address
from byline.web.answers import dead_link
from byline.web.clients import client
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.redirects import inside
from byline.web.render import render_page
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("recovery", __name__)


@bp.get("/account/recovery")
@open_to(ACCOUNT, extra_keys=own_recovery)
def own() -> ResponseReturnValue:
    """The recovery of one's own account that is under way; a login with a second factor leads here."""
    session = identity.account_session()
    found = recovery.live_recovery(ports(), session.account, session.prefetched)
    owner = form_recovery.owner_of("recovery")
    next_ = inside(request.args.get("next", "/"))
    return render_page("account/recovery.html", waiting=found, next=next_, owner=owner)


@bp.post("/account/recovery/stop")
@open_to(ACCOUNT, extra_keys=own_recovery, decision=True)
def stop_own() -> ResponseReturnValue:
    """Stop it."""
    stopped = recovery.stop_own(ports(), identity.account_session())
    flash(messages.RECOVERY_STOPPED if stopped else messages.NO_RECOVERY)
    return redirect(url_for("factors.overview"), 303)


def _start_form(form: Form, account_id: str) -> Response:
    account = decisions.load_author(ports(), identity.me().actor, account_id)
    return render_page(
        "publisher/recovery.html",
        form.status,
        form=form,
        author=Person.of(account),
        is_publisher=account.role.value == "publisher",
        owner=form_recovery.owner_of(account.id),
    )


@bp.route("/publisher/authors/<account_id>/recovery", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=recovery_in_address, form=_start_form, decision=True)
def start(account_id: str) -> ResponseReturnValue:
    """Say what it means; sent, the button starts the recovery of an account whose second factors are lost."""
    if request.method != "POST":
        return _start_form(Form(), account_id)
    account = factor_recovery.start(ports(), identity.me().actor, account_id)
    flash(messages.RecoveryStarted(account.name))
    return redirect(url_for("author.overview", account_id=account_id), 303)


@bp.post("/publisher/authors/<account_id>/recovery/stop")
@open_to(CONSOLE, extra_keys=recovery_in_address, decision=True)
def stop_for(account_id: str) -> ResponseReturnValue:
    """Stop the recovery of another person's account."""
    stopped = recovery.stop_for(ports(), identity.me().actor, account_id)
    flash(messages.RECOVERY_STOPPED if stopped else messages.NO_RECOVERY)
    return redirect(url_for("author.overview", account_id=account_id), 303)


def _stop_page(form: Form, token: str) -> Response:
    account, found = recovery.read_link(ports(), recovery.STOP, token)
    return render_page(
        "recovery/stop.html",
        form.status,
        form=form,
        address=account.address,
        is_address=found.purpose is Purpose.ADDRESS,
    )


@bp.route("/recovery/stop/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_stop_page, for_strangers=True, link=recovery.STOP)
def stop(token: str) -> ResponseReturnValue:
    """The page behind the link of the first email: its button stops the recovery, logged in or not."""
    try:
        if request.method != "POST":
            return _stop_page(Form(), token)
        recovery.stop_by_link(ports(), identity.visit(), token)
    except DeadLink as fault:
        return dead_link("recovery", fault.why)
    flash(messages.RECOVERY_STOPPED)
    return redirect(url_for("login.log_in"), 303)


def _address_form(form: Form, account_id: str) -> Response:
    account = decisions.load_author(ports(), identity.me().actor, account_id)
    return render_page(
        "publisher/lost_mailbox.html",
        form.status,
        form=form,
        author=Person.of(account),
        owner=form_recovery.owner_of(account.id),
    )


@bp.route("/publisher/authors/<account_id>/email", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=recovery_in_address, form=_address_form)
def start_address(account_id: str) -> ResponseReturnValue:
    """Name the new address of a person who has lost the mailbox; the change waits for 72 hours."""
    if request.method != "POST":
        return _address_form(Form(), account_id)
    address = forms.address()
    address_recovery.start(ports(), identity.me().actor, account_id, address=address)
    flash(messages.AddressRecoveryStarted(address))
    return redirect(url_for("author.overview", account_id=account_id), 303)


def _finish_form(form: Form, token: str) -> Response:
    is_address = recovery.purpose_of_link(ports(), token) is Purpose.ADDRESS
    link = address_recovery.read_link(ports(), token) if is_address else factor_recovery.read_link(ports(), token)
    least = least_characters(ports().site, has_factor=is_address and link.credentials.has_second_factor)
    return render_page(
        "recovery/finish.html",
        form.status,
        form=form,
        address=link.recovery.address or link.account.address,
        is_address=is_address,
        password_min=least,
    )


@bp.route("/recovery/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_finish_form, for_strangers=True, link=recovery.FINISH)
def finish(token: str) -> ResponseReturnValue:
    """The page behind the link of the second email: a new password, and all second factors are removed, or the address
    is changed.
    """
    try:
        if request.method != "POST":
            return _finish_form(Form(), token)
        return _finish(token)
    except DeadLink as fault:
        return dead_link("recovery", fault.why)


def _finish(token: str) -> ResponseReturnValue:
    new = single("new_password")
    if recovery.purpose_of_link(ports(), token) is Purpose.ADDRESS:
        moving = address_recovery.read_link(ports(), token)
        try:
            entry = address_recovery.finish(ports(), identity.visit(), moving, new=new, client=client())
        except SecondStepNeeded:
            flash(ADDRESS_TAKEN_OVER)
            raise
        identity.begin_session(entry)
        flash(ADDRESS_TAKEN_OVER)
        return redirect(url_for("account.overview"), 303)
    link = factor_recovery.read_link(ports(), token)
    identity.begin_session(factor_recovery.finish(ports(), identity.visit(), link, new=new, client=client()))
    flash(messages.RECOVERED)
    return redirect(url_for("factors.overview"), 303)
