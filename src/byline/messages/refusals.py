"""What the page of a refusal says where no form says more."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

FORM_REFUSED = Plain("form_refused", N_("Something in the form is not as it should be."))
LINK_DEAD = Plain("link_dead", N_("The confirmation link is either invalid or expired."))
REVIEW_OVER = Plain("review_over", N_("This text does not wait for review any more."))
DRAFT_SAVED_IN_BETWEEN = Plain("draft_saved_in_between", N_("The draft was changed in another place."))
SAVED_IN_BETWEEN = Plain("page_saved_in_between", N_("Someone saved in between."))
DECIDED_BEFORE = Plain("decided_already", N_("This was already decided."))

FORM_UNREADABLE = Plain(
    "form_unreadable",
    N_(
        "Part of the form could not be read, so nothing was done. What you typed is still here: look at it, then send "
        "it again."
    ),
)
FORM_AFTER_FAULT = Plain(
    "form_after_fault",
    N_(
        "Something went wrong here. The fault is on our side, and it was recorded. What you typed is still here: send "
        "it again, and tell us if it happens twice."
    ),
)
FORM_AFTER_OUTAGE = Plain(
    "form_after_outage",
    N_("A part of this site does not answer. What you typed is still here: wait a minute, then send it again."),
)
FROM_ANOTHER_SITE = Plain(
    "from_another_site", N_("Your browser says that another site sent this, so nothing was done.")
)
LOADED_BY_ANOTHER_SITE = Plain(
    "loaded_by_another_site",
    N_("Your browser says that another site loads this page as a part of its own. Open the page by its address."),
)
WITHOUT_COOKIE = Plain(
    "without_cookie",
    N_(
        "Your browser did not send the cookie that belongs to this form, so nothing was done. Cookies are blocked or "
        "were deleted, or the page was open for more than 12 hours. Allow cookies for this site, then send the form "
        "again."
    ),
)
OF_EARLIER_SESSION = Plain(
    "of_earlier_session",
    N_(
        "This form was opened before you last logged in or out in this browser, perhaps in another tab. Nothing was "
        "done with it yet: send it again."
    ),
)


@dataclass(frozen=True)
class LoggedInMeanwhile(Message):
    """A form was opened before the session that its browser has now."""

    address: str
    code = "logged_in_meanwhile"
    text = N_(
        "%(address)s was logged in to this browser after you had opened this form, perhaps in another tab. Nothing was "
        "done with it yet. If you mean another account, log out first."
    )


@dataclass(frozen=True)
class AtAnotherAddress(Message):
    """The portal was opened at an address that is not its own."""

    url: str
    code = "at_another_address"
    text = N_(
        "You opened this site at another address than its own, so nothing was done. Open %(url)s and do it there; if "
        "a link of this site led you here, tell us."
    )
