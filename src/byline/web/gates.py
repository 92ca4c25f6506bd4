"""What gated visitors read: first which letter they must follow, then whom they wait for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from byline.accounts import confirmation
from byline.accounts.proposals import proposal_of, seconds_until_letter
from byline.web import identity
from byline.web.here import ports
from byline.web.showing import show

if TYPE_CHECKING:
    from flask import Response

    from byline.web.pages import Form

SUBJECT = "Confirm your email address"


def gate_one(status: int, form: Form) -> Response:
    """What the unconfirmed read: where the letter went, and the ways to go on."""
    proposal = proposal_of(identity.me())
    now = ports().clock.now()
    wait = seconds_until_letter(proposal, now)
    return show(
        "registration/gate.html",
        status,
        form=form,
        address=proposal.address,
        sender=ports().site.name,
        subject=SUBJECT,
        sent_at=proposal.sent_at[-1] if proposal.sent_at else proposal.created_at,
        again_at=now + timedelta(seconds=wait) if wait else None,
        code_minutes=confirmation.CODE_SECONDS // 60,
    )


def gate_two(status: int) -> Response:
    """What the waiting read."""
    account = identity.me().account
    assert account is not None  # noqa: S101 - only accounts wait
    return show(
        "registration/waiting.html",
        status,
        address=account.address,
        asked_at=account.created_at,
        confirmed_at=account.confirmed_at or account.created_at,
        usual="",
    )
