"""What is said about a Word file that a biography is taken from."""

from __future__ import annotations

from dataclasses import dataclass

from byline.messages.message import N_, NN_, Message, Plain

DOCUMENT_BROKEN = Plain(
    "document_broken",
    N_("The file cannot be read. Open it in your word processor, save it again as .docx, choose that"),
)
DOCUMENT_IS_OLD_WORD = Plain(
    "document_is_old_word", N_("The file is from an older Word. Save it as .docx (“Word document”) and choose that")
)
DOCUMENT_IS_LOCKED = Plain(
    "document_is_locked", N_("The file is protected by a password. Save it without one and choose that")
)
DOCUMENT_IS_OPEN = Plain(
    "document_is_open_document", N_("The file is an OpenDocument. Save it as .docx (“Word 2007-365”) and choose that")
)
DOCUMENT_IS_PDF = Plain(
    "document_is_pdf",
    N_("The file is a PDF. Copy its text into the biography, or choose the .docx that it was made from"),
)
DOCUMENT_IS_RTF = Plain("document_is_rtf", N_("The file is rich text. Save it as .docx and choose that"))
DOCUMENT_IS_OTHER = Plain(
    "document_is_other", N_("The file is no Word document. Choose one whose name ends in .docx, or copy its text")
)
DOCUMENT_EMPTY = Plain("document_empty", N_("The file has no text"))
DOCUMENT_TOO_LARGE = Plain(
    "document_too_large", N_("The file is too large for a biography. Copy the biography alone into a new file")
)


@dataclass(frozen=True)
class WaitForDocument(Message):
    """Too many Word files were read: the next one can be in ``count`` minutes."""

    count: int
    code = "wait_for_document"
    text, plural = NN_(
        "Many Word files were read for you. Wait %(count)s minute before you choose the next one; everything else "
        "can be saved meanwhile",
        "Many Word files were read for you. Wait %(count)s minutes before you choose the next one; everything else "
        "can be saved meanwhile",
    )


PICTURES = Plain("left_out_pictures", N_("pictures"))
DELETED = Plain("left_out_deleted", N_("deleted passages"))
COMMENTS = Plain("left_out_comments", N_("comments"))
NOTES = Plain("left_out_notes", N_("footnotes"))
HIDDEN = Plain("left_out_hidden", N_("hidden text"))

DOCUMENT_READ = Plain(
    "document_read", N_("The biography is what your file says. Nothing is saved yet: check it, then publish.")
)
DOCUMENT_ADDED = Plain(
    "document_added",
    N_("What your file says stands below what you had typed. Nothing is saved yet: check it, then publish."),
)


@dataclass(frozen=True)
class DocumentReadInPart(Message):
    """A file was read, and not all of it is in the text; ``what`` are names of kinds of things."""

    read: Message
    what: tuple[Message, ...]
    code = "document_read_in_part"
    text = N_("%(read)s Left out: %(what)s.")
