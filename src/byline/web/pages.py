"""The templates: one Jinja environment of our own, and the static files under names that change with them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from byline.looks import typeface
from byline.looks.stylesheets import stylesheet
from byline.messages.catalogue import publisher_name
from byline.messages.templates import translate
from byline.press.files import accent_style
from byline.site import addresses, branding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from werkzeug.routing import MapAdapter

    from byline.looks.typeface import Font
    from byline.messages.message import Message
    from byline.settings import Site

T = TypeVar("T")

_HERE = Path(__file__).parent
COMPILED = "compiled"
"""The folder of the templates as Python, which only the packed program has: reading them anew takes 40 ms a start."""

STATIC = {
    "byline.css": "text/css",
    "byline.js": "text/javascript",
    "drafts.js": "text/javascript",
    "editor.js": "text/javascript",
    "portrait.js": "text/javascript",
    "cutter.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "rows.js": "text/javascript",
    "passkeys.js": "text/javascript",
}
_NAMED = {"cutter.js", "drafts.js", "editor.js", "passkeys.js", "portrait.js", "rows.js"}
"""Scripts that only pages with a form for an author's page load: templates know them by their own names. The rich-text
editor is large; it is built from the folder ``editor``."""
GUESSED_ICON = "/favicon.ico"
"""Where browsers look for an icon by themselves: for readers' pages, photos and JSON."""
ROBOTS = "/robots.txt"
"""Where search engines look first (RFC 9309). Nothing is kept from them here: pages carry ``noindex``, and crawlers
must be able to fetch them to see it."""
AUTHORS_INDEX = "/authors/"
"""Where readers find the authors; published files, so that Flask has no route for it."""
GUESSED = (GUESSED_ICON, ROBOTS)
"""The static files whose address does not change with their content."""


class _Texts(dict[str, T]):
    """Texts by name; a name without one has ""."""

    def __missing__(self, _: str) -> str:
        return ""


class Form:
    """What a form shows: what was typed, and what is wrong at which field.

    ``status`` is that of the answer, ``cause`` the refusal or failure that it is shown again for. ``lists`` has every
    value of a field that may stand in a form several times. ``resumed``: it outlived the session it was opened in.
    """

    __slots__ = ("cause", "faults", "lists", "resumed", "status", "values")

    def __init__(
        self,
        values: Mapping[str, str] | None = None,
        faults: Mapping[str, Message] | None = None,
        *,
        status: int = 200,
        cause: Exception | None = None,
        lists: Mapping[str, list[str]] | None = None,
        resumed: bool = False,
    ) -> None:
        self.values = _Texts(values or {})
        self.faults = _Texts(faults or {})
        self.status = status
        self.cause = cause
        self.lists = lists or {}
        self.resumed = resumed

    def with_faults(self, faults: Mapping[str, Message]) -> Form:
        """The same form, with other faults: for one that says more about a refusal than the usual sentence."""
        return Form(self.values, faults, status=self.status, cause=self.cause, lists=self.lists, resumed=self.resumed)


class _Environment(Environment):
    """Jinja's, with the globals of a template in one dictionary: its chain of maps costs more than it saves here."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template."""
        return {**self.globals, **(d or {})}


def environment(language: str) -> Environment:
    """What reads and fills templates in a language, without what belongs to one site."""
    compiled = _HERE / COMPILED / language
    made = _Environment(
        loader=ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
    )
    translate(made, language)
    return made


class Pages:
    """The templates of one site, and its static files under names that change with their content.

    ``urls``: the addresses of the application, for ``url_for`` in templates.
    """

    def __init__(self, site: Site, urls: MapAdapter, *, mailbox: bool) -> None:
        self._urls = urls
        assets = {}
        self._assets: dict[str, tuple[bytes, str]] = {}
        for name, content_type in STATIC.items():
            body = (_HERE / "static" / name).read_bytes()
            if content_type == "text/css":
                body = stylesheet(body, _font_address)
            stem, _, suffix = name.rpartition(".")
            path = f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
            self._assets[path] = (body, content_type)
            assets[f"{stem if name in _NAMED else suffix}_url"] = path
        fonts = typeface.fonts()
        self._assets |= {_font_address(font): (font.body, typeface.MIME_TYPE) for font in fonts}
        self._assets[GUESSED_ICON] = self._assets[assets["svg_url"]]
        robots = f"User-agent: *\nDisallow:\n\nSitemap: {site.url}/sitemap.xml\n"
        self._assets[ROBOTS] = (robots.encode(), "text/plain")
        self._environments: dict[str, tuple[Site, Environment]] = {}
        self._globals = {
            "authors_index": AUTHORS_INDEX,
            "password_min": site.password_min,
            "mailbox": mailbox,
            "font_url": _font_address(fonts[0]),
            **assets,
        }

    def asset(self, path: str) -> tuple[bytes, str] | None:
        """A static file and its type, by its address; all but the guessed ones never change under theirs."""
        return self._assets.get(path)

    def render(self, name: str, language: str, context: dict[str, Any], site: Site) -> str:
        """A template as text, in a language, with the name and the looks that the site has now.

        Templates are read anew when these change: what belongs to one site is bound to them when they are read.
        """
        known = self._environments.get(language)
        if known is None or known[0] != site:
            made = environment(language)
            made.globals.update(self._globals, url_for=_url_builder(self._urls), **_of_site(site, language))
            known = self._environments[language] = site, made
        return known[1].get_template(name).render(context)


def _of_site(site: Site, language: str) -> dict[str, object]:
    """What templates say of a site."""
    colour = accent_style(site.branding.accent)
    return {
        "site": site.name,
        "imprint": site.imprint,
        "contact": site.contact,
        "brand": branding.shown(site),
        "accent_style": addresses.local(colour.path) if colour else "",
        "publisher": publisher_name(site.publisher_name, language),
        "publisher_at_start": publisher_name(site.publisher_name, language, at_start=True),
    }


def _font_address(font: Font) -> str:
    return f"/static/literata-{font.style}.{font.digest}.woff2"


def _url_builder(urls: MapAdapter) -> Callable[..., str]:
    """``url_for`` for templates: Flask's own, but for the addresses without variable parts, which are built once."""
    fixed = {rule.endpoint: urls.build(rule.endpoint) for rule in urls.map.iter_rules() if not rule.arguments}

    def url_for(endpoint: str, **values: object) -> str:
        return urls.build(endpoint, values) if values else fixed[endpoint]

    return url_for
