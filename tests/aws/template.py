"""deploy/template.yaml for tests: as it is written, as Amazon's translator turns it out, and with values put in."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any

ROOT = Path(__file__).parents[2]
PATH = ROOT / "deploy" / "template.yaml"
REGION = "eu-west-1"
ACCOUNT = "000000000000"
STACK = "byline"
GIVEN = {
    "SiteName": "Marram Press",
    "PublisherName": "Marram",
    "PublisherEmail": "desk@marram.example",
    "MailFrom": "byline@marram.example",
    "CodeBucket": "byline-code",
    "CodeKey": "byline.zip",
    "EdgeKey": "by-chance-and-long-enough-for-an-edge",
}
_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}


@cache
def written() -> Json:
    """The template as it is written, its short forms (``!Ref``) spelt out."""
    import cfnlint.decode

    decoded, faults = cfnlint.decode.decode(str(PATH))
    assert not faults
    return json.loads(json.dumps(decoded))


def translated(**given: str) -> Json:
    """What CloudFormation is told in the end: Amazon's own translation for these parameters."""
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    template = json.loads(json.dumps(written()))
    session = boto3.Session(region_name=REGION)
    return Translator({}, Parser(), boto_session=session).translate(template, parameters(**given))


def parameters(**given: str) -> dict[str, str]:
    """All parameters, with their defaults where nothing is given."""
    defaults = {name: str(about["Default"]) for name, about in written()["Parameters"].items() if "Default" in about}
    return {**defaults, **GIVEN, **given}


def resources(kind: str, template: Json) -> dict[str, Json]:
    """The properties of all resources of a type, by their names."""
    found = {name: about for name, about in template["Resources"].items() if about["Type"] == kind}
    return {name: about["Properties"] for name, about in found.items()}


def resolved(value: Json, **given: str) -> Json:
    """A value with its intrinsic functions carried out; resources stand as ``Name`` and ``Name.Attribute``."""
    names = {**parameters(**given), **_PSEUDO}
    if isinstance(value, list):
        return [resolved(entry, **given) for entry in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(function, of)] = value.items()
        if function == "Ref":
            return names.get(of, of)
        if function == "Fn::GetAtt":
            return ".".join(of)
        if function == "Fn::If":
            return resolved(of[1] if _holds(of[0], **given) else of[2], **given)
        if function == "Fn::Select":
            return resolved(of[1], **given)[of[0]]
        if function == "Fn::Split":
            return resolved(of[1], **given).split(of[0])
        if function == "Fn::Sub":
            text, own = (of, {}) if isinstance(of, str) else of
            known = names | {name: resolved(entry, **given) for name, entry in own.items()}
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(known.get(found[1], found[1])), text)
    return {name: resolved(entry, **given) for name, entry in value.items()}


def _holds(condition: str, **given: str) -> bool:
    given_by = {
        "HasBackup": "BackupBucket",
        "HasBackupRegion": "BackupRegion",
        "HasBudget": "BudgetUsd",
        "HasDomain": "DomainName",
        "HasMostAtOnce": "MostAtOnce",
        "HasOperator": "OperatorEmail",
        "HasWebAcl": "WebAcl",
        "MakesBucket": "BucketName",
        "MakesTable": "TableName",
    }
    is_given = parameters(**given)[given_by[condition]] not in {"", "0", 0}
    return is_given != condition.startswith("Makes")
