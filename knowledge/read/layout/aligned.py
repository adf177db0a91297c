"""Tables without rules: lines whose pieces stand in columns."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.read.layout.lines import Line, Table, join
from knowledge.read.tables import is_figure


def with_aligned_tables(items: list[Line | Table]) -> list[Line | Table]:
    """Turn runs of lines whose pieces stand in columns into tables (three-line tables have no vertical rules)."""
    out: list[Line | Table] = []
    run: list[Line] = []
    for item in [*items, None]:
        if isinstance(item, Line) and _in_columns(item) and (not run or item.page == run[-1].page):
            run.append(item)
            continue
        out += _tabulated(run)
        run = [item] if isinstance(item, Line) and _in_columns(item) else []
        if item is not None and not run:
            out.append(item)
    return out


def _in_columns(line: Line) -> bool:
    return len(line.parts) >= 2 and max(len(part[0]) for part in line.parts) <= 30


def _tabulated(run: list[Line]) -> Sequence[Line | Table]:
    """A table if there are three rows or more and most hold a figure, else the lines as they are."""
    figures = sum(any(is_figure(text) for text, _, _ in line.parts[1:]) for line in run)
    if len(run) < 3 or figures * 2 < len(run):
        return run
    spans = _columns([(left, right) for line in run for _, left, right in line.parts])
    rows = [[""] * len(spans) for _ in run]
    for row, line in zip(rows, run, strict=True):
        for text, left, right in line.parts:
            at = next(i for i, (start, end) in enumerate(spans) if start <= (left + right) / 2 <= end)
            row[at] = join(row[at], text)
    return [Table(rows, [span[0] for span in spans], run[0].page, run[0].top)]


def _columns(pieces: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The spans that pieces cover, those that overlap united."""
    spans: list[tuple[float, float]] = []
    for left, right in sorted(pieces):
        if spans and left <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans
