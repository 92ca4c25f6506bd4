"""Deque's axe-core, run on a page as a browser shows it: what of WCAG 2.2 A and AA a program can check."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

VERSION = "4.14.1"
"""As in tools/install-test-tools.sh, which fetches it and knows its hash."""
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_NOTHING_STICKS = """() => document.querySelectorAll("main *").forEach(
    (element) => { if (getComputedStyle(element).position === "sticky") element.style.position = "static"; })"""
"""A bar that sticks to the edge covers what is scrolled beneath it, which is no fault: it can be scrolled free."""
_SCRIPT = Path(__file__).parents[2] / ".tools" / f"axe-core-{VERSION}" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page, a readable paragraph for each rule. The page's scripts must be on.

    The library comes in by the debugger's door, so that the page's content security policy stays as it is.
    """
    page.evaluate(_library())
    page.evaluate(_NOTHING_STICKS)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", list(TAGS)
    )
    assert found["passes"], "axe looked at nothing"
    return [_told(violation) for violation in found["violations"]]


@cache
def _library() -> str:
    if not _SCRIPT.exists():
        raise AssertionError(f"{_SCRIPT} is not there: run tools/install-test-tools.sh")
    return _SCRIPT.read_text()


def _told(violation: dict[str, Any]) -> str:
    places = [
        f"    {node['html'][:200]}\n      {node['failureSummary']}\n{_related(node)}" for node in violation["nodes"]
    ]
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n" + "\n".join(places)


def _related(node: dict[str, Any]) -> str:
    """What else takes part in a fault, such as what covers a thing."""
    related = [each["html"][:120] for check in node["any"] for each in check["relatedNodes"]]
    return "\n".join(f"      with {html}" for html in related)
