"""Lays a document out as a Sheet: its words folded, clauses and sentences cut, figures placed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from knowledge.match.called import Called
from knowledge.match.page import Page, clause_around, folded, head
from knowledge.match.sheet import Fields, Sheet, small
from knowledge.model import Fact, Mention, ParagraphKind, Passage

NAME, ACTIVITY, CLAUSE, SEGMENT, HEAD, SENTENCE, SECTION = 1.0, 1.0, 0.97, 0.9, 0.88, 0.62, 0.6
_RUN_IN, _HEADING, _FARTHER = 0.92, 0.9, 0.65  # how closely heads belong to the sentences under them
_TOLD = (ParagraphKind.TEXT, ParagraphKind.TABLE_ROW)


def lay_out(
    passages: Sequence[Passage], mentions: Sequence[Mention], called: Called, fact: Callable[[Mention], Fact]
) -> Sheet:
    """A document of its paragraphs and of what its figures are found by; `fact` fetches one that stands in none."""
    page = Page(passages, folded((passage.text for passage in passages), called.fold))
    where = [_placed(page, mention) for mention in mentions]
    told = [passages[number].paragraph.kind in _TOLD for number, _, _ in page.sentences]
    calls: dict[tuple[str, str, str | None], int] = {}
    named = [calls.setdefault((one.indicator, one.name_text, one.activity), len(calls)) for one in mentions]
    laid = _Fielded(passages, called, fact)
    for number, (mention, place) in enumerate(zip(mentions, where, strict=True)):
        laid.add(number, mention, place)
    sentences, starts, stops = _columns(page.sentences, 3)
    places, offsets, firsts, lasts = _columns(where, 4)
    return Sheet(
        page.text, small(page.ends), small(page.segments), small(page.clause_sentences),
        sentences, starts, stops, array("b", told), small(passage.paragraph.index for passage in passages),
        array("q", [mention.obs_id for mention in mentions]), small(named),
        small(mention.paragraph for mention in mentions), places, offsets, firsts, lasts,
        laid.own.texts(), laid.fields.owners(), _headed(page, told, called).owners(),
    )  # fmt: skip


def _columns(rows: Sequence[tuple[int, ...]], count: int) -> list[array[int]]:
    return [small(row[at] for row in rows) for at in range(count)]


_NOWHERE = (-1, -1, -1, -1)


def _placed(page: Page, mention: Mention) -> tuple[int, int, int, int]:
    """The passage in which a figure stands, where in it, its first clause and its last."""
    number = page.places.get(mention.paragraph)
    if number is None:
        return _NOWHERE
    passage = page.passages[number]
    offset = mention.start - passage.paragraph.span.start
    if not 0 <= offset < len(passage.text):
        return _NOWHERE
    first = page.clause_at(number, offset)
    return number, offset, first, max(page.clause_at(number, offset + mention.length - 1), first)


class _Fielded:
    """Collects what belongs to figures beside the text that they stand in, and their names as they are written."""

    def __init__(self, passages: Sequence[Passage], called: Called, fact: Callable[[Mention], Fact]) -> None:
        self._passages, self._called, self._fact = passages, called, fact
        self._sections = {passage.paragraph.index: passage.paragraph.section for passage in passages}
        self._short = called.fold.short
        self.fields, self.own = Fields(), Fields()

    def add(self, number: int, mention: Mention, place: tuple[int, int, int, int]) -> None:
        """A figure: its names, activity, headings and what is around it."""
        call = self._called.names(mention.indicator, mention.name_text)
        self.fields.add_all(call.names, number, NAME)
        self.own.add(call.names[0], number, NAME)
        activity = self._called.activity(mention.activity)
        self.fields.add(activity, number, ACTIVITY)
        self.own.add(activity, number, ACTIVITY)
        section = self._sections.get(mention.paragraph, ()) if mention.section is None else mention.section
        for depth, heading in enumerate(reversed(section)):
            self.fields.add(self._short(heading), number, HEAD if depth == 0 else SECTION)
        self._around(number, mention, place)

    def _around(self, number: int, mention: Mention, place: tuple[int, int, int, int]) -> None:
        """The run-in head and the table's caption; the sentence itself where it is in no paragraph."""
        if place is _NOWHERE:
            obs = self._fact(mention).obs
            clause = clause_around(obs.quote, obs.quote.find(obs.value_text), len(obs.value_text))
            self.fields.add(self._short(clause), number, CLAUSE)
            self.fields.add(self._short(obs.quote), number, SENTENCE)
            return
        passage = self._passages[place[0]]
        if passage.paragraph.caption and passage.paragraph.kind is ParagraphKind.TABLE_ROW:
            self.fields.add(self._short(passage.paragraph.caption), number, SEGMENT)
        if passage.paragraph.head:
            self.fields.add(self._short(head(passage)), number, HEAD)


def _headed(page: Page, told: Sequence[bool], called: Called) -> Fields:
    """Headings and run-in heads with the sentences under them."""
    fields, short = Fields(), called.fold.short
    for number, (place, _, _) in enumerate(page.sentences):
        if not told[number]:
            continue
        passage = page.passages[place]
        if passage.paragraph.head:
            fields.add(short(head(passage)), number, _RUN_IN)
        for depth, heading in enumerate(reversed(passage.paragraph.section)):
            fields.add(short(heading), number, _HEADING if depth == 0 else _FARTHER)
    return fields
