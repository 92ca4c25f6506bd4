"""The forms of a page as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


class FormReader(HTMLParser):
    """Collects the forms of a page: where each goes, and its fields with what stands in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._area: str | None = None
        self._in_form = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = True
            self.forms.append((known.get("action", ""), {}))
        elif not self._in_form:
            return
        elif tag == "input" and known.get("type") != "file" and known.get("name"):
            if known.get("type") not in {"checkbox", "radio"} or "checked" in known:
                self._add(known["name"], known.get("value", ""))
        elif tag == "textarea":
            self._area = known["name"]
            self._add(self._area, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "textarea":
            assert self._area
            values = self.forms[-1][1][self._area]
            values[-1] = values[-1].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1][1][self._area][-1] += data

    def _add(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)


def form_with(page: TestResponse, *names: str) -> dict[str, Any]:
    """The fields of the one form of a page that has all these."""
    found = [fields for _, fields in FormReader(page.text).forms if set(names) <= set(fields)]
    assert len(found) == 1, page.text
    return found[0]
