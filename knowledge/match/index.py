"""What one document can be asked for: its figures and sentences, by the keys they hold, looked up when first asked."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import proxy

from knowledge.match.called import Called
from knowledge.match.page import Fields, Page
from knowledge.match.text import keys
from knowledge.model import DocumentInfo, Fact, ParagraphKind, Passage, Shelf

_CLAUSE = re.compile(r"[，,；;。！!？?：:]")
_SEGMENT = re.compile(r"[；;。！!？?]")
_SHARE = re.compile("占.*(?:比重|比例|比|的)")  # what a share is of is not what the figure is of
_REFERENCE = re.compile("(?:快|慢|高|低|多|少|优|好)于[一-鿿]+")  # nor what it is measured by
NAME, ACTIVITY, CLAUSE, SEGMENT, HEAD, SENTENCE, SECTION = 1.0, 1.0, 0.97, 0.9, 0.88, 0.62, 0.6
Names = tuple[tuple[frozenset[str], float], ...]  # keys of each name and what they weigh together
_TOLD = (ParagraphKind.TEXT, ParagraphKind.TABLE_ROW)


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure with the texts around it that may hold a question's words."""

    fact: Fact
    clause: str
    names: tuple[frozenset[str], ...]  # keys of the indicator's names, the canonical one first
    activity: frozenset[str]
    own: str = ""  # its name, activity and clause, folded, without what a share is of
    whole: str = ""  # the same with it
    canonical: str = ""  # the folded canonical name
    lead: str = ""  # what its run-in head and its sentence, up to a semicolon, say before it
    own_keys: frozenset[str] = frozenset()  # the keys of its names and activity
    cell: bool = False  # whether it stands in a table

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
        self._named: dict[tuple[int, str], bool] = {}
        self._names: dict[tuple[str, str, str | None], Names] = {}

    # -- what it reads -------------------------------------------------------------------------------------------------

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """Its paragraphs."""
        return self._shelf.passages(self.doc.doc_id)

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """Its figures, in its order."""
        return self._shelf.document_facts(self.doc.doc_id)

    @cached_property
    def page(self) -> Page:
        """Its words, folded."""
        return Page(self.passages, self.fold)

    @property
    def text(self) -> str:
        """All of its words, folded."""
        return self.page.text

    @cached_property
    def plain(self) -> str:
        """All of its words as written, lower case."""
        return "\n".join(passage.text.lower() for passage in self.passages)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Its sentences, those of headings among them."""
        passages = self.passages
        return [
            Sentence(passages[number], quote, passages[number].paragraph.section)
            for number, quote in self.page.sentences
        ]

    @cached_property
    def _told(self) -> list[bool]:
        """Whether each sentence is told in the text, not a heading."""
        return [self.passages[number].paragraph.kind in _TOLD for number, _ in self.page.sentences]

    @cached_property
    def _places(self) -> dict[int, int]:
        """Paragraph -> its place among the passages."""
        return {passage.paragraph.index: number for number, passage in enumerate(self.passages)}

    @cached_property
    def by_paragraph(self) -> dict[int, list[Fact]]:
        """The figures of each paragraph."""
        out: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            out[fact.obs.paragraph].append(fact)
        return out

    def prepare(self) -> None:
        """Makes ahead what the first question about it would wait for."""
        _ = self.page, self._fields, self._standing, self._told, self._headed, self._in_passage

    # -- how telling words are -----------------------------------------------------------------------------------------

    @cached_property
    def _most(self) -> float:
        return math.log(2 + sum(self._told))

    def weight(self, key: str) -> float | None:
        """How telling a key is, 0.3 to 1; None if the document lacks it."""
        if key not in self._weights:
            self._weights[key] = self._weighed(key)
        return self._weights[key]

    def _weighed(self, key: str) -> float | None:
        page, told = self.page, self._told
        count = sum(told[number] for number in {page.clause_sentences[clause] for clause in page.clauses(key)})
        if not count and not any(True for _ in self._fields[1].holding(key)):
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
            found = self._entries[number] = self._entry(self.facts[number])
        return found

    def _entry(self, fact: Fact) -> Entry:
        obs, clause, fold = fact.obs, self._clause(fact), self.fold.short
        call = self._called.names(obs.indicator, _name_text(fact))
        whole = [fold(obs.indicator), fold(obs.name_text), fold(obs.activity or ""), self.fold(clause)]
        own = " ".join(_REFERENCE.sub("", _SHARE.sub("", text)) for text in whole)
        activity = keys(self._called.activity(obs.activity))
        own_keys = activity.union(*call.keys)
        lead = self._lead(fact)
        cell = obs.quote.lstrip().startswith("|")
        return Entry(fact, clause, call.keys, activity, own, " ".join(whole), call.canonical, lead, own_keys, cell)

    def _lead(self, fact: Fact) -> str:
        """What the paragraph's run-in head and the sentence say before a figure, that up to a semicolon."""
        place = self._place(fact)
        if place is None:
            return ""
        text = self.passages[place[0]].text[: place[1]]
        told = text[max((found.end() for found in _SEGMENT.finditer(text)), default=0) :]
        return self.fold(f"{_head(self.passages[place[0]])} {told}")

    def names(self, number: int) -> Names:
        """Of a figure: its names with its activity, and what their keys weigh; figures of one name share them."""
        obs = self.facts[number].obs
        called = obs.indicator, obs.name_text, obs.activity
        found = self._names.get(called)
        if found is None:
            entry = self.entry(number)
            whole = [name | entry.activity for name in entry.names]
            found = self._names[called] = tuple((each, self.weigh(each)) for each in whole)
        return found

    def named(self, number: int, names: tuple[str, ...]) -> bool:
        """Whether a figure's own words hold an indicator, by any of its names."""
        found = self._named.get((number, names[0]))
        if found is None:
            found = self._named[number, names[0]] = self.entry(number).named(names)
        return found

    def _clause(self, fact: Fact) -> str:
        """The text between marks in which the value stands."""
        obs = fact.obs
        text, at = obs.quote, obs.quote.find(obs.value_text)
        place = self._place(fact)
        if place is not None:
            text, at = self.passages[place[0]].text, place[1]
        if at < 0:
            return text
        left = max((found.end() for found in _CLAUSE.finditer(text, 0, at)), default=0)
        right = _CLAUSE.search(text, min(len(text), at + len(obs.value_text)))
        return text[left : right.start() if right else len(text)]

    def _place(self, fact: Fact) -> tuple[int, int] | None:
        """The passage in which the value stands, and where; None if it stands in none."""
        number = self._places.get(fact.obs.paragraph)
        if number is None:
            return None
        passage = self.passages[number]
        offset = fact.obs.span.start - passage.paragraph.span.start
        return (number, offset) if 0 <= offset < len(passage.text) else None

    @cached_property
    def _fields(self) -> tuple[Fields, Fields]:
        """What belongs to figures beside the text that they stand in, and their names as they are written."""
        fields, own = Fields(), Fields()
        for number, fact in enumerate(self.facts):
            obs = fact.obs
            call = self._called.names(obs.indicator, _name_text(fact))
            for name in call.names:
                fields.add(name, number, NAME)
            own.add(call.names[0], number, NAME)
            activity = self._called.activity(obs.activity)
            fields.add(activity, number, ACTIVITY)
            own.add(activity, number, ACTIVITY)
            for depth, heading in enumerate(reversed(obs.section)):
                fields.add(self.fold.short(heading), number, HEAD if depth == 0 else SECTION)
            self._around(fields, number, fact)
        return fields, own

    def _around(self, fields: Fields, number: int, fact: Fact) -> None:
        """The run-in head and the table's caption; the sentence itself where it is in no paragraph."""
        place = self._place(fact)
        if place is None:
            fields.add(self.fold.short(self._clause(fact)), number, CLAUSE)
            fields.add(self.fold.short(fact.obs.quote), number, SENTENCE)
            return
        passage = self.passages[place[0]]
        if passage.paragraph.kind is ParagraphKind.TABLE_ROW:
            fields.add(self.fold.short(passage.paragraph.caption), number, SEGMENT)
        if passage.paragraph.head:
            fields.add(self.fold.short(_head(passage)), number, HEAD)

    @cached_property
    def _standing(self) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, list[int]]]:
        """The figures that stand in each clause, segment and sentence."""
        clauses: dict[int, list[int]] = defaultdict(list)
        segments: dict[int, list[int]] = defaultdict(list)
        sentences: dict[int, list[int]] = defaultdict(list)
        page = self.page
        for number, fact in enumerate(self.facts):
            place = self._place(fact)
            if place is None:
                continue
            first = page.clause_at(*place)
            last = page.clause_at(place[0], place[1] + len(fact.obs.value_text) - 1)
            for clause in range(first, max(last, first) + 1):
                clauses[clause].append(number)
            segments[page.segments[first]].append(number)
            sentences[page.clause_sentences[first]].append(number)
        return clauses, segments, sentences

    def _figures_with(self, key: str) -> dict[int, float]:
        """Figure -> the level at which its names, clause, sentence or headings hold a key."""
        row: dict[int, float] = {}
        for owners in self._fields[0].holding(key):
            for number, level in owners:
                _raise(row, number, level)
        page = self.page
        clauses, segments, sentences = self._standing
        for clause in page.clauses(key):
            for number in clauses.get(clause, ()):
                _raise(row, number, CLAUSE)
            for number in segments.get(page.segments[clause], ()):
                _raise(row, number, SEGMENT)
            for number in sentences.get(page.clause_sentences[clause], ()):
                _raise(row, number, SENTENCE)
        return row

    # -- sentences -----------------------------------------------------------------------------------------------------

    @cached_property
    def _headed(self) -> Fields:
        """Headings and run-in heads with the sentences under them."""
        fields = Fields()
        for number, (place, _) in enumerate(self.page.sentences):
            if not self._told[number]:
                continue
            passage = self.passages[place]
            if passage.paragraph.head:
                fields.add(self.fold.short(_head(passage)), number, 0.92)
            for depth, heading in enumerate(reversed(passage.paragraph.section)):
                fields.add(self.fold.short(heading), number, 0.9 if depth == 0 else 0.65)
        return fields

    @cached_property
    def _in_passage(self) -> dict[int, list[int]]:
        """The told sentences of each passage."""
        out: dict[int, list[int]] = defaultdict(list)
        for number, (place, _) in enumerate(self.page.sentences):
            if self._told[number]:
                out[place].append(number)
        return out

    def _lines_with(self, key: str) -> dict[int, float]:
        """Sentence -> the level at which it, its paragraph or its headings hold a key."""
        row: dict[int, float] = {}
        page = self.page
        for clause in page.clauses(key):
            number = page.clause_sentences[clause]
            if self._told[number]:
                row[number] = 1.0
                for other in self._in_passage[page.sentences[number][0]]:
                    _raise(row, other, 0.72)
        for owners in self._headed.holding(key):
            for number, level in owners:
                _raise(row, number, level)
        return row


def _name_text(fact: Fact) -> str:
    """The indicator as the document writes it; a table's row is headed by the activity."""
    obs = fact.obs
    return "" if obs.name_text == obs.activity and obs.quote.lstrip().startswith("|") else obs.name_text


def _head(passage: Passage) -> str:
    paragraph = passage.paragraph
    if paragraph.head is None:
        return ""
    start = paragraph.span.start
    return passage.text[paragraph.head.start - start : paragraph.head.end - start]
