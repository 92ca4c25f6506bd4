"""The files in ``deploy`` are the ones that operating.md puts into place."""

from __future__ import annotations

import configparser
import os
import re

from tests.docs.documents import ROOT, text_of

DEPLOY = ROOT / "deploy"


def unit(name: str) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string((DEPLOY / name).read_text())
    return parsed


def test_every_file_is_put_into_place_by_the_documents() -> None:
    documents = text_of("docs/operating.md") + text_of("docs/deploy-aws.md") + text_of("docs/aws.md")

    assert [path.name for path in sorted(DEPLOY.iterdir()) if path.name not in documents] == []


def test_scripts_can_be_run() -> None:
    scripts = [path for path in DEPLOY.iterdir() if path.read_text().startswith("#!")]

    assert {path.name for path in scripts} == {"byline", "byline-backup", "byline-alarm"}
    assert all(os.access(path, os.X_OK) for path in scripts)


def test_a_backup_that_fails_is_told() -> None:
    failed = unit("byline-backup.service")["Unit"]["OnFailure"]

    assert failed == "byline-alarm@%n.service"
    assert unit("byline-alarm@.service")["Service"]["ExecStart"] == "/usr/local/sbin/byline-alarm %i"
    assert unit("byline-backup.timer")["Timer"]["OnCalendar"]


def test_the_service_may_open_the_files_that_its_connections_take() -> None:
    from byline.server.bounds import BOUNDS

    assert int(unit("byline.service")["Service"]["LimitNOFILE"]) > 3 * BOUNDS.connections


def test_web_servers_let_through_what_byline_reads_itself() -> None:
    from byline.server.bounds import BOUNDS
    from byline.web.gate import MOST_BYTES_UPLOAD

    megabytes = BOUNDS.body_bytes // 1_000_000
    assert BOUNDS.body_bytes > MOST_BYTES_UPLOAD
    assert re.findall(r"max_size (\d+)MB", (DEPLOY / "Caddyfile").read_text()) == [str(megabytes)]
    assert re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text()) == [str(megabytes)]


def test_the_limits_of_the_server_are_the_ones_that_are_described() -> None:
    from byline.server.bounds import BOUNDS

    text = text_of("docs/operating.md").partition("## Floods")[2]
    for words in (
        f"{BOUNDS.connections_a_network} for each network, {BOUNDS.connections:,} for all",
        f"| {BOUNDS.idle_seconds} seconds |",
        f"| {BOUNDS.head_seconds} seconds, {BOUNDS.head_bytes // 1000} kB, {BOUNDS.head_lines} lines |",
        f"| {BOUNDS.body_seconds} seconds, and one more for each {BOUNDS.body_bytes_a_second // 1000} kB that arrived",
        f"| {BOUNDS.answer_seconds} seconds, and one more for each {BOUNDS.answer_bytes_a_second // 1000} kB",
        f"| {BOUNDS.threads_for_pages} for pages; {BOUNDS.threads_for_forms} for forms,",
        f"of which {BOUNDS.threads_for_forms_a_network} for one network",
    ):
        assert words in text


def test_the_service_gives_the_program_no_more_than_it_needs() -> None:
    service = unit("byline.service")["Service"]

    assert service["User"] == "byline"
    assert (service["CapabilityBoundingSet"], service["NoNewPrivileges"]) == ("", "yes")
    assert (service["ProtectSystem"], service["ProtectHome"], service["PrivateTmp"]) == ("strict", "yes", "yes")
    assert (service["StateDirectory"], service["StateDirectoryMode"], service["UMask"]) == ("byline", "0700", "0077")
