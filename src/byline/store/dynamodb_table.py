"""The DynamoDB table: one, with one index, paid by the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from byline.errors import Misconfigured
from byline.store.dynamodb_client import Refused

if TYPE_CHECKING:
    from byline.store.dynamodb_client import Client

ENTRIES = "entries"
"""The name of the index."""
_LONGEST_MAKING_SECONDS = 120


def description(table: str) -> dict[str, Any]:
    """Describe the table, as CreateTable wants it.

    ``k`` is ``kind#id`` (a kind has no ``#``), ``v`` the version, ``d`` the data as JSON text (from 1 KB on as its
    bytes, deflated by zlib), ``ix`` and ``so`` the entry, ``ttl`` when DynamoDB may delete the record. A record without
    an entry is in no index.
    """
    return {
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("k", "ix", "so")],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": ENTRIES,
                "KeySchema": [
                    {"AttributeName": "ix", "KeyType": "HASH"},
                    {"AttributeName": "so", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    }


def make(client: Client, table: str) -> None:
    """Make the table if there is none, wait until it is there, and have it forget what has expired.

    ``Misconfigured`` if a table of that name has another layout; ``Unavailable`` if it takes minutes.
    """
    wanted = description(table)
    deadline = client.deadline(_LONGEST_MAKING_SECONDS)
    try:
        client.call("create_table", wanted, deadline)
    except Refused as error:
        if error.code != "ResourceInUseException":
            raise
    while True:
        found = client.call("describe_table", {"TableName": table}, deadline)["Table"]
        if found["TableStatus"] in {"ACTIVE", "UPDATING"}:
            break
        deadline.pause()
    if _layout(found) != _layout(wanted):
        raise Misconfigured(f"the DynamoDB table {table!r} was not made by Byline: name another table")
    _forget_what_has_expired(client, table)


def _layout(table: dict[str, Any]) -> object:
    """Pick what must be right from a description."""
    indexes = {
        index["IndexName"]: (index["KeySchema"], index["Projection"]["ProjectionType"])
        for index in table.get("GlobalSecondaryIndexes", ())
    }
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    return table["KeySchema"], indexes.get(ENTRIES), types.get("k"), types.get("ix"), types.get("so")


def _forget_what_has_expired(client: Client, table: str) -> None:
    """Name the attribute that DynamoDB's sweeper goes by; engines that have no sweeper do without."""
    deadline = client.deadline()
    try:
        found = client.call("describe_time_to_live", {"TableName": table}, deadline)["TimeToLiveDescription"]
        if found["TimeToLiveStatus"] == "DISABLED":
            wanted = {"Enabled": True, "AttributeName": "ttl"}
            client.call("update_time_to_live", {"TableName": table, "TimeToLiveSpecification": wanted}, deadline)
    except Refused as error:
        if error.code != "UnknownOperationException" and "already enabled" not in str(error):
            raise
