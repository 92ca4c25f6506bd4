"""Whether the portal can work, for whoever watches over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from byline.web.access import EVERYBODY, open_to
from byline.web.context import ports

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@open_to(EVERYBODY)
def check() -> ResponseReturnValue:
    """200 when the store answers; nothing else is told."""
    ports().store.ping()
    return Response("ok\n", mimetype="text/plain")
