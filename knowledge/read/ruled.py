"""Tables out of ruled lines: which boxes the lines enclose, and which places of the table's grid each box covers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]

_THIN = 3.0  # points: a filled rectangle that is thinner is a rule
_LEVEL = 1.0  # points: a line that rises less is horizontal
_MAX_POINTS = 2_000  # a drawing with more has no tables


@dataclass(frozen=True, slots=True)
class Edge:
    """A horizontal or vertical rule, x0 <= x1 and top <= bottom."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class RuledTable:
    """Boxes of one table and its grid: `grid[row][column]` is the number of the box there, -1 for none."""

    boxes: tuple[Box, ...]
    columns: list[float]  # the x of all vertical rules
    rows: list[float]  # the y of all horizontal rules
    grid: list[list[int]]

    @property
    def top(self) -> float:
        """Where it starts."""
        return self.rows[0]

    def is_grid(self) -> bool:
        """Whether it has two boxes side by side: a frame around text is no table."""
        return len(self.columns) > 2 and len(self.boxes) > 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the table."""
        return self.columns[0] <= x <= self.columns[-1] and self.rows[0] <= y <= self.rows[-1]

    def box_at(self, x: float, y: float) -> int:
        """The number of the box at a point of the table."""
        column = min(max(bisect_right(self.columns, x) - 1, 0), len(self.columns) - 2)
        row = min(max(bisect_right(self.rows, y) - 1, 0), len(self.rows) - 2)
        return self.grid[row][column]


def edges_of_path(parts: Sequence[Sequence[Point]]) -> list[Edge]:
    """The rules that a path's pieces stand for: straight lines, and rectangles (thin ones are a single rule)."""
    if sum(map(len, parts)) > _MAX_POINTS:
        return []
    return [edge for part in parts for edge in _edges_of_part(part)]


def _edges_of_part(points: Sequence[Point]) -> list[Edge]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if len(points) < 2:
        return []
    box = (min(xs), min(ys), max(xs), max(ys))
    width, height = box[2] - box[0], box[3] - box[1]
    if width <= _THIN and height <= _THIN:
        return []
    if height <= _THIN or width <= _THIN:
        return [_middle(box, level=height <= _THIN)]
    closed = [*points, points[0]] if len(points) == 4 else points  # a rectangle that does not say that it closes
    sides = [Edge(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(closed)]
    return [rule for side in sides if (rule := _straight(side)) is not None]


def _straight(side: Edge) -> Edge | None:
    """A side as an exactly horizontal or vertical rule; None where it is neither."""
    width, height = side.x1 - side.x0, side.bottom - side.top
    if min(width, height) >= _LEVEL or max(width, height) < _LEVEL:
        return None
    return _middle((side.x0, side.top, side.x1, side.bottom), level=height < _LEVEL)


def _middle(box: Box, *, level: bool) -> Edge:
    """One exactly horizontal or vertical rule through the middle of a thin box."""
    left, top, right, bottom = box
    if level:
        return Edge(left, (top + bottom) / 2, right, (top + bottom) / 2)
    return Edge((left + right) / 2, top, (left + right) / 2, bottom)


def ruled_tables(edges: Sequence[Edge], tolerance: float = 3.0) -> list[RuledTable]:
    """Tables that rules enclose, from top to bottom. `tolerance`: how far apart the ends of rules that meet may be."""
    if len(edges) < 4:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    drawn = [_as_dict(edge) for edge in dict.fromkeys(edges)]
    merged = merge_edges(drawn, tolerance, tolerance, tolerance, tolerance)
    boxes = intersections_to_cells(edges_to_intersections(merged, tolerance, tolerance))
    return sorted((_table(cells) for cells in cells_to_tables(boxes)), key=lambda table: table.top)


def _as_dict(edge: Edge) -> dict[str, object]:
    """An edge as pdfplumber has them."""
    return {
        "x0": edge.x0,
        "x1": edge.x1,
        "top": edge.top,
        "bottom": edge.bottom,
        "width": edge.x1 - edge.x0,
        "height": edge.bottom - edge.top,
        "orientation": "h" if edge.bottom - edge.top < edge.x1 - edge.x0 else "v",
        "object_type": "line",
    }


def _table(cells: Iterable[Box]) -> RuledTable:
    boxes = tuple(sorted(cells, key=lambda box: (box[1], box[0])))
    columns = sorted({x for box in boxes for x in (box[0], box[2])})
    rows = sorted({y for box in boxes for y in (box[1], box[3])})
    grid = [[-1] * (len(columns) - 1) for _ in rows[1:]]
    for number, (left, top, right, bottom) in enumerate(boxes):
        for row in range(rows.index(top), rows.index(bottom)):
            for column in range(columns.index(left), columns.index(right)):
                grid[row][column] = number
    return RuledTable(boxes, columns, rows, grid)
