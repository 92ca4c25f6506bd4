"""Read and change the stack by CloudFormation: what it consists of, its parameters, outputs and settings.

Parameters that are given change, all others keep their values. CloudFormation rolls a failed change back, and the
version before goes on running.
"""

from __future__ import annotations

import json
import re
import secrets
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from byline import amazon
from byline.errors import Misconfigured, Unavailable
from byline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


TEMPLATE: Final = Path(__file__).parents[2] / "deploy" / "template.yaml"
SECRETS: Final = frozenset({"EdgeKey", "OtherEdgeKey"})
"""Parameters that CloudFormation tells to no one, and keeps."""
_TYPE: Final = re.compile(r"^    Type: (AWS::\S+)", re.MULTILINE)
_PARAMETER: Final = re.compile(r"^  (\w+):$", re.MULTILINE)
POLL_SECONDS: Final = 3
_LONGEST_SECONDS: Final = 45 * 60
MOST_POLLS: Final = _LONGEST_SECONDS // POLL_SECONDS
_COMPLETE: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
_AFTER_FAILURE: Final = {
    "UPDATE_ROLLBACK_COMPLETE": "the version before goes on.",
    "ROLLBACK_COMPLETE": "nothing is running. Mend what it says, clear the stack away (byline aws remove), try again.",
}
_NOT_THERE: Final = "does not exist"
_UNCHANGED: Final = ("didn't contain changes", "No updates are to be performed")
_CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, slots=True)
class AwsAccount:
    """An AWS account in one region, reached with this machine's credentials.

    ``role``: the ARN of a role by which CloudFormation changes a stack; "" for the one that it used before, or
    else these credentials.
    """

    region: str
    account: str
    clients: dict[str, Any] = field(default_factory=dict)
    role: str = ""

    def client(self, service: str) -> Any:
        """The client of a service, made once."""
        if service not in self.clients:
            self.clients[service] = amazon.client(service, region=self.region, endpoint=None, tries=5, read_seconds=30)
        return self.clients[service]


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise ``Misconfigured`` for what AWS refuses, and ``Unavailable`` where it does not answer."""
    try:
        yield
    except ClientError as fault:
        code = amazon.code_of(fault)
        if amazon.is_server_error(fault) or "Throttl" in code:
            raise Unavailable(f"AWS does not answer now: {fault}") from fault
        raise Misconfigured(f"AWS refuses: {fault}") from fault
    except amazon.CONNECTION_ERRORS as fault:
        raise Unavailable(f"AWS does not answer: {fault}") from fault
    except BotoCoreError as fault:
        raise Misconfigured(f"AWS cannot be used with these settings: {fault}") from fault


def current_account(region: str, role: str = "") -> AwsAccount:
    """The AWS account that the credentials in use belong to, with a role for CloudFormation."""
    identity = amazon.client("sts", region=region, endpoint=None, tries=3, read_seconds=10).get_caller_identity()
    return AwsAccount(region, str(identity["Account"]), role=role)


def count_resources() -> Mapping[str, int]:
    """How many resources of each service the template makes."""
    template = TEMPLATE.read_text()
    return Counter(kind.split("::")[1] for kind in _TYPE.findall(template) if "Serverless" not in kind) + Counter(
        {"Lambda": template.count("Type: AWS::Serverless::Function")}
    )


def describe_stack(aws: AwsAccount, stack: str) -> Mapping[str, Any] | None:
    """CloudFormation's description of a stack; ``None`` if there is none, or only an unexecuted change set."""
    try:
        [about] = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as fault:
        if _NOT_THERE in str(fault):
            return None
        raise
    found: Mapping[str, Any] = about
    return None if found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def change_stack(
    aws: AwsAccount,
    stack: str,
    parameters: Mapping[str, str],
    *,
    pause: Callable[[float], None],
    report: Callable[[str, str], None],
    template: str = "",
) -> bool:
    """Create the stack or change it, by the template of this program or another; whether anything had to be changed.

    Parameters that are left out keep their values. ``report`` is called with each resource and its new state.
    ``Unavailable`` if it failed, with CloudFormation's reasons.
    """
    before = describe_stack(aws, stack)
    change = _create_change_set(aws, stack, parameters, before, pause, template=template or TEMPLATE.read_text())
    if change is not None:
        _execute_change_set(aws, stack, change, pause, report)
    return change is not None


def values(about: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of a described stack, without those that CloudFormation tells to no one."""
    found = {str(entry["ParameterKey"]): str(entry["ParameterValue"]) for entry in about["Parameters"]}
    return {name: value for name, value in found.items() if name not in SECRETS}


def template_of(aws: AwsAccount, stack: str) -> str:
    """The template that a stack was last made of, as it was sent."""
    found = aws.client("cloudformation").get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    return found if isinstance(found, str) else json.dumps(found)


def report_events(
    made: Any, stack: str, seen: set[str], reasons: list[str], report: Callable[[str, str], None]
) -> None:
    """Report the events of a stack that are not in ``seen``, oldest first; add to ``reasons`` why something failed."""
    for event in reversed(made.describe_stack_events(StackName=stack)["StackEvents"]):
        if event["EventId"] not in seen:
            seen.add(event["EventId"])
            report(event["LogicalResourceId"], event["ResourceStatus"])
            if event["ResourceStatus"].endswith("FAILED"):
                reasons.append(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}")


def read_outputs(aws: AwsAccount, stack: str) -> dict[str, str]:
    """The stack's outputs; ``Misconfigured`` where there is no such stack."""
    about = describe_stack(aws, stack)
    if about is None or "Outputs" not in about:
        raise Misconfigured(f"there is no stack {stack} in {aws.region}: byline aws deploy brings it up")
    return {entry["OutputKey"]: entry["OutputValue"] for entry in about["Outputs"]}


def read_environ(aws: AwsAccount, outputs: Mapping[str, str]) -> dict[str, str]:
    """The settings of the stack's web function by their names in the environment, without its own data folder."""
    about = aws.client("lambda").get_function_configuration(FunctionName=outputs["WebFunction"])
    variables = about["Environment"]["Variables"].items()
    return {name: value for name, value in variables if name.startswith("BYLINE_") and name != "BYLINE_DATA"}


def read_settings(aws: AwsAccount, outputs: Mapping[str, str]) -> Settings:
    """The same settings, for commands that read the installation from this machine."""
    return Settings.from_environ({**read_environ(aws, outputs), "BYLINE_DATA": tempfile.mkdtemp(prefix="byline-aws-")})


def _create_change_set(
    aws: AwsAccount,
    stack: str,
    parameters: Mapping[str, str],
    before: Mapping[str, Any] | None,
    pause: Callable[[float], None],
    *,
    template: str,
) -> str | None:
    """The name of a new change set; ``None`` if nothing would change."""
    takes = set(_PARAMETER.findall(template.partition("\nParameters:\n")[2].partition("\nRules:\n")[0]))
    known = {str(entry["ParameterKey"]) for entry in before["Parameters"]} if before else set()
    wanted: list[dict[str, Any]] = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    wanted += [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted((known & takes) - set(parameters))]
    made, name = aws.client("cloudformation"), f"byline-{secrets.token_hex(6)}"
    made.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="UPDATE" if before else "CREATE",
        TemplateBody=template,
        Parameters=wanted,
        Capabilities=_CAPABILITIES,
        **({"RoleARN": aws.role} if aws.role else {}),
    )
    for _ in range(MOST_POLLS):
        about = made.describe_change_set(StackName=stack, ChangeSetName=name)
        if about["Status"] == "CREATE_COMPLETE":
            return name
        if about["Status"] == "FAILED":
            made.delete_change_set(StackName=stack, ChangeSetName=name)
            reason = str(about.get("StatusReason", ""))
            if any(words in reason for words in _UNCHANGED):
                return None
            raise Unavailable(f"CloudFormation cannot do this: {reason}")
        pause(POLL_SECONDS)
    raise Unavailable("CloudFormation does not say what would change")


def _execute_change_set(
    aws: AwsAccount, stack: str, change: str, pause: Callable[[float], None], report: Callable[[str, str], None]
) -> None:
    """Execute the change set, reporting each resource until the end. ``Unavailable`` names what failed."""
    made = aws.client("cloudformation")
    seen = {event["EventId"] for event in made.describe_stack_events(StackName=stack)["StackEvents"]}
    made.execute_change_set(StackName=stack, ChangeSetName=change)
    reasons: list[str] = []
    for _ in range(MOST_POLLS):
        # The stack's own state is read first, so that no event before its end is missed.
        about = describe_stack(aws, stack)
        state = about["StackStatus"] if about else "REVIEW_IN_PROGRESS"
        report_events(made, stack, seen, reasons, report)
        if state in _COMPLETE:
            return
        if not state.endswith("IN_PROGRESS"):
            raise Unavailable(f"{stack} is {state}; {_AFTER_FAILURE.get(state, '')}\n" + "\n".join(reasons))
        pause(POLL_SECONDS)
    raise Unavailable(f"{stack} takes longer than {_LONGEST_SECONDS // 60} minutes: look at it in CloudFormation")
