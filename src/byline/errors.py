"""All expected failures, as one tree of classes.

::

    BylineError
    ├── Refusal                a person can act on it
    │   ├── Invalid            a form field is not as it should be
    │   ├── WrongCredentials   address and password do not belong together
    │   ├── Barred             the right password of a declined or suspended account
    │   ├── TooMany            come back later
    │   ├── DeadLink           a link that was used or replaced, has expired, or is forged
    │   ├── NotAllowed         this actor may not do this
    │   ├── SecondStepNeeded   the password was right, and a second factor is asked for
    │   ├── FactorOverdue      this actor may, once they have set up a second factor
    │   ├── NotFresh           this actor may, once they prove again who they are
    │   ├── Stale              someone else saved in between
    │   ├── DraftStale         the draft was saved, published or discarded in another place
    │   ├── AlreadyDecided     another publisher was faster
    │   ├── ReviewStale        the text that was answered does not wait for review any more
    │   └── NotFound           there is no such thing, for this actor
    ├── Unavailable            an engine does not answer, or something is in the way for now; try again
    ├── Rejected               a mail server refuses an email permanently
    ├── Conflict               a commit's condition failed; answered like Unavailable where the use case cannot go on
    └── Misconfigured          a setting is missing or contradicts another

``web/answers.py`` maps each class to a status and a message, ``cli/main.py`` to an exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.messages.message import Message
from byline.messages.outages import CHANGED_MEANWHILE
from byline.messages.refusals import LINK_DEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class BylineError(Exception):
    """The root of the tree; only its subclasses are raised."""


class Refusal(BylineError):
    """A request that is refused, and that the person can do something about."""


class Invalid(Refusal):
    """One or more fields are not as they should be: ``faults`` maps a field's name to a message."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__("; ".join(map(str, faults.values())))
        self.faults = dict(faults)


class WrongCredentials(Refusal):
    """Address and password do not belong together. The message never says which of them is wrong."""


class Barred(Refusal):
    """The password was right, but the account was declined or suspended (``state``), with the publisher's ``note``."""

    def __init__(self, state: str, note: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.note = note


class TooMany(Refusal):
    """Too many attempts: try again in ``retry_after_seconds``."""

    def __init__(self, retry_after_seconds: int, *, what: str = "tries") -> None:
        super().__init__(f"too many {what}: wait {retry_after_seconds} seconds")
        self.retry_after_seconds = max(1, retry_after_seconds)
        self.what = what

    @property
    def minutes(self) -> int:
        """How long to wait, in whole minutes, at least one."""
        return -(-self.retry_after_seconds // 60)


class DeadLink(Refusal):
    """A link that has expired or was used. ``why`` is given only where it reveals nothing about accounts."""

    def __init__(self, why: Message | None = None) -> None:
        super().__init__(str(why or LINK_DEAD))
        self.why = why


class NotAllowed(Refusal):
    """This actor may not do this."""


class FactorOverdue(Refusal):
    """This actor may do this once they have set up a second factor: the time of grace is over."""


class NotFresh(Refusal):
    """This actor may do this once they have proven again who they are: their last proof is too old."""


class SecondStepNeeded(Refusal):
    """The password was right, and the account has a second factor: the browser brings ``token`` back with a code."""

    def __init__(self, token: str) -> None:
        super().__init__("a second factor is asked for")
        self.token = token


class Stale(Refusal):
    """Someone saved in between; the web shows both texts. ``seen`` is the edited version, ``live`` the live one."""

    def __init__(self, seen: int, live: int) -> None:
        super().__init__(f"edited against version {seen}, but version {live} is live")
        self.seen = seen
        self.live = live


class DraftStale(Refusal):
    """The draft that a form was made from has been saved, published or discarded in another place; nothing was written,
    and the web shows both texts.
    """


class AlreadyDecided(Refusal):
    """Another publisher was faster: ``state`` is the state now, ``by`` and ``at`` say who decided and when."""

    def __init__(self, state: str, by: str, at: datetime | None) -> None:
        super().__init__(f"already {state}")
        self.state = state
        self.by = by
        self.at = at


class ReviewStale(Refusal):
    """The text that was answered does not wait for review any more: ``outcome`` is "published", "replaced" (by a later
    text of the author), "withdrawn", "change" (one is wanted) or "rejected"; ``by`` is the account of the publisher who
    answered, "" where that is not known.
    """

    def __init__(self, outcome: str, by: str, at: datetime | None) -> None:
        super().__init__(f"already {outcome}")
        self.outcome = outcome
        self.by = by
        self.at = at


class NotFound(Refusal):
    """There is no such thing, or none that this actor may know of."""


class Unavailable(BylineError):
    """Something cannot be done now; try again later. ``why`` is what a person is told.

    It is ``None`` where an engine (store, files, mail) does not answer: what it says of that is English, for the shell
    and the log. ``code`` is a service's own word for the reason, which names no one: it is kept with a job.
    """

    def __init__(self, why: Message | str = "", *, code: str = "") -> None:
        super().__init__(str(why))
        self.why = why if isinstance(why, Message) else None
        self.code = code


class Rejected(BylineError):
    """A mail server refuses this email permanently. ``no_mailbox``: because the mailbox does not exist."""

    def __init__(self, said: str = "", *, no_mailbox: bool = False) -> None:
        super().__init__(said)
        self.no_mailbox = no_mailbox


class Conflict(BylineError):
    """A commit's condition failed and nothing was written; ``keys`` names every record that was not as expected."""

    def __init__(self, keys: Iterable[object]) -> None:
        self.keys = frozenset(keys)
        super().__init__(str(CHANGED_MEANWHILE))


class Misconfigured(BylineError):
    """The settings cannot be used; the message says what to set."""


def raised_at(fault: BaseException) -> str:
    """File and line where an exception was raised. Logs contain this and its class, never its message: that may contain
    an email address or a password.
    """
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
