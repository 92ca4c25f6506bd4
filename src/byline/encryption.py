"""Encrypting small secrets at rest: AES-256-GCM under a key derived from the secret key, bound to what they belong to.

A sealed text says which secret key it was sealed under, so that it can be read while that one is in force and sealed
again under the newest (ASVS 5.0, 11.3.2 and 11.3.3). The cipher is loaded with the first use: no cold start needs it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from byline.environment import Random
    from byline.links import Signer

_NONCE_BYTES: Final = 12
"""96 bits, random: NIST SP 800-38D, 8.2.2 allows 2³² of them under one key."""
_BEFORE: Final = _NONCE_BYTES + 16
"""Nonce and tag stand before the text."""


class UnreadableSecret(ValueError):
    """A sealed text was sealed under a key that is not here any more, or for something else, or was changed."""


def encrypt(signer: Signer, random: Random, purpose: str, secret: bytes, *, about: str, is_bound: bool = False) -> str:
    """Encrypt a secret that belongs to ``about``, such as an account's id.

    ``is_bound``: as before format 7, under a key that a change of the public address takes away.
    """
    from Cryptodome.Cipher import AES  # noqa: PLC0415 - only second factors need it

    name = _current_name(signer, is_bound=is_bound)
    key = signer.encryption_keys(purpose)[name]
    nonce = random.token(_NONCE_BYTES)
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(about.encode())
    sealed, tag = cipher.encrypt_and_digest(secret)
    return f"{name}.{_b64(nonce + tag + sealed)}"


def decrypt(signer: Signer, purpose: str, sealed: str, *, about: str) -> bytes:
    """The secret; ``UnreadableSecret`` if no key that is here opens it for ``about``."""
    from Cryptodome.Cipher import AES  # noqa: PLC0415 - as above

    name, _, text = sealed.partition(".")
    key = signer.encryption_keys(purpose).get(name)
    if key is None:
        raise UnreadableSecret
    try:
        raw = _unb64(text)
        cipher = AES.new(key, AES.MODE_GCM, nonce=raw[:_NONCE_BYTES])
        cipher.update(about.encode())
        opened: bytes = cipher.decrypt_and_verify(raw[_BEFORE:], raw[_NONCE_BYTES:_BEFORE])
    except ValueError as fault:
        raise UnreadableSecret from fault
    return opened


def is_current(signer: Signer, sealed: str, *, is_bound: bool = False) -> bool:
    """Whether a text is sealed as ``encrypt`` would now."""
    return key_name_of(sealed) == _current_name(signer, is_bound=is_bound)


def is_readable(signer: Signer, purpose: str, sealed: str) -> bool:
    """Whether the key that a text was sealed under is here; the cipher is not loaded for that."""
    return key_name_of(sealed) in signer.encryption_keys(purpose)


def key_name_of(sealed: str) -> str:
    """The name of the secret key that a text was sealed under."""
    return sealed.partition(".")[0]


def _current_name(signer: Signer, *, is_bound: bool) -> str:
    return signer.bound_key_names()[0] if is_bound else signer.key_names()[0]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
