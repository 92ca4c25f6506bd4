"""What the pages of the publisher's desk cost among many authors, in processor time of this process."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bench.measure import Spread

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.audit import OPERATOR
from byline.authors import pages, review_policy
from byline.authors.review_policy import ReviewPolicy
from byline.jobs.worker import run_due_jobs
from byline.profiles.editing import PageChange
from byline.web.app import create_app
from byline.wiring import handlers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.test import Client

    from byline.audit import Actor
    from byline.ports import Ports

AIM_MS: Final = 20.0
_ROUNDS: Final = 15
_WAITING: Final = 60
"""Texts that wait for review: more than a page of them."""
_ADDRESS, _PASSWORD = "desk@example.org", "a password for the desk alone"
PAGES: Final = {
    "who waits for approval": "/publisher",
    "the authors": "/publisher/authors",
    "the authors, last change first": "/publisher/authors?sort=changed",
    "the authors whose text waits": "/publisher/authors?page=review",
    "a search": "/publisher/authors?q=ana",
    "the texts that wait": "/publisher/reviews",
    "the activity": "/publisher/activity",
    "the logins": "/publisher/activity?kind=logins",
}


def report(ports: Ports, authors: Sequence[Actor]) -> bool:
    """Fill the desk, measure its pages and print; whether each took less than the aim."""
    review_policy.save(ports, OPERATOR, ReviewPolicy.ALL)
    for number, by in enumerate(authors[:_WAITING]):
        pages.save_own(ports, by, PageChange(bio=f"<p>The text {number}, which waits.</p>"))
    while run_due_jobs(ports, handlers()).done:
        pass
    client = _publisher(ports)
    print(f"\nProcessor time of a page of the desk: middle of {_ROUNDS}")
    met = []
    for what, path in PAGES.items():
        spread = Spread.of([_cpu_ms(client, path) for _ in range(_ROUNDS)])
        met.append(spread.middle < AIM_MS)
        print(f"{what:40} {spread.middle:.1f} ms [{spread.lowest:.1f}-{spread.highest:.1f}]")
    print(f"aim: less than {AIM_MS:.0f} ms: {'met' if all(met) else 'MISSED'}")
    review_policy.save(ports, OPERATOR, ReviewPolicy.OFF)
    return all(met)


def _publisher(ports: Ports) -> Client:
    """The browser of a publisher who has logged in."""
    publishers.add(ports, OPERATOR, address=normalise(_ADDRESS), name="Ines Vale", password=_PASSWORD)
    site = replace(ports.site, throttle=False)
    client = create_app(replace(ports, site=site)).test_client()
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/login").text)
    if token is None:
        raise RuntimeError("the login has no form")
    fields = {"csrf_token": token[1], "author_email": _ADDRESS, "author_password": _PASSWORD}
    if client.post("/login", data=fields).status_code != 303:
        raise RuntimeError("the publisher cannot log in")
    return client


def _cpu_ms(client: Client, path: str) -> float:
    before = time.process_time()
    answer = client.get(path)
    spent = (time.process_time() - before) * 1_000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return spent
