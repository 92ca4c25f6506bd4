"""Questions to devices with passkeys: what they hold, for whom they are, and that each is answered once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from byline.accounts import webauthn
from byline.accounts.records import counter_key
from byline.accounts.webauthn import Asked, encoded
from byline.service_addresses import is_loopback
from byline.store import formats
from byline.store.port import Create, Record

if TYPE_CHECKING:
    from byline.ports import Ports
    from byline.settings import Site
    from byline.store.port import Key

CHALLENGE_SECONDS: Final = 300
"""How long a question to a device may be answered; each once."""
_CHALLENGE_BYTES: Final = 32
_NUMERIC: Final = re.compile(r"[\d.]+|.*:.*")


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is to ask its device, as JSON, and what must come back with the answer."""

    options: dict[str, object]
    challenge: str
    handle: str = ""


def are_offered(ports: Ports) -> bool:
    """Whether passkeys work here: browsers want a name in the site's address, https or this machine, and the store has
    a place for them.
    """
    host = rp_id(ports.site)
    is_safe = ports.site.secure or is_loopback(host)
    return is_safe and not _NUMERIC.fullmatch(host) and ports.store.format() >= formats.FACTORS


def rp_id(site: Site) -> str:
    """The site's name for passkeys: the host of its address."""
    return urlsplit(site.url).hostname or ""


def new_challenge(ports: Ports) -> str:
    """A text that no one can foresee."""
    return encoded(ports.random.token(_CHALLENGE_BYTES))


def asked(ports: Ports, challenge: str) -> Asked:
    """What an answer to a challenge has to fit."""
    return Asked(webauthn.decoded(challenge), ports.site.url, rp_id(ports.site))


def spent_key(challenge: str) -> Key:
    """The key of the record that a challenge was answered."""
    return counter_key("challenge", encoded(hashlib.sha256(challenge.encode()).digest()))


def spend(ports: Ports, challenge: str) -> Create:
    """The write that lets no second answer to a challenge pass, even from a copy of the browser's cookie."""
    now = ports.clock.now()
    until = int((now + timedelta(seconds=CHALLENGE_SECONDS)).timestamp()) + 1
    return Create(Record(spent_key(challenge), {"count": 1, "since": now.isoformat()}, expires_at=until))
