"""Byline itself, but nothing is published and no job is done: what saving costs before readers see it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from byline.settings import Settings
from byline.web.app import create_app
from byline.wiring import connect

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def application() -> WSGIApplication:
    """The portal without its worker; settings come from the environment."""
    return create_app(connect(Settings.from_environ(os.environ)).ports, publish_in_line=False)
