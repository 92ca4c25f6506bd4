"""What an operator needs: the policy is enough for every command, and holds no right that none of them uses."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.aws import template
from tests.aws.operators import NEEDED, another

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.aws.operators import Operator

pytestmark = pytest.mark.aws

POLICY = json.loads((template.ROOT / "deploy" / "operator-policy.json").read_text())
CLOUDFORMATION = json.loads((template.ROOT / "deploy" / "cloudformation-policy.json").read_text())
PREFIXES = {
    "ApiGatewayV2": "apigateway",
    "Budgets": "budgets",
    "CloudFront": "cloudfront",
    "CloudWatch": "cloudwatch",
    "DynamoDB": "dynamodb",
    "Events": "events",
    "IAM": "iam",
    "Lambda": "lambda",
    "Logs": "logs",
    "S3": "s3",
    "SES": "ses",
    "SNS": "sns",
    "SQS": "sqs",
}


def actions(policy: Any) -> list[str]:
    found = [entry["Action"] for entry in policy["Statement"]]
    return [action for each in found for action in (each if isinstance(each, list) else [each])]


@pytest.fixture
def limited(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """An operator with the rights of the policy alone."""
    iam, name = operator.client("iam"), f"operator-{uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="operator", PolicyDocument=json.dumps(POLICY))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    trusted = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    if not any(role["RoleName"] == "byline-cloudformation" for role in iam.list_roles()["Roles"]):
        iam.create_role(RoleName="byline-cloudformation", AssumeRolePolicyDocument=trust)
        iam.put_role_policy(
            RoleName="byline-cloudformation", PolicyName="stack", PolicyDocument=json.dumps(CLOUDFORMATION)
        )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    yield operator
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_the_rights_of_the_policy_are_enough_for_every_command(limited: Operator, tmp_path: Path) -> None:
    role = f"arn:aws:iam::{template.ACCOUNT}:role/byline-cloudformation"
    done = limited.run("deploy", *NEEDED, "--role-arn", role, "--yes")
    assert done.exit_code == 0, done.output
    assert "AccessDenied" not in (said := limited.run("check").output), said
    assert limited.run("settings").exit_code == 0
    limited.package = another(limited.package, tmp_path)
    for words in (["deploy", "--yes"], ["rollback", "--yes"], ["rotate-edge-key", "--yes"]):
        done = limited.run(*words)
        assert done.exit_code == 0, done.output
    domain = f"{limited.stack}.authors.example"
    done = limited.run("deploy", "--domain", domain, "--backup-to", f"{limited.stack}-backups", "--yes")
    assert done.exit_code == 0, done.output
    done = limited.run("remove", typed=f"y\n{limited.stack}\n")
    assert done.exit_code == 0, done.output
    done = limited.run("adopt", *NEEDED, "--role-arn", role, "--yes")
    assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_a_right_less_and_a_deployment_is_refused(limited: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in does judge rights, so that the test above says something."""
    kept = [entry for entry in POLICY["Statement"] if entry["Sid"] != "SecretKey"]
    document = json.dumps({**POLICY, "Statement": kept})
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        iam = limited.client("iam")
        [user] = [each["UserName"] for each in iam.list_users()["Users"] if each["UserName"].startswith("operator-")][
            -1:
        ]
        iam.put_user_policy(UserName=user, PolicyName="operator", PolicyDocument=document)

    done = limited.run("deploy", *NEEDED, "--yes")

    assert done.exit_code == 2
    assert "AWS refuses" in done.stderr


def test_an_operators_rights_name_what_they_are_for() -> None:
    for statement in POLICY["Statement"]:
        assert "*" not in "".join(actions({"Statement": [statement]}))
        if statement["Sid"] not in {"LookAround", "NewCertificate"}:
            assert statement["Resource"] != "*"
    for action in actions(POLICY):
        assert not fnmatchcase(action, "iam:*") or action == "iam:PassRole"


def test_cloudformations_role_reaches_every_service_of_the_template() -> None:
    services = {about["Type"].split("::")[1] for about in template.translated()["Resources"].values()}
    services |= {"Budgets"}
    granted = {action.partition(":")[0] for action in actions(CLOUDFORMATION)}

    assert {PREFIXES[service] for service in services} <= granted
    [roles] = [entry for entry in CLOUDFORMATION["Statement"] if entry["Sid"] == "FunctionsRoles"]
    assert all("byline-" in thing for thing in roles["Resource"])
