"""The page that people get from a function that cannot start, since the Parameter Store does not answer."""

from __future__ import annotations

from typing import Any

from byline.messages.catalogue import translations

_RETRY_SECONDS = "60"


def not_yet(language: str) -> dict[str, Any]:
    """503 in the site's language, without the portal's frame: of the portal there is only its settings."""
    said = translations(language).gettext
    heading = said("Back in a moment")
    body = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title><h1>{heading}</h1>'
        f"<p>{said('A part of this site does not answer. What was saved before is safe.')}</p>"
        f"<p>{said('Wait a minute and load the page again.')}</p></html>"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'",
        "retry-after": _RETRY_SECONDS,
    }
    return {"statusCode": 503, "headers": headers, "body": body, "isBase64Encoded": False}
