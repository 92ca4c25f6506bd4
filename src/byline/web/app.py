"""The application: Flask with its own session, login and static files taken out, and ours around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask

from byline.accounts.rate_limits import NetworkLimiter
from byline.web import answers, identity, protection
from byline.web.body_limits import limit_bodies
from byline.web.context import ENDPOINT, KEY, WebContext
from byline.web.cookies import Cookies
from byline.web.pages import Pages
from byline.web.readers import with_readers
from byline.web.views import account, console, decisions, login, mailbox, password, profile, registration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Response

    from byline.mail.port import Mailbox
    from byline.ports import Ports


class _Portal(Flask):
    """Flask for views that are all plain functions: it need not look on each request whether one is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func

    def handle_exception(self, e: Exception) -> Response:
        """The page for a fault that nothing else answered, in what follows a view; Flask would write its words down."""
        return answers.broken(e)


def create_app(
    ports: Ports,
    *,
    mailbox_at: Mailbox | None = None,
    ring: Callable[[], None] = lambda: None,
    proxies: int = 0,
    publish_in_line: bool = True,
) -> Flask:
    """The portal as a WSGI application.

    ``mailbox_at`` shows the letters on this machine; it is left out unless the public address is on loopback.
    ``ring`` wakes whoever delivers jobs, after a request that may have made one. ``proxies`` is how many trusted ones
    stand in front and tell who the client is. ``publish_in_line``: a save publishes the page before it answers.
    """
    app = _Portal("byline", static_folder=None, root_path=__file__.rpartition("/")[0])
    letters = mailbox_at if ports.site.on_loopback else None
    pages = Pages(ports.site, mailbox=letters is not None)
    app.extensions[KEY] = WebContext(ports, pages, NetworkLimiter(), letters, publish_in_line)
    app.config["MAX_CONTENT_LENGTH"] = protection.MOST_BYTES_UPLOAD
    app.config["MAX_FORM_MEMORY_SIZE"] = protection.MOST_BYTES_FORM
    app.config["MAX_FORM_PARTS"] = protection.MOST_PARTS
    app.session_interface = Cookies(ports)
    identity.set_up(app)
    answers.set_up(app)
    app.before_request(protection.gate)
    for view in (registration, login, password, profile, account, console, decisions, mailbox):
        view.set_up(app)
    portal = _with_worker_wakeup(app.wsgi_app, ring)
    if ports.site.throttle:
        portal = limit_bodies(portal)
    wsgi = protection.with_headers(with_readers(portal, ports.files, pages), ports.site)
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415 - only behind proxies

        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=0, x_host=0)
    app.wsgi_app = wsgi  # type: ignore[assignment, method-assign]
    return app


def _with_worker_wakeup(app: WSGIApplication, ring: Callable[[], None]) -> WSGIApplication:
    """A WSGI function that wakes the worker after whatever may have made a job, alike for all."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = app(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST" or environ.get(ENDPOINT) == "confirm_link":
            ring()
        return body

    return wrapped
