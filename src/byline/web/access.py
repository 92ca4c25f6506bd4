"""Who may do what: one table, read by the gate before every view and by the test that walks every route.

A route that is not in the table answers 404 to everybody: closed until it says otherwise (ASVS 8.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import request
from flask.globals import request_ctx

from byline.accounts.password import old_password_counter
from byline.accounts.session_cookies import author_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.exceptions import MethodNotAllowed

    from byline.accounts.session_cookies import Subject
    from byline.store.port import Key


class Who(Enum):
    """Everybody there can be. Declined and suspended people have no session: they are nobody."""

    NOBODY = "nobody"
    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    AUTHOR = "author"
    PUBLISHER = "publisher"


class Answer(Enum):
    """What somebody gets who asks for a page."""

    PASS = "the page"  # noqa: S105 - no password
    LOGIN = "302 to the log-in, and back afterwards"
    GATE = "403 and what they wait for"
    HOME = "303 to the own page"
    HIDDEN = "404, like any address that is none"
    RESUME = "the same 404; but a form of a publisher's that outlived their session learns what becomes of its text"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. ``also`` names the records a page needs besides the visitor's own, for the same read.

    ``upload``: the page takes a photo, so its form may be larger.
    """

    answers: Mapping[Who, Answer]
    also: Callable[[Subject], tuple[Key, ...]] | None = None
    upload: bool = False


def _row(
    *, nobody: Answer, unconfirmed: Answer, waiting: Answer, author: Answer, publisher: Answer
) -> Mapping[Who, Answer]:
    return MappingProxyType(
        {
            Who.NOBODY: nobody,
            Who.UNCONFIRMED: unconfirmed,
            Who.WAITING: waiting,
            Who.AUTHOR: author,
            Who.PUBLISHER: publisher,
        }
    )


_PASS, _LOGIN, _GATE, _HOME = Answer.PASS, Answer.LOGIN, Answer.GATE, Answer.HOME
_HIDDEN, _RESUME = Answer.HIDDEN, Answer.RESUME

EVERYBODY = _row(nobody=_PASS, unconfirmed=_PASS, waiting=_PASS, author=_PASS, publisher=_PASS)
OWN_PAGE = _row(nobody=_LOGIN, unconfirmed=_GATE, waiting=_GATE, author=_PASS, publisher=_PASS)
TO_CONFIRM = _row(nobody=_LOGIN, unconfirmed=_PASS, waiting=_HOME, author=_HOME, publisher=_HOME)
LETTER_AGAIN = _row(nobody=_LOGIN, unconfirmed=_PASS, waiting=_HOME, author=_HOME, publisher=_PASS)
BEFORE_APPROVAL = _row(nobody=_LOGIN, unconfirmed=_PASS, waiting=_PASS, author=_HIDDEN, publisher=_HIDDEN)
CONSOLE_EDITOR = _row(nobody=_RESUME, unconfirmed=_RESUME, waiting=_RESUME, author=_RESUME, publisher=_PASS)
CONSOLE = _row(nobody=_HIDDEN, unconfirmed=_HIDDEN, waiting=_HIDDEN, author=_HIDDEN, publisher=_PASS)


def _the_author(_: Subject) -> tuple[Key, ...]:
    return author_keys(str((request.view_args or {})["account_id"]))


def _old_passwords(subject: Subject) -> tuple[Key, ...]:
    return (old_password_counter(subject.id),)


TABLE: Mapping[str, Rule] = MappingProxyType(
    {
        "health": Rule(EVERYBODY),
        "mailbox": Rule(EVERYBODY),
        "mailbox_letter": Rule(EVERYBODY),
        "mailbox_html": Rule(EVERYBODY),
        "register": Rule(EVERYBODY),
        "login": Rule(EVERYBODY),
        "logout": Rule(EVERYBODY),
        "confirm_link": Rule(EVERYBODY),
        "confirm_code": Rule(TO_CONFIRM),
        "confirm_again": Rule(LETTER_AGAIN),
        "confirm_address": Rule(TO_CONFIRM),
        "delete_registration": Rule(BEFORE_APPROVAL),
        "reset": Rule(EVERYBODY),
        "reset_link": Rule(EVERYBODY),
        "change_password": Rule(OWN_PAGE, also=_old_passwords),
        "account": Rule(OWN_PAGE),
        "home": Rule(EVERYBODY, upload=True),
        "history": Rule(OWN_PAGE),
        "history_version": Rule(OWN_PAGE),
        "history_restore": Rule(OWN_PAGE),
        "own_photo": Rule(OWN_PAGE),
        "first_publisher": Rule(EVERYBODY),
        "queue": Rule(CONSOLE),
        "authors": Rule(CONSOLE),
        "author": Rule(CONSOLE, also=_the_author),
        "approve": Rule(CONSOLE, also=_the_author),
        "decline": Rule(CONSOLE, also=_the_author),
        "suspend": Rule(CONSOLE, also=_the_author),
        "restore": Rule(CONSOLE, also=_the_author),
        "undo": Rule(CONSOLE, also=_the_author),
        "letters_arrive": Rule(CONSOLE, also=_the_author),
        "edit_for": Rule(CONSOLE_EDITOR, also=_the_author, upload=True),
        "history_for": Rule(CONSOLE, also=_the_author),
        "history_version_for": Rule(CONSOLE, also=_the_author),
        "history_restore_for": Rule(CONSOLE, also=_the_author),
        "photo_for": Rule(CONSOLE, also=_the_author),
    }
)
CLOSED = Rule(_row(nobody=_HIDDEN, unconfirmed=_HIDDEN, waiting=_HIDDEN, author=_HIDDEN, publisher=_HIDDEN))


def rule(endpoint: str | None) -> Rule:
    """The row of the route of this name; a closed one if the table has none."""
    return TABLE.get(endpoint or "", CLOSED)


def rule_of_other_methods(fault: MethodNotAllowed) -> Rule:
    """The row of the route that stands at this address for other methods than the request's."""
    adapter, methods = request_ctx.url_adapter, fault.valid_methods
    if adapter is None or not methods:
        return CLOSED
    endpoint, _ = adapter.match(method=next(iter(methods)))
    return TABLE.get(endpoint, CLOSED)
