"""What was typed is there again by the browser's own Back, whatever went wrong; in Chromium and in Firefox."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import SITE
from tests.browser.portal import DESK
from tests.browser.tab_steps import HEADING, PRESS, fill, is_author, press
from tests.browser.tabs import Chromium, firefox
from tests.people import PASSWORD
from tests.server import soon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.conftest import OpensPages, StartsServers
    from tests.browser.tabs import Tab
    from tests.server import Server

BIO, LINK = "Typed with *care*.\n\nFor an hour.", "https://books.example.org"
ANA, BO = "ana@example.org", "bo@example.org"
VALUE = "return document.querySelector(`[name=${arguments[0]}]`)?.value"
STORED = "return Object.entries(sessionStorage).map(String).join()"


@pytest.fixture(params=["chromium", "firefox"])
def opens(
    request: pytest.FixtureRequest, browser: object, tmp_path_factory: pytest.TempPathFactory, new_page: OpensPages
) -> Iterator[Callable[[], Tab]]:
    """Opens a tab; in Firefox all of a test are the same one."""
    if request.param == "chromium":
        page = new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        yield lambda: Chromium(page)
    else:
        with firefox(tmp_path_factory.mktemp("firefox") / "profile") as tab:
            yield lambda: tab


@pytest.fixture
def tab(opens: Callable[[], Tab]) -> Tab:
    return opens()


@pytest.fixture
def portal(server: StartsServers) -> Server:
    started = server(**SITE)
    started.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
    return started


def test_back_shows_what_was_typed_after_an_outage_and_after_no_answer_at_all(tab: Tab, portal: Server) -> None:
    is_author(tab, portal, ANA)
    fill(tab, author_bio=BIO, link_url=LINK)
    with outage(portal):
        press(tab, "Publish", "Back in a moment")
        assert tab.run(VALUE, "author_bio") == BIO
    tab.back()
    comes_back(tab)

    portal.kill()
    press_without_answer(tab, "Publish")
    portal.start()
    tab.back()
    comes_back(tab)
    tab.open(f"{portal.url}/")
    comes_back(tab)
    assert PASSWORD not in tab.run(STORED)

    press(tab, "Publish", "Your page")
    assert "Saved and published." in soon(
        lambda: tab.run("return document.querySelector('main').innerText"), "the page"
    )
    assert tab.run(STORED) == ""
    assert tab.run(VALUE, "author_bio") == BIO
    fill(tab, author_bio="Not sent.")
    tab.open(f"{portal.url}/")
    assert tab.run(VALUE, "author_bio") == BIO


def test_a_form_of_nobodys_comes_back_without_its_password(tab: Tab, portal: Server) -> None:
    tab.open(f"{portal.url}/register")
    fill(tab, author_name="Nora Noe", author_email="nora@example.org", author_password=PASSWORD)
    portal.kill()
    press_without_answer(tab, "Create account")
    portal.start()
    tab.back()

    soon(lambda: tab.run(VALUE, "author_email") == "nora@example.org", "the address")
    assert tab.run(VALUE, "author_name") == "Nora Noe"
    assert tab.run(VALUE, "author_password") == ""
    assert PASSWORD not in tab.run(STORED)
    assert tab.run(PRESS, "Discard it")
    soon(lambda: tab.run(VALUE, "author_name") == "", "an empty form")
    assert tab.run(STORED) == ""


@pytest.mark.parametrize("leaves", ["logs out", "another logs in"])
def test_the_next_person_at_a_shared_computer_finds_nothing(tab: Tab, portal: Server, leaves: str) -> None:
    is_author(tab, portal, BO)
    press(tab, "Log out", "Our authors, in their own words")
    is_author(tab, portal, ANA)
    fill(tab, author_bio=BIO)
    with outage(portal):
        press(tab, "Publish", "Back in a moment")
    tab.open(f"{portal.url}/account")
    assert BIO.split("\n", maxsplit=1)[0] in tab.run(STORED)

    if leaves == "logs out":
        press(tab, "Log out", "Our authors, in their own words")
        assert tab.run(STORED) == ""
    else:  # by another tab of the same browser, whose storage is its own
        tab.run("sessionStorage.setItem('saved', Object.entries(sessionStorage)[0].join('|'))")
        saved = tab.run("return sessionStorage.getItem('saved')")
        press(tab, "Log out", "Our authors, in their own words")
        key, _, copy = saved.partition("|")
        tab.run("sessionStorage.setItem(arguments[0], arguments[1])", key, copy)
    logs_in(tab, portal, BO)
    assert tab.run(VALUE, "author_bio") == ""
    assert tab.run(STORED) == ""


def test_a_second_press_while_the_first_is_under_way_is_not_sent(tab: Tab, portal: Server) -> None:
    is_author(tab, portal, ANA)
    fill(tab, author_bio=BIO)
    presses = "const button = document.querySelector('form.editor button.main'); button.click(); button.click();"
    tab.run(f"setTimeout(() => {{ {presses} }}); return true")
    soon(
        lambda: "Saved and published." in (tab.run("return document.querySelector('main')?.innerText") or ""), "a save"
    )
    tab.open(f"{portal.url}/history")
    assert "Version 2" not in tab.run("return document.body.innerText")


def press_without_answer(tab: Tab, button: str) -> None:
    """Press a button, and wait for the browser's own page that says that nothing answers."""
    assert tab.run(PRESS, button)
    address = "return document.documentURI"
    soon(lambda: (tab.run(address) or "").startswith(("chrome-error:", "about:neterror")), "the page about no answer")


def comes_back(tab: Tab) -> None:
    """Wait for the editor with all that was typed, and the sentence about it."""
    soon(lambda: tab.run(VALUE, "author_bio") == BIO, "the text")
    assert tab.run(VALUE, "link_url") == LINK
    assert "This is what you typed before." in tab.run("return document.querySelector('main').innerText")


def logs_in(tab: Tab, portal: Server, address: str) -> None:
    """Log in, up to the editor."""
    tab.open(f"{portal.url}/login")
    fill(tab, author_email=address, author_password=PASSWORD)
    tab.run("window.before = true")
    tab.run("setTimeout(() => document.querySelector('main button.main').click()); return true")
    soon(lambda: tab.run(f"if (window.before) return; {HEADING}") == "Your page", "the editor")


@contextmanager
def outage(portal: Server) -> Iterator[None]:
    """A store that does not answer, because its table has another name for a while."""

    def rename(before: str, after: str) -> None:
        with closing(sqlite3.connect(portal.data / "byline.sqlite3", timeout=30)) as file, file:
            file.execute(f"ALTER TABLE {before} RENAME TO {after}")

    rename("records", "elsewhere")
    yield
    rename("elsewhere", "records")
