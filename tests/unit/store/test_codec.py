"""Records as frozen dataclasses: what is stored, and that nothing missing or wrong is taken for a value."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import pytest

from byline.store.codec import Codec, InvalidRecordError

AT = datetime(2026, 5, 3, 9, 0, 0, 250_000, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Pair(NamedTuple):
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Inner:
    text: str = ""
    sizes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    id: str
    name: str
    colour: Colour
    made_at: datetime
    seen_at: datetime
    pairs: tuple[Pair, ...]
    inner: Inner | None = None
    others: tuple[Inner, ...] = ()
    ended_at: datetime | None = None
    count: int = 0
    mark: str = ""
    note: str | None = ""
    version: int = 1


CODEC = Codec(
    Thing,
    names={"made_at": "made", "seen_at": "seen"},
    seconds=("seen_at",),
    optional=("mark", "note", "others"),
    nested={"inner": Codec(Inner), "others": Codec(Inner)},
)
THING = Thing(
    "t1",
    "Ana",
    Colour.BLUE,
    AT,
    AT.replace(microsecond=0),
    (Pair("Home", "https://ana.example/"),),
    Inner("Words.", ((400, 500),)),
    version=3,
)
DATA = {
    "name": "Ana",
    "colour": "blue",
    "made": "2026-05-03T09:00:00.250000+00:00",
    "seen": 1_777_798_800,
    "pairs": [["Home", "https://ana.example/"]],
    "inner": {"text": "Words.", "sizes": [[400, 500]]},
    "ended_at": None,
    "count": 0,
}


def test_a_value_is_stored_under_the_stored_names_and_comes_back() -> None:
    assert CODEC.to_data(THING) == DATA
    assert CODEC.from_data(DATA, id="t1", version=3) == THING


def test_an_optional_field_is_stored_where_it_says_something() -> None:
    marked = {**DATA, "mark": "x"}
    thing = CODEC.from_data(marked, id="t1", version=3)
    assert thing.mark == "x"
    assert CODEC.to_data(thing) == marked
    assert CODEC.from_data(DATA, id="t1").mark == ""


def test_an_optional_field_is_left_out_only_where_it_has_its_default() -> None:
    without = {**DATA, "note": None}
    thing = CODEC.from_data(without, id="t1", version=3)
    assert thing.note is None
    assert CODEC.to_data(thing) == without
    assert CODEC.from_data(DATA, id="t1").note == ""


def test_several_nested_values_are_stored_as_a_list_and_come_back() -> None:
    others = {**DATA, "others": [{"text": "One.", "sizes": []}, {"text": "", "sizes": [[3, 4]]}]}
    thing = CODEC.from_data(others, id="t1", version=3)
    assert thing.others == (Inner("One."), Inner(sizes=((3, 4),)))
    assert CODEC.to_data(thing) == others


@pytest.mark.parametrize("others", [[{"text": "One."}], ["One."], [None], {"text": "One."}, "One.", None])
def test_a_list_of_other_things_is_an_error(others: object) -> None:
    with pytest.raises(InvalidRecordError):
        CODEC.from_data({**DATA, "others": others}, id="t1")  # type: ignore[dict-item]


@pytest.mark.parametrize("name", DATA)
def test_a_missing_field_is_an_error(name: str) -> None:
    with pytest.raises(InvalidRecordError, match=f"Thing: no {name}"):
        CODEC.from_data({each: value for each, value in DATA.items() if each != name}, id="t1")


@pytest.mark.parametrize("name", ["text", "sizes"])
def test_so_is_one_of_a_nested_value(name: str) -> None:
    inner = {each: value for each, value in {"text": "", "sizes": []}.items() if each != name}
    with pytest.raises(InvalidRecordError, match=f"Inner: no {name}"):
        CODEC.from_data({**DATA, "inner": inner}, id="t1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", None),
        ("name", 1),
        ("colour", "green"),
        ("made", "yesterday"),
        ("made", None),
        ("made", 1),
        ("seen", "2026-05-03T09:00:00"),
        ("seen", True),
        ("pairs", [["Home"]]),
        ("pairs", None),
        ("inner", []),
        ("inner", {"text": None, "sizes": []}),
        ("ended_at", ""),
        ("count", "3"),
        ("count", True),
        ("mark", None),
    ],
)
def test_a_field_of_another_type_is_an_error_that_tells_no_value(name: str, value: object) -> None:
    with pytest.raises(InvalidRecordError, match=r"^(Thing|Inner): ") as raised:
        CODEC.from_data({**DATA, name: value}, id="t1")  # type: ignore[dict-item]
    assert "green" not in str(raised.value)
    assert "yesterday" not in str(raised.value)


_FIRST_USES = """
import sys, threading
from dataclasses import make_dataclass
from byline.store.codec import Codec

sys.setswitchinterval(1e-6)
for number in range(100):
    inner = make_dataclass(f"Inner{number}", [("x", int), ("y", str)], frozen=True)
    fields = [(f"f{each}", int) for each in range(20)]
    codec = Codec(make_dataclass(f"Outer{number}", [*fields, ("inner", inner)], frozen=True))
    data = {name: 3 for name, _ in fields} | {"inner": {"x": 1, "y": "a"}}
    together = threading.Barrier(6)

    def read():
        together.wait()
        assert codec.from_data(data).f7 == 3

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_requests_that_read_the_first_records_in_the_same_moment_do_not_end_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", _FIRST_USES], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
