"""Whether the portal can work, for whoever watches over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from byline import portal_proof
from byline.web.access import EVERYBODY, open_to
from byline.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@open_to(EVERYBODY)
def check() -> ResponseReturnValue:
    """200 when the store answers, and could be written a moment ago; 503 otherwise.

    Nothing else is told, but to this portal's own operator that it is this one.
    """
    # Not as the publishers set the site: a watcher asks each minute, and that would be a read.
    web_context().ports.store.ping()
    web_context().check_health()
    return with_proof(Response("ok\n", mimetype="text/plain"))


def with_proof(response: Response) -> Response:
    """The same answer, with the proof that ``byline check`` asks for; strangers cannot ask."""
    ports = web_context().ports
    asked = request.headers.get(portal_proof.HEADER, "")
    proof = portal_proof.answer(ports.signer, asked, ports.clock.now()) if asked else None
    if proof is not None:
        response.headers[portal_proof.HEADER] = proof
    return response
