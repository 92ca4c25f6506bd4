"""The store in one DynamoDB table with one index.

A get is one consistent BatchGetItem, a page one Query of the index, a commit one TransactWriteItems. Commits carry a
token made before the first try and kept over all of them, so that one whose answer was lost is not refused when it is
tried again, but answered.
"""

from __future__ import annotations

import json
import random
import re
import time
import zlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from byline.errors import Conflict, Misconfigured
from byline.store import bounds, cursors, dynamodb_table, formats
from byline.store.dynamodb_client import Client, Refused, is_transient
from byline.store.port import Check, Create, CreateCopy, Delete, IndexEntry, Key, Page, Record, Replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.store.port import Cursor, Write

_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_ABSENT = "attribute_not_exists(k)"
_AT_VERSION = "v = :v"
_LONG_BYTES = 1_024
"""From here on data is deflated: a write is paid for by the started KB, and a biography shrinks to half."""


class DynamoStore:
    """Records in the DynamoDB table ``table`` of an AWS ``region``, or at another ``endpoint`` (an address).

    Opening asks nobody, unless ``create_table`` is true: then the table is made if there is none. No call takes longer
    than ``deadline_seconds`` but for a single try, which is three seconds at most. Credentials come from where AWS
    programs look for them (a role, the environment, a profile). Safe for threads; open it after a fork.
    ``Misconfigured`` if the settings cannot be used; later too, since only a call finds out about credentials.
    """

    def __init__(
        self,
        table: str,
        *,
        region: str,
        endpoint: str | None = None,
        create_table: bool = False,
        deadline_seconds: float = 8.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        if not _TABLE.fullmatch(table):
            raise Misconfigured(f"{table!r} is no name of a DynamoDB table: 3 to 255 of A-Z, a-z, 0-9, dot, - and _")
        self._table = table
        self._format: int | None = None
        self._client = Client(
            region=region,
            endpoint=endpoint,
            deadline_seconds=deadline_seconds,
            clock=clock,
            sleep=sleep,
            chance=chance,
        )
        if create_table:
            dynamodb_table.make(self._client, table)

    def get(self, *keys: Key) -> Mapping[Key, Record]:
        """Read several records, each consistently; absent ones are left out."""
        asked = bounds.check_keys(keys)
        if not asked:
            return {}
        deadline = self._client.deadline()
        found: dict[Key, Record] = {}
        wanted = {"Keys": [_name(key) for key in asked], "ConsistentRead": True}
        while wanted:
            answer = self._client.call("batch_get_item", {"RequestItems": {self._table: wanted}}, deadline)
            records = [_record(item) for item in answer["Responses"].get(self._table, ())]
            found.update((record.key, record) for record in records)
            wanted = answer.get("UnprocessedKeys", {}).get(self._table, {})
            if wanted and not records:
                deadline.pause()  # busy; where something came, the rest was merely too much for one answer
        if formats.MARK in asked:
            self._format = self._known(formats.from_mark(found.get(formats.MARK)))
        return {key: found[key] for key in asked if key in found}

    def one(self, key: Key) -> Record | None:
        """Read one record; ``None`` if it is absent."""
        return self.get(key).get(key)

    def page(
        self,
        index: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        after: Cursor | None = None,
        limit: int = 50,
        descending: bool = False,
    ) -> Page:
        """Read a slice of one index, in the order of the UTF-8 bytes of ``sort``; it lags behind by moments."""
        bounds.check_page(index, prefix, between, limit)
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": dynamodb_table.ENTRIES,
            "KeyConditionExpression": "ix = :ix",
            "ExpressionAttributeValues": {":ix": {"S": index}},
            "ScanIndexForward": not descending,
        }
        if prefix:
            request["KeyConditionExpression"] = "ix = :ix AND begins_with(so, :so)"
            request["ExpressionAttributeValues"][":so"] = {"S": prefix}
        if between is not None:
            request["KeyConditionExpression"] = "ix = :ix AND so BETWEEN :first AND :last"
            request["ExpressionAttributeValues"] |= {":first": {"S": between[0]}, ":last": {"S": between[1]}}
        if after is not None:
            place = cursors.read_entry(after, index, prefix, between)
            request["ExclusiveStartKey"] = {**_name(place.key), "ix": {"S": index}, "so": {"S": place.sort}}
        records, more = self._slice("query", request, limit)
        return Page(records, cursors.after_entry(records[-1]) if more else None)

    def scan(self, *, after: Cursor | None = None, limit: int = 200) -> Page:
        """Read everything, slice by slice, each record consistently."""
        bounds.check_limit(limit)
        request: dict[str, Any] = {"TableName": self._table, "ConsistentRead": True}
        if after is not None:
            request["ExclusiveStartKey"] = _name(cursors.read_key(after))
        records, more = self._slice("scan", request, limit)
        return Page(records, cursors.after_key(records[-1]) if more else None)

    def snapshot(self) -> None:
        """DynamoDB reads each record consistently, but not all of them together."""

    def commit(self, *writes: Write) -> None:
        """Carry out all the writes or none; ``Conflict`` names every key whose condition failed."""
        texts = bounds.check_commit(writes)
        if not writes:
            return
        request = {
            "TransactItems": [self._write(write, text) for write, text in zip(writes, texts, strict=True)],
            "ClientRequestToken": str(uuid4()),
        }
        deadline = self._client.deadline()
        while True:
            try:
                self._client.call("transact_write_items", request, deadline)
            except Refused as error:
                _look_into(error, writes)
                deadline.pause(error)
            else:
                return

    def format(self) -> int:
        """Which format the mark says that the table has; read once."""
        if self._format is None:
            self.get(formats.MARK)
        return self._format or formats.FIRST

    def raise_format(self, number: int) -> None:
        """Write the number over whatever the mark says, unless that is this number or a higher one."""
        if number > formats.from_mark(self.one(formats.MARK)):
            record = Record(formats.MARK, formats.to_mark(number))
            put = {"TableName": self._table, "Item": _item(record, bounds.check_commit([Create(record)])[0])}
            self._client.call("transact_write_items", {"TransactItems": [{"Put": put}]}, self._client.deadline())
            self._format = number

    def damage(self, *, thorough: bool = False) -> tuple[str, ...]:  # noqa: ARG002 - the port's
        """DynamoDB looks after its own disks."""
        return ()

    def ping(self) -> None:
        """Answer if the table does: read a record that nobody writes."""
        request = {"TableName": self._table, "Key": _name(Key("ping", "ping"))}
        self._client.call("get_item", request, self._client.deadline())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _known(self, number: int) -> int:
        if number > formats.NEWEST:
            raise Misconfigured(formats.REFUSAL.format(store=f"The DynamoDB table {self._table}"))
        return number

    def _slice(self, operation: str, request: dict[str, Any], limit: int) -> tuple[tuple[Record, ...], bool]:
        """Read so many records, and tell whether there are more.

        One more than asked for is read: DynamoDB itself says "go on" after a last record that fills the limit. It ends
        an answer at 1 MB, full or not, so there may be several.
        """
        deadline = self._client.deadline()
        items: list[dict[str, Any]] = []
        start = request.get("ExclusiveStartKey")
        while True:
            going_on = {"ExclusiveStartKey": start} if start else {}
            answer = self._client.call(operation, {**request, **going_on, "Limit": limit + 1 - len(items)}, deadline)
            items += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if not start or len(items) > limit:
                return tuple(map(_record, items[:limit])), len(items) > limit

    def _write(self, write: Write, text: str) -> dict[str, Any]:
        """Translate a write into an item of a transaction."""
        match write:
            case Create(record) | CreateCopy(record):
                return {"Put": {**self._on(None), "Item": _item(record, text)}}
            case Replace(record):
                return {"Put": {**self._on(record.version - 1), "Item": _item(record, text)}}
            case Delete(key, version):
                return {"Delete": {**self._on(version), "Key": _name(key)}}
            case Check(key, expected):
                return {"ConditionCheck": {**self._on(expected), "Key": _name(key)}}

    def _on(self, version: int | None) -> dict[str, Any]:
        """Translate a condition: the version that must be stored, or absence."""
        if version is None:
            return {"TableName": self._table, "ConditionExpression": _ABSENT}
        return {
            "TableName": self._table,
            "ConditionExpression": _AT_VERSION,
            "ExpressionAttributeValues": {":v": {"N": str(version)}},
        }


def _look_into(error: Refused, writes: tuple[Write, ...]) -> None:
    """Find out why a transaction was cancelled, and return if it is worth trying again.

    A condition that failed outweighs all other reasons: trying again could not mend it.
    """
    failed = [
        write.record.key if isinstance(write, Create | CreateCopy | Replace) else write.key
        for write, reason in zip(writes, error.reasons, strict=False)  # none but for a cancelled transaction
        if reason == "ConditionalCheckFailed"
    ]
    if failed:
        raise Conflict(failed) from error
    if error.code != "TransactionCanceledException" or not all(
        reason == "None" or is_transient(reason) for reason in error.reasons
    ):
        raise error


def _name(key: Key) -> dict[str, Any]:
    return {"k": {"S": f"{key.kind}#{key.id}"}}


def _item(record: Record, text: str) -> dict[str, Any]:
    """Lay a record out as an item."""
    item = {**_name(record.key), "v": {"N": str(record.version)}, "d": stored(text)}
    if record.entry is not None:
        item["ix"] = {"S": record.entry.index}
        item["so"] = {"S": record.entry.sort}
    if record.expires_at is not None:
        item["ttl"] = {"N": str(record.expires_at)}
    return item


def stored(text: str) -> dict[str, Any]:
    """A record's data, given as JSON, as the attribute that holds it: text, or deflated where it is long."""
    plain = text.encode()
    return {"S": text} if len(plain) < _LONG_BYTES else {"B": zlib.compress(plain)}


def _text(attribute: Mapping[str, Any]) -> str:
    """What ``stored`` made an attribute of."""
    return str(attribute["S"]) if "S" in attribute else zlib.decompress(attribute["B"]).decode()


def _record(item: Mapping[str, Any]) -> Record:
    """Make a record of an item."""
    kind, _, id_ = item["k"]["S"].partition("#")
    return Record(
        Key(kind, id_),
        json.loads(_text(item["d"])),
        int(item["v"]["N"]),
        IndexEntry(item["ix"]["S"], item["so"]["S"]) if "ix" in item else None,
        int(item["ttl"]["N"]) if "ttl" in item else None,
    )
