"""The typed way from a view to what the application was made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, request

from byline.logs import Sampler
from byline.press.branding import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request

    from byline.mail.port import Mailbox
    from byline.ports import Ports
    from byline.web.pages import Pages

KEY = "byline"
ENDPOINT: Final = "byline.endpoint"
"""Where in the WSGI environment the name of the page stands, which holds no token and no address; readers' pages have
none."""

REQUEST_ID: Final = "byline.request_id"
"""Where in it the id of the request stands, if what is in front has given it one. No header can write it."""


@dataclass(frozen=True, slots=True)
class WebContext:
    """What a view may reach for: the ports and the pages.

    ``mailbox`` is there only where emails go to a folder and the public address is this machine's own.
    ``check_health`` raises ``Unavailable`` where a probe in the background found something wrong.
    ``most_bytes_photo``: the largest photo that whatever serves this hands on.
    ``most_bytes_answer``: the largest file that it hands on, ``None`` where it hands on any.
    ``throttled`` bounds the lines of the log about tries that came too often.
    ``publish_in_line``: a save puts the page before it answers; else its job alone does.
    """

    ports: Ports
    pages: Pages
    mailbox: Mailbox | None
    publish_in_line: bool
    check_health: Callable[[], None]
    most_bytes_photo: int
    most_bytes_answer: int | None
    throttled: Sampler = field(default_factory=Sampler)


def web_context() -> WebContext:
    """What this application was made with."""
    return cast("WebContext", current_app.extensions[KEY])


def ports() -> Ports:
    """The ports of this application, with the site as its publishers set it."""
    return current(web_context().ports)


def current_request() -> Request:
    """The request itself: whoever looks at Flask's ``request`` has it searched for anew, at each look."""
    return cast("Request", request._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - documented
