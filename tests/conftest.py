"""What every test may ask for, and what ``pytest --quick`` leaves out."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from tests import asvs_plugin, engines
from tests.compile_caches import routes_compiled_once, templates_compiled_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The same examples in every run, however slow the machine is; a quick run takes the first of them.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("quick", settings.get_profile("steady"), max_examples=15)
settings.load_profile("steady")

_NOT_QUICK = ("browser", "dynamodb", "slow", "aws")
_ALL_OF_IT = re.compile(rf"^pytestmark = .*pytest\.mark\.({'|'.join(_NOT_QUICK)})\b", re.MULTILINE)
"""A file whose tests all bear such a mark: a quick run need not even import it."""

_RUN = pytest.StashKey[Path]()
_WATCHED = pytest.StashKey[int]()


@pytest.fixture(scope="session", autouse=True)
def compile_caches() -> Iterator[None]:
    """Compile templates and routes once in a run, not once for each application."""
    with templates_compiled_once(), routes_compiled_once():
        yield


@pytest.fixture(scope="session")
def dynamodb_endpoint(pytestconfig: pytest.Config) -> str:
    """The address of Amazon's DynamoDB Local, one for the whole run: take a table of your own."""
    return engines.dynamodb_of(pytestconfig.stash[_RUN], pytestconfig.stash[_WATCHED])


@pytest.fixture(scope="session")
def ministack_endpoint(pytestconfig: pytest.Config) -> str:
    """The address of a stand-in for all of AWS, one for the whole run: bring up a stack of your own."""
    return engines.ministack_of(pytestconfig.stash[_RUN], pytestconfig.stash[_WATCHED])


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config) -> Path:
    """A folder that all processes of this run share; what is made there is made by one of them."""
    return pytestconfig.stash[_RUN]


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """The address of a stand-in for S3 and SES in this very process: take a bucket and a sender of your own."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the quick run, for ``make test-quick`` and for single files."""
    parser.addoption("--quick", action="store_true", help="fewer examples, and no test marked " + ", ".join(_NOT_QUICK))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave alone what has nothing for a quick run."""
    if not config.option.quick:
        return None
    if collection_path.suffix == ".py":
        return bool(_ALL_OF_IT.search(collection_path.read_text())) or None
    return collection_path.name == "browser" or None


def pytest_configure(config: pytest.Config) -> None:
    """Give the processes of a run one folder, which the first of them makes and takes away."""
    asvs_plugin.pytest_configure(config)
    if config.option.quick:
        settings.load_profile("quick")
        config.option.markexpr = " and ".join(f"not {mark}" for mark in _NOT_QUICK)
    shared: Mapping[str, str] | None = getattr(config, "workerinput", None)
    if shared is None:
        config.stash[_RUN] = Path(tempfile.mkdtemp(prefix="byline-tests-"))
        config.stash[_WATCHED] = os.getpid()
    else:
        config.stash[_RUN] = Path(shared["run"])
        config.stash[_WATCHED] = int(shared["watched"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Session) -> None:
    """Tell a worker of pytest-xdist which run it belongs to."""
    node.workerinput["run"] = str(node.config.stash[_RUN])  # type: ignore[attr-defined]
    node.workerinput["watched"] = str(os.getpid())  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    if not hasattr(config, "workerinput"):
        engines.stop_all_of(config.stash[_RUN])
        shutil.rmtree(config.stash[_RUN], ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that say they need DynamoDB Local."""
    for item in items:
        if "dynamodb_endpoint" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.dynamodb)
