"""What happened to an account, as its history says it. Events are stored as a code and details; older ones, which were
stored as English, are read as the code they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.messages import security_events
from byline.messages.message import N_, NN_, Message, Plain

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENED: Final = "opened"
APPROVED: Final = "approved"
DECLINED: Final = "declined"
SUSPENDED: Final = "suspended"
REINSTATED: Final = "restored"
DECISION_UNDONE: Final = "decision_undone"
SAVED: Final = "saved"
VERSION_RESTORED: Final = "version_restored"
REDIRECT_ENDED: Final = "redirect_ended"
PASSWORD_CHANGED: Final = "password_changed"  # noqa: S105 - an event
PASSWORD_RESET: Final = "password_reset"  # noqa: S105 - an event
AUTHENTICATOR_ADDED: Final = "authenticator_added"
AUTHENTICATOR_REMOVED: Final = "authenticator_removed"
FACTOR_POLICY_CHANGED: Final = "factor_policy_changed"
FACTORS_DELETED: Final = "factors_deleted"
RECOVERY_STARTED: Final = "recovery_started"
ADDRESS_RECOVERY_STARTED: Final = "address_recovery_started"
ADDRESS_RECOVERED: Final = "address_recovered"
RECOVERY_STOPPED: Final = "recovery_stopped"
RECOVERY_FINISHED: Final = "recovery_finished"
RECOVERY_CODES_MADE: Final = "recovery_codes_made"
PASSKEY_ADDED: Final = "passkey_added"
PASSKEY_REMOVED: Final = "passkey_removed"
PASSKEY_COPIED: Final = "passkey_copied"
ADDRESS_CHANGE_REQUESTED: Final = "address_change_requested"
ADDRESS_CHANGE_STOPPED: Final = "address_change_stopped"
ADDRESS_CHANGED: Final = "address_changed"
ADDRESS_RESTORED: Final = "address_restored"
SESSION_ENDED: Final = "session_ended"
SESSIONS_ENDED: Final = "sessions_ended"
MAILBOX_CONFIRMED: Final = "mailbox_confirmed"
MADE_PUBLISHER: Final = "made_publisher"
MADE_AUTHOR: Final = "made_author"
IMPORTED: Final = "imported"
DELETED: Final = "deleted"
EMAIL_BOUNCED: Final = "email_bounced"
EMAIL_MARKED_AS_SPAM: Final = "email_marked_as_spam"
EMAILS_DELIVERED_AGAIN: Final = "emails_delivered_again"
BRANDING_CHANGED: Final = "branding_changed"
QUESTION_ASKED: Final = "question_asked"
QUESTION_ANSWERED: Final = "question_answered"
REMINDED: Final = "reminded"
WAITING_TIME_CHANGED: Final = "waiting_time_changed"
STILL_RIGHT: Final = "still_right"
YEARLY_QUESTION_ON: Final = "yearly_question_on"
YEARLY_QUESTION_OFF: Final = "yearly_question_off"
INVITED: Final = "invited"
INVITATION_ACCEPTED: Final = "invitation_accepted"
INVITATION_REMINDED: Final = "invitation_reminded"
INVITATION_RENEWED: Final = "invitation_renewed"
INVITATION_REVOKED: Final = "invitation_revoked"
EXPORTED: Final = "exported"
MANAGED_PAGE_ADDED: Final = "managed_page_added"
HANDOVER_OFFERED: Final = "handover_offered"
HANDED_OVER: Final = "handed_over"
PAGES_MERGED: Final = "pages_were_merged"
MERGED_AWAY: Final = "page_was_merged_away"
MERGE_UNDONE: Final = "merge_undone"
MANAGED_PAGE_UNPUBLISHED: Final = "managed_page_unpublished"
EVERYONE_EXPORTED: Final = "exported_everyone"

REVIEW_SUBMITTED: Final = "review_submitted"
REVIEW_WITHDRAWN: Final = "review_withdrawn"
REVIEW_PUBLISHED: Final = "review_published"
REVIEW_EDITED: Final = "review_edited"
REVIEW_CHANGE_WANTED: Final = "review_change_wanted"
REVIEW_REJECTED: Final = "review_rejected"
REVIEW_POLICY_CHANGED: Final = "review_policy_changed"
REVIEW_RULE_CHANGED: Final = "review_rule_changed"

THE_OPERATOR: Final = Plain("the_operator", N_("the operator"))
"""Who acted at the shell of the machine."""
_MESSAGES: Final = {
    message.code: message
    for message in (
        Plain(OPENED, N_("The address was confirmed and the account opened.")),
        Plain(APPROVED, N_("Approved.")),
        Plain(DECLINED, N_("Declined.")),
        Plain(SUSPENDED, N_("Suspended.")),
        Plain(REINSTATED, N_("Restored.")),
        Plain(DECISION_UNDONE, N_("The decision was taken back.")),
        Plain(SAVED, N_("Saved the page.")),
        Plain(REDIRECT_ENDED, N_("Ended the redirect of an old page address.")),
        Plain(AUTHENTICATOR_ADDED, N_("Added an authenticator app.")),
        Plain(AUTHENTICATOR_REMOVED, N_("Removed the authenticator app.")),
        Plain(FACTORS_DELETED, N_("Deleted all second factors.")),
        Plain(RECOVERY_STARTED, N_("Started the recovery of lost second factors.")),
        Plain(ADDRESS_RECOVERY_STARTED, N_("Started the change of the email address of a lost mailbox.")),
        Plain(ADDRESS_RECOVERED, N_("Finished the recovery: changed the email address and chose a new password.")),
        Plain(RECOVERY_STOPPED, N_("Stopped the recovery.")),
        Plain(RECOVERY_FINISHED, N_("Finished the recovery: removed all second factors and chose a new password.")),
        Plain(RECOVERY_CODES_MADE, N_("Made new recovery codes.")),
        Plain(PASSKEY_ADDED, N_("Added a passkey.")),
        Plain(PASSKEY_REMOVED, N_("Removed a passkey.")),
        Plain(PASSKEY_COPIED, N_("Logged in with a passkey that may have been copied: it counted backwards.")),
        Plain(ADDRESS_CHANGE_REQUESTED, N_("Asked for another email address.")),
        Plain(ADDRESS_CHANGE_STOPPED, N_("Stopped the change of the email address.")),
        Plain(ADDRESS_CHANGED, N_("Changed the email address.")),
        Plain(ADDRESS_RESTORED, N_("Undid the change of the email address.")),
        Plain(SESSION_ENDED, N_("Logged out another device.")),
        Plain(SESSIONS_ENDED, N_("Logged out all other devices.")),
        Plain(PASSWORD_CHANGED, N_("Changed the password.")),
        Plain(PASSWORD_RESET, N_("Chose a new password by email.")),
        Plain(MAILBOX_CONFIRMED, N_("Confirmed the address.")),
        Plain(MADE_PUBLISHER, N_("Made a publisher.")),
        Plain(MADE_AUTHOR, N_("Made an author again.")),
        Plain(IMPORTED, N_("Imported.")),
        Plain(DELETED, N_("Deleted.")),
        Plain(EMAIL_BOUNCED, N_("An email came back.")),
        Plain(EMAIL_MARKED_AS_SPAM, N_("An email was marked as spam.")),
        Plain(EMAILS_DELIVERED_AGAIN, N_("Emails are delivered again.")),
        Plain(BRANDING_CHANGED, N_("Changed how the site looks.")),
        Plain(QUESTION_ASKED, N_("Asked a question.")),
        Plain(QUESTION_ANSWERED, N_("Answered the question.")),
        Plain(REMINDED, N_("Reminded the author to write a page.")),
        Plain(FACTOR_POLICY_CHANGED, N_("Changed who must have a second factor, or how long they have time.")),
        Plain(WAITING_TIME_CHANGED, N_("Changed the usual waiting time.")),
        Plain(STILL_RIGHT, N_("Confirmed that the page is still right.")),
        Plain(YEARLY_QUESTION_ON, N_("Switched the yearly question to authors on.")),
        Plain(YEARLY_QUESTION_OFF, N_("Switched the yearly question to authors off.")),
        Plain(MANAGED_PAGE_ADDED, N_("Added the page.")),
        Plain(HANDOVER_OFFERED, N_("Invited the author to take over the page.")),
        Plain(HANDED_OVER, N_("Accepted the invitation, and took over the page.")),
        Plain(PAGES_MERGED, N_("Merged another page into this one.")),
        Plain(MERGED_AWAY, N_("Merged this page into another one.")),
        Plain(MERGE_UNDONE, N_("Undid the merge of two pages.")),
        Plain(MANAGED_PAGE_UNPUBLISHED, N_("Took the page from readers.")),
        Plain(INVITATION_ACCEPTED, N_("Accepted the invitation.")),
        Plain(INVITATION_REMINDED, N_("Sent a reminder of an invitation.")),
        Plain(INVITATION_RENEWED, N_("Sent a new link of an invitation.")),
        Plain(INVITATION_REVOKED, N_("Revoked an invitation.")),
        Plain(REVIEW_SUBMITTED, N_("Submitted a text for review.")),
        Plain(REVIEW_WITHDRAWN, N_("Withdrew a text from review.")),
        Plain(REVIEW_PUBLISHED, N_("Published a reviewed text.")),
        Plain(REVIEW_EDITED, N_("Edited and published a reviewed text.")),
        Plain(REVIEW_CHANGE_WANTED, N_("Asked for a change of a text.")),
        Plain(REVIEW_REJECTED, N_("Rejected a text.")),
        Plain(REVIEW_POLICY_CHANGED, N_("Changed whose texts are reviewed.")),
        Plain(REVIEW_RULE_CHANGED, N_("Changed whether this author's texts are reviewed.")),
    )
}
_STORED_ENGLISH: Final = {
    "decision undone": DECISION_UNDONE,
    "password changed": PASSWORD_CHANGED,
    "password reset": PASSWORD_RESET,
    "mailbox confirmed": MAILBOX_CONFIRMED,
    "made a publisher": MADE_PUBLISHER,
    "letter came back": EMAIL_BOUNCED,
    "letter marked as spam": EMAIL_MARKED_AS_SPAM,
    "letters arrive again": EMAILS_DELIVERED_AGAIN,
}
_RESTORED_VERSION: Final = re.compile(r"restored version (\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class PageSaved(Message):
    """A save made a version."""

    version: int
    code = SAVED
    text = N_("Saved the page, version %(version)s.")


@dataclass(frozen=True)
class VersionRestored(Message):
    """An earlier version became the live one, under a new number."""

    restored: int
    version: int
    code = VERSION_RESTORED
    text = N_("Restored version %(restored)s as version %(version)s.")


@dataclass(frozen=True)
class Invited(Message):
    """A publisher invited people."""

    count: int
    code = INVITED
    text, plural = NN_("Invited %(count)s person.", "Invited %(count)s people.")


@dataclass(frozen=True)
class AuthorsExported(Message):
    """Some authors were taken out in a file of a ``format``."""

    format: str
    count: int
    code = EXPORTED
    text, plural = NN_("Exported one author (%(format)s).", "Exported %(count)s authors (%(format)s).")


@dataclass(frozen=True)
class EveryoneExported(Message):
    """All authors were taken out in a file of a ``format``."""

    format: str
    code = EVERYONE_EXPORTED
    text = N_("Exported all authors (%(format)s).")


def message(what: str, details: Mapping[str, object]) -> Message:
    """Read a stored event. One that this version does not know is shown as it is stored."""
    code = _STORED_ENGLISH.get(what, what)
    version, restored = details.get("version"), details.get("restored")
    if old := _RESTORED_VERSION.fullmatch(what):
        code, restored = VERSION_RESTORED, int(old[1])
    if code == VERSION_RESTORED and isinstance(version, int) and isinstance(restored, int):
        return VersionRestored(restored, version)
    if code == INVITED and isinstance(count := details.get("count"), int):
        return Invited(count)
    if code == SAVED and isinstance(version, int):
        return PageSaved(version)
    form, authors = details.get("format"), details.get("authors")
    if code == EXPORTED and isinstance(form, str) and isinstance(authors, int):
        return AuthorsExported(form, authors)
    if code == EVERYONE_EXPORTED and isinstance(form, str):
        return EveryoneExported(form)
    return _MESSAGES.get(code) or security_events.message(code, details) or Plain(code, what)
