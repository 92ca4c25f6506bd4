"""Letters that do not arrive: who is marked, who is told and how often, and how the mark goes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.people import Portal, make_portal, path_in
from tests.store_wrappers import HookedStore

from byline.accounts import bounces, publishers
from byline.accounts.actors import actor_of
from byline.accounts.addresses import normalise
from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce
from byline.accounts.records import UNDELIVERABLE, account_from, account_record
from byline.audit import OPERATOR
from byline.authors import decisions, listing
from byline.errors import Conflict, NotAllowed, Rejected, Unavailable
from byline.jobs.model import DUE
from byline.jobs.worker import dead_letters
from byline.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from byline.mail.port import Mail

ANA = "ana@example.org"
DESK = "desk@marram.example"
NO_MAILBOX = Rejected("550 5.1.1 ana@example.org", no_mailbox=True)


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    """An author and a publisher, and nothing to do."""
    made = make_portal(make_world(tmp_path, throttle=False))
    made.publisher(DESK)
    made.author(ANA)
    made.world.clock.forward(minutes=1)
    made.world.work()
    made.world.mailer.sent.clear()
    return made


def letters(portal: Portal, to: str = DESK) -> list[str]:
    """The subjects of the letters about letters that somebody got."""
    portal.world.work()
    return [mail.subject for mail in portal.world.mailer.to(to) if "come back" in mail.subject]


def entries(portal: Portal) -> list[str]:
    """How the entries of the list of marks begin."""
    return [record.entry.sort.partition("/")[0] for record in portal.world.ports.store.page(UNDELIVERABLE).records]  # type: ignore[union-attr]


def test_the_first_time_counts(portal: Portal) -> None:
    since = portal.world.clock.now()
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    portal.world.clock.forward(days=2)
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    assert portal.account(ANA).bounced_at == since
    assert entries(portal) == ["account"]


def test_an_account_may_have_both_marks_and_is_listed_once(portal: Portal) -> None:
    for cause in BounceKind:
        record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, cause)

    account = portal.account(ANA)
    assert account.bounced_at == account.complained_at == portal.world.clock.now()
    assert [row.account.id for row in listing.undeliverable(portal.world.ports, OPERATOR).rows] == [account.id]


def test_an_account_from_before_there_were_marks_has_none(portal: Portal) -> None:
    record = account_record(portal.account(ANA))

    assert not {"came_back", "spam"} & set(record.data)
    assert not account_from(record).is_undeliverable


def test_of_an_address_without_an_account_only_that_and_when_is_kept_for_thirty_days(portal: Portal) -> None:
    stranger = "typo@example.org"
    portal.person(stranger, "Tia Po").register()
    for _ in range(2):
        assert "no account" in record_bounce(portal.world.ports, MAIL_SYSTEM, stranger, BounceKind.BOUNCE)

    [record] = portal.world.ports.store.page(UNDELIVERABLE).records
    assert (record.data, record.key.kind) == ({}, "astray")
    assert record.expires_at == int(portal.world.clock.now().timestamp()) + 30 * 24 * 3600
    assert stranger not in f"{record}"
    assert letters(portal) == []


def test_the_publishers_get_one_letter_that_names_nobody(portal: Portal) -> None:
    for _ in range(3):
        record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    assert letters(portal) == ["Emails to 1 account come back"]
    letter = portal.world.mailer.to(DESK)[-1]
    assert "ana" not in f"{letter.subject} {letter.text} {letter.html}".casefold()
    assert letters(portal, to=ANA) == []


def test_however_many_come_back_there_is_one_letter_a_day(portal: Portal) -> None:
    for number in range(5):
        portal.author(f"a{number}@example.org", f"Author {number}")
    portal.world.work()
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert len(letters(portal)) == 1
    for number in range(5):
        portal.world.clock.forward(hours=1)
        record_bounce(portal.world.ports, MAIL_SYSTEM, f"a{number}@example.org", BounceKind.BOUNCE)
        assert len(letters(portal)) == 1

    portal.world.clock.forward(hours=19)
    assert letters(portal) == ["Emails to 1 account come back", "Emails to 6 accounts come back"]
    portal.world.clock.forward(days=3)
    assert len(letters(portal)) == 2


def test_a_letter_about_who_can_be_reached_by_now_is_not_sent(portal: Portal) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    bounces.clear_bounce(portal.world.ports, OPERATOR, portal.account(ANA).id)

    assert letters(portal) == []
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert letters(portal) == ["Emails to 1 account come back"]


def test_a_mark_that_the_index_does_not_show_yet_is_told_all_the_same(tmp_path: Path) -> None:
    store = LaggingStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    portal.publisher(DESK)
    portal.author(ANA)
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.COMPLAINT)

    assert letters(portal) == ["Emails to 1 account come back"]


class LaggingStore(HookedStore):
    """A store whose list of marks lags behind for ever."""

    def page(self, index: str, **options: Any) -> Any:
        found = self.inner.page(index, **options)
        return type(found)((), None) if index == UNDELIVERABLE else found


def test_a_publisher_is_not_told_by_letters_that_come_back(portal: Portal) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, DESK, BounceKind.BOUNCE)
    assert letters(portal) == []

    portal.publisher("bea@marram.example", "Bea Orr")
    portal.world.clock.forward(days=2)
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert letters(portal) == []
    assert letters(portal, to="bea@marram.example") == ["Emails to 2 accounts come back"]


def test_the_letter_about_a_letter_that_comes_back_ends_there(portal: Portal) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert len(letters(portal)) == 1
    portal.world.clock.forward(minutes=1)
    record_bounce(portal.world.ports, MAIL_SYSTEM, DESK, BounceKind.BOUNCE)
    portal.world.clock.forward(days=2)

    assert len(letters(portal)) == 1
    assert portal.world.ports.store.page(DUE).records == ()


def test_a_letter_that_is_followed_takes_the_mark_off(portal: Portal) -> None:
    for cause in BounceKind:
        record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, cause)
    person = portal.person(ANA)
    person.post("/reset", {"author_email": ANA})
    link = path_in(person.letter(), "/reset/")
    assert portal.account(ANA).is_undeliverable
    assert person.get(link).status_code == 200
    assert portal.account(ANA).is_undeliverable

    assert person.post(link, {"new_password": "quite another long password"}).status_code == 303

    assert not portal.account(ANA).is_undeliverable
    assert entries(portal) == []


def test_a_first_publisher_who_confirms_the_mailbox_loses_the_mark(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path))
    desk = portal.person(DESK, "Ines Vale")
    link = publishers.first_link(portal.world.ports)
    assert link
    fields: dict[str, object] = {"author_email": DESK, "author_name": desk.name, "author_password": desk.password}
    assert desk.post(path_in(link, "/publisher/first/"), fields).status_code == 303
    record_bounce(portal.world.ports, MAIL_SYSTEM, DESK, BounceKind.BOUNCE)
    assert "come back" in desk.get("/publisher").text

    assert desk.confirm().status_code == 303

    assert not portal.account(DESK).is_undeliverable
    assert entries(portal) == []


def test_nobody_but_a_publisher_takes_a_mark_off(portal: Portal) -> None:
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    account = portal.account(ANA)

    with pytest.raises(NotAllowed):
        bounces.clear_bounce(portal.world.ports, actor_of(account), account.id)
    assert portal.account(ANA) == account

    bounces.clear_bounce(portal.world.ports, OPERATOR, account.id)
    bounces.clear_bounce(portal.world.ports, OPERATOR, portal.account(ANA).id)
    assert not portal.account(ANA).is_undeliverable
    assert entries(portal) == []


def test_the_mark_goes_with_the_account(tmp_path: Path) -> None:
    portal = make_portal(make_world(tmp_path))
    person = portal.waiting(ANA)
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert person.post("/account/delete").status_code == 200

    assert entries(portal) == []
    assert "no account" in record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)


def test_a_mark_stays_through_a_decision_and_its_undoing(portal: Portal) -> None:
    portal.waiting("bo@example.org", "Bo Lund")
    record_bounce(portal.world.ports, MAIL_SYSTEM, "bo@example.org", BounceKind.BOUNCE)
    portal.approve("bo@example.org")
    assert portal.account("bo@example.org").is_undeliverable
    decisions.undo(portal.world.ports, OPERATOR, portal.account("bo@example.org").id)

    assert portal.account("bo@example.org").is_undeliverable


def test_news_that_meets_another_change_of_the_account_is_not_lost(tmp_path: Path) -> None:
    store = HookedStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    portal.publisher(DESK)
    portal.waiting(ANA)

    def approved_meanwhile(name: str, args: tuple[Any, ...]) -> None:
        if name == "commit" and any(one.record.key.kind == "marked" for one in args if hasattr(one, "record")):
            store.before = lambda *_: None
            portal.approve(ANA)

    store.before = approved_meanwhile
    record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    account = portal.account(ANA)
    assert (account.state.value, account.is_undeliverable) == ("active", True)

    def always(name: str, _: tuple[Any, ...]) -> None:
        if name == "commit":
            raise Conflict(["account"])

    store.before = always
    with pytest.raises(Unavailable):
        record_bounce(portal.world.ports, MAIL_SYSTEM, ANA, BounceKind.COMPLAINT)


class RefusingMail:
    """A mail server that knows nobody at some addresses."""

    def __init__(self, portal: Portal, *nobody_at: str) -> None:
        self._mailer = portal.world.mailer
        self._send = self._mailer.send
        self._nobody_at = nobody_at

    def send(self, mail: Mail, /) -> None:
        if mail.to in self._nobody_at:
            raise NO_MAILBOX
        self._send(mail)


def test_an_address_that_the_mail_server_knows_nobody_at_is_marked_as_well(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal.world.mailer, "send", RefusingMail(portal, ANA).send)
    portal.person(ANA).post("/reset", {"author_email": ANA})
    portal.world.work()  # ends where nothing was done

    assert letters(portal) == ["Emails to 1 account come back"]
    assert portal.account(ANA).bounced_at == portal.world.clock.now()
    assert [job.kind.value for job in dead_letters(portal.world.ports)] == ["reset-letter"]


def test_a_letter_that_is_refused_for_another_reason_marks_nobody(portal: Portal) -> None:
    portal.world.mailer.down = Rejected("554 5.7.1 we take nothing from you")
    portal.person(ANA).post("/reset", {"author_email": ANA})
    portal.world.work()

    assert not portal.account(ANA).is_undeliverable


def test_one_publisher_whom_nobody_can_write_to_keeps_a_letter_from_no_other(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.publisher("bea@marram.example", "Bea Orr")
    monkeypatch.setattr(portal.world.mailer, "send", RefusingMail(portal, DESK).send)
    portal.waiting("bo@example.org", "Bo Lund")
    portal.world.work()

    assert [mail.subject for mail in portal.world.mailer.to("bea@marram.example")] == [
        "1 author is waiting for approval",
        "Emails to 1 account come back",
    ]
    assert dead_letters(portal.world.ports) == ()
    assert normalise(DESK) in [row.account.address for row in listing.undeliverable(portal.world.ports, OPERATOR).rows]


def test_a_letter_that_no_publisher_could_get_is_given_up_visibly(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal.world.mailer, "send", RefusingMail(portal, DESK).send)
    portal.waiting("bo@example.org", "Bo Lund")
    portal.world.work()

    assert [job.kind.value for job in dead_letters(portal.world.ports)] == ["waiting-letter"]
