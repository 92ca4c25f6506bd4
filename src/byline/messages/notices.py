"""What the next page begins with after something was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.messages.message import N_, NN_, Message, Plain

if TYPE_CHECKING:
    from datetime import datetime

EMAIL_CONFIRMED = Plain("email_confirmed", N_("Your email address is confirmed."))
LOGGED_OUT = Plain("logged_out", N_("You are logged out."))
LOG_IN_TO_GO_ON = Plain("log_in_to_go_on", N_("Log in to go on"))
LOG_IN_THEN_OPEN_LINK = Plain("log_in_then_open_link", N_("Log in, then open the link in the email again."))
EMAIL_ON_ITS_WAY = Plain("email_on_its_way", N_("An email is on its way."))
PASSWORD_CHANGED = Plain("password_changed_notice", N_("Your password is changed. All other devices are logged out."))
PASSWORD_SET = Plain("password_set", N_("Your new password is set. All other devices are logged out."))
INVITATION_ACCEPTED = Plain("invitation_accepted_notice", N_("Welcome. Your account is open."))
NO_ONE_INVITED = Plain("no_one_invited", N_("No one was invited: there is no one in the list who is new."))
REMINDED_BEFORE = Plain(
    "reminded_before", N_("No reminder was sent: one is sent once a day at most, and none after the end.")
)
INVITATION_WAS_ACCEPTED = Plain(
    "invitation_was_accepted", N_("The invitation was accepted meanwhile: there is an account.")
)
NOT_REVOKED = Plain("invitation_not_revoked", N_("Nothing was revoked: the invitation was accepted, or had ended."))
FIRST_PUBLISHER = Plain(
    "first_publisher", N_("The publisher account is open. An email asks you to confirm your address.")
)
REGISTRATION_ENDED = Plain("registration_ended", N_("This registration has ended; you can register again"))
TEXT_OF_ANOTHER_ACCOUNT = Plain(
    "text_of_another_account", N_("The text that was waiting belongs to another account; it was not saved.")
)
DONE_BEFORE = Plain("done_before", N_("This was done already."))
SAVED_AND_PUBLISHED = Plain("saved_and_published", N_("Saved and published."))
SAVED = Plain("saved_notice", N_("Saved. The page is being published."))
DRAFT_SAVED = Plain("draft_saved", N_("The draft is saved. Readers do not see it yet."))
DRAFT_DISCARDED = Plain("draft_discarded", N_("The changes are discarded. This is what readers see."))
BRANDING_SAVED = Plain("branding_saved", N_("Saved. Readers' pages are being rewritten."))
BRANDING_UNCHANGED = Plain("branding_unchanged", N_("Nothing was changed."))
SAVED_IN_BETWEEN = Plain("saved_in_between", N_("Someone saved in between. Look again, then restore."))


@dataclass(frozen=True)
class RedirectEnded(Message):
    """An old page address leads nowhere from now on."""

    slug: str
    code = "redirect_ended_notice"
    text = N_("The address “%(slug)s” no longer leads to the page. No one else can take it.")


@dataclass(frozen=True)
class SortNameOpen(Message):
    """A page was saved under a name whose place in the index only its owner knows."""

    saved: Message
    choice: str
    code = "sort_name_open"
    text = N_(
        "%(saved)s In the index the name stands as it is written. If the family name comes last, enter it in "
        "“Name for sorting”, under “More” below, such as “%(choice)s”."
    )


NAMESAKE_WAITING = Plain(
    "namesake_waiting", N_("Another author who is waiting has this name, or one that looks like it.")
)
NAME_DECEPTIVE = Plain("name_deceptive", N_("The name has letters of another alphabet that look like Latin ones."))


@dataclass(frozen=True)
class EmailDeceptive(Message):
    """An email address has letters that look like others; ``plain`` is the address in ASCII."""

    plain: str
    code = "email_deceptive"
    text = N_(
        "The email address has letters of another alphabet that look like Latin ones. "
        "Mail servers read it as %(plain)s."
    )


EMAILS_NOT_DELIVERED = Plain("emails_not_delivered", N_("Emails to this address are not delivered."))


@dataclass(frozen=True)
class VersionIsRestored(Message):
    """An earlier version is live again, under a new number; ``saved`` says whether readers see it yet."""

    number: int
    version: int
    saved: Message
    code = "version_is_restored"
    text = N_("Version %(number)s is restored as version %(version)s. %(saved)s")


@dataclass(frozen=True)
class VersionSaysTheSame(Message):
    """An earlier version has the content that is live, so that there was nothing to restore."""

    number: int
    code = "version_says_the_same"
    text = N_("Version %(number)s says what is live already. Nothing was changed.")


@dataclass(frozen=True)
class _About(Message):
    """Something is so for the author with this name."""

    name: str


class PublisherInvited(_About):
    """A person is invited as a publisher."""

    code = "publisher_invited"
    text = N_("An invitation to %(name)s is on its way.")


class PublisherAppointed(_About):
    """An account became a publisher's."""

    code = "publisher_appointed"
    text = N_("%(name)s is a publisher now.")


class PublisherRemoved(_About):
    """A publisher became an author again."""

    code = "publisher_removed"
    text = N_("%(name)s is an author now. The page is as it was.")


class InvitationReminded(_About):
    """A reminder of an invitation is on its way."""

    code = "invitation_reminded_notice"
    text = N_("A reminder to %(name)s is on its way.")


class InvitationRenewed(_About):
    """A new link of an invitation is on its way."""

    code = "invitation_renewed_notice"
    text = N_("A new link for %(name)s is on its way; it can be used for 30 days. Earlier links no longer work.")


class InvitationRevoked(_About):
    """An invitation was ended."""

    code = "invitation_revoked_notice"
    text = N_("The invitation of %(name)s is revoked: its link no longer works.")


@dataclass(frozen=True)
class InvitationsSent(Message):
    """People were invited; the emails go out one after the other."""

    count: int
    code = "invitations_sent"
    text, plural = NN_("%(count)s invitation is on its way.", "%(count)s invitations are on their way.")


class AuthorApproved(_About):
    """A publisher approved."""

    code = "author_approved"
    text = N_("%(name)s approved.")


@dataclass(frozen=True)
class AuthorsApproved(Message):
    """A publisher approved several at once."""

    count: int
    code = "authors_approved"
    text, plural = NN_("%(count)s author approved.", "%(count)s authors approved.")


@dataclass(frozen=True)
class AuthorsWaitAgain(Message):
    """The approval of several was taken back."""

    count: int
    code = "authors_wait_again"
    text, plural = NN_("%(count)s author waits again.", "%(count)s authors wait again.")


@dataclass(frozen=True)
class EmailsAreOut(Message):
    """The approval of several was taken back too late."""

    count: int
    code = "emails_are_out"
    text, plural = NN_(
        "%(count)s author stays approved: the email is already out.",
        "%(count)s authors stay approved: the emails are already out.",
    )


NO_ONE_TICKED = Plain("no_one_ticked", N_("Select who to approve first."))
NOT_APPROVED = Plain("not_approved", N_("This could not be done at this moment. Try again."))


@dataclass(frozen=True)
class ApprovedBefore(Message):
    """One of several who were to be approved had been decided about."""

    by: str
    decision: Message
    code = "approved_before"
    text = N_("%(by)s already decided: %(decision)s")


class AuthorDeclined(_About):
    """A publisher declined."""

    code = "author_declined"
    text = N_("%(name)s declined.")


class AuthorSuspended(_About):
    """A publisher suspended."""

    code = "author_suspended"
    text = N_("%(name)s suspended.")


class AuthorReinstated(_About):
    """A publisher reinstated."""

    code = "author_reinstated"
    text = N_("%(name)s restored.")


class WaitingAgain(_About):
    """A decision was taken back: nothing is decided now."""

    code = "waiting_again"
    text = N_("%(name)s is waiting for a decision again.")


class DeclinedAgain(_About):
    """A decision was taken back: the one before it stands."""

    code = "declined_again"
    text = N_("%(name)s is declined again.")


class TooLateToUndo(_About):
    """The email about a decision is out."""

    code = "too_late_to_undo"
    text = N_("The email to %(name)s is already out; make a new decision on this page.")


class DeliveredAgain(_About):
    """A publisher says that emails arrive."""

    code = "delivered_again"
    text = N_("Emails to %(name)s are delivered again: the note about it is gone.")


@dataclass(frozen=True)
class DecidedBefore(Message):
    """A colleague was faster."""

    name: str
    by: str
    at: datetime
    decision: Message
    code = "decided_before"
    text = N_("%(by)s already decided about %(name)s on %(at)s: %(decision)s")


@dataclass(frozen=True)
class DecidedBeforeBySomeone(Message):
    """The account is no longer in the state that the decision was about, and there is no colleague to name."""

    name: str
    decision: Message
    code = "decided_before_by_someone"
    text = N_("%(name)s was already decided about: %(decision)s")


STATES = {
    "unconfirmed": Plain("state_unconfirmed", N_("Not confirmed")),
    "waiting": Plain("state_waiting", N_("Waiting for approval")),
    "active": Plain("state_active", N_("Active")),
    "declined": Plain("state_declined", N_("Declined")),
    "suspended": Plain("state_suspended", N_("Suspended")),
    "deleted": Plain("state_deleted", N_("Deleted")),
    "managed": Plain("state_managed", N_("Kept by the press")),
    "invited": Plain("state_invited", N_("Invited")),
}
"""How pages name the state of an account."""
