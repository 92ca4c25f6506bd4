"""The headers of every answer: what a browser may load and show, keep, and tell other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from byline.settings import Site

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)

EDITOR_CSP = CSP.replace("img-src 'self'", "img-src 'self' blob:") + "; connect-src 'self'; frame-src 'self'"
"""The same for the editor of a page. It keeps the draft by itself, and shows a photo that is not sent yet and the
preview in a frame."""


def with_headers(app: WSGIApplication, site: Site) -> WSGIApplication:
    """A WSGI function around the whole application that sets the headers of every answer, errors and files too."""
    always = [
        ("Content-Security-Policy", CSP),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("X-Frame-Options", "DENY"),
    ]
    if site.secure:
        always.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    named = [(name.lower(), name, value) for name, value in always]
    published = [("Cross-Origin-Resource-Policy", "cross-origin"), ("Access-Control-Allow-Origin", "*")]
    preset = {
        "content-security-policy",
        "cache-control",
        "cross-origin-resource-policy",
        "referrer-policy",
        "x-frame-options",
    }

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            if is_for_readers(environ["PATH_INFO"]):
                headers.extend(published)
            own = {name.lower() for name, _ in headers} & preset
            headers.extend([(name, value) for lower, name, value in named if lower not in own])
            if "cache-control" not in own:
                headers.append(("Cache-Control", "no-store"))
                headers.append(("Vary", "Cookie, Accept-Language, Accept-Encoding"))
            if "referrer-policy" not in own:
                headers.append(("Referrer-Policy", _referrer(environ["PATH_INFO"])))
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        return app(environ, start)

    return wrapped


def is_for_readers(path: str) -> bool:
    """Whether an address is one of readers': what is there may be embedded in other sites and fetched by them."""
    return path == "/authors" or path.startswith("/authors/")


_TOKEN_PAGES = ("/confirm/", "/reset/", "/invitation/", "/publisher/first/", "/question/", "/still-right/", "/digest/")


def _referrer(path: str) -> str:
    return "no-referrer" if path.startswith(_TOKEN_PAGES) else "same-origin"
