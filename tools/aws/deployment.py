"""Deploy the stack on AWS or upgrade it in place, see whether it answers, and take back what does not."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from byline.accounts.publishers import first_link
from byline.errors import Misconfigured, NotAllowed, NotFound
from byline.store import formats
from byline.wiring import connect
from tools.aws import cloudformation, code_bucket, edge_key, smoke_test
from tools.aws.code_bucket import Release

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
        raise Misconfigured(
            f"the first attempt failed and left an empty stack: byline aws remove --stack {stack} clears it away"
        )
    parameters = dict(given)
    if before is None:
        require(aws, stack, given)
        _create_secret(aws, stack)
        parameters["EdgeKey"] = edge_key.random_key()
    template = cloudformation.template_of(aws, stack) if before else ""
    parameters |= code_bucket.upload(aws, package)
    change = partial(cloudformation.change_stack, aws, stack, pause=pause, report=report)
    changed = change(parameters)
    if before is None:
        aws.client("cloudformation").update_termination_protection(StackName=stack, EnableTerminationProtection=True)
    outputs = cloudformation.read_outputs(aws, stack)
    failed = smoke_test.failure(aws, outputs, pause=pause)
    if before is None or not changed:
        return Outcome(outputs, changed=changed, failure=failed)
    was = cloudformation.values(before)
    if not failed:
        if was["CodeKey"] != parameters["CodeKey"]:
            code_bucket.keep_release(aws, stack, _release(aws, outputs, was, template))
        return Outcome(outputs, changed=True)
    change(was, template=template)
    answers = not smoke_test.failure(aws, outputs, pause=pause)
    return Outcome(cloudformation.read_outputs(aws, stack), changed=True, failure=failed, taken_back=answers)


def require(aws: AwsAccount, stack: str, given: Mapping[str, str]) -> None:
    """``Misconfigured`` where a stack would be new and its parameters do not suffice."""
    missing = [option for name, option in REQUIRED.items() if name not in given]
    if missing and cloudformation.describe_stack(aws, stack) is None:
        raise Misconfigured(f"a new stack needs {' and '.join(missing)}")


def roll_back(
    aws: AwsAccount, stack: str, *, pause: Callable[[float], None], report: Callable[[str, str], None]
) -> Outcome:
    """Put the program back that ran before the present one, with its template; settings stay as they are.

    ``NotFound`` where there was none; ``NotAllowed`` where the present one has already stored what the one before would
    lose. Where the one before does not answer any more, the present one is put back.
    """
    outputs = cloudformation.read_outputs(aws, stack)
    former = code_bucket.former_release(aws, stack)
    about = cloudformation.values(cloudformation.describe_stack(aws, stack) or {})
    present = _release(aws, outputs, about, cloudformation.template_of(aws, stack))
    if former is None or former.code_key == present.code_key:
        raise NotFound(f"no version before this one is known of {stack}")
    if present.format > former.format:
        raise NotAllowed(
            f"the present version stores its data in format {present.format}, of which the version before would lose "
            "something: only a backup from before the upgrade leads back (byline restore)"
        )
    change = partial(cloudformation.change_stack, aws, stack, pause=pause, report=report)
    changed = change(_program(former), template=former.template)
    failed = smoke_test.failure(aws, outputs, pause=pause)
    if failed:
        change(_program(present), template=present.template)
        return Outcome(outputs, changed, failed, taken_back=not smoke_test.failure(aws, outputs, pause=pause))
    code_bucket.keep_release(aws, stack, present)
    return Outcome(cloudformation.read_outputs(aws, stack), changed)


def _release(aws: AwsAccount, outputs: Mapping[str, str], given: Mapping[str, str], template: str) -> Release:
    """A version by its stack's parameters and template, with the format that the store has while it can be put back."""
    number = connect(cloudformation.read_settings(aws, outputs)).ports.store.format()
    return Release(given["CodeKey"], given["PythonRuntime"], template, number)


def _program(release: Release) -> dict[str, str]:
    return {"CodeKey": release.code_key, "PythonRuntime": release.runtime}


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
