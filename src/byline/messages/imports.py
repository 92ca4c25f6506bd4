"""What an import says of the authors that it takes over or leaves out, and of a source that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, Message, Plain

HAS_ACCOUNT = Plain("import_has_account", N_("has an account here already"))
HAS_ACCOUNT_BY_NOW = Plain("import_has_account_by_now", N_("has an account here by now"))
NOT_CONFIRMED_THERE = Plain(
    "import_not_confirmed_there",
    N_("the address was not confirmed there, so no one has proven it: they can register here"),
)
PASSWORD_UNUSABLE = Plain(
    "import_password_unusable", N_("the password cannot be taken over: they choose a new one by email")
)
PASSWORD_OF_RARE_KIND = Plain(
    "import_password_of_rare_kind", N_("the password is of a rare kind: they choose a new one by email")
)
PHOTOS_NOWHERE = Plain("import_photos_nowhere", N_("say with --photos where photos are"))


@dataclass(frozen=True)
class SameMailbox(Message):
    """Two authors have one mailbox; the one in the earlier ``row`` is taken."""

    row: str
    code = "import_same_mailbox"
    text = N_("the same mailbox as row %(row)s")


@dataclass(frozen=True)
class PageAddressTaken(Message):
    """The page gets another address than it had."""

    wanted: str
    given: str
    code = "import_page_address_taken"
    text = N_("the page address %(wanted)s is taken: it is %(given)s")


@dataclass(frozen=True)
class PageAddressTakenMeanwhile(Message):
    """Someone took a page address between the look and the import."""

    wanted: str
    code = "import_page_address_taken_meanwhile"
    text = N_("the page address %(wanted)s was taken meanwhile")


@dataclass(frozen=True)
class NoBiography(Message):
    """A biography is not taken over."""

    why: Message
    code = "import_no_biography"
    text = N_("no biography: %(why)s")


@dataclass(frozen=True)
class NoPhoto(Message):
    """A photo is not taken over."""

    why: Message
    code = "import_no_photo"
    text = N_("no photo: %(why)s")


@dataclass(frozen=True)
class PhotoNotThere(Message):
    """There is no photo where the other system says."""

    location: str
    code = "import_photo_not_there"
    text = N_("%(location)s is not there")


@dataclass(frozen=True)
class NoAuthors(Message):
    """A source has no authors in it."""

    source: str
    code = "no_authors"
    text = N_("%(source)s: there are no authors in it")


@dataclass(frozen=True)
class FileUnreadable(Message):
    """A file cannot be read; ``why`` is what the system says."""

    file: str
    why: str
    code = "file_unreadable"
    text = N_("%(file)s cannot be read: %(why)s")


@dataclass(frozen=True)
class FileTooLarge(Message):
    """A file is larger than is read at once."""

    file: str
    megabytes: int
    code = "file_too_large"
    text = N_("%(file)s is larger than %(megabytes)s MB")


@dataclass(frozen=True)
class NoExport(Message):
    """A file is of another kind."""

    file: str
    code = "no_export"
    text = N_("%(file)s is neither DynamoDB's export nor the answer of `aws dynamodb scan`")
