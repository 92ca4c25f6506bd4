"""What an account leaves behind besides its own record, its credentials and its passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.accounts.address_change_records import changes_key
from byline.accounts.authenticator_records import authenticator_key, setup_key
from byline.accounts.credential_history import history_key
from byline.accounts.recovery_records import recovery_key
from byline.store.port import Delete

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.store.port import Key, Record


def belonging_keys(account_id: str) -> tuple[Key, ...]:
    """The keys of its app, of what its credentials were, and of the addresses that it had or asked for."""
    kinds = authenticator_key, setup_key, history_key, changes_key, recovery_key
    return tuple(key(account_id) for key in kinds)


def delete_belongings_ops(account_id: str, records: Mapping[Key, Record]) -> tuple[Delete, ...]:
    """The writes that delete them, as they were read."""
    found = (records.get(key) for key in belonging_keys(account_id))
    return tuple(Delete(record.key, record.version) for record in found if record)
