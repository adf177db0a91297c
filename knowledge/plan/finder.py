"""What planning needs from matching, and the choice of documents by time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from knowledge.inquiry import Hit, Line, Query, Thresholds
from knowledge.model import Difficulty, DocumentInfo, Fact, Passage, Period, WorkItem


class Finder(Protocol):
    """Looks things up; the composition gives one that reads a shelf."""

    limits: Thresholds

    def figures(self, content: Sequence[str], docs: Sequence[DocumentInfo]) -> list[Hit]:
        """Figures that fit, best first."""
        ...

    def lines(self, content: Sequence[str], docs: Sequence[DocumentInfo]) -> list[Line]:
        """Sentences that fit, best first."""
        ...

    def all_figures(self, doc: DocumentInfo) -> Sequence[Fact]:
        """Every figure of a document."""
        ...

    def beside(self, fact: Fact) -> Sequence[Fact]:
        """Every figure of the paragraph in which a figure stands."""
        ...

    def difficulties(self, doc: DocumentInfo) -> Sequence[Difficulty]:
        """Every difficulty of a document."""
        ...

    def work_items(self, doc: DocumentInfo) -> Sequence[WorkItem]:
        """Every work item of a document."""
        ...

    def passages(self, doc: DocumentInfo) -> Sequence[Passage]:
        """Every paragraph of a document."""
        ...

    def units(self, query: Query) -> frozenset[str] | None:
        """The units that fit what the question counts."""
        ...

    def fits(self, content: Sequence[str], doc: DocumentInfo, texts: Sequence[str]) -> list[float]:
        """How much of what is looked up each text of a document holds."""
        ...

    def troubled(self, quote: str) -> bool:
        """Whether a sentence admits that something is lacking, and does not tell that it was mended."""
        ...

    def faint(self, content: Sequence[str]) -> bool:
        """Whether nothing but words of little weight is looked up."""
        ...


_COMING = re.compile("思路|打算|计划|安排|目标|工作|任务|要|将")


def end(doc: DocumentInfo) -> int:
    """A number that grows with the end of a document's period."""
    return doc.time_period.end[0] * 12 + doc.time_period.end[1] if doc.time_period else 0


def of_time(query: Query, docs: Sequence[DocumentInfo]) -> tuple[DocumentInfo, ...]:
    """The documents that may tell of the time asked for, fittest first; latest first where none is asked for."""
    latest = tuple(sorted(docs, key=end, reverse=True))
    if not query.periods:
        return latest
    rows = [(cost, doc) for doc in latest if (cost := min(_cost(period, doc, query) for period in query.periods)) < 9]
    return tuple(doc for _, doc in sorted(rows, key=lambda row: row[0]))


def _cost(period: Period, doc: DocumentInfo, query: Query) -> int:
    own = doc.time_period
    if own is None:
        return 0 if _headed(query, doc) else 9
    if own == period:
        return 0
    if period.start == own.start and own.end <= period.end and doc.year != own.end[0]:
        return 1
    if doc.year is not None and period.start[0] == period.end[0] == doc.year and doc.year != own.end[0]:
        return 1
    following = _COMING.search(query.plain) and period.start == (own.end[0] + own.end[1] // 12, own.end[1] % 12 + 1)
    if following or (own.start <= period.start and period.end <= own.end):
        return 2
    if (
        period.months == 12
        and own.start[0] == period.start[0] == own.end[0]
        and not re.search("全年", query.period_text)
    ):
        return 3
    return 9


def _headed(query: Query, doc: DocumentInfo) -> bool:
    return not ("下半年" in query.period_text and "上半年" in doc.title)
