"""What is said about the recovery of an account whose second factors, or whose mailbox, are lost."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

ALREADY_UNDER_WAY = Plain("recovery_under_way", N_("A recovery of this account is under way already."))
NOTHING_TO_RECOVER = Plain(
    "nothing_to_recover",
    N_("This account has no second factor: its owner can choose a new password by email."),
)
NOT_CONFIRMED = Plain("recovery_unconfirmed", N_("The email address of this account is not confirmed yet."))
RECOVERIES_LATER = Plain(
    "recoveries_later", N_("Accounts can be recovered once this Byline has taken over from the one before it.")
)
RECOVERY_OVER = Plain(
    "recovery_over", N_("The recovery was stopped, was finished, or is over. A publisher can start another one.")
)
NOT_READY = Plain("recovery_not_ready", N_("The 72 hours are not over yet."))
RECOVERY_STOPPED = Plain("recovery_stopped_notice", N_("The recovery is stopped. Everything is as it was."))
NO_RECOVERY = Plain("no_recovery", N_("No recovery is under way."))
RECOVERED = Plain(
    "recovered",
    N_("Your new password is set, and all second factors are removed. Set up a new one now."),
)


@dataclass(frozen=True)
class RecoveryStarted(Message):
    """A publisher started a recovery for somebody."""

    name: str
    code = "recovery_started_notice"
    text = N_("The recovery is started. %(name)s gets an email now, and another one in three days.")


@dataclass(frozen=True)
class AddressRecoveryStarted(Message):
    """A publisher named the new address of somebody whose mailbox is lost."""

    address: str
    code = "address_recovery_started_notice"
    text = N_("The change is started. The old address is told now, and %(address)s gets an email in three days.")
