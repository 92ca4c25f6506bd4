"""What a session remembers of the browser that it belongs to."""

from __future__ import annotations

from flask import request

MAX_NAME_LENGTH = 200


def device() -> str:
    """The browser's own words for itself, cut short."""
    return "".join(character for character in request.user_agent.string[:MAX_NAME_LENGTH] if character >= " ")
