"""The secret key: where it is read from, and the sentences where it cannot be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from byline import amazon
from byline.errors import Misconfigured, Unavailable
from byline.secret_key import SECRET_FILE, read_secret_key
from byline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a secret that is long enough for everybody"


def settings(folder: Path, **given: str) -> Settings:
    return Settings.from_environ({"BYLINE_DATA": str(folder), **{f"BYLINE_{k}": v for k, v in given.items()}})


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = read_secret_key(settings(tmp_path))
    assert len(made) >= 32
    assert read_secret_key(settings(tmp_path)) == made
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("short\n")
    with pytest.raises(Misconfigured, match=r"secret\.key is damaged"):
        read_secret_key(settings(tmp_path))
    assert (tmp_path / SECRET_FILE).read_text() == "short\n"


def test_the_key_may_be_in_the_settings(tmp_path: Path) -> None:
    assert read_secret_key(settings(tmp_path, SECRET_KEY=SECRET)) == SECRET.encode()
    assert not (tmp_path / SECRET_FILE).exists()


def test_the_key_may_be_kept_by_amazon(tmp_path: Path, moto_endpoint: str) -> None:
    keeper = amazon.client("ssm", region="eu-west-1", endpoint=moto_endpoint, tries=1, read_seconds=60)
    keeper.put_parameter(Name="/byline/secret-key", Value=SECRET, Type="SecureString")
    keeper.put_parameter(Name="/byline/short", Value="short", Type="SecureString")

    def secret(name: str, at: str = moto_endpoint) -> bytes:
        return read_secret_key(settings(tmp_path, SECRET_KEY=f"ssm://{name}?region=eu-west-1&endpoint={at}"))

    assert secret("/byline/secret-key") == SECRET.encode()
    with pytest.raises(Misconfigured, match="shorter than 32"):
        secret("/byline/short")
    with pytest.raises(Misconfigured, match="/byline/none cannot be read: ParameterNotFound"):
        secret("/byline/none")
    with pytest.raises(Unavailable):
        secret("/byline/secret-key", at="http://127.0.0.1:1")
    assert not (tmp_path / SECRET_FILE).exists()


def test_a_key_that_cannot_be_read_or_made_is_said(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).mkdir()
    for folder, why in (tmp_path, "Is a directory"), (tmp_path / "nowhere", "No such file or directory"):
        with pytest.raises(Misconfigured, match=re.escape(f"{folder / 'secret.key'} cannot be used ({why}): let the")):
            read_secret_key(settings(folder))
