"""A biography from a Word file: what the form is filled with, or what is wrong with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from byline.errors import Invalid
from byline.messages import documents as said
from byline.richtext import docx, sanitize
from byline.richtext.sanitize import LONGEST_SENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from byline.messages.message import Message

_REFUSALS: Mapping[docx.Refusal, Message] = {
    "broken": said.DOCUMENT_BROKEN,
    "doc": said.DOCUMENT_IS_OLD_WORD,
    "large": said.DOCUMENT_TOO_LARGE,
    "locked": said.DOCUMENT_IS_LOCKED,
    "odt": said.DOCUMENT_IS_OPEN,
    "other": said.DOCUMENT_IS_OTHER,
    "pdf": said.DOCUMENT_IS_PDF,
    "rtf": said.DOCUMENT_IS_RTF,
}
_LEFT_OUT: Mapping[docx.LeftOut, Message] = {
    "pictures": said.PICTURES,
    "deleted": said.DELETED,
    "comments": said.COMMENTS,
    "notes": said.NOTES,
    "hidden": said.HIDDEN,
}


class Filled(NamedTuple):
    """The biography for the form, as HTML, and what is said about it."""

    html: str
    said: Message


def biography_from(body: bytes, *, typed: str, live: str) -> Filled:
    """The biography in a Word file. It takes the place of what is in the form, unless that was typed and not saved:
    then it stands below, so that nothing typed is lost.

    ``typed`` and ``live`` are the form's and the page's biography as HTML. Raises ``Invalid`` for ``bio_file``.
    """
    try:
        document = docx.read(body)
    except docx.NoDocument as refused:
        raise Invalid({"bio_file": _REFUSALS[refused.why]}) from refused
    html = sanitize.normalised(document.html)
    if not html or len(html) > LONGEST_SENT:
        raise Invalid({"bio_file": said.DOCUMENT_TOO_LARGE if html else said.DOCUMENT_EMPTY})
    is_unsaved = bool(typed) and typed not in (live, html)
    read: Message = said.DOCUMENT_ADDED if is_unsaved else said.DOCUMENT_READ
    what = tuple(message for each, message in _LEFT_OUT.items() if each in document.left_out)
    return Filled(
        sanitize.normalised(typed + html) if is_unsaved else html,
        said.DocumentReadInPart(read, what) if what else read,
    )
