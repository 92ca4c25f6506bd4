"""E-mail addresses: what is one, when two are the same, and under which key an address is kept."""

# ruff: noqa: RUF001, RUF002 - the characters of other keyboards are what is put right here

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from byline.accounts.model import Address, AddressHash
from byline.errors import Invalid
from byline.messages.accounts import (
    EMAIL_HAS_SEVERAL,
    EMAIL_HAS_SPACE,
    EMAIL_MALFORMED,
    EMAIL_MISSING,
    EMAIL_NAME_MALFORMED,
    EMAIL_WITHOUT_DOMAIN,
    EMAIL_WITHOUT_NAME,
    EmailDomainMalformed,
    EmailHasCharacter,
    EmailTooLong,
)
from byline.richtext.invisible import tidy_line

if TYPE_CHECKING:
    from byline.messages.message import Message

MAX_ADDRESS_LENGTH = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""
_LONGEST_TYPED = 2_000

_KEYBOARDS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans("。｡﹫〈〉《》⟨⟩‹›", "..@<><><><>")
"""What keyboards of East Asia type for the characters of ASCII, and the brackets that stand for "<" and ">"."""
_BRACKETED = re.compile(r"[^<>]*<([^<>]*)>[\s.,;:]*")
_COMMENT = re.compile(r"\s*\([^()@]*\)$")
_DRESS = re.compile(r"^[\s\"'(\[<“”„‘’«]+|[\s\"')\]>“”’»,;:.!?]+$")
_SPACED = re.compile(r"\s*(@|\.(?=[^@]*$))\s*")
"""Spaces that telephones put beside the @ and behind the dots of a domain."""


def normalise(typed: str, *, field: str = "author_email") -> Address:
    """Normalise a typed email address; ``Invalid`` at ``field``, with the reason, if it is none.

    What mail programs and keyboards put around or into an address is put right: ``mailto:``, a display name with
    angle brackets, punctuation behind it, full-width characters. The domain is lower-cased and its Unicode form kept
    (IDNA, UTS 46), the local part is put into NFC (RFC 6532). No name server is queried, so that no request waits for
    one.

    >>> normalise("Ana Lima <ana＠example.org>,")
    'ana@example.org'
    """
    text = _bare(typed[:_LONGEST_TYPED])
    if not text:
        raise Invalid({field: EMAIL_MISSING})
    if len(text) > MAX_ADDRESS_LENGTH:
        raise Invalid({field: EmailTooLong(MAX_ADDRESS_LENGTH)})
    address = _validated(text)
    if address is None:
        raise Invalid({field: _reason(text)})
    return Address(address)


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


def mailbox_hash(address: Address) -> str:
    """What all addresses have in common that lead to one mailbox, as far as one can guess: dots and ``+tags`` are
    ignored. Only for counting emails: to other mail servers these are different mailboxes, and here different accounts.
    """
    local, _, domain = address.rpartition("@")
    base = local.partition("+")[0].replace(".", "")
    return address_hash(Address(f"{base or local}@{domain}"))


def ascii_address(address: Address) -> str:
    """An address as mail servers have it: the domain in ASCII, and other letters before the @ escaped."""
    local, _, domain = address.rpartition("@")
    return f"{local.encode('ascii', 'backslashreplace').decode()}@{domain if domain.isascii() else _to_ascii(domain)}"


def _bare(typed: str) -> str:
    """The address in what was typed, without what stands around it."""
    text = tidy_line(typed.strip("\r\n")).translate(_KEYBOARDS)
    text = re.sub(r"(?i)^(?:e-?mail\s*:|mailto:)\s*", "", text)
    bracketed = _BRACKETED.fullmatch(text)
    text = _DRESS.sub("", bracketed[1] if bracketed else _COMMENT.sub("", text))
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if typed.lower().count("mailto:") == 1:
        text = unquote(text.partition("?")[0])
    return _SPACED.sub(r"\1", text)


def _validated(text: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - only forms with an address need it

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except (EmailNotValidError, UnicodeError):
        return None


def _reason(text: str) -> Message:
    """Why a text is no email address, as the person who typed it can see it."""
    local, at, domain = text.rpartition("@")
    if not at or not (local or domain):
        return EMAIL_MALFORMED
    if "@" in local:
        return EMAIL_HAS_SEVERAL
    if any(map(str.isspace, text)):
        return EMAIL_HAS_SPACE
    strange = next((character for character in text if not _is_usual(character)), "")
    if strange:
        return EmailHasCharacter(strange if strange.isprintable() else f"U+{ord(strange):04X}")
    if _validated(f"a@{domain}") is None:
        return EmailDomainMalformed(domain) if domain else EMAIL_WITHOUT_DOMAIN
    return EMAIL_NAME_MALFORMED if local else EMAIL_WITHOUT_NAME


def _is_usual(character: str) -> bool:
    """Whether a character may stand in an address: those of RFC 5322's atoms, and all letters beyond ASCII."""
    if character.isascii():
        return character.isalnum() or character in "@.!#$%&'*+-/=?^_`{|}~"
    return unicodedata.category(character)[0] in "LMN"


def _to_ascii(domain: str) -> str:
    import idna  # noqa: PLC0415 - comes with email-validator; only IDN domains need it

    return idna.encode(domain, uts46=True).decode()
