"""Every use case that changes something, called by every kind of actor with another person's objects: the one table
of permissions says who may, and who may not changes nothing.
"""

from __future__ import annotations

import ast
import inspect
import io
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.people import PASSWORD, Portal, code_in, make_portal

import byline.accounts
import byline.authors
import byline.exports
import byline.press
import byline.profiles
import byline.transfer
from byline import wiring
from byline.accounts import (
    account_links,
    address_change,
    address_recovery,
    address_undo,
    bounces,
    confirmation,
    device_list,
    factor_recovery,
    factor_reset,
    invitation_links,
    invitations,
    login,
    lookup,
    passkey_login,
    passkeys,
    password,
    publishers,
    reauthentication,
    recovery,
    registration,
    required_factors,
    second_factors,
    second_step,
    seed_encryption,
    session_list,
    sessions,
)
from byline.accounts.actors import actor_of
from byline.accounts.addresses import normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.model import GivenProof, ReviewRule, State
from byline.accounts.recognition import recognise
from byline.accounts.recovery_records import Purpose, Recovery
from byline.audit import OPERATOR, Actor, ActorKind
from byline.authors import (
    acceptance,
    activity,
    bulk_approval,
    csv_import,
    csv_rows,
    decisions,
    deletion,
    digest,
    documents,
    drafts,
    handover,
    imports,
    invitees,
    listing,
    managed_pages,
    merge_undo,
    merging,
    overview,
    own_activity,
    pages,
    questions,
    reminders,
    review_policy,
    reviews,
    status,
    still_right,
)
from byline.authors import invitations as author_invitations
from byline.authors.drafts import SentDraft
from byline.authors.review_policy import ReviewPolicy
from byline.errors import NotAllowed, NotFresh, Refusal
from byline.exports import files as export_files
from byline.looks.branding import Branding
from byline.permissions import PERMISSIONS, may
from byline.press import changes, retention, waiting_time, yearly_question
from byline.profiles.editing import PageChange
from byline.proofs import RECENT, Level, Proof, is_fresh
from byline.site import inventory, rebuild
from byline.store.sqlite import SqliteStore
from byline.transfer import backups, copies
from byline.transfer.record_set import RecordSet
from byline.wiring import handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from byline.store.port import Key, Record

    Act = Callable[["Scenario", Any], object]

TARGET, WAITING, INVITED = "target@example.org", "waiting@example.org", "invited@example.org"
NEW_AUTHOR = invitees.from_text("Zoe Hart <zoe@example.org>")
BEGUN = SentDraft((("author_bio", "Begun."),))
NEW = "quite another long password"
KINDS = ["nobody", "unconfirmed", "waiting", "author", "publisher", "operator", "mail system"]
"""And people who were put out: they are nobody, whatever session they still hold."""
PUT_OUT = ["declined", "suspended", "deleted"]


class Scenario:
    """A portal with other people's objects, and somebody of each kind who acts on them."""

    def __init__(self, folder: Path) -> None:
        self.portal: Portal = make_portal(make_world(folder, throttle=False))
        self.ports = self.portal.world.ports
        author = self.portal.author(TARGET, "Tara Getz")
        for words in ("One.", "Two."):
            author.save(author_bio=words)
        self.target = self.portal.account(TARGET).id
        review_policy.save_for(self.ports, OPERATOR, self.target, ReviewRule.ALWAYS)
        author.save(author_bio="Three.")
        [text] = reviews.waiting(self.ports, OPERATOR).rows
        self.review = (text.profile.id, text.review.number)
        self.portal.waiting(WAITING, "Wanda Ito")
        self.portal.publisher("other@marram.example", "Otto Berg")
        self.portal.publisher("third@marram.example", "Thea Falk")  # so that no other one is the last
        author_invitations.invite(self.ports, OPERATOR, invitees.from_text(f"Ivo Noe <{INVITED}>"))
        self.managed = managed_pages.create(self.ports, OPERATOR, name="Mara Quill").id
        pages.save_for(self.ports, OPERATOR, self.managed, PageChange(bio="<p>Kept.</p>"))
        self.merged = managed_pages.create(self.ports, OPERATOR, name="Mara Quill").id
        merging.merge(
            self.ports, OPERATOR, managed_pages.create(self.ports, OPERATOR, name="M. Q.").id, self.merged, {}
        )
        self.portal.world.work()
        self.portal.world.clock.forward(days=1)
        self.waiting = self.portal.account(WAITING).id

    def by(self, kind: str) -> Any:
        """Somebody of a kind: a session for those who have one, else an actor."""
        match kind:
            case "nobody":
                return Actor("", "", ActorKind.NOBODY)
            case "operator":
                return OPERATOR
            case "mail system":
                return bounces.MAIL_SYSTEM
            case "unconfirmed":
                entry = registration.register(
                    self.ports,
                    None,
                    address=normalise("una@example.org"),
                    name="Una",
                    password=PASSWORD,
                    client=UNKNOWN_CLIENT,
                )
                return recognise(self.ports, entry.cookie)
        if kind == "publisher":
            self.portal.publisher("by@example.org", "Bylle Ito")
        elif kind == "waiting":
            self.portal.waiting("by@example.org", "Bylle Ito")
        else:
            self.portal.author("by@example.org", "Bylle Ito")
        entry = login.log_in(
            self.ports,
            None,
            address=normalise("by@example.org"),
            password=PASSWORD,
            remember=False,
            client=UNKNOWN_CLIENT,
        )
        session = recognise(self.ports, entry.cookie)
        assert isinstance(session, sessions.AccountSession)
        if kind in PUT_OUT:
            return replace(session, account=replace(session.account, state=State(kind)))
        return session

    def everything(self) -> Mapping[Key, Record]:
        """Every record in the store."""
        return {record.key: record for record in self.ports.store.scan(limit=1000).records}


def actor(by: Any) -> Actor:
    return by if isinstance(by, Actor) else by.actor


def session(by: Any) -> Any:
    """What a use case takes that acts on a session: a session, or nothing for those who have none."""
    return None if isinstance(by, Actor) and by.kind is ActorKind.NOBODY else by


def code(scenario: Scenario) -> str:
    scenario.portal.world.work()
    sent = scenario.portal.world.mailer.to("una@example.org")
    return code_in(sent[-1].text) if sent else "000000"


def reset(scenario: Scenario, by: Any) -> object:
    known = scenario.portal.with_credentials(TARGET)
    token = account_links.link_for_account(scenario.ports, known, asked_at=scenario.ports.clock.now()).rpartition("/")[
        2
    ]
    link = account_links.read_link(scenario.ports, token)
    return password.reset(scenario.ports, session(by), link, new=NEW, name="", client=UNKNOWN_CLIENT)


def finish_address_recovery(scenario: Scenario, by: Any) -> object:
    known, now = scenario.portal.with_credentials(TARGET), scenario.ports.clock.now()
    found = Recovery(
        known.account.id, "5f", Purpose.ADDRESS, "operator", now, known.account.generation, "new@example.org"
    )
    link = address_recovery.FinishLink(known.account, found, known.credentials, {})
    return address_recovery.finish(scenario.ports, session(by), link, new=NEW, client=UNKNOWN_CLIENT)


def finish_recovery(scenario: Scenario, by: Any) -> object:
    known, now = scenario.portal.with_credentials(TARGET), scenario.ports.clock.now()
    found = Recovery(known.account.id, "5f", Purpose.FACTORS, "operator", now, known.account.generation)
    link = factor_recovery.FinishLink(known.account, found, known.credentials, (), {})
    return factor_recovery.finish(scenario.ports, session(by), link, new=NEW, client=UNKNOWN_CLIENT)


def accept(scenario: Scenario, by: Any) -> object:
    invitation = invitations.find(scenario.ports, normalise(INVITED))
    assert invitation
    token = invitation_links.link_for(scenario.ports, invitation).rpartition("/")[2]
    link = invitation_links.read_link(scenario.ports, token)
    return acceptance.accept(
        scenario.ports, session(by), link, name="Ivo Noe", password=PASSWORD, client=UNKNOWN_CLIENT
    )


def prove_mailbox(scenario: Scenario, by: Any) -> object:
    return publishers.prove_mailbox(scenario.ports, by, mailbox_token(scenario, by))


def mailbox_token(scenario: Scenario, by: Any) -> str:
    account = by.account if hasattr(by, "account") else scenario.portal.account(TARGET)
    return publishers.mailbox_link(scenario.ports, account, asked_at=scenario.ports.clock.now()).rpartition("/")[2]


def backup(scenario: Scenario, by: Any) -> io.BytesIO:
    stream = io.BytesIO()
    backups.write(scenario.ports, actor(by), stream, made_by="-", scratch=wiring.scratch_store)
    stream.seek(0)
    return stream


def restored(scenario: Scenario, by: Any) -> object:
    with tempfile.TemporaryDirectory() as folder:
        empty = make_world(Path(folder)).ports
        return backups.restore(empty, actor(by), backup(scenario, OPERATOR))


def imported_author() -> imports.ImportedAuthor:
    return imports.ImportedAuthor(1, "zoe@example.org", "Zoe Hart", "", "", "", "", confirmed=True, approved=True)


def table_rows() -> tuple[csv_rows.CsvRow, ...]:
    return csv_rows.read(f"email,biography\n{TARGET},Three.".encode()).rows


ACTS: dict[str, Act] = {
    "accounts.registration.register": lambda s, by: registration.register(
        s.ports, session(by), address=normalise("new@example.org"), name="New", password=PASSWORD, client=UNKNOWN_CLIENT
    ),
    "accounts.registration.send_again": lambda s, by: registration.send_again(s.ports, by, client=UNKNOWN_CLIENT),
    "accounts.registration.use_another_address": lambda s, by: registration.use_another_address(
        s.ports, by, address=normalise("new@example.org"), client=UNKNOWN_CLIENT
    ),
    "accounts.registration.delete_registration": lambda s, by: registration.delete_registration(s.ports, by),
    "accounts.confirmation.confirm": lambda s, by: confirmation.confirm(s.ports, by),
    "accounts.confirmation.confirm_by_code": lambda s, by: confirmation.confirm_by_code(
        s.ports, by, code(s), client=UNKNOWN_CLIENT
    ),
    "accounts.login.log_in": lambda s, by: login.log_in(
        s.ports,
        session(by),
        address=normalise(TARGET),
        password="not the password",
        remember=False,
        client=UNKNOWN_CLIENT,
    ),
    "accounts.sessions.log_out": lambda s, by: sessions.log_out(s.ports, by),
    "accounts.device_list.read": lambda s, by: device_list.read(s.ports, by, secret=""),
    "accounts.device_list.rename": lambda s, by: device_list.rename(s.ports, by, "no-such-device", "My laptop"),
    "accounts.device_list.remove": lambda s, by: device_list.remove(s.ports, by, "no-such-device"),
    "accounts.session_list.read": lambda s, by: session_list.read(s.ports, by),
    "accounts.session_list.end": lambda s, by: session_list.end(s.ports, by, "no-such-session"),
    "accounts.session_list.end_others": lambda s, by: session_list.end_others(s.ports, by),
    "accounts.reauthentication.prove": lambda s, by: reauthentication.prove(s.ports, by, password=PASSWORD),
    "accounts.reauthentication.prove_by_code": lambda s, by: reauthentication.prove_by_code(s.ports, by, "000000"),
    "accounts.second_step.prove": lambda s, by: second_step.prove(
        s.ports, session(by), "no token", code="000000", client=UNKNOWN_CLIENT
    ),
    "accounts.required_factors.load": lambda s, by: required_factors.load(s.ports, actor(by)),
    "accounts.required_factors.save": lambda s, by: required_factors.save(
        s.ports, actor(by), required_factors.FactorPolicy(7)
    ),
    "accounts.factor_reset.unlock": lambda s, by: factor_reset.unlock(s.ports, actor(by), s.target),
    "accounts.address_recovery.start": lambda s, by: address_recovery.start(
        s.ports, actor(by), s.target, address=normalise("new@example.org")
    ),
    "accounts.address_recovery.finish": finish_address_recovery,
    "accounts.factor_recovery.start": lambda s, by: factor_recovery.start(s.ports, actor(by), s.target),
    "accounts.factor_recovery.finish": finish_recovery,
    "accounts.seed_encryption.keys_in_use": lambda s, by: seed_encryption.keys_in_use(s.ports, actor(by)),
    "accounts.seed_encryption.begin": lambda s, by: seed_encryption.begin(
        s.ports, actor(by), "a key", due_at=s.ports.clock.now()
    ),
    "accounts.recovery.stop_own": lambda s, by: recovery.stop_own(s.ports, by),
    "accounts.recovery.stop_for": lambda s, by: recovery.stop_for(s.ports, actor(by), s.target),
    "accounts.recovery.stop_by_link": lambda s, by: recovery.stop_by_link(s.ports, session(by), "no-such-link"),
    "accounts.second_factors.read": lambda s, by: second_factors.read(s.ports, by),
    "accounts.second_factors.begin_setup": lambda s, by: second_factors.begin_setup(s.ports, by),
    "accounts.second_factors.load_setup": lambda s, by: second_factors.load_setup(s.ports, by),
    "accounts.second_factors.finish_setup": lambda s, by: second_factors.finish_setup(s.ports, by, "000000"),
    "accounts.second_factors.remove_authenticator": lambda s, by: second_factors.remove_authenticator(
        s.ports, by, password=PASSWORD
    ),
    "accounts.second_factors.renew_recovery_codes": lambda s, by: second_factors.renew_recovery_codes(s.ports, by),
    "accounts.passkey_login.log_in": lambda s, by: passkey_login.log_in(
        s.ports, session(by), answer={}, challenge="", client=UNKNOWN_CLIENT
    ),
    "accounts.passkeys.read": lambda s, by: passkeys.read(s.ports, by),
    "accounts.passkeys.add": lambda s, by: passkeys.add(s.ports, by, answer={}, challenge="", handle="", name=""),
    "accounts.passkeys.rename": lambda s, by: passkeys.rename(s.ports, by, "no-such-passkey", "Mine"),
    "accounts.passkeys.remove": lambda s, by: passkeys.remove(s.ports, by, "no-such-passkey", password=PASSWORD),
    "accounts.address_change.pending": lambda s, by: address_change.pending(s.ports, by),
    "accounts.address_change.request": lambda s, by: address_change.request(
        s.ports, by, address=normalise("new@example.org"), client=UNKNOWN_CLIENT
    ),
    "accounts.address_change.cancel": lambda s, by: address_change.cancel(s.ports, by),
    "accounts.address_change.confirm": lambda s, by: address_change.confirm(
        s.ports, by, "no token", client=UNKNOWN_CLIENT
    ),
    "accounts.address_change.confirm_by_code": lambda s, by: address_change.confirm_by_code(
        s.ports, by, "000000", client=UNKNOWN_CLIENT
    ),
    "accounts.address_undo.undo": lambda s, by: address_undo.undo(s.ports, session(by), "no token"),
    "accounts.password.change": lambda s, by: password.change(s.ports, by, old=PASSWORD, new=NEW),
    "accounts.password.request_reset": lambda s, by: password.request_reset(
        s.ports, session(by), normalise(TARGET), client=UNKNOWN_CLIENT
    ),
    "accounts.password.reset": reset,
    "accounts.publishers.become_first": lambda s, by: publishers.become_first(
        s.ports,
        session(by),
        "no token",
        address=normalise("new@example.org"),
        name="N",
        password=PASSWORD,
        client=UNKNOWN_CLIENT,
    ),
    "accounts.publishers.add": lambda s, by: publishers.add(
        s.ports, actor(by), address=normalise("new@example.org"), name="New", password=PASSWORD
    ),
    "accounts.invitations.revoke": lambda s, by: invitations.revoke(s.ports, actor(by), normalise("new@example.org")),
    "accounts.invitations.open_invitations": lambda s, by: invitations.open_invitations(s.ports, actor(by)),
    "accounts.publishers.invite": lambda s, by: publishers.invite(
        s.ports, actor(by), address=normalise("new@example.org"), name="New"
    ),
    "accounts.publishers.appoint": lambda s, by: publishers.appoint(s.ports, actor(by), s.target),
    "accounts.invitations.list_publisher_invitations": lambda s, by: invitations.list_publisher_invitations(
        s.ports, actor(by)
    ),
    "accounts.invitations.list_invitations": lambda s, by: invitations.list_invitations(s.ports, actor(by)),
    "accounts.invitations.remind": lambda s, by: invitations.remind(s.ports, actor(by), normalise(INVITED)),
    "accounts.invitations.renew": lambda s, by: invitations.renew(s.ports, actor(by), normalise(INVITED)),
    "accounts.publishers.send_mailbox_email": lambda s, by: publishers.send_mailbox_email(
        s.ports, by, client=UNKNOWN_CLIENT
    ),
    "accounts.publishers.prove_mailbox": prove_mailbox,
    "accounts.lookup.find_by_address": lambda s, by: lookup.find_by_address(s.ports, actor(by), normalise(TARGET)),
    "accounts.lookup.load_by_address": lambda s, by: lookup.load_by_address(s.ports, actor(by), normalise(TARGET)),
    "accounts.bounces.record_bounce": lambda s, by: bounces.record_bounce(
        s.ports, actor(by), TARGET, bounces.BounceKind.BOUNCE
    ),
    "accounts.bounces.clear_bounce": lambda s, by: bounces.clear_bounce(s.ports, actor(by), s.target),
    "authors.decisions.load_author": lambda s, by: decisions.load_author(s.ports, actor(by), s.target),
    "authors.decisions.approve": lambda s, by: decisions.approve(s.ports, actor(by), s.waiting),
    "authors.bulk_approval.approve_many": lambda s, by: bulk_approval.approve_many(s.ports, actor(by), [s.waiting]),
    "authors.bulk_approval.undo_many": lambda s, by: bulk_approval.undo_many(s.ports, actor(by), [s.target]),
    "authors.questions.ask": lambda s, by: questions.ask(s.ports, actor(by), s.waiting, text="Which books?"),
    "authors.questions.answer": lambda s, by: questions.answer(s.ports, by, "no-such-link", text="Two."),
    "authors.handover.invite": lambda s, by: handover.invite(s.ports, actor(by), s.managed, email="mara@example.org"),
    "authors.merging.load": lambda s, by: merging.load(s.ports, actor(by), s.managed, s.target),
    "authors.merging.merge": lambda s, by: merging.merge(s.ports, actor(by), s.managed, s.target, {}),
    "authors.merge_undo.undo": lambda s, by: merge_undo.undo(s.ports, actor(by), s.merged),
    "authors.managed_pages.create": lambda s, by: managed_pages.create(s.ports, actor(by), name="Edith Karr"),
    "authors.managed_pages.unpublish": lambda s, by: managed_pages.unpublish(s.ports, actor(by), s.managed),
    "authors.drafts.save_for": lambda s, by: drafts.save_for(s.ports, actor(by), s.managed, BEGUN),
    "authors.drafts.discard_for": lambda s, by: drafts.discard_for(s.ports, actor(by), s.managed),
    "authors.reminders.remind": lambda s, by: reminders.remind(s.ports, actor(by)),
    "authors.digest.switch": lambda s, by: digest.switch(s.ports, actor(by), on=False),
    "authors.digest.switch_off": lambda s, by: digest.switch_off(s.ports, by, "no-such-link"),
    "authors.own_activity.read_own": lambda s, by: own_activity.read_own(s.ports, actor(by)),
    "authors.activity.read": lambda s, by: activity.read(s.ports, actor(by), activity.Filter()),
    "authors.still_right.confirm": lambda s, by: still_right.confirm(s.ports, by, "no-such-link"),
    "press.yearly_question.save": lambda s, by: yearly_question.save(s.ports, actor(by), on=True),
    "press.retention.save": lambda s, by: retention.save(s.ports, actor(by), 6),
    "press.waiting_time.save": lambda s, by: waiting_time.save(s.ports, actor(by), 9),
    "authors.decisions.decline": lambda s, by: decisions.decline(s.ports, actor(by), s.waiting, note="No."),
    "authors.decisions.suspend": lambda s, by: decisions.suspend(s.ports, actor(by), s.target),
    "authors.decisions.reinstate": lambda s, by: decisions.reinstate(s.ports, actor(by), s.target),
    "authors.decisions.undo": lambda s, by: decisions.undo(s.ports, actor(by), s.target),
    "authors.decisions.remove_publisher": lambda s, by: decisions.remove_publisher(
        s.ports, actor(by), s.portal.account("other@marram.example").id
    ),
    "authors.deletion.delete_waiting": lambda s, by: deletion.delete_waiting(s.ports, by),
    "authors.imports.plan": lambda s, by: imports.plan(s.ports, actor(by), [imported_author()]),
    "authors.imports.accept_legacy_hashes": lambda s, by: imports.accept_legacy_hashes(s.ports, actor(by), ()),
    "authors.imports.import_author": lambda s, by: imports.import_author(
        s.ports, actor(by), imports.plan(s.ports, OPERATOR, [imported_author()])[0], None
    ),
    "authors.invitations.plan": lambda s, by: author_invitations.plan(s.ports, actor(by), NEW_AUTHOR),
    "authors.invitations.invite": lambda s, by: author_invitations.invite(s.ports, actor(by), NEW_AUTHOR),
    "authors.acceptance.accept": accept,
    "authors.listing.waiting": lambda s, by: listing.waiting(s.ports, actor(by)),
    "authors.listing.listed": lambda s, by: listing.listed(s.ports, actor(by), None),
    "authors.overview.read": lambda s, by: overview.read(s.ports, actor(by)),
    "authors.listing.undeliverable": lambda s, by: listing.undeliverable(s.ports, actor(by)),
    "authors.listing.search": lambda s, by: listing.search(s.ports, actor(by), "tara"),
    "authors.listing.all_accounts": lambda s, by: listing.all_accounts(s.ports, actor(by)),
    "authors.listing.publishers": lambda s, by: listing.publishers(s.ports, actor(by)),
    "authors.listing.events": lambda s, by: listing.events(s.ports, actor(by), s.portal.account(TARGET)),
    "authors.status.read_status": lambda s, by: status.read_status(s.ports, actor(by)),
    "authors.drafts.load_own": lambda s, by: drafts.load_own(s.ports, actor(by)),
    "authors.drafts.save_own": lambda s, by: drafts.save_own(s.ports, actor(by), SentDraft((("author_bio", "Mine."),))),
    "authors.drafts.discard_own": lambda s, by: drafts.discard_own(s.ports, actor(by)),
    "authors.documents.read_biography": lambda s, by: documents.read_biography(
        s.ports, actor(by), b"", typed="", live=""
    ),
    "authors.pages.load_own": lambda s, by: pages.load_own(s.ports, actor(by)),
    "authors.pages.save_own": lambda s, by: pages.save_own(s.ports, actor(by), PageChange(bio="<p>Mine.</p>")),
    "authors.pages.restore_own": lambda s, by: pages.restore_own(s.ports, actor(by), 1),
    "authors.pages.end_redirect_own": lambda s, by: pages.end_redirect_own(s.ports, actor(by), "none"),
    "authors.pages.end_redirect_for": lambda s, by: pages.end_redirect_for(s.ports, actor(by), s.target, "none"),
    "authors.pages.load_for": lambda s, by: pages.load_for(s.ports, actor(by), s.target),
    "authors.pages.save_for": lambda s, by: pages.save_for(s.ports, actor(by), s.target, PageChange(bio="<p>X.</p>")),
    "authors.pages.restore_for": lambda s, by: pages.restore_for(s.ports, actor(by), s.target, 1),
    "authors.csv_import.plan": lambda s, by: csv_import.plan(s.ports, actor(by), table_rows()),
    "authors.csv_import.apply": lambda s, by: csv_import.apply(
        s.ports, actor(by), csv_import.plan(s.ports, OPERATOR, table_rows())
    ),
    "exports.files.export": lambda s, by: list(
        export_files.export(s.ports, actor(by), export_files.WantedExport("zip", authors=(s.target,))).chunks
    ),
    "exports.files.export_part": lambda s, by: export_files.export_part(
        s.ports, actor(by), export_files.WantedExport("csv"), most_bytes=1_000_000
    ),
    "exports.files.find_authors": lambda s, by: export_files.find_authors(s.ports, actor(by), TARGET),
    "authors.reviews.waiting": lambda s, by: reviews.waiting(s.ports, actor(by)),
    "authors.reviews.load": lambda s, by: reviews.load(s.ports, actor(by), s.review[0]),
    "authors.reviews.publish": lambda s, by: reviews.publish(s.ports, actor(by), *s.review),
    "authors.reviews.publish_edited": lambda s, by: reviews.publish_edited(
        s.ports, actor(by), *s.review, PageChange(bio="<p>Four.</p>")
    ),
    "authors.reviews.ask_for_change": lambda s, by: reviews.ask_for_change(s.ports, actor(by), *s.review, note="Why?"),
    "authors.reviews.reject": lambda s, by: reviews.reject(s.ports, actor(by), *s.review, note="No."),
    "authors.reviews.withdraw_own": lambda s, by: reviews.withdraw_own(s.ports, actor(by)),
    "authors.review_policy.load": lambda s, by: review_policy.load(s.ports, actor(by)),
    "authors.review_policy.save": lambda s, by: review_policy.save(s.ports, actor(by), ReviewPolicy.ALL),
    "authors.review_policy.save_for": lambda s, by: review_policy.save_for(
        s.ports, actor(by), s.target, ReviewRule.NEVER
    ),
    "press.changes.load": lambda s, by: changes.load(s.ports, actor(by)),
    "press.changes.check": lambda s, by: changes.check(s.ports, actor(by), changes.BrandingChange({})),
    "press.changes.save": lambda s, by: changes.save(s.ports, actor(by), Branding(site_name="Dune House"), seen=0),
    "site.rebuild.read_progress": lambda s, by: rebuild.read_progress(s.ports, actor(by)),
    "site.inventory.take_inventory": lambda s, by: inventory.take_inventory(s.ports, actor(by), lambda _: None),
    "authors.status.send_test_email": lambda s, by: status.send_test_email(s.ports, actor(by), normalise(TARGET)),
    "transfer.backups.write": backup,
    "transfer.backups.verify": lambda s, by: backups.verify(actor(by), backup(s, OPERATOR)),
    "transfer.backups.restore": restored,
    "transfer.backups.note_backup": lambda s, by: backups.note_backup(s.ports, actor(by)),
    "transfer.backups.last_backup_at": lambda s, by: backups.last_backup_at(s.ports, actor(by)),
    "transfer.copies.copy": lambda s, by: copies.copy(
        actor(by), RecordSet(s.ports.store), RecordSet(SqliteStore(":memory:")), origin="here", clock=s.ports.clock
    ),
}
RUN_BY_THE_SYSTEM = {
    "accounts.recognition.recognise",  # finds out who acts
    "accounts.invitations.note_sent",  # part of the job that sends the email
    "accounts.device_notices.note_sent",  # as above
    "accounts.account_emails.send_email",  # part of the jobs that send emails
    "accounts.confirmation.confirm_registration",  # part of confirming: whoever calls it has proven the mailbox
    "accounts.login.linked_registration",  # reads
    "accounts.factor_changes.commit_change",  # part of every change of a second factor
    "accounts.factor_changes.check_password_alone",  # part of removing the last one
    "authors.page_commits.commit_page",  # part of a save, a restore and a published review
    "authors.page_commits.end_unpublished",  # part of a save, and of discarding
    "authors.pages.save_reviewed",  # part of publishing a review with changes
    "profiles.photos.put_photo",  # part of a save
    "authors.search_index.rebuild_if_outdated",  # by the worker, before its first job
    "authors.list_index.rebuild_if_outdated",  # as above
    "authors.search_index.refresh",  # part of jobs
    "site.publishing.publish",  # part of jobs
    "authors.list_index.refresh",  # part of jobs
    "authors.list_index.age",  # part of jobs
    "authors.digest_emails.enqueue_next",  # part of the same job
    "authors.list_index.refresh_of_profile",  # part of jobs
}
"""What is no use case of anybody's, besides the handlers of jobs."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [*KINDS, *PUT_OUT])
def test_every_use_case_is_allowed_to_whom_the_table_says_and_to_nobody_else(kind: str, tmp_path: Path) -> None:
    scenario: Scenario | None = None
    for number, (use_case, act) in enumerate(ACTS.items()):
        if scenario is None:  # what was refused has changed nothing, so the portal goes on
            scenario = Scenario(tmp_path / str(number))
            by = scenario.by(kind)
            scenario.portal.world.work()
        before = scenario.everything()
        try:
            act(scenario, by)
        except NotAllowed:
            assert not may(by, use_case), f"{kind} may {use_case}, but was refused"
            assert scenario.everything() == before, f"{kind} changed something by {use_case}"
            continue
        except Refusal:
            assert may(by, use_case), f"{kind} got past the permission of {use_case}"
        else:
            assert may(by, use_case), f"{kind} may not {use_case}, but did"
        scenario = None


def test_what_needs_a_proof_of_late_is_refused_to_a_session_whose_proofs_are_old(tmp_path: Path) -> None:
    scenario = Scenario(tmp_path)
    by = scenario.by("publisher")
    scenario.portal.world.clock.forward(minutes=10)
    stale = recognise(scenario.ports, by.cookie)
    before = scenario.everything()
    asked = [name for name, row in PERMISSIONS.items() if row.freshness is RECENT]
    for use_case in asked:
        with pytest.raises(NotFresh):
            ACTS[use_case](scenario, stale)
    assert scenario.everything() == before
    assert {"accounts.publishers.invite", "exports.files.export", "accounts.session_list.end_others"} <= set(asked)


def test_a_second_factor_is_renewed_by_a_second_factor_alone(tmp_path: Path) -> None:
    scenario = Scenario(tmp_path)
    by = scenario.by("publisher")
    now = int(by.read_at.timestamp())
    proofs = (GivenProof(Proof.PASSWORD, now), GivenProof(Proof.TOTP, now - 3600))
    with_old_factor = replace(by, session=replace(by.session, proofs=proofs))
    assert not is_fresh(with_old_factor, Level.PROVEN, 10)
    proven = replace(by.session, proofs=(*proofs[:1], GivenProof(Proof.TOTP, now - 60)))
    assert is_fresh(replace(by, session=proven), Level.PROVEN, 10)


def test_the_table_has_a_row_for_every_use_case_and_no_other() -> None:
    assert set(ACTS) == set(PERMISSIONS)


def test_every_public_function_of_the_core_that_changes_something_is_in_the_table() -> None:
    found = changing(byline.accounts, byline.authors, byline.exports, byline.press, byline.profiles, byline.transfer)

    handled = {f"{handler.__module__.removeprefix('byline.')}.{handler.__name__}" for handler in handlers().values()}
    assert found - set(PERMISSIONS) - handled - RUN_BY_THE_SYSTEM == set()
    assert len(found & set(PERMISSIONS)) > 20


def changing(*packages: Any) -> set[str]:
    """The public functions that take the ports and write to the store, themselves or by what they call."""
    functions: dict[str, ast.FunctionDef] = {}
    for package in packages:
        for module in iter_modules(package.__path__):
            name = f"{package.__name__.removeprefix('byline.')}.{module.name}"
            tree = ast.parse(inspect.getsource(import_module(f"byline.{name}")))
            functions |= {f"{name}.{node.name}": node for node in tree.body if isinstance(node, ast.FunctionDef)}
    writes = {name for name, node in functions.items() if "commit" in called(node)}
    while True:
        short = {name.rpartition(".")[2] for name in writes} - {"change", "version", "register"}
        more = {name for name, node in functions.items() if called(node) & short} | writes
        if more == writes:
            break
        writes = more
    return {
        name
        for name in writes
        if not name.rpartition(".")[2].startswith("_") and [a.arg for a in functions[name].args.args][:1] == ["ports"]
    }


def called(node: ast.AST) -> set[str]:
    """The names of the functions that are called in a piece of code."""
    calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}


def test_an_actor_who_is_nobody_any_more_is_refused(tmp_path: Path) -> None:
    scenario = Scenario(tmp_path)
    scenario.by("publisher")
    suspended = replace(scenario.portal.account("by@example.org"), state=State.SUSPENDED)

    with pytest.raises(NotAllowed):
        decisions.suspend(scenario.ports, actor_of(suspended), scenario.target)
