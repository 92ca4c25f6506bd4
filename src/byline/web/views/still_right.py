"""The yearly question to an author: the page behind the email's link, which confirms theirs by a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from byline.authors import still_right
from byline.errors import DeadLink
from byline.profiles.links import label_of
from byline.richtext import sanitize
from byline.web import identity
from byline.web.access import EVERYBODY, open_to
from byline.web.answers import dead_link
from byline.web.author_facts import PORTRAIT_WIDTH
from byline.web.author_rows import small_photo
from byline.web.context import ports
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from flask.typing import ResponseReturnValue

    from byline.profiles.model import Profile

bp = Blueprint("still_right", __name__)


@dataclass(frozen=True, slots=True)
class LivePage:
    """What ``still_right/confirm.html`` shows of a page: the texts that readers see."""

    url: str
    name: str
    summary: str
    bio: tuple[str, ...]
    books: tuple[str, ...]
    links: tuple[str, ...]
    photo: str
    changed_at: datetime

    @classmethod
    def of(cls, profile: Profile) -> LivePage:
        """The live page of a profile."""
        content = profile.content
        lines = sanitize.plain_text(content.bio).split("\n")
        return cls(
            f"{ports().site.url}/authors/{profile.slug}/",
            content.name,
            content.summary,
            tuple(line for line in lines if line.strip()),
            tuple(book.title or book.isbn for book in content.books),
            tuple(map(label_of, content.links)),
            small_photo(profile.id, content.photo, PORTRAIT_WIDTH),
            profile.saved_at,
        )


def _page(form: Form, token: str) -> Response:
    try:
        asked = still_right.read(ports(), token)
    except DeadLink as fault:
        return dead_link("still_right", fault.why)
    return render_page(
        "still_right/confirm.html",
        form.status,
        form=form,
        is_answered=asked.is_answered,
        page=LivePage.of(asked.profile),
        editor=url_for("login.log_in", next="/"),
    )


@bp.route("/still-right/<token>", methods=["GET", "POST"])
@open_to(EVERYBODY, form=_page, for_strangers=True, link=still_right.PURPOSE)
def confirm(token: str) -> ResponseReturnValue:
    """The page behind the email's link; opening it changes nothing."""
    if request.method != "POST":
        return _page(Form(), token)
    try:
        still_right.confirm(ports(), identity.visit(), token)
    except DeadLink as fault:
        return dead_link("still_right", fault.why)
    return redirect(request.path, 303)
