"""The page of new recovery codes, which are shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from byline.accounts.recognition import recognise
from byline.accounts.sessions import AccountSession
from byline.web import identity
from byline.web.context import ports
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask import Response

    from byline.accounts.sessions import NewSession


def codes_page(
    entry: NewSession, codes: tuple[str, ...], *, with_factor: Literal["app", "passkey", ""] = ""
) -> Response:
    """The page in answer to the form, as the session that goes on: codes are shown once, so no redirect leads there.

    ``with_factor``: which first factor they come with; "" where they take the place of others.
    """
    identity.begin_session(entry)
    begun = recognise(ports(), entry.cookie)
    if isinstance(begun, AccountSession):
        identity.visit_begins(begun)
    return render_page("account/recovery_codes.html", codes=codes, with_factor=with_factor)
