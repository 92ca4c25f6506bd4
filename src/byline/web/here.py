"""The typed way from a view to what the application was made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.accounts.throttle import Networks
    from byline.mail.port import Mailbox
    from byline.ports import Ports
    from byline.web.pages import Pages

KEY = "byline"


@dataclass(frozen=True, slots=True)
class House:
    """What a view may reach for: the ports, the pages, the brakes for networks, and the worker's bell.

    ``mailbox`` is there only where letters go to a folder and the public address is this machine's own.
    ``publish_in_line``: a save puts the page before it answers; else its job alone does.
    """

    ports: Ports
    pages: Pages
    networks: Networks
    ring: Callable[[], None]
    mailbox: Mailbox | None
    publish_in_line: bool


def house() -> House:
    """What this application was made with."""
    return cast("House", current_app.extensions[KEY])


def ports() -> Ports:
    """The ports of this application."""
    return house().ports
