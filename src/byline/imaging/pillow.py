"""Photos developed by Pillow, each in a process of its own that is thrown away afterwards."""

from __future__ import annotations

import importlib.util
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from byline.errors import Invalid, Unavailable
from byline.imaging import checks, cuts, kinds, limits
from byline.imaging.port import Portrait, Rendition
from byline.imaging.turns import Turns
from byline.messages.branding import (
    LOGO_DAMAGED,
    LOGO_EMPTY,
    LOGO_HAS_TEXT,
    LOGO_OF_OTHER_KIND,
    LOGO_TOO_HEAVY,
    LogoTooLarge,
    LogoTooNarrow,
    LogoTooSmall,
)
from byline.messages.photos import (
    CROP_TOO_SMALL,
    PHOTO_DAMAGED,
    PHOTO_TOO_HEAVY,
    PhotoHasTooManyPixels,
    PhotoTooNarrow,
    PhotoTooSmall,
    PhotoTooWide,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from byline.imaging.cuts import Crop, Focus
    from byline.messages.message import Message

FIELD: Final = "profile_img"
CROP_FIELD: Final = "photo_crop"

_AT_ONCE: Final = 2
_WALL_TIMES: Final = 4
"""How many times its processor time a photo may take by the clock: a busy machine is not the photo's fault."""
_REFUSALS: Final[dict[str, Message]] = {
    limits.DAMAGED: PHOTO_DAMAGED,
    limits.HEAVY: PHOTO_TOO_HEAVY,
    limits.SMALL: PhotoTooSmall(limits.LEAST_SIDE),
    limits.STRIP: PhotoTooNarrow(limits.MOST_TIMES),
    limits.LONG: PhotoTooWide(limits.MOST_SIDE),
    limits.MANY: PhotoHasTooManyPixels(limits.MOST_PIXELS // 1_000_000),
    limits.MANY_JPEG: PhotoHasTooManyPixels(limits.MOST_PIXELS_JPEG // 1_000_000),
}
LOGO_FIELD: Final = "logo"
MOST_BYTES_LOGO: Final = 2_000_000
_LOGO_REFUSALS: Final[dict[str, Message]] = {
    limits.DAMAGED: LOGO_DAMAGED,
    limits.HEAVY: LOGO_TOO_HEAVY,
    limits.MANY: LOGO_TOO_HEAVY,
    limits.EMPTY: LOGO_EMPTY,
    limits.HAS_TEXT: LOGO_HAS_TEXT,
    limits.SMALL: LogoTooSmall(limits.LEAST_SIDE_LOGO),
    limits.STRIP: LogoTooNarrow(limits.MOST_TIMES_LOGO),
}
_log = logging.getLogger(__name__)


class PillowImaging:
    """Implements ``imaging.port.Imaging``. Two photos at a time, of two people; others wait as long as one may take.

    ``most_bytes`` is the largest upload; ``widths`` are those of the renditions in pixels. A photo gets
    ``timeout_seconds`` of the processor, four times as many by the clock, and ``memory_bytes`` of address space.
    """

    def __init__(
        self,
        *,
        most_bytes: int = 20_000_000,
        widths: Sequence[int] = (1200, 640, 320),
        timeout_seconds: float = 10,
        memory_bytes: int = 768_000_000,
    ) -> None:
        self._most_bytes = most_bytes
        self._timeout_seconds = timeout_seconds
        self._order = {
            "widths": list(widths),
            "memory_bytes": memory_bytes,
            "cpu_seconds": math.ceil(timeout_seconds),
        }
        self._environment = _bare_environment()
        self._turns = Turns(_AT_ONCE, timeout_seconds)

    def develop(self, upload: bytes, /, *, by: str = "", widths: Sequence[int] = ()) -> tuple[Rendition, ...]:
        """Turn an upload into renditions, widest first. ``Invalid`` says what to do; ``Unavailable``: no room now."""
        return self._checked(upload, {**self._order, "widths": list(widths)} if widths else self._order, by)

    def develop_portrait(self, upload: bytes, /, *, crop: Crop, focus: Focus, by: str = "") -> Portrait:
        """Turn an upload into all that is made of a portrait."""
        *rest, master = self._checked(upload, {**self._order, "crop": crop, "focus": focus}, by)
        sizes, shapes = rest[: -len(cuts.SHAPES)], rest[-len(cuts.SHAPES) :]
        if not sizes:
            raise _invalid(PHOTO_TOO_HEAVY)
        return Portrait(tuple(sizes), dict(zip(cuts.SHAPES, shapes, strict=True)), master)

    def develop_logo(
        self, upload: bytes, /, *, box: tuple[int, int], is_square: bool = False, by: str = ""
    ) -> Rendition:
        """Turn a logo into a PNG. Its own process may load a second library, and reads no photo."""
        if len(upload) > MOST_BYTES_LOGO:
            raise Invalid({LOGO_FIELD: LogoTooLarge(MOST_BYTES_LOGO // 1_000_000)})
        if not kinds.is_logo(upload):
            raise Invalid({LOGO_FIELD: LOGO_OF_OTHER_KIND})
        order = {**self._order, "box": box, "is_square": is_square}
        with self._turns.turn(by):
            try:
                body = self._answered(upload, json.dumps(order), "logo_worker")
            except OSError as error:
                raise Unavailable(f"cannot start developing a logo: {error}") from error
        return _read(body, LOGO_FIELD, _LOGO_REFUSALS, "image/png", ".png")[0]

    def _checked(self, upload: bytes, order: dict[str, object], by: str) -> tuple[Rendition, ...]:
        fault = checks.fault_of(upload, most_bytes=self._most_bytes)
        if fault is not None:
            raise _invalid(fault)
        if kinds.has_too_many_scans(upload):
            raise _invalid(PHOTO_TOO_HEAVY)
        with self._turns.turn(by):
            try:
                body = self._answered(upload, json.dumps(order), "photo_worker")
            except OSError as error:
                raise Unavailable(f"cannot start developing a photo: {error}") from error
        return _read(body, FIELD, _REFUSALS, "image/jpeg", ".jpg")

    def _answered(self, upload: bytes, order: str, worker: str) -> bytes:
        """What the child wrote; nothing if it ended before it could."""
        # Files rather than pipes: the child's limit on files bounds what it can answer, whatever becomes of it.
        with tempfile.TemporaryFile() as photo, tempfile.TemporaryFile() as answer:
            photo.write(upload)
            photo.seek(0)
            code = self._run(worker, order, photo, answer)
            if code:
                _log.warning("a photo of %d bytes could not be developed: exit code %d", len(upload), code)
                return b""
            answer.seek(0)
            return answer.read(limits.MOST_BYTES_OUT)

    def _run(self, worker: str, order: str, photo: IO[bytes], answer: IO[bytes]) -> int:
        """Run the child to its end and give its exit code; negative is the signal that ended it."""
        child = subprocess.Popen(  # noqa: S603 - our own module, the interpreter we run in, no shell
            [sys.executable, "-P", "-S", "-m", f"byline.imaging.{worker}", order],
            stdin=photo,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        clock = threading.Timer(_WALL_TIMES * self._timeout_seconds, child.kill)
        clock.start()
        try:
            return child.wait()
        finally:
            clock.cancel()
            child.kill()
            child.wait()


def _bare_environment() -> dict[str, str]:
    """Tell where Byline, Pillow and the system's libraries are, and nothing else: no secret key, no credentials."""
    specs = map(importlib.util.find_spec, ("byline", "PIL", "resvg_py"))
    places = {str(Path(spec.origin).parents[1]) for spec in specs if spec and spec.origin}
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {"PYTHONPATH": os.pathsep.join(sorted(places)), "LC_ALL": "C.UTF-8", **kept}


def _read(
    answer: bytes, field: str, refusals: Mapping[str, Message], content_type: str, suffix: str
) -> tuple[Rendition, ...]:
    """Read the child's answer, as something that a hostile photo may have written."""
    too_heavy = Invalid({field: refusals[limits.HEAVY]})
    line, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(line)
        if "fault" in head and head["fault"] == limits.CROPPED:
            raise Invalid({CROP_FIELD: CROP_TOO_SMALL})
        if "fault" in head:
            raise Invalid({field: refusals[head["fault"]]})
        sizes = [(int(width), int(height), int(length)) for width, height, length in head["renditions"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise too_heavy from error
    if not sizes or min(map(min, sizes)) < 1 or sum(length for _, _, length in sizes) != len(rest):
        raise too_heavy
    renditions = []
    for width, height, length in sizes:
        body, rest = rest[:length], rest[length:]
        renditions.append(Rendition(width, height, body, content_type, suffix))
    return tuple(renditions)


def _invalid(message: Message) -> Invalid:
    return Invalid({FIELD: message})
