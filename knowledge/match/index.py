"""What one document can be asked for: its figures and sentences, by the keys they hold, looked up when first asked."""

from __future__ import annotations

import logging
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import proxy

from knowledge.frozen import quick
from knowledge.match.called import Called, Keys
from knowledge.match.laying import CLAUSE, SEGMENT, SENTENCE, lay_out
from knowledge.match.page import clause_around, head, places
from knowledge.match.sheet import BadSheet, Sheet, unpack
from knowledge.match.text import keys
from knowledge.model import DocumentInfo, Fact, Mention, Passage, Shelf

logger = logging.getLogger(__name__)
_SEGMENT = re.compile(r"[；;。！!？?]")
_SHARE = re.compile("占.*(?:比重|比例|比|的)")  # what a share is of is not what the figure is of
_REFERENCE = re.compile("(?:快|慢|高|低|多|少|优|好)于[一-鿿]+")  # nor what it is measured by
PER = re.compile("人均|每[百千万]人|[百千万]人口|户均|亩均(?!论英雄)|每[户亩家]|平均|单位.{2,8}能耗")
_STEP = 8  # figures that are made ready at a time
Names = tuple[frozenset[str], ...]  # the keys of each name


@quick
@dataclass(frozen=True, slots=True)
class Entry:
    """A figure with the texts around it that may hold a question's words."""

    fact: Fact
    clause: str
    keys: Keys  # of its names and activity
    own: str = ""  # its name, activity and clause, folded, without what a share is of
    whole: str = ""  # the same with it
    canonical: str = ""  # the folded canonical name
    lead: str = ""  # what its run-in head and its sentence, up to a semicolon, say before it
    each: bool = False  # it is for each person, household or mu
    cell: bool = False  # it stands in a table

    @property
    def after(self) -> str:
        """What its sentence says after it."""
        obs = self.fact.obs
        return obs.quote[max(obs.quote.find(obs.value_text), 0) :]

    near: str = ""  # its own words and those before it

    def named(self, names: tuple[str, ...]) -> bool:
        """Whether its own words hold an indicator, by any of its names."""
        return self.canonical == names[0] or any(map(self._alike, names))

    def _alike(self, name: str) -> bool:
        """Whether most of a name stands in its own words."""
        wanted, words = keys(name), self.whole if "占" in name else self.own
        return name in words or (name[-2:] in words and len(wanted & keys(words)) >= 0.7 * len(wanted) > 1)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its paragraph."""

    passage: Passage
    quote: str
    section: tuple[str, ...]


@dataclass
class Postings:
    """Which entries hold a key, and at which level; what is not noted yet is looked up."""

    table: dict[str, dict[int, float]] = field(default_factory=dict)
    look_up: Callable[[str], dict[int, float]] | None = None

    def row(self, key: str) -> dict[int, float]:
        """Entry -> level for a key."""
        found = self.table.get(key)
        if found is None:
            found = self.table[key] = self.look_up(key) if self.look_up else {}
        return found

    def add(self, entry: int, found: Iterable[str], level: float) -> None:
        """Notes keys; the highest level stays."""
        for key in found:
            _raise(self.table.setdefault(key, {}), entry, level)


def _raise(row: dict[int, float], entry: int, level: float) -> None:
    if row.get(entry, 0.0) < level:
        row[entry] = level


class DocumentIndex:
    """The figures and sentences of one document of a shelf."""

    def __init__(self, shelf: Shelf, doc: DocumentInfo, called: Called) -> None:
        self._shelf, self._called, self.fold = shelf, called, called.fold
        self.doc = doc
        own = proxy(self)  # no cycle: an index that is given up goes at once
        self.figures = Postings(look_up=lambda key: own._figures_with(key))
        self.lines = Postings(look_up=lambda key: own._lines_with(key))
        self._weights: dict[str, float | None] = {}
        self._entries: dict[int, Entry] = {}
        self._named: dict[str, dict[int, bool]] = {}
        self._names: dict[int, Names] = {}
        self._totals: dict[frozenset[str], float] = {}
        self._facts: dict[int, Fact] = {}
        self._passages: dict[int, Passage] = {}

    # -- what it reads -------------------------------------------------------------------------------------------------

    @cached_property
    def sheet(self) -> Sheet:
        """What is kept of it for asking: as it was stored at its publication, else laid out now."""
        kept = self._shelf.sheet(self.doc.doc_id, self._called.stamp)
        try:
            return self.laid_out() if kept is None else unpack(kept)
        except BadSheet:
            logger.warning("the index of document %d is damaged, made anew", self.doc.doc_id)
            return self.laid_out()

    def laid_out(self) -> Sheet:
        """The same, made of its paragraphs and figures."""

        def fact(mention: Mention) -> Fact:
            return self._shelf.some_facts(self.doc, [mention.obs_id])[0]

        return lay_out(self.passages, self._shelf.mentions(self.doc.doc_id), self._called, fact)

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """Its paragraphs."""
        return self._shelf.passages(self.doc.doc_id)

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """Its figures, in its order."""
        return self._shelf.document_facts(self.doc.doc_id)

    def read(self, numbers: Iterable[int]) -> None:
        """Fetches the figures of some numbers, and where they stand, at once: a first question needs few of them."""
        if "facts" in self.__dict__:
            return
        lacking = [number for number in numbers if number not in self._facts]
        if not lacking:
            return
        sheet = self.sheet
        numbered = {sheet.obs_ids[number]: number for number in lacking}
        for fact in self._shelf.some_facts(self.doc, list(numbered)):
            self._facts[numbered[fact.obs_id]] = fact
        self.read_passages({place for number in lacking if (place := sheet.figure_passages[number]) >= 0})

    def fact(self, number: int) -> Fact:
        """The figure of a number."""
        if "facts" in self.__dict__:
            return self.facts[number]
        if number not in self._facts:
            self.read((number,))
        return self._facts[number]

    def of_paragraph(self, paragraph: int) -> list[Fact]:
        """The figures that stand in a paragraph."""
        numbers = [number for number, own in enumerate(self.sheet.figure_paragraphs) if own == paragraph]
        self.read(numbers)
        return [self.fact(number) for number in numbers]

    def read_passages(self, numbers: Iterable[int]) -> None:
        """Fetches some paragraphs at once."""
        if "passages" in self.__dict__:
            return
        paragraphs = self.sheet.paragraphs
        lacking = {paragraphs[number]: number for number in numbers if number not in self._passages}
        for passage in self._shelf.some_passages(self.doc, list(lacking)) if lacking else ():
            self._passages[lacking[passage.paragraph.index]] = passage

    def passage(self, number: int) -> Passage:
        """The paragraph of a number."""
        if "passages" in self.__dict__:
            return self.passages[number]
        if number not in self._passages:
            self.read_passages((number,))
        return self._passages[number]

    @property
    def text(self) -> str:
        """All of its words, folded."""
        return self.sheet.text

    @cached_property
    def plain(self) -> str:
        """All of its words as written, lower case, a paragraph a line."""
        return "\n".join(body.replace("\n", "\r") for body in self._shelf.bodies(self.doc.doc_id)).lower()

    def sentences(self, numbers: Sequence[int]) -> list[Sentence]:
        """Some of its sentences, those of headings among them."""
        sheet = self.sheet
        self.read_passages({sheet.passages[number] for number in numbers})
        return [self._sentence(self.passage(sheet.passages[number]), number) for number in numbers]

    def _sentence(self, passage: Passage, number: int) -> Sentence:
        quote = passage.text[self.sheet.starts[number] : self.sheet.stops[number]]
        return Sentence(passage, quote, passage.paragraph.section)

    def ahead(self, *, whole: bool) -> Iterator[None]:
        """Makes ahead what the first question about it would wait for, step by step; of the `whole` each figure."""
        _ = self.sheet.standing
        yield
        if whole:
            _ = self.facts, self.passages
            yield
            for number in range(len(self.sheet.obs_ids)):
                self.entry(number)
                deque(map(self.total, self.names(number)), maxlen=0)
                if number % _STEP == 0:
                    yield

    # -- how telling words are -----------------------------------------------------------------------------------------

    @cached_property
    def _most(self) -> float:
        return math.log(2 + sum(self.sheet.told))

    def weight(self, key: str) -> float | None:
        """How telling a key is, 0.3 to 1; None if the document lacks it."""
        if key not in self._weights:
            self._weights[key] = self._weighed(key)
        return self._weights[key]

    def _weighed(self, key: str) -> float | None:
        sheet = self.sheet
        count = sum(sheet.told[number] for number in {sheet.clause_sentences[each] for each in sheet.clauses(key)})
        if not count and not places(sheet.own, key):
            return None
        return 0.3 + 0.7 * (1 - math.log(1 + max(count, 1)) / self._most)

    def weigh(self, found: Iterable[str]) -> float:
        """What keys weigh together, in whatever order they come; half where the document lacks one."""
        return math.fsum(0.5 if (weight := self.weight(key)) is None else weight for key in found)

    # -- figures -------------------------------------------------------------------------------------------------------

    def entry(self, number: int) -> Entry:
        """A figure with the texts around it."""
        found = self._entries.get(number)
        if found is None:
            found = self._entries[number] = self._entry(number, self.fact(number))
        return found

    def _entry(self, number: int, fact: Fact) -> Entry:
        obs, fold = fact.obs, self.fold.short
        place, at = self.sheet.figure_passages[number], self.sheet.figure_offsets[number]
        passage = self.passage(place) if place >= 0 else None
        text, at = (passage.text, at) if passage else (obs.quote, obs.quote.find(obs.value_text))
        clause = clause_around(text, at, len(obs.value_text))
        canonical = self._called.names(obs.indicator, obs.name_text).canonical
        keys = self._called.keys(obs.indicator, obs.name_text, obs.activity)
        whole = [fold(obs.indicator), fold(obs.name_text), fold(obs.activity or ""), self.fold(clause)]
        own = " ".join(_REFERENCE.sub("", _SHARE.sub("", text)) for text in whole)
        lead = self._lead(passage, at) if passage else ""
        each, cell = PER.search(obs.indicator) is not None, obs.quote.lstrip().startswith("|")
        near, full = f"{own}|{lead}", " ".join(whole)
        return Entry(fact, clause, keys, own, full, canonical, lead, each, cell, near)

    def _lead(self, passage: Passage, at: int) -> str:
        """What the paragraph's run-in head and the sentence say before a figure, that up to a semicolon."""
        text = passage.text[:at]
        told = text[max((found.end() for found in _SEGMENT.finditer(text)), default=0) :]
        return self.fold(f"{head(passage)} {told}")

    def names(self, number: int) -> Names:
        """The keys of a figure's names with those of its activity; figures of one name share them."""
        called = self.sheet.calls[number]
        found = self._names.get(called)
        if found is None:
            found = self._names[called] = self.entry(number).keys.names
        return found

    def total(self, name: frozenset[str]) -> float:
        """What the keys of a name weigh together."""
        found = self._totals.get(name)
        if found is None:
            found = self._totals[name] = self.weigh(name)
        return found

    def naming(self, names: tuple[str, ...]) -> Callable[[int], bool]:
        """Tells of a figure whether its own words hold an indicator, by any of its names."""
        known = self._named.setdefault(names[0], {})

        def named(number: int) -> bool:
            found = known.get(number)
            if found is None:
                found = known[number] = self.entry(number).named(names)
            return found

        return named

    def _figures_with(self, key: str) -> dict[int, float]:
        """Figure -> the level at which its names, clause, sentence or headings hold a key."""
        row: dict[int, float] = {}
        sheet = self.sheet
        for number, level in sheet.fields.holding(key):
            _raise(row, number, level)
        clauses, segments, sentences = sheet.standing
        for clause in sheet.clauses(key):
            for number in clauses.get(clause, ()):
                _raise(row, number, CLAUSE)
            for number in segments.get(sheet.segments[clause], ()):
                _raise(row, number, SEGMENT)
            for number in sentences.get(sheet.clause_sentences[clause], ()):
                _raise(row, number, SENTENCE)
        return row

    # -- sentences -----------------------------------------------------------------------------------------------------

    def _lines_with(self, key: str) -> dict[int, float]:
        """Sentence -> the level at which it, its paragraph or its headings hold a key."""
        row: dict[int, float] = {}
        sheet = self.sheet
        for clause in sheet.clauses(key):
            number = sheet.clause_sentences[clause]
            if sheet.told[number]:
                row[number] = 1.0
                for other in sheet.told_in(sheet.passages[number]):
                    _raise(row, other, 0.72)
        for number, level in sheet.headed.holding(key):
            _raise(row, number, level)
        return row
