"""The log-in form, and the text that rides through it when a session ran out over an open editor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import session

from byline.accounts import sessions
from byline.links import constant_time_equal
from byline.web import identity
from byline.web.context import ports
from byline.web.pages import Form
from byline.web.protection import single
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response

REMEMBER_DAYS = sessions.REMEMBERED_SECONDS // 86_400


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
        notice = "This registration has ended; you can register again" if gone.pending else "Log in to go on"
    if gone is not None and gone.address:
        session["address"] = gone.address
    address = session.get("address", "")
    return render_page(
        "login/login.html",
        status,
        form=form or Form({"author_email": address}),
        next="" if next_ == "/" else next_,
        remember_days=REMEMBER_DAYS,
        wait_minutes=wait_minutes,
        kept=kept,
        notice=notice,
    )


def keep_text(account_id: str, text: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Hidden fields that carry a text through a log-in, sealed for the account it was written by."""
    body = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    return (
        ("kept", body),
        ("kept_for", account_id),
        ("kept_seal", ports().signer.mac("kept", account_id, body)),
    )


def recovered_text() -> tuple[tuple[str, str], ...]:
    """The hidden fields that came back, if they are the ones that were sent."""
    body, account_id, seal = single("kept"), single("kept_for"), single("kept_seal")
    body = body.replace("\r\n", "\n")
    if not body or not constant_time_equal(seal, ports().signer.mac("kept", account_id, body)):
        return ()
    return (("kept", body), ("kept_for", account_id), ("kept_seal", seal))
