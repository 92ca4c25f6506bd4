"""The publisher's console: its pages, in the order of its navigation. A new page is one more line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.messages import console as labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.messages.message import Message


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the console: what its link says, its endpoint, and the blueprints whose pages stand under it.

    ``count`` names the number beside the link; "": there is none.
    """

    label: Message
    endpoint: str
    blueprints: tuple[str, ...] = ()
    count: str = ""


PAGES: Final = (
    Page(labels.WAITING, "publisher.queue", count="waiting"),
    Page(labels.REVIEWS, "reviews.index", ("reviews",), count="reviews"),
    Page(
        labels.AUTHORS,
        "publisher.authors",
        ("author", "decisions", "handover", "managed_pages", "merging", "questions", "reminders"),
    ),
    Page(labels.INVITATIONS, "invitations.overview", ("invitations",), count="invitations"),
    Page(labels.ACTIVITY, "activity.overview", ("activity",)),
    Page(labels.EXPORT, "exports.export", ("exports", "imports")),
    Page(labels.TEAM, "team.overview", ("team",)),
    Page(labels.SETTINGS, "settings.branding", ("settings",)),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A page as the navigation shows it: ``current`` is the value of ``aria-current``, "" for a page elsewhere."""

    label: Message
    endpoint: str
    current: str
    count: int


def links(endpoint: str, counts: Mapping[str, int]) -> tuple[Link, ...]:
    """The navigation as the page of an endpoint shows it; what ``counts`` does not say has no number."""
    return tuple(Link(page.label, page.endpoint, _current(page, endpoint), counts.get(page.count, 0)) for page in PAGES)


def _current(page: Page, endpoint: str) -> str:
    if endpoint == page.endpoint:
        return "page"
    return "true" if endpoint.partition(".")[0] in page.blueprints else ""
