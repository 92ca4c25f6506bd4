"""Invitations as records, and the two indexes in which they stand: those of publishers, and those of authors."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from byline.accounts.addresses import address_hash
from byline.accounts.model import INVITATION_SECONDS, Invitation, Role
from byline.store.codec import Codec
from byline.store.port import IndexEntry, Key, Record, write_op

if TYPE_CHECKING:
    from byline.store.port import Create, Replace

PUBLISHER_INVITATIONS = "invitations"
"""The index of the invitations of publishers, by time."""
AUTHOR_INVITATIONS = "author-invitations"
"""The index of the invitations of authors: unanswered, accepted or revoked, and within each by time."""
UNANSWERED, ACCEPTED, REVOKED = "unanswered/", "accepted/", "revoked/"
"""How the entries of the invitations of authors begin."""
_IN_EVERY_FORMAT: Final = {"address", "name", "role", "invited_at", "revocations", "is_revoked", "version"}
_CODEC: Final = Codec(
    Invitation,
    outside=("version",),
    optional=[field.name for field in fields(Invitation) if field.name not in _IN_EVERY_FORMAT],
)


def invitation_key(address_key: str) -> Key:
    """The key of the invitation of an address."""
    return Key("invitation", address_key)


def invitation_record(invitation: Invitation) -> Record:
    """An invitation as a record, which is kept for as long as any of its links could work; an email may be late."""
    address_key = address_hash(invitation.address)
    return Record(
        invitation_key(address_key),
        _CODEC.to_data(invitation),
        version=invitation.version,
        entry=_entry(invitation, address_key),
        expires_at=int(invitation.invited_at.timestamp()) + 2 * INVITATION_SECONDS,
    )


def invitation_from(record: Record) -> Invitation:
    """The invitation in a record."""
    return _CODEC.from_data(record.data, version=record.version)


def save_op(invitation: Invitation) -> Create | Replace:
    """The write that saves an invitation."""
    return write_op(invitation_record(invitation))


def _entry(invitation: Invitation, address_key: str) -> IndexEntry:
    sort = f"{invitation.invited_at.isoformat()}/{address_key}"
    if invitation.role is Role.PUBLISHER:
        return IndexEntry(PUBLISHER_INVITATIONS, sort)
    state = ACCEPTED if invitation.accepted_at else REVOKED if invitation.is_revoked else UNANSWERED
    return IndexEntry(AUTHOR_INVITATIONS, state + sort)
