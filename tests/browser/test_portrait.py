"""The portrait in a real browser: any phone's photo, cut by keys alone, and never chosen twice."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect
from tests.browser.axe import violations
from tests.browser.photos import phone_photo, photo
from tests.browser.variants import off_the_main_road

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page
    from tests.browser.portal import Portal
    from tests.browser.visitor import Visitor

pytestmark = off_the_main_road

READY = re.compile(r"The photo is ready, \d(\.\d)? MB")


def chooses(ana: Visitor, upload: FilePayload) -> None:
    ana.page.locator("#profile_img").set_input_files(upload)
    expect(ana.page.locator("[data-status]")).to_have_text(READY, timeout=60_000)
    expect(ana.page.locator("[data-cutter]")).to_be_visible()


def chosen(page: Page, name: str) -> list[float]:
    return [float(each) for each in page.locator(f"input[name={name}]:checked").input_value().split(",")]


def master(portal: Portal, ana: Visitor) -> tuple[bytes, Image.Image]:
    """The file that was kept of the whole photo."""
    address = ana.page.locator("[data-portrait]").get_attribute("data-whole")
    body = ana.page.request.get(f"{portal.server.url}{address}").body()
    return body, Image.open(io.BytesIO(body))


def test_a_phones_photo_of_24_million_pixels_goes_through_and_comes_out_upright_and_clean(portal: Portal) -> None:
    ana = portal.author(portal.address())
    upload = phone_photo()
    assert len(upload["buffer"]) > 4_000_000
    chooses(ana, upload)
    sent = ana.page.locator("#profile_img").evaluate("field => [field.files[0].size, field.files[0].type]")
    assert sent[0] <= 4_000_000
    assert sent[1] == "image/jpeg"
    ana.page.get_by_label("This photo may be used here").check()
    ana.presses("Publish")

    body, image = master(portal, ana)
    assert image.size == (2000, 3000)
    assert b"secret" not in body
    assert b"Exif" not in body
    above, below = (image.convert("RGB").getpixel((1000, down)) for down in (700, 2300))
    assert above[0] > above[2]  # type: ignore[index]
    assert below[2] > below[0]  # type: ignore[index]


def test_a_photo_is_cut_by_keys_alone(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo(1500, 1000))
    page = ana.page
    page.get_by_label("Shape").select_option("Square")
    frame, point = page.get_by_label("The part that is shown"), page.get_by_label("Focal point", exact=True)
    frame.focus()
    for key in ("-",) * 10:
        page.keyboard.press(key)
    left, top, width, height = chosen(page, "photo_crop")
    assert abs(width * 1.5 - height) < 1
    page.keyboard.press("ArrowRight")
    assert abs(chosen(page, "photo_crop")[0] - left - 1) < 0.2
    page.keyboard.press("Shift+ArrowDown")
    assert abs(chosen(page, "photo_crop")[1] - top - 10) < 0.2
    page.keyboard.press("Tab")  # within the frame is only its grip, which needs no key
    expect(point).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    assert chosen(page, "photo_focus") == [60, 26]
    expect(page.locator("[data-said]")).to_have_text("Focal point: 60 % across, 26 % down")

    page.get_by_label("Size of the frame").focus()
    page.keyboard.press("Home")
    assert chosen(page, "photo_crop")[3] == 20
    page.keyboard.press("End")
    assert chosen(page, "photo_crop")[3] == 100
    page.get_by_label("This photo may be used here").check()
    ana.presses("Publish")
    assert ana.page.locator("[data-now]").evaluate("image => image.naturalWidth === image.naturalHeight")


def test_a_photo_is_cut_by_mouse(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo(1000, 1000))
    page = ana.page
    page.get_by_label("Shape").select_option("Portrait, 4:5")
    assert chosen(page, "photo_crop")[2:] == [80, 100]
    page.locator("[data-stage]").scroll_into_view_if_needed()
    page.locator("[data-grip]").hover()
    page.mouse.down()
    page.mouse.move(0, 0)
    page.mouse.up()
    assert chosen(page, "photo_crop")[2:] == [16, 20]
    frame = page.locator("[data-frame]").bounding_box()
    stage = page.locator("[data-stage]").bounding_box()
    assert frame
    assert stage
    page.mouse.move(frame["x"] + 4, frame["y"] + 4)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 2, stage["y"] + stage["height"] * 2)
    page.mouse.up()
    assert chosen(page, "photo_crop") == [84, 80, 16, 20]
    assert chosen(page, "photo_focus") == [84, 80], "the point stays in the frame"


def test_a_photo_is_cut_by_touch(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo(1000, 1000))
    page = ana.page
    page.get_by_label("Shape").select_option("Portrait, 4:5")
    page.locator("[data-stage]").scroll_into_view_if_needed()
    fingers = page.context.new_cdp_session(page)

    def drags(part: str, across: float, down: float) -> None:
        """Put a finger on a part, move it by so many widths and heights of the photo, and lift it."""
        box, stage = (page.locator(each).bounding_box() for each in (part, "[data-stage]"))
        assert box
        assert stage
        x, y = box["x"] + min(box["width"] / 2, 30), box["y"] + min(box["height"] / 2, 30)
        point = {"x": x, "y": y}
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        for step in (0.25, 0.5, 1):
            point = {"x": x + across * step * stage["width"], "y": y + down * step * stage["height"]}
            fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    scrolled = page.evaluate("scrollY")
    drags("[data-grip]", -2, -2)
    assert chosen(page, "photo_crop")[2:] == [16, 20]
    drags("[data-frame]", 2, 2)
    assert chosen(page, "photo_crop") == [84, 80, 16, 20]
    before = chosen(page, "photo_focus")
    drags("[data-point]", 0.125, 0.125)
    after = chosen(page, "photo_focus")
    assert abs(after[0] - before[0] - 12.5) <= 1
    assert abs(after[1] - before[1] - 12.5) <= 1
    assert page.evaluate("scrollY") == scrolled
    fingers.detach()


def test_the_crop_has_names_roles_and_values_and_nothing_that_axe_finds(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo())
    ana.page.get_by_text("Move with sliders").click()
    tree = ana.page.locator("[data-cutter]").aria_snapshot()

    for line in (
        '- application "The part that is shown"',
        '- application "Focal point"',
        '- combobox "Shape"',
        '- slider "Size of the frame"',
        '- slider "Focal point, across"',
        '- group "How it will look elsewhere"',
        '- img "16:9"',
    ):
        assert line in tree, tree
    assert violations(ana.page) == []
    small = ana.page.locator("[data-portrait]").evaluate(
        """part => Array.from(part.querySelectorAll("input, select, button, summary, [tabindex='0'], [data-grip]"))
            .filter(each => each.checkVisibility() && each.type !== "file")
            .map(each => [each.id || each.outerHTML, each.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_a_photo_that_was_chosen_comes_back_with_a_refused_form(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo(800, 1000))
    ana.page.get_by_label("Shape").select_option("Square")
    before = chosen(ana.page, "photo_crop")
    ana.types({"Name": ""})
    ana.page.get_by_label("This photo may be used here").check()
    ana.presses("Publish", status=422)

    expect(ana.page.locator("[data-status]")).to_contain_text("is back")
    assert "was not kept" not in ana.text
    assert chosen(ana.page, "photo_crop") == before
    ana.types({"Name": "Ana Lima"})
    ana.presses("Publish")
    expect(ana.page.locator("[data-now]")).to_be_visible()
    assert ana.page.locator("[data-now]").evaluate("image => image.naturalWidth === image.naturalHeight")
    ana.goes_to("/")
    expect(ana.page.locator("[data-status]")).to_be_empty()
    assert ana.page.locator("#profile_img").evaluate("field => field.files.length") == 0
    expect(ana.page.get_by_label("This photo may be used here")).to_be_hidden()
    chooses(ana, photo(800, 1000))
    expect(ana.page.locator("[data-now]")).to_be_hidden()
    expect(ana.page.locator("[data-chosen]")).to_be_visible()
    expect(ana.page.get_by_label("This photo may be used here")).to_be_visible()


def test_a_photo_that_was_chosen_survives_a_reload_and_can_be_taken_out(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo(800, 1000))
    ana.page.reload()

    expect(ana.page.locator("[data-status]")).to_contain_text("is back")
    ana.page.get_by_role("button", name="Take this photo out again").click()
    expect(ana.page.locator("[data-chosen]")).to_have_count(0)
    ana.page.reload()
    expect(ana.page.locator("[data-cutter]")).to_be_hidden()
    assert ana.page.locator("#profile_img").evaluate("field => field.files.length") == 0


def test_a_photo_can_be_dropped_and_pasted(portal: Portal) -> None:
    ana = portal.author(portal.address())
    for kind, at in (("drop", "[data-portrait]"), ("paste", "body")):
        ana.page.evaluate(
            """([kind, at]) => {
                const canvas = Object.assign(document.createElement("canvas"), { width: 4000, height: 3500 });
                return new Promise((done) => canvas.toBlob((blob) => {
                    const data = new DataTransfer();
                    data.items.add(new File([blob], `${kind}.png`, { type: "image/png" }));
                    const event = kind === "drop"
                        ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
                        : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                    document.querySelector(at).dispatchEvent(event);
                    done();
                }));
            }""",
            [kind, at],
        )
        expect(ana.page.locator("[data-status]")).to_have_text(READY)
        assert ana.page.locator("#profile_img").evaluate("field => field.files[0].name") == f"{kind}.jpg"


def test_a_photo_that_the_browser_cannot_open_is_named(portal: Portal) -> None:
    ana = portal.author(portal.address())
    heic = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"}
    ana.page.locator("#profile_img").set_input_files(heic)  # type: ignore[arg-type]

    expect(ana.page.locator("[data-status]")).to_contain_text("This browser cannot open HEIC photos")


def test_a_forgotten_tick_is_asked_for_before_anything_is_sent_and_costs_no_cover(portal: Portal) -> None:
    ana = portal.author(portal.address())
    chooses(ana, photo(800, 1000))
    page = ana.page
    page.get_by_role("button", name="Add a book").click()
    page.locator("[name=book_title]").first.fill("Salt")
    page.locator("[name=book_cover]").first.set_input_files(photo(400, 600))
    tick = page.get_by_label("This photo may be used here")

    page.get_by_role("button", name="Publish", exact=True).click()

    expect(tick).to_be_focused()
    assert tick.evaluate("box => box.validationMessage").startswith("Tick “This photo may be used here”")
    assert page.locator("[name=book_cover]").first.evaluate("field => field.files.length") == 1
    tick.check()
    ana.presses("Publish")
    assert "Saved and published." in ana.text
    expect(page.get_by_label("This photo may be used here")).to_be_hidden()
