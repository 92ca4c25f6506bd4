from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from byline import amazon


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sessions that were made."""
    made: list[Any] = []
    begin = botocore.session.Session.__init__

    def noted(session: Any, *args: Any, **options: Any) -> None:
        begin(session, *args, **options)
        made.append(session)

    monkeypatch.setattr(botocore.session.Session, "__init__", noted)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ana")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of ana")
    amazon._session.cache_clear()
    return made


def client(service: str, *, endpoint: str | None = None) -> Any:
    return amazon.client(service, region="eu-west-1", endpoint=endpoint, tries=1, read_seconds=1)


def test_clients_of_several_services_are_made_from_one_session(sessions: list[Any]) -> None:
    hosts = [client(service).meta.endpoint_url for service in ("dynamodb", "ssm", "s3")]

    assert len(sessions) == 1
    assert hosts[:2] == ["https://dynamodb.eu-west-1.amazonaws.com", "https://ssm.eu-west-1.amazonaws.com"]


def test_who_has_become_another_is_known_as_that(sessions: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def key() -> str:
        return str(client("dynamodb")._request_signer._credentials.access_key)

    assert key() == "ana"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ben")
    assert key() == "ben"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ana")
    assert key() == "ana"
    assert len(sessions) == 2


def test_an_engine_on_this_machine_has_a_session_of_its_own(sessions: list[Any]) -> None:
    client("dynamodb", endpoint="http://127.0.0.1:1")
    client("dynamodb")

    assert len(sessions) == 2
