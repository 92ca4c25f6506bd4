"""Who is logged in: the whole of Flask-Login, through its documented interface.

Not used: its remember cookie (no expiry inside the signature, and a copy outlives the log-out), its ``UserMixin``
(which counts a person who waits for approval as nobody) and its session protection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g, redirect, request, session
from flask_login import LoginManager, current_user, login_required, login_user, logout_user

from byline.accounts.invitation_counts import COUNT
from byline.accounts.recognition import ExpiredSession, recognise
from byline.accounts.records import LIST_COUNTS
from byline.accounts.session_cookies import with_profile
from byline.accounts.sessions import (
    AccountSession,
    AnySession,
    NewSession,
    RegistrationSession,
)
from byline.errors import NotAllowed
from byline.messages import notices
from byline.press.branding import keys_to_remember, remember
from byline.web.access import CONSOLE, Who, rule
from byline.web.context import ports, web_context
from byline.web.cookies import DEVICE, LOGGED_IN, BrowserSession
from byline.web.flash import flash
from byline.web.redirects import login_address

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from byline.accounts.model import Account
    from byline.accounts.session_cookies import Subject
    from byline.links import Signer
    from byline.store.port import Key


class User:
    """Who is logged in, as Flask-Login sees it: a browser with the name of a session."""

    is_anonymous = False
    is_authenticated = True
    is_active = True

    def __init__(self, name: str, visit: AnySession | None = None) -> None:
        self._name = name
        self.visit = visit

    def get_id(self) -> str:
        """The name of the session, which the cookie brings back."""
        return self._name


def set_up(app: Flask, signer: Signer) -> None:
    """Tell Flask-Login how a session's name becomes a user."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_login)
    # Its remember cookie is not used: nobody can guess this name, so that none that a stranger made up is looked at.
    app.config["REMEMBER_COOKIE_NAME"] = signer.mac("unused", "remember cookie")
    manager.init_app(app)


def visit() -> AnySession | None:
    """The visit of this request, ``None`` for nobody; recognised once, in one read."""
    # Flask-Login finds nobody either where no cookie came, but takes a tenth of the page's time to find that out.
    found = cast("AnySession | None", getattr(current_user, "visit", None)) if LOGGED_IN in session else None
    g.known = found
    return found


def known() -> AnySession | None:
    """The visit as far as it was recognised in this request: for pages that must not ask the store."""
    return cast("AnySession | None", g.get("known"))


def is_unknown() -> bool:
    """Whether this browser has the cookie of a session that was not recognised, since the store did not answer."""
    return LOGGED_IN in session and known() is None


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


def address() -> str:
    """The email address that is logged in, "" for nobody."""
    found = visit()
    owner = found.account if isinstance(found, AccountSession) else found.registration if found else None
    return owner.address if owner else ""


def who(found: AnySession | None) -> Who:
    """Which column of the access table a session stands in."""
    return Who(found.kind.value) if found else Who.NOBODY


def ended() -> ExpiredSession | None:
    """What became of the session this browser brought a cookie of, if it is over."""
    visit()
    return cast("ExpiredSession | None", g.get("ended"))


@login_required
def require_login() -> ResponseReturnValue | None:
    """``None`` if somebody is logged in; otherwise the answer that leads to the log-in."""
    return None


def begin_session(begun: NewSession) -> None:
    """Log this browser in to a session that was just begun; whatever it carried before is left behind (ASVS 7.2.4)."""
    session.clear()
    session.permanent = begun.session.remembered
    login_user(User(begun.cookie))
    if begun.device_secret:
        session[DEVICE] = begun.device_secret


def forget_session() -> None:
    """Forget the session in this browser; ending its record is the use case's."""
    logout_user()
    session.clear()


def add_profile_to_cookie(profile_id: str) -> None:
    """Write a profile into the cookie of this session, so that the next page reads it in the same trip."""
    named = with_profile(me().cookie, profile_id)
    if named == session[LOGGED_IN]:
        return
    session[LOGGED_IN] = named
    session.permanent = me().session.remembered


def visit_begins(begun: AnySession) -> None:
    """Let the rest of this very request see the session that was just begun: its page is shown without a redirect."""
    login_user(User(begun.cookie, begun))


def has_changed() -> bool:
    """Whether this request began or ended a session in this browser."""
    assert isinstance(session, BrowserSession)  # noqa: S101 - our own session interface made it
    before, now = (str(name or "").rpartition(".")[2] for name in (session.name_before, session.get(LOGGED_IN)))
    return before != now


def flash_that_it_ended() -> None:
    """Let the log-in that follows say so, with the address filled in: the same words for every ended session."""
    gone = ended()
    if gone is not None:
        flash(notices.LOG_IN_TO_GO_ON)
        session["ended"] = g.ended_name


def ended_address() -> str:
    """The address of the session that ended in this browser, "" if none did: its login form shows it.

    The cookie holds the session's name, not the address, which the next person at the same computer could read there.
    """
    gone = ended()
    if gone is None and (name := session.get("ended")):
        found = recognise(ports(), name)
        gone = found if isinstance(found, ExpiredSession) else None
    return gone.address if gone else ""


def _load(name: str) -> User | None:
    plain = web_context().ports
    row, branding = rule(request.endpoint), keys_to_remember(plain)
    counts = (LIST_COUNTS, COUNT) if row.answers is CONSOLE else ()

    def keys(subject: Subject) -> tuple[Key, ...]:
        return (*(row.extra_keys(subject) if row.extra_keys else ()), *counts, *branding)

    found = recognise(plain, name, keys)
    if not isinstance(found, ExpiredSession):
        remember(plain, found.prefetched)
    if isinstance(found, ExpiredSession):
        g.ended, g.ended_name = found, name
        session.pop(LOGGED_IN, None)
        return None
    return User(name, found)


def _to_login() -> ResponseReturnValue:
    flash_that_it_ended()
    return redirect(login_address(), 302)
