"""The headers of every answer: what a browser may load and show, keep, and tell other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from byline.settings import Site

REPORTS: Final = "/csp-report"
"""Where browsers send what a policy kept them from (``web/browser_reports.py``)."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    f"trusted-types 'none'; report-uri {REPORTS}; report-to csp"
)

EDITOR_CSP = (
    CSP.replace("img-src 'self'", "img-src 'self' blob:").replace(
        "trusted-types 'none'", "trusted-types byline-editor ProseMirrorClipboard"
    )
    + "; connect-src 'self'; frame-src 'self'"
)
"""The same for the editor of a page. It keeps the draft by itself, and shows a photo that is not sent yet and the
preview in a frame. The rich editor reads HTML, in documents that load and run nothing: each of its two policies, its
own and that of its library, lets a text be parsed there."""

_PERMISSIONS = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid"),
    *("idle-detection", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb"),
    "xr-spatial-tracking",
)
"""What no page of the portal asks a browser for, so that nothing that gets into one can."""


def with_headers(app: WSGIApplication, site: Site) -> WSGIApplication:
    """A WSGI function around the whole application that sets the headers of every answer, errors and files too."""
    always = [
        ("Content-Security-Policy", CSP),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", ", ".join(f"{name}=()" for name in _PERMISSIONS)),
        ("Reporting-Endpoints", f'csp="{REPORTS}"'),
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


_TOKEN_PAGES = (
    "/confirm/",
    "/reset/",
    "/invitation/",
    "/publisher/first/",
    "/question/",
    "/still-right/",
    "/digest/",
    "/recovery/",
    "/undo/",
    "/account/email/",
)


def _referrer(path: str) -> str:
    return "no-referrer" if path.startswith(_TOKEN_PAGES) else "same-origin"
