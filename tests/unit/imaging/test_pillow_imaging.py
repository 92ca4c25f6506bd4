"""What becomes of the server when the process that develops a photo goes wrong."""

from __future__ import annotations

import io
import json
import logging
import os
import stat
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from byline.errors import Invalid, Unavailable
from byline.imaging.pillow import PillowImaging
from byline.messages.photos import PHOTO_EMPTY, PHOTO_TOO_HEAVY, PhotoOfOtherKind, PhotoTooLarge

if TYPE_CHECKING:
    from pathlib import Path


def photo(width: int = 100, height: int = 100) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the interpreter: whatever shell script is written into this file."""
    script = tmp_path / "child"
    script.touch()
    script.chmod(stat.S_IRWXU)
    monkeypatch.setattr(sys, "executable", str(script))
    return script


def says(child: Path, script: str) -> None:
    child.write_text(f"#!/bin/sh\n{script}\n")


def refusal(imaging: PillowImaging, upload: bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        imaging.develop(upload)
    return refused.value.faults


@pytest.mark.parametrize(
    "script",
    [
        "kill -SEGV $$",
        "kill -KILL $$",
        "exit 1",
        "exit 0",
        "echo nonsense",
        "echo '[]'",
        "echo '{}'",
        "echo '{\"renditions\": []}'",
        "echo '{\"renditions\": 5}'",
        "echo '{\"renditions\": [[1, 2]]}'",
        "echo '{\"renditions\": [[1, 2, 9999]]}'; echo short",
        "echo '{\"renditions\": [[10, 10, -5], [10, 10, 10]]}'; printf 12345",
        "printf '\\377\\376'",
        "head -c 100000 /dev/zero | tr '\\0' '['",
    ],
)
def test_a_child_that_crashes_or_babbles_makes_the_photo_unusable(
    child: Path, script: str, caplog: pytest.LogCaptureFixture
) -> None:
    says(child, script)
    with caplog.at_level(logging.CRITICAL):
        assert refusal(PillowImaging(), photo()) == {"profile_img": PHOTO_TOO_HEAVY}


def test_a_child_that_never_ends_is_ended(child: Path, tmp_path: Path) -> None:
    says(child, f"echo $$ > {tmp_path}/number; exec sleep 60")

    assert refusal(PillowImaging(timeout_seconds=0.5), photo()) == {"profile_img": PHOTO_TOO_HEAVY}
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "number").read_text()), 0)


def test_a_photo_that_needs_more_memory_than_there_is_makes_the_photo_unusable() -> None:
    assert refusal(PillowImaging(memory_bytes=128_000_000), photo(6000, 6000)) == {"profile_img": PHOTO_TOO_HEAVY}
    assert PillowImaging(memory_bytes=128_000_000).develop(photo())


def test_a_crash_is_told_to_the_operator_and_says_nothing_about_the_photo(
    child: Path, caplog: pytest.LogCaptureFixture
) -> None:
    says(child, "kill -SEGV $$")
    refusal(PillowImaging(), photo())

    assert [record.getMessage() for record in caplog.records] == [
        f"a photo of {len(photo())} bytes could not be developed: exit code -11"
    ]


def test_a_machine_that_can_start_no_process_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(Unavailable, match="cannot start"):
        PillowImaging().develop(photo())


def test_a_machine_with_no_room_for_the_photo_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")

    with pytest.raises(Unavailable, match="cannot start"):
        PillowImaging().develop(photo())


def test_the_child_learns_nothing_of_the_servers_environment(
    child: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_SECRET_KEY", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    says(child, f'env > {tmp_path}/env; echo "$@" > {tmp_path}/arguments')
    refusal(PillowImaging(), photo())

    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PYTHONPATH", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "PWD", "SHLVL", "_", "OLDPWD"}
    assert "secret" not in (tmp_path / "arguments").read_text()


def test_the_child_is_told_its_limits(child: Path, tmp_path: Path) -> None:
    says(child, f'echo "$@" > {tmp_path}/arguments')
    refusal(PillowImaging(widths=(300, 100), timeout_seconds=2.5, memory_bytes=10**9), photo())

    assert "-m byline.imaging.photo_worker" in (tmp_path / "arguments").read_text()
    order = (tmp_path / "arguments").read_text().partition("photo_worker ")[2]
    assert json.loads(order) == {"widths": [300, 100], "memory_bytes": 10**9, "cpu_seconds": 3}


def test_two_photos_are_developed_at_once_and_a_third_waits_no_longer_than_one_may_take(child: Path) -> None:
    says(child, "exit 1")
    imaging = PillowImaging(timeout_seconds=0.1)

    with imaging._turns.turn("ana"):
        assert refusal(imaging, photo()) == {"profile_img": PHOTO_TOO_HEAVY}
        with imaging._turns.turn("ben"), pytest.raises(Unavailable, match="photos are being worked on"):
            imaging.develop(photo())
    assert refusal(imaging, photo()) == {"profile_img": PHOTO_TOO_HEAVY}


def test_no_child_and_no_file_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # Those of this test by name: a browser that other tests keep open is a child of this process as well.
    born: list[int] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            born.append(self.pid)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    imaging = PillowImaging()
    imaging.develop(photo())
    refusal(imaging, photo(64, 63))

    assert list(tmp_path.iterdir()) == []
    assert len(born) == 2
    for child in born:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def test_what_is_no_photo_costs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert refusal(PillowImaging(), b"") == {"profile_img": PHOTO_EMPTY}
    assert refusal(PillowImaging(), b"GIF89a") == {"profile_img": PhotoOfOtherKind("GIF")}
    assert refusal(PillowImaging(most_bytes=50), photo()) == {"profile_img": PhotoTooLarge(0)}
