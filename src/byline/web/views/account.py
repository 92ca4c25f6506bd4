"""One's own account: what it is, and the ways to change it that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from byline.authors import pages
from byline.errors import NotFound
from byline.web import identity
from byline.web.access import OWN_PAGE, open_to, own_recovery
from byline.web.context import ports
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


bp = Blueprint("account", __name__)


@bp.get("/account")
@open_to(OWN_PAGE, extra_keys=own_recovery)
def overview() -> ResponseReturnValue:
    """Address, password, public page."""
    visit = identity.account_session()
    own = visit.account
    try:
        profile = pages.load_own(ports(), visit.actor).profile
    except NotFound:  # a publisher without a page
        profile = None
    published = profile is not None and profile.number > 0
    return render_page(
        "account/account.html",
        confirmed_at=own.confirmed_at,
        approved_at=own.decided_at or own.created_at,
        page_url=f"{ports().site.url}/authors/{profile.slug}/" if published and profile else "",
    )
