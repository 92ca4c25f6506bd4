"""The table of capacity units in docs/performance.md: what is counted, the guide's way, and the least there can be."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.aws.call_counter import BIO, Context, Part, make_counter, saved_alone, sent_alone
from tests.capacity import CapacityStore, size_of
from tests.docs.documents import table_under, text_of
from tests.people import PASSWORD, path_in
from tools.aws.pricing import GUIDE

from byline import amazon
from byline.aws.worker import worker
from byline.jobs.kinds import JobKind
from byline.store.dynamodb import DynamoStore
from byline.store.port import CreateCopy, IndexEntry, Key, Record
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "docs/performance.md"
NEW_PASSWORD = "quite another long password"


@dataclass(frozen=True, slots=True)
class Units:
    """Round trips and capacity units, as the table writes them."""

    trips: int
    reads: float
    writes: int
    index_writes: int

    def __str__(self) -> str:
        return f"{self.trips} / {self.reads:g} / {self.writes} / {self.index_writes}"


@dataclass(frozen=True, slots=True)
class Least:
    """Which of the touches of an action no design could do without, and in how many trips they fit."""

    trips: int
    touches: str

    def of(self, part: Part) -> Units:
        """Their units; each named touch must be one of the part's own."""
        left = list(part.touches)
        kept = []
        for what in filter(None, self.touches.split(", ")):
            found = next(touch for touch in left if touch.what == what)
            left.remove(found)
            kept.append(found)
        return units(Part(self.trips, tuple(kept)))


_A_READ = -(-GUIDE.record_bytes_an_author // 4_096) / 2
"""Of the guide's one item an author, as it may lag: half a unit a started 4 KB."""
_A_WRITE = -(-GUIDE.record_bytes_an_author // 1_024)
"""Of it, alone: one unit a started KB."""
THE_GUIDES_WAY = {
    "a page for a logged-in author": "page",
    "logging in": "login",
    "registering": "register",
    "confirming by the link": "confirm",
    "approving": "approve",
    "saving a page": "save",
    "changing the password": Units(2, _A_READ, _A_WRITE, 0),  # who it is, then the item with its new hash
    "asking for a new password": Units(1, _A_READ, 0, 0),  # whether there is an item
    "choosing one by the link": Units(2, _A_READ, _A_WRITE, 0),
    "a reader's page": Units(0, 0, 0, 0),
    "the check every minute": "tick",
}
"""By the flow of ``flows.json``, or counted here in the same way. What is not named happens there in the request."""
_AN_EMAIL = "get account, Delete job"
LEAST = {
    "a page for a logged-in author": Least(1, "get session, get account, get profile"),
    "logging in": Least(
        3,
        "get claim, get proposal, get counter, get account, get credentials, Check counter, Check credentials, "
        "Create session",
    ),
    "registering": Least(2, "get proposal, Create proposal, Create session, Create job"),
    "confirming by the link": Least(
        2,
        "get session, get proposal, Create account, Create credentials, Create claim, Create job, Create event, "
        "Replace proposal, Create session, Delete session",
    ),
    "approving": Least(
        2,
        "get session, get account, get account, Replace account, Create profile, Create slug, Create job, Create event",
    ),
    "saving a page": Least(2, "get session, get account, get profile, Replace profile, Create job, Create event"),
    "changing the password": Least(
        2,
        "get session, get account, get counter, get credentials, Replace account, Replace credentials, "
        "Create session, Delete session, Check counter, "
        "Create job, Create event",
    ),
    "asking for a new password": Least(2, "get counter, Create counter, Create job"),
    "choosing one by the link": Least(
        2,
        "get account, get credentials, Replace account, Replace credentials, Create session, Create job, Create event",
    ),
    "a reader's page": Least(0, ""),
    "the confirmation email": Least(2, "get claim, get proposal, Delete job"),
    "the email to publishers": Least(3, "page publishers, get account, get account, Delete job"),
    "the decision email": Least(2, _AN_EMAIL),
    "the email about the new password": Least(2, _AN_EMAIL),
    "the reset email": Least(3, "get claim, get proposal, get account, get credentials, Delete job"),
    "the search entries": Least(2, f"get account, {', '.join(['Create finder'] * 4)}, Delete job"),
    "publishing a page": Least(2, "get profile, get account, get published, Replace published, Delete job"),
    "the shared pages again": Least(2, "page published, Delete job"),
    "the check every minute": Least(1, "page jobs"),
}
"""One read of each record that the answer turns on, one write of each that must be there, or gone, afterwards."""
FLOWS: dict[str, dict[str, float]] = json.loads(resources.files("tools.aws").joinpath("flows.json").read_text("utf-8"))[
    "guide"
]


def units(part: Part) -> Units:
    """What a part comes to."""
    return Units(
        part.trips,
        sum(touch.reads for touch in part.touches),
        sum(touch.writes for touch in part.touches),
        sum(touch.index_writes for touch in part.touches),
    )


def counted(folder: Path) -> dict[str, Part]:
    """Each action once, after those that lead to it; each kind of job as the action before it promised it."""
    counter = make_counter(folder)
    portal, world = counter.portal, counter.world
    desk, ana = portal.person("desk@marram.example", "Ines Vale"), portal.person()
    found = {}
    fields: dict[str, object] = {"author_email": ana.address, "author_name": ana.name, "author_password": PASSWORD}
    registered = counter.count(sent_alone(ana, "/register", form="/register", **fields))
    found["registering"] = registered.asked
    found["the confirmation email"] = registered.jobs[JobKind.REGISTRATION_EMAIL][0]
    link = path_in(world.mailer.to(ana.address)[-1].text, "/confirm/")
    confirmed = counter.count(lambda: ana.get(link))
    found["confirming by the link"] = confirmed.asked
    found["the email to publishers"] = confirmed.jobs[JobKind.WAITING_EMAIL][0]
    found["the search entries"] = confirmed.jobs[JobKind.UPDATE_SEARCH][0]
    desk.log_in()
    at = f"/publisher/authors/{portal.account(ana.address).id}"
    approved = counter.count(sent_alone(desk, f"{at}/approve", form=at))
    found["approving"] = approved.asked
    found["the decision email"] = approved.jobs[JobKind.DECISION_EMAIL][0]
    ana.log_out()
    fields = {"author_email": ana.address, "author_password": PASSWORD}
    found["logging in"] = counter.count(sent_alone(ana, "/login", form="/login", **fields)).asked
    ana.get("/")
    found["a page for a logged-in author"] = counter.count(lambda: ana.get("/")).asked
    counter.count(saved_alone(ana, author_bio=BIO[:-20]))  # the first text of all moves no other
    saved = counter.count(saved_alone(ana, author_bio=BIO))
    found["saving a page"] = saved.asked
    found["publishing a page"] = saved.jobs[JobKind.PUBLISH][0]
    found["the shared pages again"] = saved.jobs[JobKind.PUBLISH_INDEX][0]
    found["a reader's page"] = counter.count(lambda: ana.get("/authors/ana-lima/")).asked
    fields = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    changed = counter.count(sent_alone(ana, "/change_password", form="/change_password", **fields))
    found["changing the password"] = changed.asked
    found["the email about the new password"] = changed.jobs[JobKind.PASSWORD_CHANGED_EMAIL][0]
    stranger = portal.person()
    asked = counter.count(sent_alone(stranger, "/reset", form="/reset", author_email=ana.address))
    found["asking for a new password"] = asked.asked
    found["the reset email"] = asked.jobs[JobKind.RESET_EMAIL][0]
    link = path_in(world.mailer.to(ana.address)[-1].text, "/reset/")
    page = stranger.get(link)
    at = page.headers.get("Location", link)
    found["choosing one by the link"] = counter.count(sent_alone(stranger, at, form=at, new_password=PASSWORD)).asked
    look = worker(world.ports, handlers())
    counter.count(lambda: look({}, Context()))  # the first of all sees whether the pages are those of this Byline
    found["the check every minute"] = counter.count(lambda: look({}, Context())).asked
    return found


def rows(folder: Path) -> list[list[str]]:
    """The table, as it must be."""
    return [
        [action, str(units(part)), _of_the_guide(action), str(LEAST[action].of(part))]
        for action, part in counted(folder).items()
    ]


def _of_the_guide(action: str) -> str:
    way = THE_GUIDES_WAY.get(action, "")
    if not isinstance(way, str) or not way:
        return str(way)
    flow = FLOWS[way]
    return str(Units(int(flow["trips"]), flow["reads"], int(flow["writes"]), int(flow["index_writes"])))


def differences(text: str, expected: list[list[str]]) -> list[str]:
    """The rows that are in one only of a document's table and the one it must be."""
    written = table_under(text, "Capacity units")
    odd = [row for row in expected if row not in written] + [row for row in written if row not in expected]
    return [f"| {' | '.join(row)} |" for row in odd]


def test_the_table_of_capacity_units_is_what_is_counted(tmp_path: Path) -> None:
    assert differences(text_of(DOCUMENT), rows(tmp_path)) == []


def test_a_row_that_is_wrong_missing_or_made_up_is_found(tmp_path: Path) -> None:
    expected = rows(tmp_path)
    text = text_of(DOCUMENT)
    row = next(line for line in text.splitlines() if line.startswith("| registering | 2 / 7 "))
    for wrong in (row.replace("2 / 7", "2 / 1", 1), "", f"{row}\n{row.replace('registering', 'waving')}"):
        assert differences(text.replace(row, wrong), expected)


@pytest.mark.parametrize("size", [500, 1_024, 1_025, 2_048, 2_049, 4_096, 4_097, 9_000])
def test_units_are_counted_as_dynamodb_counts_them(dynamodb_endpoint: str, size: int) -> None:
    """By single writes: those of transactions it reports wrongly."""
    name = f"units-{uuid4().hex}"
    store = DynamoStore(name, region="eu-west-1", endpoint=dynamodb_endpoint, create_table=True)
    client: Any = amazon.client("dynamodb", region="eu-west-1", endpoint=dynamodb_endpoint, tries=1, read_seconds=9)
    record = _of_size(size)
    store.commit(CreateCopy(record))
    counting = CapacityStore(SqliteStore(":memory:"))
    counting.commit(CreateCopy(record))
    counting.get(record.key)
    counted = units(Part(counting.trips, tuple(counting.touches)))

    key = {"k": {"S": "account#ana"}}
    item = client.get_item(TableName=name, Key=key, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    client.delete_item(TableName=name, Key=key)
    written = client.put_item(TableName=name, Item=item["Item"], ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert counted.reads == item["ConsumedCapacity"]["CapacityUnits"]
    assert counted.writes == 2 * written["Table"]["CapacityUnits"]
    assert counted.index_writes == written["GlobalSecondaryIndexes"]["entries"]["CapacityUnits"]


def _of_size(size: int) -> Record:
    """A record that has this size to the byte, long texts deflated."""
    noise = b64encode(b"".join(sha256(bytes([number])).digest() for number in range(256))).decode()
    text = noise[: int(max(0, size - 600) / 0.77)]
    record = Record(Key("account", "ana"), {"text": text}, 12, IndexEntry("accounts", "active/"), 1_900_000_000)
    made = replace(record, entry=IndexEntry("accounts", "active/" + "x" * (size - size_of(record))))
    assert size_of(made) == size
    return made
