"""What is said about an author's page: name, page address, biography, links; and the names of its fields."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

OWN_NAME_MISSING = Plain("own_name_missing", N_("Enter your name"))
NAME_MISSING = Plain("name_missing", N_("Enter a name"))
NAME_HAS_DIRECTION = Plain(
    "name_has_direction", N_("The name contains an invisible character that turns its direction; type it again")
)
NAME_STARTS_INVISIBLY = Plain(
    "name_starts_invisibly", N_("The name begins with a line break or an invisible character; take it out")
)
NAME_HAS_NO_LETTER = Plain("name_has_no_letter", N_("The name needs at least one letter"))
NAME_HAS_LINK = Plain("name_has_link", N_("The name contains a web address; there is a place for links on your page"))
SLUG_MISSING = Plain("slug_missing", N_("Enter a page address"))
SLUG_MALFORMED = Plain("slug_malformed", N_("Use only the letters a to z, digits and hyphens in the page address"))
SLUG_TAKEN = Plain("slug_taken", N_("This page address is taken; choose another"))
BIO_HAS_HIDDEN_FORMATTING = Plain(
    "bio_has_hidden_formatting",
    N_("The biography is far too long, or carries too much hidden formatting; paste it without"),
)
BIO_HAS_TOO_MUCH_FORMATTING = Plain(
    "bio_has_too_much_formatting", N_("The biography has too much formatting; take some out")
)
BIO_FORMAT_UNKNOWN = Plain(
    "bio_format_unknown", N_("The form does not say how the biography is written; load the page again")
)


@dataclass(frozen=True)
class NameTooLong(Message):
    """A name with more characters than fit."""

    maximum: int
    code = "name_too_long"
    text = N_("The name is longer than %(maximum)s characters")


@dataclass(frozen=True)
class NameHasInvisible(Message):
    """A name with a character that nobody sees, right ``after`` a word."""

    after: str
    code = "name_has_invisible"
    text = N_("The name contains a line break or an invisible character after “%(after)s”; take it out")


@dataclass(frozen=True)
class SlugTooLong(Message):
    """A page address with more characters than fit."""

    maximum: int
    code = "slug_too_long"
    text = N_("The page address is longer than %(maximum)s characters")


@dataclass(frozen=True)
class SlugReserved(Message):
    """A page address that the site itself needs."""

    slug: str
    code = "slug_reserved"
    text = N_("“%(slug)s” is kept for the site itself; choose another page address")


@dataclass(frozen=True)
class SlugsUsedUp(Message):
    """A page that has moved as often as a page can."""

    maximum: int
    code = "slugs_used_up"
    text = N_("A page can move %(maximum)s times, and this one has; all of its addresses lead here")


@dataclass(frozen=True)
class BioTooLong(Message):
    """A biography with more characters than fit."""

    actual: int
    maximum: int
    code = "bio_too_long"
    text = N_("The biography has %(actual)s characters; at most %(maximum)s fit")


@dataclass(frozen=True)
class BioFarTooLong(Message):
    """A biography so long that it is not even counted."""

    maximum: int
    code = "bio_far_too_long"
    text = N_("The biography is far too long; at most %(maximum)s characters fit")


@dataclass(frozen=True)
class BioHasTooManyLinks(Message):
    """A biography that is a list of links."""

    maximum: int
    code = "bio_has_too_many_links"
    text = N_("The biography has more than %(maximum)s links")


@dataclass(frozen=True)
class TooManyLinks(Message):
    """More rows of links than fit."""

    actual: int
    maximum: int
    code = "too_many_links"
    text = N_("There are %(actual)s links; %(maximum)s is the most")


@dataclass(frozen=True)
class LinkWithoutAddress(Message):
    """A row with a label and no address."""

    number: int
    code = "link_without_address"
    text = N_("Link %(number)s has a text but no address")


@dataclass(frozen=True)
class LinkMalformed(Message):
    """A row whose address leads nowhere."""

    number: int
    code = "link_malformed"
    text = N_("Link %(number)s must be a web or email address, such as https://example.org")


@dataclass(frozen=True)
class LinkIsHandle(Message):
    """A row with the name of a profile on some site."""

    number: int
    code = "link_is_handle"
    text = N_("Link %(number)s is the name of a profile; choose the network that it is on")


@dataclass(frozen=True)
class LinkHandleMalformed(Message):
    """A row with a network chosen, and neither an address nor a name as that network has them."""

    number: int
    network: str
    code = "link_handle_malformed"
    text = N_("Link %(number)s is neither an address nor a name as on %(network)s; copy the address from the browser")


@dataclass(frozen=True)
class LinkIsFediverseHandle(Message):
    """A row with the name of a profile and its site, as Mastodon shows it; ``url`` is where it usually is."""

    number: int
    url: str
    code = "link_is_fediverse_handle"
    text = N_("Link %(number)s is the name of a profile; its address is most likely %(url)s")


@dataclass(frozen=True)
class LinkLabelTooLong(Message):
    """A row whose label is too long."""

    number: int
    maximum: int
    code = "link_label_too_long"
    text = N_("The text of link %(number)s is longer than %(maximum)s characters")


@dataclass(frozen=True)
class LinkLabelHasControlCharacter(Message):
    """A row whose label has something in it that nobody sees."""

    number: int
    code = "link_label_has_control_character"
    text = N_("The text of link %(number)s has a control character in it; type it again")


NAME = Plain("field_name", N_("Name"))
SORT_NAME = Plain("field_sort_name", N_("Name for sorting"))
PAGE_ADDRESS = Plain("field_page_address", N_("Page address"))
BIOGRAPHY = Plain("field_biography", N_("Biography"))
SUMMARY = Plain("field_summary", N_("Short biography"))
BOOKS = Plain("field_books", N_("Books"))
LINKS = Plain("field_links", N_("Links"))
PHOTO = Plain("field_photo", N_("Photo"))
PHOTO_ALT = Plain("field_photo_alt", N_("Text in place of the photo"))
PHOTO_CREDIT = Plain("field_photo_credit", N_("Who took the photo"))
ONLY_ADDRESS_CHANGED = Plain("only_address_changed", N_("Nothing changed but the page address"))
ONE_PHOTO = Plain("one_photo", N_("one photo"))
ANOTHER_PHOTO = Plain("another_photo", N_("another photo"))
CUT_ANOTHER_WAY = Plain("photo_cut_another_way", N_("the photo, cut another way"))
THE_PHOTO = Plain("the_photo", N_("the photo"))
A_PHOTO = Plain("a_photo", N_("a photo"))
NO_PHOTO = Plain("no_photo", N_("no photo"))


@dataclass(frozen=True)
class Changed(Message):
    """What a version changed."""

    fields: tuple[Message, ...]
    code = "changed"
    text = N_("Changed: %(fields)s")


@dataclass(frozen=True)
class AlsoChanged(Message):
    """What a version changed besides the words that are shown."""

    fields: tuple[Message, ...]
    code = "also_changed"
    text = N_("also: %(fields)s")
