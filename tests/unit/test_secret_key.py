"""The secret key: where it is read from, and the sentences where it cannot be."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.environment import StoppedClock

from byline import amazon
from byline.errors import Misconfigured, Unavailable
from byline.key_ring import KeyRing, SecretKey
from byline.secret_key import READ_AGAIN, SECRET_FILE, SecretKeys, read_key_ring, rotate
from byline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a secret that is long enough for everybody"
RING = KeyRing((SecretKey(SECRET),))
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def settings(folder: Path, **given: str) -> Settings:
    return Settings.from_environ({"BYLINE_DATA": str(folder), **{f"BYLINE_{k}": v for k, v in given.items()}})


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = read_key_ring(settings(tmp_path))
    assert len(made.keys[0].text) >= 32
    assert read_key_ring(settings(tmp_path)) == made
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("short\n")
    with pytest.raises(Misconfigured, match=r"secret\.key is damaged"):
        read_key_ring(settings(tmp_path))
    assert (tmp_path / SECRET_FILE).read_text() == "short\n"


def test_the_key_may_be_in_the_settings(tmp_path: Path) -> None:
    assert read_key_ring(settings(tmp_path, SECRET_KEY=SECRET)) == RING
    assert not (tmp_path / SECRET_FILE).exists()


def test_the_key_may_be_kept_by_amazon(tmp_path: Path, moto_endpoint: str) -> None:
    keeper = amazon.client("ssm", region="eu-west-1", endpoint=moto_endpoint, tries=1, read_seconds=60)
    keeper.put_parameter(Name="/byline/secret-key", Value=SECRET, Type="SecureString")
    keeper.put_parameter(Name="/byline/short", Value="short", Type="SecureString")

    def at_amazon(name: str, at: str = moto_endpoint) -> Settings:
        return settings(tmp_path, SECRET_KEY=f"ssm://{name}?region=eu-west-1&endpoint={at}")

    def secret(name: str, at: str = moto_endpoint) -> KeyRing:
        return read_key_ring(at_amazon(name, at))

    assert secret("/byline/secret-key") == RING
    made = rotate(at_amazon("/byline/secret-key"), NOW)
    assert secret("/byline/secret-key") == made
    assert made.keys[1:] == RING.keys
    kept = keeper.get_parameter(Name="/byline/secret-key")["Parameter"]
    assert kept["Type"] == "SecureString"
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
            read_key_ring(settings(folder))


def test_a_new_key_is_put_before_those_in_the_file_for_its_owner_alone(tmp_path: Path) -> None:
    before = read_key_ring(settings(tmp_path))
    made = rotate(settings(tmp_path), NOW)

    assert read_key_ring(settings(tmp_path)) == made
    assert made.keys[1:] == before.keys
    assert made.keys[0].since == NOW
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


def test_a_key_in_a_setting_is_not_written_anywhere(tmp_path: Path) -> None:
    made = rotate(settings(tmp_path, SECRET_KEY=SECRET), NOW)

    assert made.keys[1:] == RING.keys
    assert not list(tmp_path.iterdir())
    assert read_key_ring(settings(tmp_path, SECRET_KEY=made.to_text())) == made


def test_a_portal_that_runs_finds_a_new_key_by_itself_and_keeps_its_keys_where_it_finds_none(tmp_path: Path) -> None:
    clock = StoppedClock()
    keys = SecretKeys(settings(tmp_path), clock)
    [first] = keys()
    rotate(settings(tmp_path), clock.now())
    assert keys() == (first,)
    clock.forward(seconds=READ_AGAIN.total_seconds())
    assert keys()[0] == first
    assert len(keys()) == 2
    clock.forward(seconds=READ_AGAIN.total_seconds())
    assert keys()[1] == first

    (tmp_path / SECRET_FILE).write_text("damaged")
    clock.forward(seconds=READ_AGAIN.total_seconds())
    assert keys()[1] == first
