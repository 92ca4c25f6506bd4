"""What people read before their page opens: first which email they must follow, then whom they wait for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from byline.accounts import confirmation
from byline.accounts.pending_registrations import seconds_until_next_email
from byline.errors import TooMany
from byline.press import waiting_time
from byline.web import identity
from byline.web.context import ports
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response

    from byline.web.pages import Form

SUBJECT = "Confirm your email address"


def full_page(form: Form) -> Response | None:
    """429: the address that was typed has its five registrations; ``None`` if a form is refused for anything else."""
    if not isinstance(form.cause, TooMany) or form.cause.what != "registrations":
        return None
    return render_page("registration/full.html", form.status, address=form.values["author_email"])


def unconfirmed_page(form: Form) -> Response:
    """What the unconfirmed read: where the email went, and the ways to go on."""
    pending = identity.registration_session().registration
    now = ports().clock.now()
    wait = seconds_until_next_email(pending, now)
    return render_page(
        "registration/gate.html",
        form.status,
        form=form,
        address=pending.address,
        sender=ports().site.name,
        subject=SUBJECT,
        sent_at=pending.sent_at[-1] if pending.sent_at else pending.created_at,
        again_at=now + timedelta(seconds=wait) if wait else None,
        code_minutes=confirmation.CODE_SECONDS // 60,
    )


def awaiting_approval_page(status: int) -> Response:
    """What people read who wait for approval."""
    return render_page("registration/waiting.html", status, **waiting_facts())


def waiting_facts() -> dict[str, Any]:
    """What ``registration/waiting.html`` tells of the account that waits."""
    account = identity.account_session().account
    return {
        "address": account.address,
        "asked_at": account.created_at,
        "confirmed_at": account.confirmed_at or account.created_at,
        "approval_days": waiting_time.usual_days(ports(), identity.me().actor),
    }
