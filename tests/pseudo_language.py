"""A language in which every sentence stands between brackets and is longer, and the pages of a whole story in it."""

from __future__ import annotations

import gettext
import re
from typing import TYPE_CHECKING

from tests.people import Person, Portal, path_in

from byline.messages import catalogue, formats, message, templates
from byline.web import language as web_language

if TYPE_CHECKING:
    import pytest

PSEUDO = "qps"
_NO_WORDS = re.compile(r"(%\(\w+\)s|\{\w+\}|<[^>]*>|&\w+;)")
_VOWELS = re.compile(r"[aeiou]")


class Pseudo(gettext.NullTranslations):
    """Doubles the vowels: words and sentences are some 40 % longer, as a translation may be."""

    def gettext(self, message: str) -> str:
        parts = _NO_WORDS.split(message)
        longer = (_VOWELS.sub(lambda found: found[0] * 2, part) for part in parts[::2])
        return "⟦" + "".join(text for pair in zip(longer, [*parts[1::2], ""], strict=True) for text in pair) + "⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def speak_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be in this language, whatever a browser asks for."""

    def translations(_: str) -> gettext.NullTranslations:
        return Pseudo()

    for module in (catalogue, message, templates):
        monkeypatch.setattr(module, "translations", translations)
    known = formats._formats()
    monkeypatch.setattr(formats, "_formats", lambda: {**known, PSEUDO: known["en"]})
    monkeypatch.setattr(web_language, "_best", lambda *_: PSEUDO)


def every_page(portal: Portal) -> list[tuple[str, str]]:
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
