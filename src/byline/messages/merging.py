"""What is said of merging two pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from byline.messages.message import N_, Message, Plain

NO_SUCH_PAGE = Plain("merge_no_such_page", N_("There is no such page; choose one from the list"))
SAME_PAGE = Plain("merge_same_page", N_("This is the same page: choose another one"))
AUTHOR_NOT_ACTIVE = Plain(
    "merge_author_not_active", N_("The account of this author is not active; choose another page")
)
NOT_KEPT_BY_PRESS = Plain(
    "merge_not_kept_by_press", N_("Only a page that the press keeps is merged into another one: exchange the two")
)
CHOICE_UNKNOWN = Plain("merge_choice_unknown", N_("Choose for each field what stays"))
TOO_LATE_TO_UNDO_MERGE = Plain(
    "too_late_to_undo_merge",
    N_("This merge cannot be undone any more: the page was saved since, or it was over thirty days ago."),
)
FIELDS: Final = {
    "name": Plain("merge_name", N_("Name")),
    "summary": Plain("merge_summary", N_("Short biography")),
    "biography": Plain("merge_biography", N_("Biography")),
    "photo": Plain("merge_photo", N_("Photo")),
    "books": Plain("merge_books", N_("Books")),
    "links": Plain("merge_links", N_("Links")),
}
"""How the fields that are chosen are called."""


@dataclass(frozen=True)
class _About(Message):
    """Something about a page, by the name on it."""

    name: str


class Merged(_About):
    """Two pages are one."""

    code = "pages_merged"
    text = N_("The two pages of %(name)s are one now. The other address leads here.")


class MergeUndone(_About):
    """A merge was taken back."""

    code = "merge_was_undone"
    text = N_("The merge is undone: the page of %(name)s is here again as it was.")
