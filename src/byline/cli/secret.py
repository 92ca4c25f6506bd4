"""``byline secret``: the keys that sign cookies and links."""

from __future__ import annotations

import os

import click

from byline.accounts import seed_encryption
from byline.audit import OPERATOR
from byline.cli.output import answer, as_json, installation
from byline.environment import SystemClock
from byline.key_ring import SIGNS_AFTER, VERIFIES_FOR
from byline.secret_key import READ_AGAIN, SECRET_FILE, rotate
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
    sessions and links at once, and authenticator apps with them.

    The seeds of authenticator apps are encrypted again under the new key by the running server, or `byline deliver`.
    A key stays as long as a seed needs it.
    """
    settings, now = Settings.from_environ(os.environ), SystemClock().now()
    ports = installation().ports
    in_use = seed_encryption.keys_in_use(ports, OPERATOR)
    ring = rotate(settings, now, lambda key: not in_use.isdisjoint(ports.signer.names_of(key)))
    signs_at, until = now + SIGNS_AFTER, now + SIGNS_AFTER + VERIFIES_FOR
    seed_encryption.begin(ports, OPERATOR, ports.signer.key_name(ring.keys[0]), due_at=signs_at + READ_AGAIN)
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
