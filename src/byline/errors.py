"""Everything that can go wrong on purpose, drawn as one tree.

::

    BylineError
    ├── Refusal                a person can act on it
    │   ├── Invalid            a form field is not as it should be
    │   ├── WrongCredentials   address and password do not belong together
    │   ├── Barred             the right password, but declined or suspended
    │   ├── TooMany            come back later
    │   ├── DeadLink           a link or code that is used, replaced, too old or foreign
    │   ├── NotAllowed         this actor may not do this
    │   ├── Stale              somebody else saved in between
    │   ├── AlreadyDecided     a colleague was faster
    │   └── NotFound           there is no such thing, for this actor
    ├── Unavailable            an engine does not answer; try again
    ├── Rejected               a mail server says never
    ├── Conflict               a commit's condition failed; caught inside the use case
    └── Misconfigured          a setting is missing or contradicts another

``web/answers.py`` maps each refusal to a status and a sentence, ``cli/main.py`` to an exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.messages.refusals import LINK_DEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from byline.messages.message import Message


class BylineError(Exception):
    """The root: nothing raises it itself."""


class Refusal(BylineError):
    """Something a person asked for and does not get; they can act on it."""


class Invalid(Refusal):
    """One or more fields are not as they should be: ``faults`` maps a field's name to a message."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__("; ".join(map(str, faults.values())))
        self.faults = dict(faults)


class WrongCredentials(Refusal):
    """Address and password do not belong together; which of the two is wrong is never said."""


class Barred(Refusal):
    """The password was right, but the account was declined or suspended (``state``), with the publisher's ``note``."""

    def __init__(self, state: str, note: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.note = note


class TooMany(Refusal):
    """Too many tries: come back in ``retry_after_seconds``."""

    def __init__(self, retry_after_seconds: int, *, what: str = "tries") -> None:
        super().__init__(f"too many {what}: wait {retry_after_seconds} seconds")
        self.retry_after_seconds = max(1, retry_after_seconds)
        self.what = what


class DeadLink(Refusal):
    """A link that does nothing any more. ``why`` is said only where it gives nothing away."""

    def __init__(self, why: Message | None = None) -> None:
        super().__init__(str(why or LINK_DEAD))
        self.why = why


class NotAllowed(Refusal):
    """This actor may not do this."""


class Stale(Refusal):
    """Somebody saved in between; the web shows both texts. ``seen`` is the number the edit was made against."""

    def __init__(self, seen: int, live: int) -> None:
        super().__init__(f"edited against version {seen}, but version {live} is live")
        self.seen = seen
        self.live = live


class AlreadyDecided(Refusal):
    """A colleague was faster: ``state`` is what the account is now, ``at`` when that was decided."""

    def __init__(self, state: str, by: str, at: datetime | None) -> None:
        super().__init__(f"already {state}")
        self.state = state
        self.by = by
        self.at = at


class NotFound(Refusal):
    """There is no such thing, or none that this actor may know of."""


class Unavailable(BylineError):
    """An engine (store, files, mail) does not answer now; trying again later is right."""


class Rejected(BylineError):
    """A mail server will never take this letter; trying again is useless. ``no_mailbox``: since nobody is there."""

    def __init__(self, said: str = "", *, no_mailbox: bool = False) -> None:
        super().__init__(said)
        self.no_mailbox = no_mailbox


class Conflict(BylineError):
    """A commit's condition failed and nothing was written; ``keys`` names every record that was not as expected."""

    def __init__(self, keys: Iterable[object]) -> None:
        self.keys = frozenset(keys)
        super().__init__(f"not as expected: {sorted(map(str, self.keys))}")


class Misconfigured(BylineError):
    """The settings cannot be used; the sentence says what to set."""


def raised_at(fault: BaseException) -> str:
    """File and line where a fault was raised. With its class that is what logs may say of it: its words may hold an
    address or a password.
    """
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
