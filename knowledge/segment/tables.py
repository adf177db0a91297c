"""Markdown pipe tables: header, cells and what the table is of."""

from __future__ import annotations

import re

from knowledge.model import Paragraph, ParagraphKind, Span

_CELL = re.compile(r"(?:\\\||[^|\n])*")
_RULE = re.compile(r"^\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?$")


def is_row(line: str) -> bool:
    """Whether a stripped line is a row of a pipe table."""
    return line.startswith("|") and line.count("|") >= 2


def is_rule(line: str) -> bool:
    """Whether a row is the line of dashes under the header."""
    return bool(_RULE.match(line)) and "-" in line


def cells(text: str, line: Span) -> tuple[Span, ...]:
    """The cells of a row, without the white space around them; an empty cell is an empty span."""
    end = line.end - (text[line.end - 1] == "|")
    found, at = [], line.start + 1
    while at <= end:
        match = _CELL.match(text, at, end)
        stop = match.end() if match else end
        raw = text[at:stop]
        left = len(raw) - len(raw.lstrip())
        found.append(Span(at + left, at + max(left, len(raw.rstrip()))) if raw.strip() else Span(at, at))
        at = stop + 1
    return tuple(found)


class Table:
    """The table that the walk through a document is in: gives each row its header and caption."""

    def __init__(self, caption: str, section: tuple[str, ...]) -> None:
        self._caption = caption
        self._section = section
        self._header: tuple[str, ...] = ()

    def row(self, index: int, text: str, line: Span) -> Paragraph:
        """One row. The header row has cells and no header; the line of dashes has neither."""
        if is_rule(line.of(text)):
            return self._paragraph(index, line, (), ())
        spans = cells(text, line)
        header = self._header
        if not header:
            self._header = tuple(span.of(text).replace("**", "") for span in spans)
        return self._paragraph(index, line, header, spans)

    def _paragraph(self, index: int, line: Span, header: tuple[str, ...], spans: tuple[Span, ...]) -> Paragraph:
        return Paragraph(
            index, ParagraphKind.TABLE_ROW, line, self._section, header=header, cells=spans, caption=self._caption
        )
