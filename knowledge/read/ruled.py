"""Tables out of ruled lines: which boxes the lines enclose, and which places of the table's grid each box covers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom


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


def edges_of_box(x0: float, top: float, x1: float, bottom: float, thin: float) -> list[Edge]:
    """The rules that a filled or stroked rectangle stands for: one if it is thin, else its four sides."""
    if x1 - x0 <= thin and bottom - top <= thin:
        return []
    if bottom - top <= thin:
        middle = (top + bottom) / 2
        return [Edge(x0, middle, x1, middle)]
    if x1 - x0 <= thin:
        middle = (x0 + x1) / 2
        return [Edge(middle, top, middle, bottom)]
    return [
        Edge(x0, top, x1, top),
        Edge(x0, bottom, x1, bottom),
        Edge(x0, top, x0, bottom),
        Edge(x1, top, x1, bottom),
    ]


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
