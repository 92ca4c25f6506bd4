"""Seeds of authenticator apps at rest: encrypted, and bound to the account that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from byline import encryption
from byline.store import formats

if TYPE_CHECKING:
    from byline.links import Signer
    from byline.ports import Ports

_PURPOSE: Final = "authenticator seed"


def encrypt(ports: Ports, seed: bytes, account_id: str) -> str:
    """A seed as it is stored."""
    is_bound = _is_bound(ports)
    return encryption.encrypt(ports.signer, ports.random, _PURPOSE, seed, about=account_id, is_bound=is_bound)


def decrypt(ports: Ports, sealed: str, account_id: str) -> bytes:
    """The seed; ``encryption.UnreadableSecret`` where its key is not here, or it is another account's."""
    return encryption.decrypt(ports.signer, _PURPOSE, sealed, about=account_id)


def is_current(ports: Ports, sealed: str) -> bool:
    """Whether it is encrypted as it would be now."""
    return encryption.is_current(ports.signer, sealed, is_bound=_is_bound(ports))


def is_readable(signer: Signer, sealed: str) -> bool:
    """Whether its key is here."""
    return encryption.is_readable(signer, _PURPOSE, sealed)


def _is_bound(ports: Ports) -> bool:
    return ports.store.format() < formats.PERSONAL_DATA  # a program before could not read it
