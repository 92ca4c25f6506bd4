"""The kinds of jobs, by the words that are stored."""

from __future__ import annotations

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does; each kind has one handler (``wiring.handlers``)."""

    REGISTRATION_EMAIL = "registration-letter"
    RESET_EMAIL = "reset-letter"
    PASSWORD_CHANGED_EMAIL = "password-changed-letter"  # noqa: S105 - a kind of job
    SECURITY_NOTICE_EMAIL = "security-notice-letter"
    RECOVERY_EMAIL = "recovery-letter"
    RESTORED_EMAIL = "restored-letter"
    ADDRESS_CONFIRMATION_EMAIL = "address-confirmation-email"
    ADDRESS_CHANGE_EMAIL = "address-change-email"
    WAITING_EMAIL = "waiting-letter"
    DECISION_EMAIL = "decision-letter"
    EDITED_EMAIL = "edited-letter"
    QUESTION_EMAIL = "question-letter"
    REMINDER_EMAIL = "reminder-letter"
    STILL_RIGHT_EMAIL = "still-right-letter"
    DIGEST_EMAIL = "digest-letter"
    INVITATION_EMAIL = "invitation-letter"
    REVIEW_ANSWER_EMAIL = "review-letter"
    UNDELIVERED_EMAIL = "undelivered-letter"
    ENCRYPT_SEEDS = "encrypt-seeds"
    TELL_OF_RESTORE = "tell-of-restore"
    LIMIT_SESSIONS = "limit-sessions"
    COUNT_INVITATIONS = "count-invitations"
    UPDATE_SEARCH = "find"
    REBUILD_SEARCH = "find-all"
    REBUILD_LIST = "list-all"
    AGE_LIST = "list-age"
    ASK_YEARLY = "ask-yearly"
    PUBLISH = "publish"
    PUBLISH_INDEX = "publish-shared"
    REPUBLISH = "republish"
    DELETE_VERSIONS = "forget-versions"
    SWEEP_PHOTOS = "sweep-photos"
