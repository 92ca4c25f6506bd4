"""What a stack leaves that is removed, where it never came up."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from tools.aws import deployment, removal
from tools.aws.cloudformation import AwsAccount
from tools.aws.packaging import Package

from byline.errors import Misconfigured

EMPTY = SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]})


def test_of_a_first_attempt_that_failed_nothing_stays() -> None:
    kept = removal.kept_by(AwsAccount("eu-west-1", "1", {"cloudformation": EMPTY}), "byline")

    assert kept == removal.Kept("", "")
    assert "nothing was ever in it" in kept.sentence
    assert "byline-Table-1" in removal.Kept("byline-Table-1", "byline-bucket-1").sentence


def test_a_first_attempt_that_failed_is_to_be_removed_before_the_next() -> None:
    aws = AwsAccount("eu-west-1", "1", {"cloudformation": EMPTY})
    package = Package(Path("none"), 0, "python3.13")

    with pytest.raises(Misconfigured, match="byline aws remove --stack byline"):
        deployment.deploy(aws, "byline", {}, package, pause=lambda _: None, report=lambda *_: None)
