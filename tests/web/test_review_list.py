"""The texts that wait for review, one after the other: the way from each to those beside it, and slices of the list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.test_reviews import press, profile_id, rule

from byline.audit import OPERATOR
from byline.authors import reviews

if TYPE_CHECKING:
    from tests.people import Person, Portal

REVIEWS = "/publisher/reviews"


def submitted(portal: Portal, *names: str) -> list[Person]:
    """Authors whose texts wait, in the order in which they were submitted."""
    rule(portal, "all")
    people = []
    for name in names:
        author = portal.author(f"{name.split()[0].lower()}@example.org", name)
        press(author, "publish", author_bio="To be reviewed.")
        portal.world.clock.forward(minutes=1)
        people.append(author)
    return people


def beside(page: str) -> dict[str, str]:
    """The names behind the links to the texts before and behind the one that is shown."""
    found = re.findall(r'rel="(prev|next)" href="[^"]*">[^<]*<span class="visually-hidden">: <bdi>([^<]*)</bdi>', page)
    return dict(found)


def test_each_text_leads_to_those_before_and_behind_it(portal: Portal) -> None:
    ana, bo, cy = submitted(portal, "Ana Lima", "Bo Lund", "Cy Moss")
    desk = portal.publisher()
    first, middle, last = (desk.get(f"{REVIEWS}/{profile_id(portal, each)}").text for each in (ana, bo, cy))

    assert beside(first) == {"next": "Bo Lund"}
    assert beside(middle) == {"prev": "Ana Lima", "next": "Cy Moss"}
    assert beside(last) == {"prev": "Bo Lund"}
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    assert "<bdi>Bo Lund</bdi></h1>" in desk.get(link[1].replace("&amp;", "&")).text


def test_a_text_that_waits_alone_leads_nowhere(portal: Portal) -> None:
    (ana,) = submitted(portal, "Ana Lima")
    assert beside(portal.publisher().get(f"{REVIEWS}/{profile_id(portal, ana)}").text) == {}


def test_a_text_that_was_withdrawn_stands_beside_none(portal: Portal) -> None:
    ana, bo, cy = submitted(portal, "Ana Lima", "Bo Lund", "Cy Moss")
    press(bo, "withdraw")
    desk = portal.publisher()
    assert beside(desk.get(f"{REVIEWS}/{profile_id(portal, ana)}").text) == {"next": "Cy Moss"}
    assert beside(desk.get(f"{REVIEWS}/{profile_id(portal, cy)}").text) == {"prev": "Ana Lima"}


def test_the_list_goes_on_and_back_slice_by_slice(portal: Portal) -> None:
    submitted(portal, "Ana Lima", "Bo Lund", "Cy Moss", "Di Noe", "Ed Orr")

    def read(**at: str) -> tuple[list[str], reviews.WaitingReviews]:
        found = reviews.waiting(portal.world.ports, OPERATOR, limit=2, **at)
        return [row.author.name for row in found.rows], found

    names, first = read()
    assert (names, first.before) == (["Ana Lima", "Bo Lund"], "")
    names, second = read(after=first.after)
    assert names == ["Cy Moss", "Di Noe"]
    names, third = read(after=second.after)
    assert (names, third.after) == (["Ed Orr"], "")
    names, back = read(before=third.before)
    assert (names, back.before != "", back.after != "") == (["Cy Moss", "Di Noe"], True, True)
    names, start = read(before=back.before)
    assert (names, start.before) == (["Ana Lima", "Bo Lund"], "")


def test_a_place_that_is_none_is_a_bad_request(portal: Portal) -> None:
    desk = portal.publisher()
    for place in ("after=%F0%9F", "before=abc"):
        assert desk.get(f"{REVIEWS}?{place}").status_code == 400
