"""What SES tells, by way of EventBridge, of letters that came back or were marked as spam.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html describes what stands in
``detail``; each letter of ours has one reader, whom ``mail.destination`` names as the letter did. (The lists of who
bounced or complained may name another address, behind a forwarding.)
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce

if TYPE_CHECKING:
    from byline.ports import Ports

KINDS: Final = frozenset({"Email Bounced", "Email Complaint Received"})
"""What such events are called; the rule that lets them through sees that SES itself says so."""
_NO_COMPLAINT: Final = {"not-spam", "auth-failure"}
"""Kinds of feedback (RFC 5965, RFC 6591) that say nothing against the letter."""
_log = logging.getLogger(__name__)


def take_note(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """Mark the address that an event is about, if its letters will not arrive; say in the log what was done.

    Anything may be raised for an event that is not as described; the caller keeps its words to itself.
    """
    detail = event["detail"]
    cause = _cause(detail)
    if cause is None:
        _log.info("a letter came back for a while, or nobody minds: %s", event["detail-type"])
        return {"marked": 0}
    [address] = detail["mail"]["destination"]
    _log.info("%s", record_bounce(ports, MAIL_SYSTEM, address, cause))
    return {"marked": 1}


def _cause(detail: dict[str, Any]) -> BounceKind | None:
    """Why letters will not arrive; ``None`` for what passes: a full mailbox, a server away, feedback against nobody."""
    kind = detail["eventType"]
    if kind == "Bounce":
        return BounceKind.BOUNCE if detail["bounce"]["bounceType"] == "Permanent" else None
    if kind == "Complaint":
        return None if detail["complaint"].get("complaintFeedbackType") in _NO_COMPLAINT else BounceKind.COMPLAINT
    raise ValueError("no event of SES that is asked for")
