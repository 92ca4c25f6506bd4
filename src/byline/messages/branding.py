"""What is said about the looks that a publisher gives the site: its name, logo, colour, links and imprint."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

LOGO_DAMAGED = Plain("logo_damaged", N_("This logo cannot be read; save it again as a PNG or a plain SVG"))
LOGO_TOO_HEAVY = Plain(
    "logo_too_heavy", N_("This logo takes too much time or memory to open; save it as a PNG, at most 2,000 pixels wide")
)
LOGO_EMPTY = Plain("logo_empty", N_("There is nothing to see in this logo: all of it is transparent"))
LOGO_HAS_TEXT = Plain(
    "logo_has_text",
    N_(
        "This SVG has text or a picture inside, which would look different here; turn its text into paths in your "
        "drawing program, or choose a PNG"
    ),
)
LOGO_OF_OTHER_KIND = Plain("logo_of_other_kind", N_("Choose a PNG, an SVG or a WebP file"))
LOGO_LOST = Plain("logo_lost", N_("Choose this file again; it was not kept"))
WAITING_TIME_LATER = Plain(
    "waiting_time_later",
    N_("This site is being updated. The usual waiting time can be set when that is done: try again later."),
)
DAYS_MALFORMED = Plain("days_malformed", N_("Enter a number of days from 1 to 365"))
WAITING_TIME_SAVED = Plain("waiting_time_saved", N_("The usual waiting time is saved."))
BRANDING_CHANGED_IN_BETWEEN = Plain(
    "branding_changed_in_between",
    N_(
        "Another publisher changed these settings while you had them open. What you typed is still here; saving again "
        "replaces what is saved now."
    ),
)
BRANDING_TEXT_HAS_CONTROL_CHARACTER = Plain(
    "branding_text_has_control_character", N_("There is a control character in this text; type it again")
)
NOT_A_WEB_ADDRESS = Plain("not_a_web_address", N_("Write a complete web address that begins with https://"))
CONTACT_MALFORMED = Plain("contact_malformed", N_("Write one email address, such as office@example.org"))
CONTACT_NOT_PLAIN = Plain(
    "contact_not_plain",
    N_("Write an address with plain letters before the @: many mail servers refuse emails with any others"),
)
ACCENT_MALFORMED = Plain(
    "accent_malformed", N_("Write the colour as six digits or letters from a to f after a #, such as #8a2f1d")
)


@dataclass(frozen=True)
class LogoTooLarge(Message):
    """A logo with more bytes than are taken."""

    megabytes: int
    code = "logo_too_large"
    text = N_("The file is larger than %(megabytes)s MB; choose a smaller one")


@dataclass(frozen=True)
class LogoTooSmall(Message):
    """A logo with fewer pixels than can be shown."""

    pixels: int
    code = "logo_too_small"
    text = N_("The picture is smaller than %(pixels)s pixels; choose a larger one")


@dataclass(frozen=True)
class LogoTooNarrow(Message):
    """A logo that would be a line."""

    times: int
    code = "logo_too_narrow"
    text = N_("One side of the picture is more than %(times)s times the other; choose another one")


@dataclass(frozen=True)
class BrandingTextTooLong(Message):
    """A text with more characters than are taken."""

    most: int
    code = "branding_text_too_long"
    text = N_("Use at most %(most)s characters")


@dataclass(frozen=True)
class HeaderLinkWithoutAddress(Message):
    """A link in the header with words and no address."""

    number: int
    code = "header_link_without_address"
    text = N_("Link %(number)s has no address; write one that begins with https://, or empty the row")


@dataclass(frozen=True)
class HeaderLinkWithoutLabel(Message):
    """A link in the header with an address and no words."""

    number: int
    code = "header_link_without_label"
    text = N_("Link %(number)s has no words; write what readers press")


@dataclass(frozen=True)
class HeaderLinkMalformed(Message):
    """A link in the header whose address is none."""

    number: int
    code = "header_link_malformed"
    text = N_("The address of link %(number)s is not one that begins with https://")


@dataclass(frozen=True)
class AccentAdjusted(Message):
    """A colour that could not be read, with what is used in its place."""

    typed: str
    light: str
    dark: str
    code = "accent_adjusted"
    text = N_(
        "Text in %(typed)s could not be read well on every ground, so it is shown as %(light)s on light screens and "
        "as %(dark)s on dark ones."
    )
