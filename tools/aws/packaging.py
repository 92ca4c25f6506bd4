"""Pack the program for Lambda: only what it needs, compiled, in one reproducible archive."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from byline.errors import Misconfigured
from byline.messages.catalogue import LANGUAGES
from byline.web.pages import COMPILED, environment
from tools.aws import interpreters
from tools.aws.slimming import slim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES: Final = 45_000_000
"""How large the unpacked program may become. Lambda itself takes 250 MB; every megabyte is read at a cold start."""
ARM: Final = "aarch64"

_ELF: Final = b"\x7fELF"
_GLIBC: Final = re.compile(rb"\x00GLIBC_(\d+)\.(\d+)(?=[.\x00])")
_ROOT: Final = Path(__file__).parents[2]
_SAME_DATE: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """A packed program: its archive, its size on Lambda's disk in bytes, and the runtime it was compiled for."""

    archive: Path
    unpacked_bytes: int
    runtime: str


def pack(folder: Path, *, machine: str = ARM, versions: Sequence[tuple[int, int]] = interpreters.RUNTIMES) -> Package:
    """Fetch, slim, compile and pack the program for Lambda's machines below ``folder``, which is emptied first.

    Every package is checked against the hashes in ``requirements/aws.txt``. The archive's name holds the hash of what
    is in it. ``Misconfigured`` where no Python is suitable and none can be fetched, where a library would not load on
    Lambda, and where the result is too large.
    """
    try:
        python, version = interpreters.interpreter(versions)
    except Misconfigured:
        python, version = interpreters.fetched(versions)
    inside = folder / "package"
    shutil.rmtree(folder, ignore_errors=True)
    inside.mkdir(parents=True)
    _install(_ROOT / "requirements" / "aws.txt", inside, version, machine)
    shutil.copytree(_ROOT / "src" / "byline", inside / "byline")
    slim(inside)
    _refuse_newer_glibc(inside)
    _compile_templates(inside / "byline" / "web")
    compile_in_place(python, inside)
    size = sum(path.stat().st_size for path in _files(inside))
    if size > MOST_BYTES:
        raise Misconfigured(f"the packed program has {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} are meant")
    return Package(_zip(inside, folder), size, f"python{version[0]}.{version[1]}")


def compile_in_place(python: Path, inside: Path) -> None:
    """Replace every module's source by bytecode, so that Lambda compiles nothing and reads half as many files.

    The bytecode holds no date, which a zip would not keep. Tracebacks still name the source's file and line.
    """
    command = [
        *(str(python), "-m", "compileall", "-q", "-b", "-j", "0", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(inside), "-p", "/var/task", str(inside)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Misconfigured(f"the program could not be compiled:\n{done.stdout.strip()}")
    for source in list(inside.rglob("*.py")):
        source.unlink()


def glibc_needs(library: bytes) -> list[tuple[int, int]]:
    """The versions of glibc whose symbols an ELF file asks for, by the names in its table of needed versions."""
    return [(int(major), int(minor)) for major, minor in _GLIBC.findall(library)] if library[:4] == _ELF else []


def _refuse_newer_glibc(inside: Path) -> None:
    for path in _files(inside):
        if ".so" in path.name:
            newest = max(glibc_needs(path.read_bytes()), default=(0, 0))
            if newest > interpreters.NEWEST_GLIBC:
                raise Misconfigured(
                    f"{path.relative_to(inside)} asks for glibc {newest[0]}.{newest[1]}, and Lambda has "
                    f"{interpreters.NEWEST_GLIBC[0]}.{interpreters.NEWEST_GLIBC[1]}"
                )


def _install(wanted: Path, inside: Path, version: tuple[int, int], machine: str) -> None:
    command: Sequence[str] = (
        *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-compile"),
        *("--target", str(inside), "--require-hashes", "--only-binary=:all:", "--requirement", str(wanted)),
        *("--implementation", "cp", "--python-version", f"{version[0]}.{version[1]}"),
        *("--platform", f"manylinux_2_28_{machine}", "--platform", f"manylinux2014_{machine}"),
    )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Misconfigured(f"the packages for Lambda could not be fetched:\n{done.stderr.strip()}")


def _compile_templates(web: Path) -> None:
    """Replace the templates by Python, which is then compiled like the rest, so that no start has to parse them."""
    for language in LANGUAGES:
        environment(language).compile_templates(web / COMPILED / language, zip=None, ignore_errors=False)
    shutil.rmtree(web / "templates")


def _zip(inside: Path, folder: Path) -> Path:
    """Pack in a fixed order, with one date and one mode, so that the same program gives the same archive."""
    unnamed = folder / "byline.zip"
    with zipfile.ZipFile(unnamed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(inside):
            entry = zipfile.ZipInfo(path.relative_to(inside).as_posix(), _SAME_DATE)
            entry.external_attr = _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return unnamed.rename(folder / f"byline-{sha256(unnamed.read_bytes()).hexdigest()[:20]}.zip")


def _files(inside: Path) -> Iterator[Path]:
    return (path for path in sorted(inside.rglob("*")) if path.is_file())
