"""Logging in and out, and the health of the store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, redirect, request, session

from byline.accounts import addresses, sessions
from byline.accounts import login as logging_in
from byline.errors import Barred, Invalid, TooMany, WrongCredentials
from byline.web import identity
from byline.web.answers import barred, minutes, too_many
from byline.web.here import ports
from byline.web.pages import Form, say, show
from byline.web.protection import inside, single
from byline.web.views.registration import brake, device

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

WRONG = {"": "The email address or the password is not right"}
REMEMBER_DAYS = sessions.REMEMBERED_SECONDS // 86_400


def set_up(app: Flask) -> None:
    """The routes of this page."""
    app.add_url_rule("/login", "login", login, methods=["GET", "POST"])
    app.add_url_rule("/logout", "logout", logout, methods=["GET", "POST"])
    app.add_url_rule("/healthz", "health", health, methods=["GET"])


def login() -> ResponseReturnValue:  # noqa: PLR0911 - one answer for each way a log-in ends
    """Log in: the form, and the session it begins."""
    visit = identity.visit()
    if request.method != "POST":
        if visit is not None:
            return redirect("/", 303)
        return form_page(next_=inside(request.args.get("next", "/")))
    brake("login")
    kept = kept_text()
    next_ = inside(single("next") or "/")
    try:
        entry = logging_in.log_in(
            ports(),
            address=addresses.normalise(single("author_email")),
            password=single("author_password"),
            remember=bool(single("remember_me")),
            device=device(),
            held=visit,
        )
    except (WrongCredentials, Invalid):
        return form_page(422, Form(_typed(), WRONG), next_=next_, kept=kept)
    except Barred as fault:
        return barred(fault)
    except TooMany as fault:
        page = form_page(429, Form(_typed(), {}), next_=next_, kept=kept, wait_minutes=minutes(fault))
        return too_many(fault, page)
    identity.enter(entry)
    if kept:
        from byline.web.views.profile import resume  # noqa: PLC0415 - the editor sends people here, and gets them back

        return resume(entry, kept)
    return redirect(next_, 303)


def form_page(
    status: int = 200,
    form: Form | None = None,
    *,
    next_: str = "/",
    kept: tuple[tuple[str, str], ...] = (),
    wait_minutes: int | None = None,
) -> Response:
    """The log-in form; a browser whose session ended reads so, with its address filled in."""
    gone = identity.ended()
    notice = None
    if gone is not None and not kept and status == 200:  # noqa: PLR2004
        notice = "This registration has ended; you can register again" if gone.proposal else "Log in to go on"
    if gone is not None and gone.address:
        session["address"] = gone.address
    address = session.get("address", "")
    return show(
        "login/login.html",
        status,
        form=form or Form({"author_email": address}),
        next="" if next_ == "/" else next_,
        remember_days=REMEMBER_DAYS,
        wait_minutes=wait_minutes,
        kept=kept,
        notice=notice,
    )


def logout() -> ResponseReturnValue:
    """Log out; a GET shows the button, since a link may be opened by anything."""
    visit = identity.visit()
    if request.method != "POST":
        return show("login/logout.html")
    if visit is not None:
        sessions.log_out(ports(), visit)
    identity.leave()
    say("You are logged out.")
    answer = redirect("/", 303)
    # Never "cookies": that would take the sentence with it, and other cookies of the host (ASVS 14.3.1).
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def health() -> ResponseReturnValue:
    """200 when the store answers; nothing else is told."""
    ports().store.ping()
    return Response("ok\n", mimetype="text/plain")


def keep_text(account_id: str, text: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Hidden fields that carry a text through a log-in, sealed for the account it was written by."""
    body = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    return (
        ("kept", body),
        ("kept_for", account_id),
        ("kept_seal", ports().signer.mac("kept", account_id, body)),
    )


def kept_text() -> tuple[tuple[str, str], ...]:
    """The hidden fields that came back, if they are the ones that were sent."""
    body, account_id, seal = single("kept"), single("kept_for"), single("kept_seal")
    body = body.replace("\r\n", "\n")
    if not body or seal != ports().signer.mac("kept", account_id, body):
        return ()
    return (("kept", body), ("kept_for", account_id), ("kept_seal", seal))


def _typed() -> dict[str, str]:
    return {"author_email": single("author_email"), "remember_me": single("remember_me")}
