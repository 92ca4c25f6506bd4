"""Emails, as the core sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """One email to one person. ``message_id`` is the left part of the Message-ID: a repeated job repeats it.

    ``sender_name`` and ``reply_to`` stand in the place of the adapter's own, where publishers set others.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    sent_at: datetime
    sender_name: str = ""
    reply_to: str = ""


class Mailer(Protocol):
    """Sends emails. The address in From is the adapter's own, from the settings."""

    def send(self, mail: Mail, /) -> None:
        """Send an email. ``Rejected``: it is refused permanently; ``Unavailable``: try again later."""

    def rehearse(self, mail: Mail, /) -> None:
        """Do the same work up to the last step, and send nothing.

        An email that no one is to get (a reset for an unknown address) must cost as much as a real one, or timing
        reveals who has an account. Raises what ``send`` raises.
        """

    def probe(self, mail: Mail, /) -> None:
        """Ask whether this email would be taken from this sender, for this recipient, and send nothing.

        Raises what ``send`` raises. It names the recipient, which ``rehearse`` does to no one.
        """


class Mailbox(Protocol):
    """What was sent, newest first; only the folder adapter can show it."""

    def emails(self, *, limit: int = 50) -> Sequence[Mail]:
        """The newest emails."""
