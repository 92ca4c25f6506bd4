"""Jobs on Lambda: the stream brings them at once, the schedule what it left, and a fault costs nothing but time."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.environment import World, make_world
from tests.gateways import Context
from tests.people import make_portal
from tests.store_wrappers import HookedStore

from byline import amazon
from byline.aws.request_ids import RequestIdStore
from byline.aws.worker import RESERVE_MILLISECONDS, WorkError, worker
from byline.errors import Unavailable
from byline.jobs.kinds import JobKind
from byline.jobs.model import Job, to_record
from byline.jobs.payloads import UpdateSearch
from byline.store.dynamodb import DynamoStore
from byline.store.port import Check, Create, Delete, Key, Record, Replace
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers, rebuild_outdated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from byline.ports import Ports

pytestmark = pytest.mark.aws

REGION = "eu-west-1"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A site whose readers' pages are as they should be."""
    made = make_world(tmp_path, throttle=False)
    rebuild_outdated(made.ports)
    made.work()
    return made


def told(*names: str) -> dict[str, Any]:
    """What the stream says of new records, in order."""
    records = [
        {"eventName": "INSERT", "dynamodb": {"Keys": {"k": {"S": name}}, "SequenceNumber": str(100 + number)}}
        for number, name in enumerate(names)
    ]
    return {"Records": records}


def due(world: World, job_id: str, *, seconds: int = 0, request: str = "") -> None:
    at = world.clock.now() + timedelta(seconds=seconds)
    world.ports.store.commit(Create(to_record(Job(job_id, UpdateSearch("a"), at, request=request))))


def doing(done: list[str]) -> dict[JobKind, Callable[[Ports, Job], None]]:
    return {JobKind.UPDATE_SEARCH: lambda _, job: done.append(job.id)}


def test_a_new_job_is_carried_out_as_soon_as_the_stream_tells_of_it(world: World) -> None:
    done: list[str] = []
    due(world, "1")
    due(world, "2")

    answer = worker(world.ports, doing(done))(told("job#1", "account#a", "job#2", "job#1", "job#gone"), Context())

    assert answer == {"batchItemFailures": []}
    assert done == ["1", "2"]


def test_a_job_that_is_not_due_yet_waits_for_the_schedule(world: World) -> None:
    done: list[str] = []
    due(world, "1", seconds=30)
    handle = worker(world.ports, doing(done))

    assert handle(told("job#1"), Context()) == {"batchItemFailures": []}
    assert not done

    world.clock.forward(seconds=30)
    assert handle({"source": "aws.events"}, Context()) == {"done": 1, "put_off": 0, "given_up": 0}
    assert done == ["1"]


def test_a_job_whose_handler_fails_is_put_off_and_holds_up_nobody(world: World) -> None:
    done: list[str] = []
    due(world, "1")
    due(world, "2")

    def fail_one(_: Ports, job: Job) -> None:
        if job.id == "1":
            raise Unavailable
        done.append(job.id)

    assert worker(world.ports, {JobKind.UPDATE_SEARCH: fail_one})(told("job#1", "job#2"), Context()) == {
        "batchItemFailures": []
    }
    assert done == ["2"]


def test_when_the_store_is_away_the_first_job_it_cost_comes_again_with_all_after_it(tmp_path: Path) -> None:
    done: list[str] = []
    store = HookedStore(SqliteStore(":memory:"))
    world = make_world(tmp_path, store)
    for job_id in "123":
        due(world, job_id)
    handle = worker(world.ports, doing(done))

    def away(name: str, args: tuple[Any, ...]) -> None:
        if name == "get" and args[0].id == "2":
            raise Unavailable("ana@example.org")

    store.before = away
    assert handle(told("job#1", "job#2", "job#3"), Context()) == {"batchItemFailures": [{"itemIdentifier": "101"}]}
    assert done == ["1"]

    store.before = lambda *_: None
    assert handle(told("job#2", "job#3"), Context()) == {"batchItemFailures": []}
    assert done == ["1", "2", "3"]


def test_nothing_is_begun_with_too_little_time_left(world: World) -> None:
    done: list[str] = []
    due(world, "1")
    short = Context(milliseconds=RESERVE_MILLISECONDS - 1)
    handle = worker(world.ports, doing(done))

    assert handle(told("job#1"), short) == {"batchItemFailures": []}
    assert handle({}, short)["done"] == 0
    assert not done
    assert handle({}, Context())["done"] == 1


def test_the_schedule_goes_on_until_nothing_is_due(world: World) -> None:
    done: list[str] = []
    for number in range(25):
        due(world, f"{number:02}")

    assert worker(world.ports, doing(done))({}, Context())["done"] == 25
    assert len(set(done)) == 25


def test_the_schedule_notices_that_the_site_has_another_name(world: World) -> None:
    renamed = world.with_site(name="Another Press")

    assert worker(renamed.ports, handlers())({}, Context())["done"] == 1
    index = renamed.ports.files.get("authors/index.html")
    assert index is not None
    assert b"Another Press" in index.body
    assert worker(renamed.ports, handlers())({}, Context())["done"] == 0


def test_the_schedule_measures_what_is_left(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    due(world, "1")
    world.clock.forward(seconds=90)

    worker(world.ports, doing([]))({}, Context(milliseconds=0))

    line = json.loads(capsys.readouterr().out)
    assert (line["OutboxSeconds"], line["JobsGivenUp"]) == (90.0, 0)
    assert line["_aws"]["Timestamp"] == world.clock.now().timestamp() * 1000
    [told_of] = line["_aws"]["CloudWatchMetrics"]
    assert told_of["Namespace"] == "Byline"
    assert told_of["Metrics"] == [
        {"Name": "OutboxSeconds", "Unit": "Seconds"},
        {"Name": "JobsGivenUp", "Unit": "Count"},
    ]


def test_a_round_that_fails_is_known_to_lambda_but_not_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = HookedStore(SqliteStore(":memory:"))
    world = make_world(tmp_path, store)

    def away(*_: object) -> None:
        raise Unavailable("ana@example.org")

    store.before = away
    with pytest.raises(WorkError) as caught:
        worker(world.ports, doing([]))({}, Context())

    assert "Unavailable at " in str(caught.value)
    assert caught.value.__suppress_context__
    assert "ana@" not in f"{caught.value} {caplog.text}"


def test_a_letter_can_be_followed_from_the_request_into_the_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store = RequestIdStore(SqliteStore(":memory:"))
    world = make_world(tmp_path, store)
    rebuild_outdated(world.ports)
    world.work()
    store.request = "8f2c4c7e"
    make_portal(world).person().register()
    store.request = "another"

    worker(world.ports, handlers())({}, Context())

    [line] = [record for record in caplog.records if record.message == "job"]
    assert (line.request, line.kind) == ("8f2c4c7e", "registration-letter")  # type: ignore[attr-defined]
    assert world.mailer.to("ana@example.org")


def test_a_store_that_marks_jobs_is_the_store_inside_in_everything_else() -> None:
    store = RequestIdStore(SqliteStore(":memory:"))
    store.request = "8f2c4c7e"
    plain = Record(Key("account", "1"), {"name": "Ana"})
    store.commit(Create(plain), Create(Record(Key("job", "1"), {"kind": "find"})))

    found = store.get(plain.key, Key("job", "1"))
    assert found[plain.key] == plain
    assert found[Key("job", "1")].data == {"kind": "find", "request": "8f2c4c7e"}
    assert len(store.scan().records) == 2
    store.commit(
        Replace(Record(Key("job", "1"), {"kind": "find"}, version=2)), Delete(plain.key, 1), Check(Key("x", "y"), None)
    )
    assert store.get(Key("job", "1"))[Key("job", "1")].data == {"kind": "find"}
    assert not store.page("accounts").records
    store.ping()
    store.close()


class Stream:
    """Amazon's side of a table's stream: hands batches to a function, and hands them again from where it failed."""

    def __init__(self, endpoint: str, table: str) -> None:
        tables = amazon.client("dynamodb", region=REGION, endpoint=endpoint, tries=1, read_seconds=10)
        spec = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        described = tables.update_table(TableName=table, StreamSpecification=spec)["TableDescription"]
        self._streams = amazon.client("dynamodbstreams", region=REGION, endpoint=endpoint, tries=1, read_seconds=10)
        arn = described["LatestStreamArn"]
        [shard] = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._place = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        self._iterator = self._streams.get_shard_iterator(**self._place)["ShardIterator"]
        self._read: set[str] = set()
        self._waiting: list[dict[str, Any]] = []

    def deliver(self, handle: Callable[[dict[str, Any], Any], dict[str, Any]]) -> int:
        """Hand over what there is, through the template's filter, once; how many records the function got."""
        try:
            answer = self._streams.get_records(ShardIterator=self._iterator)
        except self._streams.exceptions.TrimmedDataAccessException:  # it fell behind: begin at the oldest there is
            self._iterator = self._streams.get_shard_iterator(**self._place)["ShardIterator"]
            answer = self._streams.get_records(ShardIterator=self._iterator)
        self._iterator = answer["NextShardIterator"]
        new = [record for record in answer["Records"] if record["dynamodb"]["SequenceNumber"] not in self._read]
        self._read |= {record["dynamodb"]["SequenceNumber"] for record in new}
        self._waiting += [
            record
            for record in new
            if record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["k"]["S"].startswith("job#")
        ]
        batch = json.loads(json.dumps(self._waiting, default=str))
        if not batch:
            return 0
        failures = {entry["itemIdentifier"] for entry in handle({"Records": batch}, Context())["batchItemFailures"]}
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        kept = min((numbers.index(failure) for failure in failures), default=len(batch))
        self._waiting = self._waiting[kept:]
        return len(batch)


@pytest.fixture
def table(dynamodb_endpoint: str) -> Iterator[DynamoStore]:
    opened = DynamoStore(f"stream-{uuid4().hex}", region=REGION, endpoint=dynamodb_endpoint, create_table=True)
    yield opened
    opened.close()


def test_what_a_stream_brought_in_vain_it_brings_again(
    table: DynamoStore, dynamodb_endpoint: str, tmp_path: Path
) -> None:
    stream = Stream(dynamodb_endpoint, table._table)
    store = HookedStore(table)
    world = make_world(tmp_path, store, throttle=False)
    portal = make_portal(world)
    for number in range(4):
        portal.person(f"author{number}@example.org", f"Author {number}").register()
    asked: list[str] = []

    def away_at_the_third(name: str, args: tuple[Any, ...]) -> None:
        if name == "get" and args and args[0].kind == "job":
            asked.append(args[0].id)
            if len(asked) == 3:
                raise Unavailable

    store.before = away_at_the_third
    handle = worker(world.ports, handlers())

    assert stream.deliver(handle) == 4
    assert len(world.mailer.sent) == 2
    assert stream.deliver(handle) == 2
    assert sorted(mail.to for mail in world.mailer.sent) == [f"author{number}@example.org" for number in range(4)]
    assert stream.deliver(handle) == 0
    assert asked[2] == asked[3]


def test_a_function_that_died_before_it_answered_repeats_no_letter(
    table: DynamoStore, dynamodb_endpoint: str, tmp_path: Path
) -> None:
    stream = Stream(dynamodb_endpoint, table._table)
    world = make_world(tmp_path, table, throttle=False)
    make_portal(world).person().register()
    handle = worker(world.ports, handlers())
    seen: list[dict[str, Any]] = []

    def died(event: dict[str, Any], context: Any) -> dict[str, Any]:
        handle(event, context)
        seen.append(event)
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["dynamodb"]["SequenceNumber"]}]}

    stream.deliver(died)
    stream.deliver(handle)

    assert len(seen) == 1
    assert len(world.mailer.sent) == 1
