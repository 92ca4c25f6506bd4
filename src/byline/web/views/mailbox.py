"""The emails sent from this computer: on loopback and with the folder mailer only.

Behind a reverse proxy without settings everybody looks like loopback, so the public address must be loopback too; the
peer and the Host header are looked at on each request (DNS rebinding), and so is whatever a proxy leaves on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from byline.service_addresses import is_loopback
from byline.web.access import EVERYBODY, open_to
from byline.web.context import ports, web_context
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from _typeshed.wsgi import WSGIEnvironment
    from flask.typing import ResponseReturnValue

    from byline.mail.port import Mail

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")
_MAX_SHOWN = 100
_OF_PROXIES = (
    *("HTTP_FORWARDED", "HTTP_VIA", "HTTP_CDN_LOOP", "HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_", "HTTP_X_REAL_IP"),
    *("HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_FASTLY_CLIENT_IP"),
    "HTTP_CF_",
)
"""What the headers begin with that proxies add."""
_EMAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class SentEmail:
    """An email as ``mailbox/email.html`` shows it."""

    to: str
    sender: str
    reply_to: str
    subject: str
    at: datetime
    text: str


@bp.get("")
@open_to(EVERYBODY)
def index() -> ResponseReturnValue:
    """What was sent, newest first."""
    return render_page("mailbox/index.html", emails=_emails(), folder="mail/")


@bp.get("/<email_id>")
@open_to(EVERYBODY)
def email(email_id: str) -> ResponseReturnValue:
    """The plain part of an email, its links to be followed."""
    mail = _named(email_id)
    shown = SentEmail(
        to=mail.to,
        sender=ports().site.name,
        reply_to=ports().site.contact,
        subject=mail.subject,
        at=mail.sent_at,
        text=mail.text,
    )
    return render_page("mailbox/email.html", email=shown, email_id=email_id)


@bp.get("/<email_id>/html")
@open_to(EVERYBODY)
def html(email_id: str) -> ResponseReturnValue:
    """The HTML part, alone and without powers."""
    answer = Response(_named(email_id).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _EMAIL_CSP
    return answer


def _emails() -> Sequence[Mail]:
    box = web_context().mailbox
    host = urlsplit(f"//{request.host}").hostname or ""
    if box is None or not is_loopback(request.remote_addr or "") or not is_loopback(host) or _by_proxy(request.environ):
        raise NotFound
    return box.emails(limit=_MAX_SHOWN)


def _by_proxy(environ: WSGIEnvironment) -> bool:
    """Whether a request bears a sign of a proxy, whatever it says. Of browsers none has spoken HTTP/1.0 for decades."""
    return environ["SERVER_PROTOCOL"] == "HTTP/1.0" or any(name.startswith(_OF_PROXIES) for name in environ)


def _named(email_id: str) -> Mail:
    for mail in _emails():
        if mail.message_id == email_id:
            return mail
    raise NotFound
