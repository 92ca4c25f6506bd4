"""The events of sessions: a login, a logout. With which kind of browser, in a code, and never what it calls itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.messages import browsers
from byline.messages.security_events import LOGGED_IN, LOGGED_OUT
from byline.security_events import months_kept, security_events

if TYPE_CHECKING:
    from byline.audit import Actor
    from byline.ports import Ports
    from byline.store.port import Write


def logged_in(
    ports: Ports, by: Actor, *, user_agent: str, months: int, is_known: bool, how: str = "password"
) -> tuple[Write, ...]:
    """The event of a login: how, with what, and whether the account knows that browser. ``months`` it is kept."""
    device = browsers.code_of(user_agent)
    return security_events(ports, by, LOGGED_IN, by.account_id, months=months, how=how, device=device, known=is_known)


def logged_out(ports: Ports, by: Actor, *, user_agent: str) -> tuple[Write, ...]:
    """The event of a logout."""
    months, device = months_kept(ports, by.prefetched), browsers.code_of(user_agent)
    return security_events(ports, by, LOGGED_OUT, by.account_id, months=months, device=device)
