"""Records read in place of those that an address does not have, so that timing does not reveal who has an account.

Reading a record is work: its text is parsed, its fields are made into an account or a registration. Where there is
none, a made-up one is read and dropped.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from byline.accounts.model import (
    Account,
    AccountId,
    Address,
    AddressHash,
    Credentials,
    PendingRegistration,
    Role,
    State,
)
from byline.accounts.records import account_record, credentials_record, registration_record
from byline.store.port import Record

if TYPE_CHECKING:
    from byline.store.port import Key

NO_ACCOUNT_ID = AccountId("nobody")
"""The id of no account: read where an address has none, so that the number of reads tells nothing."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ADDRESS = Address("somebody@example.org")
_NAME = "Somebody Somewhere"
_HASH = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
_ACCOUNT = json.dumps(
    dict(
        account_record(
            Account(
                id=AccountId("0" * 24),
                address=_ADDRESS,
                name=_NAME,
                state=State.WAITING,
                role=Role.AUTHOR,
                created_at=_LONG_AGO,
                confirmed_at=_LONG_AGO,
            )
        ).data
    )
)
_CREDENTIALS = json.dumps(dict(credentials_record(Credentials(AccountId("0" * 24), _HASH)).data))
_PROPOSAL = json.dumps(
    dict(
        registration_record(
            PendingRegistration(
                address_key=AddressHash("0" * 32),
                slot=0,
                id="0" * 24,
                address=_ADDRESS,
                name=_NAME,
                password_hash=_HASH,
                created_at=_LONG_AGO,
                expires_at=_LONG_AGO,
                sent_at=(_LONG_AGO,),
            )
        ).data
    )
)


def account_decoy(key: Key) -> Record:
    """An account's record, parsed anew from its text as a store would."""
    return Record(key, json.loads(_ACCOUNT))


def credentials_decoy(key: Key) -> Record:
    """The record of credentials, the same way."""
    return Record(key, json.loads(_CREDENTIALS))


def registration_decoy(key: Key) -> Record:
    """A registration's record, the same way."""
    return Record(key, json.loads(_PROPOSAL))
