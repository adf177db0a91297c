"""Rows of measured numbers, their targets, and how they are printed."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured number; `target` says what it should be, `met` whether it is (None where nothing is asked)."""

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


def at_least(name: str, value: float, unit: str, bar: float) -> Row:
    """A number that should be high."""
    return Row(name, value, unit, f">= {bar:g}", value >= bar)


def at_most(name: str, value: float, unit: str, bar: float) -> Row:
    """A number that should be low."""
    return Row(name, value, unit, f"<= {bar:g}", value <= bar)


def corpus() -> list[Path]:
    """The public reports beside the repository, by name; none where they are missing."""
    return sorted(path for path in CORPUS.glob("*-*.md")) if CORPUS.is_dir() else []


def cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time that some work takes: other programs on the machine count less than on the clock."""
    start = time.process_time()
    work()
    return time.process_time() - start


def wall(work: Callable[[], object]) -> float:
    """Seconds on the clock that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def at(values: Sequence[float], share: float) -> float:
    """The value under which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """What it was measured on."""
    names = [line.split(":")[1].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    cpus = f"{os.cpu_count()} cores" + (f" ({names[0]})" if names else "")
    return f"{cpus}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    head = "| measured | value | target | |\n| --- | ---: | --- | --- |"
    marks = {True: "met", False: "**missed**", None: ""}
    body = [f"| {row.name} | {_number(row.value)} {row.unit} | {row.target} | {marks[row.met]} |" for row in rows]
    return "\n".join([head, *body])


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@contextmanager
def timed(times: list[float]) -> Iterator[None]:
    """Appends how many milliseconds the block took."""
    start = time.perf_counter()
    yield
    times.append((time.perf_counter() - start) * 1000)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The exponent of growth between the first and the last (size, cost): 1 is linear, 0 is flat."""
    from math import log

    (x0, y0), (x1, y1) = points[0], points[-1]
    assert all(a[0] < b[0] for a, b in pairwise(points))
    return log(y1 / y0) / log(x1 / x0)
