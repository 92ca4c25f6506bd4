"""Render emails from templates: ``templates/<name>.txt`` has the subject and the plain text, ``<name>.html`` the HTML.

Both parts have the same content. Designers and translators can change them without Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from byline.looks import accent, tokens
from byline.messages.catalogue import publisher_name
from byline.messages.templates import translate

if TYPE_CHECKING:
    from byline.settings import Site

MOST_SUBJECT: Final = 49
"""Characters of a subject that phones show in full."""

_FOLDER: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Rendered:
    """An email in words, and the language that they are in."""

    subject: str
    text: str
    html: str
    language: str


def render(name: str, site: Site, language: str, *, to_name: str = "", **values: Any) -> Rendered:
    """Fill in the templates of an email; every value is plain text, and one that a template misses is an error.

    ``to_name`` is greeted; leave it out where nobody has proven yet that the address is theirs.
    ``ValueError`` for a subject that would be cut off, a ``code`` that is not six digits, and a ``url`` that is none.
    """
    if "code" in values and not re.fullmatch("[0-9]{6}", values["code"]):
        raise ValueError("a code has six digits")
    if "url" in values and not re.fullmatch(r"https?://[!-~]+", values["url"]):
        raise ValueError(f"a button needs a complete URL: {values['url']!r}")
    environment = _environment(language, site.branding.accent)
    values |= {
        "site": site,
        "to_name": to_name,
        "publisher": publisher_name(site.publisher_name, language),
        "publisher_at_start": publisher_name(site.publisher_name, language, at_start=True),
    }
    plain = environment.get_template(f"{name}.txt")
    subject = "".join(plain.blocks["subject"](plain.new_context(values))).strip()
    if not 0 < len(subject) <= MOST_SUBJECT:
        raise ValueError(f"a subject has 1 to {MOST_SUBJECT} characters: {subject!r}")
    text = re.sub(r"\n{3,}", "\n\n", plain.render(values).strip())
    html = environment.get_template(f"{name}.html").render(values, subject=subject)
    return Rendered(subject, f"{text}\n", html, language)


@lru_cache(maxsize=16)
def _environment(language: str, colour: str) -> Environment:
    environment = Environment(
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        loader=FileSystemLoader(_FOLDER),
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    environment.globals["look"] = {**tokens.LIGHT, **(accent.light(colour) if colour else {})}
    translate(environment, language)
    # The first email of a kind compiles its templates: load both answers to a registration, so that time tells nothing.
    for name in "confirmation", "already_registered":
        environment.get_template(f"{name}.txt")
        environment.get_template(f"{name}.html")
    return environment


def _quoted(text: str) -> str:
    """A person's own words, quoted as in plain-text emails, so that they cannot pass for ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
