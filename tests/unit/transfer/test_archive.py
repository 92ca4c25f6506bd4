"""A backup's file: what went in comes out, and nothing that was not written so is taken for one."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from byline.errors import Invalid
from byline.files.paths import content_type
from byline.files.port import File
from byline.store import formats
from byline.store.port import IndexEntry, Key, Record
from byline.transfer import archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ABOUT = {"made_at": "2026-05-03T09:00:00+00:00", "made_by": "1.0", "site": "Marram Press", "url": "https://a.example"}
RECORDS = [
    Record(
        Key("account", "1"),
        {"name": "Ana\nLima\u2028", "n": [1, None, True, -(2**63)]},
        7,
        IndexEntry("accounts", "雪"),
    ),
    Record(Key("proposal", "x/0"), {"bio": "雪" * 100_000}, expires_at=2_000_000_000),
    *(Record(Key("event", f"{n}"), {"n": n}) for n in range(3_000)),
    *(Record(Key("version", f"{n}"), {"bio": "x" * 390_000}) for n in range(4)),
]
FILES = [
    File(path, body, content_type(path))
    for path, body in {
        "photos/1/a-640.jpg": random.Random(1).randbytes(300_000),
        "authors/ana/index.html": b"<p>",
        "authors/" + "x" * 200 + "/" + "y" * 200 + "/index.json": b"",
    }.items()
]


def written(records: Iterable[Record] = RECORDS, files: Iterable[File] = FILES) -> bytes:
    stream = io.BytesIO()
    with archive.Writer(stream, ABOUT, number=1, seconds=1_777_798_800) as writer:
        writer.add_records(records)
        for file in files:
            writer.add_file(file)
        writer.complete()
    return stream.getvalue()


WHOLE = written()
SMALL = written(RECORDS[:1], FILES[1:2])


def read(whole: bytes) -> list[Record | File]:
    return list(archive.Reader(io.BytesIO(whole)))


def members(whole: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(whole), mode="r:gz") as tar:
        for info in tar:
            file = tar.extractfile(info)
            assert file
            found[info.name] = file.read()
    return found


def packed(bodies: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    """A tar of these members, as another program would make it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, body in bodies.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            info.type = kind if name.startswith("files/") else tarfile.REGTYPE
            tar.addfile(info, io.BytesIO(body))
    return stream.getvalue()


def test_what_went_in_comes_out() -> None:
    assert read(WHOLE) == [*RECORDS, *FILES]
    assert archive.Reader(io.BytesIO(WHOLE)).about == {"format": "byline-backup", "version": 1, **ABOUT}


def test_a_backup_of_nothing_is_one() -> None:
    assert read(written([], [])) == []


def test_the_same_makes_the_same_bytes() -> None:
    assert written() == WHOLE


def test_any_program_that_reads_tars_can_open_it() -> None:
    names = list(members(WHOLE))
    assert names[0] == "manifest.json"
    assert names[-1] == "sums.json"
    assert set(names[1:-1]) == {f"records/{n:06d}.jsonl" for n in (1, 2)} | {f"files/{f.path}" for f in FILES}
    assert json.loads(members(WHOLE)["sums.json"])["records"]["event"]["count"] == 3_000


def test_no_byte_can_be_lost_at_its_end() -> None:
    for length in range(len(SMALL)):
        with pytest.raises(Invalid):
            read(SMALL[:length])


def test_no_byte_can_be_changed_unnoticed() -> None:
    header = range(
        3, 10
    )  # gzip's own: that it may be text, the time, the effort, the system; nothing of what is inside
    unnoticed = []
    for place in set(range(len(SMALL))) - set(header):
        spoilt = bytearray(SMALL)
        spoilt[place] ^= 0x41
        with suppress(Invalid):
            unnoticed.append((read(bytes(spoilt)), bytes(spoilt)))
    # Where zeros fill the blocks of a tar, other bytes may stand for the very same zeros.
    assert len(unnoticed) < 5
    for found, spoilt_whole in unnoticed:
        assert found == [RECORDS[0], FILES[1]]
        assert gzip.decompress(spoilt_whole) == gzip.decompress(SMALL)


def test_nothing_may_stand_behind_its_end() -> None:
    for more in (b"x", SMALL, gzip.compress(b"x")):
        with pytest.raises(Invalid):
            read(SMALL + more)


FOREIGN = {
    "an empty file": b"",
    "another kind of archive": b"PK\x03\x04 some archive",
    "the beginning of one": b"\x1f\x8b",
    "no archive within": gzip.compress(b"not a tar"),
    "nothing within": gzip.compress(b""),
    "an empty archive": packed({}),
    "an archive of something else": packed({"readme.txt": b"hello"}),
    "a manifest that says nothing": packed({"manifest.json": b"{}"}),
    "a manifest that is a list": packed({"manifest.json": b"[]"}),
    "a manifest without counts": packed({"manifest.json": b'{"format": "byline-backup", "version": 1}'}),
    "a manifest nested too deeply": packed({"manifest.json": b"[" * 100_000}),
    "a manifest of a format before the first": packed(
        {"manifest.json": json.dumps({"format": "byline-backup", "version": 0, **ABOUT}).encode()}
    ),
    "a manifest that is no text": packed({"manifest.json": b"\xff"}),
}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused(foreign: bytes) -> None:
    with pytest.raises(Invalid, match="backup"):
        archive.Reader(io.BytesIO(foreign))


def test_a_backup_of_a_newer_byline_is_refused() -> None:
    bodies = members(SMALL)
    bodies["manifest.json"] = bodies["manifest.json"].replace(b'"version": 1', b'"version": %d' % (formats.NEWEST + 1))
    with pytest.raises(Invalid, match="newer Byline"):
        archive.Reader(io.BytesIO(packed(bodies)))


def changed(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The small backup, packed anew with something changed."""
    bodies = members(SMALL)
    change(bodies)
    return packed(bodies)


@pytest.mark.parametrize(
    "spoilt",
    [
        changed(lambda bodies: bodies.pop("sums.json")),
        changed(lambda bodies: bodies.pop("records/000001.jsonl")),
        changed(lambda bodies: bodies.pop("files/authors/ana/index.html")),
        changed(lambda bodies: bodies.update({"files/authors/ana/index.html": b"<b>"})),
        changed(lambda bodies: bodies.update({"later.txt": b""})),
        changed(lambda bodies: bodies.update({"records/000001.jsonl": b"{}\n"})),
        changed(lambda bodies: bodies.update({"records/000001.jsonl": b"[" * 100_000})),
        changed(lambda bodies: bodies.update({"records/000001.jsonl": bodies["records/000001.jsonl"] * 2})),
        changed(lambda bodies: bodies.update({"sums.json": b"{}"})),
        changed(lambda bodies: bodies.update({"sums.json": b"[" * 100_000})),
        packed({**members(SMALL)}, kind=tarfile.SYMTYPE),
        packed({**members(SMALL)}, kind=tarfile.DIRTYPE),
    ],
)
def test_a_backup_that_was_changed_is_refused(spoilt: bytes) -> None:
    with pytest.raises(Invalid, match="damaged"):
        read(spoilt)


def test_a_backup_that_was_packed_anew_unchanged_is_still_one() -> None:
    assert read(changed(lambda _: None)) == [RECORDS[0], FILES[1]]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", ".hidden", "a/../b", "a//b", "a\\b", ""])
def test_no_path_leads_out_of_the_tree(path: str) -> None:
    manifest = members(SMALL)["manifest.json"]
    with pytest.raises(Invalid, match="damaged"):
        read(packed({"manifest.json": manifest, f"files/{path}": b"x"}))


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 0}, {"version": "1"}, {"kind": "UPPER"}, {"id": ""}, {"id": 1}, {"index": "a"}, {"sort": "a"},
        {"index": 1, "sort": 2}, {"expires_at": 1.5}, {"expires_at": "soon"}, {"data": []}, {"data": {"a": 1.5}},
        {"data": {"a": 2**64}}, {"more": 1}, {"data": {"a": "x" * 500_000}},
    ],
    ids=lambda fields: str(fields)[:30],
)  # fmt: skip
def test_no_record_is_taken_that_a_store_would_not_hold(fields: dict[str, object]) -> None:
    line = {"kind": "note", "id": "1", "version": 1, "data": {}, "index": None, "sort": None, "expires_at": None}
    text = json.dumps(line | fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    manifest = members(SMALL)["manifest.json"]
    with pytest.raises(Invalid, match="damaged"):
        read(packed({"manifest.json": manifest, "records/000001.jsonl": text.encode() + b"\n"}))


def test_a_bomb_is_not_unpacked() -> None:
    bodies = {"manifest.json": members(SMALL)["manifest.json"], "files/photos/1/a.jpg": b"\0" * 110_000_000}
    bomb = packed(bodies)
    tracemalloc.start()
    with pytest.raises(Invalid):
        read(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


def most_memory(records: Iterable[Record], files: Iterable[File]) -> int:
    """The most bytes in use while a backup is written and read, less the backup itself."""
    stream = io.BytesIO()
    tracemalloc.start()
    with archive.Writer(stream, ABOUT, number=1, seconds=0) as writer:
        writer.add_records(records)
        for file in files:
            writer.add_file(file)
        writer.complete()
    stream.seek(0)
    for _ in archive.Reader(stream):
        pass
    most = tracemalloc.get_traced_memory()[1] - len(stream.getvalue())
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_number_of_files() -> None:
    def many(count: int) -> int:
        return most_memory([], (File(f"photos/{n}/a.jpg", b"", "image/jpeg") for n in range(count)))

    assert many(1_500) < 1.3 * many(500)


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    def many(count: int) -> int:
        return most_memory((Record(Key("version", f"{n}"), {"text": "x" * 50_000}) for n in range(count)), [])

    assert many(150) < 1.3 * many(50)
