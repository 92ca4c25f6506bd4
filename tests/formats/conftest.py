"""Portals that older programs filled, opened by this one: a copy for each test, on both engines.

Each is the same small press, filled by the last program of its format: 731d82c of format 1, ed5f808 of format 2,
8eaef6a of format 4, 6acf369 of format 5, 2f02b47 of format 6.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64decode
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import botocore.session
import pytest
from tests.environment import CheapHasher, KeptMail, StoppedClock, World
from tests.people import Person, Portal, make_portal
from tests.web.test_second_factors import code_of

from byline.settings import Settings
from byline.store import dynamodb_table, formats
from byline.store.dynamodb import DynamoStore
from byline.wiring import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = {"731d82c": 1, "ed5f808": 2, "8eaef6a": 4, "6acf369": 5, "2f02b47": 6}
"""The commits that filled the portals, and the formats of what they stored."""
WITH_A_NAME = {"2f02b47"}
"""Whose address was one that passkeys can be bound to."""
FOLDER = Path(__file__).parent
SECRET = "the secret key of the portal in tests/formats"
REGION = "eu-west-1"
_MOST_PUTS = 25
"""In one request, as DynamoDB has it."""


@dataclass
class OldPortal:
    """It, and what is known of it from elsewhere: ``people.json``, and what the engine holds as raw rows."""

    commit: str
    portal: Portal
    world: World
    known: dict[str, Any]
    raw: dict[str, int]

    def person(self, address: str) -> Person:
        """Somebody of it, with an empty browser and the password they have."""
        about = self.known["people"][address]
        person = self.portal.person(address, about["name"])
        person.password = about["password"]
        return person

    def logged_in(self, address: str) -> Person:
        person = self.person(address)
        answer = person.log_in()
        assert answer.status_code == 303
        if answer.location == "/login/verify":
            self.world.clock.forward(seconds=30)
            assert person.post("/login/verify", {"code": code_of(self.portal, address)}).status_code == 303
        return person

    def browser(self, address: str) -> Person:
        """The browser that somebody left with a session in it."""
        person = self.person(address)
        for name, value in self.known["sessions"][address].items():
            person.client.set_cookie(name, value, domain="localhost")
        return person


@pytest.fixture(params=FORMATS)
def commit(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(params=["sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def old(request: pytest.FixtureRequest, commit: str, tmp_path: Path) -> Iterator[OldPortal]:
    filled, data = FOLDER / commit, tmp_path / "data"
    shutil.copytree(filled / "data", data)
    on_sqlite = request.param == "sqlite"
    known = json.loads((filled / f"people{'' if on_sqlite else '-dynamodb'}.json").read_text())
    environ = {"BYLINE_DATA": str(data), "BYLINE_SECRET_KEY": SECRET, "BYLINE_THROTTLE": "off"}
    if commit in WITH_A_NAME:
        environ["BYLINE_URL"] = "http://localhost:8000"
    clock, mailer, hasher = StoppedClock(datetime.fromisoformat(known["now"])), KeptMail(), CheapHasher()
    connected = connect(Settings.from_environ(environ), clock=clock, hasher=hasher)
    ports = replace(connected.ports, mailer=mailer)
    if on_sqlite:
        raw = rows_of(data / "byline.sqlite3")
    else:
        lines = [json.loads(line) for line in (filled / "dynamodb.jsonl").read_text().splitlines()]
        raw = {item["k"]["S"]: int(item["v"]["N"]) for item in lines}
        raw.pop(f"{formats.MARK.kind}#{formats.MARK.id}", None)  # SQLite has the format's number elsewhere
        ports = replace(ports, store=loaded(lines, request.getfixturevalue("dynamodb_endpoint")))
    world = World(ports, clock, mailer, hasher)
    yield OldPortal(commit, make_portal(world), world, known, raw)
    ports.store.close()
    connected.ports.store.close()


def rows_of(path: Path) -> dict[str, int]:
    """The names of the rows in a file of SQLite, and their versions."""
    with closing(sqlite3.connect(path)) as file:
        return {
            f"{kind}#{id_}": version for kind, id_, version in file.execute("SELECT kind, id, version FROM records")
        }


def loaded(items: list[dict[str, Any]], endpoint: str) -> DynamoStore:
    """A store on a table that the items were put into as they are. Nothing sweeps it: their times are long past."""
    table = f"formats-{uuid4().hex}"
    client = botocore.session.Session().create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    client.create_table(**dynamodb_table.description(table))
    puts = []
    for item in items:
        if "B" in item["d"]:
            item["d"] = {"B": b64decode(item["d"]["B"])}
        puts.append({"PutRequest": {"Item": item}})
    for at in range(0, len(puts), _MOST_PUTS):
        assert not client.batch_write_item(RequestItems={table: puts[at : at + _MOST_PUTS]})["UnprocessedItems"]
    client.close()
    return DynamoStore(table, region=REGION, endpoint=endpoint)
