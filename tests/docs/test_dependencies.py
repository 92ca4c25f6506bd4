from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def asked_for(kind: str) -> set[str]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / f"requirements/{kind}.in").read_text().splitlines()]
    return {re.split(r"[<>=!~\[; ]", line)[0] for line in lines if line and not line.startswith("-")}


def sections() -> list[set[str]]:
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    return [{row[0] for row in ROW.findall(part)} for part in text.split("\n## ")[1:]]


def test_every_package_that_is_asked_for_has_its_reason_and_no_other() -> None:
    running, on_aws, testing, setting_up, editing, *rest = sections()

    assert running == asked_for("run")
    assert on_aws == asked_for("aws") - asked_for("run")
    assert testing == (asked_for("dev") | asked_for("ministack")) - on_aws
    assert setting_up == asked_for("build") | asked_for("lock") | asked_for("audit")
    assert editing == set(json.loads((ROOT / "editor/package.json").read_text())["devDependencies"])
    assert not any(rest)


def test_the_project_asks_for_what_the_portal_runs_on() -> None:
    declared = re.search(r"^dependencies = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL | re.MULTILINE)

    assert declared
    assert set(re.findall(r'"([^"]+)"', declared[1])) == asked_for("run")


def test_the_functions_on_aws_need_what_the_portal_needs_but_its_server_and_its_commands() -> None:
    assert asked_for("run") - asked_for("aws") == {"waitress", "dnspython"}


def test_every_pinned_version_has_its_hashes() -> None:
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        text = re.sub(r"^\s*#.*\n", "", file.read_text(), flags=re.MULTILINE)
        pins = [pin for pin in re.split(r"\n(?=\S)", text.strip()) if pin]
        assert pins, file.name
        for pin in pins:
            assert re.match(r"[\w.-]+==\S+", pin), (file.name, pin)
            assert "--hash=sha256:" in pin, (file.name, pin)
    assert "--require-hashes" in (ROOT / "tools/setup.sh").read_text()
    assert "--require-hashes" in (ROOT / "tools/audit.sh").read_text()
