"""Delete the stack. Table, bucket, secret key and packed programs stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from byline.errors import Misconfigured, Unavailable
from tools.aws import cloudformation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.aws.cloudformation import AwsAccount


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a stack that is removed: the names of its table and bucket; "" where it never had them."""

    table: str
    bucket: str

    @property
    def sentence(self) -> str:
        """What stays, and what brings it back."""
        if not self.table:
            return "It is an attempt that failed, and nothing was ever in it."
        return (
            f"The table {self.table}, the bucket {self.bucket}, the secret key and the packed programs stay, and cost "
            "what they hold; byline aws adopt brings the portal up over them."
        )


def kept_by(aws: AwsAccount, stack: str) -> Kept:
    """What would stay; ``Misconfigured`` where there is no such stack."""
    about = cloudformation.describe_stack(aws, stack)
    if about is None:
        raise Misconfigured(f"there is no stack {stack} in {aws.region}")
    outputs = {entry["OutputKey"]: entry["OutputValue"] for entry in about.get("Outputs", ())}
    return Kept(outputs.get("TableName", ""), outputs.get("BucketName", ""))


def remove(aws: AwsAccount, stack: str, *, pause: Callable[[float], None], report: Callable[[str, str], None]) -> None:
    """Delete the stack and wait for its end. ``Unavailable`` says what could not be deleted."""
    made = aws.client("cloudformation")
    about = cloudformation.describe_stack(aws, stack)
    if about is None:
        raise Misconfigured(f"there is no stack {stack} in {aws.region}")
    stack_id = about["StackId"]  # a deleted stack is known by its id alone
    seen = {event["EventId"] for event in made.describe_stack_events(StackName=stack_id)["StackEvents"]}
    made.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    made.delete_stack(StackName=stack)
    reasons: list[str] = []
    for _ in range(cloudformation.MOST_POLLS):
        state = _state(made, stack_id)
        cloudformation.report_events(made, stack_id, seen, reasons, report)
        if state == "DELETE_COMPLETE":
            return
        if state == "DELETE_FAILED":
            raise Unavailable(f"{stack} could not be deleted as a whole:\n" + "\n".join(reasons))
        pause(cloudformation.POLL_SECONDS)
    raise Unavailable(f"{stack} is still being deleted: look at it in CloudFormation")


def _state(made: Any, stack_id: str) -> str:
    [about] = made.describe_stacks(StackName=stack_id)["Stacks"]
    return str(about["StackStatus"])
