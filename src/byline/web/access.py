"""What each kind of visitor gets: one table that follows the core's permissions.

The gate reads it before every view, and the test that walks every route.

Each view writes its own row, with ``open_to``. A view without one answers 404 to everybody: it is closed until it says
otherwise (ASVS 8.2.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, request
from flask.globals import request_ctx

from byline.accounts.actors import is_id
from byline.accounts.password import password_keys
from byline.accounts.session_cookies import author_keys
from byline.audit import ActorKind
from byline.authors import managed_authors
from byline.authors.author_page import draft_keys
from byline.authors.review_policy import POLICY
from byline.permissions import PERMISSIONS
from byline.profiles.records import key as profile_key
from byline.profiles.reviews import review_key
from byline.security_events import RETENTION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response
    from werkzeug.exceptions import MethodNotAllowed

    from byline.accounts.session_cookies import Subject
    from byline.store.port import Key


View = TypeVar("View", bound="Callable[..., Any]")


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


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. ``extra_keys`` names the records a page needs besides the visitor's own, for the same read.

    ``upload``: the page takes a photo, so its form may be larger. ``form`` shows the page's form again, with what was
    typed; it takes a ``Form`` and the variable parts of the address. ``for_strangers``: people fill it in before they
    log in, so it is shown again even where the browser's cookies are gone and nothing proves whose it is. Its answers
    leave on a grid of time, as do those of a page that is ``on_grid``: what was typed may be another person's address.
    ``decision``: a form that a publisher sends when their session is over is carried out after the login. ``link``: the
    purpose of the token in the address, where the token alone is enough to act; it leaves the address on first sight.
    """

    answers: Mapping[Who, Answer]
    extra_keys: Callable[[Subject], tuple[Key, ...]] | None = None
    upload: bool = False
    form: Callable[..., Response] | None = None
    for_strangers: bool = False
    on_grid: bool = False
    decision: bool = False
    link: str = ""


_PASS, _LOGIN, _GATE, _HOME = Answer.PASS, Answer.LOGIN, Answer.GATE, Answer.HOME
_HIDDEN = Answer.HIDDEN


def _row(*use_cases: str, refused: Answer, nobody: Answer, gated: Answer | None = None) -> Mapping[Who, Answer]:
    """The page for those who may carry out one of the core's use cases, by its table of permissions.

    ``nobody`` is the answer for visitors without a session, ``gated`` for those who are not approved yet, ``refused``
    for everybody else.
    """
    actors = {kind for use_case in use_cases for kind in PERMISSIONS[use_case].actors}
    refusals = dict.fromkeys(Who, refused) | {Who.NOBODY: nobody}
    if gated is not None:
        refusals |= {Who.UNCONFIRMED: gated, Who.WAITING: gated}
    return MappingProxyType({who: _PASS if ActorKind(who.value) in actors else refusals[who] for who in Who})


EVERYBODY = _row("accounts.login.log_in", nobody=_HIDDEN, refused=_HIDDEN)
OWN_PAGE = _row("authors.pages.load_own", nobody=_LOGIN, gated=_GATE, refused=_HIDDEN)
OWN_DRAFT = _row("authors.drafts.load_own", nobody=_LOGIN, gated=_GATE, refused=_HIDDEN)
TO_CONFIRM = _row("accounts.confirmation.confirm_by_code", nobody=_LOGIN, refused=_HOME)
SEND_AGAIN = _row(
    "accounts.registration.send_again", "accounts.publishers.send_mailbox_email", nobody=_LOGIN, refused=_HOME
)
BEFORE_APPROVAL = _row(
    "accounts.registration.delete_registration", "authors.deletion.delete_waiting", nobody=_LOGIN, refused=_HIDDEN
)
ACCOUNT = _row("accounts.session_list.read", nobody=_LOGIN, gated=_GATE, refused=_HIDDEN)
"""The safety of one's own account, of those who wait for approval, too."""
CONSOLE = _row("authors.decisions.load_author", nobody=_LOGIN, refused=_HIDDEN)


def author_in_address(_: Subject) -> tuple[Key, ...]:
    """The records of the author that the address names, for ``extra_keys``."""
    return author_keys(str((request.view_args or {})["account_id"]))


def page_in_address(_: Subject) -> tuple[Key, ...]:
    """The records of the author whose page the address names, who may have no account, and what saving it needs."""
    from byline.authors.edit_emails import job_key  # noqa: PLC0415 - the publisher's pages need it
    from byline.web.context import ports  # noqa: PLC0415 - as above

    author_id = str((request.view_args or {})["account_id"])
    email = (job_key(author_id, ports().clock.now()),) if is_id(author_id) else ()
    return (*managed_authors.author_keys(author_id), *draft_keys(author_id), *email)


def author_or_page_in_address(subject: Subject) -> tuple[Key, ...]:
    """The author that the address names, with their credentials and recovery; or the page that the press keeps."""
    author_id = str((request.view_args or {})["account_id"])
    return (*managed_authors.author_keys(author_id), *recovery_in_address(subject))


def author_with_draft(subject: Subject) -> tuple[Key, ...]:
    """The same with the draft, which an approval makes a page for."""
    return (*author_in_address(subject), *draft_keys(str((request.view_args or {})["account_id"])))


def own_draft(subject: Subject) -> tuple[Key, ...]:
    """The draft of one's own page, and whose texts are reviewed, for ``extra_keys``."""
    return (*draft_keys(subject.id), POLICY) if subject.kind == "account" else ()


def review_policy(_: Subject) -> tuple[Key, ...]:
    """Whose texts are reviewed, for ``extra_keys``."""
    return (POLICY,)


def review_in_address(_: Subject) -> tuple[Key, ...]:
    """The page that the address names, its review, and the author that its form says it is of.

    What the form says only spares a read: the core asks the page whose it is.
    """
    profile_id, author_id = str((request.view_args or {})["profile_id"]), request.args.get("author", "")
    page = (profile_key(profile_id), review_key(profile_id)) if is_id(profile_id) else ()
    return (*page, *author_keys(author_id))


def own_password(subject: Subject) -> tuple[Key, ...]:
    """What changing a password needs, for ``extra_keys``."""
    return password_keys(subject.id)


def own_recovery(subject: Subject) -> tuple[Key, ...]:
    """The recovery of one's own account, if one is under way, for ``extra_keys``."""
    from byline.accounts.recovery_records import recovery_key  # noqa: PLC0415 - a few pages need it

    return (recovery_key(subject.id),) if subject.kind == "account" else ()


def recovery_in_address(_: Subject) -> tuple[Key, ...]:
    """The author that the address names, with their credentials and recovery."""
    from byline.accounts import factor_recovery  # noqa: PLC0415 - a few pages need it

    account_id = str((request.view_args or {})["account_id"])
    return (*author_keys(account_id), *factor_recovery.keys(account_id)) if is_id(account_id) else ()


def own_factors(subject: Subject) -> tuple[Key, ...]:
    """What is known of one's own second factors, for ``extra_keys``."""
    from byline.accounts import second_factors  # noqa: PLC0415 - a few pages need them

    return (*second_factors.keys(subject.id), *own_recovery(subject)) if subject.kind == "account" else ()


def own_address_change(subject: Subject) -> tuple[Key, ...]:
    """What is known of the changes of one's own email address, for ``extra_keys``."""
    from byline.accounts.address_change_records import changes_key  # noqa: PLC0415 - one page needs it

    return (changes_key(subject.id),) if subject.kind == "account" else ()


def press_settings(subject: Subject) -> tuple[Key, ...]:
    """The branding, how far readers' pages follow it, and whose texts are reviewed, for ``extra_keys``."""
    from byline.accounts import required_factors  # noqa: PLC0415 - one page needs them
    from byline.authors import digest  # noqa: PLC0415
    from byline.press import yearly_question  # noqa: PLC0415
    from byline.press.records import KEY  # noqa: PLC0415
    from byline.site.rebuild import FINGERPRINT  # noqa: PLC0415

    own = (digest.key(subject.id),) if subject.kind == "account" else ()
    settings = (KEY, POLICY, RETENTION, required_factors.POLICY, yearly_question.KEY, *usual_waiting_time(subject))
    return FINGERPRINT, *settings, *own


def retention(_: Subject) -> tuple[Key, ...]:
    """How long logins are kept, for ``extra_keys``."""
    return (RETENTION,)


def retention_and_recovery(subject: Subject) -> tuple[Key, ...]:
    """The same with the recovery of one's own account."""
    return (RETENTION, *own_recovery(subject))


def usual_waiting_time(_: Subject) -> tuple[Key, ...]:
    """The usual waiting time, for ``extra_keys``."""
    from byline.press.waiting_time import KEY  # noqa: PLC0415 - as above

    return (KEY,)


CLOSED = Rule(_row(nobody=_HIDDEN, refused=_HIDDEN))


_CONSOLE = re.compile(r"/publisher(?:/|\Z)")
_FIRST_PUBLISHER = re.compile(r"/publisher/first/[^/]+")
_RULES: dict[Callable[..., Any], Rule] = {}


def open_to(
    answers: Mapping[Who, Answer],
    *,
    extra_keys: Callable[[Subject], tuple[Key, ...]] | None = None,
    upload: bool = False,
    form: Callable[..., Response] | None = None,
    for_strangers: bool = False,
    on_grid: bool = False,
    decision: bool = False,
    link: str = "",
) -> Callable[[View], View]:
    """Open a view: write its row of the table. Stands beneath the decorator with the view's route."""

    def opened(view: View) -> View:
        _RULES[view] = Rule(
            answers,
            extra_keys,
            upload=upload,
            form=form,
            for_strangers=for_strangers,
            on_grid=on_grid,
            decision=decision,
            link=link,
        )
        return view

    return opened


def rule(endpoint: str | None) -> Rule:
    """The row of the route of this name; a closed one if nobody wrote it."""
    view = current_app.view_functions.get(endpoint or "")
    return CLOSED if view is None else _RULES.get(view, CLOSED)


def rule_at(path: str) -> tuple[Rule, str, Mapping[str, Any]]:
    """The row of the form that is sent to an address, its route's name, and the variable parts of the address."""
    endpoint, values = current_app.url_map.bind("").match(path, method="POST")
    return rule(endpoint), endpoint, values


def is_in_console(path: str) -> bool:
    """Whether an address is one of the publishers', existing or not. All of them lead strangers to the login."""
    return _CONSOLE.match(path) is not None and _FIRST_PUBLISHER.fullmatch(path) is None


def table(app: Flask) -> dict[str, Rule]:
    """The whole table of an application: each route's name with its row, as the gate reads it."""
    return {endpoint: _RULES.get(view, CLOSED) for endpoint, view in app.view_functions.items()}


def rule_of_other_methods(fault: MethodNotAllowed) -> Rule:
    """The row of the route that stands at this address for other methods than the request's."""
    adapter, methods = request_ctx.url_adapter, fault.valid_methods
    if adapter is None or not methods:
        return CLOSED
    endpoint, _ = adapter.match(method=next(iter(methods)))
    return rule(endpoint)
