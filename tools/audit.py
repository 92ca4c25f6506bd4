"""Whether a pinned package is known to be vulnerable (``make audit``), and what a release contains (``make sbom``).

An audit that looked at nothing is red, not green: without a network pip-audit says "no known vulnerabilities" and ends
well, unless it is strict. So each package that a file pins has to stand in its answer, looked up.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
EDITOR = ROOT / "editor"
BUILT = ROOT / "build/sbom"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_NO_ANSWER = "The audit did not take place"


class AuditError(Exception):
    """A package is known to be vulnerable, or was not looked up; the sentence says which."""


def pinned(file: Path) -> set[str]:
    """The names of the packages that a requirements file pins, as indexes write them."""
    return {_normal(name) for name in _PINNED.findall(file.read_text(encoding="utf-8"))}


def audit_python(file: Path, command: Sequence[str]) -> int:
    """Look up every package that a requirements file pins, and return how many there are.

    ``command`` is pip-audit. Raises ``AuditError`` for a known vulnerability and for a package that was not looked up.
    """
    wanted = pinned(file)
    if not wanted:
        raise AuditError(f"{file.name}: it pins nothing, so there is nothing to audit.")
    options = ["--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run([*command, *options, "-r", str(file)], capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["dependencies"]
        looked_up = {_normal(one["name"]) for one in found if "vulns" in one}
        known = [f"{one['name']} {one['version']}: {fault['id']}" for one in found for fault in one.get("vulns", ())]
    except (ValueError, KeyError, TypeError) as fault:
        raise AuditError(f"{file.name}: {_NO_ANSWER}. {_last_line(done.stderr)}") from fault
    if known:
        raise AuditError(f"{file.name}: known to be vulnerable: {'; '.join(known)}")
    if missing := wanted - looked_up:
        raise AuditError(f"{file.name}: {_NO_ANSWER} for {', '.join(sorted(missing))}.")
    if done.returncode:
        raise AuditError(f"{file.name}: pip-audit ended with {done.returncode}. {_last_line(done.stderr)}")
    return len(looked_up)


def audit_editor(folder: Path, command: Sequence[str]) -> int:
    """Look up the packages that the rich-text editor is built from, and return how many there are.

    ``command`` is npm. Raises ``AuditError`` like the other.
    """
    done = subprocess.run(
        [*command, "audit", "--package-lock-only", "--json"], cwd=folder, capture_output=True, text=True, check=False
    )
    try:
        told = json.loads(done.stdout)
        if "message" in told:
            raise AuditError(f"editor: {_NO_ANSWER}. npm: {told['message']}")
        known, count = sorted(told["vulnerabilities"]), int(told["metadata"]["dependencies"]["total"])
    except (ValueError, KeyError, TypeError) as fault:
        raise AuditError(f"editor: {_NO_ANSWER}. {_last_line(done.stderr)}") from fault
    if known:
        raise AuditError(f"editor: known to be vulnerable: {', '.join(known)}")
    if not count:
        raise AuditError(f"editor: {_NO_ANSWER}: npm looked at no package.")
    return count


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"^[A-Z]+:[\w.]+:", "", lines[-1]) if lines else "The program said nothing."


def _program(name: str) -> list[str]:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise AuditError(f"{_NO_ANSWER}: there is no {name} here. Install it, or run make audit where it is.")
    return [found]


def _known() -> int:
    failed = 0
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        try:
            print(f"{file.name}: {audit_python(file, _program('pip-audit'))} packages, none known to be vulnerable")  # noqa: T201 # what people read
        except AuditError as fault:
            print(fault, file=sys.stderr)  # noqa: T201 # as above
            failed = 1
    try:
        print(f"editor: {audit_editor(EDITOR, _program('npm'))} packages, none known to be vulnerable")  # noqa: T201 # as above
    except AuditError as fault:
        print(fault, file=sys.stderr)  # noqa: T201 # as above
        failed = 1
    return failed


def _list() -> int:
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True, exist_ok=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for kind in ("run", "aws"):
        options = [
            "--pyproject",
            "pyproject.toml",
            "--output-reproducible",
            "-o",
            str(BUILT / f"byline-{version}-{kind}.cdx.json"),
        ]
        subprocess.run(
            [*_program("cyclonedx-py"), "requirements", f"requirements/{kind}.txt", *options], cwd=ROOT, check=True
        )
    npm = [*_program("npm"), "sbom", "--package-lock-only", "--sbom-format", "cyclonedx"]
    told = subprocess.run(npm, cwd=EDITOR, capture_output=True, check=True).stdout
    (BUILT / f"byline-{version}-editor.cdx.json").write_bytes(told)
    for path in sorted(BUILT.glob("*.cdx.json")):
        count = len(json.loads(path.read_bytes())["components"])
        print(f"{path.relative_to(ROOT)}: {count} components")  # noqa: T201 # as above
        if not count:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit({"known": _known, "list": _list}[sys.argv[1]]())
