"""Ask SES for the sender's identity and ACM for a certificate, and say which DNS records prove them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from byline import amazon
from byline.errors import Unavailable
from tools.aws.stack_checks import CERTIFICATES, identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tools.aws.cloudformation import AwsAccount

_POLL_SECONDS: Final = 2
_MOST_POLLS: Final = 15
_USABLE: Final = ["ISSUED", "PENDING_VALIDATION"]


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to enter in the DNS of a domain."""

    name: str
    type: str
    value: str


def sender_records(aws: AwsAccount, address: str) -> list[DnsRecord]:
    """The records that prove the sender's domain to SES and sign for it; none where that is so.

    SES is asked for an identity of the domain where it knows neither the domain nor the address.
    """
    domain = address.rpartition("@")[2]
    found = identity(aws, domain)
    if found is None and identity(aws, address) is None:
        aws.client("sesv2").create_email_identity(EmailIdentity=domain)
        found = identity(aws, domain)
    about = (found or {}).get("DkimAttributes", {})
    if found is None or about.get("Status") == "SUCCESS":
        return []
    signed = [
        DnsRecord(f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com")
        for token in about.get("Tokens", ())
    ]
    return [*signed, DnsRecord(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none")] if signed else []


def certificate(domain: str, *, pause: Callable[[float], None]) -> tuple[str, list[DnsRecord]]:
    """The id of an issued certificate for a domain; "" with the records that ACM waits for, as it was asked just now.

    CloudFront takes those of one region only, wherever the stack is.
    """
    acm = amazon.client("acm", region=CERTIFICATES, endpoint=None, tries=3, read_seconds=10)
    listed = [
        entry
        for page in acm.get_paginator("list_certificates").paginate(CertificateStatuses=_USABLE)
        for entry in page["CertificateSummaryList"]
        if entry["DomainName"] == domain
    ]
    arns = [about["CertificateArn"] for about in listed]
    if not arns:
        arns = [acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]]
    waiting: list[DnsRecord] = []
    for arn in arns:
        about = _described(acm, arn, pause)
        if about["Status"] == "ISSUED":
            return str(arn).rpartition("/")[2], []
        waiting = [
            DnsRecord(each["ResourceRecord"]["Name"].rstrip("."), "CNAME", each["ResourceRecord"]["Value"].rstrip("."))
            for each in about["DomainValidationOptions"]
        ]
    return "", waiting


def table(records: Iterable[DnsRecord]) -> str:
    """The records as a table to paste: name, type and value, with tabs between them."""
    return "\n".join(f"{record.name}\t{record.type}\t{record.value}" for record in records)


def _described(acm: Any, arn: str, pause: Callable[[float], None]) -> Any:
    """What ACM says of a certificate, as soon as it knows which records it waits for."""
    for _ in range(_MOST_POLLS):
        about = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        options = about.get("DomainValidationOptions", ())
        if about["Status"] == "ISSUED" or (options and all("ResourceRecord" in each for each in options)):
            return about
        pause(_POLL_SECONDS)
    raise Unavailable("ACM does not say which record it wants: try again in a minute")
