"""Which language a person reads, and that every page and email is wholly in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from tests.environment import World, make_world
from tests.people import Portal, make_portal
from tests.pseudo_language import every_page, speak_pseudo

from byline.richtext.networks import NETWORKS

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
NOT_SENTENCES = re.compile(r"[\W\d_]+|UTC|May|Marram( Press)?|The Salt Road|HTML|[\w.@-]+@[\w.-]+|https?://\S+")


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
            said = name in self.ATTRIBUTES or (name.startswith("data-") and name != "data-named")  # names of fields
            if said and value and re.search(r"\w \w", value):
                self.found.append(value)
        if tag not in {"input", "link", "meta", "img", "br", "hr"}:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(foreign for _, foreign in self._open):
            self.found.append(" ".join(data.split()))


INITIAL = re.compile(r'<span class="[^"]*\binitial" aria-hidden="true">[^<]*</span>')
"""What stands for a portrait: a letter of a name."""


def untranslated(html: str, *names: str) -> list[str]:
    """What stands outside the brackets of the pseudo-language, but for names, addresses, times and numbers."""
    whole = " \n ".join(Words(INITIAL.sub("", html)).found)
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
    assert "Gespeichert: " in page
    portal.world.clock.forward(days=2)
    author.log_in()
    assert "3. Mai 2026" in author.get("/").text


def test_who_decided_at_the_command_line_is_named_in_the_language_of_the_page(portal: Portal) -> None:
    portal.author()
    at = f"/publisher/authors/{portal.account('ana@example.org').id}"

    page = portal.publisher().get(at, headers=GERMAN).text

    assert page.count("durch <bdi>die Betreiber</bdi>") == 2
    assert "the operator" not in page


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


def test_no_page_says_anything_that_the_catalogue_does_not_say(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    speak_pseudo(monkeypatch)
    portal = make_portal(world)

    networks = sorted((network.name for network in NETWORKS), key=len, reverse=True)
    names = ("Ana Lima", "Ines Vale", "Ana", "Lima", *(f" {name} " for name in networks))
    found = {path: untranslated(html, *names) for path, html in every_page(portal)}

    assert len(found) > 20
    assert {path: words for path, words in found.items() if words} == {}
