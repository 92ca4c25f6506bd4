"""Which adapter stands behind which address, and the sentences for addresses that name none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from byline import amazon, wiring
from byline.errors import Misconfigured, Unavailable
from byline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a secret that is long enough for everybody"
AMAZONS = {"botocore", "byline.amazon", "byline.files.s3", "byline.mail.ses", "byline.store.dynamodb"}


def settings(folder: Path, **given: str) -> Settings:
    return Settings.from_environ({"BYLINE_DATA": str(folder), **{f"BYLINE_{k}": v for k, v in given.items()}})


@pytest.mark.parametrize(
    ("address", "adapter"),
    [("file:///srv/files", "FolderFiles"), ("s3://bucket/site?region=eu-west-1", "S3Files")],
)
def test_files_are_where_the_address_says(address: str, adapter: str, tmp_path: Path) -> None:
    assert type(wiring.files(address.replace("/srv", str(tmp_path)))).__name__ == adapter


@pytest.mark.parametrize(
    ("address", "adapter"),
    [
        ("smtp://localhost", "SmtpMailer"),
        ("smtps://user:password@mail.example.org", "SmtpMailer"),
        ("ses://?region=eu-west-1", "SesMailer"),
        ("ses://?region=eu-west-1&configuration_set=byline", "SesMailer"),
    ],
)
def test_letters_leave_as_the_address_says(address: str, adapter: str, tmp_path: Path) -> None:
    mailer, mailbox = wiring.mail(settings(tmp_path, MAIL=address))

    assert type(mailer).__name__ == adapter
    assert mailbox is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://bucket/site", "must look like s3://bucket/prefix"),
        ("s3:///site?region=eu-west-1", "must look like s3://bucket/prefix"),
        ("s3://bucket/site?region=eu-west-1&acl=public", "options that do not exist: acl"),
        ("file:///srv/files?region=eu-west-1", "options that do not exist: region"),
        ("ftp://files.example.org", "must begin with file:// or s3://"),
    ],
)
def test_an_address_for_files_that_is_none_is_refused(address: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        wiring.files(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ses://", "must look like ses://"),
        ("ses://mail.example.org?region=eu-west-1", "must look like ses://"),
        ("ses://?region=eu-west-1&tracking=on", "options that do not exist: tracking"),
        ("smtps://mail.example.org?region=eu-west-1", "options that do not exist: region"),
        ("pigeon://", "must begin with folder://"),
    ],
)
def test_an_address_for_letters_that_is_none_is_refused(address: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=words):
        wiring.mail(settings(tmp_path, MAIL=address))


def test_the_secret_may_be_kept_by_amazon(tmp_path: Path, moto_endpoint: str) -> None:
    keeper = amazon.client("ssm", region="eu-west-1", endpoint=moto_endpoint, tries=1, read_seconds=60)
    keeper.put_parameter(Name="/byline/secret-key", Value=SECRET, Type="SecureString")
    keeper.put_parameter(Name="/byline/short", Value="short", Type="SecureString")

    def secret(name: str, at: str = moto_endpoint) -> bytes:
        return wiring.secret(settings(tmp_path, SECRET_KEY=f"ssm://{name}?region=eu-west-1&endpoint={at}"))

    assert secret("/byline/secret-key") == SECRET.encode()
    with pytest.raises(Misconfigured, match="shorter than 32"):
        secret("/byline/short")
    with pytest.raises(Misconfigured, match="/byline/none cannot be read: ParameterNotFound"):
        secret("/byline/none")
    with pytest.raises(Unavailable):
        secret("/byline/secret-key", at="http://127.0.0.1:1")
    assert not (tmp_path / wiring.SECRET_FILE).exists()


@pytest.mark.parametrize("address", ["ssm:///byline/key", "ssm://?region=eu-west-1"])
def test_an_address_of_a_secret_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="must look like ssm://"):
        wiring.secret(settings(tmp_path, SECRET_KEY=address))


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


def test_a_secret_that_cannot_be_read_or_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    for folder, why in (tmp_path, "Is a directory"), (tmp_path / "nowhere", "No such file or directory"):
        with pytest.raises(Misconfigured, match=re.escape(f"{folder / 'secret.key'} cannot be used ({why}): let the")):
            wiring.secret(settings(folder))


def test_a_path_is_missing_only_where_one_is_named(tmp_path: Path) -> None:
    assert wiring.missing(f"sqlite:///{tmp_path}/no.sqlite3") == tmp_path / "no.sqlite3"
    assert wiring.missing(f"file://{tmp_path}/with%20space") == tmp_path / "with space"
    (tmp_path / "with space").mkdir()
    assert wiring.missing(f"file://{tmp_path}/with%20space") is None
    assert wiring.missing("dynamodb://table?region=eu-west-1") is None
