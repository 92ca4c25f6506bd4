"""Limits for tries of one kind from one network."""

from __future__ import annotations

from flask import request

from byline.web.context import ports, web_context


def check_rate_limit(what: str) -> None:
    """Count a try of this kind from this network; ``TooMany`` when it had enough."""
    if ports().site.throttle:
        web_context().network_limiter.count(what, request.remote_addr or "", ports().clock.now())
