"""Reads the figures of a document: paragraph by paragraph, sentence by sentence, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.extract.figures import tables
from knowledge.extract.figures.context import (
    carries,
    is_plan,
    opens_long,
    plan_period,
    sections_ahead,
    sections_behind,
    times_in,
)
from knowledge.extract.figures.fitness import unfit
from knowledge.extract.figures.grammar import compile_grammar
from knowledge.extract.figures.naming import Memory
from knowledge.extract.figures.scan import Figure, scan
from knowledge.extract.figures.sentence import Place, Scope, Sentence, opens_plan
from knowledge.lexicon import Lexicon
from knowledge.model import Document, Leftover, Observation, Paragraph, ParagraphKind, Period, Span
from knowledge.periods import Found


def read(document: Document, lexicon: Lexicon) -> tuple[tuple[Observation, ...], tuple[Leftover, ...]]:
    """Every figure of a document, in its order, and the numbers with units that could not be read."""
    reader = Reader(document, lexicon)
    observations: list[Observation] = []
    for paragraph in document.paragraphs:
        observations += reader.paragraph(paragraph)
    return tuple(observations), tuple(reader.leftovers)


class Reader:
    """Reads one document; what was spoken of is carried from clause to clause."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self.document, self.text, self.lexicon = document, document.text, lexicon
        self.grammar = compile_grammar(lexicon)
        self.leftovers: list[Leftover] = []
        self._full: dict[str, str] = {}
        self._sections: dict[tuple[str, ...], tuple[bool, Period | None]] = {}
        self._ahead = sections_ahead(document, self.grammar)
        self._behind = sections_behind(document, self.grammar)
        self._long: Found | None = None  # 五年来: holds for the paragraphs that follow in the same section
        self._long_section: tuple[str, ...] = ()

    def paragraph(self, paragraph: Paragraph) -> Iterator[Observation]:
        """The figures of one paragraph."""
        if paragraph.kind is ParagraphKind.TABLE_ROW:
            yield from tables.rows(self.document, paragraph, self.lexicon)
            return
        if (
            paragraph.kind in (ParagraphKind.TITLE, ParagraphKind.HEADING)
            and len(heading := paragraph.span.of(self.text)) < 40
            and not (heading.endswith("。") and "，" in heading)
        ):
            self._long = None
            return
        plan, default = self._plans(paragraph.section)
        period = None if plan else self._long_period(paragraph)
        figure, end = self._next_figure(*paragraph.span), paragraph.span.end
        if figure == end:
            return
        scope = Scope(period, default, plan, Memory(full=self._full))
        sections = paragraph.sentence_sections or (paragraph.section,) * len(paragraph.sentences)
        spans = paragraph.sentences or (paragraph.span,)
        section = paragraph.section
        for i, span in enumerate(spans):
            if i < len(sections) and sections[i] != section:
                section = sections[i]
                scope.plan, scope.default = self._plans(section)
            if figure < span.start:
                figure = self._next_figure(span.start, end)
            if figure < span.end:
                yield from self._sentence(paragraph, span, section, scope)

    def _next_figure(self, start: int, end: int) -> int:
        """Where in the document the next figure may stand; past the end if there is none."""
        found = self.grammar.has_figure.search(self.text, start, end)
        return found.start() if found else end

    def _plans(self, section: tuple[str, ...]) -> tuple[bool, Period | None]:
        """Whether a section speaks of plans, and the period that its figures are of unless they say otherwise."""
        if section not in self._sections:
            top = section[0] if section else ""
            rest = section[1:] if top in self._behind else section
            plan = top in self._ahead or is_plan(rest, self.document, self.grammar)
            period = plan_period(section, self.document) if plan else self.document.time_period
            self._sections[section] = (plan, period)
        return self._sections[section]

    def _long_period(self, paragraph: Paragraph) -> Found | None:
        """The several years that a paragraph opens with, or that one before it in the section did."""
        start, section = paragraph.span.start, paragraph.section
        opening = self.text[start : min(start + 40, paragraph.span.end)]
        times = times_in(opening, self.document)
        first = times.own[0] if times.own else None
        if first is not None and opens_long(first, opening):
            self._long, self._long_section = first, section
        elif first is not None and first.kind in ("year", "now") and first.span.start < 6:
            self._long = None
        same = section == self._long_section or (bool(section) and section[-1].startswith(("—", "－")))
        return self._long if same else None

    def _sentence(
        self, paragraph: Paragraph, span: Span, section: tuple[str, ...], scope: Scope
    ) -> Iterator[Observation]:
        text = span.of(self.text)
        place = Place(self.document, paragraph, span, section)
        times = times_in(text, self.document, scope.default if scope.plan else None)
        figures = scan(text, self.grammar, self.lexicon, [(t.span.start, t.span.end) for t in times.all])
        usable = []
        for figure in figures:
            reason = figure.skip or unfit(text, figure, self.grammar)
            if reason:
                if reason != "没有单位":
                    self._leave(place, figure, reason)
            else:
                usable.append(figure)
        if usable:
            yield from Sentence(place, times, scope, self.lexicon, self.grammar, self._leave).read(usable)
        elif opens_plan(text, self.grammar):
            scope.plan = True
        last = times.own[-1] if times.own else None
        if last is None or scope.plan or not carries(last, text):
            return
        if self._long is None or scope.period is not self._long or last.span.of(text) != "全年":
            scope.period = last  # 全年 among the figures of five years does not end these

    def _leave(self, place: Place, figure: Figure, reason: str) -> None:
        span = Span(place.span.start + figure.start, place.span.start + figure.end)
        self.leftovers.append(Leftover(figure.text + figure.unit, span, place.paragraph.index, reason))
