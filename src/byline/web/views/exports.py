"""The publisher takes authors out: a form that is answered with a file, or with the way to its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from byline.authors import overview
from byline.errors import Invalid
from byline.messages.exports import EXPORT_FORMAT_UNKNOWN, NO_ONE_TO_EXPORT
from byline.web import author_rows, form_recovery, identity
from byline.web.access import CONSOLE, open_to
from byline.web.context import ports, web_context
from byline.web.forms import single
from byline.web.pages import Form
from byline.web.render import render_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from byline.exports import files

bp = Blueprint("exports", __name__)
_FIELDS = ("format", "authors", "author", *author_rows.NARROWING)
_MOST_PARTS = 100_000


def _form(form: Form) -> Response:
    asked = author_rows.asked({name: str(form.values[name]) for name in author_rows.NARROWING})
    query, label = author_rows.exported(asked), author_rows.label_of(asked.name)
    owner = form_recovery.owner_of("export")
    return render_page("publisher/export.html", form.status, form=form, owner=owner, query=query, label=label)


@bp.route("/publisher/export", methods=["GET", "POST"])
@open_to(CONSOLE, form=_form)
def export() -> ResponseReturnValue:
    """Choose a format and whose pages; the answer is the file."""
    if request.method != "POST":
        query = {name: request.args.get(name, "") for name in author_rows.NARROWING}
        return _form(Form({"format": "csv", **query}))
    from byline.exports import files  # noqa: PLC0415 - no other page needs any of it

    by, wanted = identity.me().actor, _wanted()
    most_bytes = web_context().most_bytes_answer
    if most_bytes is None:
        return _file(files.export(ports(), by, wanted))
    part = files.export_part(
        ports(),
        by,
        wanted,
        most_bytes=most_bytes,
        after=single("start"),
        is_confirmed=single("intent") == "download",
    )
    return _file(part.export) if part.export else _parts(part)


def _wanted() -> files.WantedExport:
    from byline.exports import files  # noqa: PLC0415 - as above
    from byline.exports.onix import RELEASES  # noqa: PLC0415

    format_, _, release = single("format").partition("-")
    if format_ not in files.FORMATS or release not in {*RELEASES, ""}:
        raise Invalid({"format": EXPORT_FORMAT_UNKNOWN})
    by, author, onix = identity.me().actor, single("author"), release or files.NEWEST_ONIX
    asked = author_rows.asked({name: single(name) for name in author_rows.NARROWING})
    if author_rows.exported(asked) and not author:
        if not asked.typed.strip():
            return files.WantedExport(format_, onix, listed=asked.name)
        found = tuple(person.account.id for person in overview.search(ports(), by, asked.typed, asked.name).people)
        if not found:
            raise Invalid({"": NO_ONE_TO_EXPORT})
        return files.WantedExport(format_, onix, found)
    chosen = (author,) if author else files.find_authors(ports(), by, single("authors"))
    return files.WantedExport(format_, onix, chosen)


def _file(made: files.Export) -> Response:
    answer = Response(made.chunks, content_type=made.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _parts(part: files.Part) -> Response:
    """The page that offers one part of an export that is too large for one answer, and the way to the next."""
    typed = single("part")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len(str(_MOST_PARTS)) else 1
    fields = [(name, single(name)) for name in _FIELDS if single(name)]
    return render_page("publisher/export_parts.html", part=part, number=number, fields=fields, start=single("start"))
