"""Every page of the publisher's desk, at a phone's and a desk's width, in light and dark: axe finds nothing, nothing
runs out sideways, and everything is reached by keyboard, with the focus in sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations
from tests.browser.conftest import SITE
from tests.browser.filled_desk import DESK, FilledDesk, fill
from tests.browser.portal import logs_in
from tests.browser.test_navigation import walks_through
from tests.browser.variants import DESKTOP, Variant
from tests.server import Server, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.visitor import Visitor

PHONE = 390
LOOKS = [
    pytest.param(Variant(True, width, theme), id=f"{width}-{theme}")
    for width in (PHONE, DESKTOP)
    for theme in ("light", "dark")
]
CONTROLS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (each) => each.checkVisibility({ visibilityProperty: true }) && each.type !== "hidden" && !each.disabled
        && each.tabIndex >= 0 && !(each.type === "radio" && !each.checked)).length"""
"""How many things a keyboard should get to; of a group of radio buttons one, between whose buttons arrows lead."""
TABLE = (
    "name,email,page_address,biography\r\n"
    "Ruth Ambersley,ruth@example.org,,Other words.\r\n"
    "Nia New,nia@example.org,,Hello.\r\nNo One,,ruth-ambersley-x,\r\n,not-an-address,,x\r\n"
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, FilledDesk]]:
    """A portal with something on each page of the desk."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    folder.mkdir()
    pages = fill(folder)
    with running(folder, movable_clock=True, **SITE) as server:
        yield server, pages


@pytest.fixture
def desk(filled: tuple[Server, FilledDesk], comes: Callable[[Server], Visitor]) -> Visitor:
    """The publisher, logged in."""
    desk = comes(filled[0])
    desk.goes_to("/login")
    logs_in(desk, DESK)
    return desk


@pytest.mark.parametrize("variant", LOOKS, indirect=True)
def test_axe_finds_nothing_on_any_page_and_none_is_too_wide(desk: Visitor, filled: tuple[Server, FilledDesk]) -> None:
    found = []
    for path in filled[1].paths():
        desk.goes_to(path)
        found += [f"{path}: {each}" for each in violations(desk.page)]
    desk.goes_to("/publisher/import")
    desk.page.get_by_label("Table (CSV)").set_input_files(
        [{"name": "a.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}]
    )
    desk.presses("Show what would happen")
    for summary in desk.page.locator("main summary").all():
        summary.click()
    found += [f"import preview: {each}" for each in violations(desk.page)]
    desk.goes_to("/publisher/invitations")
    desk.types({"Authors to invite": "Dee Roe <dee@example.org>\nBo Lund <bo@example.org>\nDee <dee@example.org>\nx@"})
    desk.presses("Preview the list")
    found += [f"invitations preview: {each}" for each in violations(desk.page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("variant", [LOOKS[0], LOOKS[3]], indirect=True)
def test_everything_on_every_page_is_reached_by_keyboard_with_the_focus_in_sight(
    desk: Visitor, filled: tuple[Server, FilledDesk]
) -> None:
    for path in filled[1].paths():
        desk.goes_to(path)
        there = desk.page.evaluate(CONTROLS)
        assert walks_through(desk.page) >= there, f"{path} has controls that Tab does not get to"
