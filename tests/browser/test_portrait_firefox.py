"""The portrait in Firefox: a large photo is made small, cut by keys, comes back with a refused form, and is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.portal import DESK
from tests.browser.tabs import firefox
from tests.browser.test_form_copies import ANA, SITE, fill, is_author, press
from tests.people import PASSWORD
from tests.server import soon

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import StartsServers

DROP = """
    const canvas = Object.assign(document.createElement("canvas"), { width: 4200, height: 3600 });
    canvas.getContext("2d").fillRect(0, 0, 4200, 1800);
    canvas.toBlob((blob) => {
        const data = new DataTransfer();
        data.items.add(new File([blob], "me.png", { type: "image/png" }));
        document.querySelector("[data-portrait]").dispatchEvent(
            new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    return true;
"""
STATUS = "return document.querySelector('[data-status]').textContent"
CROP = "return document.querySelector('input[name=photo_crop]:checked').value"
NOW = "return document.querySelector('[data-now]').naturalWidth"
KEY = """
    const frame = document.querySelector("[data-frame]");
    frame.focus();
    return !frame.dispatchEvent(new KeyboardEvent("keydown", { key: arguments[0], bubbles: true, cancelable: true }));
"""


def test_a_large_photo_goes_through_firefox(server: StartsServers, tmp_path: Path) -> None:
    portal = server(**SITE)
    portal.run("publisher", "add", DESK, "--name", "Ines Vale", "--password-stdin", typed=PASSWORD)
    with firefox(tmp_path / "profile") as tab:
        is_author(tab, portal, ANA)
        assert tab.run(DROP)
        soon(lambda: "is ready" in (tab.run(STATUS) or ""), "the photo")
        soon(lambda: tab.run("return !document.querySelector('[data-cutter]').hidden"), "the frame")
        for _ in range(10):
            assert tab.run(KEY, "-")
        assert tab.run(CROP) == "10,10,80,80"
        fill(tab, author_name="")
        tab.run("document.getElementById('photo_rights').click(); return true")
        press(tab, "Publish", "Your page")
        soon(lambda: "is back" in (tab.run(STATUS) or ""), "the photo")
        assert tab.run(CROP) == "10,10,80,80"

        fill(tab, author_name="Ana Lima")
        press(tab, "Publish", "Your page")
        soon(lambda: (tab.run(NOW) or 0) > 0, "the photo that was saved")
        assert tab.run(STATUS) == ""
