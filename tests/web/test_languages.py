"""Which language a person reads, and that every page and email is wholly in it."""

from __future__ import annotations

import gettext
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from tests.environment import World, make_world
from tests.people import Person, Portal, make_portal, path_in

from byline.messages import catalogue, formats, message, templates
from byline.web import language as web_language

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
PSEUDO = "qps"
"""A language in which every sentence stands between brackets and is longer."""
NOT_SENTENCES = re.compile(r"[\W\d_]+|UTC|May|Marram( Press)?|The Salt Road|HTML|[\w.@-]+@[\w.-]+|https?://\S+")


class Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Words(HTMLParser):
    """The texts of a page that its reader sees or hears, without what the site and its people wrote."""

    ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.languages: list[str | None] = []
        self.found: list[str] = []
        self.lang: str | None = None
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "html":
            self.lang = known["lang"]
        foreign = known.get("lang") == "" or tag in {"script", "style", "code", "textarea", "bdi"}
        for name, value in known.items():
            if (name in self.ATTRIBUTES or name.startswith("data-")) and value and re.search(r"\w \w", value):
                self.found.append(value)
        if tag not in {"input", "link", "meta", "img", "br", "hr"}:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(foreign for _, foreign in self._open):
            self.found.append(" ".join(data.split()))


def untranslated(html: str, *names: str) -> list[str]:
    """What stands outside the brackets of the pseudo-language, but for names, addresses, times and numbers."""
    whole = " \n ".join(Words(html).found)
    depth, outside = 0, []
    for char in whole:
        depth += {"⟦": 1, "⟧": -1}.get(char, 0)
        outside.append(char if depth == 0 and char not in "⟦⟧" else " ")
    text = "".join(outside)
    for name in names:
        text = text.replace(name, " ")
    return NOT_SENTENCES.sub(" ", text).split()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def portal(world: World) -> Portal:
    return make_portal(world)


def test_a_browser_that_asks_for_german_gets_german_and_says_so(portal: Portal) -> None:
    ana = portal.person()

    page = ana.get("/register", headers=GERMAN)

    assert '<html lang="de">' in page.text
    assert "Autorenkonto anlegen" in page.text
    assert "Accept-Language" in page.headers["Vary"]
    assert '<html lang="en">' in ana.get("/register").text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "en"),
        ("fr,de;q=0.1", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("\xff" * 500, "en"),
        ("de" + ",de" * 500, "de"),
    ],
)
def test_the_first_installed_language_of_a_browser_is_taken(portal: Portal, header: str, language: str) -> None:
    assert f'<html lang="{language}">' in portal.person().get("/login", headers={"Accept-Language": header}).text


def test_a_site_has_a_language_for_whoever_asks_for_none_of_ours(world: World) -> None:
    portal = make_portal(world.with_site(language="de"))

    assert '<html lang="de">' in portal.person().get("/login", headers={"Accept-Language": "fr, *;q=0.5"}).text
    assert '<html lang="en">' in portal.person().get("/login", headers={"Accept-Language": "en"}).text


def test_refusals_notices_and_times_are_in_the_language_of_the_page(portal: Portal) -> None:
    ana = portal.person()
    data = {"author_email": "ana", "author_name": "Ana", "author_password": "short"}

    refused = ana.post("/register", data, headers=GERMAN)

    assert "Eine E-Mail-Adresse besteht aus einem Namen, einem @ und einer Domain" in refused.text
    assert "<title>Fehler: Autorenkonto anlegen" in refused.text
    author = portal.author()
    author.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    author.save(author_bio="Eins.")
    page = author.get("/").text
    assert "Gespeichert und veröffentlicht." in page
    assert "Gespeichert am" in page
    assert "3. Mai 2026" in page


def test_emails_keep_the_language_that_somebody_registered_in(portal: Portal) -> None:
    ana = portal.person()
    ana.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    ana.register()
    portal.world.work()
    assert portal.world.mailer.to(ana.address)[-1].subject == "Bestätigen Sie Ihre E-Mail-Adresse"
    ana.confirm()

    portal.approve(ana.address)
    portal.world.clock.forward(minutes=5)
    portal.world.work()

    assert portal.world.mailer.to(ana.address)[-1].subject == "Ihre Autorenseite ist freigeschaltet"


def test_a_known_address_is_written_to_in_its_owners_language(portal: Portal) -> None:
    portal.author()
    stranger = portal.person()
    stranger.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    stranger.register()
    portal.world.work()

    assert portal.world.mailer.to(stranger.address)[-1].subject == "You already have an account"


def test_readers_pages_speak_the_language_of_the_site(world: World) -> None:
    portal = make_portal(world.with_site(language="de"))
    portal.author().save(author_bio="<p>Read me.</p>", bio_format="html")
    portal.world.work()

    page = portal.person().get("/authors/ana-lima/", headers={"Accept-Language": "en"}).text
    assert '<html lang="de">' in page
    assert "Zuletzt geändert am" in page
    assert '<div class="bio p-note" lang="">' in page
    assert "Alle Autorinnen und Autoren" in page


def everything(portal: Portal) -> list[tuple[str, str]]:
    """The pages of a whole story, each with the way to it."""
    pages: list[tuple[str, str]] = []

    def see(person: Person, path: str, data: dict[str, object] | None = None) -> None:
        answer = person.post(path, data) if data is not None else person.get(path)
        pages.append((path, answer.text))

    ana = portal.person()
    for path in ("/", "/register", "/login", "/logout", "/reset", "/nowhere", "/confirm/none", "/reset/none"):
        see(ana, path)
    see(ana, "/register", {"author_email": "", "author_name": "", "author_password": ""})
    see(ana, "/login", {"author_email": "a@example.org", "author_password": "wrong"})
    ana.register()
    for path in ("/", "/account/delete", "/publisher"):
        see(ana, path)
    see(ana, "/confirm/address", {"author_email": "x"})
    link = path_in(ana.letter(), "/confirm/")
    see(portal.person(), link)
    assert ana.get(link).status_code == 303
    see(ana, "/")
    desk = portal.publisher()
    for path in ("/publisher", "/publisher/authors", "/publisher/authors?state=declined", "/publisher/authors?q=x"):
        see(desk, path)
    at = f"/publisher/authors/{portal.account(ana.address).id}"
    for path in (at, f"{at}/decline"):
        see(desk, path)
    see(desk, f"{at}/decline", {"note": "x" * 3000})
    portal.approve(ana.address)
    for path in ("/", "/history", "/account", "/change_password"):
        see(ana, path)
    see(ana, "/change_password", {"old_password": "wrong", "new_password": "short"})
    ana.save(author_bio="One.")
    ana.save(author_bio="Two.")
    for path in ("/", "/history", "/history/1"):
        see(ana, path)
    for path in (at, f"{at}/edit", f"{at}/history", f"{at}/suspend", "/mailbox"):
        see(desk, path)
    return pages


def test_no_page_says_anything_that_the_catalogue_does_not_say(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def translations(_: str) -> gettext.NullTranslations:
        return Pseudo()

    for module in (catalogue, message, templates):
        monkeypatch.setattr(module, "translations", translations)
    known = formats._formats()
    monkeypatch.setattr(formats, "_formats", lambda: {**known, PSEUDO: known["en"]})
    monkeypatch.setattr(web_language, "_best", lambda *_: PSEUDO)
    portal = make_portal(world)

    found = {path: untranslated(html, "Ana Lima", "Ines Vale", "Ana", "Lima") for path, html in everything(portal)}

    assert len(found) > 20
    assert {path: words for path, words in found.items() if words} == {}
