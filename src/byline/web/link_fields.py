"""The rows of links in the form of a page: one ``link_url``, ``link_label``, ``link_network``, … a row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from werkzeug.exceptions import BadRequest

from byline.messages.pages import (
    LinkHandleMalformed,
    LinkIsFediverseHandle,
    LinkIsHandle,
    LinkLabelHasControlCharacter,
    LinkLabelTooLong,
    LinkMalformed,
    LinkWithoutAddress,
    TooManyLinks,
)
from byline.profiles.links import MOST_LINKS
from byline.profiles.model import Link
from byline.richtext import networks, urls
from byline.richtext.invisible import find_unsafe, tidy_line
from byline.web.row_order import ordered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from byline.messages.message import Message

MOST_LABEL = 100
OWN = {"yes": True, "no": False}
"""What ``link_own`` says; anything else says nothing."""
FIELDS = ("link_url", "link_network", "link_label", "link_own", "link_position")
MOST_ROWS = 60
"""Link rows looked at, the empty ones included; more is no form of ours."""


@dataclass(frozen=True, slots=True)
class LinkTexts:
    """A link as it is typed."""

    url: str = ""
    network: str = ""
    label: str = ""
    own: str = ""

    @classmethod
    def of(cls, link: Link) -> LinkTexts:
        """A link as its author finds it in the form."""
        network = networks.network_of(link.url)
        own = next((word for word, own in OWN.items() if own is link.own), "")
        return cls(link.url, network.id if network else "", link.label, own)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed; what is chosen beside it means nothing then."""
        return not (self.url.strip() or self.label.strip())


def link_rows(lists: Mapping[str, list[str]]) -> list[LinkTexts]:
    """The rows of links in a form, in the order that their positions say; empty ones are left out."""
    rows = list(zip_longest(*(lists.get(name, ()) for name in FIELDS), fillvalue=""))
    links = [LinkTexts(*texts) for *texts, _ in rows]
    return [link for link in ordered(links, [position for *_, position in rows]) if not link.is_empty]


def links(sent: MultiDict[str, str], faults: dict[str, Message]) -> tuple[Link, ...] | None:
    """The links in a form, those at fault excepted; ``None`` if it has no rows of links."""
    if not any(name in sent for name in ("link_url", "link_label")):
        return None
    rows = _sent_rows(sent)
    if len(rows) > MOST_LINKS:
        faults["links"] = TooManyLinks(len(rows), MOST_LINKS)
        return ()
    found = [_link(faults, number, row) for number, row in enumerate(rows, 1)]
    return tuple(link for link in found if link is not None)


def _link(faults: dict[str, Message], number: int, row: LinkTexts) -> Link | None:
    label, typed = tidy_line(" ".join(row.label.split())), tidy_line(row.url)
    if not typed:
        faults[f"link_url-{number}"] = LinkWithoutAddress(number)
        return None
    network = networks.named(row.network)
    url = (networks.profile_url(network, typed) if network else None) or urls.typed_url(typed)
    if url is None:
        faults[f"link_url-{number}"] = _what_else(typed, number, network)
    if len(label) > MOST_LABEL:
        faults[f"link_label-{number}"] = LinkLabelTooLong(number, MOST_LABEL)
    if find_unsafe(label) is not None:
        faults[f"link_label-{number}"] = LinkLabelHasControlCharacter(number)
        return None
    return None if url is None else Link(label[:MOST_LABEL], url, OWN.get(row.own))


def _sent_rows(sent: MultiDict[str, str]) -> list[LinkTexts]:
    lists = {name: sent.getlist(name) for name in FIELDS}
    if any(len(values) > MOST_ROWS or "\0" in "".join(values) for values in lists.values()):
        raise BadRequest
    return link_rows(lists)


def _what_else(typed: str, number: int, network: networks.Network | None) -> Message:
    """What is said of an address that is none."""
    if network is not None:
        return LinkHandleMalformed(number, network.name)
    profile = urls.profile_of_handle(typed)
    if profile is None:
        return LinkMalformed(number)
    return LinkIsFediverseHandle(number, profile) if profile else LinkIsHandle(number)
