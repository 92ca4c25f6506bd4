"""The press's setting of second factors: who must have one, and how long they have time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, url_for

from byline.accounts import required_factors
from byline.accounts.required_factors import FactorPolicy
from byline.errors import Invalid
from byline.messages import notices
from byline.messages.second_factors import FACTOR_POLICY_SAVED
from byline.web import identity
from byline.web.access import CONSOLE, open_to, press_settings
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("factor_settings", __name__)


@bp.post("/publisher/settings/second-factor")
@open_to(CONSOLE, extra_keys=press_settings, decision=True)
def save() -> ResponseReturnValue:
    """Set who must have a second factor, and the days of grace."""
    typed = single("grace_days").strip()
    days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 2 else -1  # noqa: PLR2004
    policy = FactorPolicy(days, single("factor_for") == "all")
    try:
        is_changed = required_factors.save(ports(), identity.me().actor, policy)
    except Invalid as fault:
        flash(next(iter(fault.faults.values())))
    else:
        flash(FACTOR_POLICY_SAVED if is_changed else notices.BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)
