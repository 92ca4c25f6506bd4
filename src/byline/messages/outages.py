"""Why something cannot be done now, where a person at a page may meet it and can try again.

Engines that do not answer say so in English, to the log and the operator alone: a page says then that a part of the
site does not answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

CHANGED_MEANWHILE = Plain(
    "changed_meanwhile", N_("Something else was changed at the same moment, so nothing was done. Try again.")
)
DECISION_EMAIL_BEING_SENT = Plain(
    "decision_email_being_sent",
    N_("The email about the decision is being sent at this moment, so nothing was done. Try again."),
)
NO_FREE_PAGE_ADDRESS = Plain("no_free_page_address", N_("No free page address was found. Try again."))
YOUR_PHOTOS_TAKE_TURNS = Plain(
    "your_photos_take_turns",
    N_("Several of your photos are being worked on at this moment. Try again in a minute."),
)
PHOTOS_TAKE_TURNS = Plain(
    "photos_take_turns", N_("Many photos are being worked on at this moment. Try again in a minute.")
)

BOOKS_LATER = Plain(
    "books_later",
    N_("This site is being updated. Books and a short biography can be saved when that is done: try again later."),
)
QUOTATIONS_LATER = Plain(
    "quotations_later",
    N_("This site is being updated. Quotations can be saved when that is done: try again later, or leave them out."),
)
PHOTO_FACTS_LATER = Plain(
    "photo_facts_later",
    N_("This site is being updated. What is said of the photo can be saved when that is done: try again later."),
)
DRAFTS_LATER = Plain(
    "drafts_later", N_("This site is being updated. Drafts can be kept when that is done: try again later.")
)
INVITATIONS_LATER = Plain(
    "invitations_later",
    N_("This site is being updated. Authors can be invited when that is done: try again later."),
)
MANAGED_PAGES_LATER = Plain(
    "managed_pages_later",
    N_("The site is being upgraded, and until that is done no author page can be added. Try again soon."),
)
REVIEWS_LATER = Plain(
    "reviews_later",
    N_("This site is being updated. Texts can be reviewed when that is done: try again later."),
)
REDIRECTS_LATER = Plain(
    "redirects_later", N_("This site is being updated. Redirects can be ended when that is done: try again later.")
)


@dataclass(frozen=True)
class NoFreePageAddressFor(Message):
    """No page address was found for an author who is imported; ``row`` is where they stand."""

    row: str
    code = "no_free_page_address_for_row"
    text = N_("No free page address was found for row %(row)s.")


IMPORT_HAS_BEGUN = Plain("import_has_begun", N_("Another import has just begun."))
