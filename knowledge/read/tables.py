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
_UNIT = re.compile(r"(?:计量|金额|数量)?单位\s*[:：]|(?:填报|编制|制表)(?:单位|人|日期|时间)?\s*[:：]")
_REMARK = re.compile(r"(?:注|备注|说明|附注|数据来源|资料来源)\s*\d*\s*[:：.．、]")
_STEMS = "甲乙丙丁戊"
_MAX_HEADER = 3

Grid = Sequence[Sequence[str]]


def cell(text: str) -> str:
    """A cell's text on one line; `|` becomes full-width, for a pipe ends a cell.

    >>> cell(" 规上 工业\\n增加值 | A ")
    '规上工业增加值 ｜ A'
    """
    return _BETWEEN_CJK.sub("", _SPACE.sub(" ", text.strip())).replace("|", "｜")


def markdown(grid: Grid, header_rows: int | None = None) -> list[str]:
    """The lines of a grid whose merged cells are filled: captions first, then one pipe table, then its notes.

    Full-width rows above the header (a title, 单位：亿元) become lines before the table, notes below it lines after it.
    `header_rows` is how many rows the header has; None works it out. Several header rows are joined cell by cell.
    """
    rows = _square([[cell(text) for text in row] for row in grid])
    rows = [row for row in rows if any(row) and not _is_column_count(row)]
    captions, rows = _captions(rows)
    rows = _without_empty_columns(rows)
    notes: list[str] = []
    while len(rows) > 1 and _REMARK.match(next(filter(None, rows[-1]))) and len(set(filter(None, rows[-1]))) == 1:
        notes.insert(0, next(filter(None, rows.pop())))
    if not rows or len(rows[0]) == 1:
        return captions + [row[0] for row in rows] + notes
    height = min(header_rows - len(captions), len(rows)) if header_rows and header_rows > len(captions) else 0
    count = height or header_height(rows)
    head = [_joined([row[i] for row in rows[:count]]) for i in range(len(rows[0]))]
    body = [_section(row) for row in rows[count:]]
    return [*captions, _line(head), _line(["---"] * len(head)), *map(_line, body), *notes]


def _captions(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The lines that stand above a table's header, and the rows from the header on."""
    captions: list[str] = []
    while rows and (len(rows) > 1 or len(rows[0]) > 1) and (_is_banner(rows[0]) or any(map(_UNIT.match, rows[0]))):
        captions.append("　".join(dict.fromkeys(filter(None, rows[0]))))
        rows = rows[1:]
    return captions, rows


def blocks_of(rows: Sequence[Sequence[str]]) -> list[list[Sequence[str]]]:
    """Runs of rows between empty ones; a title above an empty row is a block of its own."""
    blocks: list[list[Sequence[str]]] = [[]]
    for row in rows:
        if any(row):
            blocks[-1].append(row)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def header_height(rows: Grid) -> int:
    """How many rows at the top hold no figures (years and periods are no figures), at least 1 and at most 3."""
    for height, row in enumerate(rows[: _MAX_HEADER + 1]):
        if any(is_figure(text) for text in row[1:]) or (height and _is_banner(list(row))):
            return max(1, height)
    merged = sum(row[0] == rows[0][0] for row in rows[:_MAX_HEADER]) if rows[0][0] else 1
    return max(1, min(merged, len(rows) - 1))  # no figures at all: as far as the first name is merged down


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


def _is_column_count(row: list[str]) -> bool:
    """The row 甲 乙 1 2 3 under a header, which numbers the columns."""
    texts = [text for text in row if text]
    stems = [text for text in texts if text in _STEMS]
    counts = texts[len(stems) :]
    numbered = counts == [str(number) for number in range(1, len(counts) + 1)]
    return numbered and len(texts) > 2 and bool(stems) and bool(counts)


def _joined(parts: list[str]) -> str:
    return " ".join(dict.fromkeys(part for part in parts if part))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
