"""The login form, as it is shown first and after each refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from byline.accounts import sessions
from byline.errors import TooMany
from byline.hash_queue import BUSY
from byline.messages import notices
from byline.web import identity
from byline.web.access import rule_at
from byline.web.pages import Form
from byline.web.passkey_forms import site_for_passkeys, with_questions
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response

REMEMBER_DAYS = sessions.REMEMBERED_SECONDS // 86_400


def form_page(
    form: Form | None = None,
    *,
    next_: str = "/",
    kept: tuple[tuple[str, str], ...] = (),
    unknown_passkey: str = "",
) -> Response:
    """The login form; a browser whose session ended reads so, with its address filled in. ``unknown_passkey`` is the id
    of one that the browser should forget.
    """
    expired = identity.ended()
    notice = None
    if expired is not None and not kept and form is None:
        notice = notices.REGISTRATION_ENDED if expired.pending else notices.LOG_IN_TO_GO_ON
    wait = form.cause if form is not None and isinstance(form.cause, TooMany) else None
    shown = form or Form({"author_email": identity.ended_address()})
    return with_questions(
        render_page(
            "login/login.html",
            shown.status,
            passkey_site=site_for_passkeys(),
            unknown_passkey=unknown_passkey,
            form=shown,
            next="" if next_ == "/" else next_,
            remember_days=REMEMBER_DAYS,
            wait_minutes=wait.minutes if wait else None,
            busy=wait is not None and wait.what == BUSY,
            kept=kept,
            decision=bool(kept) and rule_at(json.loads(dict(kept)["kept"])["path"])[0].decision,
            notice=notice,
        )
    )
