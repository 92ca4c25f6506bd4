"""What an import of a CSV file says of the file, and of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

TABLE_MISSING = Plain("table_missing", N_("Choose a CSV file"))
TABLE_EMPTY = Plain("table_empty", N_("The file has no rows below the names of the columns"))
TABLE_UNREADABLE = Plain("table_unreadable", N_("The file cannot be read as a table: save it as CSV"))
NO_COLUMN_FINDS_AUTHORS = Plain(
    "no_column_finds_authors",
    N_("The file has neither a column “email” nor a column “page_address”: name them in the first row"),
)
READ_AS_WINDOWS_1252 = Plain(
    "read_as_windows_1252",
    N_("The file is not UTF-8 and was read as Windows-1252: see whether accents and quotation marks are right"),
)
ROW_TOO_LONG = Plain("row_too_long", N_("The row has more cells than there are columns"))
ROW_FINDS_NO_ONE = Plain("row_finds_no_one", N_("No author has this page address, and there is no name for a new page"))
ROW_WITHOUT_ADDRESS = Plain(
    "row_without_address", N_("The row has neither an email address nor a page address nor a name")
)
NAME_ELSEWHERE = Plain(
    "name_elsewhere", N_("Someone of this name is here already, at another page address: look twice")
)
NEW_PAGE_HAS_WORDS = Plain("new_page_has_words", N_("Kept by the press: readers see it once it is imported"))
NEW_PAGE_IS_EMPTY = Plain("new_page_is_empty", N_("Kept by the press: readers see it once you write and publish it"))
ROW_NAMES_TWO = Plain("row_names_two", N_("The email address and the page address are those of two authors"))
NOT_ACTIVE = Plain("import_not_active", N_("Is not an active author"))
CHANGED_SINCE_SHOWN = Plain("changed_since_shown", N_("Has changed since the table was shown: import the file again"))
BEGINS_PAGE = Plain("begins_page", N_("Their page is published by this"))
PAGE_ADDRESS_STAYS = Plain("page_address_stays", N_("The page address stays as it is: change it in the editor"))
EMAIL_STAYS = Plain("email_stays", N_("The email address stays as it is"))


@dataclass(frozen=True)
class TableTooLarge(Message):
    """A file of more than is imported at once."""

    kilobytes: int
    rows: int
    code = "table_too_large"
    text = N_(
        "The file has more than %(kilobytes)s KB or %(rows)s rows: import it in parts, or with the command "
        "“byline import authors”"
    )


@dataclass(frozen=True)
class ColumnTwice(Message):
    """Two columns have one name."""

    column: str
    code = "column_twice"
    text = N_("Two columns are called “%(column)s”")


@dataclass(frozen=True)
class ColumnUnknown(Message):
    """A column has a name that means nothing here."""

    column: str
    code = "column_unknown"
    text = N_("The column “%(column)s” is not known, and was left out")


@dataclass(frozen=True)
class ColumnsMissing(Message):
    """Columns that an export has are not in the file."""

    columns: str
    code = "columns_missing"
    text = N_("Not in the file, so it stays as it is: %(columns)s")


@dataclass(frozen=True)
class ColumnsLeft(Message):
    """Columns of an export that an import does not read."""

    columns: str
    code = "columns_left"
    text = N_("In the file, but an import changes none of it: %(columns)s")


@dataclass(frozen=True)
class SameAuthorAsRow(Message):
    """Two rows are about one author; the earlier one is taken."""

    row: int
    code = "same_author_as_row"
    text = N_("The same author as row %(row)s")


@dataclass(frozen=True)
class NameIsHere(Message):
    """A row without an address has the name of somebody who is here."""

    page_address: str
    code = "name_is_here"
    text = N_(
        "The page address %(page_address)s is taken: write it into the row if this is the same person, else another one"
    )


@dataclass(frozen=True)
class PageWillBeAt(Message):
    """Where a page will be that a row adds."""

    page_address: str
    code = "page_will_be_at"
    text = N_("At the page address %(page_address)s")


@dataclass(frozen=True)
class PageIsAt(Message):
    """Where a page is that a row added."""

    page_address: str
    code = "page_is_at"
    text = N_("Is at the page address %(page_address)s")
