"""The rich-text editor of a biography: what it makes of keys, buttons and old text, and that nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.variants import off_the_main_road
from tests.word_files import p, packed, r

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route
    from tests.browser.portal import Portal
    from tests.browser.visitor import Visitor

pytestmark = off_the_main_road


def editor(person: Visitor) -> Locator:
    return person.page.get_by_role("textbox", name="Biography (optional)", exact=True)


def rich(person: Visitor) -> Locator:
    """The editor itself, and not the text field that stands in its place at first."""
    return person.page.locator("#author_bio[contenteditable=true]")


def sent(person: Visitor) -> tuple[str, str]:
    """What the form would send: how the biography is written, and the biography."""
    form = person.page.locator("form.editor")
    values = [form.locator(f"[name={name}]").evaluate("field => field.value") for name in ("bio_format", "author_bio")]
    return values[0], values[1]


WRITTEN = (
    "<p>Ana wrote <em>The Salt Road</em>.<br>It won a prize.</p><ol><li>One<ol><li>Two</li></ol></li></ol>"
    "<blockquote><p>Salt, salt, salt.</p></blockquote>"
)


def test_what_is_written_with_keys_and_buttons_is_what_readers_get(portal: Portal) -> None:
    ana, reader = portal.author(portal.address()), portal.visitor()
    slug = ana.page.get_by_label("Page address").input_value()
    editor(ana).click()
    keys = ana.page.keyboard
    keys.type("Ana wrote ")
    keys.press("Control+i")
    keys.type("The Salt Road")
    keys.press("Control+i")
    keys.type(".")
    keys.press("Shift+Enter")
    keys.type("It won a prize.")
    keys.press("Enter")
    ana.page.get_by_role("button", name="Numbered list").click()
    keys.type("One")
    keys.press("Enter")
    keys.type("Two")
    keys.press("Control+]")
    for _ in range(3):
        keys.press("Enter")
    keys.type("> Salt, salt, salt.")
    ana.looks()
    assert sent(ana) == ("html", WRITTEN)

    ana.presses("Publish")
    assert sent(ana)[0] == "markdown"
    reader.goes_to(f"/authors/{slug}/")
    assert reader.page.locator(".bio em").inner_text() == "The Salt Road"
    assert reader.page.locator(".bio blockquote").inner_text() == "Salt, salt, salt."


def test_what_was_typed_before_the_editor_came_is_in_it(portal: Portal) -> None:
    ana = portal.author(portal.address())
    held: list[Route] = []
    ana.page.route("**/static/editor.*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    ana.page.goto(portal.server.url, wait_until="commit")
    area = ana.page.locator("textarea[name=author_bio]")
    area.click()
    ana.page.keyboard.type("I wrote *The Salt Road* and")
    held.pop().continue_()
    rich(ana).wait_for()
    ana.page.keyboard.type(" more.")

    assert editor(ana).inner_text() == "I wrote The Salt Road and more."
    assert sent(ana) == ("html", "<p>I wrote <em>The Salt Road</em> and more.</p>")
    ana.page.keyboard.press("Control+z")
    assert editor(ana).inner_text() == "I wrote The Salt Road and"


@pytest.mark.parametrize(("width", "height"), [(390, 700), (320, 640)])
def test_on_a_phone_most_of_the_screen_is_text_and_the_caret_is_in_sight(
    portal: Portal, width: int, height: int
) -> None:
    ana = portal.author(portal.address())
    page = ana.page
    usual = page.viewport_size
    assert usual
    page.set_viewport_size({"width": width, "height": height})
    ana.types({"Biography (optional)": "\n\n".join(["Salt and sand and silt. " * 8] * 12)})
    editor(ana).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" The end")
    room = page.evaluate(
        """() => {
            const bottom = document.querySelector(".tools").getBoundingClientRect().bottom;
            const top = document.querySelector(".finish-bar").getBoundingClientRect().top;
            const caret = getSelection().getRangeAt(0).getBoundingClientRect();
            const wide = document.documentElement.scrollWidth;
            return { text: top - bottom, above: caret.top - bottom, below: top - caret.bottom, wide };
        }"""
    )
    page.set_viewport_size(usual)

    assert room["text"] > height / 2
    assert room["above"] > 0
    assert room["below"] > 0
    assert room["wide"] <= width


TOOLS = ("Bold", "Italic", "Link", "List", "Numbered list", "Quotation", "Undo", "Redo")


def tools(person: Visitor) -> Locator:
    return person.page.get_by_role("toolbar", name="Formatting").get_by_role("button")


def test_the_toolbar_is_one_stop_with_names_states_and_keys(portal: Portal) -> None:
    ana = portal.author(portal.address())
    field, page = editor(ana), ana.page
    field.fill("One two")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")

    tree = page.locator(".biography").aria_snapshot()
    assert '- toolbar "Formatting":' in tree
    assert '- button "Bold" [pressed]' in tree
    assert '- button "Italic"' in tree
    assert '- button "Redo" [disabled]' in tree
    assert '- textbox "Biography (optional)":' in tree
    assert field.get_attribute("aria-multiline") == "true"
    assert [each.inner_text() for each in tools(ana).all()] == list(TOOLS)
    assert tools(ana).first.get_attribute("title") == "Ctrl+B"
    assert tools(ana).first.get_attribute("aria-keyshortcuts") == "Control+B"
    sizes = [box for each in tools(ana).all() if (box := each.bounding_box())]
    assert min(box["height"] for box in sizes) >= 44
    assert min(box["width"] for box in sizes) >= 44

    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.innerText") == "Bold"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert sent(ana)[1] == "<p><strong><em>One two</em></strong></p>"
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.innerText") == "Bold"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Bold"
    page.keyboard.press("Tab")
    assert ana.focused == "author_bio"
    page.keyboard.press("Tab")
    assert ana.focused != "author_bio"
    ana.looks()


def test_a_link_is_set_changed_and_removed_by_keyboard_alone(portal: Portal) -> None:
    ana = portal.author(portal.address())
    page, keys = ana.page, ana.page.keyboard
    editor(ana).click()
    keys.type("See ")
    keys.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link")
    assert dialog.get_by_label("Address").evaluate("field => field === document.activeElement")
    keys.type("no address")
    keys.press("Enter")
    assert dialog.get_by_role("alert").inner_text().startswith("This is no address.")
    assert dialog.get_by_label("Address").get_attribute("aria-invalid") == "true"
    ana.looks()
    dialog.get_by_label("Address").fill("example.org/salt")
    dialog.get_by_label("Words that lead there (optional)").fill("The Salt Road")
    keys.press("Enter")
    keys.type(".")
    assert sent(ana)[1] == '<p>See <a href="https://example.org/salt">The Salt Road</a>.</p>'

    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    is_in_link = tools(ana).filter(has_text="Link")
    expect(is_in_link).to_have_attribute("aria-pressed", "true")  # a browser tells where the cursor is a moment later
    keys.press("Control+k")
    expect(dialog.get_by_label("Address")).to_have_value("https://example.org/salt")
    dialog.get_by_label("Address").fill("ana@example.org")
    dialog.get_by_role("button", name="Set the link").click()
    assert sent(ana)[1] == '<p>See <a href="mailto:ana@example.org">The Salt Road</a>.</p>'
    keys.press("Control+k")
    keys.press("Escape")
    assert ana.focused == "author_bio"
    keys.press("ArrowLeft")
    tools(ana).get_by_text("Link", exact=True).click()
    dialog.get_by_role("button", name="Remove the link").click()
    assert sent(ana)[1] == "<p>See The Salt Road.</p>"


def test_too_many_characters_are_said_and_refused_and_come_back(portal: Portal) -> None:
    ana = portal.author(portal.address())
    field = editor(ana)
    field.fill("word " * 2_001)
    said = ana.page.get_by_text("2,001 words, 10,004 of 10,000 characters 4 characters too many")
    said.wait_for()
    assert said.get_attribute("id") in (field.get_attribute("aria-describedby") or "")
    ana.presses("Publish", status=422)

    assert editor(ana).get_attribute("aria-invalid") == "true"
    assert editor(ana).inner_text().count("word") == 2_001
    ana.page.locator("#errors a").click()
    assert ana.focused == "author_bio"


def test_a_list_and_a_quotation_are_put_on_and_taken_off_by_their_buttons(portal: Portal) -> None:
    ana = portal.author(portal.address())
    editor(ana).click()
    ana.page.keyboard.type("One")
    for button, html in (
        ("List", "<ul><li>One</li></ul>"),
        ("Numbered list", "<ol><li>One</li></ol>"),
        ("Quotation", "<blockquote><ol><li>One</li></ol></blockquote>"),
        ("Numbered list", "<blockquote><p>One</p></blockquote>"),
        ("Quotation", "<p>One</p>"),
        ("Undo", "<blockquote><p>One</p></blockquote>"),
        ("Redo", "<p>One</p>"),
    ):
        tools(ana).get_by_text(button, exact=True).click()
        assert sent(ana)[1] == html, button
        assert ana.focused == "author_bio"


def test_a_word_file_is_read_when_it_is_chosen_and_published_only_by_the_button(portal: Portal) -> None:
    ana = portal.author(portal.address())
    file = packed(p(r("Ana wrote "), r("The Salt Road", "<w:i/>"), r(".")))
    ana.types({"Name": "Ana Lima e Silva"})
    with ana.page.expect_navigation():
        ana.page.get_by_label("From a Word file").set_input_files({"name": "me.docx", "mimeType": "", "buffer": file})
    ana.looks()
    assert "The biography is what your file says. Nothing is saved yet" in ana.text
    assert editor(ana).inner_text() == "Ana wrote The Salt Road."
    assert ana.page.get_by_label("Name", exact=True).input_value() == "Ana Lima e Silva"
    assert "Not published yet" in ana.text


def test_a_word_file_is_read_when_it_is_dropped_on_the_text(portal: Portal) -> None:
    ana = portal.author(portal.address())
    ana.types({"Name": "Ana Lima e Silva"})
    file = packed(p(r("Ana wrote "), r("The Salt Road", "<w:i/>"), r(".")))
    with ana.page.expect_navigation():
        drops(editor(ana), "me.docx", file)
    ana.looks()
    assert "The biography is what your file says. Nothing is saved yet" in ana.text
    assert editor(ana).inner_text() == "Ana wrote The Salt Road."
    assert ana.page.get_by_label("Name", exact=True).input_value() == "Ana Lima e Silva"


def test_any_other_file_that_is_dropped_on_the_text_is_refused_in_words(portal: Portal) -> None:
    ana = portal.author(portal.address())
    editor(ana).fill("What stands here.")
    drops(editor(ana), "me.odt", b"PK")

    expect(ana.page.locator("[data-rich-said]")).to_contain_text("A biography holds text only.")
    assert editor(ana).inner_text() == "What stands here."
    assert ana.page.locator("#bio_file").evaluate("field => field.files.length") == 0


def drops(field: Locator, name: str, content: bytes) -> None:
    """Drop a file on a field, as a file manager does."""
    field.evaluate(
        """(field, [name, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name));
            const { left, top } = field.getBoundingClientRect();
            const at = { clientX: left + 5, clientY: top + 5, dataTransfer: data, bubbles: true, cancelable: true };
            field.dispatchEvent(new DragEvent("drop", at));
        }""",
        [name, list(content)],
    )


_PASTED_TEXT = """editor => {
    const data = new DataTransfer();
    const text = "<p>Ana wrote The Salt Road.</p>".repeat(60);
    data.setData("text/html", text + "<p><img src='https://press.example/a.png'>The end.</p>");
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_what_a_paste_left_out_is_said_where_one_looks_until_one_writes_on(portal: Portal) -> None:
    ana = portal.author(portal.address())
    rich(ana).click()
    rich(ana).evaluate(_PASTED_TEXT)
    said = ana.page.get_by_text("Pasted. Left out: pictures.")
    expect(said).to_be_in_viewport()
    rich(ana).evaluate("() => scrollTo(0, document.querySelector('#author_bio').getBoundingClientRect().top)")
    expect(said).to_be_in_viewport()

    ana.page.keyboard.type("On")
    expect(said).to_have_class("said")
