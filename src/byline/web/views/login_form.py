"""The log-in form, as it is shown first and after each refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import session

from byline.accounts import sessions
from byline.messages import notices
from byline.web import identity
from byline.web.pages import Form
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
    busy: bool = False,
) -> Response:
    """The log-in form; a browser whose session ended reads so, with its address filled in.

    ``busy``: the wait is for other people's logins, not for wrong passwords.
    """
    expired = identity.ended()
    notice = None
    if expired is not None and not kept and status == 200:  # noqa: PLR2004
        notice = notices.REGISTRATION_ENDED if expired.pending else notices.LOG_IN_TO_GO_ON
    if expired is not None and expired.address:
        session["address"] = expired.address
    address = session.get("address", "")
    return render_page(
        "login/login.html",
        status,
        form=form or Form({"author_email": address}),
        next="" if next_ == "/" else next_,
        remember_days=REMEMBER_DAYS,
        wait_minutes=wait_minutes,
        busy=busy,
        kept=kept,
        notice=notice,
    )
