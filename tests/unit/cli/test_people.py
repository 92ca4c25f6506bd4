"""Commands about people, and what they do where there is no portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.filled_portal import byline, lived_in, open_store, store_address

from byline.accounts.addresses import address_hash, normalise
from byline.accounts.records import account_key, claim_key

if TYPE_CHECKING:
    from pathlib import Path

    from byline.store.port import Record


def test_who_is_a_publisher_already_stays_logged_in(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    add = ("publisher", "add", "ana@example.org")
    assert "is a publisher now" in byline(*add, DATA=str(tmp_path / "data")).stdout

    before = account(tmp_path / "data", "ana@example.org")
    said = byline(*add, DATA=str(tmp_path / "data")).stdout
    assert said == "ana@example.org is a publisher already. Nothing was changed.\n"
    assert '"done": "already"' in byline(*add, "--json", DATA=str(tmp_path / "data")).stdout
    assert account(tmp_path / "data", "ana@example.org") == before


def test_who_need_not_be_approved_is_named(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    said = byline("approve", "ana@example.org", exit_code=1, DATA=str(tmp_path / "data")).stderr
    assert said == "byline: ana@example.org is not waiting: the account is active.\n"


def test_the_list_says_who_is_a_publisher(tmp_path: Path) -> None:
    lived_in(tmp_path / "data")
    byline("publisher", "add", "ben@example.org", DATA=str(tmp_path / "data"))
    lines = byline("authors", DATA=str(tmp_path / "data")).stdout.splitlines()
    assert {line.endswith("  (publisher)") for line in lines if "ben@example.org" in line} == {True}
    assert {line.endswith("  (publisher)") for line in lines if "ana@example.org" in line} == {False}


def account(data: Path, address: str) -> Record:
    """An account as it is kept: with its version, and the generation that its sessions are of."""
    store = open_store(store_address(data))
    claim = claim_key(address_hash(normalise(address)))
    key = account_key(str(store.get(claim)[claim].data["account"]))
    return store.get(key)[key]
