"""Counts, apart from the reader, which numbers with a unit ended in no observation."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from knowledge import periods
from knowledge.lexicon import Lexicon
from knowledge.model import Extraction, ParagraphKind

_NUMBER = r"(?<![\d.A-Za-z第])\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Unread:
    """Numbers with a unit in a document: how many there are, and those that no observation covers."""

    numbers: int
    missed: tuple[str, ...]


def number_with_unit(lexicon: Lexicon) -> re.Pattern[str]:
    """An Arabic numeral with a unit of the lexicon right after it."""
    units = sorted({*lexicon.bases, *lexicon.factors}, key=len, reverse=True)
    return re.compile(rf"{_NUMBER}\s*(?:多|余)?(?:万亿|亿|万|千)?(?:多|余)?(?:{'|'.join(map(re.escape, units))})")


def unread(extraction: Extraction, lexicon: Lexicon, pattern: re.Pattern[str]) -> Unread:
    """Which numbers of a document's sentences were not read, time expressions left out."""
    document = extraction.document
    starts = {obs.span.start for obs in extraction.observations}
    covered = {place for obs in extraction.observations for place in range(obs.span.start, obs.span.end)}
    numbers, missed = 0, []
    for paragraph in document.paragraphs:
        if paragraph.kind is not ParagraphKind.TEXT:
            continue
        text = paragraph.span.of(document.text)
        times = {i for found in periods.find(text, year=2000) for i in range(found.span.start, found.span.end)}
        for found in pattern.finditer(text):
            if found.start() in times:
                continue
            numbers += 1
            place = paragraph.span.start + found.start()
            if place not in starts and place not in covered:
                missed.append(text[max(0, found.start() - 12) : found.end() + 12])
    return Unread(numbers, tuple(missed))


def reasons(extractions: list[Extraction]) -> Counter[str]:
    """Why the reader itself left numbers over."""
    return Counter(left.reason for extraction in extractions for left in extraction.leftovers)
