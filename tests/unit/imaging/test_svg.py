"""An SVG before it is drawn: shapes stay, and nothing else does."""

from __future__ import annotations

import pytest

from byline.imaging.svg import HasText, sanitize

ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
SHAPE = '<path d="M0 0h9v9z" fill="#123456"/>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<filter id="f"><feImage href="https://evil.example/a.png"/></filter>',
        '<style>@import "https://evil.example/a.css";</style>',
        "<style>path { fill: url(https://evil.example/#a) }</style>",
        "<style>path { fill: u\\rl(https://evil.example/#a) }</style>",
        '<use href="https://evil.example/a.svg#b"/>',
        '<use xlink:href="file:///etc/passwd#b"/>',
        '<rect fill="url(https://evil.example/#a)" style="mask: url( \'//evil.example/#a\')" onclick="alert(1)"/>',
        '<rect width="9" height="9" href="data:image/png;base64,AAAA"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        "<?xml-stylesheet href='https://evil.example/a.css'?>",
        "<!-- evil.example -->",
    ],
)
def test_what_is_no_shape_of_the_drawing_itself_is_left_out(inside: str) -> None:
    clean = sanitize(f"{ROOT}>{inside}{SHAPE}</svg>".encode())

    for trace in ("evil", "script", "alert", "passwd", "data:", "import"):
        assert trace not in clean
    assert 'd="M0 0h9v9z"' in clean


def test_shapes_colours_and_references_within_stay() -> None:
    drawing = (
        f'{ROOT}><defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
        '<style>.a { fill: url(#g) }</style><g transform="scale(2)"><path class="a" d="M0 0"/></g>'
        '<use xlink:href="#g"/><rect fill="url(\'#g\')"/></svg>'
    )

    clean = sanitize(drawing.encode())

    for part in ("linearGradient", 'stop-color="#fff"', "url(#g)", 'transform="scale(2)"', 'href="#g"', "url('#g')"):
        assert part in clean.replace("&#x27;", "'")


@pytest.mark.parametrize(
    "inside", ["<text>Dune</text>", '<image href="a.png"/>', "<foreignObject><p/></foreignObject>"]
)
def test_a_drawing_that_would_lose_what_one_sees_is_told_apart(inside: str) -> None:
    with pytest.raises(HasText):
        sanitize(f"{ROOT}><g>{inside}</g></svg>".encode())


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"<svg",
        b"<html><svg/></html>",
        b"<svg><path/></svg>",
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<?xml version="1.0" encoding="no-such"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_drawing_is_refused(upload: bytes) -> None:
    with pytest.raises(ValueError, match=r"no|entity"):
        sanitize(upload)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_entities_are_refused_in_every_encoding(encoding: str) -> None:
    drawing = f'\ufeff<!-- \u733c\u6776 --><!DOCTYPE svg [<!ENTITY e "M0 0">]>{ROOT}><path d="&e;"/></svg>'

    with pytest.raises(ValueError, match="entity"):
        sanitize(drawing.encode(encoding))
