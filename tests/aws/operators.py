"""Somebody at a shell who runs ``byline aws``, in ministack."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from click.testing import CliRunner
from tests.aws import template
from tests.engines import MINISTACK_REGION
from tools.aws import cloudformation, commands

from byline import amazon
from byline.cli.main import main
from byline.wiring import connect

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from click.testing import Result
    from tools.aws.packaging import Package

    from byline.ports import Ports

ACCOUNT = cloudformation.AwsAccount(MINISTACK_REGION, template.ACCOUNT)
NEEDED = ("--publisher-email", "desk@marram.example", "--mail-from", "byline@marram.example")


class Operator:
    """Somebody at a shell, with an account that nothing of Byline is in but the stacks of other tests."""

    def __init__(self, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack = f"byline-{uuid4().hex[:8]}"
        self.package = package
        self.packed = 0
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(commands, "pack", self._pack)

    def run(self, command: str, *words: str, typed: str = "") -> Result:
        """Run ``byline aws``; what went to standard output and to standard error stands apart."""
        where = ("--stack", self.stack, "--region", MINISTACK_REGION)
        return CliRunner().invoke(main, ["aws", command, *where, *words], input=typed)

    def client(self, service: str, *, region: str = MINISTACK_REGION) -> Any:
        return amazon.client(service, region=region, endpoint=None, tries=1, read_seconds=30)

    def parameters(self) -> dict[str, str]:
        [about] = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return {entry["ParameterKey"]: entry["ParameterValue"] for entry in about["Parameters"]}

    def function(self) -> Any:
        name = cloudformation.read_outputs(ACCOUNT, self.stack)["WebFunction"]
        return self.client("lambda").get_function_configuration(FunctionName=name)

    def ports(self) -> Ports:
        """The installation, with the settings of its functions."""
        outputs = cloudformation.read_outputs(ACCOUNT, self.stack)
        return connect(cloudformation.read_settings(ACCOUNT, outputs)).ports

    def secret(self) -> str:
        """The portal's secret key."""
        name = f"/byline/{self.stack}/secret-key"
        return str(self.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])

    def copy_table(self, name: str, description: dict[str, Any]) -> None:
        """Make a table with the same items, as a restoration to a point in time does: without stream or expiry."""
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(**description)
        for item in dynamodb.scan(TableName=name)["Items"]:
            dynamodb.put_item(TableName=description["TableName"], Item=item)

    def invoke(self, function: str) -> Any:
        """What a function of the template answers when its time has come."""
        where = {"StackName": self.stack, "LogicalResourceId": function}
        resource = self.client("cloudformation").describe_stack_resource(**where)["StackResourceDetail"]
        invoked = self.client("lambda").invoke(FunctionName=resource["PhysicalResourceId"], Payload=b"{}")
        return json.load(invoked["Payload"])

    def edge_keys(self) -> list[str]:
        """What the web function accepts."""
        keys: list[str] = self.function()["Environment"]["Variables"]["BYLINE_EDGE_KEY"].split()
        return keys

    def sent_key(self) -> str:
        """What CloudFront sends."""
        where = {"StackName": self.stack, "LogicalResourceId": "Distribution"}
        resource = self.client("cloudformation").describe_stack_resource(**where)["StackResourceDetail"]
        config = self.client("cloudfront").get_distribution_config(Id=resource["PhysicalResourceId"])
        [portal] = [each for each in config["DistributionConfig"]["Origins"]["Items"] if each["Id"] == "portal"]
        [header] = portal["CustomHeaders"]["Items"]
        return str(header["HeaderValue"])

    def replace(self, module: Any, name: str, by: Any) -> None:
        """Put something else in a module's place for the rest of the test."""
        self._monkeypatch.setattr(module, name, by)

    def _pack(self, _: Path) -> Package:
        self.packed += 1
        return self.package


def cannot_start(package: Package, folder: Path) -> Package:
    """The package with a program that ends while it is loaded."""
    broken = folder / "byline-cannot-start.zip"
    with zipfile.ZipFile(package.archive) as source, zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if not name.startswith("byline/aws/handler."):
                made.writestr(name, source.read(name))
        made.writestr("byline/aws/handler.py", "import a_module_that_is_not_there\n")
    return replace(package, archive=broken)


def another(package: Package, folder: Path) -> Package:
    """The package with a file more: another version, which works as well."""
    made = folder / "byline-another.zip"
    made.write_bytes(package.archive.read_bytes())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("another.txt", "another version")
    return replace(package, archive=made)
