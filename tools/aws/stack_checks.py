"""Check what a stack on AWS still needs: sender, certificate, alarms, and the portal itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import dns.resolver
from dns.exception import DNSException

from byline import amazon
from byline.cli.checks.finding import Finding
from byline.cli.checks.run import findings as portal_findings
from tools.aws import cloudformation, smoke_test
from tools.aws.interpreters import ENDS, RUNTIMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from byline.accounts.model import Address
    from tools.aws.cloudformation import AwsAccount

AskDns: TypeAlias = Callable[[str, str], Sequence[str]]
"""Looks up a name's DNS records of one type; empty where there are none."""

_TOLD_BEFORE: Final = timedelta(days=180)
_DNS_SECONDS: Final = 5.0
CERTIFICATES: Final = "us-east-1"
"""The region of CloudFront's certificates, wherever the stack is."""


def ask_dns(name: str, kind: str) -> Sequence[str]:
    """DNS records as text; empty where there are none, or no answer came."""
    try:
        answers = dns.resolver.resolve(name, kind, lifetime=_DNS_SECONDS)
    except DNSException:
        return ()
    return tuple(answer.to_text().strip('"').replace('" "', "").rstrip(".") for answer in answers)


def findings(aws: AwsAccount, stack: str, ask: AskDns, today: date, email_to: Address | None = None) -> list[Finding]:
    """Everything found, from the sender to the outbox; ``email_to`` gets a real email."""
    outputs = cloudformation.read_outputs(aws, stack)
    about = cloudformation.describe_stack(aws, stack) or {}
    given = {entry["ParameterKey"]: entry["ParameterValue"] for entry in about["Parameters"]}
    return [
        *_answers(aws, outputs),
        *runtime(given["PythonRuntime"], today),
        *_sending(aws),
        *_sender(aws, given["MailFrom"], ask),
        *_domain(given["DomainName"], given["CertificateId"], outputs["PointsTo"], aws, ask),
        *_alarms(aws, stack),
        *portal_findings(cloudformation.read_settings(aws, outputs), email_to=email_to),
    ]


def _answers(aws: AwsAccount, outputs: Mapping[str, str]) -> Iterator[Finding]:
    failure = smoke_test.failure(aws, outputs, pause=time.sleep)
    if failure:
        yield Finding("portal", f"The portal does not answer at {failure}.", wrong=True)


def runtime(name: str, today: date) -> Iterator[Finding]:
    """Half a year before Lambda stops to mend the functions' Python, and from then on: that it does."""
    end = ENDS.get(name)
    if end is None or end - today <= _TOLD_BEFORE:
        when = f"on {end:%Y-%m-%d}" if end else "soon, or has ended it"
        yield Finding(
            "runtime",
            f"Lambda ends its support of {name} {when}: deploy again with Python {RUNTIMES[0][0]}.{RUNTIMES[0][1]} at "
            "hand, or with a newer Byline.",
            wrong=True,
        )


def _sending(aws: AwsAccount) -> Iterator[Finding]:
    account = aws.client("sesv2").get_account()
    if not account.get("ProductionAccessEnabled"):
        yield Finding(
            "sandbox",
            "SES is in its sandbox: emails reach only addresses that are verified there, so no author gets one. "
            f"Ask for production access in the SES console, in {aws.region}; it takes a day or so.",
            wrong=True,
        )
    if not account.get("SendingEnabled"):
        yield Finding("sending", "AWS has stopped sending for this account: the SES console says why.", wrong=True)


def _sender(aws: AwsAccount, address: str, ask: AskDns) -> Iterator[Finding]:
    domain = address.rpartition("@")[2]
    identities = [found for name in (domain, address) if (found := identity(aws, name))]
    if not any(found.get("VerifiedForSendingStatus") for found in identities):
        yield Finding(
            "sender",
            f"SES does not know that {address} is yours: verify {domain} (or the address) in the SES console, "
            f"in {aws.region}. Until then emails wait.",
            wrong=True,
        )
    if not any(found.get("DkimAttributes", {}).get("Status") == "SUCCESS" for found in identities):
        yield Finding(
            "DKIM",
            f"Emails are not signed for {domain}, so many recipients will not see them: verify the domain in SES with "
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


def identity(aws: AwsAccount, name: str) -> dict[str, Any] | None:
    """What SES says of a sender's domain or address; ``None`` if it knows it not."""
    client = aws.client("sesv2")
    try:
        found: dict[str, Any] = client.get_email_identity(EmailIdentity=name)
    except client.exceptions.NotFoundException:
        return None
    return found


def _domain(domain: str, certificate: str, target: str, aws: AwsAccount, ask: AskDns) -> Iterator[Finding]:
    if not domain:
        return
    arn = f"arn:aws:acm:{CERTIFICATES}:{aws.account}:certificate/{certificate}"
    acm = amazon.client("acm", region=CERTIFICATES, endpoint=None, tries=3, read_seconds=10)
    about = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    if about["Status"] != "ISSUED":
        records = [entry["ResourceRecord"] for entry in about["DomainValidationOptions"] if "ResourceRecord" in entry]
        wanted = "; ".join(f"{record['Name']} {record['Type']} {record['Value']}" for record in records)
        yield Finding("certificate", f"The certificate is {about['Status']}. Enter in the DNS: {wanted}", wrong=True)
    if target not in ask(domain, "CNAME") and not set(ask(domain, "A")) & set(ask(target, "A")):
        yield Finding("domain", f"{domain} does not lead to {target}: enter a CNAME (or ALIAS) record.", wrong=True)


def _alarms(aws: AwsAccount, stack: str) -> Iterator[Finding]:
    resource = aws.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="Alarms")
    topic = resource["StackResourceDetail"]["PhysicalResourceId"]
    for entry in aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if entry["SubscriptionArn"] == "PendingConfirmation":
            yield Finding(
                "alarms",
                f"{entry['Endpoint']} has not followed the link in AWS's email, so no alarm arrives. "
                "Have it sent again in the SNS console if it is lost.",
                wrong=True,
            )
