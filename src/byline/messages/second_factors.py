"""What is said about second factors."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, NN_, Message, Plain

CODE_MISSING = Plain("second_code_missing", N_("Enter the code that your authenticator app shows"))
CODE_WRONG = Plain(
    "second_code_wrong",
    N_("That is not the code of this moment. Wait for the next one; each works once. A recovery code works, too"),
)
CODE_WRONG_AT_SETUP = Plain(
    "second_code_wrong_at_setup",
    N_(
        "The app does not show this code now. Enter the one that it shows, or scan again; a clock that is wrong hinders"
    ),
)
APP_UNREADABLE = Plain(
    "app_unreadable",
    N_("Codes of your app cannot be checked any more, since the portal has another secret key: use a recovery code"),
)
SETUP_OVER = Plain("factor_setup_over", N_("This setup is over: begin it again"))
FACTORS_LATER = Plain(
    "factors_later", N_("Second factors can be set up once this Byline has taken over from the one before it.")
)
GRACE_MALFORMED = Plain("grace_malformed", N_("Give a number of days from 0 to 30"))
OWN_FACTOR_FIRST = Plain(
    "own_factor_first", N_("Set up a second factor for your own account first: then you can ask it of others.")
)
FACTOR_POLICY_SAVED = Plain("factor_policy_saved", N_("Saved. It counts from the next login of each person."))
LOG_IN_AGAIN = Plain("second_step_over", N_("The first step was more than ten minutes ago: log in again."))
AUTHENTICATOR_ADDED = Plain(
    "authenticator_added_notice", N_("From now on logging in asks for a code. All other devices are logged out.")
)
AUTHENTICATOR_REMOVED = Plain(
    "authenticator_removed_notice", N_("The authenticator app is removed. All other devices are logged out.")
)
FACTOR_DUE = Plain("factor_due_notice", N_("Set up a second factor first: it protects the pages of all authors."))
OWN_FACTOR_DUE = Plain("own_factor_due_notice", N_("Set up a second factor first: the press asks it of everyone."))


@dataclass(frozen=True)
class RecoveryCodesLeft(Message):
    """A recovery code was used, and few are left."""

    count: int
    code = "recovery_codes_left"
    text, plural = NN_(
        "%(count)s recovery code is left. Make new ones, and keep them in a safe place.",
        "%(count)s recovery codes are left. Make new ones, and keep them in a safe place.",
    )
