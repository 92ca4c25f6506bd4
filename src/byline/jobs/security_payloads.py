"""What jobs about the recovery of accounts, about seeds and about restores are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import ClassVar

from byline.jobs.kinds import JobKind
from byline.jobs.payloads import Payload


@dataclass(frozen=True, slots=True)
class SendRecovery(Payload):
    """Tell an account's owner of the ``recovery`` with this id: that it was started, or that it can be finished."""

    kind: ClassVar = JobKind.RECOVERY_EMAIL
    account: str
    recovery: str
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
class TellOfRestore(Payload):
    """Tell a slice of those with second factors that a backup ``made_at`` a time was restored; ``number`` counts."""

    kind: ClassVar = JobKind.TELL_OF_RESTORE
    made_at: datetime
    after: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class SendRestored(Payload):
    """Tell a person that their second factors are as they were in a backup ``made_at`` a time."""

    kind: ClassVar = JobKind.RESTORED_EMAIL
    account: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class EncryptSeeds(Payload):
    """Encrypt a slice of the seeds of authenticator apps under the secret key with this name. ``number`` counts slices,
    ``tries`` how often it was too early: the key did not sign yet.
    """

    kind: ClassVar = JobKind.ENCRYPT_SEEDS
    key: str
    after: str = ""
    number: int = 0
    tries: int = 0
