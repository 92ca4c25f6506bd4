"""Rendering: one Jinja environment of our own, with what every page needs and nothing looked up twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Response, g, request, session
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from byline.web import identity, protection

if TYPE_CHECKING:
    from byline.accounts.sessions import Visit
    from byline.settings import Site
    from byline.web.access import Who

_HERE = Path(__file__).parent
STATIC = ("byline.css", "byline.js")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows: what was typed, and what is wrong at which field (a sentence each)."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


class Pages:
    """The templates of one site, and its two static files under names that change with their content."""

    def __init__(self, site: Site, *, mailbox: bool) -> None:
        self._assets = {}
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
        environment = Environment(
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

    def render(self, name: str, context: dict[str, Any]) -> str:
        """A template as text."""
        return self._environment.get_template(name).render(context)


def show(name: str, status: int = 200, /, **context: Any) -> Response:
    """The answer that shows a template to whoever asked."""
    from byline.web.here import house  # noqa: PLC0415 - here.py types itself by this module

    visit = identity.visit()
    context.update(
        me=_me(visit),
        csrf=protection.token(visit),
        notice=context.get("notice") or session.pop("said", None),
        here=request.path,
        unproven=visit is not None and visit.account is not None and visit.account.confirmed_at is None,
    )
    return Response(house().pages.render(name, context), status, mimetype="text/html")


def show_plainly(name: str, status: int, /, **context: Any) -> Response:
    """The same without session and store: for when one of these is what failed."""
    from byline.web.here import house  # noqa: PLC0415 - as above

    context.update(me=None, csrf="", notice=None, here=request.path, unproven=False)
    g.ended = None
    return Response(house().pages.render(name, context), status, mimetype="text/html")


def say(sentence: str) -> None:
    """Let the next page of this browser begin with a sentence."""
    session["said"] = sentence


def _me(visit: Visit | None) -> SimpleNamespace | None:
    if visit is None:
        return None
    who: Who = identity.who(visit)
    if visit.account is not None:
        account = visit.account
        return SimpleNamespace(
            name=account.name, email=account.address, role=account.role.value, state=account.state.value
        )
    assert visit.proposal is not None  # noqa: S101 - a visit has one of the two
    proposal = visit.proposal
    return SimpleNamespace(name=proposal.name, email=proposal.address, role="author", state=who.value)
