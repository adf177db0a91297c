"""Running heads, page numbers and footnotes, taken out of the pages' lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from knowledge.read.layout.lines import Line, Page, Table, join

_PAGE_NUMBER = re.compile(
    r"[-—–－~·\s]*\d{1,4}[-—–－~·\s]*|第\s*[\d一二三四五六七八九十]+\s*页(?:\s*[,，/]?\s*共\s*[\d一二三四五六七八九十]+\s*页)?|"
    r"\d{1,4}\s*/\s*\d{1,4}|[-—\s]*[ivxIVXⅠ-Ⅻ]{1,5}[-—\s]*|(?:Page|P\.?)\s*\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[①-⑳*※]|[\[［【〔(（]?\d{1,3}[\]］】〕)）]?\s*\D|注[:：\d]")
_MARGIN = 0.11  # share of the page's height in which running heads and page numbers stand


def drop_running(blocks: list[list[Line | Table]], pages: Sequence[Page]) -> None:
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


def lift_notes(blocks: list[list[Line | Table]], pages: Sequence[Page]) -> list[str]:
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
