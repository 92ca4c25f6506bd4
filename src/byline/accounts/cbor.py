"""CBOR as CTAP has devices write it (RFC 8949 with definite lengths, without tags and fractions): read only."""

from __future__ import annotations

from typing import Any, Final

_DEEPEST: Final = 4
_SIMPLE: Final = {0xF4: False, 0xF5: True, 0xF6: None}
_LONGER: Final = {24: 1, 25: 2, 26: 4}
"""In how many of the next bytes a number stands that is too large for the first."""


def read(raw: bytes, depth: int = 0) -> tuple[Any, bytes]:
    """The first item, and what stands behind it; ``ValueError`` where there is none, or too deep a one."""
    if not raw or depth > _DEEPEST:
        raise ValueError
    if raw[0] in _SIMPLE:
        return _SIMPLE[raw[0]], raw[1:]
    kind, number, rest = _head(raw)
    if kind < 2:  # noqa: PLR2004 - a number, or a negative one
        return (-1 - number if kind else number), rest
    if number > len(rest):  # bytes, characters, or items of a byte at least
        raise ValueError
    return _of_parts(kind, number, rest, depth)


def _of_parts(kind: int, count: int, raw: bytes, depth: int) -> tuple[Any, bytes]:
    match kind:
        case 2:
            return raw[:count], raw[count:]
        case 3:
            return raw[:count].decode(), raw[count:]
        case 4:
            return _items(raw, count, depth)
        case 5:
            found, rest = _items(raw, count * 2, depth)
            if all(isinstance(name, int | str) for name in found[::2]):
                return dict(zip(found[::2], found[1::2], strict=True)), rest
    raise ValueError


def _head(raw: bytes) -> tuple[int, int, bytes]:
    """The kind of an item, its number or length, and what stands behind them."""
    kind, number, rest = raw[0] >> 5, raw[0] & 31, raw[1:]
    if number not in _LONGER:
        if number > max(_LONGER):
            raise ValueError
        return kind, number, rest
    size = _LONGER[number]
    if len(rest) < size:
        raise ValueError
    return kind, int.from_bytes(rest[:size], "big"), rest[size:]


def _items(raw: bytes, count: int, depth: int) -> tuple[list[Any], bytes]:
    found = []
    for _ in range(count):
        value, raw = read(raw, depth + 1)
        found.append(value)
    return found, raw
