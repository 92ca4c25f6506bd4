"""The table, how records lie in it, and what is said when the settings do not fit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests import engines
from tests.contract.store.records import ANN, kept, pages, record
from tests.faulty_proxy import FaultyProxy, error

from byline import amazon
from byline.errors import Misconfigured, Unavailable
from byline.store import dynamodb_table
from byline.store.dynamodb import DynamoStore
from byline.store.port import Create, Delete, IndexEntry, Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from byline.store.port import Store

REGION = "eu-west-1"
CALLS: list[Callable[[Store], object]] = [
    lambda store: store.get(ANN),
    lambda store: store.page("accounts"),
    lambda store: store.scan(),
    lambda store: store.commit(Create(record())),
    lambda store: store.ping(),
]


@pytest.fixture
def name() -> str:
    return f"test-{uuid4().hex}"


@pytest.fixture
def aws(dynamodb_endpoint: str) -> Any:
    """Amazon's own client, on the same engine."""
    return amazon.client("dynamodb", region=REGION, endpoint=dynamodb_endpoint, tries=1, read_seconds=10)


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A machine that knows nothing of AWS."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def opened(name: str, endpoint: str | None, *, create_table: bool = True, **how: Any) -> DynamoStore:
    return DynamoStore(name, region=REGION, endpoint=endpoint, create_table=create_table, **how)


def test_the_table_is_paid_by_the_request_and_has_one_index(name: str, dynamodb_endpoint: str, aws: Any) -> None:
    opened(name, dynamodb_endpoint).close()
    found = aws.describe_table(TableName=name)["Table"]
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert found["KeySchema"] == [{"AttributeName": "k", "KeyType": "HASH"}]
    (index,) = found["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]) == ("entries", {"ProjectionType": "ALL"})
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["ix", "so"]


def test_the_table_forgets_what_has_expired(name: str, dynamodb_endpoint: str, aws: Any) -> None:
    opened(name, dynamodb_endpoint).close()
    found = aws.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (found["TimeToLiveStatus"], found["AttributeName"]) == ("ENABLED", "ttl")


def test_records_lie_in_the_table_as_the_description_says(name: str, dynamodb_endpoint: str, aws: Any) -> None:
    store = opened(name, dynamodb_endpoint)
    store.commit(Create(Record(ANN, {"name": "雪", "note": None}, 1, IndexEntry("accounts", "ann"), 4_000_000_000)))
    store.close()
    assert aws.scan(TableName=name)["Items"] == [
        {
            "k": {"S": "account#ann"},
            "v": {"N": "1"},
            "d": {"S": '{"name":"雪","note":null}'},
            "ix": {"S": "accounts"},
            "so": {"S": "ann"},
            "ttl": {"N": "4000000000"},
        }
    ]


def test_a_long_text_lies_in_the_table_deflated_and_comes_out_as_it_was(
    name: str, dynamodb_endpoint: str, aws: Any
) -> None:
    store = opened(name, dynamodb_endpoint)
    for text in ("短い" * 100, "長い" * 400, ""):
        long = Record(ANN, {"bio": text}, entry=IndexEntry("accounts", "ann"))
        store.commit(Create(long))
        (item,) = aws.scan(TableName=name)["Items"]
        assert set(item["d"]) == ({"B"} if len(text) == 800 else {"S"})
        assert len(str(item)) < 900
        assert store.get(ANN) == {ANN: long}
        assert store.page("accounts").records == store.scan().records == (long,)
        store.commit(Delete(ANN, 1))
    store.close()


def test_an_existing_table_is_opened_again(name: str, dynamodb_endpoint: str) -> None:
    for version in range(3):
        store = opened(name, dynamodb_endpoint)
        if version == 0:
            store.commit(Create(record(name="Ann")))
        assert kept(store) == {"name": "Ann"}
        store.close()


def test_many_may_make_the_table_at_once(name: str, dynamodb_endpoint: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for store in list(pool.map(lambda _: opened(name, dynamodb_endpoint), range(8))):
            store.ping()
            store.close()


def test_another_programs_table_is_refused(name: str, dynamodb_endpoint: str, aws: Any) -> None:
    aws.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    with pytest.raises(Misconfigured, match="was not made by Byline"):
        opened(name, dynamodb_endpoint)


def test_an_engine_without_a_sweeper_does_without(name: str, dynamodb_endpoint: str) -> None:
    with FaultyProxy(dynamodb_endpoint) as proxy:
        proxy.plan["DescribeTimeToLive"].append(error("UnknownOperationException"))
        store = opened(name, proxy.address)
        store.ping()
        store.close()
    assert [operation for operation, _ in proxy.seen] == [
        "CreateTable",
        "DescribeTable",
        "DescribeTimeToLive",
        "GetItem",
    ]


def test_a_table_that_is_being_made_is_waited_for(name: str, dynamodb_endpoint: str, aws: Any) -> None:
    pauses: list[float] = []
    aws.create_table(**dynamodb_table.description(name))
    found = {"Table": {**dynamodb_table.description(name), "TableStatus": "CREATING"}}
    with FaultyProxy(dynamodb_endpoint) as proxy:
        proxy.plan["DescribeTable"].extend([lambda handler, _: handler.answer(200, found)] * 3)
        opened(name, proxy.address, sleep=pauses.append, chance=lambda: 0.5).close()
    assert pauses == [0.025, 0.05, 0.1]


def test_opening_asks_nobody_unless_told_to_make_the_table(name: str) -> None:
    opened(name, f"http://127.0.0.1:{engines.free_port()}", create_table=False).close()


@pytest.mark.parametrize("call", CALLS)
def test_a_missing_table_is_named_as_what_to_set(
    call: Callable[[Store], object], name: str, dynamodb_endpoint: str
) -> None:
    store = opened(name, dynamodb_endpoint, create_table=False)
    with pytest.raises(Misconfigured, match="the table is not there"):
        call(store)
    store.close()


@pytest.mark.parametrize("call", CALLS)
def test_an_engine_that_is_not_there_is_unavailable(call: Callable[[Store], object], name: str) -> None:
    times = iter(range(100))
    store = opened(
        name,
        f"http://127.0.0.1:{engines.free_port()}",
        create_table=False,
        clock=lambda: float(next(times)),
        sleep=lambda _: None,
    )
    with pytest.raises(Unavailable):
        call(store)
    store.close()


@pytest.mark.parametrize("table", ["", "ab", "a" * 256, "a b", "täble", "a/b", "table\n"])
def test_a_name_that_no_table_can_have_is_refused(table: str) -> None:
    with pytest.raises(Misconfigured, match="no name of a DynamoDB table"):
        opened(table, None, create_table=False)


@pytest.mark.parametrize(("region", "endpoint"), [("eu west", None), ("", None), (REGION, "nonsense"), (REGION, "")])
def test_a_region_or_endpoint_that_cannot_be_is_refused(
    region: str, endpoint: str | None, name: str, no_aws: None
) -> None:
    with pytest.raises(Misconfigured, match="dynamodb cannot be used"):
        DynamoStore(name, region=region, endpoint=endpoint)


@pytest.mark.parametrize("call", CALLS)
def test_missing_credentials_are_named_as_what_to_set(call: Callable[[Store], object], name: str, no_aws: None) -> None:
    store = DynamoStore(name, region=REGION)
    with pytest.raises(Misconfigured, match="credentials"):
        call(store)
    store.close()


def test_an_engine_on_this_machine_needs_no_credentials_and_no_metadata_is_asked_for(
    name: str, dynamodb_endpoint: str, no_aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setattr("botocore.utils.InstanceMetadataFetcher.retrieve_iam_role_credentials", lambda _: 1 / 0)
    for endpoint in (dynamodb_endpoint, dynamodb_endpoint.replace("127.0.0.1", "localhost")):
        store = opened(name, endpoint)
        store.ping()
        store.close()


def test_credentials_in_the_environment_are_used_on_this_machine_too(
    name: str, dynamodb_endpoint: str, no_aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(name, dynamodb_endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    other = opened(name, dynamodb_endpoint)  # each access key has tables of its own there
    store.commit(Create(record()))
    assert kept(other) is None
    store.close()
    other.close()


def test_more_than_a_megabyte_is_read_in_several_calls(name: str, dynamodb_endpoint: str) -> None:
    noise = Random(7).randbytes(195_000).hex()  # so that it stays large when it is deflated: some 220 KB
    with FaultyProxy(dynamodb_endpoint) as proxy:
        store = opened(name, proxy.address)
        for number in range(11):
            store.commit(Create(record(type(ANN)("text", str(number)), sort=f"{number:02d}", text=noise)))
        assert [len(page.records) for page in pages(store, limit=8)] == [8, 3]
        assert len(store.scan().records) == 11
        store.close()
    asked = proxy.requests("Query")
    assert [request["Limit"] for request in asked] == [9, 4, 9]
    assert len(proxy.requests("Scan")) == 3
