"""A deployment and the format of the store: the number moves when the new function has answered, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tools.aws import cloudformation, deployment
from tools.aws.cloudformation import AwsAccount

from byline.settings import Settings
from byline.store import formats
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.aws


def test_the_number_moves_with_the_first_deployment_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environ({"BYLINE_DATA": str(tmp_path)})
    monkeypatch.setattr(cloudformation, "read_settings", lambda *_: settings)
    store = SqliteStore(tmp_path / "byline.sqlite3")
    monkeypatch.setattr(formats, "NEWEST", formats.NEWEST + 1)
    deployment.move_format(AwsAccount("eu-west-1", "1"), {})
    assert store.format() == formats.NEWEST
