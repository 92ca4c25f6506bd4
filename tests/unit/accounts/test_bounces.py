"""Letters that do not arrive: who is marked, who is told and how often, and how the mark goes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.environment import make_world
from tests.people import House, make_house, path_in
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
def house(tmp_path: Path) -> House:
    """An author and a publisher, and nothing to do."""
    made = make_house(make_world(tmp_path, throttle=False))
    made.publisher(DESK)
    made.author(ANA)
    made.world.clock.forward(minutes=1)
    made.world.work()
    made.world.mailer.sent.clear()
    return made


def letters(house: House, to: str = DESK) -> list[str]:
    """The subjects of the letters about letters that somebody got."""
    house.world.work()
    return [mail.subject for mail in house.world.mailer.to(to) if "come back" in mail.subject]


def entries(house: House) -> list[str]:
    """How the entries of the list of marks begin."""
    return [record.entry.sort.partition("/")[0] for record in house.world.ports.store.page(UNDELIVERABLE).records]  # type: ignore[union-attr]


def test_the_first_time_counts(house: House) -> None:
    since = house.world.clock.now()
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    house.world.clock.forward(days=2)
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    assert house.account(ANA).bounced_at == since
    assert entries(house) == ["account"]


def test_an_account_may_have_both_marks_and_is_listed_once(house: House) -> None:
    for cause in BounceKind:
        record_bounce(house.world.ports, MAIL_SYSTEM, ANA, cause)

    account = house.account(ANA)
    assert account.bounced_at == account.complained_at == house.world.clock.now()
    assert [row.account.id for row in listing.undeliverable(house.world.ports, OPERATOR).rows] == [account.id]


def test_an_account_from_before_there_were_marks_has_none(house: House) -> None:
    record = account_record(house.account(ANA))

    assert not {"came_back", "spam"} & set(record.data)
    assert not account_from(record).is_undeliverable


def test_of_an_address_without_an_account_only_that_and_when_is_kept_for_thirty_days(house: House) -> None:
    stranger = "typo@example.org"
    house.person(stranger, "Tia Po").register()
    for _ in range(2):
        assert "no account" in record_bounce(house.world.ports, MAIL_SYSTEM, stranger, BounceKind.BOUNCE)

    [record] = house.world.ports.store.page(UNDELIVERABLE).records
    assert (record.data, record.key.kind) == ({}, "astray")
    assert record.expires_at == int(house.world.clock.now().timestamp()) + 30 * 24 * 3600
    assert stranger not in f"{record}"
    assert letters(house) == []


def test_the_publishers_get_one_letter_that_names_nobody(house: House) -> None:
    for _ in range(3):
        record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    assert letters(house) == ["Emails to 1 account come back"]
    letter = house.world.mailer.to(DESK)[-1]
    assert "ana" not in f"{letter.subject} {letter.text} {letter.html}".casefold()
    assert letters(house, to=ANA) == []


def test_however_many_come_back_there_is_one_letter_a_day(house: House) -> None:
    for number in range(5):
        house.author(f"a{number}@example.org", f"Author {number}")
    house.world.work()
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert len(letters(house)) == 1
    for number in range(5):
        house.world.clock.forward(hours=1)
        record_bounce(house.world.ports, MAIL_SYSTEM, f"a{number}@example.org", BounceKind.BOUNCE)
        assert len(letters(house)) == 1

    house.world.clock.forward(hours=19)
    assert letters(house) == ["Emails to 1 account come back", "Emails to 6 accounts come back"]
    house.world.clock.forward(days=3)
    assert len(letters(house)) == 2


def test_a_letter_about_who_can_be_reached_by_now_is_not_sent(house: House) -> None:
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    bounces.clear_bounce(house.world.ports, OPERATOR, house.account(ANA).id)

    assert letters(house) == []
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert letters(house) == ["Emails to 1 account come back"]


def test_a_mark_that_the_index_does_not_show_yet_is_told_all_the_same(tmp_path: Path) -> None:
    store = LaggingStore(SqliteStore(":memory:"))
    house = make_house(make_world(tmp_path, store, throttle=False))
    house.publisher(DESK)
    house.author(ANA)
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.COMPLAINT)

    assert letters(house) == ["Emails to 1 account come back"]


class LaggingStore(HookedStore):
    """A store whose list of marks lags behind for ever."""

    def page(self, index: str, **options: Any) -> Any:
        found = self.inner.page(index, **options)
        return type(found)((), None) if index == UNDELIVERABLE else found


def test_a_publisher_is_not_told_by_letters_that_come_back(house: House) -> None:
    record_bounce(house.world.ports, MAIL_SYSTEM, DESK, BounceKind.BOUNCE)
    assert letters(house) == []

    house.publisher("bea@marram.example", "Bea Orr")
    house.world.clock.forward(days=2)
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert letters(house) == []
    assert letters(house, to="bea@marram.example") == ["Emails to 2 accounts come back"]


def test_the_letter_about_a_letter_that_comes_back_ends_there(house: House) -> None:
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert len(letters(house)) == 1
    house.world.clock.forward(minutes=1)
    record_bounce(house.world.ports, MAIL_SYSTEM, DESK, BounceKind.BOUNCE)
    house.world.clock.forward(days=2)

    assert len(letters(house)) == 1
    assert house.world.ports.store.page(DUE).records == ()


def test_a_letter_that_is_followed_takes_the_mark_off(house: House) -> None:
    for cause in BounceKind:
        record_bounce(house.world.ports, MAIL_SYSTEM, ANA, cause)
    person = house.person(ANA)
    person.post("/reset", {"author_email": ANA})
    link = path_in(person.letter(), "/reset/")
    assert house.account(ANA).is_undeliverable
    assert person.get(link).status_code == 200
    assert house.account(ANA).is_undeliverable

    assert person.post(link, {"new_password": "quite another long password"}).status_code == 303

    assert not house.account(ANA).is_undeliverable
    assert entries(house) == []


def test_a_first_publisher_who_confirms_the_mailbox_loses_the_mark(tmp_path: Path) -> None:
    house = make_house(make_world(tmp_path))
    desk = house.person(DESK, "Ines Vale")
    link = publishers.first_link(house.world.ports)
    assert link
    fields: dict[str, object] = {"author_email": DESK, "author_name": desk.name, "author_password": desk.password}
    assert desk.post(path_in(link, "/publisher/first/"), fields).status_code == 303
    record_bounce(house.world.ports, MAIL_SYSTEM, DESK, BounceKind.BOUNCE)
    assert "come back" in desk.get("/publisher").text

    assert desk.confirm().status_code == 303

    assert not house.account(DESK).is_undeliverable
    assert entries(house) == []


def test_nobody_but_a_publisher_takes_a_mark_off(house: House) -> None:
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    account = house.account(ANA)

    with pytest.raises(NotAllowed):
        bounces.clear_bounce(house.world.ports, actor_of(account), account.id)
    assert house.account(ANA) == account

    bounces.clear_bounce(house.world.ports, OPERATOR, account.id)
    bounces.clear_bounce(house.world.ports, OPERATOR, house.account(ANA).id)
    assert not house.account(ANA).is_undeliverable
    assert entries(house) == []


def test_the_mark_goes_with_the_account(tmp_path: Path) -> None:
    house = make_house(make_world(tmp_path))
    person = house.waiting(ANA)
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)
    assert person.post("/account/delete").status_code == 200

    assert entries(house) == []
    assert "no account" in record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)


def test_a_mark_stays_through_a_decision_and_its_undoing(house: House) -> None:
    house.waiting("bo@example.org", "Bo Lund")
    record_bounce(house.world.ports, MAIL_SYSTEM, "bo@example.org", BounceKind.BOUNCE)
    house.approve("bo@example.org")
    assert house.account("bo@example.org").is_undeliverable
    decisions.undo(house.world.ports, OPERATOR, house.account("bo@example.org").id)

    assert house.account("bo@example.org").is_undeliverable


def test_news_that_meets_another_change_of_the_account_is_not_lost(tmp_path: Path) -> None:
    store = HookedStore(SqliteStore(":memory:"))
    house = make_house(make_world(tmp_path, store, throttle=False))
    house.publisher(DESK)
    house.waiting(ANA)

    def approved_meanwhile(name: str, args: tuple[Any, ...]) -> None:
        if name == "commit" and any(one.record.key.kind == "marked" for one in args if hasattr(one, "record")):
            store.before = lambda *_: None
            house.approve(ANA)

    store.before = approved_meanwhile
    record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.BOUNCE)

    account = house.account(ANA)
    assert (account.state.value, account.is_undeliverable) == ("active", True)

    def always(name: str, _: tuple[Any, ...]) -> None:
        if name == "commit":
            raise Conflict(["account"])

    store.before = always
    with pytest.raises(Unavailable):
        record_bounce(house.world.ports, MAIL_SYSTEM, ANA, BounceKind.COMPLAINT)


class RefusingMail:
    """A mail server that knows nobody at some addresses."""

    def __init__(self, house: House, *nobody_at: str) -> None:
        self._mailer = house.world.mailer
        self._send = self._mailer.send
        self._nobody_at = nobody_at

    def send(self, mail: Mail, /) -> None:
        if mail.to in self._nobody_at:
            raise NO_MAILBOX
        self._send(mail)


def test_an_address_that_the_mail_server_knows_nobody_at_is_marked_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.world.mailer, "send", RefusingMail(house, ANA).send)
    house.person(ANA).post("/reset", {"author_email": ANA})
    house.world.work()  # ends where nothing was done

    assert letters(house) == ["Emails to 1 account come back"]
    assert house.account(ANA).bounced_at == house.world.clock.now()
    assert [job.kind.value for job in dead_letters(house.world.ports)] == ["reset-letter"]


def test_a_letter_that_is_refused_for_another_reason_marks_nobody(house: House) -> None:
    house.world.mailer.down = Rejected("554 5.7.1 we take nothing from you")
    house.person(ANA).post("/reset", {"author_email": ANA})
    house.world.work()

    assert not house.account(ANA).is_undeliverable


def test_one_publisher_whom_nobody_can_write_to_keeps_a_letter_from_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publisher("bea@marram.example", "Bea Orr")
    monkeypatch.setattr(house.world.mailer, "send", RefusingMail(house, DESK).send)
    house.waiting("bo@example.org", "Bo Lund")
    house.world.work()

    assert [mail.subject for mail in house.world.mailer.to("bea@marram.example")] == [
        "1 author is waiting for approval",
        "Emails to 1 account come back",
    ]
    assert dead_letters(house.world.ports) == ()
    assert normalise(DESK) in [row.account.address for row in listing.undeliverable(house.world.ports, OPERATOR).rows]


def test_a_letter_that_no_publisher_could_get_is_given_up_visibly(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.world.mailer, "send", RefusingMail(house, DESK).send)
    house.waiting("bo@example.org", "Bo Lund")
    house.world.work()

    assert [job.kind.value for job in dead_letters(house.world.ports)] == ["waiting-letter"]
