"""What SES tells of letters that came back, as EventBridge hands it over.

The shapes are those of Amazon's documents: the envelope of "Events in Amazon EventBridge", the records of "Examples of
event data that Amazon SES publishes to Amazon SNS", which SES sends to both.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Event: TypeAlias = dict[str, Any]


def bounced(
    address: str, *, kind: str = "Permanent", final: str = "", configuration_set: str = "ConfigurationSet"
) -> Event:
    """A letter came back: for good, unless ``kind`` says ``Transient`` or ``Undetermined``; from ``final``, behind a
    forwarding.
    """
    returned = {"emailAddress": final or address, "action": "failed", "status": "5.1.1"}
    bounce = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [{**returned, "diagnosticCode": f"smtp; 550 5.1.1 <{address}>: user unknown"}],
        "timestamp": "2026-05-03T09:00:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; mta.example.com",
    }
    return _told("Email Bounced", {"eventType": "Bounce", "bounce": bounce}, address, configuration_set)


def complained(address: str, *, feedback: str | None = "abuse", configuration_set: str = "ConfigurationSet") -> Event:
    """Somebody marked a letter as spam; ``feedback``: what their provider calls it, if anything."""
    complaint = {
        "complainedRecipients": [{"emailAddress": address}],
        "timestamp": "2026-05-03T09:00:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "complaintSubType": None,
        "userAgent": "ExampleCorp Feedback Loop (V0.01)",
        **({} if feedback is None else {"complaintFeedbackType": feedback}),
        "arrivalDate": "2026-05-03T09:00:02.669Z",
    }
    detail = {"eventType": "Complaint", "complaint": complaint}
    return _told("Email Complaint Received", detail, address, configuration_set)


def _told(what: str, detail: Event, address: str, configuration_set: str) -> Event:
    mail = {
        "timestamp": "2026-05-03T09:00:01.012Z",
        "source": "Marram Press <byline@marram.example>",
        "sourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/byline@marram.example",
        "sendingAccountId": "000000000000",
        "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
        "destination": [address],
        "headersTruncated": False,
        "headers": [{"name": "To", "value": address}, {"name": "Subject", "value": "Choose a new password"}],
        "commonHeaders": {"from": ["Marram Press <byline@marram.example>"], "to": [address]},
        "tags": {"ses:configuration-set": [configuration_set], "ses:from-domain": ["marram.example"]},
    }
    return {
        "version": "0",
        "id": "5a4ea1b0-0000-4000-8000-000000000001",
        "detail-type": what,
        "source": "aws.ses",
        "account": "000000000000",
        "time": "2026-05-03T09:00:02Z",
        "region": "eu-west-1",
        "resources": [f"arn:aws:ses:eu-west-1:000000000000:configuration-set/{configuration_set}"],
        "detail": {**detail, "mail": mail},
    }
