"""What is said of people to invite: why one is left out, and what is wrong with a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.messages.message import N_, Message, Plain

if TYPE_CHECKING:
    from datetime import datetime

HAS_ACCOUNT = Plain("invitee_has_account", N_("Has an account here"))
INVITED_AS_PUBLISHER = Plain("invitee_is_invited_as_publisher", N_("Is invited as a publisher"))
EMAIL_OF_INVITEE_MISSING = Plain("invitee_email_missing", N_("Enter the email address"))
NO_INVITEES = Plain("no_invitees", N_("Enter at least one email address, or choose a file"))
LIST_TOO_LARGE = Plain("list_too_large", N_("The list is larger than 900 KB: invite people in several parts"))
LIST_UNREADABLE = Plain(
    "list_unreadable", N_("The file is not a list that can be read: save it as CSV, with one person a row")
)
LIST_WITHOUT_EMAIL = Plain(
    "list_without_email", N_("The file has no column “email”: name it so in the first row, beside “name”")
)


@dataclass(frozen=True)
class _LeftOut(Message):
    """Something of a row is not taken, for a reason."""

    why: Message


class WithoutSortName(_LeftOut):
    """The name for sorting cannot be used."""

    code = "invited_without_sort_name"
    text = N_("Without the name for sorting: %(why)s")


class WithoutPageAddress(_LeftOut):
    """The page address cannot be used."""

    code = "invited_without_page_address"
    text = N_("Without the page address: %(why)s")


class WithoutBiography(_LeftOut):
    """The biography cannot be used."""

    code = "invited_without_biography"
    text = N_("Without the biography: %(why)s")


WITHOUT = {"sort_name": WithoutSortName, "page_address": WithoutPageAddress, "biography": WithoutBiography}


@dataclass(frozen=True)
class InvitedOn(Message):
    """The address has an invitation that can still be accepted."""

    at: datetime
    code = "invitee_is_invited"
    text = N_("Was invited on %(at)s")


@dataclass(frozen=True)
class SameMailboxAsRow(Message):
    """Two rows have one mailbox; the earlier one is invited."""

    row: int
    code = "invitee_same_mailbox"
    text = N_("The same mailbox as row %(row)s")


@dataclass(frozen=True)
class TooManyInvitees(Message):
    """A list of more people than are invited at once."""

    actual: int
    maximum: int
    code = "too_many_invitees"
    text = N_("The list has %(actual)s people; invite at most %(maximum)s at once")


@dataclass(frozen=True)
class PageIsOffered(Message):
    """Somebody else is invited to take over the page."""

    address: str
    code = "page_is_offered"
    text = N_("%(address)s is invited to take over this page: revoke that invitation first")
