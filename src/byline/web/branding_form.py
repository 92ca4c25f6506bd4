"""The form of the branding: what a browser sends, and what its fields show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.exceptions import BadRequest

from byline.press.changes import MOST_LINKS, BrandingChange, PictureChange
from byline.press.files import BOXES, is_digest, path
from byline.site import addresses
from byline.web.forms import single
from byline.web.page_form import chosen
from byline.web.pages import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.looks.branding import Branding
    from byline.messages.message import Message

FIELDS = (
    *("site_name", "publisher_name", "contact", "accent", "press_url", "imprint", "imprint_url"),
    *("header_label", "header_url", "logo", "logo_dark", "icon", "logo_kept", "logo_dark_kept", "icon_kept"),
    *("logo_removed", "logo_dark_removed", "icon_removed"),
)
_TEXTS: Final = FIELDS[:7]
_MOST_BYTES: Final = 2_100_000
"""A little more than a logo may have, so that the core sees that it is too large."""


@dataclass(frozen=True, slots=True)
class ChosenPicture:
    """A picture that the form has: its field, what its label says, and where it is, "" for none."""

    field: str
    digest: str
    address: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of the header's links, as it was typed."""

    number: int
    label: str
    url: str


def change() -> BrandingChange:
    """What the form that was sent asks for."""
    labels, urls = request.form.getlist("header_label"), request.form.getlist("header_url")
    if max(len(labels), len(urls)) > MOST_LINKS or "\0" in "".join([*labels, *urls]):
        raise BadRequest
    return BrandingChange(
        texts={name: single(name) for name in _TEXTS},
        links=tuple((row.label, row.url) for row in _rows(labels, urls)),
        pictures={name: _picture(name) for name in BOXES},
    )


def form_of(
    branding: Branding,
    typed: BrandingChange | None = None,
    *,
    faults: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Form:
    """What the fields show: a branding, with the texts as they were ``typed``, if something was."""
    values = {name: str(getattr(branding, name)) for name in _TEXTS}
    values |= {f"{name}_kept": logo.digest if (logo := getattr(branding, name)) else "" for name in BOXES}
    links = [(link.label, link.url) for link in branding.links]
    if typed is not None:
        values |= typed.texts
        links = list(typed.links)
    lists = {"header_label": [label for label, _ in links], "header_url": [url for _, url in links]}
    return Form(values, faults, lists=lists, status=status)


def differences(live: Branding, sent: Branding) -> list[tuple[str, str]]:
    """What is live where a form asks for something else, each with the name of its field; "" for nothing.

    Of a picture it is the address.
    """

    def text(branding: Branding, name: str) -> str:
        if name == "links":
            return "\n".join(f"{link.label}: {link.url}" for link in branding.links)
        if name in BOXES:
            logo = getattr(branding, name)
            return addresses.local(path(logo.digest)) if logo else ""
        return str(getattr(branding, name))

    names = (*_TEXTS, "links", *BOXES)
    return [(name, text(live, name)) for name in names if text(live, name) != text(sent, name)]


def link_rows(form: Form) -> list[LinkRow]:
    """The rows of links, with as many empty ones as there may be more."""
    return _rows(form.lists.get("header_label", []), form.lists.get("header_url", []))


def chosen_pictures(form: Form) -> list[ChosenPicture]:
    """The pictures that the form has."""
    found = []
    for name in BOXES:
        digest = form.values[f"{name}_kept"]
        known = digest if is_digest(digest) else ""
        found.append(ChosenPicture(name, known, addresses.local(path(known)) if known else ""))
    return found


def _rows(labels: list[str], urls: list[str]) -> list[LinkRow]:
    def at(texts: list[str], number: int) -> str:
        return texts[number] if number < len(texts) else ""

    return [LinkRow(number + 1, at(labels, number), at(urls, number)) for number in range(MOST_LINKS)]


def _picture(name: str) -> PictureChange:
    upload = chosen(request.files.getlist(name), _MOST_BYTES)
    return PictureChange(single(f"{name}_kept"), upload, is_removed=bool(single(f"{name}_removed")))
