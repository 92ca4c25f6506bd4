"""What the publisher's lists of authors are, and what they say of each: values and where they stand, no reads.

There is one list of all, one of each state of an account, one of each state of a page, and one of those whose emails
bounce. Each is kept in two orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from byline.accounts.model import State
from byline.profiles import names, summary
from byline.profiles import records as profile_records
from byline.profiles.model import Photo, Slug  # noqa: TC001 - the codec reads the types
from byline.richtext import sanitize
from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.accounts.model import Account
    from byline.profiles.model import Profile
    from byline.store.port import Json, Record

BY_NAME: Final = "listed-by-name"
BY_CHANGE: Final = "listed-by-change"
"""The indexes of the lists: each list's entries stand together, by the name for sorting or by the last change."""
A_YEAR: Final = timedelta(days=365)
"""After so long without a change or a confirmation a page counts as not looked at."""
MOST_BYTES: Final = 1_000
"""Of a place in either index."""
MOST_ENTRIES: Final = 8
"""Of one account: two for each list that it stands in."""
_MOST_BYTES_OF_SORT_KEY: Final = 700  # the port takes 1,000 for the whole
_LONGEST_ABOUT: Final = 90
_LAST: Final = "\U0010ffff"


class PageState(StrEnum):
    """How the page of an author stands who has, or may have, one. One that the press keeps and readers do not see is a
    ``DRAFT``: no one has to be reminded of it.
    """

    NONE = "none"
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    STALE = "stale"


ALL: Final = "state/any"
UNDELIVERABLE: Final = "email/undeliverable"


def of_state(state: State) -> str:
    """The list of the accounts in a state."""
    return f"state/{state.value}"


def of_page(page: PageState) -> str:
    """The list of the active authors whose page stands so."""
    return f"page/{page.value}"


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list says of an author's page, as it was when the entry was made.

    ``page`` is ``None`` where there is none to write: before an approval, and for a publisher who has none.
    ``changed_at`` is when a person last saved the page or confirmed that it is still right, or else when the account
    was decided on or opened.
    """

    account: str
    name: str
    sort_name: str
    page: PageState | None
    changed_at: datetime
    profile: str | None = None
    slug: Slug | None = None
    photo: Photo | None = None
    about: str = ""


_CODEC: Final = Codec(
    Listed,
    outside=("account",),
    optional=("profile", "slug", "photo", "about"),
    nested={"photo": profile_records.PHOTO},
)


def listed(
    account: Account,
    profile: Profile | None,
    now: datetime,
    *,
    has_draft: bool = False,
    in_review: bool = False,
    confirmed_at: datetime | None = None,
) -> Listed:
    """What the list says of an account and its profile. ``in_review``: a text waits for review, whatever is live.
    ``confirmed_at`` is when the author last said that the page is still right.
    """
    changed_at = account.decided_at or account.created_at
    if profile is None:
        return Listed(account.id, account.name, names.sort_name(account.name), None, changed_at)
    content, is_saved = profile.content, profile.number > 0
    looked_at = max(profile.saved_at, confirmed_at or profile.saved_at)
    page = _page_state(profile, looked_at, now, has_draft=has_draft or account.is_managed, in_review=in_review)
    has_page = account.state in {State.ACTIVE, State.MANAGED}
    return Listed(
        account.id,
        content.name,
        content.sort_name,
        page if has_page else None,
        looked_at if is_saved else changed_at,
        profile.id,
        profile.slug if profile.is_published else None,
        content.photo if profile.is_published else None,
        _about(profile) if is_saved else "",
    )


def first_key(account_id: str) -> Key:
    """The entry that says what ``from_record`` reads; the others of an account only name it."""
    return key(account_id, 0)


def from_record(record: Record) -> Listed:
    """What the first entry of an account says."""
    return _CODEC.from_data(record.data, account=record.key.id.partition("/")[0])


def lists_of(account: Account, about: Listed) -> tuple[str, ...]:
    """The lists that an account stands in."""
    page = (of_page(about.page),) if about.page and account.state in {State.ACTIVE, State.MANAGED} else ()
    return (ALL, of_state(account.state), *page, *((UNDELIVERABLE,) if account.is_undeliverable else ()))


def name_key(about: Listed) -> str:
    """Where the name stands in the order of the alphabet, compared code point by code point."""
    return names.sort_key(about.sort_name).encode()[:_MOST_BYTES_OF_SORT_KEY].decode(errors="ignore")


def account_of(record: Record) -> str:
    """Whose entry a record is."""
    return record.key.id.partition("/")[0]


def bounds(name: str) -> tuple[str, str]:
    """Between which texts the entries of a list stand in either index."""
    return f"{name}/", f"{name}/{_LAST}"


def entries_of(account: Account, about: Listed) -> list[tuple[Mapping[str, Json], IndexEntry]]:
    """The entries of an account, two for each list that it stands in; the first has all that the list says."""
    place, change = name_key(about), moment(about.changed_at)
    entries: list[tuple[Mapping[str, Json], IndexEntry]] = []
    for name in lists_of(account, about):
        entries.append(
            (_CODEC.to_data(about) if not entries else {}, IndexEntry(BY_NAME, f"{name}/{place}\t{account.id}"))
        )
        entries.append(({}, IndexEntry(BY_CHANGE, f"{name}/{change}\t{account.id}")))
    return entries


def moment(at: datetime) -> str:
    """A time as it stands in the index by change."""
    return at.isoformat(timespec="milliseconds")


def key(account_id: str, number: int) -> Key:
    """The key of one of the entries of an account, from 0."""
    return Key("listed", f"{account_id}/{number}")


def _page_state(profile: Profile, looked_at: datetime, now: datetime, *, has_draft: bool, in_review: bool) -> PageState:
    if in_review:
        return PageState.REVIEW
    if not profile.is_published:
        return PageState.DRAFT if has_draft else PageState.NONE
    return PageState.STALE if looked_at <= now - A_YEAR else PageState.PUBLISHED


def _about(profile: Profile) -> str:
    text = profile.content.summary or summary.suggestion(sanitize.plain_text(profile.content.bio))
    return text if len(text) <= _LONGEST_ABOUT else text[:_LONGEST_ABOUT].rpartition(" ")[0].rstrip(" ,;:") + "…"
