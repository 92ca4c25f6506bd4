"""Which language a visitor reads: the first of their browser's that is installed, else the site's."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from byline.messages.catalogue import LANGUAGES
from byline.web.context import current_request, web_context

_MAX_HEADER_LENGTH = 200
"""Characters of a header that are looked at; browsers send far fewer."""


def current_language() -> str:
    """The language of the answer to the current request."""
    header = current_request().headers.get("Accept-Language", "")[:_MAX_HEADER_LENGTH]
    return _best(header, web_context().ports.site.language)


@lru_cache(maxsize=256)
def _best(header: str, site: str) -> str:
    for tag, quality in parse_accept_header(header, LanguageAccept):  # the most wanted first
        language = site if tag == "*" else tag.partition("-")[0].casefold()
        if language in LANGUAGES and quality > 0:
            return language
    return site
