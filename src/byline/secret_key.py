"""The secret key of an installation: whoever has it can log in as anybody."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured
from byline.service_addresses import ParameterAddress
from byline.settings import SHORTEST_SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from byline.settings import Settings

SECRET_FILE: Final = "secret.key"  # noqa: S105 - a file's name


def read_secret_key(settings: Settings) -> bytes:
    """The key that the settings hold, or name in Amazon's Parameter Store; else the one in the data folder.

    That one is made (mode 0600) if it is not there. ``Misconfigured`` if the key cannot be read or made, or is too
    short; ``Unavailable`` if Amazon does not answer.
    """
    if isinstance(settings.secret_key, ParameterAddress):
        return _fetch(settings.secret_key)
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.data / SECRET_FILE
    try:
        return _read_or_make(path)
    except OSError as fault:
        who = "let the user that runs the portal own it and its folder"
        raise Misconfigured(f"{path} cannot be used ({fault.strerror}): {who}") from fault


def _read_or_make(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text().strip()
        if len(kept) < SHORTEST_SECRET:
            raise Misconfigured(
                f"{path} is damaged: restore it from a backup, or delete it (all links and sessions end)."
            ) from None
        return kept.encode()
    made = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made.encode()


def _fetch(address: ParameterAddress) -> bytes:
    from byline import amazon  # noqa: PLC0415 - only where the key is there

    kept = amazon.parameter(address.name, region=address.region, endpoint=address.endpoint)
    if len(kept) < SHORTEST_SECRET:
        raise Misconfigured(f"the secret key in the Parameter Store is shorter than {SHORTEST_SECRET} characters")
    return kept.encode()
