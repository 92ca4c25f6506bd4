"""What the next page of a browser begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask

from byline.messages.message import words
from byline.web.language import current_language

if TYPE_CHECKING:
    from byline.messages.message import Message


def flash(message: Message) -> None:
    """Let the next page begin with a message, in the language of the current request."""
    flask.flash(words(message, current_language()))
