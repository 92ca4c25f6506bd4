"""The client of a request: what its browser calls itself, and the address it comes from."""

from __future__ import annotations

from flask import request, session

from byline.accounts.clients import Client
from byline.web.cookies import DEVICE

MAX_NAME_LENGTH = 200


def client() -> Client:
    """The client of this request. Its name is the browser's own words, cut short."""
    name = "".join(character for character in request.user_agent.string[:MAX_NAME_LENGTH] if character >= " ")
    return Client(name, request.remote_addr or "", session.get(DEVICE, ""))
