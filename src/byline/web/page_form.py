"""The form of an author's page: from its fields, just sent or kept in a draft, to what a use case takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import BadRequest

from byline.authors.drafts import SentDraft
from byline.errors import Invalid
from byline.imaging import checks
from byline.messages.documents import DOCUMENT_TOO_LARGE
from byline.messages.photos import PHOTO_NOT_KEPT, PhotoTooLarge
from byline.profiles import biography, names, slugs, summary
from byline.profiles.editing import PageChange
from byline.richtext.invisible import tidy_line
from byline.web.book_fields import covers_not_kept, sent_books, sent_covers, sent_draft_covers
from byline.web.context import web_context
from byline.web.form_recovery import typed_fields
from byline.web.forms import single, single_of, tried
from byline.web.link_fields import links
from byline.web.photo_fields import photo_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.datastructures import FileStorage, MultiDict

    from byline.messages.message import Message

_PAGE_FIELDS = ("author_", "bio_", "book_", "link_", "photo_", "remove_")
"""What the names of the fields begin with that say something of a page."""
_MOST_BYTES_DOCUMENT = 10_000_000
"""The largest Word file, with its pictures."""
MOST_BYTES_PHOTO = 20_000_000
"""The largest photo, where the server takes as much. Amazon's gateway does not (``aws/handler.py``)."""


def page_change() -> PageChange:
    """What the form that was sent asks of a page; ``Invalid`` names every field at fault."""
    faults: dict[str, Message] = {}
    upload = _upload(faults)
    change = _page_change(request.form, faults, upload, sent_covers())
    if faults:
        raise Invalid(faults)
    return change


def draft() -> SentDraft:
    """The form that was sent as a draft: whatever was typed. ``Invalid`` for a photo that cannot be kept."""
    faults: dict[str, Message] = {}
    upload = _upload(faults)
    photo = usable(request.form).photo  # and refuses a form that is none of ours
    covers = sent_draft_covers(faults)
    if faults:
        raise Invalid(faults)
    fields = tuple((name, value) for name, value in typed_fields() if name.startswith(_PAGE_FIELDS))
    return SentDraft(fields, seen=seen(), draft_seen=draft_seen(), upload=upload, photo=photo, covers=covers)


def usable(sent: MultiDict[str, str]) -> PageChange:
    """What the fields of a form ask of a page, as far as they can be used: one at fault changes nothing."""
    return _page_change(sent, {}, None, ())


def is_too_large(faults: Mapping[str, Message]) -> bool:
    """Whether a photo is at fault for its size: 413 instead of 422."""
    photo = faults.get("profile_img")
    return photo is not None and photo.code == PhotoTooLarge.code


def also_the_photo(faults: Mapping[str, Message]) -> dict[str, Message]:
    """The faults of a form, and that its photo and covers have to be chosen again: the page that comes back cannot hold
    them.
    """
    faults = {**faults, **covers_not_kept(faults)}
    return {**faults, "profile_img": PHOTO_NOT_KEPT} if has_photo() and "profile_img" not in faults else faults


def has_photo() -> bool:
    """Whether a photo was sent with the form."""
    return any(file.filename for file in request.files.getlist("profile_img"))


def has_covers() -> bool:
    """Whether new covers of books were sent with the form."""
    return any(file.filename for file in request.files.getlist("book_cover"))


def seen() -> int | None:
    """The number of the version that a form was made from; ``None`` if it does not say."""
    text = single("seen")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):  # noqa: PLR2004
        raise BadRequest
    return int(text)


def tells_author() -> bool:
    """Whether a publisher left the box ticked that has an email tell the author of an edit."""
    return bool(single("tell_author"))


def draft_seen() -> str | None:
    """The mark of the draft that a form was made from, "" for none; ``None`` if it does not say."""
    return single("draft_seen") if "draft_seen" in request.form else None


def review_number() -> int:
    """The number of the review that a form is about, 0 if it names none."""
    text = single("number") or (draft_seen() or "").removeprefix("review-") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004
        raise BadRequest
    return int(text)


def _page_change(
    sent: MultiDict[str, str], faults: dict[str, Message], upload: bytes | None, covers: Sequence[bytes | None]
) -> PageChange:
    def text(name: str) -> str:
        return single_of(sent, name)

    return PageChange(
        name=tried(faults, lambda: names.clean_name(text("author_name"))) if "author_name" in sent else None,
        sort_name=tried(faults, lambda: _sort_name(text("author_sort_name"))) if "author_sort_name" in sent else None,
        slug=tried(faults, lambda: slugs.valid(text("author_slug"))) if "author_slug" in sent else None,
        bio=tried(faults, lambda: biography.from_form(text("author_bio"), text("bio_format") or "markdown"))
        if "author_bio" in sent
        else None,
        links=links(sent, faults),
        summary=tried(faults, lambda: summary.from_form(text("author_summary"))) if "author_summary" in sent else None,
        books=sent_books(sent, faults, covers),
        upload=upload,
        photo=photo_change(sent, faults, is_new=upload is not None),
        remove_photo=bool(text("remove_img")) and upload is None,
    )


def document() -> bytes | None:
    """The Word file that the biography is to be taken from; ``None`` if none was chosen. ``Invalid``: too large."""
    file = chosen(request.files.getlist("bio_file"), _MOST_BYTES_DOCUMENT)
    if file is not None and len(file) > _MOST_BYTES_DOCUMENT:
        raise Invalid({"bio_file": DOCUMENT_TOO_LARGE})
    return file


def _upload(faults: dict[str, Message]) -> bytes | None:
    most = web_context().most_bytes_photo
    upload = chosen(request.files.getlist("profile_img"), most)
    fault = None if upload is None else checks.fault_of(upload, most_bytes=most)
    if fault is not None:
        faults["profile_img"] = fault
    return upload


def chosen(files: list[FileStorage], most_bytes: int) -> bytes | None:
    """The file of a field, at most a byte more than it may have; ``None`` if none was chosen."""
    if len(files) > 1:
        raise BadRequest
    if not files or not files[0].filename:
        return None
    files[0].stream.seek(0)  # a refused form is read again
    return files[0].stream.read(most_bytes + 1)


def _sort_name(text: str) -> str:
    return names.clean_name(text, field="author_sort_name") if tidy_line(text) else ""
