"""What is made of a logo, whatever develops it: a small clean PNG, of a drawing as of a picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, PngImagePlugin

from byline.errors import Invalid
from byline.messages.branding import LOGO_DAMAGED, LOGO_EMPTY, LOGO_HAS_TEXT, LOGO_OF_OTHER_KIND, LOGO_TOO_HEAVY

if TYPE_CHECKING:
    from byline.imaging.port import Imaging
    from byline.messages.message import Message

pytestmark = pytest.mark.slow

BOX = (400, 100)
ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 200">'


def picture(size: tuple[int, int], kind: str = "PNG", **options: object) -> bytes:
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (size[0] // 4, size[1] // 4, 3 * size[0] // 4, 3 * size[1] // 4))
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def drawing(inside: str) -> bytes:
    return f"{ROOT}{inside}</svg>".encode()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_loses_its_empty_edges_and_its_metadata_and_stays_transparent(imaging: Imaging, kind: str) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "made at home")

    made = imaging.develop_logo(picture((1600, 800), kind, **({"pnginfo": words} if kind == "PNG" else {})), box=BOX)

    image = Image.open(io.BytesIO(made.body))
    assert (made.content_type, made.suffix, image.format) == ("image/png", ".png", "PNG")
    assert image.size == (made.width, made.height) == (200, 100)
    assert image.mode == "RGBA"
    assert not image.info
    assert b"made at home" not in made.body


def test_a_drawing_fills_the_box_however_small_it_is_in_its_own_frame(imaging: Imaging) -> None:
    made = imaging.develop_logo(drawing('<rect x="90" y="90" width="40" height="10" fill="#c22"/>'), box=BOX)

    assert (made.width, made.height) == BOX
    red, green, blue, alpha = Image.open(io.BytesIO(made.body)).convert("RGBA").getpixel((200, 50))  # type: ignore[misc]
    assert (red, green, blue, alpha) == (0xCC, 0x22, 0x22, 255)


def test_an_icon_is_square(imaging: Imaging) -> None:
    made = imaging.develop_logo(picture((800, 400)), box=(100, 100), is_square=True)

    assert (made.width, made.height) == (100, 100)


@pytest.mark.parametrize(
    ("upload", "why"),
    [
        (b"", LOGO_OF_OTHER_KIND),
        (b"GIF89a", LOGO_OF_OTHER_KIND),
        (b"\xff\xd8\xff\xe0", LOGO_OF_OTHER_KIND),
        (b"\x89PNG\r\n\x1a\n", LOGO_DAMAGED),
        (picture((400, 400))[:90], LOGO_DAMAGED),
        (b"<svg", LOGO_DAMAGED),
        (drawing(""), LOGO_EMPTY),
        (drawing("<text>Dune</text>"), LOGO_HAS_TEXT),
        (drawing('<image href="file:///etc/hostname" width="9" height="9"/>'), LOGO_HAS_TEXT),
        (drawing("<g>" * 50_000 + "</g>" * 50_000), LOGO_TOO_HEAVY),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="9000000"><path d="M0 0h1v9e6z"/></svg>',
            LOGO_TOO_HEAVY,
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(imaging: Imaging, upload: bytes, why: Message) -> None:
    with pytest.raises(Invalid) as refused:
        imaging.develop_logo(upload, box=BOX)

    assert refused.value.faults == {"logo": why}


def test_a_drawing_that_multiplies_itself_ends(imaging: Imaging) -> None:
    layers = "".join(
        f'<g id="a{number}">{f"""<use xlink:href="#a{number - 1}"/>""" * 10}</g>' for number in range(1, 12)
    )

    with pytest.raises(Invalid):
        imaging.develop_logo(
            drawing(f'<defs><g id="a0"><path d="M0 0h9v9z"/></g>{layers}</defs><use xlink:href="#a11"/>'), box=BOX
        )
