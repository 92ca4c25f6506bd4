"""What readers get, in a WSGI function around Flask: published files and the static ones. No session, no store."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.http import parse_etags

from byline.errors import Unavailable
from byline.files.paths import is_path
from byline.web.compression import is_worth_it, takes_gzip
from byline.web.pages import GUESSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from byline.files.port import File, Files
    from byline.web.pages import Pages

_HOME = "/authors"
_SERVED = (".html", ".json", ".xml", ".css", ".woff2", ".jpg", ".png")
"""Known suffixes; anything else in the folder stays there (ASVS 13.4.7)."""
_PICTURES = (".jpg", ".png")
_SANDBOX = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
_DAY = "public, max-age=86400"
_YEAR = "public, max-age=31536000, immutable"
_ASKED = "public, no-cache"
"""Kept, but asked for each time (RFC 9111, 5.2.2.4): what was saved, or taken away, is seen at once."""
_SITEMAP = "/sitemap.xml"
_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_OURS = (_HOME, "/static/", _SITEMAP, *GUESSED)


def with_readers(app: WSGIApplication, files: Files, pages: Pages) -> WSGIApplication:
    """Answer what is published and what is static; hand everything else on."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not path.startswith(_OURS):
            return app(environ, start_response)
        asset = pages.asset(path)
        if asset is not None:
            body, content_type = asset
            cache = _DAY if path in GUESSED else _YEAR
            return _answer(environ, start_response, body, content_type, cache=cache)
        try:
            found = _file_at(files, path)
        except Unavailable:
            found = None
        if found is None:
            found = _meant(files, path)
        if found is None:
            return app(environ, start_response)
        if isinstance(found, str):
            start_response("308 Permanent Redirect", [("Location", found), ("Cache-Control", _ASKED)])
            return [b""]
        cache = _YEAR if found.path.endswith((".css", ".woff2", *_PICTURES)) else _ASKED
        sandbox = (_SANDBOX,) if found.path.endswith(_PICTURES) else ()
        return _answer(environ, start_response, found.body, found.content_type, cache=cache, more=sandbox)

    return wrapped


@lru_cache(maxsize=128)
def _compressed(body: bytes) -> bytes:
    """A file as it travels. It holds no secret that a compressed answer could betray. Those of the hour are kept."""
    import gzip  # noqa: PLC0415 - a cold start needs none

    return gzip.compress(body, mtime=0)


def _file_at(files: Files, path: str) -> File | str | None:
    """The file that an address shows, the address with a slash if that is what is meant, ``None`` for neither."""
    if path == _SITEMAP:
        return files.get("authors/sitemap.xml")
    if path != _HOME and not path.startswith(f"{_HOME}/"):
        return None
    if path.endswith(_SERVED):
        return _read(files, path[1:])
    page = _read(files, f"{path[1:].removesuffix('/')}/index.html")
    return page if page is None or path.endswith("/") else f"{path}/"


def _meant(files: Files, path: str) -> str | None:
    """The address of a page whose address was typed with capitals or blanks, or copied with a full stop behind it."""
    typed = path.removeprefix(f"{_HOME}/").removesuffix("index.html").removesuffix("/")
    slug = re.sub(r"[\s_]+", "-", typed.strip(" /.,;:!?'\"()<>")).lower()
    if slug == typed or not _SLUG.fullmatch(slug) or not path.startswith(f"{_HOME}/"):
        return None
    try:
        return f"{_HOME}/{slug}/" if files.get(f"authors/{slug}/index.html") else None
    except Unavailable:
        return None


def _read(files: Files, path: str) -> File | None:
    return files.get(path) if is_path(path) else None


def _answer(
    environ: WSGIEnvironment,
    start_response: StartResponse,
    body: bytes,
    content_type: str,
    *,
    cache: str,
    more: Iterable[tuple[str, str]] = (),
) -> Iterable[bytes]:
    varied = []
    if is_worth_it(body, content_type):
        varied = [("Vary", "Accept-Encoding")]
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING")):
            body = _compressed(body)
            varied.append(("Content-Encoding", "gzip"))
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = [("Cache-Control", cache), ("ETag", f'"{tag}"'), *more, *varied]
    if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(tag):
        start_response("304 Not Modified", headers)
        return []
    if content_type.startswith("text/") and "charset" not in content_type:
        content_type += "; charset=utf-8"
    headers += [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
