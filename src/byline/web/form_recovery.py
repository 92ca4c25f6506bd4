"""Forms that come back with everything that was typed in them, whatever the answer is; passwords excepted.

A view says with ``open_to(…, form=…)`` how its form is shown. The answer to a form that was not carried out is that
form, with what was typed and what to do. Where it cannot be shown, since the store does not answer, the error page has
the fields. A form that outlived its session rides through the login, sealed for the account that it was opened by.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, g, redirect, request, session, url_for
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException

from byline.accounts.recognition import recognise
from byline.accounts.sessions import AccountSession
from byline.errors import BylineError, Invalid, NotAllowed, NotFound, raised_at
from byline.messages import notices
from byline.profiles import biography
from byline.web import csrf, identity
from byline.web.access import Answer, Rule, Who, rule, rule_at
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single
from byline.web.login_form import form_page
from byline.web.pages import Form
from byline.web.render import CONFIRMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from byline.accounts.recognition import ExpiredSession
    from byline.accounts.sessions import AnySession, NewSession
    from byline.messages.message import Message

_log = logging.getLogger(__name__)

PASSWORDS = ("author_password", "old_password", "new_password")
"""Never shown again, never sealed."""
_OURS = ("copy", "csrf_token", "kept", "kept_for", "kept_seal", "owner")
"""Hidden fields that a form gets anew when it is shown again."""
_MOST_COPY_ID = 40

Fields = list[tuple[str, str]]


def form_owner(editor_id: str, author_id: str) -> str:
    """What a form says of who edits whose page, sealed: it is believed when the session it came from is over."""
    return f"{editor_id}.{author_id}.{ports().signer.mac('owner', editor_id, author_id)}"


def owner_of(author_id: str) -> str:
    """The same for a form about an author that whoever is logged in gets."""
    return form_owner(identity.me().actor.account_id, author_id)


def without_token(row: Rule, who: Who) -> ResponseReturnValue | None:
    """What becomes of a form that does not carry this session's token; ``None`` if it is to be refused.

    It was carried out already: on to where that led. Its session is over: the login, with its text. The same person has
    logged in again: the form with its text, unsaved. Raises ``OfAnother`` where another account is logged in by now;
    nothing of the text is shown then, since whoever is logged in may be somebody else than who typed it.
    """
    done = session.get("done")
    if done and ports().signer.verifies(done[0], *_form()):
        _log.info("%s came twice: answered as the first time", request.endpoint)
        return _after_second_press(done[1])
    editor_id = _owner()
    if editor_id is None:
        return None
    if who is Who.NOBODY:
        return form_page(kept=sealed(editor_id))
    if editor_id != identity.me().actor.account_id:
        raise csrf.OfAnother
    if row.form is None or row.answers[who] is not Answer.PASS:
        return None
    return row.form(sent_form(), **(request.view_args or {}))


def note_outcome(response: Response) -> Response:
    """After a form that was carried out: let the browser forget its copy, and recognise the same form a second time."""
    if request.method != "POST" or response.status_code not in {200, 303} or g.get("keep_copy"):
        return response
    if identity.has_changed():
        session["done"] = [ports().signer.mac(*_form()), response.headers.get("Location", "")]
    if response.status_code == 303:  # noqa: PLR2004
        for copy in request.form.getlist("copy")[:1]:
            session[CONFIRMED] = copy[:_MOST_COPY_ID]
    return response


def keep_copy() -> None:
    """Let the browser keep its copy of a form that was answered with a redirect, but not carried out."""
    g.keep_copy = True


def shown_again(row: Rule, fault: Exception, status: int, faults: Mapping[str, Message]) -> Response | None:
    """The form that was sent, with what was typed and what is wrong; ``None`` if it cannot be shown."""
    if row.form is None or identity.is_unknown():
        return None
    needs_token = not (row.for_strangers and isinstance(fault, csrf.WithoutCookie | csrf.OfEarlierSession))
    try:
        if needs_token and not csrf.token_fits():
            return None
        form = sent_form(faults=faults, status=status, cause=fault)
        return row.form(form, **(request.view_args or {}))
    except (BylineError, HTTPException):
        return None
    except Exception as second:  # noqa: BLE001 - what failed once may fail again; the error page has the fields
        _log.error("no form at %s: %s at %s", request.endpoint, type(second).__name__, raised_at(second))
        return None


def sent_form(
    *, faults: Mapping[str, Message] | None = None, status: int = 200, cause: Exception | None = None
) -> Form:
    """The form that was sent, as it is shown again; without a ``cause`` it outlived its session."""
    return form_of(typed_fields(), faults=faults, status=status, cause=cause, resumed=cause is None)


def typed_on_error_page() -> Fields | None:
    """The fields for an error page that stands in for the form, seals included; ``None`` if the form is not ours.

    The token is compared with the cookie alone, so no store is needed.
    """
    try:
        if request.method != "POST" or not csrf.token_fits():
            return None
        names = [name for name in request.form if name in PASSWORDS]
        files = [name for name in request.files if request.files[name].filename]
        sent = [(name, _clean(request.form[name])) for name in _OURS[2:] if name in request.form]
        return [*_readable(typed_fields()), *sent, *((name, "") for name in (*names, *files))]
    except HTTPException:  # larger than is read, or cut off on the way
        return None


def _readable(fields: Fields) -> Fields:
    """Fields with a biography from the rich editor as light Markdown: it says the same, and can be read and changed."""
    values = dict(fields)
    sent = values.get("author_bio", "")
    if values.get("bio_format") != "html":
        return fields
    markdown, html = biography.shown_again(sent, "html")
    if sent and not html:  # more than is read: as it is
        return fields
    shown = {"author_bio": markdown, "bio_format": "markdown"}
    return [(name, shown.get(name, value)) for name, value in fields]


def typed_fields() -> Fields:
    """Every field of the form that was sent, in order, but for passwords and our own hidden ones."""
    sent = request.form.items(multi=True)
    return [(name, _clean(value)) for name, value in sent if name not in _OURS and not name.startswith(PASSWORDS)]


def recovered() -> tuple[tuple[str, str], ...]:
    """The hidden fields with a form that rides through the login, if they came back as they were sent."""
    body, account_id, seal = single("kept"), single("kept_for"), single("kept_seal")
    body = body.replace("\r\n", "\n")
    if not body or not ports().signer.verifies(seal, "kept", account_id, body):
        return ()
    return (("kept", body), ("kept_for", account_id), ("kept_seal", seal))


def go_on(begun: NewSession, kept: tuple[tuple[str, str], ...], next_: str) -> ResponseReturnValue:
    """Where a login leads: on with the form that waited for it; else to ``next_``, by way of the page about a recovery
    where one waits that a second factor shows to be needless.
    """
    if kept:
        return resume(recognise(ports(), begun.cookie), kept)
    return redirect(url_for("recovery.own", next=next_) if begun.is_recovery_waiting else next_, 303)


def resume(visit: AnySession | ExpiredSession, kept: tuple[tuple[str, str], ...]) -> ResponseReturnValue:
    """After a login that a form rode through: the form for whoever filled it in, a sentence for anybody else."""
    fields = dict(kept)
    if isinstance(visit, AccountSession) and fields["kept_for"] == visit.account.id:
        identity.visit_begins(visit)
        form = _form_after_login(identity.who(visit), json.loads(fields["kept"]))
        if form is not None:
            return form
    flash(notices.TEXT_OF_ANOTHER_ACCOUNT)
    return redirect(url_for("own_page.edit"), 303)


def _form_after_login(who: Who, kept: dict[str, Any]) -> ResponseReturnValue | None:
    """The form as it was filled in, or what a decision led to; ``None`` if its page is not open to this account."""
    row, endpoint, values = rule_at(kept["path"])
    fields = [(name, value) for name, value in kept["fields"]]
    if row.answers[who] is not Answer.PASS:
        return None
    if row.decision:
        return _carry_out(endpoint, values, fields)
    try:
        return row.form(form_of(fields, resumed=True), **values) if row.form else None
    except (NotAllowed, NotFound):
        return None


def _carry_out(endpoint: str, values: Mapping[str, Any], fields: Fields) -> ResponseReturnValue:
    """Carry out a decision that was sealed for the account that has just logged in."""
    login = request.form
    request.form = ImmutableMultiDict(fields)
    try:
        return cast("ResponseReturnValue", current_app.view_functions[endpoint](**values))
    except Invalid as fault:
        form = rule(endpoint).form
        if form is None:
            raise
        shown: Response = form(form_of(fields, faults=fault.faults, status=422), **values)
        return shown
    finally:
        request.form = login


def _after_second_press(led_to: str) -> ResponseReturnValue:
    """Where the first press led; it may have led to a page of its own, such as a form that rode through the login."""
    if not led_to and (kept := recovered()):
        return resume(identity.me(), kept)
    if not led_to:
        flash(notices.DONE_BEFORE)
    return redirect(led_to or url_for("own_page.edit"), 303)


def sealed(account_id: str) -> tuple[tuple[str, str], ...]:
    """Hidden fields that carry the form that was sent through a login, sealed for the account it was opened by."""
    body = json.dumps({"path": request.path, "fields": typed_fields()}, ensure_ascii=False, separators=(",", ":"))
    return (
        ("kept", body),
        ("kept_for", account_id),
        ("kept_seal", ports().signer.mac("kept", account_id, body)),
    )


def _owner() -> str | None:
    """The id of the account that opened the form that was sent; ``None`` if it is no form of ours that says so."""
    sent = _clean("".join(request.form.getlist("owner")))
    editor_id, _, rest = sent.partition(".")
    author_id, _, seal = rest.partition(".")
    of_whom = (request.view_args or {}).get("account_id") or (request.view_args or {}).get("profile_id")
    if of_whom is not None and of_whom != author_id:  # made for another author's address
        return None
    return editor_id if ports().signer.verifies(seal, "owner", editor_id, author_id) else None


def _form() -> tuple[str, ...]:
    """What tells the form that was sent from every other of this browser, without a word of what was typed."""
    token, address = (_clean(request.form.get(name, "")) for name in ("csrf_token", "author_email"))
    return "done", request.path, csrf.unmasked(token), address


def form_of(fields: Iterable[tuple[str, str]], **shown: Any) -> Form:
    """A form that shows these fields."""
    typed = MultiDict(fields)
    return Form(typed.to_dict(), lists=typed.to_dict(flat=False), **shown)


def _clean(text: str) -> str:
    """A text as it can be shown and encoded: without NUL and lone surrogates, with one kind of line break."""
    text = text.replace("\0", "").replace("\r\n", "\n")
    return text.encode("utf-8", "ignore").decode()
