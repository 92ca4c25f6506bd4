"""What is said about passkeys."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, NN_, Message, Plain

PASSKEY_REFUSED = Plain("passkey_refused", N_("That did not work. Try again, or use your password."))
PASSKEY_UNKNOWN = Plain(
    "passkey_unknown", N_("This portal does not know that passkey any more. Use another one, or your password.")
)
PASSKEY_UNVERIFIED = Plain(
    "passkey_unverified",
    N_("Your device did not check that it is you, by a finger, a face or a PIN. Set that up there, and try again."),
)
PASSKEY_NAME_MISSING = Plain("passkey_name_missing", N_("Give the passkey a name"))
PASSKEY_ADDED = Plain("passkey_added_done", N_("The passkey is added. All other devices are logged out."))
PASSKEY_REMOVED = Plain("passkey_removed_done", N_("The passkey is removed. All other devices are logged out."))
PASSKEY_RENAMED = Plain("passkey_renamed_done", N_("The passkey has another name."))


@dataclass(frozen=True)
class TooManyPasskeys(Message):
    """An account has as many passkeys as it may."""

    count: int
    code = "too_many_passkeys"
    text, plural = NN_(
        "You have %(count)s passkey, and that is the most: remove it first.",
        "You have %(count)s passkeys, and that is the most: remove one first.",
    )
