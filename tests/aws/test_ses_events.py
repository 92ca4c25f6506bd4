"""What SES tells of letters: what is for good marks the address, what passes does not, and no log names one."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.ses_samples import bounced, complained
from tests.environment import make_world
from tests.gateways import Context
from tests.people import House, make_house
from tests.store_wrappers import HookedStore

from byline.aws.worker import WorkError, worker
from byline.errors import Unavailable
from byline.jobs.model import DUE
from byline.store.sqlite import SqliteStore
from byline.wiring import handlers

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.aws

ADDRESS = "ana@example.org"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = make_house(make_world(tmp_path, throttle=False))
    made.author(ADDRESS)
    made.world.work()
    return made


def tell(house: House, event: dict[str, Any]) -> Any:
    return worker(house.world.ports, handlers())(json.loads(json.dumps(event)), Context())


def test_a_letter_that_came_back_for_good_marks_the_address(house: House) -> None:
    assert tell(house, bounced(ADDRESS)) == {"marked": 1}

    account = house.account(ADDRESS)
    assert account.bounced_at == house.world.clock.now()
    assert account.complained_at is None


def test_a_letter_that_was_marked_as_spam_marks_the_address(house: House) -> None:
    assert tell(house, complained(ADDRESS)) == {"marked": 1}

    account = house.account(ADDRESS)
    assert account.complained_at == house.world.clock.now()
    assert account.bounced_at is None


def test_a_provider_that_does_not_say_what_kind_of_complaint_it_is_is_believed(house: House) -> None:
    assert tell(house, complained(ADDRESS, feedback=None)) == {"marked": 1}


@pytest.mark.parametrize(
    "event",
    [
        bounced(ADDRESS, kind="Transient"),
        bounced(ADDRESS, kind="Undetermined"),
        complained(ADDRESS, feedback="not-spam"),
        complained(ADDRESS, feedback="auth-failure"),
    ],
    ids=["transient", "undetermined", "not spam", "a forgery that was found"],
)
def test_what_passes_marks_nothing_and_is_in_the_log(
    house: House, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    assert tell(house, event) == {"marked": 0}

    assert not house.account(ADDRESS).is_undeliverable
    assert event["detail-type"] in caplog.text


def test_behind_a_forwarding_it_is_the_address_that_was_written_to(house: House) -> None:
    house.author("bo@example.org", "Bo Lund")

    tell(house, bounced(ADDRESS, final="bo@example.org"))

    assert house.account(ADDRESS).is_undeliverable
    assert not house.account("bo@example.org").is_undeliverable


def test_the_same_news_twice_is_one_mark_and_one_job(house: House) -> None:
    tell(house, bounced(ADDRESS))
    first = house.account(ADDRESS)
    house.world.clock.forward(minutes=1)
    tell(house, bounced(ADDRESS))

    assert house.account(ADDRESS) == first
    jobs = house.world.ports.store.page(DUE).records
    assert [record.data["kind"] for record in jobs].count("undelivered-letter") == 1


def test_the_domain_as_the_letter_spelt_it_is_the_same_address(house: House) -> None:
    house.author("ana@bücher.example", "Ana Büch")

    tell(house, bounced("ana@xn--bcher-kva.example"))

    assert house.account("ana@bücher.example").is_undeliverable


def test_no_address_gets_into_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for event in (bounced(ADDRESS), complained(ADDRESS), bounced(ADDRESS, kind="Transient"), bounced("no@example.org")):
        tell(house, event)

    assert f"letter came back: account {house.account(ADDRESS).id}" in caplog.text
    assert "example.org" not in caplog.text


def broken() -> list[dict[str, Any]]:
    """Events with an address in them that are not as described."""
    good = bounced(ADDRESS)
    detail = good["detail"]
    mails: list[Any] = [
        {},
        {"destination": []},
        {"destination": [ADDRESS, "bo@example.org"]},
        {"destination": ADDRESS},
        {"destination": [{"emailAddress": ADDRESS}]},
        {"destination": [f"{ADDRESS}\udcff"]},
        {"destination": [f"ana@{'ü' * 200}.example.org"]},
        [ADDRESS],
        None,
    ]
    return [
        {"detail-type": "Email Bounced"},
        {"detail-type": "Email Bounced", "detail": ADDRESS},
        {**good, "detail": {**detail, "eventType": ADDRESS}},
        {**good, "detail": {**detail, "bounce": [ADDRESS]}},
        {**good, "detail": {"eventType": "Complaint", "complaint": None, "mail": detail["mail"]}},
        *({**good, "detail": {**detail, "mail": mail}} for mail in mails),
    ]


@pytest.mark.parametrize("number", range(len(broken())))
def test_news_that_cannot_be_read_is_known_to_lambda_but_not_its_words(
    house: House, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WorkError) as caught:
        worker(house.world.ports, handlers())(broken()[number], Context())

    assert caught.value.__suppress_context__
    assert "example.org" not in f"{caught.value} {caplog.text}"
    assert not house.account(ADDRESS).is_undeliverable


def test_news_that_came_while_the_store_was_away_is_told_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = HookedStore(SqliteStore(":memory:"))
    house = make_house(make_world(tmp_path, store, throttle=False))
    house.author(ADDRESS)

    def away(*_: object) -> None:
        raise Unavailable(ADDRESS)

    store.before = away
    with pytest.raises(WorkError) as caught:
        tell(house, bounced(ADDRESS))
    assert "example.org" not in f"{caught.value} {caplog.text}"

    store.before = lambda *_: None
    tell(house, bounced(ADDRESS))
    assert house.account(ADDRESS).is_undeliverable
