"""What a job is about is stored in the words it always had, and read back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from byline.jobs.kinds import JobKind
from byline.jobs.payload_codecs import details_of, read_payload
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

AT = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)
STORED: dict[Payload, tuple[str, dict[str, object]]] = {
    SendRegistration("hash", 3, "id", 2): (
        "registration-letter",
        {"place": "hash", "slot": 3, "proposal": "id", "letter": 2},
    ),
    LimitSessions("a"): ("limit-sessions", {"account": "a"}),
    SendMailboxLink("a"): ("registration-letter", {"account": "a"}),
    SendReset("hash", "ana@example.org"): ("reset-letter", {"place": "hash", "address": "ana@example.org"}),
    SendAddressConfirmation("a", "c", 2): (
        "address-confirmation-email",
        {"account": "a", "change": "c", "email": 2},
    ),
    SendAddressChange("a", "c"): ("address-change-email", {"account": "a", "change": "c"}),
    SendAddressChange("a", "c", "ana@example.org"): (
        "address-change-email",
        {"account": "a", "change": "c", "lost": "ana@example.org"},
    ),
    SendPasswordChanged("a", AT): ("password-changed-letter", {"account": "a", "at": "2026-05-03T09:00:00+00:00"}),
    SendRestored("a", AT): ("restored-letter", {"account": "a", "made": "2026-05-03T09:00:00+00:00"}),
    TellOfRestore(AT): ("tell-of-restore", {"made": "2026-05-03T09:00:00+00:00"}),
    TellOfRestore(AT, "b", 2): (
        "tell-of-restore",
        {"made": "2026-05-03T09:00:00+00:00", "after": "b", "slice": 2},
    ),
    EncryptSeeds("k"): ("encrypt-seeds", {"key": "k"}),
    EncryptSeeds("k", "after", 2, 1): ("encrypt-seeds", {"key": "k", "after": "after", "slice": 2, "tries": 1}),
    SendRecovery("a", "r"): ("recovery-letter", {"account": "a", "recovery": "r"}),
    SendRecovery("a", "r", is_ready=True): ("recovery-letter", {"account": "a", "recovery": "r", "ready": True}),
    SendSecurityNotice("a", AT, "factors_deleted"): (
        "security-notice-letter",
        {"account": "a", "at": "2026-05-03T09:00:00+00:00", "notice": "factors_deleted"},
    ),
    SendSecurityNotice("a", AT, "factor_added", "totp", "firefox/linux"): (
        "security-notice-letter",
        {
            "account": "a",
            "at": "2026-05-03T09:00:00+00:00",
            "notice": "factor_added",
            "detail": "totp",
            "device": "firefox/linux",
        },
    ),
    SendInvitation("ana@example.org", "Ana", "publisher"): (
        "invitation-letter",
        {"address": "ana@example.org", "name": "Ana", "role": "publisher"},
    ),
    SendInvitation("ana@example.org", "", "author", is_reminder=True): (
        "invitation-letter",
        {"address": "ana@example.org", "name": "", "role": "author", "reminder": True},
    ),
    CountInvitations(): ("count-invitations", {}),
    SendWaiting("a"): ("waiting-letter", {"account": "a"}),
    SendUndelivered("a"): ("undelivered-letter", {"account": "a"}),
    SendDecision("a", "approved"): ("decision-letter", {"account": "a", "decision": "approved"}),
    SendEdited("a", "Ines", AT): ("edited-letter", {"account": "a", "by": "Ines", "at": "2026-05-03T09:00:00+00:00"}),
    SendQuestion("a", AT): ("question-letter", {"account": "a", "at": "2026-05-03T09:00:00+00:00"}),
    SendReviewAnswer("a", "p", 5, "change", "Ines", AT): (
        "review-letter",
        {
            "account": "a",
            "profile": "p",
            "number": 5,
            "answer": "change",
            "by": "Ines",
            "at": "2026-05-03T09:00:00+00:00",
        },
    ),
    SendReminder("a"): ("reminder-letter", {"account": "a"}),
    SendStillRight("a", AT): ("still-right-letter", {"account": "a", "at": "2026-05-03T09:00:00+00:00"}),
    SendDigest(AT): ("digest-letter", {"until": "2026-05-03T09:00:00+00:00"}),
    AskYearly("cursor", 2, 40): ("ask-yearly", {"after": "cursor", "number": 2, "asked": 40}),
    UpdateSearch("a"): ("find", {"account": "a"}),
    RebuildSearch("cursor", 2): ("find-all", {"after": "cursor", "number": 2}),
    RebuildList("cursor", 2): ("list-all", {"after": "cursor", "number": 2}),
    AgeList(): ("list-age", {}),
    Publish("p"): ("publish", {"profile": "p"}),
    PublishIndex(): ("publish-shared", {}),
    Republish("digest", ""): ("republish", {"look": "digest", "after": ""}),
    Republish("digest", "cursor", 2): ("republish", {"look": "digest", "after": "cursor", "slice": 2}),
    DeleteVersions("p", 7): ("forget-versions", {"profile": "p", "live": 7}),
    SweepPhotos("p"): ("sweep-photos", {"profile": "p"}),
}


@pytest.mark.parametrize("payload", STORED, ids=repr)
def test_a_payload_is_stored_in_the_same_words_as_ever_and_read_back(payload: Payload) -> None:
    kind, details = STORED[payload]

    assert (payload.kind.value, details_of(payload)) == (kind, details)
    assert read_payload(payload.kind, details) == payload  # type: ignore[arg-type]


def test_every_kind_has_a_payload() -> None:
    assert {payload.kind for payload in STORED} == set(JobKind)


@pytest.mark.parametrize("details", [{}, {"profile": None}, {"profile": 7}])
def test_a_missing_or_wrong_field_is_an_error_and_never_the_text_none(details: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Publish"):
        read_payload(JobKind.PUBLISH, details)  # type: ignore[arg-type]
