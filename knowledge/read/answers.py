"""How a child tells its answer: JSON in lines, so that whoever listens never has to take in all of it at one stroke.

A line of JSON lets no other thread in while it is parsed; that of a whole report would hold everybody up for a second.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_LONG = 200  # elements of a list that are told in one line


def told(answer: dict[str, Any]) -> Iterator[str]:
    """The lines of an answer: first all of it with its long lists empty, then their elements, each with their place.

    >>> list(told({"a": [1, 2], "b": list(range(3)) * 100}))[0]
    '{"a": [1, 2], "b": []}'
    """
    parts: list[tuple[tuple[str, ...], list[Any]]] = []
    yield json.dumps(_frame(answer, (), parts))
    for place, elements in parts:
        for start in range(0, len(elements), _LONG):
            yield json.dumps([place, elements[start : start + _LONG]])


def heard(lines: bytes) -> dict[str, Any]:
    """The answer of such lines. Raises ValueError where they are no answer.

    >>> heard("\\n".join(told({"b": {"c": list(range(500))}})).encode()) == {"b": {"c": list(range(500))}}
    True
    """
    first, *more = lines.splitlines() or [b""]
    answer: dict[str, Any] = json.loads(first)
    for line in more:
        place, elements = json.loads(line)
        at: Any = answer
        for key in place:
            at = at[key]
        at.extend(elements)
    return answer


def _frame(value: Any, place: tuple[str, ...], parts: list[tuple[tuple[str, ...], list[Any]]]) -> Any:
    if isinstance(value, dict):
        return {key: _frame(each, (*place, key), parts) for key, each in value.items()}
    if isinstance(value, list) and len(value) > _LONG:
        parts.append((place, value))
        return []
    return value
