"""Whose page may be saved by whom, and what follows from a save: decided by the core, whoever calls it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.environment import make_world
from tests.people import Portal, make_portal

from byline.accounts.actors import actor_of
from byline.audit import OPERATOR
from byline.authors import pages
from byline.errors import NotAllowed, NotFound, Stale
from byline.profiles.editing import PageChange
from byline.profiles.model import Link

if TYPE_CHECKING:
    from pathlib import Path

    from byline.accounts.model import Account

ANA, BEA = "ana@example.org", "bea@example.org"
EDITED = "Your author page was edited"


def _photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 500), "teal").save(file, "PNG")
    return file.getvalue()


PHOTO = _photo()


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    portal = make_portal(make_world(tmp_path))
    portal.author(ANA, "Ana Lima")
    portal.author(BEA, "Bea Costa")
    portal.publisher()
    return portal


def subjects(portal: Portal, address: str) -> list[str]:
    portal.world.work()
    return [mail.subject for mail in portal.world.mailer.to(address)]


def bio_of(portal: Portal, address: str) -> str:
    return pages.load_for(portal.world.ports, OPERATOR, portal.account(address).id).profile.content.bio


def test_an_author_saves_their_own_page_and_reaches_no_other(portal: Portal) -> None:
    ana = actor_of(portal.account(ANA))

    pages.save_own(portal.world.ports, ana, PageChange(bio="<p>By Ana.</p>"))

    assert bio_of(portal, ANA) == "<p>By Ana.</p>"
    assert bio_of(portal, BEA) == ""


def test_an_author_cannot_save_or_restore_somebody_elses_page(portal: Portal) -> None:
    ana, bea = actor_of(portal.account(ANA)), portal.account(BEA)
    pages.save_own(portal.world.ports, actor_of(bea), PageChange(bio="<p>By Bea.</p>"))

    for act in (
        lambda: pages.save_for(portal.world.ports, ana, bea.id, PageChange(bio="<p>By Ana.</p>")),
        lambda: pages.restore_for(portal.world.ports, ana, bea.id, 1),
        lambda: pages.load_for(portal.world.ports, ana, bea.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert bio_of(portal, BEA) == "<p>By Bea.</p>"


def test_who_waits_for_approval_has_no_page_to_save(portal: Portal) -> None:
    portal.waiting("carla@example.org", "Carla Dias")

    with pytest.raises(NotAllowed):
        pages.save_own(portal.world.ports, actor_of(portal.account("carla@example.org")), PageChange(bio="<p>Hm.</p>"))


def test_a_publisher_without_a_page_saves_none_of_their_own(portal: Portal) -> None:
    with pytest.raises(NotFound):
        pages.save_own(portal.world.ports, desk(portal), PageChange(bio="<p>Hm.</p>"))


def test_an_author_is_told_when_a_publisher_saves_or_restores_their_page_and_not_of_their_own_saves(
    portal: Portal,
) -> None:
    ana = portal.account(ANA)
    pages.save_own(portal.world.ports, actor_of(ana), PageChange(bio="<p>By Ana.</p>"))
    assert EDITED not in subjects(portal, ANA)

    pages.save_for(portal.world.ports, desk(portal), ana.id, PageChange(bio="<p>By the desk.</p>"))
    portal.world.clock.forward(hours=2)
    assert subjects(portal, ANA).count(EDITED) == 1

    pages.restore_for(portal.world.ports, desk(portal), ana.id, 1)
    portal.world.clock.forward(hours=2)
    assert subjects(portal, ANA).count(EDITED) == 2
    assert bio_of(portal, ANA) == "<p>By Ana.</p>"


def test_the_accounts_name_follows_the_pages_whoever_saves(portal: Portal) -> None:
    ana = portal.account(ANA)
    pages.save_own(portal.world.ports, actor_of(ana), PageChange(name="Ana M. Lima"))
    assert portal.account(ANA).name == "Ana M. Lima"

    saved = pages.save_for(portal.world.ports, desk(portal), ana.id, PageChange(name="Ana Lemos"))
    assert portal.account(ANA).name == "Ana Lemos"
    assert saved.content.sort_name == "Lemos, Ana"


def test_what_a_form_does_not_send_stays_as_it_is(portal: Portal) -> None:
    ana = actor_of(portal.account(ANA))
    pages.save_own(portal.world.ports, ana, PageChange(sort_name="LIMA Ana", bio="<p>One.</p>"))

    saved = pages.save_own(portal.world.ports, ana, PageChange(bio="<p>Two.</p>"))

    assert (saved.content.name, saved.content.sort_name, saved.slug) == ("Ana Lima", "LIMA Ana", "ana-lima")


def test_a_form_that_somebody_overtook_is_refused_and_one_that_was_sent_twice_is_not(portal: Portal) -> None:
    ana = actor_of(portal.account(ANA))
    first = pages.save_own(portal.world.ports, ana, PageChange(bio="<p>One.</p>"), seen=0)

    assert pages.save_own(portal.world.ports, ana, PageChange(bio="<p>One.</p>"), seen=0) == first
    with pytest.raises(Stale):
        pages.save_own(portal.world.ports, ana, PageChange(bio="<p>Two.</p>"), seen=0)
    pages.save_own(portal.world.ports, ana, PageChange(bio="<p>Two.</p>"))
    with pytest.raises(Stale):
        pages.restore_own(portal.world.ports, ana, 1, seen=0)


def test_a_save_that_changes_nothing_makes_no_version_event_job_or_email(portal: Portal) -> None:
    ports, ana, publisher = portal.world.ports, portal.account(ANA), desk(portal)
    change = PageChange(name="Ana Lima", bio="<p>One.</p>", links=(Link("Books", "https://books.example.org"),))
    saved = pages.save_own(ports, actor_of(ana), replace(change, upload=PHOTO))
    restored = pages.save_own(ports, actor_of(ana), PageChange(bio="<p>Two.</p>"))
    restored = pages.restore_own(ports, actor_of(ana), saved.number)
    portal.world.work()
    before = records_of(portal)

    assert pages.save_own(ports, actor_of(ana), change) == restored
    assert pages.save_own(ports, actor_of(ana), replace(change, upload=PHOTO), seen=saved.number) == restored
    assert pages.save_own(ports, actor_of(ana), PageChange()) == restored
    assert pages.save_for(ports, publisher, ana.id, change, seen=restored.number) == restored
    assert pages.restore_own(ports, actor_of(ana), saved.number) == restored
    assert pages.restore_for(ports, publisher, ana.id, saved.number) == restored

    assert records_of(portal) == before
    portal.world.clock.forward(hours=2)
    assert EDITED not in subjects(portal, ANA)


def test_the_first_save_publishes_a_page_that_says_nothing_yet(portal: Portal) -> None:
    ana = actor_of(portal.account(ANA))

    assert pages.save_own(portal.world.ports, ana, PageChange()).number == 1


def records_of(portal: Portal) -> set[tuple[object, int]]:
    found = portal.world.ports.store.scan(limit=1000).records
    return {(record.key, record.version) for record in found}


def desk(portal: Portal):  # noqa: ANN201 - byline.audit.Actor
    account: Account = portal.account("desk@marram.example")
    return actor_of(account)
