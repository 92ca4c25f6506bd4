"""What is said about accounts: email addresses, passwords, codes, links, and what a decision was."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, NN_, Message, Plain

EMAIL_MISSING = Plain("email_missing", N_("Enter your email address"))
EMAIL_MALFORMED = Plain("email_malformed", N_("An email address has a name, an @ and a domain"))
EMAIL_HAS_SEVERAL = Plain("email_has_several", N_("There is more than one @; enter one email address"))
EMAIL_HAS_SPACE = Plain("email_has_space", N_("There is a space in the email address; take it out"))
EMAIL_WITHOUT_NAME = Plain("email_without_name", N_("Something is missing before the @"))
EMAIL_WITHOUT_DOMAIN = Plain("email_without_domain", N_("Something is missing after the @, such as example.org"))
EMAIL_NAME_MALFORMED = Plain(
    "email_name_malformed", N_("Mail servers do not take the part before the @; look for a wrong dot or character")
)
EMAIL_TAKEN = Plain("email_taken", N_("That email address is already in use."))
EMAIL_UNCHANGED = Plain("email_unchanged", N_("This is the address you registered with; the email went there"))
PASSWORD_MISSING = Plain("password_missing", N_("Choose a password"))
PASSWORD_COMMON = Plain("password_common", N_("Attackers try this password first; choose another"))
PASSWORD_KEYBOARD = Plain(
    "password_keyboard", N_("Neighbouring keys are easy to guess; several unrelated words are better")
)
PASSWORD_REPEATS = Plain("password_repeats", N_("Repetitions are easy to guess; several unrelated words are better"))
PASSWORD_SEQUENCE = Plain(
    "password_sequence", N_("Sequences such as abc or 6543 are easy to guess; several unrelated words are better")
)
PASSWORD_HAS_DATES = Plain(
    "password_has_dates", N_("Dates and years are easy to guess; several unrelated words are better")
)
PASSWORD_HAS_NAMES = Plain("password_has_names", N_("Names are easy to guess; several unrelated words are better"))
PASSWORD_GUESSABLE = Plain(
    "password_guessable", N_("This is made of a few common words or patterns, and easy to guess; add unrelated words")
)
PASSWORD_IS_NAME = Plain("password_is_name", N_("Your password must not be your name or address"))
OLD_PASSWORD_MISSING = Plain("old_password_missing", N_("Enter your password"))
OLD_PASSWORD_WRONG = Plain("old_password_wrong", N_("This is not your password"))
REGISTERED_PASSWORD_WRONG = Plain("registered_password_wrong", N_("This is not the password you registered with"))
CREDENTIALS_WRONG = Plain("credentials_wrong", N_("The email address or the password is not right"))
CODE_WRONG = Plain("code_wrong", N_("That code does not match or is over 10 minutes old; you can ask for a new one"))
CODE_MALFORMED = Plain("code_malformed", N_("The code has six digits, and nothing else; this was not counted as a try"))
NAME_OF_PUBLISHER_MISSING = Plain("publisher_name_missing", N_("Give the name of the new publisher: --name 'Ana Lima'"))

LINK_EXPIRED = Plain("link_expired", N_("It has expired."))
LINK_REPLACED = Plain("link_replaced", N_("It was replaced, or its address has an account by now."))
LINK_EXPIRED_OR_REPLACED = Plain(
    "link_expired_or_replaced", N_("It has expired, or it was replaced by a newer registration.")
)
LINK_USED = Plain("link_used", N_("It was used, or your password was changed since."))
LINK_REVOKED = Plain("link_revoked", N_("The invitation was taken back."))
INVITATION_RENEWED = Plain("invitation_has_newer_link", N_("A newer email has another link: use that one."))
INVITATION_ACCEPTED = Plain("invitation_accepted_link", N_("The invitation was accepted: log in with your password."))
LINK_USED_JUST_NOW = Plain("link_used_just_now", N_("It was used at the same moment."))
ALREADY_CONFIRMED = Plain("already_confirmed", N_("This address is already confirmed: log in to go on."))
ACCOUNT_EXISTS = Plain(
    "account_exists", N_("The address has an account by now: log in, or choose a new password by email.")
)
PUBLISHER_EXISTS = Plain("publisher_exists", N_("There is a publisher already: log in instead."))


@dataclass(frozen=True)
class EmailHasCharacter(Message):
    """An email address with a character that no address has."""

    character: str
    code = "email_has_character"
    text = N_("An email address cannot contain “%(character)s”; take it out")


@dataclass(frozen=True)
class EmailDomainMalformed(Message):
    """An email address that does not end in a domain."""

    domain: str
    code = "email_domain_malformed"
    text = N_("“%(domain)s” is not a domain; after the @ comes one such as example.org")


@dataclass(frozen=True)
class EmailTooLong(Message):
    """An email address longer than any mail server takes."""

    maximum: int
    code = "email_too_long"
    text = N_("The address is longer than %(maximum)s characters")


@dataclass(frozen=True)
class PasswordTooShort(Message):
    """A new password with fewer characters than this site asks for."""

    minimum: int
    actual: int
    code = "password_too_short"
    text = N_("Use %(minimum)s characters or more; yours has %(actual)s")


@dataclass(frozen=True)
class PasswordTooLong(Message):
    """A new password with more characters than can be checked."""

    maximum: int
    actual: int
    code = "password_too_long"
    text = N_("Use %(maximum)s characters or fewer; yours has %(actual)s")


@dataclass(frozen=True)
class Wait(Message):
    """Too many tries: come back in ``count`` minutes."""

    count: int
    code = "wait"
    text, plural = NN_("Wait %(count)s minute, then try again", "Wait %(count)s minutes, then try again")


@dataclass(frozen=True)
class WaitOrUseLink(Message):
    """Too many codes: come back in ``count`` minutes, or follow the link."""

    count: int
    code = "wait_or_use_link"
    text, plural = NN_(
        "Wait %(count)s minute, then try again; the link in the email works meanwhile",
        "Wait %(count)s minutes, then try again; the link in the email works meanwhile",
    )


@dataclass(frozen=True)
class PromoteInstead(Message):
    """The first publisher's address has an account: only the operator can promote it."""

    address: str
    code = "promote_instead"
    text = N_("It has an account: promote it with byline publisher add %(address)s")


@dataclass(frozen=True)
class PasswordStays(Message):
    """The operator gave a password for an account that has one."""

    address: str
    code = "password_stays"
    text = N_("%(address)s has an account: leave out --password-stdin; its password stays")


@dataclass(frozen=True)
class SuspendedCannotBePublisher(Message):
    """The operator makes a publisher of somebody who is suspended."""

    address: str
    code = "suspended_cannot_be_publisher"
    text = N_("%(address)s is suspended: restore the account first")


@dataclass(frozen=True)
class NotAPublisher(Message):
    """The operator acts on a publisher who is none."""

    address: str
    code = "not_a_publisher"
    text = N_("%(address)s is not a publisher's address")


@dataclass(frozen=True)
class NotSuspended(Message):
    """The operator restores a publisher who is not suspended."""

    address: str
    state: str
    code = "not_suspended"
    text = N_("%(address)s is not suspended: the account is %(state)s.")


@dataclass(frozen=True)
class NotConfirmedYet(Message):
    """The operator approves a registration whose address is not confirmed."""

    address: str
    code = "not_confirmed_yet"
    text = N_("%(address)s has not confirmed yet")


@dataclass(frozen=True)
class NotWaiting(Message):
    """The operator approves an account that is not waiting."""

    address: str
    state: str
    code = "not_waiting"
    text = N_("%(address)s is not waiting: the account is %(state)s.")


NOTE_HAS_CONTROL_CHARACTER = Plain(
    "note_has_control_character", N_("The note has a control character in it; type it again")
)


@dataclass(frozen=True)
class NoteTooLong(Message):
    """A note to an author that no email should carry."""

    maximum: int
    code = "note_too_long"
    text = N_("The note is longer than %(maximum)s characters")
