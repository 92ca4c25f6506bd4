"""The templates: one Jinja environment of our own, and the static files under names that change with them.

A page that differs from visitor to visitor only in some texts is rendered once, with marks where the texts go, and
kept as a frame; each visitor gets the frame with their texts written in. See ``Blanks``.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from datetime import datetime

    from byline.settings import Site

_HERE = Path(__file__).parent
_MOST_FRAMES = 32
DRAWN = "drawn"
"""The folder of the templates as Python, which only the packed program has: reading them anew takes 40 ms a start."""

STATIC = {"byline.css": "text/css", "byline.js": "text/javascript", "icon.svg": "image/svg+xml"}
GUESSED_ICON = "/favicon.ico"
"""Where browsers look for an icon by themselves: for readers' pages, photos and JSON."""
ROBOTS = "/robots.txt"
"""Where search engines look first (RFC 9309). Nothing is kept from them here: a page that is not for the index says so
itself, and must be read to be heard."""
GUESSED = (GUESSED_ICON, ROBOTS)
"""The static files whose address does not change with their content."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows: what was typed, and what is wrong at which field (a sentence each)."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlankTime:
    """A time whose texts are blanks, for the macros that show one."""

    iso: str
    day: str
    rest: str

    def isoformat(self, *, timespec: str) -> str:
        """The blank of what a machine reads; ``timespec`` was decided when the blank was made."""
        del timespec
        return self.iso

    def strftime(self, _: str) -> str:
        """The blank of what follows the day."""
        return self.rest


class Blanks:
    """The texts of one page that are its visitor's own. Each leaves a mark in the context, in the order of asking.

    Templates may print a blank and nothing else: what a page looks like must not depend on one. ``secret`` cannot be
    guessed, so that no text of a frame looks like a mark; texts are escaped as Jinja does it.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._texts: list[str] = []

    def __call__(self, text: str) -> str:
        """The mark of a text."""
        self._texts.append(text)
        return f"{self._secret}.{len(self._texts) - 1}."

    def day(self, at: datetime) -> BlankTime:
        """A time to be shown as a day."""
        return self._time(at, "%B %Y")

    def moment(self, at: datetime) -> BlankTime:
        """A time to be shown with its hour."""
        return self._time(at, "%B %Y, %H:%M")

    def frame(self, html: str) -> list[str]:
        """Take a rendered page apart at its marks: text, number of a blank, text, and so on."""
        return re.split(rf"{re.escape(self._secret)}\.(\d+)\.", html)

    def fill(self, frame: list[str]) -> str:
        """Write the texts into a frame."""
        page = frame.copy()
        page[1::2] = [escape(self._texts[int(number)]) for number in frame[1::2]]
        return "".join(page)

    def _time(self, at: datetime, rest: str) -> BlankTime:
        return BlankTime(self(at.isoformat(timespec="seconds")), self(str(at.day)), self(at.strftime(rest)))


class _Environment(Environment):
    """Jinja's, with the globals of a template in one dictionary: its chain of maps costs more than it saves here."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template."""
        return {**self.globals, **(d or {})}


def environment() -> Environment:
    """What reads and fills templates, without what belongs to one site."""
    drawn = _HERE / DRAWN
    return _Environment(
        loader=ModuleLoader(drawn) if drawn.is_dir() else FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=False,
    )


class Pages:
    """The templates of one site, and its static files under names that change with their content.

    ``secret``: see ``Blanks``.
    """

    def __init__(self, site: Site, *, mailbox: bool, secret: str) -> None:
        self._assets: dict[str, tuple[bytes, str]] = {}
        self._frames: OrderedDict[str, list[str]] = OrderedDict()
        self._secret = secret
        urls = {}
        for name, content_type in STATIC.items():
            body = (_HERE / "static" / name).read_bytes()
            stem, _, suffix = name.rpartition(".")
            path = f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
            self._assets[path] = (body, content_type)
            urls[f"{suffix}_url"] = path
        self._assets[GUESSED_ICON] = self._assets[urls["svg_url"]]
        robots = f"User-agent: *\nDisallow:\n\nSitemap: {site.url}/sitemap.xml\n"
        self._assets[ROBOTS] = (robots.encode(), "text/plain")
        self._globals = {
            "site": site.name,
            "publisher": site.publisher_name,
            "publisher_at_start": site.publisher_at_start,
            "imprint": site.imprint,
            "contact": site.contact,
            "password_min": site.password_min,
            "mailbox": mailbox,
            **urls,
        }

    @cached_property
    def _environment(self) -> Environment:
        made = environment()
        made.globals.update(self._globals)
        return made

    def asset(self, path: str) -> tuple[bytes, str] | None:
        """A static file and its type, by its address; all but the guessed ones never change under theirs."""
        return self._assets.get(path)

    def blanks(self) -> Blanks:
        """What a page's own texts are given to, before it is rendered with them."""
        return Blanks(self._secret)

    def render(self, name: str, context: dict[str, Any], blanks: Blanks | None = None) -> str:
        """A template as text. With ``blanks``, the frame is kept for whoever comes with the same context."""
        if blanks is None:
            return self._environment.get_template(name).render(context)
        key = f"{name} {context}"
        frame = self._frames.pop(key, None)
        if frame is None:
            frame = blanks.frame(self._environment.get_template(name).render(context))
            if len(self._frames) >= _MOST_FRAMES:
                with suppress(KeyError):  # each step is one of the dictionary's own, so that threads need no lock
                    self._frames.popitem(last=False)
        self._frames[key] = frame
        return blanks.fill(frame)
