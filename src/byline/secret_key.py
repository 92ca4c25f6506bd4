"""The secret keys of an installation, where they are kept: whoever has one can log in as anybody."""

from __future__ import annotations

import logging
import os
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured, Unavailable
from byline.key_ring import KeyRing, SecretKey, key_ring_from
from byline.service_addresses import ParameterAddress
from byline.settings import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from byline.environment import Clock
    from byline.settings import Settings

SECRET_FILE: Final = "secret.key"  # noqa: S105 - a file's name
READ_AGAIN: Final = timedelta(minutes=5)
"""How often a process that runs looks for a new key."""
_BYTES: Final = 48
_log = logging.getLogger(__name__)


class SecretKeys:
    """The keys in force (``key_ring.Keys``), read again now and then: a new key needs no restart."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Read them; the errors of ``read_key_ring``."""
        self._settings = settings
        self._clock = clock
        self._ring = read_key_ring(settings)
        self._read_at = clock.now()

    def __call__(self) -> tuple[SecretKey, ...]:
        """The key that signs, then the others that verify. Where they cannot be read again, those of before."""
        return self._current(now := self._clock.now()).in_force(now)

    def kept(self) -> tuple[SecretKey, ...]:
        """All of them, also those that verify no more: they decrypt what was encrypted under them."""
        return self._current(self._clock.now()).keys

    def _current(self, now: datetime) -> KeyRing:
        if now - self._read_at >= READ_AGAIN and not isinstance(self._settings.secret_key, str):
            self._read_at = now  # first of all: no other thread reads as well
            try:
                self._ring = read_key_ring(self._settings)
            except (Misconfigured, Unavailable):
                _log.exception("the secret keys could not be read again")
        return self._ring


def read_key_ring(settings: Settings) -> KeyRing:
    """The keys that the settings hold, or name in Amazon's Parameter Store; else those in the data folder.

    There one is made (mode 0600) if there is none. ``Misconfigured`` if they cannot be read or made, or one is too
    short; ``Unavailable`` if Amazon does not answer.
    """
    if isinstance(settings.secret_key, ParameterAddress):
        return _read("the secret key in the Parameter Store", _fetch(settings.secret_key))
    if settings.secret_key is not None:
        return _read("BYLINE_SECRET_KEY", settings.secret_key)
    path = settings.data / SECRET_FILE
    try:
        return _read_or_make(path)
    except OSError as fault:
        who = "let the user that runs the portal own it and its folder"
        raise Misconfigured(f"{path} cannot be used ({fault.strerror}): {who}") from fault


def rotate(settings: Settings, now: datetime, is_needed: Callable[[SecretKey], bool] = lambda _: False) -> KeyRing:
    """Make a new key, keep it where the others are, and return all of them.

    Keys that verify no more are dropped, but for those of which ``is_needed`` says that something names them.
    Keys in a setting are only returned: whoever set them sets the new ones. Otherwise as ``read_key_ring``.
    """
    ring = read_key_ring(settings).with_new(secrets.token_urlsafe(_BYTES), now, is_needed)
    if isinstance(settings.secret_key, ParameterAddress):
        from byline import amazon  # noqa: PLC0415 - only where the key is there

        address = settings.secret_key
        amazon.replace_parameter(address.name, ring.to_text(), region=address.region, endpoint=address.endpoint)
    elif settings.secret_key is None:
        _replace(settings.data / SECRET_FILE, ring.to_text())
    return ring


def _read(where: str, text: str) -> KeyRing:
    try:
        return key_ring_from(text)
    except ValueError as fault:
        raise Misconfigured(f"{where} has no key, or one that is shorter than {SHORTEST_SECRET} characters") from fault


def _read_or_make(path: Path) -> KeyRing:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            return key_ring_from(path.read_text().strip())
        except ValueError:
            raise Misconfigured(
                f"{path} is damaged: restore it from a backup, or delete it (all links and sessions end)."
            ) from None
    made = secrets.token_urlsafe(_BYTES)
    _write(handle, made)
    return KeyRing((SecretKey(made),))


def _replace(path: Path, text: str) -> None:
    """Replace the file in one step: who reads meanwhile reads all keys of before, or all of now."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        _write(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), text)
        new.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        raise Misconfigured(f"{path} cannot be replaced ({fault.strerror})") from fault


def _write(handle: int, text: str) -> None:
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _fetch(address: ParameterAddress) -> str:
    from byline import amazon  # noqa: PLC0415 - only where the key is there

    return amazon.parameter(address.name, region=address.region, endpoint=address.endpoint)
