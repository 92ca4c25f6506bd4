"""What is said of an export that cannot be made as it was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

EXPORT_FORMAT_UNKNOWN = Plain("export_format_unknown", N_("Choose one of the formats"))

NO_ONE_TO_EXPORT = Plain("no_one_to_export", N_("No one in this list is an author who can be exported"))


@dataclass(frozen=True)
class NoSuchAuthor(Message):
    """What someone typed is the email address or page address of no author."""

    typed: str
    code = "no_such_author"
    text = N_("%(typed)s is not the email address or page address of an author")


@dataclass(frozen=True)
class TooManyChosen(Message):
    """More authors are named than are exported one by one."""

    most: int
    code = "too_many_chosen"
    text = N_("Name at most %(most)s authors, or leave this empty for all of them")
