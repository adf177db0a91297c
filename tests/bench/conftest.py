"""Measurements of many numbers: run once, their rows and curves kept in the results, printed as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import pytest
from bench.report import Row, table

Curve = dict[str, list[tuple[float, float]]]  # what is compared -> (size, number)


@pytest.fixture
def measured(benchmark: Any) -> Callable[..., list[Row]]:
    """Runs a measurement once; `curves` are filled by it: name -> what is compared -> points."""

    def run(work: Callable[[], Iterable[Row]], curves: dict[str, Curve] | None = None) -> list[Row]:
        rows = benchmark.pedantic(lambda: list(work()), rounds=1)
        benchmark.extra_info["rows"] = [asdict(row) for row in rows]
        benchmark.extra_info["curves"] = curves or {}
        print("\n" + table(rows))
        return list(rows)

    return run
