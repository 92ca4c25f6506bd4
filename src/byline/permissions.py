"""Who may do what: one table of every use case that changes something, for the web, the shell and imports alike.

A use case asks ``require`` first. The web's access table derives from these rows, and a test calls every use case as
every kind of actor and compares. What is not in the table is allowed to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from byline.audit import ActorKind
from byline.errors import NotAllowed, NotFresh
from byline.proofs import ANY_SESSION, RECENT, RECENT_FACTOR, is_fresh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.proofs import Freshness, Proof


class Acting(Protocol):
    """An actor or a session: whatever says what kind of actor it stands for, and what it has proven."""

    @property
    def kind(self) -> ActorKind:
        """What it acts as."""

    @property
    def proof_ages(self) -> Mapping[Proof, int]:
        """The seconds since each proof was given."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One row: the kinds of actors that may, and how fresh their proof must be."""

    actors: frozenset[ActorKind]
    freshness: Freshness = ANY_SESSION


_UNCONFIRMED, _AWAITING = ActorKind.UNCONFIRMED, ActorKind.AWAITING_APPROVAL
_AUTHOR, _PUBLISHER, _OPERATOR = ActorKind.AUTHOR, ActorKind.PUBLISHER, ActorKind.OPERATOR


def _only(*kinds: ActorKind, freshness: Freshness = ANY_SESSION) -> Permission:
    return Permission(frozenset(kinds), freshness)


_VISITORS = _only(ActorKind.NOBODY, _UNCONFIRMED, _AWAITING, _AUTHOR, _PUBLISHER)
"""Whoever opens the site. What they need besides is a password or a link, which the use case checks."""
_LOGGED_IN = _only(_UNCONFIRMED, _AWAITING, _AUTHOR, _PUBLISHER)
_REGISTERED = _only(_UNCONFIRMED)
_AUTHORS = _only(_AUTHOR, _PUBLISHER)
"""Who has, or may have, a page of their own."""
_AUTHORS_PROVEN = _only(_AUTHOR, _PUBLISHER, freshness=RECENT)
_DRAFTING = _only(_AWAITING, _AUTHOR, _PUBLISHER)
"""Who may begin a page: those who wait for approval, too."""
_PUBLISHERS = _only(_PUBLISHER, _OPERATOR)
_PUBLISHERS_PROVEN = _only(_PUBLISHER, _OPERATOR, freshness=RECENT)
"""For what makes publishers, or takes everybody's data out."""
_OWNERS_PROVEN = _only(_AWAITING, _AUTHOR, _PUBLISHER, freshness=RECENT)
"""For what changes the ways into one's own account."""

PERMISSIONS: Mapping[str, Permission] = MappingProxyType(
    {
        "accounts.registration.register": _VISITORS,
        "accounts.registration.send_again": _REGISTERED,
        "accounts.registration.use_another_address": _REGISTERED,
        "accounts.registration.delete_registration": _REGISTERED,
        "accounts.confirmation.confirm": _REGISTERED,
        "accounts.confirmation.confirm_by_code": _REGISTERED,
        "accounts.login.log_in": _VISITORS,
        "accounts.sessions.log_out": _LOGGED_IN,
        "accounts.session_list.read": _DRAFTING,
        "accounts.device_list.read": _DRAFTING,
        "accounts.device_list.rename": _DRAFTING,
        "accounts.device_list.remove": _OWNERS_PROVEN,
        "accounts.session_list.end": _OWNERS_PROVEN,
        "accounts.session_list.end_others": _OWNERS_PROVEN,
        "accounts.reauthentication.prove": _DRAFTING,
        "accounts.reauthentication.prove_by_code": _DRAFTING,
        "accounts.second_step.prove": _VISITORS,
        "accounts.passkey_login.log_in": _VISITORS,
        "accounts.passkeys.read": _AUTHORS,
        "accounts.passkeys.add": _AUTHORS_PROVEN,
        "accounts.passkeys.rename": _AUTHORS,
        "accounts.passkeys.remove": _AUTHORS_PROVEN,
        "accounts.required_factors.load": _PUBLISHERS,
        "accounts.required_factors.save": _PUBLISHERS_PROVEN,
        "accounts.factor_reset.unlock": _only(_OPERATOR),
        "accounts.address_recovery.start": _PUBLISHERS_PROVEN,
        "accounts.address_recovery.finish": _VISITORS,
        "accounts.factor_recovery.start": _PUBLISHERS_PROVEN,
        "accounts.factor_recovery.finish": _VISITORS,
        "accounts.seed_encryption.keys_in_use": _only(_OPERATOR),
        "accounts.seed_encryption.begin": _only(_OPERATOR),
        "accounts.recovery.stop_own": _DRAFTING,
        "accounts.recovery.stop_for": _PUBLISHERS,
        "accounts.recovery.stop_by_link": _VISITORS,
        "accounts.second_factors.read": _DRAFTING,
        "accounts.second_factors.begin_setup": _OWNERS_PROVEN,
        "accounts.second_factors.load_setup": _OWNERS_PROVEN,
        "accounts.second_factors.finish_setup": _OWNERS_PROVEN,
        "accounts.second_factors.remove_authenticator": _OWNERS_PROVEN,
        "accounts.second_factors.renew_recovery_codes": _OWNERS_PROVEN,
        "accounts.address_change.pending": _DRAFTING,
        "accounts.address_change.request": _OWNERS_PROVEN,
        "accounts.address_change.cancel": _DRAFTING,
        "accounts.address_change.confirm": _DRAFTING,
        "accounts.address_change.confirm_by_code": _DRAFTING,
        "accounts.address_undo.undo": _VISITORS,
        "accounts.password.change": _only(_AUTHOR, _PUBLISHER, freshness=RECENT_FACTOR),
        "accounts.password.request_reset": _VISITORS,
        "accounts.password.reset": _VISITORS,
        "accounts.publishers.become_first": _VISITORS,
        "accounts.publishers.add": _only(_OPERATOR),
        "accounts.publishers.invite": _PUBLISHERS_PROVEN,
        "accounts.publishers.appoint": _PUBLISHERS_PROVEN,
        "accounts.invitations.list_publisher_invitations": _PUBLISHERS,
        "accounts.invitations.list_invitations": _PUBLISHERS,
        "accounts.invitations.remind": _PUBLISHERS,
        "accounts.invitations.renew": _PUBLISHERS,
        "accounts.invitations.revoke": _PUBLISHERS,
        "accounts.invitations.open_invitations": _PUBLISHERS,
        "accounts.publishers.send_mailbox_email": _only(_PUBLISHER),
        "accounts.publishers.prove_mailbox": _only(_PUBLISHER),
        "accounts.lookup.find_by_address": _PUBLISHERS,
        "accounts.lookup.load_by_address": _PUBLISHERS,
        "accounts.bounces.record_bounce": _only(ActorKind.MAIL_SYSTEM),
        "accounts.bounces.clear_bounce": _PUBLISHERS,
        "authors.decisions.load_author": _PUBLISHERS,
        "authors.decisions.approve": _PUBLISHERS,
        "authors.bulk_approval.approve_many": _PUBLISHERS,
        "authors.bulk_approval.undo_many": _PUBLISHERS,
        "authors.questions.ask": _PUBLISHERS,
        "authors.questions.answer": _VISITORS,
        "authors.reminders.remind": _PUBLISHERS,
        "authors.still_right.confirm": _VISITORS,
        "press.waiting_time.save": _PUBLISHERS,
        "press.retention.save": _PUBLISHERS,
        "press.yearly_question.save": _PUBLISHERS,
        "authors.decisions.decline": _PUBLISHERS,
        "authors.decisions.suspend": _PUBLISHERS,
        "authors.decisions.reinstate": _PUBLISHERS,
        "authors.decisions.undo": _PUBLISHERS,
        "authors.decisions.remove_publisher": _PUBLISHERS_PROVEN,
        "authors.deletion.delete_waiting": _only(_AWAITING),
        "authors.imports.plan": _only(_OPERATOR),
        "authors.imports.accept_legacy_hashes": _only(_OPERATOR),
        "authors.imports.import_author": _only(_OPERATOR),
        "authors.handover.invite": _PUBLISHERS,
        "authors.merging.load": _PUBLISHERS,
        "authors.merging.merge": _PUBLISHERS,
        "authors.merge_undo.undo": _PUBLISHERS,
        "authors.managed_pages.create": _PUBLISHERS,
        "authors.managed_pages.unpublish": _PUBLISHERS,
        "authors.invitations.plan": _PUBLISHERS,
        "authors.invitations.invite": _PUBLISHERS,
        "authors.acceptance.accept": _VISITORS,
        "authors.csv_import.plan": _PUBLISHERS,
        "authors.csv_import.apply": _PUBLISHERS,
        "authors.listing.waiting": _PUBLISHERS,
        "authors.listing.listed": _PUBLISHERS,
        "authors.overview.read": _PUBLISHERS,
        "authors.listing.undeliverable": _PUBLISHERS,
        "authors.listing.search": _PUBLISHERS,
        "authors.listing.all_accounts": _PUBLISHERS,
        "authors.listing.publishers": _PUBLISHERS,
        "authors.listing.events": _PUBLISHERS,
        "authors.activity.read": _PUBLISHERS,
        "authors.own_activity.read_own": _AUTHORS,
        "authors.digest.switch": _PUBLISHERS,
        "authors.digest.switch_off": _VISITORS,
        "authors.status.read_status": _PUBLISHERS,
        "authors.pages.load_own": _AUTHORS,
        "authors.pages.save_own": _AUTHORS,
        "authors.pages.restore_own": _AUTHORS,
        "authors.pages.end_redirect_own": _AUTHORS,
        "authors.drafts.load_own": _DRAFTING,
        "authors.drafts.save_own": _DRAFTING,
        "authors.drafts.discard_own": _DRAFTING,
        "authors.drafts.save_for": _PUBLISHERS,
        "authors.drafts.discard_for": _PUBLISHERS,
        "authors.documents.read_biography": _DRAFTING,
        "authors.pages.load_for": _PUBLISHERS,
        "authors.pages.save_for": _PUBLISHERS,
        "authors.pages.restore_for": _PUBLISHERS,
        "authors.pages.end_redirect_for": _PUBLISHERS,
        "authors.reviews.waiting": _PUBLISHERS,
        "authors.reviews.load": _PUBLISHERS,
        "authors.reviews.publish": _PUBLISHERS,
        "authors.reviews.publish_edited": _PUBLISHERS,
        "authors.reviews.ask_for_change": _PUBLISHERS,
        "authors.reviews.reject": _PUBLISHERS,
        "authors.reviews.withdraw_own": _AUTHORS,
        "authors.review_policy.load": _PUBLISHERS,
        "authors.review_policy.save": _PUBLISHERS,
        "authors.review_policy.save_for": _PUBLISHERS,
        "exports.files.export": _PUBLISHERS_PROVEN,
        "exports.files.export_part": _PUBLISHERS_PROVEN,
        "exports.files.find_authors": _PUBLISHERS,
        "press.changes.load": _PUBLISHERS,
        "press.changes.check": _PUBLISHERS,
        "press.changes.save": _PUBLISHERS,
        "site.inventory.take_inventory": _only(_OPERATOR),
        "site.rebuild.read_progress": _PUBLISHERS,
        "authors.status.send_test_email": _only(_OPERATOR),
        "transfer.backups.write": _only(_OPERATOR),
        "transfer.backups.verify": _only(_OPERATOR),
        "transfer.backups.restore": _only(_OPERATOR),
        "transfer.backups.note_backup": _only(_OPERATOR),
        "transfer.backups.last_backup_at": _PUBLISHERS,
        "transfer.copies.copy": _only(_OPERATOR),
    }
)


def may(by: Acting | None, use_case: str) -> bool:
    """Whether an actor (``None``: nobody) may carry out a use case, by its name in the table."""
    return (by.kind if by else ActorKind.NOBODY) in PERMISSIONS[use_case].actors


def require(by: Acting | None, use_case: str) -> None:
    """``NotAllowed`` unless the actor may; ``NotFresh`` unless they have proven of late who they are, where that is
    asked. The operator holds the machine, and has no session that could be stolen.
    """
    if not may(by, use_case):
        raise NotAllowed
    level, minutes = PERMISSIONS[use_case].freshness
    if by is not None and by.kind is not _OPERATOR and not is_fresh(by, level, minutes):
        raise NotFresh
