"""An audit is green only where each pinned package was looked up; stand-ins answer as pip-audit and npm do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from tools.audit import AuditError, audit_editor, audit_python

if TYPE_CHECKING:
    from pathlib import Path

PINNED = "argon2-cffi==25.1.0 \\\n    --hash=sha256:00\nMarkupSafe==3.0.9 \\\n    --hash=sha256:00\n"


def one(name: str, *faults: str) -> dict[str, object]:
    return {"name": name, "version": "1.0", "vulns": [{"id": fault} for fault in faults]}


def program(folder: Path, answer: object, *, code: int = 0, error: str = "") -> list[str]:
    """A program that gives an answer whatever it is asked."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    stand_in = folder / "stand_in.py"
    stand_in.write_text(f"import sys\nprint({text!r})\nprint({error!r}, file=sys.stderr)\nsys.exit({code})\n")
    return [sys.executable, str(stand_in)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.txt"
    path.write_text(PINNED)
    return path


def test_packages_that_were_all_looked_up_are_counted(file: Path, tmp_path: Path) -> None:
    answer = {"dependencies": [one("argon2-cffi"), one("markupsafe")], "fixes": []}

    assert audit_python(file, program(tmp_path, answer)) == 2


def test_a_known_vulnerability_is_named(file: Path, tmp_path: Path) -> None:
    answer = {"dependencies": [one("argon2-cffi"), one("markupsafe", "PYSEC-2026-1")]}

    with pytest.raises(AuditError, match=r"run\.txt: known to be vulnerable: markupsafe 1\.0: PYSEC-2026-1"):
        audit_python(file, program(tmp_path, answer, code=1))


@pytest.mark.parametrize(
    "dependencies",
    [[], [one("argon2-cffi")], [one("argon2-cffi"), {"name": "markupsafe", "skip_reason": "not found"}]],
)
def test_an_audit_that_looked_at_nothing_or_not_at_all_is_red(
    file: Path, tmp_path: Path, dependencies: list[object]
) -> None:
    with pytest.raises(AuditError, match=r"run\.txt: The audit did not take place for .*markupsafe\."):
        audit_python(file, program(tmp_path, {"dependencies": dependencies}))


def test_a_service_that_does_not_answer_is_said_in_a_sentence(file: Path, tmp_path: Path) -> None:
    silent = program(tmp_path, "", code=1, error="Traceback\nERROR:pip_audit._cli:Could not connect to the service")

    with pytest.raises(
        AuditError, match=r"^run\.txt: The audit did not take place\. Could not connect to the service$"
    ):
        audit_python(file, silent)


def test_a_file_that_pins_nothing_is_red(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("# nothing\n")

    with pytest.raises(AuditError, match="it pins nothing"):
        audit_python(tmp_path / "run.txt", program(tmp_path, {"dependencies": []}))


def test_the_editors_packages_are_audited_alike(tmp_path: Path) -> None:
    def npm(vulnerabilities: dict[str, object], total: int) -> list[str]:
        return program(tmp_path, {"vulnerabilities": vulnerabilities, "metadata": {"dependencies": {"total": total}}})

    assert audit_editor(tmp_path, npm({}, 38)) == 38
    with pytest.raises(AuditError, match="editor: known to be vulnerable: prosemirror-view"):
        audit_editor(tmp_path, npm({"prosemirror-view": {}}, 38))
    with pytest.raises(AuditError, match="npm looked at no package"):
        audit_editor(tmp_path, npm({}, 0))
    with pytest.raises(AuditError, match=r"The audit did not take place\. npm: 405 Method Not Allowed"):
        audit_editor(tmp_path, program(tmp_path, {"message": "405 Method Not Allowed"}, code=1))
