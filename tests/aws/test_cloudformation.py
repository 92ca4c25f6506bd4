"""``byline aws``: what an operator sees who brings the portal up, upgrades it, and asks what it still needs."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws import template
from tests.aws.operators import ACCOUNT, NEEDED, Operator, cannot_start
from tests.server import BYLINE
from tools.aws import cloudformation, dns_records, stack_checks

from byline.limits import Limit
from byline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = [pytest.mark.aws, pytest.mark.slow]


def test_a_new_portal_is_brought_up_with_its_secret_and_its_first_link(operator: Operator) -> None:
    done = operator.run("deploy", *NEEDED, "--site-name", "Marram Press", "--yes", "--json")

    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["changed"] is True
    assert said["address"].startswith("https://")
    assert said["first_publisher"].startswith(f"{said['address']}/publisher/first/")
    assert "USD a month" in done.stderr
    assert "Lambda 5" in done.stderr
    assert "CREATE_COMPLETE      WebFunction" in done.stderr
    name = f"/byline/{operator.stack}/secret-key"
    secret = operator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert secret["Type"] == "SecureString"
    assert len(secret["Value"]) >= 32
    assert secret["Value"] not in done.output
    blocked = operator.client("s3").get_public_access_block(Bucket=operator.parameters()["CodeBucket"])
    assert set(blocked["PublicAccessBlockConfiguration"].values()) == {True}
    [about] = operator.client("cloudformation").describe_stacks(StackName=operator.stack)["Stacks"]
    assert about["EnableTerminationProtection"] is True
    assert operator.parameters()["SiteName"] == "Marram Press"
    assert operator.function()["Environment"]["Variables"]["BYLINE_SITE_NAME"] == "Marram Press"


def test_doing_it_again_changes_what_is_given_and_keeps_the_rest(operator: Operator) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    before = operator.parameters()

    again = operator.run("deploy", "--yes")
    assert again.exit_code == 0, again.output
    assert again.stdout.startswith("Nothing had to be changed. The portal is at https://")
    assert operator.parameters() == before

    renamed = operator.run("deploy", "--site-name", "Marram Press", "--yes")
    assert renamed.exit_code == 0, renamed.output
    assert "Nothing had to be changed" not in renamed.stdout
    assert operator.parameters() == {**before, "SiteName": "Marram Press"}


def test_the_language_and_the_limits_are_set_and_kept(operator: Operator) -> None:
    asked = ["--set", "LANGUAGE=de", "--set", "LIMIT_REGISTER_NETWORK=300/3600"]
    done = operator.run("deploy", *NEEDED, *asked, "--yes")
    assert done.exit_code == 0, done.output
    operator.run("deploy", "--yes")

    settings = Settings.from_environ(operator.function()["Environment"]["Variables"])
    assert settings.site.language == "de"
    assert settings.site.limits.register_network == Limit(300, 3600)


@pytest.mark.parametrize(
    "wrong", ["LANGUAGE=xx", "LIMIT_NOTHING=1/2", "STORE=x", "LANGUAGE", "LANGUAGE=d e", "LIMIT_SAVE=0"]
)
def test_a_setting_that_no_portal_would_start_with_is_refused_before_anything_is_made(
    operator: Operator, wrong: str
) -> None:
    done = operator.run("deploy", *NEEDED, "--set", wrong, "--yes")

    assert done.exit_code == 2, done.output
    assert operator.packed == 0


def test_a_failed_upgrade_says_why_and_leaves_the_version_before(operator: Operator, tmp_path: Path) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    before = operator.function()
    broken = tmp_path / "byline-broken.zip"
    broken.write_bytes(b"no archive at all")
    operator.package = replace(operator.package, archive=broken)

    done = operator.run("deploy", "--yes")

    assert done.exit_code == 3, done.output
    assert "UPDATE_ROLLBACK_COMPLETE; the version before goes on." in done.stderr
    assert "Function: " in done.stderr
    assert operator.function()["CodeSha256"] == before["CodeSha256"]


@pytest.mark.timeout(400)
def test_a_version_that_cannot_start_is_taken_back(operator: Operator, tmp_path: Path) -> None:
    operator.run("deploy", *NEEDED, "--site-name", "Marram Press", "--yes")
    before, parameters = operator.function(), operator.parameters()
    operator.package = cannot_start(operator.package, tmp_path)

    done = operator.run("deploy", "--site-name", "Another", "--yes", "--json")

    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    assert said["taken_back"] is True
    assert said["failure"].startswith("/healthz: the function failed")
    assert operator.function()["CodeSha256"] == before["CodeSha256"]
    assert operator.parameters() == parameters


@pytest.mark.timeout(400)
def test_a_new_portal_that_cannot_start_is_said(operator: Operator, tmp_path: Path) -> None:
    operator.package = cannot_start(operator.package, tmp_path)

    done = operator.run("deploy", *NEEDED, "--yes")

    assert done.exit_code == 1, done.output
    assert "The portal does not answer at /healthz: the function failed" in done.stdout
    assert "The portal is at" not in done.stdout
    checked = json.loads(operator.run("check", "--json").stdout)
    assert any(found["about"] == "portal" and "/healthz" in found["sentence"] for found in checked)


def test_the_edge_key_is_turned_without_a_request_that_is_refused(operator: Operator) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    [old] = operator.edge_keys()
    accepted: list[list[str]] = []
    real = cloudformation.change_stack

    def change(*args: Any, **options: Any) -> bool:
        changed = real(*args, **options)
        accepted.append(operator.edge_keys())
        assert operator.sent_key() in operator.edge_keys()
        return changed

    operator.replace(cloudformation, "change_stack", change)
    done = operator.run("rotate-edge-key", "--yes")

    assert done.exit_code == 0, done.output
    [new] = operator.edge_keys()
    assert new != old
    assert operator.sent_key() == new
    assert accepted == [[old, new], [new, old], [new]]
    assert old not in done.output
    assert new not in done.output
    again = operator.run("deploy", "--yes")
    assert again.stdout.startswith("Nothing had to be changed.")
    assert operator.edge_keys() == [new]


@pytest.mark.parametrize(
    ("arn", "said"),
    [
        ("arn:aws:acm:eu-west-1:000000000000:certificate/1-2", "is in eu-west-1"),
        ("arn:aws:acm:us-east-1:999999999999:certificate/1-2", "is of account 999999999999"),
        ("1-2", "is not like arn:aws:acm:us-east-1:"),
        ("arn:aws:iam:us-east-1:000000000000:server-certificate/1-2", "is not like arn:aws:acm:us-east-1:"),
    ],
)
def test_a_certificate_that_cloudfront_would_not_take_is_refused_where_it_is_typed(
    operator: Operator, arn: str, said: str
) -> None:
    done = operator.run("deploy", *NEEDED, "--domain", "authors.example", "--certificate", arn, "--yes")

    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert operator.packed == 0


def test_the_domain_gets_its_certificate_and_the_records_to_enter_are_told(operator: Operator) -> None:
    domain = f"{operator.stack}.authors.example"
    operator.run("deploy", *NEEDED, "--yes")
    done = operator.run("deploy", "--domain", domain, "--yes", "--json")

    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["address"] == f"https://{domain}"
    given = operator.parameters()
    [listed] = [
        entry["CertificateArn"]
        for entry in operator.client("acm", region="us-east-1").list_certificates()["CertificateSummaryList"]
        if entry["DomainName"] == domain
    ]
    assert (given["DomainName"], given["CertificateId"]) == (domain, listed.rpartition("/")[2])
    records = {(entry["name"], entry["type"]): entry["value"] for entry in said["dns"]}
    assert records[domain, "CNAME"] == cloudformation.read_outputs(ACCOUNT, operator.stack)["PointsTo"]
    assert records["_dmarc.marram.example", "TXT"] == "v=DMARC1; p=none"
    assert sum(name.endswith("._domainkey.marram.example") for name, _ in records) == 3
    assert "CNAME\t" in operator.run("deploy", "--yes").stdout


def test_a_domain_whose_certificate_waits_is_taken_later(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    record = dns_records.DnsRecord("_x.authors.example", "CNAME", "_y.acm.aws")
    monkeypatch.setattr(dns_records, "certificate", lambda *_, **__: ("", [record]))

    done = operator.run("deploy", *NEEDED, "--domain", "authors.example", "--yes")

    assert done.exit_code == 0, done.output
    assert "_x.authors.example\tCNAME\t_y.acm.aws" in done.stdout
    assert "deploy again with --domain authors.example" in done.stdout
    assert operator.parameters()["DomainName"] == ""


def test_nothing_is_made_unless_the_operator_says_so(operator: Operator) -> None:
    done = operator.run("deploy", *NEEDED, typed="n\n")

    assert done.exit_code == 1
    assert cloudformation.describe_stack(ACCOUNT, operator.stack) is None
    assert operator.packed == 0


def test_a_new_stack_needs_a_publisher_and_a_sender(operator: Operator) -> None:
    done = operator.run("deploy", "--mail-from", "byline@marram.example", "--yes")

    assert done.exit_code == 2
    assert "a new stack needs --publisher-email" in done.stderr


def test_without_credentials_that_aws_knows_it_is_said(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODYKNOWSTHIS0")

    done = operator.run("deploy", *NEEDED, "--yes")

    assert done.exit_code == 2
    assert "AWS refuses" in done.stderr


def test_an_aws_that_does_not_answer_is_to_be_tried_again(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    done = operator.run("check")

    assert done.exit_code == 3
    assert "AWS does not answer" in done.stderr


def test_what_the_template_makes_is_counted_by_service() -> None:
    counted = cloudformation.count_resources()

    assert counted["Lambda"] == 5  # four functions, and the right to call one
    assert counted["DynamoDB"] == 1
    assert counted["CloudWatch"] == 8
    assert sum(counted.values()) == len(template.written()["Resources"])


def test_checking_says_what_a_new_portal_needs(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    monkeypatch.setattr(stack_checks, "ask_dns", lambda *_: ())

    done = operator.run("check", "--json")

    assert done.exit_code == 1, done.output
    found = {entry["about"]: entry["sentence"] for entry in json.loads(done.stdout) if entry["wrong"]}
    assert "There is no publisher yet" in found["publisher"]
    assert "v=DMARC1" in found["DMARC"]
    assert "BYLINE_PROXIES" not in found


def test_a_real_email_is_sent_when_it_is_asked_for(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.run("deploy", *NEEDED, "--yes")
    monkeypatch.setattr(stack_checks, "ask_dns", lambda *_: ())
    address = f"{operator.stack}@example.org"

    done = operator.run("check", "--email-to", address, "--json")

    found = {entry["about"]: entry for entry in json.loads(done.stdout)}
    assert found["mail"]["wrong"] is False, found["mail"]
    assert f"took an email to {address}" in found["mail"]["sentence"]


def test_other_commands_work_on_the_stack_with_the_settings_it_prints(operator: Operator) -> None:
    operator.run("deploy", *NEEDED, "--site-name", "Marram's Press", "--yes")

    done = operator.run("settings")

    assert done.exit_code == 0, done.output
    script = f"{done.stdout}\n{BYLINE} authors --json && {BYLINE} publisher add ines@marram.example --name Ines"
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert shell.returncode == 0, shell.stderr
    assert shell.stdout.startswith("[]\n")
    assert "An invitation to ines@marram.example is on its way" in shell.stdout
    assert """BYLINE_SITE_NAME='Marram'"'"'s Press'""" in done.stdout


def test_checking_a_stack_that_is_not_there_says_how_to_make_it(operator: Operator) -> None:
    done = operator.run("check")

    assert done.exit_code == 2
    assert f"there is no stack {operator.stack}" in done.stderr
    assert "byline aws deploy" in done.stderr
