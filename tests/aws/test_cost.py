"""``byline cost``: the numbers it counts with are those of the program, and what it adds up is right."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.capacity import CapacityStore, size_of
from tests.docs.reading import ROOT, SOURCE, calls, python_files
from tests.moving import answered, byline
from tests.people import House, Person, form_of, make_house, path_in
from tests.world import World, make_world

from byline import amazon
from byline.aws.worker import worker
from byline.cli.costing import BYLINE, GUIDE, estimate
from byline.outbox.model import DUE, from_record
from byline.outbox.worker import deliver_one
from byline.site import entries
from byline.store.dynamodb import DynamoStore
from byline.store.port import Adopt, Entry, Key, Record
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from byline.files.port import File, Files

FLOWS: dict[str, dict[str, dict[str, float]]] = json.loads(
    resources.files("byline.cli").joinpath("flows.json").read_text("utf-8")
)
BIO = "<p>" + "Words of a life, told in a few lines. " * 65 + "</p>"
"""2,470 characters."""


class CountedFiles:
    """Counts what goes to the files inside."""

    def __init__(self, inner: Files) -> None:
        self.inner = inner
        self.puts = self.gets = 0

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        self.puts += 1
        self.inner.put(file, cache_seconds=cache_seconds)

    def get(self, path: str, /) -> File | None:
        self.gets += 1
        return self.inner.get(path)

    def delete(self, path: str, /) -> None:
        self.inner.delete(path)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        self.puts += 1  # a listing costs as much as a put
        return self.inner.paths(prefix)


@dataclass
class Counter:
    """An installation whose every call is counted, as it would be on Lambda: pages are published by jobs."""

    world: World
    store: CapacityStore
    files: CountedFiles
    house: House
    requests: int = 0

    def count(self, act: Callable[[], object]) -> dict[str, float]:
        """What somebody's act costs, and all that it leads to within the next minutes."""
        self.store.reset()
        self.files.puts = self.files.gets = self.requests = 0
        sent = len(self.world.mailer.sent)
        act()
        jobs = self._work()
        return {
            "requests": self.requests,
            "jobs": jobs,
            "reads": self.store.reads,
            "writes": self.store.writes,
            "index_writes": self.store.index_writes,
            "trips": self.store.trips,
            "puts": self.files.puts,
            "gets": self.files.gets,
            "mails": len(self.world.mailer.sent) - sent,
        }

    def _work(self) -> int:
        """The table's stream for each job at once; for those of later the schedule, which looks by itself anyway."""
        table = handlers()
        done = 0
        for _ in range(4):
            while jobs := [job.key.id for job in self.store.inner.page(DUE).records if self._is_due(job)]:
                for job_id in jobs:
                    done += deliver_one(self.world.ports, table, job_id).done
            self.world.clock.forward(minutes=1)
        assert not self.store.inner.page(DUE).records
        return done

    def _is_due(self, record: Record) -> bool:
        return from_record(record).due_at <= self.world.clock.now()


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    store = CapacityStore(SqliteStore(":memory:"))
    plain = make_world(tmp_path, store, throttle=False)
    files = CountedFiles(plain.ports.files)
    world = replace(plain, ports=replace(plain.ports, files=files))
    house = make_house(world, publish_in_line=False)
    made = Counter(world, store, files, house)

    def count_one() -> None:
        made.requests += 1

    house.app.before_request(count_one)
    house.publisher()
    return made


class Context:
    """What Lambda tells a function: there is time enough."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def flows(counter: Counter) -> dict[str, dict[str, float]]:
    """What is done in a portal, each counted with all that follows from it."""
    house, world = counter.house, counter.world
    desk, ana = house.person("desk@marram.example", "Ines Vale"), house.person()
    tick = worker(world.ports, handlers())
    counted = {"register": counter.count(ana.register)}
    link = path_in(world.mailer.to(ana.address)[-1].text, "/confirm/")
    counted["confirm"] = counter.count(lambda: ana.get(link))
    desk.log_in()
    at = f"/publisher/authors/{house.account(ana.address).id}"
    counted["approve"] = counter.count(lambda: desk.post(f"{at}/approve", form=at))
    ana.log_out()
    counted["login"] = counter.count(ana.log_in)
    ana.get("/")
    counted["page"] = counter.count(lambda: ana.get("/"))
    for more in ("", "<p>And more.</p>"):  # the first save has no text to keep, so the second is the usual one
        form = form_of(ana.get("/")) | {"author_bio": BIO + more, "bio_format": "html"}
        counted["save"] = counter.count(partial(_save, ana, form))
    counter.count(lambda: tick({}, Context()))  # the first of all looks whether the pages are those of this Byline
    counted["tick"] = counter.count(lambda: tick({}, Context())) | {"jobs": 1}  # the run itself
    return counted


def _save(person: Person, form: dict[str, object]) -> None:
    assert person.client.post("/", data=form, content_type="multipart/form-data").status_code == 303


def test_the_numbers_it_counts_with_are_those_of_the_program(counter: Counter) -> None:
    counted = flows(counter)
    kept = {
        name: {what: number for what, number in flow.items() if what != "cpu_ms"}
        for name, flow in FLOWS["byline"].items()
    }
    assert kept == counted, json.dumps(counted)


def test_an_entry_of_the_readers_index_is_no_larger_than_is_counted_with(counter: Counter) -> None:
    flows(counter)
    (entry,) = counter.store.inner.page(entries.PUBLISHED).records
    assert 0.5 * BYLINE.entry_bytes < size_of(entry) <= BYLINE.entry_bytes


def test_alarms_numbers_and_memory_are_those_of_the_template() -> None:
    template = (ROOT / "deploy/template.yaml").read_text()
    assert template.count("Type: AWS::CloudWatch::Alarm") == BYLINE.alarms
    assert f"MemorySize: {BYLINE.memory_mb}\n" in template
    assert "Architectures: [arm64]" in template
    assert "rate(1 minute)" in template
    put = [call.args[0] for _, tree in python_files(SOURCE / "aws") for call in calls(tree, "put")]
    words = {node.value for arg in put for node in ast.walk(arg) if isinstance(node, ast.Constant)}
    assert len({word for word in words if isinstance(word, str)}) == BYLINE.metrics


def test_the_guides_numbers_follow_from_the_size_of_its_items() -> None:
    blank = 400
    full = blank + len(BIO) + len(json.dumps({"ops": [{"insert": BIO}]}))
    assert full <= GUIDE.record_bytes_an_author
    once = -(-GUIDE.record_bytes_an_author // 4_096) / 2  # read as it may lag: half a unit a started 4 KB
    guide = FLOWS["guide"]
    assert guide["page"]["reads"] == guide["login"]["reads"] == once
    assert guide["save"]["reads"] == 3 * once  # who it is, what page it has, what to publish
    assert guide["save"]["writes"] == -(-GUIDE.record_bytes_an_author // 1_024)
    assert {guide[flow]["writes"] for flow in ("register", "confirm", "approve")} == {1}
    assert set(FLOWS["byline"]) == set(guide)


def test_a_bill_is_what_the_price_list_says() -> None:
    bill = estimate(GUIDE, authors=0, edits=1_000_000, readers=0).services
    assert bill["API Gateway"] == pytest.approx((2 + 3 + 1) * 3.5)
    assert bill["DynamoDB"] == pytest.approx((1 + 3 + 3) * 0.125 + 6 * 0.625)
    assert bill["SES"] == 0
    assert bill["S3"] == pytest.approx(5)
    bill = estimate(BYLINE, authors=60_000_000, edits=0, readers=0).services
    assert bill["SES"] == pytest.approx(3 * 100)
    assert bill["API Gateway"] == pytest.approx(2 + 1 + 2)


def test_readers_cost_nothing_but_reads_until_the_free_amount_is_used() -> None:
    few, many = (estimate(BYLINE, authors=0, edits=0, readers=n).services for n in (1_000_000, 20_000_000))
    assert few["to readers"] == 0
    assert few["S3"] == pytest.approx(3 * 0.4)
    assert many["to readers"] == pytest.approx((60 - 10) * 1.0 + (1_600 - 1_000) * 0.085)
    idle = estimate(BYLINE, authors=0, edits=0, readers=0)
    assert {service: few[service] for service in ("Lambda", "DynamoDB", "API Gateway")} == {
        service: idle.services[service] for service in ("Lambda", "DynamoDB", "API Gateway")
    }


def test_somebody_at_a_shell_reads_both_ways_by_service() -> None:
    said = answered("cost", "--authors", 5_000, "--edits", 200, "--readers", 1_000_000)
    assert said["byline"]["total"] == pytest.approx(sum(said["byline"]["services"].values()), abs=0.01)
    assert said["byline"]["idle"] < said["byline"]["total"]
    assert said["prices"] == {"as_of": "2025", "region": "us-east-1", "currency": "USD"}
    text = byline("cost").stdout
    assert all(service in text for service in said["guide"]["services"])
    assert "as of 2025" in text
    byline("cost", "--authors", "-1", exit_code=2)


@pytest.mark.parametrize("size", [500, 1_024, 1_025, 2_048, 2_049, 4_096, 4_097, 9_000])
def test_units_are_counted_as_dynamodb_counts_them(dynamodb_endpoint: str, size: int) -> None:
    """By single writes: those of transactions it reports wrongly."""
    name = f"units-{uuid4().hex}"
    store = DynamoStore(name, region="eu-west-1", endpoint=dynamodb_endpoint, create_table=True)
    client: Any = amazon.client("dynamodb", region="eu-west-1", endpoint=dynamodb_endpoint, tries=1, read_seconds=9)
    record = Record(Key("account", "ana"), {"text": ""}, 12, Entry("accounts", "active/ana"), 1_900_000_000)
    record = replace(record, data={"text": "x" * (size - size_of(record))})
    store.commit(Adopt(record))
    counting = CapacityStore(SqliteStore(":memory:"))
    counting.commit(Adopt(record))
    counting.get(record.key)

    key = {"k": {"S": "account#ana"}}
    item = client.get_item(TableName=name, Key=key, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    client.delete_item(TableName=name, Key=key)
    written = client.put_item(TableName=name, Item=item["Item"], ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert counting.reads == item["ConsumedCapacity"]["CapacityUnits"]
    assert counting.writes == 2 * written["Table"]["CapacityUnits"]
    assert counting.index_writes == written["GlobalSecondaryIndexes"]["entries"]["CapacityUnits"]
