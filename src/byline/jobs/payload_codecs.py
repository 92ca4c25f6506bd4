"""How the payload of each kind of job is stored, and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from byline.jobs.kinds import JobKind
from byline.jobs.payloads import (
    AskYearly,
    CountInvitations,
    LimitSessions,
    Payload,
    Publish,
    SendAddressChange,
    SendAddressConfirmation,
    SendDecision,
    SendDigest,
    SendEdited,
    SendInvitation,
    SendMailboxLink,
    SendPasswordChanged,
    SendQuestion,
    SendRegistration,
    SendReminder,
    SendReset,
    SendReviewAnswer,
    SendSecurityNotice,
    SendStillRight,
    SendUndelivered,
    SendWaiting,
    UpdateSearch,
)
from byline.jobs.security_payloads import EncryptSeeds, SendRecovery, SendRestored, TellOfRestore
from byline.jobs.upkeep_payloads import (
    AgeList,
    DeleteVersions,
    PublishIndex,
    RebuildList,
    RebuildSearch,
    Republish,
    SweepPhotos,
)
from byline.store.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Json


def _codec(shape: type[Payload], *, optional: tuple[str, ...] = (), **names: str) -> tuple[type[Payload], Codec[Any]]:
    return shape, Codec(shape, outside=(), optional=optional, names=names)


_CODECS: Final[dict[type[Payload], Codec[Any]]] = dict(
    (
        _codec(SendMailboxLink),
        _codec(SendRegistration, address_hash="place", registration="proposal", email="letter"),
        _codec(SendReset, address_hash="place"),
        *map(
            _codec,
            (
                CountInvitations,
                LimitSessions,
                SendPasswordChanged,
                SendWaiting,
                SendUndelivered,
                SendDecision,
                SendEdited,
            ),
        ),
        _codec(SendAddressConfirmation),
        _codec(SendAddressChange, optional=("lost",)),
        *map(_codec, (SendQuestion, SendReminder, SendStillRight, SendDigest, AskYearly)),
        *map(_codec, (UpdateSearch, RebuildSearch, RebuildList, AgeList, Publish, DeleteVersions)),
        _codec(SendInvitation, optional=("is_reminder",), is_reminder="reminder"),
        _codec(SendReviewAnswer, optional=("submitted",)),
        _codec(SendSecurityNotice, optional=("detail", "device")),
        _codec(SendRestored, made_at="made"),
        _codec(TellOfRestore, optional=("after", "number"), made_at="made", number="slice"),
        _codec(EncryptSeeds, optional=("after", "number", "tries"), number="slice"),
        _codec(SendRecovery, optional=("is_ready",), is_ready="ready"),
        _codec(SweepPhotos, optional=("owner",)),
        _codec(PublishIndex, optional=("change",)),
        _codec(Republish, made_with="look", number="slice", optional=("number",)),
    )
)
_SHAPES: Final = {shape.kind: shape for shape in _CODECS}


def details_of(payload: Payload) -> Mapping[str, Json]:
    """The payload as it is stored."""
    return _CODECS[type(payload)].to_data(payload)


def read_payload(kind: JobKind, details: Mapping[str, Json]) -> Payload:
    """The payload that was stored; ``ValueError`` for a missing field or one of another type."""
    shape = SendMailboxLink if kind is JobKind.REGISTRATION_EMAIL and "account" in details else _SHAPES[kind]
    found: Payload = _CODECS[shape].from_data(details)
    return found
