"""E-mail addresses: what is one, when two are the same, and under which key an address is kept."""

from __future__ import annotations

import base64
import hashlib
import unicodedata

from byline.accounts.model import Address, AddressHash
from byline.errors import Invalid
from byline.messages.accounts import EMAIL_MALFORMED, EMAIL_MISSING, EmailTooLong

MAX_ADDRESS_LENGTH = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""


def normalise(typed: str, *, field: str = "author_email") -> Address:
    """Normalise a typed email address; ``Invalid`` at ``field`` if it is none.

    The domain is lower-cased and its Unicode form kept (IDNA, UTS 46), the local part is put into NFC (RFC 6532).
    No name server is queried, so that no request waits for one.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - only forms with an address need it

    text = typed.strip()
    if not text:
        raise Invalid({field: EMAIL_MISSING})
    if len(text) > MAX_ADDRESS_LENGTH:
        raise Invalid({field: EmailTooLong(MAX_ADDRESS_LENGTH)})
    try:
        address = validate_email(text, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError) as fault:
        raise Invalid({field: EMAIL_MALFORMED}) from fault
    return Address(address.normalized)


def address_hash(address: Address) -> AddressHash:
    """Where an address is kept: 32 characters that are the same for all spellings of one mailbox.

    Case is ignored in the local part too: RFC 5321 lets a server tell ``A@`` from ``a@``, none is known to, and two
    accounts for one mailbox would be a trap. Compatibility forms are folded (NFKC) for the same reason.
    """
    local, _, domain = address.rpartition("@")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local).casefold())
    ascii_domain = domain if domain.isascii() else _to_ascii(domain)
    digest = hashlib.sha256(f"{folded}@{ascii_domain.lower()}".encode()).digest()
    return AddressHash(base64.urlsafe_b64encode(digest[:24]).decode())


def _to_ascii(domain: str) -> str:
    import idna  # noqa: PLC0415 - comes with email-validator; only IDN domains need it

    return idna.encode(domain, uts46=True).decode()
