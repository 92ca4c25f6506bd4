"""From values to bytes: the templates, the stylesheet, and how to say something inside a script element."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from byline.files.port import File
from byline.looks import stylesheets, typeface
from byline.messages.catalogue import SOURCE_LANGUAGE, publisher_name
from byline.messages.templates import translate
from byline.press.files import accent_style
from byline.site import addresses, branding

if TYPE_CHECKING:
    from datetime import datetime

HTML = "text/html; charset=utf-8"
JSON = "application/json"
XML = "application/xml; charset=utf-8"
CSS = "text/css; charset=utf-8"

_SCRIPT_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(template: str, language: str = SOURCE_LANGUAGE, **values: Any) -> bytes:
    """A template filled in. Every value is escaped; one that is missing is an error, never an empty space."""
    if "site" in values:
        site = values["site"]
        values["publisher"] = publisher_name(site.publisher_name, language)
        values["brand"] = branding.shown(site)
        colour = accent_style(site.branding.accent)
        values["accent_style"] = addresses.local(colour.path) if colour else ""
    return _environment(language).get_template(template).render(**values).encode()


def as_json(value: object) -> bytes:
    """A value as JSON for machines and curious people: UTF-8, indented, one line break at the end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def for_script(value: object) -> Markup:
    """A value as JSON that cannot end the script element it stands in, whatever a person typed (ASVS 5.0, 1.2.3)."""
    return Markup(json.dumps(value, ensure_ascii=False).translate(_SCRIPT_SAFE))  # noqa: S704 - nothing is left to escape


@cache
def stylesheet() -> File:
    """The one stylesheet of the readers' pages. Its path changes with its content, so it may be kept for ever."""
    rules = resources.files("byline.site").joinpath("templates", "readers.css").read_bytes()
    body = stylesheets.stylesheet(rules, lambda font: addresses.local(addresses.font(font.digest)))
    return File(addresses.stylesheet(hashlib.sha256(body).hexdigest()[:12]), body, CSS)


@cache
def fonts() -> tuple[File, ...]:
    """The files that the stylesheet names, the one that every page needs first."""
    return tuple(File(addresses.font(font.digest), font.body, typeface.MIME_TYPE) for font in typeface.fonts())


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("byline.site"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["style"] = addresses.local(stylesheet().path)
    environment.globals["font"] = addresses.local(fonts()[0].path)
    environment.filters["stamp"] = stamp
    translate(environment, language)
    return environment


def stamp(at: datetime) -> str:
    """A time as machines read it (ISO 8601 and W3C datetime), to the second."""
    return at.isoformat(timespec="seconds")
