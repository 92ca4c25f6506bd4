"""The Pythons that Lambda runs, until when, and where one of them is found on this machine or fetched to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RUNTIMES: Final = ((3, 14), (3, 13), (3, 12))
"""The versions that Lambda runs on Amazon Linux 2023, newest first; the template lists them too."""
ENDS: Final[Mapping[str, date]] = {
    "python3.14": date(2029, 6, 30),
    "python3.13": date(2029, 6, 30),
    "python3.12": date(2028, 10, 31),
}
"""From when on Lambda no longer mends a runtime (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html).

Amazon calls these dates projected. Of 3.14, of which its pages name two, the earlier one.
"""
NEWEST_GLIBC: Final = (2, 34)
"""The version of glibc on Amazon Linux 2023: a library that asks for a newer one is not loaded there."""
_ROOT: Final = Path(__file__).parents[2]


def interpreter(versions: Sequence[tuple[int, int]] = RUNTIMES) -> tuple[Path, tuple[int, int]]:
    """The first of these Pythons that is installed: only it can compile for that runtime."""
    for version in versions:
        for found in _places(version):
            if _is_version(found, version):
                return found, version
    raise Misconfigured(f"packing needs one of the Pythons that Lambda runs: {_listed(versions)}")


def fetched(versions: Sequence[tuple[int, int]] = RUNTIMES) -> tuple[Path, tuple[int, int]]:
    """The first of these Pythons, fetched by uv, which is itself fetched if it is not there.

    uv keeps it in a folder of its own, where ``interpreter`` finds it the next time. ``Misconfigured`` if that fails.
    """
    version = versions[0]
    wanted = f"{version[0]}.{version[1]}"
    with tempfile.TemporaryDirectory(prefix="byline-uv-") as folder:
        uv = shutil.which("uv") or _uv(Path(folder))
        _run([uv, "python", "install", wanted], versions)
        found = _run([uv, "python", "find", "--managed-python", wanted], versions)
    if not _is_version(Path(found), version):
        raise Misconfigured(f"uv fetched another Python than {wanted}; install one of {_listed(versions)}")
    return Path(found), version


def _places(version: tuple[int, int]) -> Iterator[Path]:
    """Where that Python may be: this one, one on the PATH, those that pyenv and uv keep."""
    name = f"python{version[0]}.{version[1]}"
    if sys.version_info[:2] == version:
        yield Path(sys.executable)
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path.home() / ".local/share/uv/python")
    yield from sorted(pyenv.glob(f"versions/{version[0]}.{version[1]}.*/bin/{name}"))
    yield from sorted(uv.glob(f"cpython-{version[0]}.{version[1]}*/bin/{name}"))


def _is_version(python: Path, version: tuple[int, int]) -> bool:
    """Whether a program is that Python: a name on the PATH may be a shim with nothing behind it."""
    look = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    done = subprocess.run(look, capture_output=True, text=True, check=False)
    return done.stdout.split() == [str(part) for part in version]


def _uv(folder: Path) -> str:
    """The uv that this project pins, in a folder."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--require-hashes"]
    _run([*command, "--target", str(folder), "--requirement", str(_ROOT / "requirements" / "lock.txt")], RUNTIMES)
    return str(folder / "bin" / "uv")


def _run(command: Sequence[str], versions: Sequence[tuple[int, int]]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as fault:
        raise Misconfigured(f"install one of the Pythons that Lambda runs ({_listed(versions)}): {fault}") from fault
    if done.returncode:
        raise Misconfigured(
            f"install one of the Pythons that Lambda runs ({_listed(versions)}); fetching one failed:\n"
            f"{done.stderr.strip()}"
        )
    return done.stdout.strip()


def _listed(versions: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{major}.{minor}" for major, minor in versions)
