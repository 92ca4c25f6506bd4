"""Which adapter each address gets, and that no other is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from byline import wiring
from byline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a secret that is long enough for everybody"
AMAZONS = {"botocore", "byline.amazon", "byline.files.s3", "byline.mail.ses", "byline.store.dynamodb"}


def settings(folder: Path, **given: str) -> Settings:
    return Settings.from_environ({"BYLINE_DATA": str(folder), **{f"BYLINE_{k}": v for k, v in given.items()}})


@pytest.mark.parametrize(
    ("name", "address", "adapter"),
    [
        ("STORE", "sqlite:///srv/byline.sqlite3", "SqliteStore"),
        ("STORE", "dynamodb://table?region=eu-west-1", "DynamoStore"),
        ("FILES", "file:///srv/files", "FolderFiles"),
        ("FILES", "s3://bucket/site?region=eu-west-1", "S3Files"),
        ("MAIL", "folder:///srv/mail", "FolderMailer"),
        ("MAIL", "smtp://localhost", "SmtpMailer"),
        ("MAIL", "smtps://user:password@mail.example.org", "SmtpMailer"),
        ("MAIL", "ses://?region=eu-west-1&configuration_set=byline", "SesMailer"),
    ],
)
def test_each_address_has_its_adapter(name: str, address: str, adapter: str, tmp_path: Path) -> None:
    connected = wiring.connect(settings(tmp_path, **{name: address.replace("/srv", str(tmp_path))}))
    port = {"STORE": connected.ports.store, "FILES": connected.ports.files, "MAIL": connected.ports.mailer}[name]

    inner = getattr(port, "inner", port)  # the store writes what it records into the log, too
    assert type(inner).__name__ == adapter
    assert (connected.mailbox is not None) == (name != "MAIL" or adapter == "FolderMailer")


def test_who_runs_on_the_embedded_default_loads_nothing_of_amazons(tmp_path: Path) -> None:
    look = (
        "import os, sys; from byline.settings import Settings; from byline.wiring import connect; "
        "connect(Settings.from_environ(os.environ)); import byline.web.app; print(*sys.modules)"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    done = subprocess.run(
        [sys.executable, "-c", look],
        env=environ | {"BYLINE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(done.stdout.split())
    assert "byline.store.sqlite" in loaded
    assert not loaded & AMAZONS
