"""What SES tells of letters: what is for good marks the address, what passes does not, and no log names one."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.ses_samples import bounced, complained
from tests.environment import make_world
from tests.gateways import Context
from tests.people import Portal, make_portal
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
def portal(tmp_path: Path) -> Portal:
    made = make_portal(make_world(tmp_path, throttle=False))
    made.author(ADDRESS)
    made.world.work()
    return made


def tell(portal: Portal, event: dict[str, Any]) -> Any:
    return worker(portal.world.ports, handlers())(json.loads(json.dumps(event)), Context())


def test_a_letter_that_came_back_for_good_marks_the_address(portal: Portal) -> None:
    assert tell(portal, bounced(ADDRESS)) == {"marked": 1}

    account = portal.account(ADDRESS)
    assert account.bounced_at == portal.world.clock.now()
    assert account.complained_at is None


def test_a_letter_that_was_marked_as_spam_marks_the_address(portal: Portal) -> None:
    assert tell(portal, complained(ADDRESS)) == {"marked": 1}

    account = portal.account(ADDRESS)
    assert account.complained_at == portal.world.clock.now()
    assert account.bounced_at is None


def test_a_provider_that_does_not_say_what_kind_of_complaint_it_is_is_believed(portal: Portal) -> None:
    assert tell(portal, complained(ADDRESS, feedback=None)) == {"marked": 1}


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
    portal: Portal, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    assert tell(portal, event) == {"marked": 0}

    assert not portal.account(ADDRESS).is_undeliverable
    assert event["detail-type"] in caplog.text


def test_behind_a_forwarding_it_is_the_address_that_was_written_to(portal: Portal) -> None:
    portal.author("bo@example.org", "Bo Lund")

    tell(portal, bounced(ADDRESS, final="bo@example.org"))

    assert portal.account(ADDRESS).is_undeliverable
    assert not portal.account("bo@example.org").is_undeliverable


def test_the_same_news_twice_is_one_mark_and_one_job(portal: Portal) -> None:
    tell(portal, bounced(ADDRESS))
    first = portal.account(ADDRESS)
    portal.world.clock.forward(minutes=1)
    tell(portal, bounced(ADDRESS))

    assert portal.account(ADDRESS) == first
    jobs = portal.world.ports.store.page(DUE).records
    assert [record.data["kind"] for record in jobs].count("undelivered-letter") == 1


def test_the_domain_as_the_letter_spelt_it_is_the_same_address(portal: Portal) -> None:
    portal.author("ana@bücher.example", "Ana Büch")

    tell(portal, bounced("ana@xn--bcher-kva.example"))

    assert portal.account("ana@bücher.example").is_undeliverable


def test_no_address_gets_into_the_log(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for event in (bounced(ADDRESS), complained(ADDRESS), bounced(ADDRESS, kind="Transient"), bounced("no@example.org")):
        tell(portal, event)

    assert f"letter came back: account {portal.account(ADDRESS).id}" in caplog.text
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
    portal: Portal, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WorkError) as caught:
        worker(portal.world.ports, handlers())(broken()[number], Context())

    assert caught.value.__suppress_context__
    assert "example.org" not in f"{caught.value} {caplog.text}"
    assert not portal.account(ADDRESS).is_undeliverable


def test_news_that_came_while_the_store_was_away_is_told_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = HookedStore(SqliteStore(":memory:"))
    portal = make_portal(make_world(tmp_path, store, throttle=False))
    portal.author(ADDRESS)

    def away(*_: object) -> None:
        raise Unavailable(ADDRESS)

    store.before = away
    with pytest.raises(WorkError) as caught:
        tell(portal, bounced(ADDRESS))
    assert "example.org" not in f"{caught.value} {caplog.text}"

    store.before = lambda *_: None
    tell(portal, bounced(ADDRESS))
    assert portal.account(ADDRESS).is_undeliverable
