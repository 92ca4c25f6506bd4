from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.errors import Misconfigured, Unavailable
from byline.mail.folder import FolderMailer
from byline.mail.port import Mail

NOON = datetime(2026, 5, 2, 12, 0, 0, tzinfo=UTC)
LETTER = Mail("ana@example.com", "Confirm", "text\n", "<p>text</p>\n", "019b42fd7c882d9e34a7b12c", NOON)

KILLED_BEFORE_THE_LAST_STEP = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from byline.mail.folder import FolderMailer
from byline.mail.port import Mail

mailer = FolderMailer(Path(sys.argv[1]), sender="a@b.example", reply_to=None, host="localhost")
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
mailer.send(Mail("ana@example.com", "Confirm", "text", "html", "id", datetime(2026, 5, 2, tzinfo=UTC)))
"""


def mailer(root: Path) -> FolderMailer:
    return FolderMailer(root, sender="Press <noreply@longpress.example>", reply_to=None, host="localhost")


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_a_letter_is_one_file_whose_name_begins_with_its_time(tmp_path: Path) -> None:
    mailer(tmp_path).send(replace(LETTER, sent_at=NOON + timedelta(microseconds=42)))

    assert names(tmp_path) == ["20260502T120000000042Z-019b42fd7c882d9e34a7b12c.eml"]


def test_the_mailbox_shows_the_letters_that_were_sent_newest_first(tmp_path: Path) -> None:
    box = mailer(tmp_path)
    letters = [
        replace(
            LETTER, to=f"a{n}@example.com", subject=f"Nº {n} 出版社", message_id=f"m{n}", sent_at=NOON + timedelta(n)
        )
        for n in (3, 1, 2, 4)
    ]
    for letter in letters:
        box.send(letter)

    assert box.emails() == sorted(letters, key=lambda letter: letter.sent_at, reverse=True)
    assert [letter.message_id for letter in box.emails(limit=2)] == ["m4", "m3"]
    assert box.emails(limit=0) == []


def test_the_mailbox_shows_foreign_addresses_as_the_mail_goes_to_them(tmp_path: Path) -> None:
    box = mailer(tmp_path)
    box.send(replace(LETTER, to="håkon@bücher.example", subject="Größe"))

    assert [(letter.to, letter.subject) for letter in box.emails()] == [("håkon@xn--bcher-kva.example", "Größe")]


def test_a_repeated_letter_overwrites_its_file_even_if_it_is_sent_later(tmp_path: Path) -> None:
    box = mailer(tmp_path)
    box.send(LETTER)
    box.send(replace(LETTER, message_id="x-" + LETTER.message_id))
    before = names(tmp_path)
    box.send(replace(LETTER, text="again\n", sent_at=NOON + timedelta(minutes=5)))

    assert names(tmp_path) == before
    assert {letter.message_id: letter.text for letter in box.emails()} == {
        LETTER.message_id: "again\n",
        "x-" + LETTER.message_id: "text\n",
    }


def test_only_the_owner_can_read_letters(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        box = mailer(tmp_path / "mail")
        box.send(LETTER)
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "mail").iterdir()] == [0o600]


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    mailer(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_rehearsal_does_the_work_of_a_letter_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = mailer(tmp_path)
    steps: list[str] = []
    fsync, write, listing = os.fsync, os.open, Path.iterdir

    def noted_fsync(opened: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(opened).st_mode) else f"{os.fstat(opened).st_size} bytes")
        fsync(opened)

    def noted_listing(path: Path) -> object:
        steps.append("list")
        return listing(path)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "open", lambda *how: steps.append("open") or write(*how))
    monkeypatch.setattr(Path, "iterdir", noted_listing)
    box.rehearse(LETTER)
    rehearsed = steps.copy()
    steps.clear()

    assert names(tmp_path) == []
    steps.clear()

    box.send(LETTER)

    assert steps == rehearsed
    assert len(steps) == 5


def test_a_process_that_is_killed_while_writing_leaves_no_letter(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_BEFORE_THE_LAST_STEP, str(tmp_path)], check=False)

    assert killed.returncode == -9
    assert list(tmp_path.glob("*.eml")) == []
    assert mailer(tmp_path).emails() == []


def test_what_killed_processes_left_goes_after_an_hour_and_not_before(tmp_path: Path) -> None:
    mailer(tmp_path)
    for name, seconds in ((".old.part", 3700), (".young.part", 3500)):
        (tmp_path / name).write_bytes(b"half a letter")
        written = (tmp_path / name).stat().st_mtime
        os.utime(tmp_path / name, (written - seconds, written - seconds))

    mailer(tmp_path)

    assert names(tmp_path) == [".young.part"]


def test_other_files_in_the_folder_are_no_letters(tmp_path: Path) -> None:
    box = mailer(tmp_path)
    for name in ("notes.eml", "20260502T120000000042Z-x.eml.bak", ".20260502T120000000042Z-x.eml", "readme.txt"):
        (tmp_path / name).write_text("no letter")
    box.send(LETTER)

    assert box.emails() == [LETTER]


def test_a_full_disk_is_unavailable_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = mailer(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for act in (box.send, box.rehearse):
        with pytest.raises(Unavailable, match="No space left"):
            act(LETTER)

    assert names(tmp_path) == []


def test_a_sender_without_an_address_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="emails cannot come from"):
        FolderMailer(tmp_path, sender="The Long Press", reply_to=None, host="localhost")


def test_a_folder_that_cannot_be_is_unavailable_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(Unavailable, match="no folder for emails at"):
        mailer(tmp_path / "file")
