"""What happened to an account, in the words of the publisher's console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.bounces import BounceKind

if TYPE_CHECKING:
    from byline.authors.listing import AuditEntry

_SENTENCES = {
    "opened": "The address was confirmed and the account opened.",
    "approved": "Approved.",
    "declined": "Declined.",
    "suspended": "Suspended.",
    "restored": "Restored.",
    "decision undone": "The decision was taken back.",
    "saved": "Saved the page",
    "password changed": "Changed the password.",
    "password reset": "Chose a new password by mail.",
    "mailbox confirmed": "Confirmed the address.",
    "made a publisher": "Made a publisher.",
    BounceKind.BOUNCE.value: "A letter came back.",
    BounceKind.COMPLAINT.value: "A letter was marked as spam.",
    "letters arrive again": "Letters arrive again.",
}


def sentence(event: AuditEntry) -> str:
    """One event as a sentence; an unknown kind is shown as it was stored."""
    words = _SENTENCES.get(event.what, event.what[:1].upper() + event.what[1:])
    return f"{words}, version {event.version}." if event.version else words
