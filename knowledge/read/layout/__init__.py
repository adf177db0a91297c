"""From positioned characters to paragraphs: what PDF and OFD, both fixed-layout formats, have in common.

pages of glyphs and rules -> tables out of ruled boxes -> lines -> no running heads, page numbers -> paragraphs

Coordinates run right and down; only their proportions matter, so that points and millimetres both do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from knowledge.read.layout.aligned import with_aligned_tables
from knowledge.read.layout.lines import Glyph, Line, Page, Table, lift_tables, lines_of
from knowledge.read.layout.paragraphs import paragraphs
from knowledge.read.layout.running import drop_running, lift_notes

__all__ = ["Flow", "Glyph", "Page", "flow"]


@dataclass(frozen=True, slots=True)
class Flow:
    """The text of all pages, a paragraph or table row a line, and the footnotes found at page ends."""

    lines: tuple[str, ...]
    notes: tuple[str, ...]


def flow(pages: Sequence[Page]) -> Flow:
    """Read pages in order into paragraphs and tables."""
    blocks: list[list[Line | Table]] = []
    for number, page in enumerate(pages):
        tables, rest = lift_tables(page, number)
        items: list[Line | Table] = [*lines_of(rest, number), *tables]
        blocks.append(sorted(items, key=lambda item: item.top))
    drop_running(blocks, pages)
    notes = lift_notes(blocks, pages)
    items = [item for block in blocks for item in block]
    width = median(page.width for page in pages) if pages else 0.0
    return Flow(tuple(paragraphs(with_aligned_tables(items), width)), tuple(notes))
