"""While strangers hold whatever a server can be made to hold, a bystander is answered within a second."""

from __future__ import annotations

import re
from contextlib import ExitStack
from http.client import HTTPConnection
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from tests.bystander import floods
from tests.bystander.fronts import FRONTS, in_front
from tests.people import PASSWORD
from tests.server import LONGEST_WAIT_SECONDS, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORM = "application/x-www-form-urlencoded"
LONGEST_SECONDS = 1.0
ROUNDS = 5
TRIES = 3
"""Other programs of this machine may hold up a round; a flood that works holds up each."""
FLOODS = (
    floods.one_http_2_connection,
    floods.idle_connections,
    floods.idle_connections_of_one_network,
    floods.half_heads,
    floods.half_bodies,
    floods.half_photos,
    floods.slow_readers,
    floods.requests_without_end,
)


@pytest.fixture(scope="module", params=FRONTS)
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("front")
    proxies = "0" if request.param == "none" else "1"
    photo = folder / "data" / "files" / floods.PHOTO.lstrip("/")
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\xff" * 900_000)
    floods.allow_files()
    with ExitStack() as stack:
        server = stack.enter_context(running(folder / "data", THROTTLE="on", PROXIES=proxies))
        yield stack.enter_context(in_front(request.param, server, folder))


@pytest.mark.slow
@pytest.mark.parametrize("flood", FLOODS)
def test_a_bystander_is_answered_within_a_second(
    port: int, flood: Callable[[ExitStack, int], None], record_property: Callable[[str, object], None]
) -> None:
    with ExitStack() as stack:
        flood(stack, port)
        waits = []
        for _ in range(TRIES):
            waits.append(max(wait for _ in range(ROUNDS) for wait in bystander(port)))
            if waits[-1] < LONGEST_SECONDS:
                break
    record_property("longest_wait_seconds", min(waits))
    print(f"\n{flood.__name__}: the bystander waited {min(waits):.3f} s at most")  # noqa: T201 - for `pytest -s`
    assert min(waits) < LONGEST_SECONDS, waits


@pytest.mark.slow
def test_thirty_people_behind_one_address_log_in_at_the_same_moment(tmp_path: Path) -> None:
    with running(tmp_path / "data", THROTTLE="on") as server, ExitStack() as stack:
        server.run("publisher", "add", "ana@example.org", "--name", "Ana", "--password-stdin", typed=PASSWORD)
        lines = []
        for _ in range(30):
            line = HTTPConnection("127.0.0.1", server.port, timeout=LONGEST_WAIT_SECONDS)
            stack.callback(line.close)
            line.request("GET", "/login")
            answer = line.getresponse()
            token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
            assert token
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
            form = {"csrf_token": token[1], "author_email": "ana@example.org", "author_password": PASSWORD}
            lines.append((line, urlencode(form), {"Content-Type": FORM, "Cookie": cookie}))
        for line, form, headers in lines:
            line.request("POST", "/login", form, headers)
        assert [line.getresponse().status for line, _, _ in lines] == [303] * 30


def bystander(port: int) -> list[float]:
    """The waits of somebody who reads, and sends a form."""
    waits = []

    def ask(method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        began = monotonic()
        line = HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT_SECONDS)
        if body:
            headers["Content-Type"] = FORM
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        waits.append(monotonic() - began)
        return answer.status, text, answer.headers.get("Set-Cookie", "")

    assert ask("GET", "/healthz")[0] == 200
    assert ask("GET", "/authors/none/")[0] == 404
    status, text, cookie = ask("GET", "/reset")
    assert status == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    status, *_ = ask("POST", "/reset", f"csrf_token={token[1]}&author_email=nobody", Cookie=cookie.partition(";")[0])
    assert status == 422
    return waits
