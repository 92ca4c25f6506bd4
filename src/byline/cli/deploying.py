"""Bringing the stack up on AWS, or upgrading it in place: what is asked of CloudFormation, and in which order.

Doing it again is always safe: what is there stays, what is given changes, what is not given keeps its value. An upgrade
that fails is rolled back by CloudFormation, and the version before goes on.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from byline import amazon
from byline.accounts.publishers import first_link
from byline.errors import Misconfigured, Unavailable
from byline.settings import Settings
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from byline.cli.packing import Package

TEMPLATE: Final = Path(__file__).parents[3] / "deploy" / "template.yaml"
NEEDED: Final = {"PublisherEmail": "--publisher-email", "MailFrom": "--mail-from"}
"""The parameters without which no stack can be made, and the options that give them."""

_TYPE: Final = re.compile(r"^    Type: (AWS::\S+)", re.MULTILINE)
_PARAMETER: Final = re.compile(r"^  (\w+):$", re.MULTILINE)
_POLL_SECONDS: Final = 3
_LONGEST_SECONDS: Final = 45 * 60
_MOST_POLLS: Final = _LONGEST_SECONDS // _POLL_SECONDS
_UP: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
_EMPTY: Final = frozenset({"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"})
_LEFT: Final = {
    "UPDATE_ROLLBACK_COMPLETE": "the version before goes on.",
    "ROLLBACK_COMPLETE": "nothing is running. Mend what it says, delete the empty stack, and try again.",
}
_NOT_THERE: Final = "does not exist"
_UNCHANGED: Final = ("didn't contain changes", "No updates are to be performed")
_CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, slots=True)
class Amazon:
    """An account of AWS in one region, as this machine's credentials reach it."""

    region: str
    account: str
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Amazon's client of a service, made once."""
        if service not in self.clients:
            self.clients[service] = amazon.client(service, region=self.region, endpoint=None, tries=5, read_seconds=30)
        return self.clients[service]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stack that is up: its outputs, and whether anything had to be changed for it."""

    outputs: Mapping[str, str]
    changed: bool


@contextmanager
def speaking_plainly() -> Iterator[None]:
    """Turn what AWS refuses, or does not answer, into our own refusals."""
    try:
        yield
    except ClientError as fault:
        code = amazon.code_of(fault)
        if amazon.is_theirs(fault) or "Throttl" in code:
            raise Unavailable(f"AWS does not answer now: {fault}") from fault
        raise Misconfigured(f"AWS refuses: {fault}") from fault
    except amazon.NOBODY_ANSWERED as fault:
        raise Unavailable(f"AWS does not answer: {fault}") from fault
    except BotoCoreError as fault:
        raise Misconfigured(f"AWS cannot be used with these settings: {fault}") from fault


def reach(region: str) -> Amazon:
    """The account that the credentials in use belong to."""
    identity = amazon.client("sts", region=region, endpoint=None, tries=3, read_seconds=10).get_caller_identity()
    return Amazon(region, str(identity["Account"]))


def counted() -> Mapping[str, int]:
    """What the template makes: how many resources of each service."""
    return Counter(kind.split("::")[1] for kind in _TYPE.findall(_template()) if "Serverless" not in kind) + Counter(
        {"Lambda": _template().count("Type: AWS::Serverless::Function")}
    )


def there(at: Amazon, stack: str) -> Mapping[str, Any] | None:
    """What CloudFormation says of a stack, ``None`` if there is none (or one that has only begun to be)."""
    try:
        [about] = at.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as fault:
        if _NOT_THERE in str(fault):
            return None
        raise
    found: Mapping[str, Any] = about
    return None if found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def deploy(
    at: Amazon,
    stack: str,
    given: Mapping[str, str],
    package: Package,
    *,
    pause: Callable[[float], None],
    advance: Callable[[str, str], None],
) -> Outcome:
    """Bring the stack up with a packed program and the parameters given, or upgrade it.

    ``advance`` is told of each resource and what became of it. ``Misconfigured`` where parameters are missing or a
    first attempt must be cleared away; ``Unavailable`` if it failed, with CloudFormation's reasons.
    """
    before = there(at, stack)
    if before is not None and before["StackStatus"] in _EMPTY:
        raise Misconfigured(f"the first attempt failed and left an empty stack: delete {stack} in CloudFormation first")
    parameters = dict(given)
    if before is None:
        missing = [option for name, option in NEEDED.items() if name not in given]
        if missing:
            raise Misconfigured(f"a new stack needs {' and '.join(missing)}")
        _make_secret(at, stack)
        parameters["EdgeKey"] = secrets.token_urlsafe(36)
    parameters |= _lay_down(at, package)
    change = _change(at, stack, parameters, before, pause)
    if change is not None:
        _carry_out(at, stack, change, pause, advance)
    return Outcome(outputs(at, stack), changed=change is not None)


def outputs(at: Amazon, stack: str) -> dict[str, str]:
    """What the stack says of itself; ``Misconfigured`` where there is none."""
    about = there(at, stack)
    if about is None or "Outputs" not in about:
        raise Misconfigured(f"there is no stack {stack} in {at.region}: byline aws deploy brings it up")
    return {entry["OutputKey"]: entry["OutputValue"] for entry in about["Outputs"]}


def environ(at: Amazon, outputs: Mapping[str, str]) -> dict[str, str]:
    """The settings of the stack's web function, by their names in the environment; its own folder is left out."""
    about = at.client("lambda").get_function_configuration(FunctionName=outputs["WebFunction"])
    variables = about["Environment"]["Variables"].items()
    return {name: value for name, value in variables if name.startswith("BYLINE_") and name != "BYLINE_DATA"}


def settings(at: Amazon, outputs: Mapping[str, str]) -> Settings:
    """These settings, for commands that look at the installation from here."""
    return Settings.from_environ({**environ(at, outputs), "BYLINE_DATA": tempfile.mkdtemp(prefix="byline-aws-")})


def publisher_link(at: Amazon, outputs: Mapping[str, str]) -> str | None:
    """The one-time link for the first publisher, while there is none."""
    return first_link(connect(settings(at, outputs)).ports)


def _template() -> str:
    if not TEMPLATE.exists():
        raise Misconfigured("deploying needs Byline's source tree: run it in a checkout")
    return TEMPLATE.read_text()


def _make_secret(at: Amazon, stack: str) -> None:
    """Make the installation's secret, unless one is there: of a stack that was deleted, whose table is kept."""
    try:
        at.client("ssm").put_parameter(
            Name=f"/byline/{stack}/secret-key",
            Description="Byline's secret key: whoever has it can log in as anybody",
            Value=secrets.token_urlsafe(48),
            Type="SecureString",
        )
    except at.client("ssm").exceptions.ParameterAlreadyExists:
        return


def _lay_down(at: Amazon, package: Package) -> dict[str, str]:
    """Put the packed program where Lambda can fetch it; the parameters that say where."""
    bucket, s3 = f"byline-code-{at.account}-{at.region}", at.client("s3")
    placed = {} if at.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": at.region}}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=bucket, **placed)
    # Anybody may have made a bucket of that name before: every call names the owner it must have.
    ours = {"Bucket": bucket, "ExpectedBucketOwner": at.account}
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(**ours, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    name = package.archive.name
    if not s3.list_objects_v2(**ours, Prefix=name).get("KeyCount"):
        s3.put_object(**ours, Key=name, Body=package.archive.read_bytes())
    return {"CodeBucket": bucket, "CodeKey": name, "PythonRuntime": package.runtime}


def _change(
    at: Amazon,
    stack: str,
    parameters: Mapping[str, str],
    before: Mapping[str, Any] | None,
    pause: Callable[[float], None],
) -> str | None:
    """Have CloudFormation work out what would change; the change set's name, ``None`` if nothing would."""
    template = _template()
    takes = set(_PARAMETER.findall(template.partition("\nParameters:\n")[2].partition("\nRules:\n")[0]))
    known = {str(entry["ParameterKey"]) for entry in before["Parameters"]} if before else set()
    wanted: list[dict[str, Any]] = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    wanted += [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted((known & takes) - set(parameters))]
    made, name = at.client("cloudformation"), f"byline-{secrets.token_hex(6)}"
    made.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="UPDATE" if before else "CREATE",
        TemplateBody=template,
        Parameters=wanted,
        Capabilities=_CAPABILITIES,
    )
    for _ in range(_MOST_POLLS):
        about = made.describe_change_set(StackName=stack, ChangeSetName=name)
        if about["Status"] == "CREATE_COMPLETE":
            return name
        if about["Status"] == "FAILED":
            made.delete_change_set(StackName=stack, ChangeSetName=name)
            reason = str(about.get("StatusReason", ""))
            if any(words in reason for words in _UNCHANGED):
                return None
            raise Unavailable(f"CloudFormation cannot do this: {reason}")
        pause(_POLL_SECONDS)
    raise Unavailable("CloudFormation does not say what would change")


def _carry_out(
    at: Amazon, stack: str, change: str, pause: Callable[[float], None], advance: Callable[[str, str], None]
) -> None:
    """Have the change set carried out, and tell of each resource until the end; ``Unavailable`` with what failed."""
    made = at.client("cloudformation")
    seen = {event["EventId"] for event in made.describe_stack_events(StackName=stack)["StackEvents"]}
    made.execute_change_set(StackName=stack, ChangeSetName=change)
    reasons: list[str] = []
    for _ in range(_MOST_POLLS):
        # The stack's own state is read first, so that no event before its end is missed.
        about = there(at, stack)
        state = about["StackStatus"] if about else "REVIEW_IN_PROGRESS"
        for event in reversed(made.describe_stack_events(StackName=stack)["StackEvents"]):
            if event["EventId"] not in seen:
                seen.add(event["EventId"])
                advance(event["LogicalResourceId"], event["ResourceStatus"])
                if event["ResourceStatus"].endswith("FAILED"):
                    reasons.append(
                        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
                    )
        if state in _UP:
            return
        if not state.endswith("IN_PROGRESS"):
            raise Unavailable(f"{stack} is {state}; {_LEFT.get(state, '')}\n" + "\n".join(reasons))
        pause(_POLL_SECONDS)
    raise Unavailable(f"{stack} takes longer than {_LONGEST_SECONDS // 60} minutes: look at it in CloudFormation")
