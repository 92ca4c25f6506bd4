"""What each kind of job is about: one frozen class a kind. Never the words of an email, never a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the types
from typing import ClassVar

from byline.jobs.kinds import JobKind


@dataclass(frozen=True, slots=True)
class Payload:
    """What a job is about."""

    kind: ClassVar[JobKind]


@dataclass(frozen=True, slots=True)
class SendRegistration(Payload):
    """Send a registration its link and code. ``email`` is the number of the email, which its code depends on."""

    kind: ClassVar = JobKind.REGISTRATION_EMAIL
    address_hash: str
    slot: int
    registration: str
    email: int


@dataclass(frozen=True, slots=True)
class SendMailboxLink(Payload):
    """Send the first publisher the link that confirms their mailbox."""

    kind: ClassVar = JobKind.REGISTRATION_EMAIL
    account: str


@dataclass(frozen=True, slots=True)
class SendReset(Payload):
    """Send an address the link for a new password, if it has anything to reset."""

    kind: ClassVar = JobKind.RESET_EMAIL
    address_hash: str
    address: str


@dataclass(frozen=True, slots=True)
class SendPasswordChanged(Payload):
    """Tell an account that its password was changed, and when."""

    kind: ClassVar = JobKind.PASSWORD_CHANGED_EMAIL
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendSecurityNotice(Payload):
    """Tell an account's owner of a ``messages.security_notices``; ``device`` is the code of a browser, or ""."""

    kind: ClassVar = JobKind.SECURITY_NOTICE_EMAIL
    account: str
    at: datetime
    notice: str
    detail: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class SendAddressConfirmation(Payload):
    """Send the address that an account asked for its link and code. ``email`` is the number of the email."""

    kind: ClassVar = JobKind.ADDRESS_CONFIRMATION_EMAIL
    account: str
    change: str
    email: int


@dataclass(frozen=True, slots=True)
class SendAddressChange(Payload):
    """Tell the address before that a change was asked for or made, with the link that takes it back; or an address
    that an account has ``lost`` again.
    """

    kind: ClassVar = JobKind.ADDRESS_CHANGE_EMAIL
    account: str
    change: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class LimitSessions(Payload):
    """End the oldest sessions of an account that has too many."""

    kind: ClassVar = JobKind.LIMIT_SESSIONS
    account: str


@dataclass(frozen=True, slots=True)
class SendInvitation(Payload):
    """Invite an address to open an account with a role, or remind of it."""

    kind: ClassVar = JobKind.INVITATION_EMAIL
    address: str
    name: str
    role: str
    is_reminder: bool = False


@dataclass(frozen=True, slots=True)
class CountInvitations(Payload):
    """Count the invitations of authors that wait for an answer, for the console's navigation."""

    kind: ClassVar = JobKind.COUNT_INVITATIONS


@dataclass(frozen=True, slots=True)
class SendWaiting(Payload):
    """Tell the publishers that an account is waiting for approval."""

    kind: ClassVar = JobKind.WAITING_EMAIL
    account: str


@dataclass(frozen=True, slots=True)
class SendUndelivered(Payload):
    """Tell the publishers that emails to an account do not arrive."""

    kind: ClassVar = JobKind.UNDELIVERED_EMAIL
    account: str


@dataclass(frozen=True, slots=True)
class SendDecision(Payload):
    """Tell an author what was decided on their account."""

    kind: ClassVar = JobKind.DECISION_EMAIL
    account: str
    decision: str


@dataclass(frozen=True, slots=True)
class SendEdited(Payload):
    """Tell an author that a publisher edited their page: who, and when."""

    kind: ClassVar = JobKind.EDITED_EMAIL
    account: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendQuestion(Payload):
    """Send an author who waits the question that a publisher asked at a time."""

    kind: ClassVar = JobKind.QUESTION_EMAIL
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendReminder(Payload):
    """Remind an author who has no page yet."""

    kind: ClassVar = JobKind.REMINDER_EMAIL
    account: str


@dataclass(frozen=True, slots=True)
class SendStillRight(Payload):
    """Ask an author whether their page is still right, as the worker decided at a time."""

    kind: ClassVar = JobKind.STILL_RIGHT_EMAIL
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendDigest(Payload):
    """Tell the publishers what happened in the week until a time."""

    kind: ClassVar = JobKind.DIGEST_EMAIL
    until: datetime


@dataclass(frozen=True, slots=True)
class SendReviewAnswer(Payload):
    """Tell an author how the publisher answered their text, the review of a ``number``: ``answer`` is "published",
    "edited", "change" or "rejected". ``submitted`` is the version with the author's text, if it was edited (else 0).
    """

    kind: ClassVar = JobKind.REVIEW_ANSWER_EMAIL
    account: str
    profile: str
    number: int
    answer: str
    by: str
    at: datetime
    submitted: int = 0


@dataclass(frozen=True, slots=True)
class UpdateSearch(Payload):
    """Make an account's search entries what they should be, and those in the publisher's lists."""

    kind: ClassVar = JobKind.UPDATE_SEARCH
    account: str


@dataclass(frozen=True, slots=True)
class AskYearly(Payload):
    """Ask a slice of the authors whose pages were not looked at for a year; ``number`` counts slices, ``asked`` the
    authors of this day.
    """

    kind: ClassVar = JobKind.ASK_YEARLY
    after: str
    number: int
    asked: int


@dataclass(frozen=True, slots=True)
class Publish(Payload):
    """Publish a profile, or take its page down, as its records say."""

    kind: ClassVar = JobKind.PUBLISH
    profile: str
