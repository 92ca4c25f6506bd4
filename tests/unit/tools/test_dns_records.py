"""The DNS records that a deployment asks for: of the sender, of the certificate."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tools.aws import dns_records
from tools.aws.cloudformation import AwsAccount
from tools.aws.dns_records import DnsRecord

if TYPE_CHECKING:
    import pytest


class NotFoundException(Exception):
    pass


class Ses:
    """SES, as far as it is asked."""

    exceptions = SimpleNamespace(NotFoundException=NotFoundException)

    def __init__(self, **identities: Any) -> None:
        self.identities = {name.replace("_", "."): about for name, about in identities.items()}
        self.made: list[str] = []

    def get_email_identity(self, *, EmailIdentity: str) -> Any:  # noqa: N803 - Amazon's name
        if EmailIdentity not in self.identities:
            raise NotFoundException
        return self.identities[EmailIdentity]

    def create_email_identity(self, *, EmailIdentity: str) -> None:  # noqa: N803 - Amazon's name
        self.made.append(EmailIdentity)
        self.identities[EmailIdentity] = {"DkimAttributes": {"Status": "PENDING", "Tokens": ["a1", "b2"]}}

    def records(self) -> list[DnsRecord]:
        return dns_records.sender_records(AwsAccount("eu-west-1", "1", {"sesv2": self}), "desk@marram.example")


SIGNED = [
    DnsRecord("a1._domainkey.marram.example", "CNAME", "a1.dkim.amazonses.com"),
    DnsRecord("b2._domainkey.marram.example", "CNAME", "b2.dkim.amazonses.com"),
    DnsRecord("_dmarc.marram.example", "TXT", "v=DMARC1; p=none"),
]


def test_ses_is_asked_for_an_identity_that_it_does_not_know_and_its_records_are_told_until_they_are_there() -> None:
    ses = Ses()

    assert ses.records() == SIGNED
    assert ses.records() == SIGNED
    assert ses.made == ["marram.example"]
    ses.identities["marram.example"]["DkimAttributes"]["Status"] = "SUCCESS"
    assert ses.records() == []


def test_a_sender_whose_address_alone_is_proven_is_left_alone() -> None:
    ses = Ses()
    ses.identities["desk@marram.example"] = {"DkimAttributes": {"Status": "NOT_STARTED"}}

    assert ses.records() == []
    assert ses.made == []


class Acm:
    """ACM in CloudFront's region: a certificate gets its records at the second look, and is issued when told so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.looks = 0
        self.status = "PENDING_VALIDATION"

    def get_paginator(self, name: str) -> Any:
        assert name == "list_certificates"
        listed = [{"DomainName": domain, "CertificateArn": f"arn:x:certificate/{domain}"} for domain in self.asked]
        return SimpleNamespace(paginate=lambda **_: [{"CertificateSummaryList": listed}])

    def request_certificate(self, *, DomainName: str, ValidationMethod: str) -> Any:  # noqa: N803 - Amazon's names
        assert ValidationMethod == "DNS"
        self.asked.append(DomainName)
        return {"CertificateArn": f"arn:x:certificate/{DomainName}"}

    def describe_certificate(self, *, CertificateArn: str) -> Any:  # noqa: N803 - Amazon's name
        self.looks += 1
        record = {"Name": f"_x.{CertificateArn.rpartition('/')[2]}.", "Type": "CNAME", "Value": "_y.acm.aws."}
        option = {"ResourceRecord": record} if self.looks > 1 else {}
        return {"Certificate": {"Status": self.status, "DomainValidationOptions": [option]}}


def test_acm_is_asked_once_for_a_certificate_which_is_used_when_it_is_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    acm, pauses = Acm(), list[float]()

    def client(service: str, *, region: str, **_: object) -> Acm:
        assert (service, region) == ("acm", "us-east-1")
        return acm

    monkeypatch.setattr(dns_records.amazon, "client", client)
    waiting = ("", [DnsRecord("_x.authors.example", "CNAME", "_y.acm.aws")])

    assert dns_records.certificate("authors.example", pause=pauses.append) == waiting
    assert len(pauses) == 1
    assert dns_records.certificate("authors.example", pause=pauses.append) == waiting
    acm.status = "ISSUED"
    assert dns_records.certificate("authors.example", pause=pauses.append) == ("authors.example", [])
    assert acm.asked == ["authors.example"]


def test_records_can_be_pasted() -> None:
    assert dns_records.table(SIGNED[1:]).splitlines() == [
        "b2._domainkey.marram.example\tCNAME\tb2.dkim.amazonses.com",
        "_dmarc.marram.example\tTXT\tv=DMARC1; p=none",
    ]
