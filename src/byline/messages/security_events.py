"""What happened to the access to an account, as its history says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from byline.messages import browsers
from byline.messages.message import N_, NN_, Message, Plain

if TYPE_CHECKING:
    from collections.abc import Mapping

LOGGED_IN: Final = "logged_in"
LOGGED_OUT: Final = "logged_out"
LOGIN_FAILED: Final = "login_failed"
SECOND_STEP_FAILED: Final = "second_step_failed"
DEVICE_RENAMED: Final = "device_renamed"
DEVICE_REMOVED: Final = "device_removed"
RETENTION_CHANGED: Final = "retention_changed"

_MESSAGES: Final = {
    LOGGED_OUT: Plain("logged_out_event", N_("Logged out.")),
    SECOND_STEP_FAILED: Plain(SECOND_STEP_FAILED, N_("After the right password a wrong code was given.")),
    DEVICE_RENAMED: Plain("device_renamed", N_("Renamed a known device.")),
    DEVICE_REMOVED: Plain("device_removed", N_("Removed a known device.")),
}
"""By the words that are stored."""


@dataclass(frozen=True)
class LoggedIn(Message):
    """Someone logged in with a browser that had logged in to the account before."""

    device: Message
    code = LOGGED_IN
    text = N_("Logged in: %(device)s.")


@dataclass(frozen=True)
class LoggedInAnew(Message):
    """Someone logged in with a browser that is new to the account."""

    device: Message
    code = "logged_in_anew"
    text = N_("Logged in from a new device: %(device)s.")


@dataclass(frozen=True)
class LoginFailed(Message):
    """Wrong passwords of a day, and what tried the last one."""

    count: int
    device: Message
    code = LOGIN_FAILED
    text, plural = NN_(
        "A wrong password was tried: %(device)s.",
        "%(count)s wrong passwords were tried on this day, the last: %(device)s.",
    )


@dataclass(frozen=True)
class LoginsStopped(Message):
    """Wrong passwords of a day that were so many that further tries had to wait, and what tried the last one."""

    count: int
    device: Message
    code = "logins_stopped"
    text, plural = NN_(
        "A wrong password was tried, and further tries had to wait: %(device)s.",
        "%(count)s wrong passwords were tried on this day, and further tries had to wait; the last: %(device)s.",
    )


@dataclass(frozen=True)
class RetentionChanged(Message):
    """A publisher set how long logins are kept."""

    months: int
    code = RETENTION_CHANGED
    text = N_("Set how long logins are kept: %(months)s months.")


def message(code: str, details: Mapping[str, object]) -> Message | None:
    """A stored event of this kind; ``None`` for one of another."""
    device = browsers.in_words(str(details.get("device", "")))
    count, months = details.get("count"), details.get("months")
    if code == LOGGED_IN:
        return LoggedIn(device) if details.get("known") else LoggedInAnew(device)
    if code == LOGIN_FAILED and isinstance(count, int):
        return LoginsStopped(count, device) if details.get("stopped") else LoginFailed(count, device)
    if code == RETENTION_CHANGED and isinstance(months, int):
        return RetentionChanged(months)
    return _MESSAGES.get(code)
