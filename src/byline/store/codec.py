"""How a frozen dataclass is stored: as a mapping of its fields, and back, where a missing or wrong field is an error.

Types are checked by ``msgspec``, in one call for all of a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection

    from byline.store.port import Json

T = TypeVar("T")
_FIRST_USE = Lock()
"""msgspec looks into a class when it first makes one, and another thread that does so in the same moment would use what
is half ready: the process ends with a segmentation fault. So the first use of each codec is one thread's.
"""


class InvalidRecordError(ValueError):
    """A stored record that lacks a field, or has one of another type; the sentence holds no value of it."""


class Codec(Generic[T]):
    """Turns a ``shape``, a frozen dataclass, into the mapping that is stored, and back.

    ``names`` are the stored names of fields that are called otherwise in the store. Of the others, ``outside`` are not
    in the mapping (an id, a version), ``optional`` only where they differ from their default, ``seconds`` as whole
    seconds since 1970, and ``nested`` by a codec of their own, one value or a tuple of them. Datetimes are stored in
    ISO 8601, tuples as lists, named ones without the defaults at their end.
    """

    def __init__(
        self,
        shape: type[T],
        *,
        names: Mapping[str, str] | None = None,
        outside: Collection[str] = ("id", "version"),
        optional: Collection[str] = (),
        seconds: Collection[str] = (),
        nested: Mapping[str, Codec[Any]] | None = None,
    ) -> None:
        stored = names or {}
        self._shape = shape
        self._fields = [
            (field.name, stored.get(field.name, field.name), field.name in optional, field.default)
            for field in fields(shape)  # type: ignore[arg-type]
            if field.name not in outside
        ]
        self._seconds = seconds
        self._nested = nested or {}
        self._converted = {*self._seconds, *self._nested}
        self._is_ready = False

    def to_data(self, value: T) -> dict[str, Json]:
        """The mapping for a value."""
        found = {}
        for name, stored, is_optional, default in self._fields:
            each = getattr(value, name)
            if not is_optional or each != default:
                found[stored] = self._to_json(name, each)
        return found

    def from_data(self, data: Mapping[str, Json], **outside: Json) -> T:
        """The value in a mapping, with the fields that are ``outside`` of it; else ``InvalidRecordError``."""
        if not self._is_ready:
            with _FIRST_USE, suppress(msgspec.ValidationError):
                msgspec.convert({}, self._shape)
            self._is_ready = True
        try:
            return msgspec.convert({**self._given(data), **outside}, self._shape)
        except msgspec.ValidationError as fault:
            raise InvalidRecordError(f"{self._shape.__name__}: {_without_value(str(fault))}") from None

    def _given(self, data: object) -> dict[str, Any]:
        """The fields of a mapping under their own names, the types not checked yet."""
        if not isinstance(data, Mapping):
            raise InvalidRecordError(f"{self._shape.__name__}: no mapping")
        given = {name: data[stored] for name, stored, _, _ in self._fields if stored in data}
        if len(given) < len(self._fields):
            missing = [stored for name, stored, is_optional, _ in self._fields if name not in given and not is_optional]
            if missing:
                raise InvalidRecordError(f"{self._shape.__name__}: no {', '.join(missing)}")
        for name in self._converted & given.keys():
            given[name] = self._from_json(name, given[name])
        return given

    def _to_json(self, name: str, value: Any) -> Json:
        if value is None:
            return None
        if name in self._seconds:
            return int(value.timestamp())
        if name not in self._nested:
            return _plain(value)
        codec = self._nested[name]
        return [codec.to_data(each) for each in value] if isinstance(value, tuple) else codec.to_data(value)

    def _from_json(self, name: str, value: Any) -> Any:
        if name in self._seconds:
            if type(value) is not int:
                raise InvalidRecordError(f"{self._shape.__name__}: no whole seconds in {name}")
            return datetime.fromtimestamp(value, UTC)
        if name not in self._nested or value is None:
            return value
        codec = self._nested[name]
        if isinstance(value, list):
            return [codec._given(each) for each in value]  # noqa: SLF001 - its own class
        return codec._given(value)  # noqa: SLF001 - its own class


def _plain(value: Any) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if not isinstance(value, tuple | list):
        plain: Json = value
        return plain
    listed = [_plain(each) for each in value]
    for default in reversed(getattr(value, "_field_defaults", {}).values()):
        if listed[-1] != default:
            break
        listed.pop()
    return listed


def _without_value(words: str) -> str:
    """What msgspec says of a fault, without the one value that it may quote."""
    return words if "enum value" not in words else "Invalid enum value"
