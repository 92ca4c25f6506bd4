"""Clients of Amazon's services, each made in one way; the adapters that use them know what to ask."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's
    CredentialRetrievalError,
    HTTPClientError,
    MetadataRetrievalError,
)
from botocore.parsers import ResponseParserError

from byline.errors import Misconfigured, Unavailable
from byline.service_addresses import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT_SECONDS: Final = 1
CONNECTION_ERRORS: Final = (
    ConnectionError,
    HTTPClientError,
    ResponseParserError,
    CredentialRetrievalError,
    MetadataRetrievalError,
)
"""What botocore raises when no answer came, or none that is one."""
_SERVER_ERROR: Final = 500
_TRIES_PARAMETER: Final = 3
_READ_SECONDS_PARAMETER: Final = 2
_ALONE: Final = Lock()
"""Held while a client is made: botocore's sessions are not for several threads at once, its clients are."""


def client(
    service: str, *, region: str, endpoint: str | None, tries: int, read_seconds: float, most_connections: int = 10
) -> Any:
    """Make a client of a service (``dynamodb``, ``s3`` …) in a region, or at another ``endpoint`` (an address).

    ``tries`` counts all of them, the first too. Credentials come from where AWS programs look for them (a role, the
    environment, a profile). Without any in the environment or a profile, botocore asks the machine it runs on (instance
    metadata), which takes a second or two wherever there is nobody to answer; ``AWS_EC2_METADATA_DISABLED=true`` spares
    it. An engine on this very machine is no Amazon: nobody is asked, and made-up credentials do.
    ``Misconfigured`` if the settings of AWS cannot be used.
    """
    nearby = endpoint is not None and is_loopback(urlsplit(endpoint).hostname or "")
    settings = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
    try:
        with _ALONE:
            return _session(settings, nearby=nearby).create_client(
                service,
                region_name=region,
                endpoint_url=endpoint,
                config=Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=read_seconds,
                    retries={"mode": "standard", "total_max_attempts": tries},
                    tcp_keepalive=True,
                    max_pool_connections=most_connections,
                    # An endpoint of one's own has one name for all buckets.
                    s3={"addressing_style": "path"} if endpoint else {},
                ),
            )
    except (BotoCoreError, ValueError) as error:
        raise Misconfigured(f"{service} cannot be used with these settings of AWS: {error}") from error


class LazyClient:
    """A client that is made when it is first called for, once for all threads: many processes never need it."""

    def __init__(self, service: str, *, region: str, endpoint: str | None, tries: int, read_seconds: float) -> None:
        self._made: Any = None
        self._alone = Lock()
        self._service = service
        self._how: dict[str, Any] = {
            "region": region,
            "endpoint": endpoint,
            "tries": tries,
            "read_seconds": read_seconds,
        }

    def __call__(self) -> Any:
        """The client."""
        with self._alone:
            if self._made is None:
                self._made = client(self._service, **self._how)
        return self._made


def parameter(name: str, *, region: str, endpoint: str | None) -> str:
    """A secret that is kept in the Parameter Store, decrypted. ``Unavailable``, or ``Misconfigured`` and why."""
    with _parameter_store(f"the parameter {name} cannot be read", region, endpoint) as asked:
        value: str = asked.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return value


def replace_parameter(name: str, value: str, *, region: str, endpoint: str | None) -> None:
    """Keep another secret under the name of one that is there. The same errors."""
    with _parameter_store(f"the parameter {name} cannot be replaced", region, endpoint) as asked:
        asked.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


@contextmanager
def _parameter_store(what_fails: str, region: str, endpoint: str | None) -> Iterator[Any]:
    asked = client(
        "ssm", region=region, endpoint=endpoint, tries=_TRIES_PARAMETER, read_seconds=_READ_SECONDS_PARAMETER
    )
    try:
        yield asked
    except ClientError as error:
        if is_server_error(error) or code_of(error).startswith("Throttling"):
            raise Unavailable("the Parameter Store does not answer") from error
        raise Misconfigured(f"{what_fails}: {code_of(error)}") from error
    except CONNECTION_ERRORS as error:
        raise Unavailable("the Parameter Store does not answer") from error
    except BotoCoreError as error:
        raise Misconfigured(f"ssm cannot be used with these settings of AWS: {error}") from error
    finally:
        asked.close()


def code_of(error: ClientError) -> str:
    """The code of an error that a service answered with."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status of an error that a service answered with, 0 if it is not known."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_server_error(error: ClientError) -> bool:
    """Tell whether the service itself was at fault."""
    return status_of(error) >= _SERVER_ERROR


@lru_cache(maxsize=4)
def _session(settings: tuple[tuple[str, str], ...], *, nearby: bool) -> botocore.session.Session:  # noqa: ARG001
    """What clients are made from, once for each set of ``settings`` (the environment's): it takes 5 ms each time."""
    session = botocore.session.Session()
    session.register_component("data_loader", _descriptions())
    if nearby:
        session.get_component("credential_provider").remove("iam-role")
        if session.get_credentials() is None:
            session.set_credentials("local", "local")
    return session


@cache
def _descriptions() -> botocore.loaders.Loader:
    """Botocore's descriptions of services and regions, read once in a process and not once a client."""
    return botocore.loaders.create_loader()
