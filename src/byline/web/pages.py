"""The templates: one Jinja environment of our own, and the static files under names that change with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from byline.settings import Site

_HERE = Path(__file__).parent
_MOST_REMEMBERED = 32

STATIC = ("byline.css", "byline.js")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows: what was typed, and what is wrong at which field (a sentence each)."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


class _Environment(Environment):
    """Jinja's, with the globals of a template in one dictionary: its chain of maps costs more than it saves here."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template."""
        return {**self.globals, **(d or {})}


class Pages:
    """The templates of one site, and its two static files under names that change with their content."""

    def __init__(self, site: Site, *, mailbox: bool) -> None:
        self._assets: dict[str, tuple[bytes, str]] = {}
        self._remembered: dict[str, str] = {}
        urls = {}
        for name in STATIC:
            body = (_HERE / "static" / name).read_bytes()
            stem, _, suffix = name.rpartition(".")
            path = f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
            self._assets[path] = (body, "text/css" if suffix == "css" else "text/javascript")
            urls[f"{suffix}_url"] = path
        self._globals = {
            "site": site.name,
            "publisher": site.publisher_name,
            "contact": site.contact,
            "password_min": site.password_min,
            "mailbox": mailbox,
            **urls,
        }

    @cached_property
    def _environment(self) -> Environment:
        environment = _Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=False,
        )
        environment.globals.update(self._globals)
        return environment

    def asset(self, path: str) -> tuple[bytes, str] | None:
        """A static file and its type, by its address; it never changes under that address."""
        return self._assets.get(path)

    def render(self, name: str, context: dict[str, Any], *, same_for_all: bool = False) -> str:
        """A template as text. What all strangers get is remembered by what it is made of."""
        if not same_for_all:
            return self._environment.get_template(name).render(context)
        key = f"{name} {context}"
        html = self._remembered.pop(key, None)
        if html is None:
            html = self._environment.get_template(name).render(context)
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.pop(next(iter(self._remembered), ""), None)
        self._remembered[key] = html
        return html
