"""What DynamoDB does on a bad day, which its local sister never has: behind a proxy that does it on demand."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

import pytest
from tests.contract.store.records import ANN, BEN, CLAIM, record
from tests.faulty_proxy import FaultyProxy, cancelled, error, html, lost, partly, reset, slow, unprocessed

from byline.errors import Conflict, Misconfigured, Unavailable
from byline.store import dynamodb_client
from byline.store.dynamodb_client import Refused
from byline.store.port import Check, Create, Key, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faulty_proxy import Fault

    from byline.store.dynamodb import DynamoStore
    from byline.store.port import Store

CALLS: dict[str, Callable[[Store], object]] = {
    "BatchGetItem": lambda store: store.get(ANN, BEN),
    "Query": lambda store: store.page("accounts"),
    "Scan": lambda store: store.scan(),
    "TransactWriteItems": lambda store: store.commit(Create(record(CLAIM))),
    "GetItem": lambda store: store.ping(),
}
PASSING = {
    "throughput": error("ProvisionedThroughputExceededException"),
    "throttling": error("ThrottlingException"),
    "requests": error("RequestLimitExceeded"),
    "internal": error("InternalServerError", 500),
    "unavailable": error("ServiceUnavailable", 503),
    "unknown-500": error("SomethingNew", 500),
    "html": html,
    "reset": reset,
    "lost": lost,
}
LASTING = {
    "AccessDeniedException": Misconfigured,
    "UnrecognizedClientException": Misconfigured,
    "ExpiredTokenException": Misconfigured,
    "InvalidSignatureException": Misconfigured,
    "ResourceNotFoundException": Misconfigured,
    "ValidationException": Refused,
    "ItemCollectionSizeLimitExceededException": Refused,
    "IdempotentParameterMismatchException": Refused,
    "SomethingNew": Refused,
}


# Every fault on a commit, and one on every other call: they share the loop that tries again.
PASSING_ON = [
    (operation, fault)
    for operation in CALLS
    for fault in PASSING
    if operation == "TransactWriteItems" or fault == "html"
]
LASTING_ON = [
    (operation, code)
    for operation in CALLS
    for code in LASTING
    if operation == "TransactWriteItems" or code in {"AccessDeniedException", "ValidationException"}
]


@dataclass
class Time:
    """Goes on only while somebody waits, so that a deadline takes no time."""

    at: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def proxy(dynamodb_endpoint: str) -> Iterator[FaultyProxy]:
    with FaultyProxy(dynamodb_endpoint) as started:
        yield started


@pytest.fixture
def direct(table: Callable[..., DynamoStore]) -> Iterator[DynamoStore]:
    """The same table, past the proxy."""
    opened = table()
    opened.commit(Create(record(sort="ann", name="Ann")))
    yield opened
    opened.close()


@pytest.fixture
def proxied(
    table: Callable[..., DynamoStore], direct: DynamoStore, proxy: FaultyProxy, time: Time
) -> Callable[..., DynamoStore]:
    """Opens stores behind the proxy that wait for a busy machine, but by their own clock go on for eight seconds."""

    def opened(random: Callable[[], float]) -> DynamoStore:
        how = {"clock": time.now, "sleep": time.sleep, "chance": random, "deadline_seconds": 8}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dynamodb_client, "_READ_SECONDS", 30)
            return table(endpoint=proxy.address, create_table=False, **how)

    return opened


@pytest.fixture
def store(proxied: Callable[..., DynamoStore]) -> Iterator[DynamoStore]:
    opened = proxied(lambda: 1.0)
    yield opened
    opened.close()


def tokens(proxy: FaultyProxy) -> list[str]:
    return [str(request["ClientRequestToken"]) for request in proxy.requests("TransactWriteItems")]


@pytest.mark.parametrize("operation", CALLS)
def test_each_call_of_the_port_is_one_round_trip(store: DynamoStore, proxy: FaultyProxy, operation: str) -> None:
    CALLS[operation](store)
    assert [name for name, _ in proxy.seen] == [operation]


def test_reads_by_key_and_scans_are_consistent(store: DynamoStore, proxy: FaultyProxy) -> None:
    store.get(ANN, BEN)
    store.scan()
    assert next(iter(proxy.requests("BatchGetItem")[0]["RequestItems"].values()))["ConsistentRead"] is True
    assert proxy.requests("Scan")[0]["ConsistentRead"] is True


@pytest.mark.parametrize(("operation", "fault"), PASSING_ON)
def test_what_passes_is_tried_again(
    store: DynamoStore, direct: DynamoStore, proxy: FaultyProxy, operation: str, fault: str
) -> None:
    expected = CALLS[operation](direct) if operation != "TransactWriteItems" else None
    proxy.plan[operation].extend([PASSING[fault]] * 3)
    assert CALLS[operation](store) == expected
    assert [name for name, _ in proxy.seen] == [operation] * 4
    assert (CLAIM in direct.get(CLAIM)) == (operation == "TransactWriteItems")


@pytest.mark.parametrize(("operation", "fault"), PASSING_ON)
def test_what_does_not_pass_is_unavailable_before_the_deadline(
    store: DynamoStore, proxy: FaultyProxy, time: Time, operation: str, fault: str
) -> None:
    proxy.plan[operation] = deque(repeat(PASSING[fault], 50))
    with pytest.raises(Unavailable, match="in time"):
        CALLS[operation](store)
    assert time.pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]  # 5 of 8 seconds, since a try may take 3
    assert len(proxy.seen) == 9


@pytest.mark.parametrize(("operation", "code"), LASTING_ON)
def test_what_lasts_is_not_tried_again(
    store: DynamoStore, proxy: FaultyProxy, time: Time, operation: str, code: str
) -> None:
    proxy.plan[operation].append(error(code))
    with pytest.raises(LASTING[code]):
        CALLS[operation](store)
    assert len(proxy.seen) == 1
    assert time.pauses == []


@pytest.mark.parametrize("operation", CALLS)
def test_an_answer_that_takes_too_long_is_not_waited_for(
    table: Callable[..., DynamoStore], direct: DynamoStore, proxy: FaultyProxy, operation: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dynamodb_client, "_READ_SECONDS", 0.5)
        store = table(endpoint=proxy.address, create_table=False)
    proxy.plan[operation].append(slow)
    CALLS[operation](store)
    store.close()
    assert len(proxy.seen) >= 2
    assert {name for name, _ in proxy.seen} == {operation}


def test_pauses_are_chosen_by_chance(proxied: Callable[..., DynamoStore], proxy: FaultyProxy, time: Time) -> None:
    chances = iter([0.0, 0.5, 0.25])
    store = proxied(lambda: next(chances))
    proxy.plan["GetItem"].extend([error("ThrottlingException")] * 3)
    store.ping()
    store.close()
    assert time.pauses == [0.0, 0.05, 0.05]


@pytest.mark.parametrize("faults", [[lost], [lost, lost, lost], [error("ThrottlingException"), lost, html, reset]])
def test_a_commit_whose_answer_was_lost_is_carried_out_once_and_answered(
    store: DynamoStore, direct: DynamoStore, proxy: FaultyProxy, faults: list[Fault]
) -> None:
    proxy.plan["TransactWriteItems"].extend(faults)
    store.commit(Replace(record(version=2, name="Anna")), Create(record(CLAIM)), Check(BEN, None))
    assert direct.get(ANN)[ANN] == record(version=2, name="Anna")
    assert len(set(tokens(proxy))) == 1
    assert len(tokens(proxy)) == len(faults) + 1


def test_every_commit_has_a_token_of_its_own(store: DynamoStore, proxy: FaultyProxy) -> None:
    for _ in range(2):
        with pytest.raises(Conflict):
            store.commit(Create(record()))
    store.commit(Create(record(BEN)))
    assert len(set(tokens(proxy))) == 3


@pytest.mark.parametrize(
    "fault",
    [
        cancelled("TransactionConflict", "None"),
        cancelled("None", "TransactionConflict"),
        cancelled("TransactionConflict", "TransactionConflict"),
        cancelled("ThrottlingError", "None"),
        cancelled("ProvisionedThroughputExceeded", "TransactionConflict"),
        error("TransactionConflictException"),
        error("TransactionInProgressException"),
    ],
)
def test_commits_that_meet_are_tried_again_with_the_same_token(
    store: DynamoStore, direct: DynamoStore, proxy: FaultyProxy, fault: Fault
) -> None:
    proxy.plan["TransactWriteItems"].extend([fault, fault])
    store.commit(Create(record(BEN)), Check(CLAIM, None))
    assert BEN in direct.get(BEN)
    assert len(tokens(proxy)) == 3
    assert len(set(tokens(proxy))) == 1


def test_commits_that_meet_for_ever_are_unavailable(store: DynamoStore, proxy: FaultyProxy, time: Time) -> None:
    proxy.plan["TransactWriteItems"] = deque(repeat(cancelled("TransactionConflict"), 50))
    with pytest.raises(Unavailable):
        store.commit(Create(record(BEN)))
    assert time.at < 1008


@pytest.mark.parametrize(
    ("reasons", "failed"),
    [
        (["ConditionalCheckFailed", "TransactionConflict", "None"], {ANN}),
        (["TransactionConflict", "ConditionalCheckFailed", "ConditionalCheckFailed"], {BEN, CLAIM}),
        (["ThrottlingError", "None", "ConditionalCheckFailed"], {CLAIM}),
        (["ConditionalCheckFailed"] * 3, {ANN, BEN, CLAIM}),
    ],
)
def test_a_condition_that_failed_outweighs_all_other_reasons(
    store: DynamoStore, proxy: FaultyProxy, reasons: list[str], failed: set[Key]
) -> None:
    proxy.plan["TransactWriteItems"].append(cancelled(*reasons))
    with pytest.raises(Conflict) as refused:
        store.commit(Create(record(ANN)), Check(BEN, 1), Replace(record(CLAIM, 2)))
    assert refused.value.keys == failed
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("reason", ["ValidationError", "ItemCollectionSizeLimitExceeded", "SomethingNew"])
def test_a_reason_that_lasts_is_not_tried_again(store: DynamoStore, proxy: FaultyProxy, reason: str) -> None:
    proxy.plan["TransactWriteItems"].append(cancelled("TransactionConflict", reason))
    with pytest.raises(Refused):
        store.commit(Create(record(BEN)), Create(record(CLAIM)))
    assert len(proxy.seen) == 1


def test_keys_that_were_not_read_are_asked_for_again(
    store: DynamoStore, direct: DynamoStore, proxy: FaultyProxy, time: Time
) -> None:
    direct.commit(Create(record(BEN)), Create(record(CLAIM)))
    proxy.plan["BatchGetItem"].extend([unprocessed, partly, unprocessed, partly])
    assert store.get(ANN, BEN, CLAIM) == direct.get(ANN, BEN, CLAIM)
    asked = [next(iter(request["RequestItems"].values())) for request in proxy.requests("BatchGetItem")]
    assert [len(each["Keys"]) for each in asked] == [3, 3, 2, 2, 1]
    assert all(each["ConsistentRead"] for each in asked)
    assert time.pauses == [0.05, 0.1]  # only where nothing came


def test_keys_that_are_never_read_are_unavailable(store: DynamoStore, proxy: FaultyProxy, time: Time) -> None:
    proxy.plan["BatchGetItem"] = deque(repeat(unprocessed, 50))
    with pytest.raises(Unavailable):
        store.get(ANN, BEN)
    assert time.at < 1008
