"""A press kit: a zip file with a folder for each author, for whoever writes about them.

It is written author by author into a stream that cannot go back, so that no more than one author's files are in memory.
"""

from __future__ import annotations

import html
import io
import zipfile
from typing import TYPE_CHECKING

from byline.exports import onix
from byline.exports.tables import book_line
from byline.profiles import portraits
from byline.richtext import sanitize
from byline.richtext.docx_writer import to_docx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from byline.exports.people import ExportedAuthor
    from byline.ports import Ports
    from byline.profiles.model import Content, Photo, Profile


class PressKit:
    """A folder for each author with a published page."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._stream = _Stream()
        self._archive = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED)

    def head(self) -> bytes:
        """Nothing yet: each file is announced by itself."""
        return b""

    def author(self, author: ExportedAuthor) -> Iterator[bytes]:
        """The files of an author, one after another."""
        if author.page is None:
            return
        slug = (
            author.page.slug
        )  # which Windows takes as a folder's name, and which leads nowhere else (profiles/slugs.py)
        for name, body in self._files(author.page):
            info = zipfile.ZipInfo(f"{slug}/{slug}-{name}", _time(author.page))
            # A photo is compressed already.
            kind = zipfile.ZIP_STORED if name.endswith((".jpg", ".png", ".webp")) else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            self._archive.writestr(info, body, kind)
            yield self._stream.taken()

    def tail(self) -> bytes:
        """The list of what is in the file."""
        self._archive.close()
        return self._stream.taken()

    def _files(self, page: Profile) -> Iterator[tuple[str, bytes]]:
        content = page.content
        bio = sanitize.purify(content.bio)
        if bio:
            yield "biography.txt", _lines(sanitize.plain_text(bio))
            yield "biography.html", _document(content, bio, self._ports.site.language)
            yield "biography.docx", to_docx(bio, content.name)
        if content.summary:
            yield "summary.txt", _lines(content.summary)
        if content.photo:
            yield from self._portrait(page.id, content.photo)
        if content.books:
            yield "books.txt", _lines("\n".join(map(book_line, content.books)))
        for number, book in enumerate(content.books, 1):
            path = book.cover and portraits.path(page.id, book.cover, str(book.cover.sizes[0][0]))
            file = self._ports.files.get(path) if path else None
            if file and book.cover:
                yield f"cover-{number}{f'-{book.isbn}' if book.isbn else ''}{book.cover.suffix}", file.body
        yield "onix-contributor.xml", _lines(onix.contributor(self._ports.site, page))

    def _portrait(self, profile_id: str, photo: Photo) -> Iterator[tuple[str, bytes]]:
        """The whole photo, or of one from before it was kept the largest size, and who took it."""
        master = self._ports.files.get(portraits.master_path(profile_id, photo)) if photo.master else None
        size = portraits.path(profile_id, photo, str(photo.sizes[0][0]))
        file = master or self._ports.files.get(size)
        if file:
            yield f"portrait{'' if master else '-small'}{photo.suffix}", file.body
        if photo.credit:
            yield "portrait-credit.txt", _lines(photo.credit)


class _Stream(io.RawIOBase):
    """Takes what is written until it is taken away; one cannot go back in it."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: bytes, /) -> int:  # type: ignore[override]
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def taken(self) -> bytes:
        """What was written since this was called last."""
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


def _time(page: Profile) -> tuple[int, int, int, int, int, int]:
    """When the page was saved, as a zip file has it: the same page makes the same bytes."""
    at = page.saved_at
    return (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)


def _lines(text: str) -> bytes:
    """Text for any editor: line breaks as Windows has them, which the others read as well."""
    return ("\r\n".join(text.splitlines()) + "\r\n").encode()


def _document(content: Content, bio: str, language: str) -> bytes:
    name = html.escape(content.name)
    head = f'<meta charset="utf-8">\n<title>{name}</title>'
    body = f'<h1>{name}</h1>\n<div lang="">{bio}</div>'
    page = f'<html lang="{language}">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>'
    return f"<!doctype html>\n{page}\n".encode()
