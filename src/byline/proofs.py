"""What a session has proven of whose it is, when, and whether that is recent enough for a grave act.

One function decides, ``is_fresh``, and one column of the table of permissions says where it is asked (ASVS 5.0, 7.5.1
and 7.5.3), so that no view can forget it.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Proof(StrEnum):
    """What a person can prove with. ``PASSWORD`` is one that was given or chosen."""

    PASSWORD = "password"  # noqa: S105 - its name
    TOTP = "totp"
    RECOVERY_CODE = "recovery"
    PASSKEY = "passkey"


SECOND_FACTORS: Final = frozenset({Proof.TOTP, Proof.RECOVERY_CODE, Proof.PASSKEY})
"""What counts beside a password; a passkey that verified its user is both factors at once."""


class Level(Enum):
    """What is asked of whoever acts."""

    SESSION = "a session that has not ended"
    FACTOR_IF_HELD = "a second factor of late where the session holds one; the password is asked for by the form itself"
    PROVEN = "a proof of late: by a second factor where the session holds one, else by the password"


class Freshness(NamedTuple):
    """A level, and within how many minutes of the proof."""

    level: Level
    minutes: int = 0


ANY_SESSION: Final = Freshness(Level.SESSION)
RECENT: Final = Freshness(Level.PROVEN, 10)
"""For what opens a way in, gives power over others, or takes everybody's data out."""
RECENT_FACTOR: Final = Freshness(Level.FACTOR_IF_HELD, 10)
"""For a new password: whoever stole cookie and password shuts out no one who has a second factor."""


class HasProofs(Protocol):
    """A session or an actor: ``proof_ages`` are the seconds since each proof was given."""

    @property
    def proof_ages(self) -> Mapping[Proof, int]:
        """The seconds since each proof was given."""


def is_fresh(by: HasProofs, level: Level, minutes: int) -> bool:
    """Whether whoever acts has proven enough within so many minutes.

    A session that holds a second factor is renewed by a second factor alone: whoever stole its cookie may know the
    password, too.
    """
    if level is Level.SESSION:
        return True
    ages = by.proof_ages
    factors = ages.keys() & SECOND_FACTORS
    if level is Level.FACTOR_IF_HELD and not factors:
        return True
    needed = factors or ages.keys()
    return any(ages[proof] < minutes * 60 for proof in needed)


def has_second_factor(by: HasProofs) -> bool:
    """Whether a session was begun, or proven since, with a second factor."""
    return not SECOND_FACTORS.isdisjoint(by.proof_ages)
