"""Leaving: an account that is deleted takes everything personal with it, and leaves its page's addresses reserved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.accounts import passkey_records
from byline.accounts.addresses import address_hash
from byline.accounts.belongings import belonging_keys, delete_belongings_ops
from byline.accounts.bounces import delete_undeliverable_ops, without_bounce
from byline.accounts.credentials import delete_ops
from byline.accounts.model import Address, RegistrationState
from byline.accounts.pending_registrations import read_address_status, save_op, withdraw
from byline.accounts.records import claim_key, credentials_key, slot_keys
from byline.accounts.sessions import AccountSession, delete_op
from byline.accounts.states import Event, move
from byline.audit import audit_events
from byline.errors import Conflict
from byline.jobs.model import enqueue
from byline.jobs.payloads import Publish, UpdateSearch
from byline.jobs.upkeep_payloads import DeleteVersions
from byline.messages import events
from byline.permissions import require
from byline.profiles import photos
from byline.profiles import records as profile_records
from byline.profiles.model import Content
from byline.profiles.reviews import review_from, review_key
from byline.store.port import Delete, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.jobs.model import Job
    from byline.ports import Ports
    from byline.profiles.model import Profile
    from byline.store.port import Write

_AT_A_TIME = 50
"""Versions deleted in one commit: far below a commit's bounds, whatever they hold."""


def delete_waiting(ports: Ports, by: AccountSession) -> None:
    """Delete one's own account before a decision: the address is free at once, nothing personal stays.

    An author whose approval was taken back may have a page: its texts and photos are deleted too, the earlier ones by a
    job. Nothing is deleted before the account is: an approval may still win.
    """
    require(by, "authors.deletion.delete_waiting")
    account = by.account
    now = ports.clock.now()
    gone = replace(
        without_bounce(move(account, Event.DELETED, by=account.id, at=now)),
        name="", address=Address(""), note="", question=None,
    )  # fmt: skip
    place = address_hash(account.address)
    claim, credentials = claim_key(place), credentials_key(account.id)
    passkeys = passkey_records.passkeys_key(account.id)
    page = [profile_records.key(account.profile_id), review_key(account.profile_id)] if account.profile_id else []
    draft_key = profile_records.draft_key(account.id)
    keys = claim, credentials, passkeys, draft_key, *slot_keys(place), *page
    records = ports.store.get(*keys, *belonging_keys(account.id))
    draft = profile_records.draft_from(records[draft_key]) if draft_key in records else None
    profiles = [profile_records.from_record(records[key]) for key in page[:1] if key in records]
    reviews = [review_from(records[key]) for key in page[1:] if key in records]
    won = [
        pending
        for pending in read_address_status(records, place, now).pending_registrations
        if pending.state is RegistrationState.CONFIRMED
    ]
    if claim not in records:
        raise Conflict([claim])
    ports.store.commit(
        *delete_ops(gone, records.get(credentials)),
        *passkey_records.delete_ops(records.get(passkeys)),
        *delete_belongings_ops(account.id, records),
        Delete(claim, records[claim].version),
        *delete_undeliverable_ops(account),
        delete_op(by.session),
        *(save_op(withdraw(pending)) for pending in won),
        enqueue(ports, UpdateSearch(account.id)),
        *audit_events(ports, by.actor, events.DELETED, account.id),
        *([Delete(draft_key, draft.version)] if draft else ()),
        *(write for profile in profiles for write in _emptied(ports, profile)),
        *(Delete(review_key(review.profile_id), review.version) for review in reviews),
    )
    if draft is not None:  # the files of a page go by a job; before a page there is none
        photos.delete_photos(ports, draft.profile_id, draft.photos)


def delete_versions(ports: Ports, job: Job[DeleteVersions]) -> None:
    """Run a job: delete the earlier texts of a page whose account was deleted, so that no one saves it again."""
    profile_id, live = job.payload.profile, job.payload.live
    keys = [profile_records.version_key(profile_id, number) for number in range(1, live)]
    for at in range(0, len(keys), _AT_A_TIME):
        found = ports.store.get(*keys[at : at + _AT_A_TIME])
        if found:
            ports.store.commit(*(Delete(key, record.version) for key, record in found.items()))


def _emptied(ports: Ports, profile: Profile) -> Iterator[Write]:
    """An empty profile keeps its slugs, so that no one else can take them."""
    empty = replace(profile, content=Content("", ""), number=0, review=0, version=profile.version + 1)
    yield Replace(profile_records.to_record(empty))
    yield enqueue(ports, Publish(profile.id))
    if profile.number > 1:
        yield enqueue(ports, DeleteVersions(profile.id, profile.number))
