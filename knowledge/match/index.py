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
from knowledge.match.page import Fields, Page, folded
from knowledge.match.text import keys
from knowledge.model import DocumentInfo, Fact, Mention, ParagraphKind, Passage, Shelf

_CLAUSE = re.compile(r"[，,；;。！!？?：:]")
_SEGMENT = re.compile(r"[；;。！!？?]")
_SHARE = re.compile("占.*(?:比重|比例|比|的)")  # what a share is of is not what the figure is of
_REFERENCE = re.compile("(?:快|慢|高|低|多|少|优|好)于[一-鿿]+")  # nor what it is measured by
NAME, ACTIVITY, CLAUSE, SEGMENT, HEAD, SENTENCE, SECTION = 1.0, 1.0, 0.97, 0.9, 0.88, 0.62, 0.6
Names = tuple[frozenset[str], ...]  # the keys of each name
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
        self._totals: dict[frozenset[str], float] = {}
        self._facts: dict[int, Fact] = {}

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
    def mentions(self) -> Sequence[Mention]:
        """What its figures are found by, in its order."""
        return self._shelf.mentions(self.doc.doc_id)

    def read(self, numbers: Iterable[int]) -> None:
        """Fetches the figures of some numbers at once: a first question needs few of them."""
        if "facts" in self.__dict__:
            return
        lacking = [number for number in numbers if number not in self._facts]
        numbered = {self.mentions[number].obs_id: number for number in lacking}
        for fact in self._shelf.some_facts(self.doc, list(numbered)) if numbered else ():
            self._facts[numbered[fact.obs_id]] = fact

    def fact(self, number: int) -> Fact:
        """The figure of a number."""
        if "facts" in self.__dict__:
            return self.facts[number]
        if number not in self._facts:
            self.read((number,))
        return self._facts[number]

    def of_paragraph(self, paragraph: int) -> list[Fact]:
        """The figures that stand in a paragraph."""
        numbers = [number for number, mention in enumerate(self.mentions) if mention.paragraph == paragraph]
        self.read(numbers)
        return [self.fact(number) for number in numbers]

    @cached_property
    def page(self) -> Page:
        """Its words, folded."""
        return Page(self.passages, self.text)

    @cached_property
    def text(self) -> str:
        """All of its words, folded; words alone are quickly read."""
        return folded(self._bodies, self.fold)

    @cached_property
    def plain(self) -> str:
        """All of its words as written, lower case."""
        return "\n".join(self._bodies).lower()

    @property
    def _bodies(self) -> Sequence[str]:
        if "passages" in self.__dict__:
            return [passage.text for passage in self.passages]
        return self._shelf.bodies(self.doc.doc_id)

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

    def prepare(self) -> None:
        """Makes ahead what the first question about it would wait for."""
        _ = self.facts, self.page, self._fields, self._standing, self._told, self._headed, self._in_passage

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
            found = self._entries[number] = self._entry(self.fact(number))
        return found

    def _entry(self, fact: Fact) -> Entry:
        obs, clause, fold = fact.obs, self._clause(fact), self.fold.short
        call = self._called.names(obs.indicator, obs.name_text)
        whole = [fold(obs.indicator), fold(obs.name_text), fold(obs.activity or ""), self.fold(clause)]
        own = " ".join(_REFERENCE.sub("", _SHARE.sub("", text)) for text in whole)
        activity = keys(self._called.activity(obs.activity))
        own_keys = activity.union(*call.keys)
        lead = self._lead(fact)
        return Entry(fact, clause, call.keys, activity, own, " ".join(whole), call.canonical, lead, own_keys)

    def _lead(self, fact: Fact) -> str:
        """What the paragraph's run-in head and the sentence say before a figure, that up to a semicolon."""
        place = self._place(fact.obs.paragraph, fact.obs.span.start)
        if place is None:
            return ""
        text = self.passages[place[0]].text[: place[1]]
        told = text[max((found.end() for found in _SEGMENT.finditer(text)), default=0) :]
        return self.fold(f"{_head(self.passages[place[0]])} {told}")

    def names(self, number: int) -> Names:
        """The keys of a figure's names with those of its activity; figures of one name share them."""
        mention = self.mentions[number]
        called = mention.indicator, mention.name_text, mention.activity
        found = self._names.get(called)
        if found is None:
            entry = self.entry(number)
            found = self._names[called] = tuple(name | entry.activity for name in entry.names)
        return found

    def total(self, name: frozenset[str]) -> float:
        """What the keys of a name weigh together."""
        found = self._totals.get(name)
        if found is None:
            found = self._totals[name] = self.weigh(name)
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
        place = self._place(obs.paragraph, obs.span.start)
        if place is not None:
            text, at = self.passages[place[0]].text, place[1]
        if at < 0:
            return text
        left = max((found.end() for found in _CLAUSE.finditer(text, 0, at)), default=0)
        right = _CLAUSE.search(text, min(len(text), at + len(obs.value_text)))
        return text[left : right.start() if right else len(text)]

    def _place(self, paragraph: int, start: int) -> tuple[int, int] | None:
        """The passage in which a value stands, and where; None if it stands in none."""
        number = self._places.get(paragraph)
        if number is None:
            return None
        passage = self.passages[number]
        offset = start - passage.paragraph.span.start
        return (number, offset) if 0 <= offset < len(passage.text) else None

    @cached_property
    def _fields(self) -> tuple[Fields, Fields]:
        """What belongs to figures beside the text that they stand in, and their names as they are written."""
        fields, own = Fields(), Fields()
        for number, obs in enumerate(self.mentions):
            call = self._called.names(obs.indicator, obs.name_text)
            fields.add_all(call.names, number, NAME)
            own.add(call.names[0], number, NAME)
            activity = self._called.activity(obs.activity)
            fields.add(activity, number, ACTIVITY)
            own.add(activity, number, ACTIVITY)
            for depth, heading in enumerate(reversed(self._section(obs))):
                fields.add(self.fold.short(heading), number, HEAD if depth == 0 else SECTION)
            self._around(fields, number, obs)
        return fields, own

    def _section(self, mention: Mention) -> tuple[str, ...]:
        """The headings above a figure."""
        if mention.section is not None:
            return mention.section
        number = self._places.get(mention.paragraph)
        return () if number is None else self.passages[number].paragraph.section

    def _around(self, fields: Fields, number: int, mention: Mention) -> None:
        """The run-in head and the table's caption; the sentence itself where it is in no paragraph."""
        place = self._place(mention.paragraph, mention.start)
        if place is None:
            fact = self.fact(number)
            fields.add(self.fold.short(self._clause(fact)), number, CLAUSE)
            fields.add(self.fold.short(fact.obs.quote), number, SENTENCE)
            return
        passage = self.passages[place[0]]
        if passage.paragraph.caption and passage.paragraph.kind is ParagraphKind.TABLE_ROW:
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
        for number, mention in enumerate(self.mentions):
            place = self._place(mention.paragraph, mention.start)
            if place is None:
                continue
            first = page.clause_at(*place)
            last = page.clause_at(place[0], place[1] + mention.length - 1)
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


def _head(passage: Passage) -> str:
    paragraph = passage.paragraph
    if paragraph.head is None:
        return ""
    start = paragraph.span.start
    return passage.text[paragraph.head.start - start : paragraph.head.end - start]
