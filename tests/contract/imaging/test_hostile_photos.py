"""What becomes of photos that tell too much, are broken, or mean harm, whatever develops them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from byline.errors import Invalid
from byline.messages.photos import PHOTO_TOO_HEAVY, PhotoTooLarge

if TYPE_CHECKING:
    from byline.imaging.port import Imaging

pytestmark = pytest.mark.slow

SECRETS = (
    b"Exif",
    b"GPS",
    b"http://ns.adobe",
    b"xpacket",
    b"ICC_PROFILE",
    b"Photoshop",
    b"8BIM",
    b"secret",
    b"MPF",
    b"<?",
)
DAMAGED = "The photo is damaged or incomplete; save it again or choose another one"


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def picture(width: int = 300, height: int = 200) -> Image.Image:
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).ellipse((40, 40, 120, 120), fill=(200, 60, 20))
    return image


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *, body: bytes = b"", before: bytes = b"") -> bytes:
    """A PNG with whatever size its header claims; ``body`` is what its picture unpacks to."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    photo = bytearray(saved(picture(), "JPEG"))
    frame = photo.index(b"\xff\xc0")
    photo[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(photo)


def webp(width: int, height: int) -> bytes:
    """A small WebP whose canvas claims another size."""
    photo = bytearray(saved(picture(), "WEBP", exif=located()))
    canvas = photo.index(b"VP8X") + 12
    photo[canvas : canvas + 6] = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return bytes(photo)


def located() -> Image.Exif:
    """EXIF as a telephone writes it: where, when, with what, and a small picture of its own."""
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    exif[0x9286] = "secret comment"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0), 29: "2026:05:02"})
    exif.get_ifd(0x8769).update({0xA431: "secret serial number"})
    return exif


def with_thumbnail(photo: bytes) -> bytes:
    """Put a JPEG's own EXIF before the photo's, with a thumbnail in it, as cameras do (EXIF 2.3, IFD1)."""
    small = saved(picture(160, 120), "JPEG", comment=b"secret thumbnail")
    first = struct.pack("<HI", 0, 14)
    second = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(small), 0)
    body = b"Exif\0\0II*\0\x08\0\0\0" + first + second + small
    return photo[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + photo[2:]


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:exif="http://ns.adobe.com/exif/1.0/"><exif:GPSLatitude>secret</exif:GPSLatitude></rdf:RDF>'
    b"</x:xmpmeta>"
)
IPTC = (
    b"\xff\xed" + struct.pack(">H", 48) + b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x14\x1c\x02x\0\x0fsecret caption\0"
)


def telling() -> dict[str, bytes]:
    """Photos that tell what readers must not learn."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret text")
    words.add_text("Comment", "secret packed text" * 50, zip=True)
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    plain = saved(picture(), "JPEG")
    with_iptc = plain[:2] + IPTC + plain[2:]
    return {
        "JPEG": saved(
            picture(), "JPEG", exif=located(), xmp=XMP, icc_profile=profile(), comment=b"secret comment", dpi=(72, 72)
        ),
        "JPEG with a comment": saved(picture(), "JPEG", comment=b"secret comment"),
        "JPEG with a thumbnail": with_thumbnail(plain),
        "JPEG with IPTC": with_iptc,
        "JPEG with something behind": plain + b"<?php secret ?>" + saved(picture(), "PNG", pnginfo=words),
        "PNG": saved(picture(), "PNG", exif=located(), icc_profile=profile(), pnginfo=words),
        "WebP": saved(picture(), "WEBP", exif=located(), xmp=XMP, icc_profile=profile()),
        "MPO": saved(picture(), "MPO", save_all=True, append_images=[picture()], exif=located()),
    }


def segments(body: bytes) -> list[int]:
    """The markers of a JPEG (ITU T.81, annex B), the data between them left out."""
    markers, place = [], 2
    assert body.startswith(b"\xff\xd8")
    while True:
        assert body[place] == 0xFF
        markers.append(body[place + 1])
        if body[place + 1] == 0xD9:
            assert place + 2 == len(body), "nothing stands behind the end"
            return markers
        place += 2 + struct.unpack(">H", body[place + 2 : place + 4])[0]
        if markers[-1] == 0xDA:
            while body[place] != 0xFF or body[place + 1] == 0 or 0xD0 <= body[place + 1] <= 0xD7:
                place += 1


@pytest.mark.parametrize("kind", sorted(telling()))
def test_the_examples_do_tell(kind: str) -> None:
    assert any(secret in telling()[kind] for secret in SECRETS)


@pytest.mark.parametrize("kind", sorted(telling()))
def test_nothing_but_the_picture_is_left(imaging: Imaging, kind: str) -> None:
    for rendition in imaging.develop(telling()[kind]):
        assert [secret for secret in SECRETS if secret in rendition.body] == []
        # JFIF's own header, tables, one progressive frame, its scans, the end; no other APP, no comment.
        assert set(segments(rendition.body)) <= {0xE0, 0xDB, 0xC2, 0xC4, 0xDA, 0xD9}
        assert segments(rendition.body).count(0xE0) == 1
        image = Image.open(io.BytesIO(rendition.body))
        image.load()
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def whole() -> dict[str, bytes]:
    return {
        "JPEG": saved(picture(), "JPEG", quality=90),
        "progressive JPEG": saved(picture(), "JPEG", progressive=True, quality=90),
        "PNG": saved(picture(), "PNG"),
        "WebP": saved(picture(), "WEBP"),
        "lossless WebP": saved(picture(), "WEBP", lossless=True),
        "AVIF": saved(picture(), "AVIF"),
    }


@pytest.mark.parametrize("kind", sorted(whole()))
@pytest.mark.parametrize("percent", [1, 10, 50, 90, 98])
def test_half_a_photo_is_refused(imaging: Imaging, kind: str, percent: int) -> None:
    photo = whole()[kind]
    with pytest.raises(Invalid) as refused:
        imaging.develop(photo[: max(12, len(photo) * percent // 100)])

    assert {name: str(fault) for name, fault in refused.value.faults.items()} == {"profile_img": DAMAGED}


def no_photos() -> dict[str, tuple[bytes, str]]:
    frames = [Image.new("L", (64, 64), shade) for shade in range(100)]
    choose = "choose a JPEG, PNG, WebP or AVIF photo"
    return {
        "nothing": (b"", f"The file is empty; {choose}"),
        "one byte": (b"\xff", f"This is not a photo; {choose}"),
        "GIF": (
            saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
            f"GIF files do not work here; {choose}",
        ),
        "SVG": (
            b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
            "SVG files do not work here",
        ),
        "SVG without a head": (b"\xef\xbb\xbf \n<svg onload='alert(1)'/>", f"SVG files do not work here; {choose}"),
        "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", f"This is a HEIC photo, as iPhones take them; {choose}"),
        "AVIF in name only": (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", DAMAGED),
        "JPEG 2000": (saved(picture(), "JPEG2000"), f"JPEG 2000 files do not work here; {choose}"),
        "JPEG XL": (b"\0\0\0\x0cJXL \r\n\x87\n", f"JPEG XL files do not work here; {choose}"),
        "JPEG XL without a container": (b"\xff\x0a\xfa\x1f", f"JPEG XL files do not work here; {choose}"),
        "Photoshop": (b"8BPS\0\1", f"Photoshop files do not work here; {choose}"),
        "Canon's raw file": (b"II*\0\x10\0\0\0CR\2\0", f"RAW files do not work here; {choose}"),
        "Canon's newer raw file": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", f"RAW files do not work here; {choose}"),
        "a raw file with its version of DNG": (
            b"MM\0*\0\0\0\x08\0\2\1\0\0\3\0\0\0\1\0\0\0\0\xc6\x12\0\1\0\0\0\4\1\4\0\0",
            f"RAW files do not work here; {choose}",
        ),
        "Fujifilm's raw file": (b"FUJIFILMCCD-RAW 0201", f"RAW files do not work here; {choose}"),
        "PDF": (b"%PDF-1.7\n", f"PDF files do not work here; {choose}"),
        "TIFF": (saved(picture(), "TIFF"), f"TIFF files do not work here; {choose}"),
        "BMP": (saved(picture(), "BMP"), f"BMP files do not work here; {choose}"),
        "HTML": (b"<!doctype html><script>alert(1)</script>", f"This is not a photo; {choose}"),
        "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n", f"This is not a photo; {choose}"),
        "ICO": (saved(picture(), "ICO"), f"This is not a photo; {choose}"),
        "words": ("Ich bin kein Foto".encode("utf-16"), f"This is not a photo; {choose}"),
        "another RIFF": (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40, f"This is not a photo; {choose}"),
        "JPEG in name only": (b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 9, DAMAGED),
        "PNG in name only": (b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>" * 9, DAMAGED),
        "WebP in name only": (b"RIFF\x24\0\0\0WEBPVP8 " + b"<script>alert(1)</script>" * 9, DAMAGED),
        "zeros": (bytes(100_000), f"This is not a photo; {choose}"),
        "JPEG, then zeros": (b"\xff\xd8\xff\xe0" + bytes(100_000), DAMAGED),
    }


@pytest.mark.parametrize("kind", sorted(no_photos()))
def test_what_is_no_photo_is_refused_with_what_to_do(imaging: Imaging, kind: str) -> None:
    upload, sentence = no_photos()[kind]
    with pytest.raises(Invalid) as refused:
        imaging.develop(upload)

    assert list(refused.value.faults) == ["profile_img"]
    assert str(refused.value.faults["profile_img"]).startswith(sentence)


MANY = "The photo has more than 40 million pixels; save it smaller and choose it again"
MANY_JPEG = "The photo has more than 100 million pixels; save it smaller and choose it again"
LONG = "The photo is more than 30,000 pixels wide or high; choose a smaller one"
SMALL = "The photo is smaller than 64 pixels; choose a larger one"
STRIP = "The photo is too narrow: one side is more than 10 times the other; crop it or choose another one"


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (png(50_000, 50_000), MANY),
        (png(50_000, 50_000, body=bytes(1_000_000)), MANY),
        (png(8_000, 5_001), MANY),
        (png(2**31 - 1, 2**31 - 1), MANY),
        (png(30_001, 100), LONG),
        (png(100, 30_001), LONG),
        (jpeg(65_500, 65_500), MANY_JPEG),
        (jpeg(10_000, 10_001), MANY_JPEG),
        (jpeg(64, 30_001), LONG),
        (webp(16_383, 16_383), MANY),
        (webp(8_000, 5_001), MANY),
        (saved(picture(30_001, 70), "PNG"), LONG),
        (saved(picture(63, 640), "JPEG"), SMALL),
        (saved(picture(640, 63), "PNG"), SMALL),
        (saved(Image.new("RGB", (1, 1)), "WEBP"), SMALL),
        (png(30_000, 100), STRIP),
        (jpeg(641, 64), STRIP),
        (saved(picture(70, 701), "WEBP"), STRIP),
        (png(0, 0), DAMAGED),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value[:24],
)
def test_what_the_header_says_is_judged_before_anything_is_unpacked(
    imaging: Imaging, upload: bytes, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        imaging.develop(upload)

    assert {name: str(fault) for name, fault in refused.value.faults.items()} == {"profile_img": sentence}


@pytest.mark.parametrize("size", [(640, 64), (64, 640), (3_000, 300)])
def test_even_the_narrowest_photo_has_no_rendition_that_is_a_mere_line(imaging: Imaging, size: tuple[int, int]) -> None:
    for rendition in imaging.develop(saved(picture(*size), "JPEG")):
        assert min(rendition.width, rendition.height) >= 32


def test_a_large_photo_within_the_limits_is_developed(imaging: Imaging) -> None:
    """40 million pixels whatever the format; 100 million as a JPEG."""
    flat = Image.linear_gradient("L")

    for photo in (
        saved(flat.resize((8000, 5000)).convert("RGBA"), "PNG", compress_level=1),
        saved(flat.resize((8000, 5000)), "WEBP", quality=40, method=0),
        saved(flat.resize((10_000, 10_000)), "JPEG", quality=40),
        saved(flat.resize((20_000, 2_000)), "PNG", compress_level=1),
    ):
        assert [rendition.width for rendition in imaging.develop(photo)] == [1200, 640, 320]


def test_a_photo_whose_parts_unpack_to_very_much_is_refused(imaging: Imaging) -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    plain = picture().tobytes()
    rows = b"".join(b"\0" + plain[start : start + 900] for start in range(0, len(plain), 900))
    assert len(imaging.develop(png(300, 200, body=rows))) == 1

    for before in (
        chunk(b"iCCP", b"x\0\0" + bomb),
        chunk(b"zTXt", b"x\0\0" + bomb),
        chunk(b"iTXt", b"x\0\1\0\0\0" + bomb),
    ):
        with pytest.raises(Invalid) as refused:
            imaging.develop(png(300, 200, body=rows, before=before))

        assert {name: str(fault) for name, fault in refused.value.faults.items()} == {"profile_img": DAMAGED}


def test_a_photo_that_unpacks_to_more_than_it_says_shows_what_it_said(imaging: Imaging) -> None:
    [rendition] = imaging.develop(png(70, 70, body=bytes(50_000_000)))

    assert (rendition.width, rendition.height) == (70, 70)


def test_a_photo_of_more_than_twenty_megabytes_is_refused(imaging: Imaging) -> None:
    photo = saved(picture(), "JPEG")

    assert imaging.develop(photo + bytes(20_000_000 - len(photo)))
    with pytest.raises(Invalid) as refused:
        imaging.develop(photo + bytes(20_000_001 - len(photo)))

    assert refused.value.faults == {"profile_img": PhotoTooLarge(20)}


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2, 4])
def test_a_jpeg_without_its_last_bytes_is_taken_as_browsers_show_it(
    imaging: Imaging, missing: int, progressive: bool
) -> None:
    photo = saved(picture(), "JPEG", progressive=progressive, quality=90)

    assert len(imaging.develop(photo[:-missing])) == len(imaging.develop(photo))


def test_a_picture_with_a_film_behind_it_is_taken(imaging: Imaging) -> None:
    photo = saved(picture(), "JPEG")

    assert imaging.develop(photo + b"\0\0\0\x18ftypmp42" + b"\xff\xda\xff\xd8" * 1_000_000) == imaging.develop(photo)


def test_a_jpeg_of_very_many_passes_is_refused_before_it_is_decoded(imaging: Imaging) -> None:
    photo = saved(picture(), "JPEG", progressive=True)
    begin = photo.rindex(b"\xff\xda")
    scan = photo[begin:-2]
    with pytest.raises(Invalid) as refused:
        imaging.develop(photo[:-2] + scan * 4_000 + photo[-2:])

    assert refused.value.faults == {"profile_img": PHOTO_TOO_HEAVY}
    assert imaging.develop(photo[:-2] + scan * 40 + photo[-2:])


def test_no_frame_but_the_first_is_ever_unpacked(imaging: Imaging) -> None:
    """The second frame is broken, and nobody notices; ten thousand more cost nothing."""
    moving = saved(picture(), "PNG", save_all=True, append_images=[Image.new("RGB", (300, 200), "blue")])
    second = moving.index(b"fdAT")
    broken = moving[: second + 12] + b"\xff" * 40 + moving[second + 52 :]
    control = moving[moving.index(b"fcTL", moving.index(b"IDAT")) - 4 :][:38]
    many = moving[: moving.index(b"IEND") - 4] + control * 10_000 + chunk(b"IEND", b"")

    assert imaging.develop(broken) == imaging.develop(many) == imaging.develop(saved(picture(), "PNG"))


@pytest.mark.parametrize("kind", sorted(whole()))
def test_a_photo_with_flipped_bytes_is_developed_or_refused_and_nothing_else(imaging: Imaging, kind: str) -> None:
    photo = whole()[kind]
    for place in range(20, len(photo), len(photo) // 6):
        broken = photo[:place] + bytes(byte ^ 0x5A for byte in photo[place : place + 3]) + photo[place + 3 :]
        try:
            renditions = imaging.develop(broken)
        except Invalid as refused:
            assert list(refused.faults) == ["profile_img"]  # noqa: PT017 - either answer is right
        else:
            assert all(segments(rendition.body) for rendition in renditions)
