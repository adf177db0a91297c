"""From positioned characters to paragraphs: what PDF and OFD, both fixed-layout formats, have in common.

pages of glyphs and rules -> tables out of ruled boxes -> lines -> no running heads, page numbers -> paragraphs

Coordinates run right and down; only their proportions matter, so that points and millimetres both do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from knowledge.read.ruled import Edge, RuledTable, ruled_tables
from knowledge.read.tables import cell, is_figure, markdown

_CJK = re.compile(r"[\u2e80-\u303f\u3105-\u312f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…·①-⑳㈠-㈩]")
_PAGE_NUMBER = re.compile(
    r"[-—–－~·\s]*\d{1,4}[-—–－~·\s]*|第\s*[\d一二三四五六七八九十]+\s*页(?:\s*[,，/]?\s*共\s*[\d一二三四五六七八九十]+\s*页)?|"
    r"\d{1,4}\s*/\s*\d{1,4}|[-—\s]*[ivxIVXⅠ-Ⅻ]{1,5}[-—\s]*|(?:Page|P\.?)\s*\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE,
)
_FINAL = "。！？；：!?;:”）)》」』"
_MARKER = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+[章节条部]|"
    r"[①-⑳]|——)"
)
_NOTE = re.compile(r"[①-⑳*※]|[\[［【〔(（]?\d{1,3}[\]］】〕)）]?\s*\D|注[:：\d]")
_UNPARTED = re.compile(r"[“‘（《【]*(?:[A-Za-z\d.,%‰+-]+|.)[，。；：、！？）》】”’]*")
_MARGIN = 0.11  # share of the page's height in which running heads and page numbers stand


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character, or a fragment that is known to belong together, with its box."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def size(self) -> float:
        """The height of the box: the font size or a little more."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height of the box's centre."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Page:
    """What stands on one page."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One printed line; `parts` are its pieces between wide gaps, with their left and right ends."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int
    parts: list[tuple[str, float, float]]


@dataclass(slots=True)
class Table:
    """A table on one page, its merged cells filled."""

    rows: list[list[str]]
    columns: list[float]
    page: int
    top: float


@dataclass(frozen=True, slots=True)
class Flow:
    """The text of all pages, a paragraph or table row a line, and the footnotes found at page ends."""

    lines: tuple[str, ...]
    notes: tuple[str, ...]


def flow(pages: Sequence[Page]) -> Flow:
    """Read pages in order into paragraphs and tables."""
    blocks: list[list[Line | Table]] = []
    for number, page in enumerate(pages):
        tables, rest = _lift_tables(page, number)
        items: list[Line | Table] = [*_lines(rest, number), *tables]
        blocks.append(sorted(items, key=lambda item: item.top))
    _drop_running(blocks, pages)
    notes = _lift_notes(blocks, pages)
    items = [item for block in blocks for item in block]
    width = median(page.width for page in pages) if pages else 0.0
    return Flow(tuple(_paragraphs(_with_aligned_tables(items), width)), tuple(notes))


# -- lines -------------------------------------------------------------------------------------------------------------


def _lift_tables(page: Page, number: int) -> tuple[list[Table], list[Glyph]]:
    """The page's ruled tables, and the glyphs outside of them."""
    tables, rest = [], page.glyphs
    for ruled in ruled_tables(page.edges):
        inside = [g for g in rest if ruled.holds((g.x0 + g.x1) / 2, g.middle)]
        if ruled.is_grid() and inside:
            tables.append(Table(_filled(ruled, inside, number), ruled.columns, number, ruled.top))
            taken = set(map(id, inside))
            rest = [g for g in rest if id(g) not in taken]
    return tables, rest


def _filled(ruled: RuledTable, glyphs: list[Glyph], number: int) -> list[list[str]]:
    """The texts of a ruled table's grid; a merged cell's text stands at every place that it covers, a figure once."""
    by_box: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        by_box.setdefault(ruled.box_at((glyph.x0 + glyph.x1) / 2, glyph.middle), []).append(glyph)
    texts = {box: _cell_text(inside, number) for box, inside in by_box.items()}
    shown: set[int] = set()
    rows: list[list[str]] = [[] for _ in ruled.grid]
    for row, boxes in zip(rows, ruled.grid, strict=True):
        for box in boxes:
            text = texts.get(box, "")
            row.append("" if box in shown and is_figure(text) else text)
            shown.add(box)
    return rows


def _cell_text(glyphs: list[Glyph], number: int) -> str:
    text = ""
    for line in _lines(glyphs, number):
        text = join(text, line.text)
    return cell(text)


def _lines(glyphs: Iterable[Glyph], number: int) -> list[Line]:
    """Group glyphs that stand at one height, each group from left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.middle, g.x0)):
        row = rows[-1] if rows else None
        if row is not None and _same_line(row[-1], glyph):
            row.append(glyph)
        else:
            rows.append([glyph])
    return [line for row in _reunited(rows) if (line := _line(row, number)).text]


def _same_line(one: Glyph, other: Glyph) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.55 * min(one.size, other.size)


def _reunited(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Rows that the raised or small glyphs between them kept apart."""
    merged: list[list[Glyph]] = []
    for row in rows:
        if merged and _same_line(max(merged[-1], key=lambda g: g.size), max(row, key=lambda g: g.size)):
            merged[-1] += row
        else:
            merged.append(row)
    return merged


def _line(glyphs: list[Glyph], number: int) -> Line:
    glyphs = sorted(glyphs, key=lambda g: g.x0)
    inked = [g for g in glyphs if not g.text.isspace()] or glyphs
    size = median(g.size for g in inked)
    parts: list[tuple[str, float, float]] = []
    before: Glyph | None = None
    spaced = False
    for glyph in _without_marks(glyphs, size):
        if glyph.text.isspace():
            spaced = True
            continue
        gap = 0.0 if before is None else glyph.x0 - before.x1
        if before is None or gap > 1.6 * size:
            parts.append((glyph.text, glyph.x0, glyph.x1))
        else:
            text, left, _ = parts[-1]
            parts[-1] = (_next_to(text, glyph.text, gap, size, spaced=spaced), left, glyph.x1)
        before, spaced = glyph, False
    text = " ".join(part[0] for part in parts)
    edges = (
        min(g.x0 for g in inked),
        max(g.x1 for g in inked),
        min(g.top for g in inked),
        max(g.bottom for g in inked),
    )
    return Line(text, *edges, size, number, parts)


def _without_marks(glyphs: list[Glyph], size: float) -> Iterable[Glyph]:
    """Leave out footnote marks: raised small figures, which would else lengthen the number before them."""
    base = median(g.bottom for g in glyphs)
    previous = ""
    for glyph in glyphs:
        raised = glyph.size < 0.75 * size and glyph.bottom < base - 0.2 * size
        if raised and re.fullmatch(r"[\d①-⑳\[\]［］*]+", glyph.text):
            if previous in "mM米" and glyph.text in "23":
                yield Glyph("²³"[int(glyph.text) - 2], glyph.x0, glyph.top, glyph.x1, glyph.bottom)
            continue
        previous = glyph.text[-1:] or previous
        yield glyph


def _next_to(text: str, new: str, gap: float, size: float, *, spaced: bool) -> str:
    """A space only where one means something: between two Latin words or figures, or over a wide gap."""
    latin = not _CJK.match(text[-1:]) and not _CJK.match(new[:1])
    wide = gap > 0.9 * size
    return f"{text} {new}" if wide or (latin and (spaced or gap > 0.3 * size)) else text + new


def join(before: str, after: str) -> str:
    """Two printed lines of one paragraph: no space next to a Chinese character, a word's hyphen dropped.

    >>> join("实现增加", "值5亿元"), join("one sen-", "tence"), join("the", "end")
    ('实现增加值5亿元', 'one sentence', 'the end')
    """
    if not before or not after or _CJK.match(before[-1]) or _CJK.match(after[0]):
        return before + after
    if before.endswith("-") and before[-2:-1].isalpha() and after[0].islower():
        return before[:-1] + after
    if before[-1] in ".-,/%" or after[0] in ".-,/%" or (before[-1].isdigit() and after[0].isdigit()):
        return before + after
    return f"{before} {after}"


# -- running heads and footnotes ---------------------------------------------------------------------------------------


def _drop_running(blocks: list[list[Line | Table]], pages: Sequence[Page]) -> None:
    """Take out page numbers, and lines at the same edge of several pages that differ in figures alone."""
    ends = [_edge_lines(block, page) for block, page in zip(blocks, pages, strict=True)]
    shapes = Counter(shape for page in ends for shape in {_shape(line) for line in page})
    for block, page in zip(blocks, ends, strict=True):
        for line in page:
            if _PAGE_NUMBER.fullmatch(line.text.strip()) or shapes[_shape(line)] >= max(2, len(pages) * 0.4):
                block.remove(line)


def _edge_lines(block: list[Line | Table], page: Page) -> list[Line]:
    """Up to two lines at the top and at the bottom that stand in the margins."""
    lines = [item for item in block if isinstance(item, Line)]
    above = [line for line in lines[:2] if line.bottom < _MARGIN * page.height]
    below = [line for line in lines[-2:] if line.top > (1 - _MARGIN) * page.height]
    return above + [line for line in below if line not in above]


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.replace(" ", ""))


def _lift_notes(blocks: list[list[Line | Table]], pages: Sequence[Page]) -> list[str]:
    """Footnotes: a run of small lines at a page's end that starts with a note's mark."""
    sizes = [line.size for block in blocks for line in block if isinstance(line, Line) for _ in line.text]
    if not sizes:
        return []
    body = median(sizes)
    notes: list[str] = []
    for block, page in zip(blocks, pages, strict=True):
        run: list[Line] = []
        while (
            block and isinstance(last := block[-1], Line) and last.size < 0.87 * body and last.top > 0.5 * page.height
        ):
            run.insert(0, last)
            block.pop()
        if run and not _NOTE.match(run[0].text):
            block += run
        else:
            notes += _note_texts(run)
    return notes


def _note_texts(run: list[Line]) -> list[str]:
    notes: list[str] = []
    for line in run:
        if _NOTE.match(line.text) or not notes:
            notes.append(line.text)
        else:
            notes[-1] = join(notes[-1], line.text)
    return notes


# -- paragraphs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """The body text's left and right edge, font size and line pitch."""

    left: float
    right: float
    size: float
    pitch: float


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
    return _Column(left, right, size, median(pitches) if pitches else 1.5 * size)


def _paragraphs(items: Sequence[Line | Table], width: float) -> list[str]:
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
    if _is_centred(line, column) or _is_centred(before, column):
        return True
    if same_page and line.top - before.top > 1.6 * column.pitch and line.top - before.top > 1.9 * em:
        return True
    ended = before.text[-1] in _FINAL
    short = column.right - before.x1 > _first_word(line.text) * em + (0.9 * em if ended else 1.7 * em)
    if line.x0 - column.left > 1.2 * em:
        return not (abs(line.x0 - before.x0) < 0.5 * em and not short and not ended)
    return short or (ended and bool(_MARKER.match(line.text)))


def _first_word(text: str) -> float:
    """The width, in ems, of what cannot be parted at a line's start: a figure or character with its punctuation."""
    word = _UNPARTED.match(text)
    return sum(1.0 if _CJK.match(char) else 0.5 for char in word[0]) if word else 1.0


def _is_centred(line: Line, column: _Column) -> bool:
    """Indented on both sides alike, by more than a paragraph's first line."""
    left, right = line.x0 - column.left, column.right - line.x1
    return left > 2.5 * column.size and right > 2.5 * column.size and abs(left - right) < 3 * column.size


# -- tables without rules ----------------------------------------------------------------------------------------------


def _with_aligned_tables(items: list[Line | Table]) -> list[Line | Table]:
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
