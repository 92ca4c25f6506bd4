"""What an email about the security of an account says: what happened, and what to do if it was someone else.

An email is chosen by a code and, where there are several kinds of a thing, by which one it was (``detail``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.messages.message import N_, Plain

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTOR_ADDED: Final = "factor_added"
FACTOR_REMOVED: Final = "factor_removed"
FACTORS_DELETED: Final = "factors_deleted"
RECOVERY_CODES_MADE: Final = "recovery_codes_made"
RECOVERY_CODE_USED: Final = "recovery_code_used"
RECOVERY_STOPPED: Final = "recovery_stopped"
STARTED_RECOVERY_STOPPED: Final = "started_recovery_stopped"
FACTORS_RECOVERED: Final = "factors_recovered"
PUBLISHER_RECOVERY: Final = "publisher_recovery"
PUBLISHER_RECOVERED: Final = "publisher_recovered"
PUBLISHER_UNLOCKED: Final = "publisher_unlocked"
NEW_DEVICE: Final = "new_device"
PASSKEY_COPIED: Final = "passkey_copied"
ADDRESS_CHANGED: Final = "address_changed"
ADDRESS_RESTORED: Final = "address_restored"
ADDRESS_CHANGE_STOPPED: Final = "address_change_stopped"

TOTP: Final = "totp"
PASSKEY: Final = "passkey"
"""The kinds of factors, for ``detail``."""


@dataclass(frozen=True, slots=True)
class SecurityNotice:
    """What one of these emails says: its subject (at most 49 characters in every language), and the sentences."""

    subject: Plain
    happened: Plain


def _notice(code: str, subject: str, happened: str) -> SecurityNotice:
    return SecurityNotice(Plain(f"{code}_subject", subject), Plain(f"{code}_notice", happened))


NOTICES: Final[Mapping[tuple[str, str], SecurityNotice]] = {
    (FACTOR_ADDED, TOTP): _notice(
        "totp_added",
        N_("An authenticator app was added"),
        N_("An authenticator app was added to your account. From now on logging in also asks for one of its codes."),
    ),
    (FACTOR_ADDED, PASSKEY): _notice(
        "passkey_added",
        N_("A passkey was added"),
        N_("A passkey was added to your account. Its device can log in without the password."),
    ),
    (FACTOR_REMOVED, TOTP): _notice(
        "totp_removed",
        N_("An authenticator app was removed"),
        N_("An authenticator app was removed from your account. Its codes are not accepted any more."),
    ),
    (FACTOR_REMOVED, PASSKEY): _notice(
        "passkey_removed",
        N_("A passkey was removed"),
        N_("A passkey was removed from your account. Its device cannot log in with it any more."),
    ),
    (FACTORS_DELETED, ""): _notice(
        "factors_deleted",
        N_("Your second factors were removed"),
        N_("All second factors of your account were removed: authenticator apps, passkeys and recovery codes."),
    ),
    (RECOVERY_STOPPED, ""): _notice(
        "recovery_stopped",
        N_("The recovery was stopped"),
        N_("The recovery of your account was stopped. Your password and your second factors are as they were."),
    ),
    (STARTED_RECOVERY_STOPPED, ""): _notice(
        "started_recovery_stopped",
        N_("A recovery that you started was stopped"),
        N_(
            "A recovery that you started for another person's account was stopped. The activity says whose it was. "
            "If the person did not ask you for it, someone else tried to get into their account."
        ),
    ),
    (FACTORS_RECOVERED, ""): _notice(
        "factors_recovered",
        N_("Your account was recovered"),
        N_(
            "All second factors of your account were removed, a new password was chosen, and every device was logged "
            "out. Set up a second factor again."
        ),
    ),
    (PUBLISHER_RECOVERY, ""): _notice(
        "publisher_recovery",
        N_("Recovery of a publisher's account started"),
        N_(
            "Someone started to recover the account of a publisher who lost their second factors. The console says "
            "whose it is. It can be finished after 72 hours; until then every publisher can stop it."
        ),
    ),
    (PUBLISHER_RECOVERED, ""): _notice(
        "publisher_recovered",
        N_("A publisher's account was recovered"),
        N_(
            "Another publisher's account was recovered: its second factors were removed, and a new password was "
            "chosen. It has one day to set up a new second factor."
        ),
    ),
    (RECOVERY_CODES_MADE, ""): _notice(
        "recovery_codes_made",
        N_("New recovery codes were made"),
        N_("New recovery codes were made for your account. Earlier ones are not accepted any more."),
    ),
    (RECOVERY_CODE_USED, ""): _notice(
        "recovery_code_used",
        N_("A recovery code was used"),
        N_("Someone logged in to your account with one of its recovery codes. It cannot be used again."),
    ),
    (PASSKEY_COPIED, ""): _notice(
        "passkey_copied",
        N_("One of your passkeys may have a copy"),
        N_(
            "Someone logged in with one of your passkeys, and its device counts fewer logins than before. It was "
            "reset, or someone has a copy: remove the passkey if you did not reset it."
        ),
    ),
    (PUBLISHER_UNLOCKED, ""): _notice(
        "publisher_unlocked",
        N_("A publisher's second factors were removed"),
        N_(
            "The second factors of another publisher's account were removed on the machine that the portal runs on. "
            "It has one day to set up new ones."
        ),
    ),
    (ADDRESS_CHANGED, ""): _notice(
        "address_changed",
        N_("Your email address was changed"),
        N_("This is the email address of your account from now on. Log in with it; the one before no longer works."),
    ),
    (ADDRESS_RESTORED, ""): _notice(
        "address_restored",
        N_("Your email address was put back"),
        N_(
            "The change of your account's email address was undone with the link in our email. The password and the "
            "second factors are those of before the change, and every device was logged out."
        ),
    ),
    (ADDRESS_CHANGE_STOPPED, ""): _notice(
        "address_change_stopped",
        N_("The change of your address was stopped"),
        N_(
            "The change of your account's email address was stopped with the link in our email. The password and the "
            "second factors are those of before, and every device was logged out."
        ),
    ),
    (NEW_DEVICE, ""): _notice(
        "new_device",
        N_("Login from a new device"),
        N_("Someone logged in to your account in a browser that had not logged in to it before."),
    ),
}
"""The emails that there are, by code and detail."""
