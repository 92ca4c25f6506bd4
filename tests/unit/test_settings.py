"""Settings: what is read, and the sentences that stop a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from byline.errors import Misconfigured
from byline.service_addresses import FolderAddress, SqliteAddress, is_loopback
from byline.settings import Settings


def read(**given: str) -> Settings:
    return Settings.from_environ({f"BYLINE_{name}": value for name, value in given.items()})


def test_everything_is_in_the_data_folder_by_default() -> None:
    settings = read(DATA="/srv/byline")

    assert settings.store == SqliteAddress(Path("/srv/byline/byline.sqlite3"))
    assert settings.files == FolderAddress("file", Path("/srv/byline/files"))
    assert settings.mail == FolderAddress("folder", Path("/srv/byline/mail"))
    assert settings.site.url == "http://127.0.0.1:8000"
    assert settings.site.password_min == 15


def test_the_public_address_follows_host_and_port() -> None:
    assert read(HOST="::1", PORT="9000").site.url == "http://[::1]:9000"
    assert (
        read(URL="https://Authors.Example.org/", MAIL="smtps://m.example.org").site.url == "https://authors.example.org"
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"STOER": "x"}, "There is no setting BYLINE_STOER"),
        ({"PORT": "0"}, "BYLINE_PORT must be a whole number"),
        ({"PORT": "eighty"}, "BYLINE_PORT must be a whole number"),
        ({"PASSWORD_MIN": "7"}, "BYLINE_PASSWORD_MIN must be a whole number from 8"),
        ({"URL": "http://authors.example.org"}, "must be https://"),
        ({"URL": "https://authors.example.org/portal"}, "without path"),
        ({"URL": "https://me@authors.example.org"}, "without path, query or user"),
        ({"URL": "authors.example.org"}, "must look like"),
        ({"URL": "https://authors.example.org:99999"}, "is not an address"),
        ({"URL": "https://authors.example.org"}, "set BYLINE_MAIL"),
        ({"HOST": "0.0.0.0"}, "set BYLINE_URL"),  # noqa: S104 - refused, which is the point
        ({"SECRET_KEY": "short"}, "BYLINE_SECRET_KEY is shorter"),
        ({"SECRET_KEY": "https://short"}, "BYLINE_SECRET_KEY is shorter"),
        ({"EDGE_KEY": "short"}, "BYLINE_EDGE_KEY is shorter"),
        ({"THROTTLE": "maybe"}, "must be on or off"),
        ({"THROTTLE": "off", "URL": "https://a.example.org", "MAIL": "smtps://m.example.org"}, "for tests"),
        ({"PUBLISHER_EMAIL": "a@example.org\nBcc: b@example.org"}, "control character"),
        ({"PUBLISHER_EMAIL": "büro@example.org"}, "BYLINE_PUBLISHER_EMAIL has a letter before the @"),
        ({"MAIL_FROM": "büro@example.org"}, "BYLINE_MAIL_FROM has a letter before the @"),
        ({"PROXIES": "11"}, "BYLINE_PROXIES"),
        ({"LANGUAGE": "tlh"}, "BYLINE_LANGUAGE must be one of en, de"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_with_a_sentence(given: dict[str, str], words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        read(**given)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "byline.localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "0.0.0.0", "localhost.example.org", ""])  # noqa: S104
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://authors.example.org:443", "https://authors.example.org"),
        ("https://authors.example.org:80", "https://authors.example.org:80"),
        ("https://authors.example.org:8443/", "https://authors.example.org:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_the_public_address_is_written_as_browsers_write_it(given: str, url: str) -> None:
    """They leave the usual port away in ``Origin``, by which every form is judged."""
    assert read(URL=given, MAIL="smtps://m.example.org").site.url == url


@pytest.mark.parametrize(
    ("given", "imprint"),
    [
        ({}, "Byline"),
        ({"BYLINE_SITE_NAME": "Marram Press"}, "Marram Press"),
        ({"BYLINE_SITE_NAME": "Marram", "BYLINE_PUBLISHER_NAME": "Marram"}, "Marram"),
        ({"BYLINE_SITE_NAME": "Authors", "BYLINE_PUBLISHER_NAME": "Marram"}, "Authors · Marram"),
    ],
)
def test_the_foot_of_a_page_names_the_publisher_where_there_is_a_name(given: dict[str, str], imprint: str) -> None:
    assert Settings.from_environ(given).site.imprint == imprint
