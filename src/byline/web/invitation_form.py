"""The form by which authors are invited: the people in it, pasted or in a file, with the corrections of the preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import BadRequest

from byline.authors import invitees
from byline.errors import Invalid
from byline.messages import invitations as said
from byline.web.forms import single

if TYPE_CHECKING:
    from byline.authors.invitees import Invitee

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SentList:
    """A list as it was sent: the people, corrected where they were, and the text that says all of it again.

    ``corrected`` are the numbers of the rows that were.
    """

    people: tuple[Invitee, ...]
    text: str
    corrected: frozenset[int]


def sent_list() -> SentList:
    """``people``, ``people_file``, and the corrections; ``Invalid`` where there is no one in it."""
    typed = single("people").replace("\r\n", "\n")
    files = [file for file in request.files.getlist("people_file") if file.filename]
    body = files[0].stream.read(invitees.MOST_BYTES + 1) if files else b""
    people = invitees.numbered((*invitees.from_text(typed), *(invitees.from_file(body) if body else ())))
    if not people:
        raise Invalid({"people": said.NO_INVITEES})
    corrections = _corrections()
    corrected = [_corrected(each, corrections) for each in people]
    changed = frozenset(each.number for each, before in zip(corrected, people, strict=True) if each != before)
    text = invitees.to_text(corrected) if body or changed else typed
    return SentList(tuple(corrected), text, changed)


def _corrections() -> dict[int, tuple[str, str]]:
    """``row``, ``row_name`` and ``row_email``, repeated, one of each for a row that can be corrected."""
    sent = request.form
    rows, names, emails = sent.getlist("row"), sent.getlist("row_name"), sent.getlist("row_email")
    if not len(rows) == len(names) == len(emails):
        raise BadRequest
    if not all(row.isascii() and row.isdigit() and len(row) <= _MOST_DIGITS for row in rows):
        raise BadRequest
    cells = zip(map(_clean, names), map(_clean, emails), strict=True)
    return dict(zip(map(int, rows), cells, strict=True))


def _corrected(invitee: Invitee, corrections: dict[int, tuple[str, str]]) -> Invitee:
    name, email = corrections.get(invitee.number, (invitee.name, invitee.email))
    return replace(invitee, name=name, email=email)


def _clean(text: str) -> str:
    """A field that is repeated, as ``single`` would give it."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest
    return text.strip()
