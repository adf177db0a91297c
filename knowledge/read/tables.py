"""Tables as Markdown pipe tables: the one shape in which every reader hands tables on."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPACE = re.compile(r"\s+")
_BETWEEN_CJK = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)
_FIGURE = re.compile(r"[-+－−]?[\d,，.．]+\s*[%％‰]?|[-—－–…/]+|[xX×*＊]+(?:[.．][xX×*＊]+)?\s*[%％]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_HEADER = 3

Grid = Sequence[Sequence[str]]


def cell(text: str) -> str:
    """A cell's text on one line; `|` becomes full-width, for a pipe ends a cell.

    >>> cell(" 规上 工业\\n增加值 | A ")
    '规上工业增加值 ｜ A'
    """
    return _BETWEEN_CJK.sub("", _SPACE.sub(" ", text.strip())).replace("|", "｜")


def markdown(grid: Grid, header_rows: int | None = None) -> list[str]:
    """The lines of a grid whose merged cells are filled: captions first, then one pipe table.

    Full-width rows above the header (a title, 单位：亿元) become lines before the table. `header_rows` is how many rows
    the header has; None works it out. Several header rows are joined cell by cell.
    """
    rows = _square([[cell(text) for text in row] for row in grid])
    rows = [row for row in rows if any(row)]
    captions: list[str] = []
    while rows and _is_banner(rows[0]) and (len(rows) > 1 or len(rows[0]) > 1):
        captions.append(next(text for text in rows.pop(0) if text))
        header_rows = header_rows - 1 if header_rows else header_rows
    rows = _without_empty_columns(rows)
    if not rows:
        return captions
    if len(rows[0]) == 1:
        return captions + [row[0] for row in rows]
    count = header_rows or header_height(rows)
    head = [_joined([row[i] for row in rows[:count]]) for i in range(len(rows[0]))]
    body = [_section(row) for row in rows[count:]]
    return [*captions, _line(head), _line(["---"] * len(head)), *map(_line, body)]


def header_height(rows: Grid) -> int:
    """How many rows at the top hold no figures (years and periods are no figures), at least 1 and at most 3."""
    for height, row in enumerate(rows[: _MAX_HEADER + 1]):
        if any(is_figure(text) for text in row[1:]):
            return max(1, height)
    return 1


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, a masked number or a dash, and not a year.

    >>> [is_figure(text) for text in ("12.5%", "2021", "1-6月", "xx.xx", "-", "5")]
    [True, False, False, True, True, True]
    """
    return bool(_FIGURE.fullmatch(text)) and not _YEAR.fullmatch(text)


def _square(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _is_banner(row: list[str]) -> bool:
    texts = [text for text in row if text]
    alone = len(texts) == 1 and len(row) > 2 and not is_figure(texts[0])
    return alone or (len(row) > 1 and len(set(row)) == 1) or len(row) == 1


def _section(row: list[str]) -> list[str]:
    """A body row merged over all columns is a heading inside the table: its text stands once."""
    return [row[0], *[""] * (len(row) - 1)] if len(set(row)) == 1 and not is_figure(row[0]) else row


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    kept = [i for i in range(len(rows[0]) if rows else 0) if any(row[i] for row in rows)]
    return [[row[i] for i in kept] for row in rows]


def _joined(parts: list[str]) -> str:
    return " ".join(dict.fromkeys(part for part in parts if part))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
