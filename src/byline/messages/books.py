"""What is said about the books and the short biography of an author's page."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

THE_TITLE = Plain("book_title", N_("The title"))
THE_SUBTITLE = Plain("book_subtitle", N_("The subtitle"))
THE_PUBLISHER = Plain("book_publisher", N_("The publisher"))
SUMMARY_HAS_CONTROL_CHARACTER = Plain(
    "summary_has_control_character", N_("The short biography has a control character in it; type it again")
)


@dataclass(frozen=True)
class SummaryTooLong(Message):
    """A short biography with more characters than fit."""

    actual: int
    maximum: int
    code = "summary_too_long"
    text = N_("The short biography has %(actual)s characters; at most %(maximum)s fit")


@dataclass(frozen=True)
class TooManyBooks(Message):
    """More books than fit."""

    actual: int
    maximum: int
    code = "too_many_books"
    text = N_("There are %(actual)s books; %(maximum)s is the most")


@dataclass(frozen=True)
class BookWithoutTitle(Message):
    """A book of which nobody can tell which one it is."""

    number: int
    code = "book_without_title"
    text = N_("Enter the title or the ISBN of book %(number)s")


@dataclass(frozen=True)
class BookTextTooLong(Message):
    """A title, a subtitle or a publisher's name that is too long; ``part`` says which."""

    number: int
    part: Message
    maximum: int
    code = "book_text_too_long"
    text = N_("Book %(number)s: %(part)s is longer than %(maximum)s characters")


@dataclass(frozen=True)
class BookTextHasControlCharacter(Message):
    """One that has something in it that nobody sees."""

    number: int
    part: Message
    code = "book_text_has_control_character"
    text = N_("Book %(number)s: %(part)s has a control character in it; type it again")


@dataclass(frozen=True)
class BookYearMalformed(Message):
    """A year that is none."""

    number: int
    code = "book_year_malformed"
    text = N_("The year of book %(number)s must be a number such as 2019")


@dataclass(frozen=True)
class IsbnMalformed(Message):
    """An ISBN of another length than ISBNs have."""

    number: int
    code = "isbn_malformed"
    text = N_("The ISBN of book %(number)s must have 10 or 13 digits; it stands beside the bar code")


@dataclass(frozen=True)
class IsbnMisprinted(Message):
    """An ISBN whose digits do not add up."""

    number: int
    code = "isbn_misprinted"
    text = N_("The ISBN of book %(number)s has a wrong digit; compare it with the one on the book")


@dataclass(frozen=True)
class TooManyCovers(Message):
    """More new covers in one save than are developed."""

    maximum: int
    code = "too_many_covers"
    text = N_("At most %(maximum)s new covers can be saved at once; save these, and then the others")


@dataclass(frozen=True)
class CoverNotKept(Message):
    """A chosen cover that the page which comes back cannot hold."""

    number: int
    code = "cover_not_kept"
    text = N_("Choose the cover of book %(number)s again; it was not kept")


BOOKS_TOO_LONG = Plain(
    "books_too_long",
    N_("The books have too much text together: shorten some of their titles or web addresses"),
)
COVER_WITHOUT_BOOK = Plain(
    "cover_without_book",
    N_("A cover was chosen for a book without a title or an ISBN; enter one, and choose the cover again"),
)


@dataclass(frozen=True)
class BookLinkMalformed(Message):
    """A book's link that leads nowhere."""

    number: int
    code = "book_link_malformed"
    text = N_("The link of book %(number)s must be a web address, such as https://example.org")
