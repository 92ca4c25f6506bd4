"""Deploy the stack on AWS or upgrade it in place, see whether it answers, and take back what does not."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from byline.accounts.publishers import first_link
from byline.errors import Misconfigured
from byline.store import formats
from byline.wiring import connect
from tools.aws import cloudformation, code_bucket, edge_key, smoke_test

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.aws.cloudformation import AwsAccount
    from tools.aws.packaging import Package

REQUIRED: Final = {"PublisherEmail": "--publisher-email", "MailFrom": "--mail-from"}
"""The parameters without which no stack can be made, and the options that give them."""
_EMPTY: Final = frozenset({"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A deployed stack: its outputs, whether anything had to be changed, and what does not answer since ("": all does).

    ``taken_back``: the version before was put back for that reason, and answers.
    """

    outputs: Mapping[str, str]
    changed: bool
    failure: str = ""
    taken_back: bool = False


def deploy(
    aws: AwsAccount,
    stack: str,
    given: Mapping[str, str],
    package: Package,
    *,
    pause: Callable[[float], None],
    report: Callable[[str, str], None],
) -> Outcome:
    """Create or upgrade the stack with a packed program and the given parameters.

    Then the portal is asked for three pages. Where it does not answer, the stack is put back as it was before.
    ``report`` is called with each resource and its new state. ``Misconfigured`` where parameters are missing or a
    first attempt must be cleared away; ``Unavailable`` if it failed, with CloudFormation's reasons.
    """
    before = cloudformation.describe_stack(aws, stack)
    if before is not None and before["StackStatus"] in _EMPTY:
        raise Misconfigured(f"the first attempt failed and left an empty stack: delete {stack} in CloudFormation first")
    parameters = dict(given)
    if before is None:
        missing = [option for name, option in REQUIRED.items() if name not in given]
        if missing:
            raise Misconfigured(f"a new stack needs {' and '.join(missing)}")
        _create_secret(aws, stack)
        parameters["EdgeKey"] = edge_key.random_key()
    former = cloudformation.template_of(aws, stack) if before else ""
    parameters |= code_bucket.upload(aws, package)
    change = partial(cloudformation.change_stack, aws, stack, pause=pause, report=report)
    changed = change(parameters)
    if before is None:
        aws.client("cloudformation").update_termination_protection(StackName=stack, EnableTerminationProtection=True)
    outputs = cloudformation.read_outputs(aws, stack)
    failed = smoke_test.failure(aws, outputs, pause=pause)
    if not failed or not changed or before is None:
        return Outcome(outputs, changed=changed, failure=failed)
    change(cloudformation.values(before), template=former)
    answers = not smoke_test.failure(aws, outputs, pause=pause)
    return Outcome(cloudformation.read_outputs(aws, stack), changed=True, failure=failed, taken_back=answers)


def first_publisher_link(aws: AwsAccount, outputs: Mapping[str, str]) -> str | None:
    """The one-time link for the first publisher, while there is none."""
    return first_link(connect(cloudformation.read_settings(aws, outputs)).ports)


def move_format(aws: AwsAccount, outputs: Mapping[str, str]) -> None:
    """Let the store have the newest format from now on. Call it only where the deployed program has answered: until
    then the version before can still be put back.
    """
    formats.upgrade(connect(cloudformation.read_settings(aws, outputs)).ports.store)


def _create_secret(aws: AwsAccount, stack: str) -> None:
    """Create the installation's secret key, unless a deleted stack whose table was kept has left one."""
    try:
        aws.client("ssm").put_parameter(
            Name=f"/byline/{stack}/secret-key",
            Description="Byline's secret key: with it one can log in as anybody",
            Value=secrets.token_urlsafe(48),
            Type="SecureString",
        )
    except aws.client("ssm").exceptions.ParameterAlreadyExists:
        return
