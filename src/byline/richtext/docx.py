"""The text of a Word file (.docx) as HTML, which is to be cleaned like any other.

A stranger may have made the file, so nothing in it is believed. Only the parts that hold text are unpacked, up to a
bound; a first pass over their XML refuses declarations of entities, of which a few bytes can become gigabytes, and
counts elements, since a tree of them takes a kilobyte each. Pictures are never unpacked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Literal, NamedTuple, NoReturn, TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser, tostring
from xml.parsers import expat

_MOST_PARTS = 2_000
_MOST_UNPACKED = 4_000_000
_MOST_ELEMENTS = 20_000
_DEEPEST = 200
_DOCUMENT = "word/document.xml"
_PARTS = frozenset(
    {"[Content_Types].xml", "_rels/.rels", _DOCUMENT, "word/_rels/document.xml.rels", "word/styles.xml"}
    | {"word/numbering.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"}
)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = """
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
"""
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEGINNINGS: tuple[tuple[bytes, Refusal], ...] = ((_OLE, "doc"), (b"%PDF", "pdf"), (b"{\\rtf", "rtf"))

Refusal: TypeAlias = Literal["broken", "doc", "large", "locked", "odt", "other", "pdf", "rtf"]
LeftOut: TypeAlias = Literal["pictures", "deleted", "comments", "notes", "hidden"]
_TELLING: dict[str, LeftOut] = {
    "drawing": "pictures", "pict": "pictures", "object": "pictures", "del": "deleted", "moveFrom": "deleted",
    "commentReference": "comments", "footnoteReference": "notes", "endnoteReference": "notes",
}  # fmt: skip
"""The elements by which a document says what has no place in a biography."""


class NoDocument(ValueError):
    """A file that no text can be taken from, and why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


class Document(NamedTuple):
    """The text of a file as HTML, and what of the file is not in it."""

    html: str
    left_out: frozenset[LeftOut]


def read(body: bytes) -> Document:
    """The text in a Word file. Raises ``NoDocument``."""
    parts = _unpacked(body)
    try:
        elements = sum(_count(part) for part in parts.values())
        if elements > _MOST_ELEMENTS:
            _refuse("large")
        document = _parsed(parts[_DOCUMENT])
        left_out = _told(document)
        _remove_hidden(document)
        parts[_DOCUMENT] = tostring(document)
        return Document(_converted(parts), frozenset(left_out))
    except NoDocument:
        raise
    except Exception as cause:
        # A file from elsewhere: the libraries raise whatever they stumble over.
        raise NoDocument("broken") from cause


def _refuse(why: Refusal) -> NoReturn:
    raise NoDocument(why)


def _unpacked(body: bytes) -> dict[str, bytes]:
    for beginning, why in _BEGINNINGS:
        if body.startswith(beginning):
            _refuse("locked" if why == "doc" and _ENCRYPTED in body else why)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
            if "content.xml" in names and "mimetype" in names:
                _refuse("odt")
            if _DOCUMENT not in names:
                _refuse("other")
            wanted = [each for each in archive.infolist() if each.filename in _PARTS]
            too_many = len(names) > _MOST_PARTS or len(wanted) > len(_PARTS)
            if too_many or sum(each.file_size for each in wanted) > _MOST_UNPACKED:
                _refuse("large")
            return {each.filename: _unpack(archive, each) for each in wanted}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as cause:
        raise NoDocument("broken" if body.startswith(b"PK") else "other") from cause


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part of the file: never more bytes than it declares, which were counted."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        _refuse("broken")
    with archive.open(part) as file:
        return file.read(part.file_size)


def _count(part: bytes) -> int:
    """How many elements a part has, without making a tree of them. Refuses any document type declaration."""
    elements = depth = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal elements, depth
        elements += 1
        depth += 1
        if elements > _MOST_ELEMENTS:
            _refuse("large")
        if depth > _DEEPEST:
            _refuse("broken")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        _refuse("broken")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = declared
    parser.Parse(part, True)  # noqa: FBT003 - expat takes it by place
    return elements


def _parsed(part: bytes) -> Element:
    parser = XMLParser(target=TreeBuilder())  # noqa: S314 - declarations of entities were refused before
    parser.feed(part)
    root: Element = parser.close()
    return root


def _told(document: Element) -> set[LeftOut]:
    """What a document has that is not taken over. A mark of a paragraph that was deleted is no passage."""
    told: set[LeftOut] = set()
    for element in document.iter():
        what = _TELLING.get(element.tag.removeprefix(_WORD)) if element.tag.startswith(_WORD) else None
        if what and (what != "deleted" or len(element)):
            told.add(what)
        if element.tag == f"{_WORD}r" and _is_hidden(element):
            told.add("hidden")
    return told


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return mark is not None and mark.get(f"{_WORD}val", "true") not in {"0", "false", "off"}


def _remove_hidden(document: Element) -> None:
    for parent in list(document.iter()):
        for run in [each for each in parent if each.tag == f"{_WORD}r" and _is_hidden(each)]:
            parent.remove(run)


def _converted(parts: dict[str, bytes]) -> str:
    import mammoth  # noqa: PLC0415 - a page view needs none

    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    slim.seek(0)
    html: str = mammoth.convert_to_html(
        slim, style_map=_STYLES, include_embedded_style_map=False, convert_image=lambda _image: []
    ).value
    return html
