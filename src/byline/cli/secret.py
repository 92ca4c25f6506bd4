"""``byline secret``: the keys that sign cookies and links."""

from __future__ import annotations

import os

import click

from byline.cli.output import answer, as_json, require_existing
from byline.environment import SystemClock
from byline.key_ring import SIGNS_AFTER, VERIFIES_FOR
from byline.secret_key import SECRET_FILE, rotate
from byline.service_addresses import ParameterAddress
from byline.settings import Settings


@click.group()
def secret() -> None:
    """The secret key of this installation."""


@secret.command("rotate")
@as_json
def rotate_key(*, as_json: bool) -> None:
    """Make a new secret key.

    The new key signs ten minutes from now, when every process has read it; the keys before go on verifying for another
    thirty days. So no one is logged out, and no link ends. Nothing has to be restarted, unless the key is in
    BYLINE_SECRET_KEY: then the new value is printed, to be set there.

    If somebody may have got hold of a key, delete secret.key instead, or set another BYLINE_SECRET_KEY: this ends all
    sessions and links at once.
    """
    settings, now = Settings.from_environ(os.environ), SystemClock().now()
    require_existing(settings)
    ring = rotate(settings, now)
    signs_at, until = now + SIGNS_AFTER, now + SIGNS_AFTER + VERIFIES_FOR
    address = settings.secret_key
    if isinstance(address, str):
        answer(
            {"secret_key": ring.to_text(), "signs_at": f"{signs_at:%Y-%m-%dT%H:%M:%SZ}"},
            "Set this as BYLINE_SECRET_KEY for every process of this installation, within ten minutes, and restart "
            f"them. It has the new key, and those before, which verify until {until:%Y-%m-%d}:\n{ring.to_text()}",
            json_wanted=as_json,
        )
        return
    where = f"{address.name} in the Parameter Store" if isinstance(address, ParameterAddress) else SECRET_FILE
    answer(
        {"keys": len(ring.keys), "signs_at": f"{signs_at:%Y-%m-%dT%H:%M:%SZ}", "before_until": f"{until:%Y-%m-%d}"},
        f"A new key is in {where}. It signs from {signs_at:%H:%M} UTC on; the keys before it verify until "
        f"{until:%Y-%m-%d}. No one is logged out, and no link ends.",
        json_wanted=as_json,
    )
