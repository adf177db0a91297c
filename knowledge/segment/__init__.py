"""segment: Repaired -> Document. Lines, headings, tables, sentences, and what the document is."""

from __future__ import annotations

from knowledge.model import Document, Repaired
from knowledge.segment.identity import identify
from knowledge.segment.walk import walk

__all__ = ["segment"]


def segment(repaired: Repaired) -> Document:
    """Cut a repaired text into paragraphs with their sections and sentences; tell title, issuer, place, period."""
    paragraphs = tuple(walk(repaired.text))
    who = identify(repaired, paragraphs)
    return Document(
        repaired, who.title, who.issuer, who.ref_area, who.time_period, who.year, paragraphs, months=who.months
    )
