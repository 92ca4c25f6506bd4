"""What is said about changing the email address of one's account, and about taking the change back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.messages.message import N_, Message, Plain

if TYPE_CHECKING:
    from datetime import datetime

ADDRESS_IS_YOURS = Plain("address_is_yours", N_("This is the address that your account has already"))
TOO_MANY_CHANGES = Plain(
    "too_many_address_changes", N_("The address was changed five times this week; change it again in a few days")
)
ADDRESS_IS_THEIRS = Plain("address_is_theirs", N_("This is the address that the account has already"))
ADDRESS_IS_TAKEN = Plain("address_is_taken", N_("This address has an account already"))
ADDRESS_TAKEN_OVER = Plain(
    "address_taken_over", N_("This is the email address of your account now, and your new password is set.")
)
ADDRESSES_LATER = Plain(
    "addresses_later", N_("The portal is being upgraded: addresses can be changed when that is finished.")
)
ADDRESS_CHANGED = Plain("address_was_changed", N_("Your email address was changed. Other devices were logged out."))
CHANGE_CANCELLED = Plain("address_change_cancelled", N_("Your email address stays as it is."))
NO_CHANGE_WAITS = Plain("no_address_change_waits", N_("No change of your email address is waiting any more."))
CHANGE_IS_OVER = Plain("address_change_is_over", N_("The change was taken back already, or seven days have passed."))
ADDRESS_HAS_ACCOUNT = Plain(
    "address_has_account",
    N_(
        "This address has another account by now. Log in to that one, delete its registration, and open the link "
        "again; or write to the publisher."
    ),
)


@dataclass(frozen=True)
class NoResetYet(Message):
    """A link for a new password, after the address of the account was put back."""

    until: datetime
    code = "no_reset_yet"
    text = N_(
        "The email address of this account was put back a short time ago. Log in with the password that it had before; "
        "a new one can be chosen by email from %(until)s on."
    )
