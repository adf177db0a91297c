"""From glyphs to printed lines and ruled tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from knowledge.read.ruled import Edge, RuledTable, ruled_tables
from knowledge.read.tables import cell, is_figure

CJK = re.compile(r"[\u2e80-\u303f\u3105-\u312f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…·①-⑳㈠-㈩]")


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
    """One printed line; `parts` are its pieces between wide gaps, with their left and right ends.

    `size` is that of its Chinese characters where it has any: the boxes of figures in another font differ from theirs.
    `ends` tells where each character of `text` ends, blanks left out.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int
    parts: list[tuple[str, float, float]]
    ends: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table on one page, its merged cells filled."""

    rows: list[list[str]]
    columns: list[float]
    page: int
    top: float


def lift_tables(page: Page, number: int) -> tuple[list[Table], list[Glyph]]:
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
    for line in lines_of(glyphs, number):
        text = join(text, line.text)
    return cell(text)


def lines_of(glyphs: Iterable[Glyph], number: int) -> list[Line]:
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
    ends: list[float] = []
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
        ends += [glyph.x1] * len(glyph.text)
        before, spaced = glyph, False
    text = " ".join(part[0] for part in parts)
    edges = (
        min(g.x0 for g in inked),
        max(g.x1 for g in inked),
        min(g.top for g in inked),
        max(g.bottom for g in inked),
    )
    size = median([g.size for g in inked if CJK.match(g.text)] or [size])
    return Line(text, *edges, size, number, parts, ends)


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
    latin = not CJK.match(text[-1:]) and not CJK.match(new[:1])
    wide = gap > 0.9 * size
    return f"{text} {new}" if wide or (latin and (spaced or gap > 0.3 * size)) else text + new


def join(before: str, after: str) -> str:
    """Two printed lines of one paragraph: no space next to a Chinese character, a word's hyphen dropped.

    >>> join("实现增加", "值5亿元"), join("one sen-", "tence"), join("the", "end")
    ('实现增加值5亿元', 'one sentence', 'the end')
    """
    if not before or not after or CJK.match(before[-1]) or CJK.match(after[0]):
        return before + after
    if before.endswith("-") and before[-2:-1].isalpha() and after[0].islower():
        return before[:-1] + after
    if before[-1] in ".-,/%" or after[0] in ".-,/%" or (before[-1].isdigit() and after[0].isdigit()):
        return before + after
    return f"{before} {after}"
