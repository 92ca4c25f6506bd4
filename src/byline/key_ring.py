"""The secret keys of an installation: the newest signs, and those before it verify for another thirty days.

As a text it is the key alone, as every installation begins, or JSON: ``{"keys": [{"key": "…", "since": "…"}, …]}``,
newest first. The first key of an installation from before there were several has no ``since``.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from byline.settings import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNS_AFTER: Final = timedelta(minutes=10)
"""A new key verifies at once, and signs when every process has read it (``secret_key.READ_AGAIN``)."""
VERIFIES_FOR: Final = timedelta(days=30)
"""After the next one signs: as long as a session is remembered, and an invitation waits."""
_RING: Final = '{"keys"'


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A secret key, and since when it is there."""

    text: str
    since: datetime | None = None

    def derived(self, purpose: str, url: str) -> bytes:
        """The key of 32 bytes for a purpose at a public address: HKDF with SHA-256 (RFC 5869).

        The first key of an installation from before there were several keeps the derivation that its links were made
        with.
        """
        info = f"byline {purpose} {url}".encode()
        if self.since is None:
            return hmac.digest(self.text.encode(), info, "sha256")
        extracted = hmac.digest(b"byline", self.text.encode(), "sha256")
        return hmac.digest(extracted, info + b"\x01", "sha256")  # one block is all that is needed


Keys: TypeAlias = "Callable[[], tuple[SecretKey, ...]]"
"""The keys in force: the first one signs, all of them verify."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys, newest first; at least one."""

    keys: tuple[SecretKey, ...]

    def in_force(self, now: datetime) -> tuple[SecretKey, ...]:
        """The key that signs, then the others that verify."""
        if len(self.keys) == 1:
            return self.keys
        signing = next((key for key in self.keys if key.since is None or key.since + SIGNS_AFTER <= now), self.keys[-1])
        others = [
            key
            for newer, key in zip((None, *self.keys), self.keys, strict=False)
            if key is not signing and not _is_over(newer, now)
        ]
        return (signing, *others)

    def with_new(self, text: str, now: datetime, is_needed: Callable[[SecretKey], bool] = lambda _: False) -> KeyRing:
        """The ring with a new key, and without those that verify no more, unless something ``is_needed`` says so."""
        kept = [
            key
            for newer, key in zip((None, *self.keys), self.keys, strict=False)
            if not _is_over(newer, now) or is_needed(key)
        ]
        return KeyRing((SecretKey(text, now), *kept))

    def to_text(self) -> str:
        """The ring as one line of JSON."""
        keys = [
            {"key": key.text, **({"since": key.since.isoformat(timespec="seconds")} if key.since else {})}
            for key in self.keys
        ]
        return json.dumps({"keys": keys})


def _is_over(newer: SecretKey | None, now: datetime) -> bool:
    return newer is not None and newer.since is not None and newer.since + SIGNS_AFTER + VERIFIES_FOR <= now


def key_ring_from(text: str) -> KeyRing:
    """The ring in a text; ``ValueError`` if it holds none, or a key of fewer than ``SHORTEST_SECRET`` characters."""
    if not text.startswith(_RING):
        keys = [SecretKey(text)]
    else:
        try:
            keys = [SecretKey(str(each["key"]), _since(each.get("since"))) for each in json.loads(text)["keys"]]
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError("no ring of keys") from fault
    if not keys or any(len(key.text) < SHORTEST_SECRET for key in keys):
        raise ValueError("no key that is long enough")
    return KeyRing(tuple(keys))


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    since = datetime.fromisoformat(text)
    if since.tzinfo is None:
        raise ValueError("a time without its zone")
    return since


def single_key(text: str) -> Keys:
    """One key that stays."""
    keys = (SecretKey(text),)
    return lambda: keys
