"""What outlives a process: a folder, and for one of the engines a table besides. It can be copied at any moment."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any
from unittest import mock

from byline.store import dynamodb_table
from byline.store.dynamodb import DynamoStore
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from byline.store.port import Store

_MOST_ITEMS = 25
"""In one BatchWriteItem."""


class SqliteDisk:
    """Everything is in the folder."""

    def open(self, folder: Path) -> Store:
        """The store of a folder, for the process that asks."""
        return SqliteStore(folder / "byline.sqlite3")

    def shut(self, store: Store) -> None:
        """Be done with a store: its process ends in good order."""
        store.close()

    def copy(self, folder: Path, to: Path) -> Path:
        shutil.copytree(folder, to)
        return to

    def digest(self, folder: Path) -> str:
        """Of what a copy would hold; the shared memory of the connections is nothing after a death."""
        return digest_of(*(body for body in _bodies(folder) if not body[0].endswith("-shm")))


class DynamoDisk:
    """Folders share one table; what belongs to the others is kept aside. The items are never looked into."""

    def __init__(self, table: str, endpoint: str) -> None:
        # The tests' clock stands in the past, where the engine's sweeper would find every session over.
        with mock.patch.object(dynamodb_table, "_forget_what_has_expired"):
            self._store = DynamoStore(table, region="eu-west-1", endpoint=endpoint, create_table=True)
        self._client: Any = self._store._client
        self._table = table
        self._aside: dict[Path, list[dict[str, Any]]] = {}
        self._here: Path | None = None

    def open(self, folder: Path) -> Store:
        self._load(folder)
        return self._store

    def shut(self, store: Store) -> None:
        """Nothing ends: the client serves the next start."""

    def close(self) -> None:
        """Close the client; no store of this disk serves any more."""
        self._store.close()

    def _load(self, folder: Path) -> None:
        if folder == self._here:
            return
        if self._here is not None:
            self._aside[self._here] = self._items()
        self._write([{"DeleteRequest": {"Key": {"k": item["k"]}}} for item in self._items()])
        self._write([{"PutRequest": {"Item": item}} for item in self._aside.get(folder, ())])
        self._here = folder

    def copy(self, folder: Path, to: Path) -> Path:
        shutil.copytree(folder, to)
        self._aside[to] = self._items() if folder == self._here else self._aside[folder]
        return to

    def digest(self, folder: Path) -> str:
        """Of what a copy would hold."""
        assert folder == self._here
        return digest_of(_bodies(folder), self._items())

    def _items(self) -> list[dict[str, Any]]:
        answer = self._call("scan", {"TableName": self._table, "ConsistentRead": True})
        assert "LastEvaluatedKey" not in answer
        items: list[dict[str, Any]] = answer["Items"]
        return items

    def _write(self, requests: list[dict[str, Any]]) -> None:
        for at in range(0, len(requests), _MOST_ITEMS):
            some = requests[at : at + _MOST_ITEMS]
            answer = self._call("batch_write_item", {"RequestItems": {self._table: some}})
            assert not answer["UnprocessedItems"]

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.call(operation, request, self._client.deadline())
        return answer


def digest_of(*parts: object) -> str:
    """One word that stands for some values."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _bodies(folder: Path) -> list[tuple[str, bytes]]:
    """Every file of a folder, by its name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).digest()) for path in files]
