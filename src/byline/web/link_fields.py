"""The rows of links in the form of a page: one ``link_label``, ``link_url`` and ``link_own`` a row."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from werkzeug.exceptions import BadRequest

from byline.messages.pages import (
    LinkIsFediverseHandle,
    LinkIsHandle,
    LinkLabelHasControlCharacter,
    LinkLabelTooLong,
    LinkMalformed,
    LinkWithoutAddress,
    TooManyLinks,
)
from byline.profiles.model import Link
from byline.richtext import urls
from byline.richtext.invisible import find_unsafe, tidy_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from byline.messages.message import Message

MOST_LINKS = 20
MOST_LABEL = 100
OWN = {"yes": True, "no": False}
"""What ``link_own`` says; anything else says nothing."""
FIELDS = ("link_label", "link_url", "link_own")
MOST_ROWS = 60
"""Link rows looked at, the empty ones included; more is no form of ours."""


def link_rows(lists: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """The rows of links in a form: label, address and whether it is the author's own; empty ones are left out."""
    rows = zip_longest(*(lists.get(name, ()) for name in FIELDS), fillvalue="")
    return [(label, url, own) for label, url, own in rows if label.strip() or url.strip()]


def own_word(link: Link) -> str:
    """What ``link_own`` says of a link."""
    return next((word for word, own in OWN.items() if own is link.own), "")


def links(sent: MultiDict[str, str], faults: dict[str, Message]) -> tuple[Link, ...] | None:
    """The links in a form, those at fault excepted; ``None`` if it has no rows of links."""
    if not any(name in sent for name in FIELDS[:2]):
        return None
    rows = _sent_rows(sent)
    if len(rows) > MOST_LINKS:
        faults["links"] = TooManyLinks(len(rows), MOST_LINKS)
        return ()
    found = []
    tidy = [(tidy_line(" ".join(label.split())), tidy_line(url), own) for label, url, own in rows]
    for number, (label, url, own) in enumerate(tidy, 1):
        if not url:
            faults[f"link_url-{number}"] = LinkWithoutAddress(number)
            continue
        judged = urls.typed_url(url)
        if judged is None:
            faults[f"link_url-{number}"] = _what_else(url, number)
        if len(label) > MOST_LABEL:
            faults[f"link_label-{number}"] = LinkLabelTooLong(number, MOST_LABEL)
        if find_unsafe(label) is not None:
            faults[f"link_label-{number}"] = LinkLabelHasControlCharacter(number)
        elif judged is not None:
            found.append(Link((label or urls.display_text(judged))[:MOST_LABEL], judged, OWN.get(own)))
    return tuple(found)


def _sent_rows(sent: MultiDict[str, str]) -> list[tuple[str, str, str]]:
    lists = {name: sent.getlist(name) for name in FIELDS}
    if any(len(values) > MOST_ROWS or "\0" in "".join(values) for values in lists.values()):
        raise BadRequest
    return link_rows(lists)


def _what_else(url: str, number: int) -> Message:
    """What is said of an address that is none."""
    profile = urls.profile_of_handle(url)
    if profile is None:
        return LinkMalformed(number)
    return LinkIsFediverseHandle(number, profile) if profile else LinkIsHandle(number)
