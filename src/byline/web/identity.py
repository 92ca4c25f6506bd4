"""The whole of Flask-Login: our user, its loader, and the three things a view may do with it.

Not used: its remember cookie (no expiry inside the signature, and a copy outlives the log-out), its ``UserMixin``
(which counts a person who waits for approval as nobody) and its session protection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g, request, session
from flask_login import LoginManager, current_user, login_required, login_user, logout_user

from byline.accounts.session_cookies import with_profile
from byline.accounts.sessions import (
    AccountSession,
    AnySession,
    ExpiredSession,
    NewSession,
    RegistrationSession,
    recognise,
)
from byline.audit import ActorKind
from byline.errors import NotAllowed
from byline.messages import notices
from byline.messages.message import words
from byline.web.access import Who, rule
from byline.web.context import ports
from byline.web.language import current_language

if TYPE_CHECKING:
    from flask import Flask

    from byline.accounts.model import Account

_NAME = "_user_id"
"""Under which Flask-Login keeps the name of the session, in Flask's session (``cookies.py`` writes and reads it)."""


class User:
    """Who is logged in, as Flask-Login sees it: a recognised browser."""

    is_anonymous = False
    is_authenticated = True

    def __init__(self, visit: AnySession) -> None:
        self.visit = visit

    @property
    def is_active(self) -> bool:
        """Whether the account may hold a session: not when it is declined, suspended or deleted."""
        return self.visit.kind is not ActorKind.NOBODY

    def get_id(self) -> str:
        """The name of the session, which the cookie brings back."""
        return self.visit.cookie


def set_up(app: Flask) -> None:
    """Tell Flask-Login how a session's name becomes a user."""
    manager = LoginManager()
    manager.session_protection = None
    manager._session_identifier_generator = lambda: ""  # noqa: SLF001 - hashes what we do not look at, on each log-in
    manager.user_loader(_load)
    manager.unauthorized_handler(_unauthorized)
    # Its remember cookie is not used: no cookie can bear this name, so that none that a stranger made up is looked at.
    app.config["REMEMBER_COOKIE_NAME"] = ";"
    manager.init_app(app)


def visit() -> AnySession | None:
    """The visit of this request, ``None`` for nobody; recognised once, in one read."""
    here = g._get_current_object()  # noqa: SLF001 - one look-up instead of one for each attribute
    if "visit" not in here:
        # Flask-Login asks nobody either who brought no cookie, but takes a tenth of the page's time to find that out.
        here.visit = _recognised() if _NAME in session else None
    return cast("AnySession | None", here.visit)


def me() -> AnySession:
    """The visit of this request, on a page that nobody gets to without one."""
    found = visit()
    assert found is not None  # noqa: S101 - the access table let them in
    return found


def account_session() -> AccountSession:
    """The session of this request, on a page that only accounts get to."""
    found = visit()
    if not isinstance(found, AccountSession):
        raise NotAllowed
    return found


def registration_session() -> RegistrationSession:
    """The session of this request, on a page that only unconfirmed registrations get to."""
    found = visit()
    if not isinstance(found, RegistrationSession):
        raise NotAllowed
    return found


def account() -> Account | None:
    """The account that is logged in, ``None`` for nobody and for an unconfirmed registration."""
    found = visit()
    return found.account if isinstance(found, AccountSession) else None


def who(found: AnySession | None) -> Who:
    """Which column of the access table a session stands in."""
    return Who(found.kind.value) if found else Who.NOBODY


def ended() -> ExpiredSession | None:
    """What became of the session this browser brought a cookie of, if it is over."""
    visit()
    return cast("ExpiredSession | None", g.get("ended"))


@login_required
def let_in() -> None:
    """Pass if somebody is logged in; otherwise Flask-Login's handler answers."""


def enter(entry: NewSession) -> None:
    """Log this browser in to a session that was just begun; whatever it carried before is left behind (ASVS 7.2.4)."""
    session.clear()
    g.pop("visit", None)
    session.lasting = entry.session.remembered  # type: ignore[attr-defined]
    login_user(_Entering(entry.cookie))


def leave() -> None:
    """Forget the session in this browser; ending its record is the use case's."""
    logout_user()
    session.clear()
    g.visit = None


def now_with_profile(profile_id: str) -> None:
    """Write a profile into the cookie of this session, so that the next page reads it in the same trip."""
    named = with_profile(me().cookie, profile_id)
    if named == session[_NAME]:
        return
    session[_NAME] = named
    session.lasting = me().session.remembered  # type: ignore[attr-defined]


def visit_begins(begun: AnySession) -> None:
    """Let the rest of this very request see the session that was just begun: its page is shown without a redirect."""
    g.visit = begun
    g._login_user = User(g.visit)  # noqa: SLF001 - where Flask-Login looks


def say_that_it_ended() -> None:
    """Let the log-in that follows say so, with the address filled in: the same words for every ended session."""
    gone = ended()
    if gone is not None:
        session["said"] = words(notices.LOG_IN_TO_GO_ON, current_language())
        session["address"] = gone.address


class _Entering:
    """Somebody who logs in on this request: all that Flask-Login asks of them."""

    is_anonymous = False
    is_authenticated = True
    is_active = True

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie

    def get_id(self) -> str:
        return self._cookie


def _load(cookie: str) -> User | None:
    found = recognise(ports(), cookie, rule(request.endpoint).also)
    if isinstance(found, ExpiredSession):
        g.ended = found
        session.pop(_NAME, None)
        return None
    return User(found)


def _recognised() -> AnySession | None:
    user = current_user._get_current_object()  # noqa: SLF001 - one look-up instead of one for each attribute
    return cast("User", user).visit if user.is_authenticated else None


def _unauthorized() -> None:
    raise PermissionError
