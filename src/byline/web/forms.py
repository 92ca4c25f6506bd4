"""From what a browser sent to what a use case takes: one function a form, faults collected field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flask import request
from werkzeug.exceptions import BadRequest

from byline.accounts import addresses
from byline.accounts.policy import check_password
from byline.errors import Invalid
from byline.messages.accounts import PASSWORD_MISSING
from byline.profiles import names
from byline.web.context import ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import MultiDict

    from byline.accounts.model import Address
    from byline.messages.message import Message

T = TypeVar("T")


def single(name: str) -> str:
    """One field of the form, "" if it was not sent. Doubled, or with NUL or lone surrogates in it: 400."""
    return single_of(request.form, name)


def single_of(sent: MultiDict[str, str], name: str) -> str:
    """The same of fields that were kept."""
    values = sent.getlist(name)
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
    name = tried(faults, lambda: names.clean_name(single("author_name")))
    address = tried(faults, lambda: addresses.normalise(single("author_email")))
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
    name = tried(faults, lambda: names.clean_name(single("author_name")))
    if name is None:
        _check_password(faults, "new_password")
        raise Invalid(faults)
    return name, single("new_password")


def address() -> Address:
    """``author_email``."""
    return addresses.normalise(single("author_email"))


def _check_password(faults: dict[str, Message], field: str, name: str = "", address: str = "") -> None:
    tried(faults, lambda: check_password(single(field), ports().site, field=field, name=name, address=address))


def tried(faults: dict[str, Message], make: Callable[[], T]) -> T | None:
    """What ``make`` makes; ``None`` if it is refused, and the reasons among the ``faults``."""
    try:
        return make()
    except Invalid as fault:
        faults.update(fault.faults)
        return None
