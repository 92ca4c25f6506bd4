"""Settings that work and have a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.cli.checks.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.settings import Settings

USUAL_PASSWORD_MIN = 15


def check_settings(settings: Settings) -> Iterator[Finding]:
    """What the settings alone tell."""
    if settings.site.password_min < USUAL_PASSWORD_MIN:
        yield Finding(
            "BYLINE_PASSWORD_MIN",
            f"Passwords may have {settings.site.password_min} characters. While a login asks for nothing else, "
            f"{USUAL_PASSWORD_MIN} is the least that NIST SP 800-63B-4 calls safe.",
        )
    if settings.site.reveal_registered:
        yield Finding("BYLINE_REVEAL_REGISTERED", "Anyone can find out which addresses have an account.")
    if settings.lacks_proxy:
        yield Finding(
            "BYLINE_PROXIES",
            "BYLINE_URL is https, so a proxy is in front, but none is trusted to report the client: everyone "
            "counts as one network, and the rate limits stop them together. Set BYLINE_PROXIES=1.",
            wrong=True,
        )
    if not settings.site.throttle:
        yield Finding("BYLINE_THROTTLE", "The rate limits are off: for tests only.", wrong=True)
