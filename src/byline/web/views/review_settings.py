"""Whose texts are reviewed: the site's rule in the settings, and that of one author on their page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, redirect, url_for

from byline.accounts.model import ReviewRule
from byline.authors import review_policy
from byline.authors.review_policy import ReviewPolicy
from byline.errors import Invalid
from byline.messages import reviews as messages
from byline.messages.notices import BRANDING_UNCHANGED
from byline.web import identity
from byline.web.access import CONSOLE, author_in_address, open_to
from byline.web.access import review_policy as policy_keys
from byline.web.context import ports
from byline.web.flash import flash
from byline.web.forms import single

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

Choice = TypeVar("Choice", ReviewPolicy, ReviewRule)
bp = Blueprint("review_settings", __name__)


@bp.post("/publisher/settings/review")
@open_to(CONSOLE, extra_keys=policy_keys, decision=True)
def site() -> ResponseReturnValue:
    """Set the site's rule."""
    is_changed = review_policy.save(ports(), identity.me().actor, _chosen(ReviewPolicy))
    flash(messages.POLICY_SAVED if is_changed else BRANDING_UNCHANGED)
    return redirect(url_for("settings.branding"), 303)


@bp.post("/publisher/authors/<account_id>/review")
@open_to(CONSOLE, extra_keys=author_in_address, decision=True)
def author(account_id: str) -> ResponseReturnValue:
    """Set the rule of one author."""
    review_policy.save_for(ports(), identity.me().actor, account_id, _chosen(ReviewRule))
    flash(messages.RULE_SAVED)
    return redirect(url_for("author.overview", account_id=account_id), 303)


def _chosen(kind: type[Choice]) -> Choice:
    """What the form asks for; ``Invalid`` if it is none of the choices."""
    try:
        return kind(single("review"))
    except ValueError as fault:
        raise Invalid({"review": messages.CHOICE_MISSING}) from fault
