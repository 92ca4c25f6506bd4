"""What is said about texts that are reviewed before readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.messages.message import N_, Message, Plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

AUTHOR_IS_NOT_ACTIVE = Plain(
    "author_is_not_active", N_("This author is not active. The text can be published when they are active again.")
)
NOTE_MISSING = Plain("note_missing", N_("Write what should be changed, so that the author knows"))
REASON_MISSING = Plain("reason_missing", N_("Write why, so that the author knows"))
PUBLISHED_ALREADY = Plain("published_already", N_("This text was published already. Nothing was changed now."))
CHOICE_MISSING = Plain("choice_missing", N_("Choose whose texts are reviewed"))
SUBMITTED = Plain("submitted", N_("Your text waits for review. Readers see it when the publisher publishes it."))
WITHDRAWN = Plain("withdrawn", N_("Your text is withdrawn. It is still here, and no one reviews it."))
WAITS_NO_MORE = Plain("waits_no_more", N_("Your text does not wait for review any more."))
PAGE_SAVED_MEANWHILE = Plain(
    "page_saved_meanwhile", N_("The page was saved in between. This is what readers see now; look again.")
)
POLICY_SAVED = Plain("policy_saved", N_("Saved. It holds from now on."))
RULE_SAVED = Plain("rule_saved", N_("Saved. It holds from this author's next text on."))


@dataclass(frozen=True)
class Published(Message):
    """A publisher published a text."""

    name: str
    code = "review_published_notice"
    text = N_("The text of %(name)s is published. An email tells them.")


@dataclass(frozen=True)
class PublishedEdited(Message):
    """A publisher changed a text and published it."""

    name: str
    code = "review_edited_notice"
    text = N_("The text of %(name)s is published with your changes. An email tells them what you changed.")


@dataclass(frozen=True)
class ChangeWanted(Message):
    """A publisher gave a text back."""

    name: str
    code = "review_change_notice"
    text = N_("%(name)s gets your note by email. Their text comes back here when they submit it again.")


@dataclass(frozen=True)
class Rejected(Message):
    """A publisher refused a text."""

    name: str
    code = "review_rejected_notice"
    text = N_("The text of %(name)s is rejected. They get your note by email.")


@dataclass(frozen=True)
class Over(Message):
    """A text does not wait any more: when that came about, and how."""

    name: str
    at: datetime
    code = "review_over_published"
    text = N_("The text of %(name)s was published already, on %(at)s. Nothing was changed now.")


@dataclass(frozen=True)
class OverReplaced(Over):
    """The author submitted another text."""

    code = "review_over_replaced"
    text = N_("%(name)s submitted another text on %(at)s. Your answer was to the one before; look at this one.")


@dataclass(frozen=True)
class OverWithdrawn(Over):
    """The author withdrew the text."""

    code = "review_over_withdrawn"
    text = N_("%(name)s withdrew the text. Nothing was changed now.")


@dataclass(frozen=True)
class OverChangeWanted(Over):
    """Another publisher asked for a change."""

    code = "review_over_change"
    text = N_("%(name)s was asked for a change already, on %(at)s. Nothing was changed now.")


@dataclass(frozen=True)
class OverRejected(Over):
    """Another publisher refused the text."""

    code = "review_over_rejected"
    text = N_("The text of %(name)s was rejected already, on %(at)s. Nothing was changed now.")


OVER: Final[Mapping[str, type[Over]]] = {
    "published": Over,
    "replaced": OverReplaced,
    "withdrawn": OverWithdrawn,
    "change": OverChangeWanted,
    "rejected": OverRejected,
}
"""By the ``outcome`` of ``errors.ReviewStale``."""
