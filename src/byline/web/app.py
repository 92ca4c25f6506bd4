"""The application: Flask, its blueprints, and the WSGI functions around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from byline.web import answer_grid, answers, gate, identity, page_form
from byline.web.browser_reports import with_reports
from byline.web.compression import compress
from byline.web.context import ENDPOINT, KEY, WebContext
from byline.web.cookies import Cookies
from byline.web.headers import with_headers
from byline.web.pages import Pages
from byline.web.readers import with_readers
from byline.web.request_ids import with_request_ids
from byline.web.views import (
    account,
    activity,
    address_change,
    author,
    confirmation,
    decisions,
    devices,
    digest,
    exports,
    factor_settings,
    factors,
    first_publisher,
    handover,
    health,
    imports,
    invitation,
    invitations,
    login,
    mailbox,
    managed_pages,
    merging,
    own_activity,
    own_page,
    passkeys,
    password,
    publisher,
    questions,
    recovery,
    registration,
    reminders,
    review_settings,
    reviews,
    security,
    settings,
    still_right,
    team,
    well_known,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Response

    from byline.mail.port import Mailbox
    from byline.ports import Ports


VIEWS = (
    activity,
    address_change,
    registration,
    confirmation,
    login,
    password,
    passkeys,
    own_page,
    account,
    devices,
    own_activity,
    publisher,
    author,
    managed_pages,
    handover,
    merging,
    decisions,
    digest,
    questions,
    recovery,
    reminders,
    exports,
    factor_settings,
    factors,
    imports,
    first_publisher,
    invitation,
    invitations,
    review_settings,
    reviews,
    security,
    settings,
    still_right,
    team,
    mailbox,
    health,
    well_known,
)
"""The modules with views; each has its blueprint, ``bp``."""


class _Portal(Flask):
    """Flask, with our own page for a fault in what follows a view."""

    def handle_exception(self, e: Exception) -> Response:
        """The page for a fault that nothing else answered; Flask's own handler would log what was typed."""
        return answers.broken(e)


def create_app(
    ports: Ports,
    *,
    mailbox_at: Mailbox | None = None,
    wake_worker: Callable[[], None] = lambda: None,
    proxies: int = 0,
    publish_in_line: bool = True,
    check_health: Callable[[], None] = lambda: None,
    most_bytes_photo: int = page_form.MOST_BYTES_PHOTO,
    most_bytes_answer: int | None = None,
) -> Flask:
    """The portal as a WSGI application.

    ``mailbox_at`` shows the emails on this machine; it is left out unless the public address is on loopback.
    ``wake_worker`` wakes whoever delivers jobs, after a request that may have made one. ``proxies`` is how many trusted
    ones stand in front and tell who the client is. ``publish_in_line``: a save publishes the page before it answers.
    ``check_health`` is asked by ``/healthz`` besides the store. ``most_bytes_photo`` is told at the field;
    an export of more than ``most_bytes_answer`` comes in parts.
    """
    app = _Portal("byline", static_folder=None, root_path=__file__.rpartition("/")[0])
    emails = mailbox_at if ports.site.on_loopback else None
    for view in VIEWS:
        app.register_blueprint(view.bp)
    pages = Pages(ports.site, app.url_map.bind(""), mailbox=emails is not None)
    app.extensions[KEY] = WebContext(
        ports, pages, emails, publish_in_line, check_health, most_bytes_photo, most_bytes_answer
    )
    app.config["MAX_CONTENT_LENGTH"] = gate.MOST_BYTES_UPLOAD
    app.config["MAX_FORM_MEMORY_SIZE"] = gate.MOST_BYTES_FORM
    app.config["MAX_FORM_PARTS"] = gate.MOST_PARTS
    app.session_interface = Cookies(ports)
    identity.set_up(app, ports.signer)
    answers.set_up(app)
    app.before_request(gate.gate)
    app.after_request(answer_grid.align)
    app.after_request(compress)  # before the answer waits: the last that was named comes first
    portal = _with_worker_wakeup(app.wsgi_app, wake_worker)
    portal = with_request_ids(with_reports(portal, ports, app.url_map.bind("")))
    wsgi = with_headers(with_readers(portal, ports.files, pages), ports.site)
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415 - only behind proxies

        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=0, x_host=0)
    app.wsgi_app = wsgi  # type: ignore[assignment, method-assign]
    return app


def _with_worker_wakeup(app: WSGIApplication, wake_worker: Callable[[], None]) -> WSGIApplication:
    """A WSGI function that wakes the worker after whatever may have made a job, alike for all."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = app(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST" or environ.get(ENDPOINT) == "confirmation.link":
            wake_worker()
        return body

    return wrapped
