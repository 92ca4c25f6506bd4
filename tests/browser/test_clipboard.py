"""What arrives when people paste into the rich editor: by the real clipboard of a real Chromium and a real Firefox.

The clipboards were written by hand after what each program is documented to put there. They come in by a copy event of
the page, as those of an editor in the browser do, and are pasted with the keys.
"""

# ruff: noqa: RUF001 - clipboards have all kinds of signs

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.tab_steps import is_author
from tests.browser.tabs import Chromium, firefox
from tests.server import soon

from byline.richtext import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from tests.browser.conftest import StartsServers
    from tests.browser.tabs import Tab

FOLDER = Path(__file__).parent / "clipboard"
SALT_ROAD = "<em>The Salt Road</em>"
SITE = '<a href="https://example.org/salt">'
TWO = '<a href="https://example.org/two">Two</a>'
SAID = "<blockquote><p>Salt, salt, salt.</p></blockquote>"

COPY = """
const [html, text] = arguments;
document.activeElement.blur();
document.addEventListener("copy", (event) => {
    if (html) event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    window.copied = true;
}, { once: true });
window.copied = false;
return true;
"""
EMPTY = """
document.querySelector("form.editor").reset();
return true;
"""
FOCUS = "document.getElementById('author_bio').focus(); return document.activeElement.id"
SENT = "return document.querySelector('[name=author_bio]').value"
SAYS = "return document.querySelector('[data-rich-said]').textContent"
FAULTS = "return window.faults?.join() ?? ''"
WATCH = """
window.faults = [];
document.addEventListener("securitypolicyviolation", (event) => window.faults.push(event.violatedDirective));
return Boolean(document.querySelector("[role=textbox]"));
"""


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def tab(
    request: pytest.FixtureRequest,
    browser: Browser,
    shared_portals: StartsServers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tab]:
    """An author's tab with the rich editor before them."""
    portal = shared_portals()
    address = f"{request.param}@clipboard.example"
    if request.param == "chromium":
        context = browser.new_context()
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        is_author(Chromium(page), portal, address)
        yield Chromium(page)
        context.close()
    else:
        with firefox(tmp_path_factory.mktemp("firefox") / "profile") as fox:
            is_author(fox, portal, address)
            yield fox


@pytest.mark.parametrize(
    ("program", "kept", "said"),
    [
        pytest.param(
            "word",
            "<p><strong>About Ana</strong></p>"
            f"<p>Ana Lima’s first novel, {SALT_ROAD}, won the <strong>Prize</strong> of 2001.</p>"
            f"<p>She lives in Porto, see {SITE}her site</a>.</p>"
            "<ul><li><em>Salt</em>, 2001<ol><li>in Danish</li></ol></li><li>Road, 2004</li></ul><p>Born</p><p>1970</p>",
            "Pasted. Left out: pictures, deleted passages, comments, footnotes and hidden text. "
            "Headings became bold paragraphs. Tables became paragraphs.",
            id="word",
        ),
        pytest.param(
            "word-web",
            f"<p>Ana wrote {SALT_ROAD} <strong>alone</strong></p><ul><li>One</li><li>{TWO}</li></ul>",
            "Pasted. Left out: deleted passages.",
            id="word for the web",
        ),
        pytest.param(
            "google-docs",
            "<p><strong>About</strong></p>"
            f"<p>Ana wrote {SALT_ROAD}, a <strong>bold</strong> book; {SITE}read it</a>.</p>"
            "<ul><li>One<ul><li>Deeper</li></ul></li><li>Two</li></ul>",
            "Pasted. Left out: pictures and comments. Headings became bold paragraphs.",
            id="google docs",
        ),
        pytest.param(
            "libreoffice",
            f"<p>Ana wrote {SALT_ROAD} and <em>others</em>. See {SITE}<strong>her site</strong></a>.</p>"
            f"<ol><li>One</li><li><strong>Two</strong></li></ol>{SAID}",
            "Pasted. Left out: footnotes.",
            id="libreoffice",
        ),
        pytest.param(
            "pages",
            f"<p>Ana wrote {SALT_ROAD}. It is <strong>long</strong>.</p><ul><li>One</li><li>{TWO}</li></ul>",
            "Pasted.",
            id="pages",
        ),
        pytest.param(
            "apple-mail",
            f"<p>Ana wrote {SALT_ROAD}. It is <strong>long</strong>.</p><ul><li>One</li><li>{TWO}</li></ul>{SAID}",
            "Pasted.",
            id="apple mail",
        ),
        pytest.param(
            "gmail",
            f"<p>Ana wrote {SALT_ROAD}.</p><p>She lives in <strong>Porto</strong>.</p>"
            f"<ul><li>One</li><li>{TWO}</li></ul>"
            f'{SAID}<p>Write to <a href="mailto:ana@example.org">Ana</a></p><p>Bye 😊</p>',
            "Pasted.",
            id="gmail",
        ),
    ],
)
def test_what_a_program_copies_arrives_and_what_does_not_is_said(tab: Tab, program: str, kept: str, said: str) -> None:
    html = (FOLDER / f"{program}.html").read_text(encoding="utf-8")
    pasted = paste(tab, html, "plain")

    assert pasted == kept
    assert sanitize.clean(html) == sanitize.clean(kept), "the server makes the same of it"
    assert tab.run(SAYS) == said
    assert tab.run(FAULTS) == ""


def test_plain_text_keeps_its_paragraphs_and_lines(tab: Tab) -> None:
    assert paste(tab, "", "One\nand\n\n\nTwo <b>\n") == "<p>One<br>and</p><p>Two &lt;b&gt;</p>"
    assert paste(tab, "", "One\r\nTwo\r\n") == "<p>One</p><p>Two</p>"


def test_what_was_copied_in_the_editor_itself_stays_as_it_is(tab: Tab) -> None:
    paste(tab, f"<p>{SALT_ROAD}</p><ol><li>One</li></ol>{SAID}", "plain")
    written = tab.run(SENT)
    tab.press("Control", "a")
    tab.press("Control", "x")
    soon(lambda: tab.run(SENT) == "", "an empty editor")
    tab.press("Control", "v")

    soon(lambda: tab.run(SENT) == written, "the text")


def paste(tab: Tab, html: str, text: str) -> str:
    """Copy from elsewhere into the empty editor; what the form sends then."""
    assert soon(lambda: tab.run(WATCH), "the editor")
    assert tab.run(EMPTY)
    soon(lambda: tab.run(SENT) == "", "an empty editor")
    assert tab.run(COPY, html, text)
    tab.press("Control", "c")
    soon(lambda: tab.run("return window.copied"), "the clipboard")
    assert tab.run(FOCUS) == "author_bio"
    tab.press("Control", "v")
    return str(soon(lambda: tab.run(SENT), "what was pasted"))
