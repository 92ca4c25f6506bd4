"""A desk with something on each of its pages: who waits, texts to review, invitations, pages of the press."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image
from tests.environment import make_world
from tests.people import PASSWORD, Portal, form_of, make_portal

from byline.accounts import publishers
from byline.accounts.addresses import normalise
from byline.accounts.bounces import MAIL_SYSTEM, BounceKind, record_bounce
from byline.accounts.invitations import MOST_INVITEES
from byline.audit import OPERATOR
from byline.authors import decisions, invitations, invitees, managed_pages, pages, questions, review_policy
from byline.authors.review_policy import ReviewPolicy
from byline.environment import SystemClock
from byline.profiles.editing import PageChange
from byline.store.sqlite import SqliteStore
from byline.wiring import rebuild_outdated

if TYPE_CHECKING:
    from pathlib import Path

DESK = "desk@marram.example"
BEFORE = """Ruth Ambersley writes the Inspector Pell novels, translated into fourteen languages; the seventh book, \
*Bells for the Coroner*, took the Copper Lantern for the year's best crime novel.

She lives in York with a retired police dog who does not care for visitors.

Her tenth is due next year."""
AFTER = """Ruth Ambersley writes the Inspector Pell novels, translated into fourteen languages; the eighth book, \
*The Sexton's Alibi*, took the Copper Lantern for the year's best crime novel.

She lives in the Northumbrian hills with a retired police dog who does not care for visitors.

Her tenth, *Low Tide at the Registry*, is due in autumn."""


@dataclass(frozen=True)
class FilledDesk:
    """The ids of whom the pages are about: an author with a page, one who waits, a page of the press, a publisher; and
    of the profile whose text waits.
    """

    author: str
    waiting: str
    suspended: str
    managed: str
    other_managed: str
    colleague: str
    profile: str

    def paths(self) -> tuple[str, ...]:
        """Every page of the console that is opened by a link."""
        author, press = f"/publisher/authors/{self.author}", f"/publisher/authors/{self.managed}"
        review, waiting = f"/publisher/reviews/{self.profile}", f"/publisher/authors/{self.waiting}"
        return (
            *(f"/publisher{each}" for each in ("", "/reviews", "/invitations", "/team", "/activity", "/settings")),
            *(f"/publisher/authors{each}" for each in ("", "?page=none", "?q=lima", "?q=nobody", "/remind")),
            *(f"/publisher/{each}" for each in ("pages/new", "import", "export", "export?page=none")),
            *(f"/publisher/activity?{each}" for each in (f"by={self.colleague}", "kind=logins", "person=ana")),
            *(f"{review}{each}" for each in ("", "/edit", "/change", "/reject")),
            *(f"{author}{each}" for each in ("", "/edit", "/history", "/history/1", "/suspend")),
            *(f"{waiting}{each}" for each in ("", "/question", "/decline")),
            *(f"/publisher/authors/{self.suspended}{each}" for each in ("", "/restore")),
            *(f"{press}{each}" for each in ("", "/edit", "/invite", "/merge", f"/merge?into={self.other_managed}")),
            *(f"/publisher/team/{each}" for each in (f"{self.author}/appoint", f"{self.colleague}/remove")),
        )


def fill(folder: Path) -> FilledDesk:
    """Fill a data folder for a portal to be started on."""
    world = make_world(folder, SqliteStore(folder / "byline.sqlite3"), throttle=False)
    world.clock.at = SystemClock().now()
    world.clock.forward(days=-30)
    portal, ports = make_portal(world), world.ports
    rebuild_outdated(ports)
    portal.publisher(DESK)
    publishers.add(ports, OPERATOR, address=normalise("rui@marram.example"), name="Rui Sá", password=PASSWORD)
    ruth, profile = _with_texts(portal)
    _who_wait(portal)
    sol = portal.author("sol@example.org", "Sol Ek")
    decisions.suspend(ports, OPERATOR, portal.account(sol.address).id)
    record_bounce(ports, MAIL_SYSTEM, normalise("leo@example.org"), BounceKind.BOUNCE)
    press = [managed_pages.create(ports, OPERATOR, name=name).id for name in ("Edith Karr", "E. Karr")]
    for page, text in zip(press, ("She kept bees, and wrote of little else.", "A keeper of bees."), strict=True):
        pages.save_for(ports, OPERATOR, page, PageChange(bio=f"<p>{text}</p>"))
    listed = "Bo Lund <bo@example.org>\nCy Moss <cy@example.org>"
    invitations.invite(ports, OPERATOR, invitees.from_text(listed)[:MOST_INVITEES], note="We would love to have you.")
    publishers.invite(ports, OPERATOR, address=normalise("wim@marram.example"), name="Wim Aas", note="As we said.")
    world.work()
    world.clock.at = SystemClock().now()
    world.work()
    filled = FilledDesk(
        author=portal.account(ruth).id,
        waiting=portal.account("ana.lima@example.org").id,
        suspended=portal.account("sol@example.org").id,
        managed=press[0],
        other_managed=press[1],
        colleague=portal.account("rui@marram.example").id,
        profile=profile,
    )
    ports.store.close()
    return filled


def _with_texts(portal: Portal) -> tuple[str, str]:
    """Authors of whom one has a page, one has none, and two wait with a text; the address and profile of the first."""
    ruth = portal.author("ruth@example.org", "Ruth Ambersley")
    link = {"link_label": ["Agent"], "link_url": ["agent.example"]}
    ruth.save(author_bio="Soon.", author_summary="Novelist.")
    ruth.save(author_bio=BEFORE, profile_img=portrait((120, 60, 60)), **link)
    portal.author("ana@example.org", "Ana Lima").save(author_bio="I write by the *sea*.")
    portal.author("leo@example.org", "Leocadia Finch-Rozier")
    review_policy.save(portal.world.ports, OPERATOR, ReviewPolicy("all"))
    first = portal.author("dag@example.org", "Dag Orr")
    first.save(author_bio="My first words here.")
    portal.world.clock.forward(hours=1)
    link["link_url"] = ["agents.example"]
    form = {**form_of(ruth.get("/")), "author_bio": AFTER, "photo_rights": "1", **link}
    form["profile_img"] = portrait((60, 90, 120))
    assert ruth.client.post("/", data=form, content_type="multipart/form-data").status_code == 303
    return ruth.address, portal.account(ruth.address).profile_id or ""


def _who_wait(portal: Portal) -> None:
    """Two who wait: one with the name of an author, who was asked and has answered nothing, and one more."""
    portal.waiting("ana.lima@example.org", "Ana Lima")
    portal.waiting("fay@example.org", "Fay Moss")
    asked = portal.account("ana.lima@example.org").id
    questions.ask(portal.world.ports, OPERATOR, asked, text="Which of your books did we publish?")


def portrait(colour: tuple[int, int, int]) -> tuple[io.BytesIO, str]:
    """A photo of one colour, with a face of another."""
    file = io.BytesIO()
    photo = Image.new("RGB", (400, 500), colour)
    photo.paste((230, 200, 180), (130, 120, 270, 300))
    photo.save(file, "JPEG")
    file.seek(0)
    return file, "me.jpg"
