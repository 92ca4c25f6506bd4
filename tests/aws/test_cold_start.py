"""A cold start of the web function, from the packed program alone: what it loads, reads and asks for the first page."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tests.environment import make_world
from tests.gateways import http_api
from tests.people import make_portal
from werkzeug.test import EnvironBuilder

from byline.environment import SystemClock
from byline.key_ring import single_key
from byline.links import Signer
from byline.store.dynamodb import DynamoStore

if TYPE_CHECKING:
    from pathlib import Path

    from tools.aws.packaging import Package

pytestmark = [pytest.mark.aws, pytest.mark.dynamodb, pytest.mark.slow, pytest.mark.timeout(300)]

SECRET = "a secret that is long enough for everybody"
URL = "http://127.0.0.1:8000"
FOR_LATER = (
    *("PIL", "argon2", "email_validator", "markdown_it", "nh3", "slugify", "text_unidecode", "zxcvbn_rs_py"),
    *("OpenSSL", "awscrt.io", "boto3", "cffi", "dns", "webauthn"),
    *(
        "byline.accounts.account_emails",
        "byline.authors.csv_import",
        "byline.exports.files",
        "byline.imaging.photo_worker",
        "byline.mail.rendering",
        "byline.site.publishing",
    ),
    *("byline.files.folder", "byline.mail.folder", "byline.mail.smtp", "byline.store.sqlite", "sqlite3", "smtplib"),
)
"""What the first page needs none of: images, hashes, addresses, HTML, letters, publishing, other engines.

botocore itself loads the standard library's parser of HTML, which nothing here uses.
"""
_START = """
import gc, json, sys
heard = {"compile": [], "open": [], "socket.connect": []}
def hear(event, args):
    if event == "compile" and args[1] is not None and not str(args[1]).startswith("<"):
        heard[event].append(str(args[1]))
    elif event == "open":
        heard[event].append(str(args[0]))
    elif event == "socket.connect":
        heard[event].append(args[1])
sys.addaudithook(hear)
from byline.aws import handler
answer = handler.web(json.loads(sys.argv[1]), None)
print(json.dumps({"answer": answer, "loaded": list(sys.modules), "collecting": gc.isenabled(), **heard}))
"""


@pytest.fixture
def first_page(package: Package, dynamodb_endpoint: str, tmp_path: Path) -> dict[str, Any]:
    """What was heard of a function that started and answered an author, who is logged in, with their own page."""
    table = f"cold-{uuid4().hex}"
    store = DynamoStore(table, region="eu-west-1", endpoint=dynamodb_endpoint, create_table=True)
    world = make_world(tmp_path, store)
    ports = replace(world.ports, clock=SystemClock(), signer=Signer(single_key(SECRET), URL))
    ana = make_portal(replace(world, ports=ports)).author()
    ana.save(author_bio="Ana Lima was born in *Porto*.")
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in ana.client._cookies.values())
    store.close()

    with zipfile.ZipFile(package.archive) as archive:
        archive.extractall(tmp_path / "task")
    environ = {
        "_HANDLER": "byline.aws.handler.web",
        "PYTHONPATH": str(tmp_path / "task"),
        "BYLINE_DATA": str(tmp_path / "function"),
        "BYLINE_URL": URL,
        "BYLINE_SECRET_KEY": SECRET,
        "BYLINE_STORE": f"dynamodb://{table}?region=eu-west-1",
        "BYLINE_FILES": "s3://bucket/site?region=eu-west-1",
        "BYLINE_MAIL": "ses://?region=eu-west-1",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    event = http_api(EnvironBuilder("/", headers={"Cookie": cookies}).get_environ())
    # -S: nothing of this machine's packages can help.
    command = [sys.executable, "-S", "-W", "error", "-c", _START, json.dumps(event)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    heard: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert heard["answer"]["statusCode"] == 200
    assert "was born in *Porto*" in heard["answer"]["body"]
    return heard


def test_the_first_page_costs_nothing_that_it_does_not_need(
    first_page: dict[str, Any], dynamodb_endpoint: str, tmp_path: Path
) -> None:
    loaded = set(first_page["loaded"])
    assert {"byline.store.dynamodb", "byline.web.app"} <= loaded
    assert not loaded & set(FOR_LATER)

    assert first_page["compile"] == []
    task = str(tmp_path / "task")
    read = [path.removeprefix(f"{task}/botocore/data/").split("/") for path in first_page["open"] if "/data/" in path]
    assert {folder for folder, *rest in read if rest} == {"dynamodb"}
    assert not any(path.endswith(".html") for path in first_page["open"])

    # One connection, to the table: nobody asks the machine who it is, or any other service.
    assert [tuple(to) for to in first_page["socket.connect"]] == [("127.0.0.1", urlsplit(dynamodb_endpoint).port)]
    # What made garbage possible to find again was off while it started only.
    assert first_page["collecting"]
