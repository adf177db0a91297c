"""Values of knowledge/model.py as plain JSON and back, driven by their type hints: a new field needs no line here."""

from __future__ import annotations

import json
import types
import zlib
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from knowledge.model import Period, Span

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A value as what JSON can hold: decimals and periods as text, spans as pairs, dataclasses as objects.

    >>> to_plain((Span(1, 3), Decimal("5.10"), Period((2021, 1), (2021, 6))))
    [[1, 3], '5.10', '2021-01/2021-06']
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Decimal | Period):
        return str(value)
    if isinstance(value, Span):
        return [value.start, value.end]
    if is_dataclass(value):
        return {each.name: _field_to_plain(each.name, getattr(value, each.name)) for each in fields(value)}
    return [to_plain(each) for each in value]


def _field_to_plain(name: str, value: Any) -> Any:
    return runs(value) if name == "origin" and value is not None else to_plain(value)


def from_plain(kind: type[T], plain: Any) -> T:
    """The inverse of to_plain for a type of knowledge/model.py; keys that are missing take their defaults."""
    read: Callable[[Any], T] = _reader(kind)  # type: ignore[arg-type]  # types are hashable
    return read(plain)


def field_from_plain(kind: type, name: str, plain: Any) -> Any:
    """One field of a dataclass of its plain value."""
    return _field_reader(kind, name)(plain)


@cache
def _field_reader(kind: type, name: str) -> Callable[[Any], Any]:
    """How one field of a dataclass is read; its type hints are resolved once."""
    return _reader(get_type_hints(kind)[name])


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """How a plain value becomes a `kind`."""
    origin = get_origin(kind)
    if origin is types.UnionType:
        (inner,) = (_reader(each) for each in get_args(kind) if each is not type(None))
        return lambda plain: None if plain is None else inner(plain)
    if origin is tuple:
        return _tuple_reader(get_args(kind))
    if kind is Span:
        return lambda plain: Span(plain[0], plain[1])
    if kind is Period:
        return period
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, type) and issubclass(kind, Enum | Decimal):
        return kind
    return _as_it_is


def _as_it_is(plain: Any) -> Any:
    return plain


def _tuple_reader(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    inner = _reader(arguments[0])
    if inner is _as_it_is:
        return tuple
    return lambda plain: tuple(map(inner, plain))


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {each.name: _unrun if each.name == "origin" else _reader(hints[each.name]) for each in fields(kind)}
    return lambda plain: kind(**{name: readers[name](value) for name, value in plain.items() if name in readers})


@cache
def period(text: str) -> Period:
    """A period of its text, made once for each text."""
    return Period.parse(text)


def runs(origin: Sequence[int]) -> list[list[int]]:
    """A map of places as [from, place] for each stretch that runs on by ones, and its length last.

    >>> runs((0, 1, 5, 6, 7))
    [[0, 0], [2, 5], [5, -1]]
    """
    starts = [[i, at] for i, at in enumerate(origin) if i == 0 or at != origin[i - 1] + 1]
    return [*starts, [len(origin), -1]]


def unrun(stretches: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The inverse of runs."""
    pairs = pairwise(stretches)
    return tuple(at + i for (start, at), (end, _) in pairs for i in range(end - start))


def _unrun(plain: Any) -> tuple[int, ...] | None:
    return None if plain is None else unrun(plain)


def dumps(value: Any) -> str:
    """Compact JSON of a value, the same text for the same value."""
    return json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))


def pack(value: Any) -> bytes:
    """Compressed JSON."""
    return zlib.compress(dumps(value).encode())


def unpack(blob: bytes) -> Any:
    """The inverse of pack, as plain values."""
    return json.loads(zlib.decompress(blob))
