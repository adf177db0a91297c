"""Asking at 1, 30, 290 and 10,000 documents, against FTS5 and rapidfuzz on the same sentences in the same run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import asking

Measured = Callable[..., Any]


def test_asking_at_every_size(measured: Measured) -> None:
    curves: dict[str, Any] = {}
    measured(lambda: asking.at_sizes(curves), curves)


def test_memory_at_every_size(measured: Measured) -> None:
    curves: dict[str, Any] = {}
    measured(lambda: asking.memory(curves), curves)
