"""Addresses of services: what each is parsed into, and the sentences for those that are none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from byline.errors import Misconfigured
from byline.service_addresses import (
    DynamoDBAddress,
    FolderAddress,
    ParameterAddress,
    S3Address,
    SesAddress,
    SmtpAddress,
    SqliteAddress,
    files_address,
    mail_address,
    missing_path,
    parameter_address,
    store_address,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ODD_NAMES = ["a%20b", "a%2Fb", "a#b", "a?b", "a b", "a%", "ä"]


@pytest.mark.parametrize(
    ("parse", "text", "address"),
    [
        (store_address, "sqlite:///srv/byline.sqlite3", SqliteAddress(Path("/srv/byline.sqlite3"))),
        (store_address, "sqlite:////srv/byline.sqlite3", SqliteAddress(Path("/srv/byline.sqlite3"))),
        (store_address, "dynamodb://table?region=eu-west-1", DynamoDBAddress("table", "eu-west-1")),
        (
            store_address,
            "dynamodb://table?region=eu-west-1&endpoint=http://127.0.0.1:8001",
            DynamoDBAddress("table", "eu-west-1", "http://127.0.0.1:8001"),
        ),
        (files_address, "file:///srv/files", FolderAddress("file", Path("/srv/files"))),
        (files_address, "s3://bucket/site/?region=eu-west-1", S3Address("bucket", "site", "eu-west-1")),
        (mail_address, "folder:///srv/mail", FolderAddress("folder", Path("/srv/mail"))),
        (mail_address, "smtp://localhost", SmtpAddress("localhost", 587, tls=False)),
        (
            mail_address,
            "smtps://desk%40marram:p%2Fw@mail.example.org",
            SmtpAddress("mail.example.org", 465, tls=True, user="desk@marram", password="p/w"),
        ),
        (mail_address, "ses://?region=eu-west-1&configuration_set=byline", SesAddress("eu-west-1", "byline")),
        (parameter_address, "ssm:///byline/key?region=eu-west-1", ParameterAddress("/byline/key", "eu-west-1")),
    ],
)
def test_an_address_says_which_service_and_where(parse: Callable[[str], object], text: str, address: object) -> None:
    assert parse(text) == address


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_path_is_read_letter_by_letter(name: str) -> None:
    path = Path("/srv") / name
    assert store_address(f"sqlite://{path}") == SqliteAddress(path)
    assert files_address(f"file://{path}") == FolderAddress("file", path)
    assert mail_address(f"folder://{path}") == FolderAddress("folder", path)
    assert store_address(str(SqliteAddress(path))) == SqliteAddress(path)


def test_a_path_that_was_written_as_a_url_is_not_opened_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "with space").mkdir()
    with pytest.raises(Misconfigured, match=r"BYLINE_FILES is read letter by letter: write .*/with space"):
        files_address(f"file://{tmp_path}/with%20space")
    (tmp_path / "with%20space").mkdir()
    assert files_address(f"file://{tmp_path}/with%20space").path == tmp_path / "with%20space"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (store_address, "mysql://x", "must begin with sqlite:// or dynamodb://"),
        (store_address, "sqlite://x", "with an absolute path"),
        (store_address, "sqlite:///", "with an absolute path"),
        (store_address, "dynamodb://table", "must look like dynamodb://table"),
        (store_address, "dynamodb://table:x?region=eu-west-1", "is not an address"),
        (files_address, "s3://bucket/site", "must look like s3://bucket/prefix"),
        (files_address, "s3:///site?region=eu-west-1", "must look like s3://bucket/prefix"),
        (files_address, "s3://bucket/site?region=eu-west-1&acl=public", "options that do not exist: acl"),
        (files_address, "ftp://files.example.org", "must begin with file:// or s3://"),
        (mail_address, "ses://", "must look like ses://"),
        (mail_address, "ses://mail.example.org?region=eu-west-1", "must look like ses://"),
        (mail_address, "ses://?region=eu-west-1&tracking=on", "options that do not exist: tracking"),
        (mail_address, "smtps://mail.example.org?region=eu-west-1", "options that do not exist: region"),
        (mail_address, "smtps://", "must look like smtps://"),
        (mail_address, "pigeon://", "must begin with folder://"),
        (parameter_address, "ssm:///byline/key", "must look like ssm://"),
        (parameter_address, "ssm://?region=eu-west-1", "must look like ssm://"),
    ],
)
def test_an_address_that_is_none_is_refused(parse: Callable[..., object], text: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=f"^THIS .*{words}"):
        parse(text, "THIS")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("sign", "written"), [("#", "%23"), ("/", "%2F"), ("?", "%3F"), ("[", "%5B"), (" ", "%20"), ("%", "%25")]
)
def test_a_mail_password_that_ends_too_early_is_explained(scheme: str, sign: str, written: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        mail_address(f"{scheme}://desk:open{sign}sesame@mail.example.org:465")

    said = str(refused.value)
    assert f"BYLINE_MAIL: in the user and the password write {sign} as {written}, " in said
    assert "open" not in said
    assert "sesame" not in said
    right = mail_address(f"{scheme}://desk:open{written}sesame@mail.example.org:465")
    assert isinstance(right, SmtpAddress)
    assert right.password == f"open{sign}sesame"


@pytest.mark.parametrize("sign", ["#", "/", "?"])
def test_a_mail_password_without_a_server_behind_it_is_refused_and_not_shown(sign: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        mail_address(f"smtps://desk:open{sign}sesame")
    assert "sesame" not in str(refused.value)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(mail_address("smtps://user:secret@mail.example.org"))


def test_a_path_is_missing_only_where_one_is_named(tmp_path: Path) -> None:
    assert missing_path(store_address(f"sqlite://{tmp_path}/no.sqlite3")) == tmp_path / "no.sqlite3"
    assert missing_path(files_address(f"file://{tmp_path}")) is None
    assert missing_path(store_address("dynamodb://table?region=eu-west-1")) is None
