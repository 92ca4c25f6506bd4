"""From what a browser sent to what a use case takes: one function a form, faults collected field by field."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from flask import request
from werkzeug.exceptions import BadRequest

from byline.accounts import addresses
from byline.accounts.policy import check_password
from byline.errors import Invalid
from byline.messages.accounts import PASSWORD_MISSING
from byline.messages.pages import (
    PHOTO_NOT_KEPT,
    LinkIsFediverseHandle,
    LinkIsHandle,
    LinkLabelHasControlCharacter,
    LinkLabelTooLong,
    LinkMalformed,
    LinkWithoutAddress,
    PhotoTooLarge,
    TooManyLinks,
)
from byline.profiles import biography, names, slugs
from byline.profiles.editing import PageChange
from byline.profiles.model import Link
from byline.richtext import urls
from byline.richtext.invisible import find_unsafe, tidy_line
from byline.web.context import ports, web_context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.accounts.model import Address
    from byline.messages.message import Message

MOST_LINKS = 20
MOST_LABEL = 100
MOST_BYTES_PHOTO = 20_000_000
"""The largest photo, where the server takes as much. Amazon's gateway does not (``aws/handler.py``)."""
OWN = {"yes": True, "no": False}
"""What ``link_own`` says; anything else says nothing."""
_LINK_FIELDS = ("link_label", "link_url", "link_own")
MOST_ROWS = 60
"""Link rows looked at, the empty ones included; more is no form of ours."""

T = TypeVar("T")


def single(name: str) -> str:
    """One field of the form, "" if it was not sent. Doubled, or with NUL or lone surrogates in it: 400."""
    values = request.form.getlist(name)
    if len(values) > 1:
        raise BadRequest
    value = values[0] if values else ""
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadRequest
    return value


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody registers with; the password is judged by the use case."""

    address: Address
    name: str
    password: str


def registration() -> Registration:
    """``author_email``, ``author_name``, ``author_password``; ``Invalid`` names every field at fault."""
    faults: dict[str, Message] = {}
    name = _tried(faults, lambda: names.clean_name(single("author_name")))
    address = _tried(faults, lambda: addresses.normalise(single("author_email")))
    password = single("author_password")
    if not password:
        faults["author_password"] = PASSWORD_MISSING
    elif faults:  # said with the others; alone, the use case says it
        _check_password(faults, "author_password", name or "", address or "")
    if faults or name is None or address is None:
        raise Invalid(faults)
    return Registration(address, name, password)


def name_and_password() -> tuple[str, str]:
    """``author_name`` and ``new_password``, for an account that is opened by a link; ``Invalid`` names both."""
    faults: dict[str, Message] = {}
    name = _tried(faults, lambda: names.clean_name(single("author_name")))
    if name is None:
        _check_password(faults, "new_password")
        raise Invalid(faults)
    return name, single("new_password")


def address() -> Address:
    """``author_email``."""
    return addresses.normalise(single("author_email"))


def link_rows(lists: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """The rows of links in a form: label, address and whether it is the author's own; empty ones are left out."""
    rows = zip_longest(*(lists.get(name, ()) for name in _LINK_FIELDS), fillvalue="")
    return [(label, url, own) for label, url, own in rows if label.strip() or url.strip()]


def own_word(link: Link) -> str:
    """What ``link_own`` says of a link."""
    return next((word for word, own in OWN.items() if own is link.own), "")


def page_change() -> PageChange:
    """The fields of an author's page that were sent; ``Invalid`` names every field at fault."""
    faults: dict[str, Message] = {}
    name = _tried(faults, lambda: names.clean_name(single("author_name"))) if _sent("author_name") else None
    sort_name = _tried(faults, _sort_name) if _sent("author_sort_name") else None
    slug = _tried(faults, lambda: slugs.valid(single("author_slug"))) if _sent("author_slug") else None
    bio = (
        _tried(faults, lambda: biography.from_form(single("author_bio"), single("bio_format") or "markdown"))
        if _sent("author_bio")
        else None
    )
    links = _links(faults) if _sent("link_label") or _sent("link_url") else None
    upload, most = _upload(), web_context().most_bytes_photo
    if upload is not None and len(upload) > most:
        faults["profile_img"] = PhotoTooLarge(most // 1_000_000)
    if faults:
        raise Invalid(faults)
    return PageChange(
        name=name,
        sort_name=sort_name,
        slug=slug,
        bio=bio,
        links=links,
        upload=upload,
        remove_photo=bool(single("remove_img")) and upload is None,
    )


def is_too_large(faults: Mapping[str, Message]) -> bool:
    """Whether a photo is at fault for its size: 413 instead of 422."""
    photo = faults.get("profile_img")
    return photo is not None and photo.code == PhotoTooLarge.code


def also_the_photo(faults: Mapping[str, Message]) -> dict[str, Message]:
    """The faults of a form, and that its photo has to be chosen again: the page that comes back cannot hold it."""
    if "profile_img" in faults or not any(file.filename for file in request.files.getlist("profile_img")):
        return dict(faults)
    return {**faults, "profile_img": PHOTO_NOT_KEPT}


def seen() -> int | None:
    """The number of the version that a form was made from; ``None`` if it does not say."""
    text = single("seen")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):  # noqa: PLR2004
        raise BadRequest
    return int(text)


def _sent_rows() -> list[tuple[str, str, str]]:
    lists = {
        "link_label": request.form.getlist("link_label"),
        "link_url": request.form.getlist("link_url"),
        "link_own": request.form.getlist("link_own"),
    }
    if any(len(values) > MOST_ROWS or "\0" in "".join(values) for values in lists.values()):
        raise BadRequest
    return link_rows(lists)


def _sent(name: str) -> bool:
    return name in request.form


def _upload() -> bytes | None:
    files = request.files.getlist("profile_img")
    if len(files) > 1:
        raise BadRequest
    if not files or not files[0].filename:
        return None  # no file chosen: the photo stays
    return files[0].stream.read(web_context().most_bytes_photo + 1)


def _sort_name() -> str:
    text = single("author_sort_name")
    return names.clean_name(text, field="author_sort_name") if tidy_line(text) else ""


def _links(faults: dict[str, Message]) -> tuple[Link, ...]:
    rows = _sent_rows()
    if len(rows) > MOST_LINKS:
        faults["links"] = TooManyLinks(len(rows), MOST_LINKS)
        return ()
    links = []
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
        if judged is not None:
            links.append(Link(label or urls.display_text(judged), judged, OWN.get(own)))
    return tuple(links)


def _check_password(faults: dict[str, Message], field: str, name: str = "", address: str = "") -> None:
    _tried(faults, lambda: check_password(single(field), ports().site, field=field, name=name, address=address))


def _what_else(url: str, number: int) -> Message:
    """What is said of an address that is none."""
    profile = urls.profile_of_handle(url)
    if profile is None:
        return LinkMalformed(number)
    return LinkIsFediverseHandle(number, profile) if profile else LinkIsHandle(number)


def _tried(faults: dict[str, Message], make: Callable[[], T]) -> T | None:
    try:
        return make()
    except Invalid as fault:
        faults.update(fault.faults)
        return None
