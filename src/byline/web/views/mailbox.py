"""The letters sent from this computer: on loopback and with the folder mailer only.

Behind a reverse proxy without settings everybody looks like loopback, so the public address must be loopback too; the
peer and the Host header are looked at on each request (DNS rebinding), and so is whatever a proxy leaves on it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.exceptions import NotFound

from byline.service_addresses import is_loopback
from byline.web.context import ports, web_context
from byline.web.render import render_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from byline.mail.port import Mail

_MOST_SHOWN = 100
_OF_PROXIES = (
    *("HTTP_FORWARDED", "HTTP_VIA", "HTTP_CDN_LOOP", "HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_", "HTTP_X_REAL_IP"),
    *("HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_FASTLY_CLIENT_IP"),
    "HTTP_CF_",
)
"""What the headers begin with that proxies add."""
_LETTER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def set_up(app: Flask) -> None:
    """The routes of this page."""
    app.add_url_rule("/mailbox", "mailbox", mailbox, methods=["GET"])
    app.add_url_rule("/mailbox/<letter_id>", "mailbox_letter", letter, methods=["GET"])
    app.add_url_rule("/mailbox/<letter_id>/html", "mailbox_html", letter_html, methods=["GET"])


def mailbox() -> ResponseReturnValue:
    """What was sent, newest first."""
    letters = [
        SimpleNamespace(id=mail.message_id, to=mail.to, subject=mail.subject, at=mail.sent_at) for mail in _letters()
    ]
    return render_page("mailbox/index.html", letters=letters, folder="mail/")


def letter(letter_id: str) -> ResponseReturnValue:
    """The plain part of a letter, its links to be followed."""
    mail = _named(letter_id)
    shown = SimpleNamespace(
        id=mail.message_id,
        to=mail.to,
        sender=ports().site.name,
        reply_to=ports().site.contact,
        subject=mail.subject,
        at=mail.sent_at,
        text=mail.text,
    )
    return render_page("mailbox/letter.html", letter=shown, html_url=f"/mailbox/{letter_id}/html")


def letter_html(letter_id: str) -> ResponseReturnValue:
    """The HTML part, alone and without powers."""
    answer = Response(_named(letter_id).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _LETTER_CSP
    return answer


def _letters() -> Sequence[Mail]:
    box = web_context().mailbox
    host = urlsplit(f"//{request.host}").hostname or ""
    if box is None or not is_loopback(request.remote_addr or "") or not is_loopback(host) or _by_proxy(request.environ):
        raise NotFound
    return box.letters(limit=_MOST_SHOWN)


def _by_proxy(environ: WSGIEnvironment) -> bool:
    """Whether a request bears a sign of a proxy, whatever it says. Of browsers none has spoken HTTP/1.0 for decades."""
    old = environ["SERVER_PROTOCOL"] in {"HTTP/1.0", "HTTP/1"}  # granian writes the latter
    return old or any(name.startswith(_OF_PROXIES) for name in environ)


def _named(letter_id: str) -> Mail:
    for mail in _letters():
        if mail.message_id == letter_id:
            return mail
    raise NotFound
