"""What happened to one's own account: logins, passwords, the page; and what to do where that was someone else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from byline.authors import own_activity
from byline.web import identity
from byline.web.access import OWN_PAGE, open_to, retention_and_recovery
from byline.web.context import ports
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("own_activity", __name__)


@bp.get("/account/activity")
@open_to(OWN_PAGE, extra_keys=retention_and_recovery)
def overview() -> ResponseReturnValue:
    """The events, newest first."""
    after = request.args.get("after", "")
    try:
        found = own_activity.read_own(ports(), identity.account_session().actor, after=after)
    except ValueError as fault:
        raise BadRequest from fault
    return render_page("account/activity.html", activity=found, is_first=not after, now=ports().clock.now())
