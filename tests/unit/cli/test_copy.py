"""``byline copy-store`` and ``byline copy-files``, as somebody at a shell meets them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from tests.filled_portal import (
    answered,
    bodies,
    byline,
    current,
    files_address,
    lived_in,
    open_files,
    open_store,
    started_once,
    still_works,
    store_address,
)
from tests.server import BYLINE

from byline.site.derived import is_made_by_start
from byline.store.formats import MARK
from byline.store.port import Create, Key, Record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    lived_in(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


def test_a_portal_that_was_copied_works(here: Path, there: Path) -> None:
    said = answered("copy-store", store_address(here), store_address(there))
    assert said["copied"]["account"]["count"] == 3
    assert len(said["copied"]["account"]["checksum"]) == 64
    said = answered("copy-files", files_address(here), files_address(there))
    assert set(said["copied"]) == {"authors", "photos"}

    one, other = open_store(store_address(here)), open_store(store_address(there))
    assert current(one) == current(other)
    assert bodies(open_files(files_address(here))) == bodies(open_files(files_address(there)))
    still_works(DATA=str(there))


def test_people_read_how_many_came_over_and_that_both_sides_agree(here: Path, there: Path) -> None:
    said = byline("copy-store", store_address(here), store_address(there)).stdout
    assert said.endswith("Both sides hold the same.\n")
    assert "\naccount" in f"\n{said}"


def test_a_target_that_holds_anything_is_refused(here: Path, there: Path) -> None:
    byline("copy-store", store_address(here), store_address(there))
    byline("copy-files", files_address(here), files_address(there))
    assert "not empty" in byline("copy-store", store_address(here), store_address(there), exit_code=2).stderr
    assert "not empty" in byline("copy-files", files_address(here), files_address(there), exit_code=2).stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("copy-store", "sqlite:///no/such", "sqlite:///tmp/x"), "FROM is not there: /no/such"),
        (("copy-files", "file:///no/such", "file:///tmp/x"), "FROM is not there: /no/such"),
        (("copy-store", "mysql://x", "sqlite:///tmp/x"), "FROM must begin with sqlite:// or dynamodb://"),
        (("copy-files", "ftp://x", "file:///tmp/x"), "FROM must begin with file:// or s3://"),
        (("copy-store", "sqlite:///tmp/x", "sqlite:///tmp/x"), "FROM and TO are the same"),
        (("copy-files", "file:///tmp/x", "file:///tmp/x"), "FROM and TO are the same"),
        (("copy-store", "{here}", "dynamodb://table"), "TO must look like dynamodb://table?region=eu-west-1"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(here: Path, words: tuple[str, ...], sentence: str) -> None:
    said = byline(*(word.format(here=store_address(here)) for word in words), exit_code=2)
    assert sentence in said.stderr
    assert "BYLINE_" not in said.stderr


def test_a_portal_that_was_started_once_is_still_empty_enough(here: Path, there: Path) -> None:
    started_once(there)
    target = open_store(store_address(there))
    assert current(target)
    assert all(map(is_made_by_start, current(target).values()))

    byline("copy-store", store_address(here), store_address(there))
    byline("copy-files", files_address(here), files_address(there))
    still_works(DATA=str(there))


def test_nothing_works_with_a_store_that_is_half_a_copy(there: Path) -> None:
    target = open_store(store_address(there))
    open_files(files_address(there))
    target.commit(Create(Record(MARK, {"from": "sqlite:///elsewhere"})))
    assert "not all is there yet" in byline("authors", exit_code=2, DATA=str(there)).stderr
    assert "not all is there yet" in byline("serve", exit_code=2, DATA=str(there)).stderr
    found = byline("check", exit_code=1, DATA=str(there)).stdout
    assert "not all is there yet" in found
    assert current(target) == {}


def test_the_source_is_left_as_it_was(here: Path, there: Path) -> None:
    before = current(open_store(store_address(here)))
    byline("copy-store", store_address(here), store_address(there))
    assert current(open_store(store_address(here))) == before
    assert Key("copy", "under-way") not in before


def test_a_terminal_shows_how_far_it_is(here: Path, there: Path) -> None:
    watching, terminal = pty.openpty()
    command = [str(BYLINE), "copy-store", store_address(here), store_address(there), "--json"]
    shown = ""
    with subprocess.Popen(command, stderr=terminal, stdout=subprocess.PIPE, text=True) as running:
        os.close(terminal)
        with suppress(OSError):  # how Linux says that nobody is at the other end of a terminal any more
            while read := os.read(watching, 4096):
                shown += read.decode(errors="replace")
        assert running.stdout is not None
        answer = running.stdout.read()
    os.close(watching)

    assert running.returncode == 0
    assert "Copying" in shown
    assert re.search(r"\b(\d+)/\1\b", shown), shown
    assert answer.startswith("{")
