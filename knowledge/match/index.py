"""What one document can be asked for, made once per revision: its figures and its sentences, by the keys they hold."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.lexicon import Lexicon
from knowledge.match.text import Folder, keys
from knowledge.model import DocumentInfo, Fact, ParagraphKind, Passage, Shelf

_CLAUSE = re.compile(r"[，,；;。！!？?：:]")
_SEGMENT = re.compile(r"[；;。！!？?]")
_SHARE = re.compile("占.*(?:比重|比例|比|的)")  # what a share is of is not what the figure is of
_EVERY = re.compile(r"[x\d]*家?(?:规模以上|规模上)?(?:工业)?企业")  # who makes the whole is no part of it
NAME, ACTIVITY, CLAUSE, SEGMENT, HEAD, SENTENCE, SECTION = 1.0, 1.0, 0.97, 0.9, 0.88, 0.62, 0.6
_NUMBERED = re.compile(
    r"^[#\s]*(?:[一二三四五六七八九十]+(?:是|要)|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十\d]+[、.．])"
)


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

    @property
    def own_keys(self) -> frozenset[str]:
        """The keys of its names and activity."""
        return self.activity.union(*self.names)

    def named(self, indicators: Sequence[tuple[str, ...]]) -> bool:
        """Whether its own words hold every indicator, by any of its names."""
        return all(self.canonical == names[0] or any(map(self._alike, names)) for names in indicators)

    def _alike(self, name: str) -> bool:
        """Whether most of a name stands in its own words."""
        wanted, words = keys(name), self.whole if "占" in name else self.own
        return name in words or len(wanted & keys(words)) >= 0.6 * len(wanted) > 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its paragraph."""

    passage: Passage
    quote: str
    section: tuple[str, ...]


@dataclass
class Postings:
    """Which entries hold a key, and at which level."""

    table: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, entry: int, found: Iterable[str], level: float) -> None:
        """Notes keys; the highest level stays."""
        for key in found:
            row = self.table[key]
            if row.get(entry, 0.0) < level:
                row[entry] = level


class DocumentIndex:
    """The figures and sentences of one document of a shelf."""

    def __init__(self, shelf: Shelf, doc: DocumentInfo, lexicon: Lexicon, fold: Folder) -> None:
        self._shelf, self._lexicon, self.fold = shelf, lexicon, fold
        self.doc = doc

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """Its paragraphs."""
        return self._shelf.passages(self.doc.doc_id)

    @cached_property
    def text(self) -> str:
        """All of its words, folded."""
        return "\n".join(self.fold(passage.text) for passage in self.passages)

    @cached_property
    def plain(self) -> str:
        """All of its words as written, lower case."""
        return "\n".join(passage.text.lower() for passage in self.passages)

    @cached_property
    def spread(self) -> dict[str, int]:
        """In how many sentences each key stands."""
        count: dict[str, int] = defaultdict(int)
        for sentence in self.sentences:
            for key in keys(self.fold(sentence.quote)):
                count[key] += 1
        for entry in self.entries:
            for key in entry.names[0] | entry.activity:
                count.setdefault(key, 1)
        return count

    @cached_property
    def weights(self) -> dict[str, float]:
        """How telling each key of the document is, 0.3 to 1."""
        most = math.log(2 + len(self.sentences))
        return {key: 0.3 + 0.7 * (1 - math.log(1 + count) / most) for key, count in self.spread.items()}

    @cached_property
    def names(self) -> list[tuple[tuple[frozenset[str], float], ...]]:
        """Of each figure: its names with its activity, and what their keys weigh together."""
        out = []
        for entry in self.entries:
            whole = [name | entry.activity for name in entry.names]
            out.append(tuple((found, self.weigh(found)) for found in whole))
        return out

    def weigh(self, found: Iterable[str]) -> float:
        """What keys weigh together; half where the document lacks one."""
        return sum(self.weights.get(key, 0.5) for key in found)

    @cached_property
    def entries(self) -> list[Entry]:
        """Its figures."""
        by_index = {passage.paragraph.index: passage for passage in self.passages}
        return [
            self._entry(fact, by_index.get(fact.obs.paragraph)) for fact in self._shelf.document_facts(self.doc.doc_id)
        ]

    def _entry(self, fact: Fact, passage: Passage | None) -> Entry:
        obs = fact.obs
        canonical = self._lexicon.canonical(obs.indicator)
        aliases = (canonical, *self._lexicon.aliases.get(canonical, ()))
        names = dict.fromkeys(self.fold(name) for name in (obs.indicator, obs.name_text, *aliases) if name)
        activity = self.fold(obs.activity or "")
        activity = "" if _EVERY.fullmatch(activity) else activity
        clause = _around(fact, passage, _CLAUSE)
        whole = [self.fold(text) for text in (obs.indicator, obs.name_text, obs.activity or "", clause)]
        own = " ".join(_SHARE.sub("", text) for text in whole)
        return Entry(fact, clause, tuple(map(keys, names)), keys(activity), own, " ".join(whole), self.fold(canonical))

    @cached_property
    def figures(self) -> Postings:
        """Which figures hold a key in their names, clause, sentence or headings."""
        postings = Postings()
        by_index = {passage.paragraph.index: passage for passage in self.passages}
        fold = self.fold
        for number, entry in enumerate(self.entries):
            obs = entry.fact.obs
            for name in entry.names:
                postings.add(number, name, NAME)
            postings.add(number, entry.activity, ACTIVITY)
            postings.add(number, keys(fold(entry.clause)), CLAUSE)
            passage = by_index.get(obs.paragraph)
            postings.add(number, keys(fold(_around(entry.fact, passage, _SEGMENT))), SEGMENT)
            postings.add(number, keys(fold(obs.quote)), SENTENCE)
            if passage and passage.paragraph.kind is ParagraphKind.TABLE_ROW:
                postings.add(number, keys(fold(passage.paragraph.caption)), SEGMENT)
            for depth, heading in enumerate(reversed(obs.section)):
                postings.add(number, keys(fold(heading)), HEAD if depth == 0 else SECTION)
            if passage and passage.paragraph.head:
                postings.add(number, keys(fold(_head(passage))), HEAD)
        return postings

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Its sentences, headings left out."""
        return [
            Sentence(passage, quote, passage.paragraph.section)
            for passage in self.passages
            if passage.paragraph.kind in (ParagraphKind.TEXT, ParagraphKind.TABLE_ROW)
            for quote in _quotes(passage)
        ]

    @cached_property
    def lines(self) -> Postings:
        """Which sentences hold a key themselves, in their paragraph or their headings."""
        postings = Postings()
        for number, sentence in enumerate(self.sentences):
            paragraph = sentence.passage.paragraph
            postings.add(number, keys(self.fold(sentence.quote)), 1.0)
            postings.add(number, keys(self.fold(sentence.passage.text)), 0.72)
            if paragraph.head:
                postings.add(number, keys(self.fold(_head(sentence.passage))), 0.92)
            for depth, heading in enumerate(reversed(paragraph.section)):
                postings.add(number, keys(self.fold(heading)), 0.9 if depth == 0 else 0.65)
        return postings


def _head(passage: Passage) -> str:
    paragraph = passage.paragraph
    if paragraph.head is None:
        return ""
    start = paragraph.span.start
    return passage.text[paragraph.head.start - start : paragraph.head.end - start]


def _quotes(passage: Passage) -> list[str]:
    start = passage.paragraph.span.start
    quotes = [passage.text[span.start - start : span.end - start].strip() for span in passage.paragraph.sentences]
    return [quote for quote in quotes if quote] or [passage.text.strip()]


def _around(fact: Fact, passage: Passage | None, marks: re.Pattern[str]) -> str:
    """The text between marks in which the value stands."""
    obs = fact.obs
    text, at = obs.quote, obs.quote.find(obs.value_text)
    if passage is not None:
        offset = obs.span.start - passage.paragraph.span.start
        if 0 <= offset < len(passage.text):
            text, at = passage.text, offset
    if at < 0:
        return text
    left = max((found.end() for found in marks.finditer(text, 0, at)), default=0)
    right = marks.search(text, min(len(text), at + len(obs.value_text)))
    return text[left : right.start() if right else len(text)]


def strip_number(heading: str) -> str:
    """A heading without its number: 三是强化帮扶。 -> 强化帮扶"""
    return _NUMBERED.sub("", heading).strip(" 。#")
