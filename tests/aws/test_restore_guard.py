"""A store that is being filled from another: the functions leave it alone until all is there."""

from __future__ import annotations

import html
import logging
from typing import TYPE_CHECKING

import pytest
from tests.aws.lambda_runtime import started
from tests.environment import World, make_world
from tests.gateways import Context, http_api
from tests.people import Portal, make_portal
from tests.store_wrappers import CountingStore
from werkzeug.test import EnvironBuilder

from byline.aws.restore_guard import RestoreGuard
from byline.aws.ses_events import KINDS
from byline.aws.worker import WorkError, worker
from byline.errors import Unavailable
from byline.jobs.model import DUE
from byline.messages.refusals import FORM_AFTER_OUTAGE
from byline.settings import Settings
from byline.store.formats import MARK
from byline.store.port import MOST_KEYS, Create, Delete, Key, Record
from byline.store.sqlite import SqliteStore
from byline.wiring import connect, handlers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNDER_WAY = Create(Record(MARK, {"from": "sqlite:///elsewhere"}))
DONE = Delete(MARK, 1)
TICK = {"source": "aws.events", "detail-type": "Scheduled Event"}


@pytest.fixture
def counted() -> CountingStore:
    return CountingStore(SqliteStore(":memory:"))


@pytest.fixture
def world(tmp_path: Path, counted: CountingStore) -> World:
    return make_world(tmp_path, counted, throttle=False)


@pytest.fixture
def portal(tmp_path: Path, counted: CountingStore) -> Portal:
    return make_portal(make_world(tmp_path, RestoreGuard(counted), throttle=False))


def test_the_portal_asks_for_patience_until_all_is_there(portal: Portal, counted: CountingStore) -> None:
    counted.inner.commit(UNDER_WAY)
    ana = portal.person()
    answer = ana.register()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert str(FORM_AFTER_OUTAGE) in html.unescape(answer.text)
    assert answer.headers["Retry-After"]
    assert "Content-Security-Policy" in answer.headers
    assert ana.get("/healthz").status_code == 503
    assert counted.commits == 0

    counted.inner.commit(DONE)
    assert ana.register().status_code == 303


def test_a_process_looks_with_its_first_read_and_never_again(portal: Portal, counted: CountingStore) -> None:
    ana = portal.person()
    ana.register()
    assert counted.counts == (2, 1)  # the branding, which a process reads once in half a minute, and the registration
    counted.reset()
    assert ana.get("/").status_code == 200
    assert counted.counts == (1, 0)


def test_whatever_comes_first_finds_the_mark(counted: CountingStore) -> None:
    full = [Key("account", str(number)) for number in range(MOST_KEYS)]
    calls: dict[str, Callable[[RestoreGuard], object]] = {
        "get": lambda store: store.get(full[0]),
        "a get that is full": lambda store: store.get(*full),
        "page": lambda store: store.page(DUE),
        "scan": lambda store: store.scan(),
        "commit": lambda store: store.commit(Create(Record(Key("site", "b"), {}))),
        "ping": lambda store: store.ping(),
    }
    counted.inner.commit(UNDER_WAY)
    for call in calls.values():
        with pytest.raises(Unavailable):
            call(RestoreGuard(counted))

    counted.inner.commit(DONE, Create(Record(full[0], {})))
    for call in calls.values():
        call(RestoreGuard(counted))
    assert set(RestoreGuard(counted).get(full[0])) == {full[0]}


def test_the_worker_does_nothing_until_all_is_there(
    world: World, counted: CountingStore, caplog: pytest.LogCaptureFixture
) -> None:
    make_portal(world).person().register()
    [job] = counted.page(DUE).records
    keys = {"Keys": {"k": {"S": f"job#{job.key.id}"}}}
    stream = {"Records": [{"eventName": "INSERT", "dynamodb": {**keys, "SequenceNumber": "1"}}]}
    counted.commit(UNDER_WAY)
    counted.reset()
    work = worker(world.ports, handlers())

    with caplog.at_level(logging.WARNING):
        assert work(stream, Context()) == {"batchItemFailures": []}
        assert work(TICK, Context()) == {"done": 0, "put_off": 0, "given_up": 0}
    assert [record.getMessage() for record in caplog.records] == [
        "the store is being filled from another: nothing is done"
    ] * 2
    for kind in KINDS:
        with pytest.raises(WorkError, match="Unavailable at "):
            work({"detail-type": kind}, Context())
    assert counted.commits == 0
    assert not world.mailer.sent

    counted.commit(DONE)
    work(TICK, Context())
    assert len(world.mailer.sent) == 1


@pytest.mark.aws
def test_both_functions_leave_a_half_filled_store_alone(tmp_path: Path) -> None:
    environ = {"BYLINE_DATA": str(tmp_path), "BYLINE_SECRET_KEY": "a secret that is long enough for everybody"}
    store = connect(Settings.from_environ(environ)).ports.store
    store.commit(UNDER_WAY)
    asked = http_api(EnvironBuilder("/healthz").get_environ())
    web, work = "byline.aws.handler.web", "byline.aws.handler.work"
    with started(web, environ, tmp_path) as portal, started(work, environ, tmp_path) as hand:
        assert portal.invoke(asked)["statusCode"] == 503
        assert hand.invoke(TICK)["done"] == 0
        store.commit(DONE)
        assert portal.invoke(asked)["statusCode"] == 200
        # A new site's pages for readers, its search entries, and the lists of its desk.
        assert hand.invoke(TICK)["done"] == 3
    store.close()
