"""The text of Word files: made here part by part, as Word packs them, and as somebody would who means harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.word_files import item, p, packed, r

from byline.richtext import docx, sanitize

LIVES = "<p>She lives in Porto.</p>"


def test_italics_bold_links_lists_headings_and_quotations_stay() -> None:
    body = [
        p(r("About"), style='<w:pStyle w:val="Heading1"/>'),
        p(r("Ana wrote "), r("The Salt Road", "<w:i/>"), r(", a "), r("bold", "<w:b/>"), r(" book.")),
        p(r("See "), f'<w:hyperlink r:id="rId1">{r("her site")}</w:hyperlink>', "<w:r><w:br/></w:r>", r("now.")),
        *(item("One", 0), item("Deeper", 1), item("Two", 0)),
        p(r("Salt, salt, salt."), style='<w:pStyle w:val="Q"/>'),
    ]

    assert sanitize.clean(docx.read(packed("".join(body))).html) == (
        "<p><strong>About</strong></p><p>Ana wrote <em>The Salt Road</em>, a <strong>bold</strong> book.</p>"
        '<p>See <a href="https://example.org/salt">her site</a><br>now.</p>'
        "<ul><li>One<ol><li>Deeper</li></ol></li><li>Two</li></ul><blockquote><p>Salt, salt, salt.</p></blockquote>"
    )


@pytest.mark.parametrize(
    ("aside", "what"),
    [
        ("<w:del w:id='1'><w:r><w:delText>with him </w:delText></w:r></w:del>", "deleted"),
        (f"<w:moveFrom w:id='1'>{r('with him ')}</w:moveFrom>", "deleted"),
        (r("with him ", "<w:vanish/>"), "hidden"),
        ("<w:r><w:footnoteReference w:id='1'/></w:r>", "notes"),
        ("<w:r><w:commentReference w:id='1'/></w:r>", "comments"),
        ("<w:r><w:pict/></w:r>", "pictures"),
    ],
)
def test_what_is_beside_the_text_is_left_out_and_named(aside: str, what: str) -> None:
    found = docx.read(packed(p(r("She "), aside, r("lives in Porto."))))

    assert sanitize.clean(found.html) == LIVES
    assert found.left_out == {what}


def test_a_run_that_is_expressly_shown_is_shown() -> None:
    found = docx.read(packed(p(r("She lives in Porto.", '<w:vanish w:val="0"/>'))))

    assert (sanitize.clean(found.html), found.left_out) == (LIVES, frozenset())


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0" + bytes(512)
DEEP = "<w:ins>" * 5_000 + "</w:ins>" * 5_000


def zipped(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "."), part)
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(packed("", styles=f"{BOMB}<x>&b;</x>"), "broken", id="entities"),
        pytest.param(packed("", styles=f"{BOMB}<x>&b;</x>".encode("utf-16")), "broken", id="entities in UTF-16"),
        pytest.param(
            packed("", styles='<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'), "broken", id="a file from elsewhere"
        ),
        pytest.param(packed(p(DEEP)), "broken", id="depth"),
        pytest.param(packed("<w:p/>" * 20_001), "large", id="elements"),
        pytest.param(packed(p(r("a" * 5_000_000))), "large", id="unpacked size"),
        pytest.param(packed("", styles="0" * 5_000_000), "large", id="unpacked size of another part"),
        pytest.param(packed("</w:body>"), "broken", id="XML that ends early"),
        pytest.param(packed(p())[:-40], "broken", id="a file that ends early"),
        pytest.param(packed("", styles="<x/>").replace(b"PK\x05\x06", b"PK\x05\x07"), "broken", id="no directory"),
        pytest.param(zipped(mimetype="application/vnd.oasis.opendocument.text", content__xml="<x/>"), "odt", id="odt"),
        pytest.param(zipped(readme="Hello"), "other", id="another archive"),
        pytest.param(OLE, "doc", id="doc"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "locked", id="locked"),
        pytest.param(b"%PDF-1.7", "pdf", id="pdf"),
        pytest.param(b"{\\rtf1", "rtf", id="rtf"),
        pytest.param(b"Hello", "other", id="text"),
        pytest.param(b"", "other", id="nothing"),
    ],
)
def test_what_is_no_text_of_word_or_too_much_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(docx.NoDocument) as refused:
        docx.read(body)

    assert refused.value.why == why


def test_pictures_are_not_unpacked() -> None:
    file = io.BytesIO(packed(p(r("She lives in Porto."))))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", bytes(50_000_000))

    assert len(file.getvalue()) < 100_000
    assert sanitize.clean(docx.read(file.getvalue()).html) == LIVES
