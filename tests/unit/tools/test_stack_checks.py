"""``byline aws check``: what SES, the DNS, the certificate and the alarms may still need, each with what to do."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from dns.resolver import NXDOMAIN
from tools.aws import stack_checks
from tools.aws.cloudformation import AwsAccount
from tools.aws.interpreters import ENDS

if TYPE_CHECKING:
    from byline.cli.checks.finding import Finding

GOOD_IDENTITY = {
    "VerifiedForSendingStatus": True,
    "DkimAttributes": {"Status": "SUCCESS"},
    "MailFromAttributes": {"MailFromDomainStatus": "SUCCESS"},
}
GOOD_DNS = {
    ("_dmarc.marram.example", "TXT"): ["v=DMARC1; p=none"],
    ("authors.marram.example", "CNAME"): ["d1.cloudfront.net"],
}


class NotFoundException(Exception):
    pass


def account(**answers: Any) -> AwsAccount:
    """An account in which everything is as it should be, but for the answers given."""
    identities = answers.get("identities", {"marram.example": GOOD_IDENTITY})

    def get_email_identity(*, EmailIdentity: str) -> Any:  # noqa: N803 - Amazon's name
        if EmailIdentity not in identities:
            raise NotFoundException
        return identities[EmailIdentity]

    sesv2 = SimpleNamespace(
        get_account=lambda: {"ProductionAccessEnabled": True, "SendingEnabled": True, **answers.get("account", {})},
        get_email_identity=get_email_identity,
        exceptions=SimpleNamespace(NotFoundException=NotFoundException),
    )
    cloudformation = SimpleNamespace(
        describe_stack_resource=lambda **_: {"StackResourceDetail": {"PhysicalResourceId": "arn:topic"}}
    )
    subscription = {"Endpoint": "desk@marram.example", "SubscriptionArn": answers.get("subscription", "arn:1")}
    sns = SimpleNamespace(list_subscriptions_by_topic=lambda **_: {"Subscriptions": [subscription]})
    return AwsAccount("eu-west-1", "123456789012", {"sesv2": sesv2, "cloudformation": cloudformation, "sns": sns})


def said(*findings: Finding, wrong: bool = True) -> dict[str, str]:
    return {finding.about: finding.sentence for finding in findings if finding.wrong == wrong}


def dns() -> Any:
    records = GOOD_DNS
    return lambda name, kind: records.get((name, kind), ())


def sender(at: AwsAccount, ask: Any = None) -> list[Finding]:
    return [*stack_checks._sending(at), *stack_checks._sender(at, "byline@marram.example", ask or dns())]


def test_a_sender_that_is_proven_and_signed_needs_nothing() -> None:
    assert sender(account()) == []


def test_an_address_proven_by_itself_is_enough_to_send_but_not_signed() -> None:
    alone = {"byline@marram.example": {"VerifiedForSendingStatus": True}}

    assert set(said(*sender(account(identities=alone)))) == {"DKIM"}


def test_a_sender_that_nobody_proved_is_pointed_out() -> None:
    found = said(*sender(account(identities={})))

    assert "verify marram.example" in found["sender"]
    assert "Easy DKIM" in found["DKIM"]


@pytest.mark.parametrize(("status", "wrong"), [("FAILED", True), ("PENDING", False), (None, False)])
def test_spf_for_amazons_name_alone_is_a_note_and_a_failed_one_is_wrong(status: str | None, *, wrong: bool) -> None:
    identity = {**GOOD_IDENTITY, "MailFromAttributes": {"MailFromDomainStatus": status} if status else {}}

    assert "SPF" in said(*sender(account(identities={"marram.example": identity})), wrong=wrong)


def test_the_sandbox_and_a_stop_are_pointed_out() -> None:
    at = account(account={"ProductionAccessEnabled": False, "SendingEnabled": False})

    assert set(said(*sender(at))) == {"sandbox", "sending"}


def test_a_domain_without_dmarc_is_told_the_record() -> None:
    assert "v=DMARC1; p=none" in said(*sender(account(), lambda *_: ()))["DMARC"]


@pytest.mark.parametrize(("days", "told"), [(181, False), (180, True), (-30, True)])
def test_the_end_of_a_runtime_is_told_half_a_year_before(days: int, *, told: bool) -> None:
    today = ENDS["python3.12"] - timedelta(days=days)
    found = said(*stack_checks.runtime("python3.12", today))

    assert bool(found) == told
    assert not told or "python3.12 on 2028-10-31" in found["runtime"]
    assert said(*stack_checks.runtime("python3.11", today))["runtime"].startswith(
        "Lambda ends its support of python3.11"
    )


def test_an_alarm_that_nobody_agreed_to_get_is_pointed_out() -> None:
    assert list(stack_checks._alarms(account(), "byline")) == []
    pending = stack_checks._alarms(account(subscription="PendingConfirmation"), "byline")
    assert "desk@marram.example" in said(*pending)["alarms"]


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Amazon says of the certificate; asked in us-east-1 wherever the stack is."""
    about: dict[str, Any] = {"Status": "ISSUED", "DomainValidationOptions": []}

    def client(service: str, *, region: str, **_: object) -> Any:
        assert (service, region) == ("acm", "us-east-1")
        return SimpleNamespace(describe_certificate=lambda **_: {"Certificate": about})

    monkeypatch.setattr(stack_checks.amazon, "client", client)
    return about


def domain(ask: Any) -> dict[str, str]:
    name = "authors.marram.example"
    return said(*stack_checks._domain(name, "0b9c", "d1.cloudfront.net", account(), ask))


def test_a_domain_with_its_certificate_that_leads_to_the_stack_needs_nothing(certificate: dict[str, Any]) -> None:
    assert domain(dns()) == {}


def test_a_domain_at_the_root_of_its_zone_leads_there_by_its_addresses(certificate: dict[str, Any]) -> None:
    same = {("authors.marram.example", "CNAME"): [], ("authors.marram.example", "A"): ["192.0.2.1"]}
    records = {**GOOD_DNS, **same, ("d1.cloudfront.net", "A"): ["192.0.2.1", "192.0.2.2"]}

    assert domain(lambda name, kind: records.get((name, kind), ())) == {}


def test_a_certificate_that_waits_is_told_its_record(certificate: dict[str, Any]) -> None:
    record = {"Name": "_x.authors.marram.example", "Type": "CNAME", "Value": "_y.acm-validations.aws"}
    certificate.update(Status="PENDING_VALIDATION", DomainValidationOptions=[{"ResourceRecord": record}])

    assert "_x.authors.marram.example CNAME _y.acm-validations.aws" in domain(dns())["certificate"]


def test_a_domain_that_leads_nowhere_is_pointed_out(certificate: dict[str, Any]) -> None:
    assert "d1.cloudfront.net" in domain(lambda *_: ())["domain"]


def test_the_dns_is_read_as_text_and_its_silence_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"TXT": ['"v=DMARC1; " "p=none"'], "CNAME": ["d1.cloudfront.net."]}

    def resolve(name: str, kind: str, **_: object) -> list[Any]:
        if kind not in answers:
            raise NXDOMAIN
        return [SimpleNamespace(to_text=lambda text=text: text) for text in answers[kind]]

    monkeypatch.setattr(stack_checks.dns.resolver, "resolve", resolve)

    assert stack_checks.ask_dns("_dmarc.marram.example", "TXT") == ("v=DMARC1; p=none",)
    assert stack_checks.ask_dns("authors.marram.example", "CNAME") == ("d1.cloudfront.net",)
    assert stack_checks.ask_dns("authors.marram.example", "A") == ()
