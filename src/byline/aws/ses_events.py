"""Bounces and complaints, as SES reports them through EventBridge.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html describes what stands in
``detail``. Each of our emails has one recipient, whom ``mail.destination`` names as the email did. (The lists of who
bounced or complained may name another address, behind a forwarding.)
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce

if TYPE_CHECKING:
    from byline.ports import Ports

KINDS: Final = frozenset({"Email Bounced", "Email Complaint Received"})
"""The types of these events. The rule in the template checks that they come from SES."""
_NO_COMPLAINT: Final = {"not-spam", "auth-failure"}
"""Kinds of feedback (RFC 5965, RFC 6591) that are no complaint about the email."""
_log = logging.getLogger(__name__)


def record_event(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """Record a permanent bounce or a complaint, and log what was recorded.

    Anything may be raised for an event that is not as described. The caller must not log its message, which may hold
    an address.
    """
    detail = event["detail"]
    cause = _cause(detail)
    if cause is None:
        _log.info("a temporary bounce, or no complaint: %s", event["detail-type"])
        return {"marked": 0}
    [address] = detail["mail"]["destination"]
    _log.info("%s", record_bounce(ports, MAIL_SYSTEM, address, cause))
    return {"marked": 1}


def _cause(detail: dict[str, Any]) -> BounceKind | None:
    """What to record; ``None`` for a temporary bounce (a full mailbox) and for feedback that is no complaint."""
    kind = detail["eventType"]
    if kind == "Bounce":
        return BounceKind.BOUNCE if detail["bounce"]["bounceType"] == "Permanent" else None
    if kind == "Complaint":
        return None if detail["complaint"].get("complaintFeedbackType") in _NO_COMPLAINT else BounceKind.COMPLAINT
    raise ValueError("no event of SES that is asked for")
