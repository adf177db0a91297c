"""From printed lines to paragraphs, by indentation, line ends, gaps and font sizes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.read.layout.lines import Line, Table, join
from knowledge.read.tables import markdown

_FINAL = "。！？；：!?;:”）)》」』"
_MARKER = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+[章节条部]|"
    r"[①-⑳]|——)"
)
_WORD, _CLOSE = r"(?:[A-Za-z\d.,%％‰∶:/+-]+|[^“”‘’])", r"[，。；：、！？）》】]*"
# quotation marks glue what stands on both sides of them
_UNPARTED = re.compile(rf"[（《【]*[“‘]*{_WORD}{_CLOSE}(?:[“”‘’]+{_WORD}?{_CLOSE})*[A-Za-z\d.,%％‰∶:/+-]*")


@dataclass(frozen=True, slots=True)
class _Column:
    """The body text's left and right edge, font size and line pitch."""

    left: float
    right: float
    size: float
    pitch: float
    flush: bool = True  # whether paragraphs go on at the left edge, so that what is indented starts one
    indented: bool = True  # whether paragraphs start indented, so that what is not goes on with one


def _measure(lines: Sequence[Line], width: float) -> _Column:
    """What most characters agree on."""
    size = median(line.size for line in lines for _ in line.text[:60])
    body = [line for line in lines if abs(line.size - size) < 0.15 * size] or list(lines)
    step = size / 2
    lefts = Counter(round(line.x0 / step) for line in body)
    widest = max(line.x1 for line in body)
    full = [line.x1 for line in body if line.x1 > widest - 3 * size]
    wide = {round(line.x0 / step) for line in body if line.x1 - line.x0 > 0.8 * (widest - min(b.x0 for b in body))}
    frequent = [place for place, count in lefts.items() if count >= max(2, 0.15 * len(body)) or place in wide]
    near = min(frequent, default=min(lefts))
    left = min(line.x0 for line in body if round(line.x0 / step) == near)
    pitches = [b.top - a.top for a, b in pairwise(body) if a.page == b.page and 0 < b.top - a.top < 4 * size]
    right = max(median(full), widest - size)
    if right < 0.75 * (width - left):  # no line fills the page: its margins are taken to be alike
        right = width - left
    flush = sum(line.x0 - left < size / 2 for line in body) > 0.1 * len(body)
    indented = sum(1.2 * size < line.x0 - left < 4 * size for line in body) > 0.08 * len(body)
    return _Column(left, right, size, median(pitches) if pitches else 1.5 * size, flush, indented)


def paragraphs(items: Sequence[Line | Table], width: float) -> list[str]:
    lines = [item for item in items if isinstance(item, Line)]
    column = _measure(lines, width) if lines else _Column(0, 0, 1, 1)
    out: list[str] = []
    before: Line | Table | None = None
    for item in _joined_tables(items):
        if isinstance(item, Table):
            out += markdown(item.rows)
        elif isinstance(before, Line) and not _starts(item, before, column):
            out[-1] = join(out[-1], item.text)
        else:
            out.append(item.text)
        before = item
    return out


def _joined_tables(items: Sequence[Line | Table]) -> list[Line | Table]:
    """Tables that go on over pages made one; a header that is repeated counts once."""
    out: list[Line | Table] = []
    for item in items:
        last = out[-1] if out else None
        if isinstance(item, Table) and isinstance(last, Table) and _continues(last, item):
            repeated = 0
            while repeated < min(3, len(item.rows)) and item.rows[repeated] == last.rows[repeated]:
                repeated += 1
            rows = last.rows + item.rows[repeated:]
            out[-1] = Table(rows, item.columns, item.page, last.top)
        else:
            out.append(item)
    return out


def _continues(before: Table, after: Table) -> bool:
    """Whether a table at a page's start goes on with the one at the end of the page before."""
    if after.page != before.page + 1 or len(before.columns) != len(after.columns):
        return False
    width = before.columns[-1] - before.columns[0]
    return all(abs(a - b) < 0.02 * width for a, b in zip(before.columns, after.columns, strict=True))


def _starts(line: Line, before: Line, column: _Column) -> bool:
    """Whether a line starts a paragraph."""
    em = column.size
    if abs(line.size - before.size) > 0.15 * em:
        return True
    same_page = line.page == before.page
    if line.size > 1.15 * em and same_page and line.top - before.top < 2.5 * line.size:
        return bool(_MARKER.match(line.text))  # a title over several lines
    ended = before.text[-1] in _FINAL
    short = column.right - before.x1 > _first_word(line) + (0.9 * em if ended else 1.7 * em)
    if _is_centred(line, column) or (short and _is_centred(before, column)):
        return True
    if same_page and line.top - before.top > 1.6 * column.pitch and line.top - before.top > 1.9 * em:
        return True
    if line.x0 - column.left > 1.2 * em:
        return column.flush or short or ended or abs(line.x0 - before.x0) > 0.5 * em
    return short or (ended and not column.indented and bool(_MARKER.match(line.text)))


def _first_word(line: Line) -> float:
    """The width of what cannot be parted at a line's start: a figure or character with its punctuation."""
    word = _UNPARTED.match(line.text)
    last = len(word[0].replace(" ", "")) if word else 1
    return line.ends[min(last, len(line.ends)) - 1] - line.x0


def _is_centred(line: Line, column: _Column) -> bool:
    """Indented on both sides alike, by more than a paragraph's first line."""
    left, right = line.x0 - column.left, column.right - line.x1
    return left > 2.5 * column.size and right > 2.5 * column.size and abs(left - right) < 3 * column.size
