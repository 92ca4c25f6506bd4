"""Questions to authors who wait: a publisher asks, the author answers by the link of an email."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.authors import decisions, questions
from byline.errors import AlreadyDecided, DeadLink
from byline.messages import notices
from byline.messages.questions import QuestionAsked
from byline.web import form_recovery, identity
from byline.web.access import CONSOLE, EVERYBODY, author_in_address, open_to
from byline.web.answers import dead_link
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page
from byline.web.views.page_editor import Person

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

bp = Blueprint("questions", __name__)


def _ask_form(form: Form, account_id: str) -> Response:
    account = decisions.load_author(ports(), identity.me().actor, account_id)
    return render_page(
        "publisher/question.html",
        form.status,
        form=form,
        author=Person.of(account),
        owner=form_recovery.owner_of(account.id),
        longest=questions.LONGEST,
    )


def _answer_form(form: Form, token: str) -> Response:
    try:
        asked = questions.read(ports(), token)
    except DeadLink as fault:
        return dead_link("question", fault.why)
    is_shown = asked.is_answered and not form.faults
    return render_page(
        "registration/question.html",
        form.status,
        form=form,
        question="" if is_shown else asked.question.text,
        is_answered=is_shown,
        longest=questions.LONGEST,
    )


@bp.route("/publisher/authors/<account_id>/question", methods=["GET", "POST"])
@open_to(CONSOLE, extra_keys=author_in_address, form=_ask_form, decision=True)
def ask(account_id: str) -> ResponseReturnValue:
    """Ask an author who waits."""
    if request.method != "POST":
        return _ask_form(Form(), account_id)
    text = single("question")
    try:
        asked = questions.ask(ports(), identity.me().actor, account_id, text=text)
    except AlreadyDecided as fault:
        name = decisions.load_author(ports(), identity.me().actor.without_prefetched(), account_id).name
        why = notices.DecidedBeforeBySomeone(name, notices.STATES[fault.state])
        return _ask_form(Form({"question": text}, {"": why}, status=409), account_id)
    flash(QuestionAsked(asked.name))
    return redirect(url_for("publisher.queue"), 303)


@bp.route("/question/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_answer_form, for_strangers=True, link=questions.PURPOSE)
def answer(token: str) -> ResponseReturnValue:
    """The page behind the email's link; opening it changes nothing."""
    if request.method != "POST":
        return _answer_form(Form(), token)
    try:
        questions.answer(ports(), identity.visit(), token, text=single("answer"))
    except DeadLink as fault:
        return dead_link("question", fault.why)
    return redirect(request.path, 303)
