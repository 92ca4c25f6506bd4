"""What a stack on AWS still needs, each with what to do: sender, certificate, alarms, and the portal itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import dns.resolver
from dns.exception import DNSException

from byline import amazon
from byline.cli import deploying
from byline.cli.checking import Finding
from byline.cli.checking import findings as portal_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.cli.deploying import Amazon

AskDns: TypeAlias = Callable[[str, str], Sequence[str]]
"""What the DNS says of a name, for a kind of record; nothing where it says nothing."""

_DNS_SECONDS: Final = 5.0
_CERTIFICATES: Final = "us-east-1"
"""Where CloudFront looks for certificates, wherever the stack is."""


def ask_dns(name: str, kind: str) -> Sequence[str]:
    """What the DNS says, as text; nothing where there is no such record, or no answer."""
    try:
        answers = dns.resolver.resolve(name, kind, lifetime=_DNS_SECONDS)
    except DNSException:
        return ()
    return tuple(answer.to_text().strip('"').replace('" "', "").rstrip(".") for answer in answers)


def findings(at: Amazon, stack: str, ask: AskDns) -> list[Finding]:
    """Look at everything, from the sender to the outbox."""
    outputs = deploying.outputs(at, stack)
    about = deploying.there(at, stack) or {}
    given = {entry["ParameterKey"]: entry["ParameterValue"] for entry in about["Parameters"]}
    return [
        *_sending(at),
        *_sender(at, given["MailFrom"], ask),
        *_domain(given["DomainName"], given["CertificateId"], outputs["PointsTo"], at, ask),
        *_alarms(at, stack),
        *portal_findings(deploying.settings(at, outputs)),
    ]


def _sending(at: Amazon) -> Iterator[Finding]:
    account = at.client("sesv2").get_account()
    if not account.get("ProductionAccessEnabled"):
        yield Finding(
            "sandbox",
            "SES is in its sandbox: letters go to verified addresses only. Ask for production access in the SES "
            f"console, in {at.region}; it takes a day or so.",
            wrong=True,
        )
    if not account.get("SendingEnabled"):
        yield Finding("sending", "AWS has stopped sending for this account: the SES console says why.", wrong=True)


def _sender(at: Amazon, address: str, ask: AskDns) -> Iterator[Finding]:
    domain = address.rpartition("@")[2]
    identities = [found for name in (domain, address) if (found := _identity(at, name))]
    if not any(found.get("VerifiedForSendingStatus") for found in identities):
        yield Finding(
            "sender",
            f"SES does not know that {address} is yours: verify {domain} (or the address) in the SES console, "
            f"in {at.region}. Until then letters wait.",
            wrong=True,
        )
    if not any(found.get("DkimAttributes", {}).get("Status") == "SUCCESS" for found in identities):
        yield Finding(
            "DKIM",
            f"Letters are not signed for {domain}, so many readers will not see them: verify the domain in SES with "
            "Easy DKIM, and enter the three records it names.",
            wrong=True,
        )
    states = [found.get("MailFromAttributes", {}).get("MailFromDomainStatus") for found in identities]
    if "SUCCESS" not in states:
        sentence = f"SPF is passed for amazonses.com, not for {domain}; set a MAIL FROM domain in SES to have both."
        yield Finding("SPF", sentence, wrong="FAILED" in states)
    if not any(text.startswith("v=DMARC1") for text in ask(f"_dmarc.{domain}", "TXT")):
        yield Finding(
            "DMARC",
            f"There is no record at _dmarc.{domain}. Gmail and Yahoo want one: a TXT record v=DMARC1; p=none is enough "
            "to begin with.",
            wrong=True,
        )


def _identity(at: Amazon, name: str) -> dict[str, Any] | None:
    client = at.client("sesv2")
    try:
        found: dict[str, Any] = client.get_email_identity(EmailIdentity=name)
    except client.exceptions.NotFoundException:
        return None
    return found


def _domain(domain: str, certificate: str, target: str, at: Amazon, ask: AskDns) -> Iterator[Finding]:
    if not domain:
        return
    arn = f"arn:aws:acm:{_CERTIFICATES}:{at.account}:certificate/{certificate}"
    acm = amazon.client("acm", region=_CERTIFICATES, endpoint=None, tries=3, read_seconds=10)
    about = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    if about["Status"] != "ISSUED":
        records = [entry["ResourceRecord"] for entry in about["DomainValidationOptions"] if "ResourceRecord" in entry]
        wanted = "; ".join(f"{record['Name']} {record['Type']} {record['Value']}" for record in records)
        yield Finding("certificate", f"The certificate is {about['Status']}. Enter in the DNS: {wanted}", wrong=True)
    if target not in ask(domain, "CNAME") and not set(ask(domain, "A")) & set(ask(target, "A")):
        yield Finding("domain", f"{domain} does not lead to {target}: enter a CNAME (or ALIAS) record.", wrong=True)


def _alarms(at: Amazon, stack: str) -> Iterator[Finding]:
    resource = at.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="Alarms")
    topic = resource["StackResourceDetail"]["PhysicalResourceId"]
    for entry in at.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if entry["SubscriptionArn"] == "PendingConfirmation":
            yield Finding(
                "alarms",
                f"{entry['Endpoint']} has not followed the link in AWS's letter, so no alarm arrives. "
                "Have it sent again in the SNS console if it is lost.",
                wrong=True,
            )
