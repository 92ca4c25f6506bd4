"""The rate limits: how many attempts of a kind there may be in how much time. Each is a setting, ``BYLINE_LIMIT_…``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "LIMIT_"
MOST: Final = 1_000_000
LONGEST_SECONDS: Final = 31 * 24 * 3600
NETWORK_SHARE: Final = 10
"""Once the limit of the whole site is reached, a network has this part of its own: newcomers from elsewhere pass."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` attempts in ``seconds``, counted from the first of them."""

    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """A limit that each network has, and one that all of them have together. ``what`` names the attempts."""

    what: str
    network: Limit
    site: Limit


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits. The setting of a field is its name in capitals: ``login_network`` is BYLINE_LIMIT_LOGIN_NETWORK."""

    login: Limit = Limit(10, 15 * 60)
    """Wrong passwords for an address. NIST SP 800-63B-4, 3.2.2 allows 100 in a row; the account is never locked."""
    login_device: Limit = Limit(10, 15 * 60)
    """The same from a browser that has logged in to the account before: strangers' attempts are not counted with it."""
    login_network: Limit = Limit(100, 15 * 60)
    login_site: Limit = Limit(1_000, 15 * 60)
    old_password: Limit = Limit(10, 15 * 60)
    """Wrong old passwords for an account, by those who are logged in to it."""
    second_step: Limit = Limit(10, 15 * 60)
    """Wrong codes of an app or recovery codes for an account, after the right password."""
    register_network: Limit = Limit(120, 3600)
    """Registrations, and their emails sent again: a class behind one address registers in one hour."""
    register_site: Limit = Limit(600, 3600)
    mailbox: Limit = Limit(15, 3600)
    """Emails of registrations to one mailbox, and as many to choose a password where there is no account yet."""
    reset: Limit = Limit(5, 3600)
    """Requests to choose a password by email, for an address."""
    reset_network: Limit = Limit(60, 3600)
    reset_site: Limit = Limit(600, 3600)
    code: Limit = Limit(20, 24 * 3600)
    """Wrong codes for an address, over all its registrations."""
    code_network: Limit = Limit(60, 24 * 3600)
    code_site: Limit = Limit(300, 24 * 3600)
    """With 99 networks some 900 wrong codes a day, of a million: one right guess in three years."""
    save: Limit = Limit(600, 3600)
    """Saves by one account."""
    draft: Limit = Limit(600, 3600)
    """Saves of a draft by one account: the editor sends one every ten seconds at most."""
    document: Limit = Limit(60, 3600)
    """Word files that one account has read, of 10 MB each at most."""
    report_network: Limit = Limit(60, 3600)
    """Reports of browsers, each a few lines of the log."""
    report_site: Limit = Limit(600, 3600)

    def shared(self, what: str) -> SharedLimit:
        """The limits that networks and the site have for a kind of attempts: "login", "register", "reset", "code" or
        "report".
        """
        return SharedLimit(what, getattr(self, f"{what}_network"), getattr(self, f"{what}_site"))


SETTINGS: Final = tuple(PREFIX + field.name.upper() for field in fields(Limits))
"""The names of the settings, without ``BYLINE_``."""


def limits_from(given: Mapping[str, str]) -> Limits:
    """The limits that are set, the others as they are by default; ``Misconfigured`` for what is none."""
    set_here = {name: given[name] for name in SETTINGS if given.get(name)}
    return Limits(**{name.removeprefix(PREFIX).lower(): _limit(name, text) for name, text in set_here.items()})


def _limit(name: str, text: str) -> Limit:
    most, _, seconds = text.partition("/")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (most, seconds)):  # noqa: PLR2004
        raise Misconfigured(f"BYLINE_{name} must look like 30/3600, thirty in an hour, not {text}")
    limit = Limit(int(most), int(seconds))
    if not (1 <= limit.most <= MOST and 1 <= limit.seconds <= LONGEST_SECONDS):
        raise Misconfigured(
            f"BYLINE_{name} must be from 1 to {MOST:,} attempts in 1 to {LONGEST_SECONDS:,} seconds, not {text}"
        )
    return limit
