"""Whether an address has an account makes no difference to how much there is to do, or a clock would show it.

Counted in calls of functions, Python's and C's, which are the same in every run; ``make bench`` asks the clock itself.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from tests.attack.observed_portal import Watched, watched
from tests.attack.test_account_enumeration import GUESS, KNOWN, STATES, TYPED, have_account
from tests.environment import IdleStopwatch
from tests.people import csrf_of

from byline.accounts import credentials, login, password, registration
from byline.accounts.addresses import normalise
from byline.accounts.clients import UNKNOWN_CLIENT
from byline.accounts.records import account_from
from byline.errors import WrongCredentials
from byline.web.answer_grid import GRID_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from byline.accounts.model import Account
    from byline.store.port import Record


def calls_of(act: Callable[[], object]) -> int:
    """How many functions are called, Python's and C's."""
    count = 0

    def note(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    gc.disable()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def guesses(portal: Watched, address: str = KNOWN) -> None:
    with contextlib.suppress(WrongCredentials):
        login.log_in(
            portal.world.ports, None, address=normalise(address), password=GUESS, remember=False, client=UNKNOWN_CLIENT
        )


def registers(portal: Watched, address: str = KNOWN) -> None:
    registration.register(
        portal.world.ports, None, address=normalise(address), name="Ana", password=TYPED, client=UNKNOWN_CLIENT
    )


def comes_back(portal: Watched, address: str = KNOWN) -> None:
    login.log_in(
        portal.world.ports, None, address=normalise(address), password=TYPED, remember=False, client=UNKNOWN_CLIENT
    )


def asks(portal: Watched, address: str = KNOWN) -> None:
    password.request_reset(portal.world.ports, None, normalise(address), client=UNKNOWN_CLIENT)


ACTS = guesses, registers, comes_back, asks
MOST_APART = 0.03
"""Of the calls of an answer: what stays is a row more from the store for each record that is there."""
MOST_APART_LATER = 0.1
"""Of the calls of the worker: the letters differ in their words."""


def pair(folder: Path, state: str, days: int) -> tuple[Watched, Watched]:
    """Two portals: in the first ``KNOWN`` has an account since so many days, in the second somebody else."""
    known, unknown = watched(folder / "known"), watched(folder / "unknown")
    have_account(known.portal, KNOWN, state)
    have_account(unknown.portal, "bea@example.org", state)
    for portal in known, unknown:
        for act in ACTS:  # whatever is loaded and kept with the first time
            act(portal, "somebody@example.org")
        portal.world.clock.forward(days=days)
        portal.world.work()
    return known, unknown


def apart(one: int, two: int) -> float:
    """By how much the greater of two counts is greater."""
    return max(one, two) / min(one, two) - 1


@pytest.mark.parametrize("days", [0, 8])
@pytest.mark.parametrize("state", STATES)
def test_the_same_work_is_done_whether_an_address_has_an_account(tmp_path: Path, state: str, days: int) -> None:
    portals = pair(tmp_path, state, days)

    for act in ACTS:
        answers = [calls_of(partial(act, portal)) for portal in portals]
        later = [calls_of(portal.world.work) for portal in portals]
        assert apart(*answers) < MOST_APART, f"{act.__name__} tells by the work before the answer: {answers}"
        assert apart(*later) < MOST_APART_LATER, f"{act.__name__} tells by the work after the answer: {later}"


def test_work_that_only_an_account_makes_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def again_and_again(record: Record) -> Account:
        for _ in range(3):
            account_from(record)
        return account_from(record)

    known, unknown = pair(tmp_path, "active", 8)
    without = calls_of(partial(guesses, unknown))
    monkeypatch.setattr(credentials, "account_from", again_and_again)

    assert apart(calls_of(partial(guesses, known)), without) > MOST_APART


def seconds_of(portal: Watched, path: str, form: str, work: float, **fields: object) -> float:
    """How long an answer takes for whose sake so much time passes."""
    stopwatch = portal.world.ports.stopwatch
    assert isinstance(stopwatch, IdleStopwatch)
    token = csrf_of(portal.stranger.get(form))
    stopwatch.passes, began_at = work, stopwatch.at
    answer = portal.stranger.client.post(path, data={"csrf_token": token, **fields})
    assert answer.status_code in {303, 422}, path
    stopwatch.passes = 0.0
    return stopwatch.at - began_at


FORMS: dict[str, tuple[str, dict[str, object]]] = {
    "/login": ("/login", {"author_email": KNOWN, "author_password": GUESS}),
    "/register": ("/register", {"author_email": KNOWN, "author_name": "Ana", "author_password": TYPED}),
    "/reset": ("/reset", {"author_email": KNOWN}),
    "/confirm/again": ("/", {}),
    "/confirm/address": ("/", {"author_email": "ana2@example.org"}),
}


@pytest.mark.parametrize("path", FORMS)
def test_an_answer_leaves_on_the_grid_so_that_a_millisecond_more_of_work_does_not_show(
    tmp_path: Path, path: str
) -> None:
    times = []
    for number, work in enumerate((0.008, 0.009, 0.020)):
        portal = watched(tmp_path / str(number), throttle=False)
        if path.startswith("/confirm"):
            portal.stranger.register()
            portal.world.clock.forward(minutes=3)
        form, fields = FORMS[path]
        times.append(seconds_of(portal, path, form, work, **fields) - work)

    assert times == pytest.approx([GRID_SECONDS] * 3)


def test_the_grid_begins_when_the_form_is_there_and_other_pages_have_none(tmp_path: Path) -> None:
    portal = watched(tmp_path)
    stopwatch = portal.world.ports.stopwatch
    assert isinstance(stopwatch, IdleStopwatch)
    for path in ("/login", "/register", "/reset", "/authors/"):
        portal.stranger.get(path)
    assert stopwatch.waited == []

    token = csrf_of(portal.stranger.get("/login"))
    body = f"csrf_token={token}&author_email={KNOWN}&author_password=x".encode()

    class Late(BytesIO):
        """A body that takes 17 milliseconds."""

        def read(self, *args: int | None) -> bytes:
            stopwatch.at += 0.017
            return super().read(*args)

    answer = portal.stranger.client.post(
        "/login",
        input_stream=Late(body),
        content_length=len(body),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert stopwatch.waited == [0.0]
