"""A text as a Word file (.docx, ECMA-376), with no more in it than Byline's texts have.

Paragraphs, quotations, lists, italics, bold and links: some hundred lines of code, where ``python-docx`` brings lxml
and a template of its own.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from byline.richtext import html_reader
from byline.richtext.lines import BREAK, CITE, EM, STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from byline.richtext.lines import Line, Run

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORDS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATED: Final = f'xmlns:r="{_OFFICE}"'
_MIME: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS: Final = ("document", "styles", "numbering")
_TYPES: Final = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_MIME}.{part}{".main" * (part == "document")}+xml"/>'
        for part in _PARTS
    )
    + "</Types>"
)
_ROOT: Final = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_STYLES: Final = (
    f'{_XML}<w:styles {_WORDS}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
    '<w:rPr><w:sz w:val="36"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:ind w:left="720" w:right="720"/></w:pPr></w:style>'
    '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
    '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr></w:style></w:styles>'
)
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file knows: the same text makes the same bytes."""


def to_docx(html: str, title: str) -> bytes:
    """Stored HTML as a Word file that begins with a title."""
    document = _Document()
    body = document.paragraph("Title", "", document.runs(title, 0))
    body += "".join(document.lines(html_reader.read(html)))
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "word/document.xml": f"{_XML}<w:document {_WORDS} {_RELATED}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": _STYLES,
        "word/numbering.xml": document.numbering(),
        "word/_rels/document.xml.rels": document.relationships(),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class _Document:
    """The paragraphs of a file, and what they refer to: links, and lists that count from 1."""

    def __init__(self) -> None:
        self._links: list[str] = []
        self._lists: list[bool] = []

    def lines(self, lines: Iterable[Line]) -> Iterator[str]:
        """A paragraph for each line."""
        open_lists: list[tuple[bool, int]] = []
        quoted = False
        for line in lines:
            del open_lists[line.level if line.quoted == quoted else 0 :]
            quoted = line.quoted
            while len(open_lists) < line.level or (line.level and open_lists[-1][0] != line.ordered):
                del open_lists[line.level - 1 :]
                self._lists.append(line.ordered)
                open_lists.append((line.ordered, len(self._lists)))
            item = f'<w:ilvl w:val="{line.level - 1}"/><w:numId w:val="{open_lists[-1][1]}"/>' if line.level else ""
            yield self.paragraph("Quote" if line.quoted else "Normal", item, self._linked(line.runs))

    def paragraph(self, style: str, item: str, inside: str) -> str:
        """A paragraph of a style, an item of a list or not."""
        numbered = f"<w:numPr>{item}</w:numPr>" if item else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbered}</w:pPr>{inside}</w:p>'

    def runs(self, text: str, marks: int, style: str = "") -> str:
        """Text with the same marks throughout."""
        linked = f'<w:rStyle w:val="{style}"/>' if style else ""
        bold, italic = "<w:b/>" * bool(marks & STRONG), "<w:i/>" * bool(marks & (EM | CITE))
        rows = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(row)}</w:t>' for row in text.split(BREAK))
        return f"<w:r><w:rPr>{linked}{bold}{italic}</w:rPr>{rows}</w:r>"

    def relationships(self) -> str:
        """Where the file says what its parts are, and where its links lead."""
        parts = [f'<Relationship Id="p{part}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>' for part in _PARTS[1:]]
        links = [
            f'<Relationship Id="l{at}" Type="{_OFFICE}/hyperlink" Target={quoteattr(href)} TargetMode="External"/>'
            for at, href in enumerate(self._links, 1)
        ]
        return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(parts + links)}</Relationships>'

    def numbering(self) -> str:
        """The two kinds of lists, and each list by itself, so that each counts from 1."""
        kinds = "".join(
            f'<w:abstractNum w:abstractNumId="{kind}">{"".join(_level(kind, at) for at in range(4))}</w:abstractNum>'
            for kind in (0, 1)
        )
        lists = "".join(
            f'<w:num w:numId="{at}"><w:abstractNumId w:val="{int(ordered)}"/>'
            + "".join(
                f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' for level in range(4)
            )
            + "</w:num>"
            for at, ordered in enumerate(self._lists, 1)
        )
        return f"{_XML}<w:numbering {_WORDS}>{kinds}{lists}</w:numbering>"

    def _linked(self, runs: Sequence[Run]) -> str:
        pieces = []
        for text, marks, href in runs:
            if href:
                self._links.append(href)
                inside = self.runs(text, marks, "Hyperlink")
                pieces.append(f'<w:hyperlink r:id="l{len(self._links)}">{inside}</w:hyperlink>')
            else:
                pieces.append(self.runs(text, marks))
        return "".join(pieces)


def _level(kind: int, at: int) -> str:
    form, text = ("decimal", f"%{at + 1}.") if kind else ("bullet", "•")
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:left="{720 * (at + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )
