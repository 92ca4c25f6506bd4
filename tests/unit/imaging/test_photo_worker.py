"""The worker, tried without its process; what becomes of photos is in the contract."""

from __future__ import annotations

import io
import json
import resource
import sys

import pytest
from PIL import Image

from byline.imaging import limits, photo_worker


def saved(width: int, height: int, kind: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, kind, **how)
    return out.getvalue()


class Stream:
    def __init__(self, content: bytes = b"") -> None:
        self.buffer = io.BytesIO(content)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """The limits that the worker sets itself, noted instead of set: they could never be taken back."""
    found: dict[int, int] = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, most: found.update({what: most[0]}))
    monkeypatch.setattr(photo_worker.os, "nice", lambda _: 0)
    return found


def answer(monkeypatch: pytest.MonkeyPatch, upload: bytes) -> tuple[dict[str, object], bytes]:
    order = json.dumps({"widths": [200, 100], "memory_bytes": 123, "cpu_seconds": 4})
    out = Stream()
    monkeypatch.setattr(sys, "argv", ["photo_worker", order])
    monkeypatch.setattr(sys, "stdin", Stream(upload))
    monkeypatch.setattr(sys, "stdout", out)
    photo_worker.main()
    line, _, rest = out.buffer.getvalue().partition(b"\n")
    return json.loads(line), rest


def test_limits_are_set_before_the_photo_is_looked_at(limited: dict[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object) -> list[object]:
        assert limited == {
            resource.RLIMIT_AS: 123,
            resource.RLIMIT_CPU: 4,
            resource.RLIMIT_FSIZE: limits.MOST_BYTES_OUT,
            resource.RLIMIT_CORE: 0,
        }
        return []

    monkeypatch.setattr(photo_worker, "develop", look)

    assert answer(monkeypatch, b"photo") == ({"renditions": []}, b"")


def test_renditions_follow_one_behind_the_other(limited: dict[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    head, rest = answer(monkeypatch, saved(400, 300))
    [[wide, high, length], [narrow, low, rest_length]] = head["renditions"]  # type: ignore[misc]

    assert (wide, high, narrow, low) == (200, 150, 100, 75)
    assert Image.open(io.BytesIO(rest[:length])).size == (200, 150)
    assert Image.open(io.BytesIO(rest[length:])).size == (100, 75)
    assert length + rest_length == len(rest)


def test_a_fault_is_answered_with_its_sentence(limited: dict[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer(monkeypatch, saved(10, 10)) == ({"fault": limits.SMALL}, b"")


@pytest.mark.parametrize("step", ["open", "load", "getexif"])
def test_memory_that_runs_out_is_not_taken_for_damage(
    limited: dict[int, int], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def out_of_memory(*_: object, **__: object) -> None:
        raise MemoryError

    if step == "open":
        monkeypatch.setattr(Image, "open", out_of_memory)
    else:
        monkeypatch.setattr(photo_worker.JpegImagePlugin.JpegImageFile, step, out_of_memory)

    assert answer(monkeypatch, saved(100, 100)) == ({"fault": limits.HEAVY}, b"")


def test_a_system_that_knows_not_all_limits_gets_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []

    def set_some(what: int, most: tuple[int, int]) -> None:
        if what == resource.RLIMIT_AS:
            raise ValueError
        found.append(what)

    monkeypatch.setattr(resource, "setrlimit", set_some)
    monkeypatch.setattr(photo_worker.os, "nice", lambda _: 0)
    photo_worker.limit_process(1, 1)

    assert found == [resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE]


def test_exif_that_cannot_be_read_turns_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise SyntaxError("not a TIFF file")

    monkeypatch.setattr(photo_worker.JpegImagePlugin.JpegImageFile, "getexif", broken)

    assert photo_worker.develop(saved(400, 300), [100])[0][:2] == (100, 75)


def test_a_jpeg_so_narrow_that_it_must_be_unpacked_whole_obeys_the_limit_of_the_others() -> None:
    """2,300 by 18,000 pixels are 41 million, and half the width would be too little for 1,200."""
    tall = saved(2300, 18_000, quality=30)

    with pytest.raises(photo_worker.Unusable, match=limits.HEAVY):
        photo_worker.develop(tall, [1200])

    assert photo_worker.develop(tall, [1100])[0][:2] == (1100, 8609)


def test_no_decoder_but_the_three_is_loaded() -> None:
    import subprocess

    code = (
        "import sys, io; from byline.imaging.photo_worker import develop; from PIL import Image\n"
        "for kind in ('JPEG', 'PNG', 'WEBP'):\n"
        "    out = io.BytesIO(); Image.new('RGB', (99, 99)).save(out, kind); develop(out.getvalue(), [50])\n"
        "print(*sorted(name for name in sys.modules if name.endswith('ImagePlugin')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert {"PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.WebPImagePlugin"} <= set(loaded)
    assert len(loaded) <= 8


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PPM", "ICO", "PDF"])
def test_no_other_format_is_read_even_if_it_gets_this_far(kind: str) -> None:
    with pytest.raises(photo_worker.Unusable, match="damaged"):
        photo_worker.develop(saved(100, 100, kind), [50])


def test_pixels_are_counted_whatever_pillow_says_about_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "_decompression_bomb_check", lambda *_, **__: None)
    monkeypatch.setattr(limits, "MOST_PIXELS", 9_999)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)  # the worker sets it, for its whole process

    with pytest.raises(photo_worker.Unusable, match=limits.MANY):
        photo_worker.develop(saved(100, 100, "PNG"), [50])


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "I;16"])
def test_a_large_photo_of_any_mode_is_brought_down_by_a_whole_factor(mode: str) -> None:
    assert photo_worker._reduced(Image.new(mode, (2000, 600)), 3).size == (667, 200)
