"""Query -> what the knowledge holds that fits it: the documents meant, figures and sentences by score."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from knowledge.inquiry import Hit, Kind, Line, Query
from knowledge.match import pick, places, score
from knowledge.match.index import DocumentIndex
from knowledge.match.mend import Speller
from knowledge.match.words import Words
from knowledge.model import DocumentInfo, Period, Shelf

_ROOM = 2_000  # documents whose indexes are kept at hand, the least used given up first
_WHOLE = 24  # documents of which each figure is made ready then
_REMEMBERED = 1_000  # questions whose places are remembered
_READ = 12  # documents whose words mend a question
_ALL = 60  # documents of which a trend looks at every one
_SCANNED = 100  # documents that are looked through sooner than an index over all is asked
_FEW = 6  # documents that are looked into where very many would do


class Where(NamedTuple):
    """The documents that a question is about: the place it names, and the text without it."""

    docs: tuple[DocumentInfo, ...]
    place: str | None
    text: str
    foreign: bool  # names a place that no document is about
    apart: tuple[tuple[DocumentInfo, ...], ...] = ()  # the documents of each place where several are named


class Matcher:
    """Looks things up in one revision of a shelf.

    Indexes of documents are made when first needed; those of documents that stay as they are go over to a new revision.
    """

    def __init__(self, shelf: Shelf, words: Words, *, room: int = _ROOM, before: Matcher | None = None) -> None:
        self.shelf, self.words = shelf, words
        self.fold, self.scale = words.fold, words.scale
        self.docs: tuple[DocumentInfo, ...] = tuple(shelf.documents())
        self._room = room
        self._indexes: OrderedDict[DocumentInfo, DocumentIndex] = OrderedDict()
        self._register = places.Register(self.docs)
        self._wheres: dict[str, Where] = {}
        self._spellers: OrderedDict[tuple[DocumentInfo, ...], Speller] = OrderedDict()
        if before is not None and before.words is words:
            self._inherit(before)

    def _inherit(self, before: Matcher) -> None:
        """Takes over what was made for documents that are as they were."""
        kept = set(self.docs)
        self._indexes.update((doc, index) for doc, index in before._indexes.items() if doc in kept)
        self._spellers.update((docs, made) for docs, made in before._spellers.items() if kept.issuperset(docs))

    def ahead(self, most: int) -> Iterator[None]:
        """Makes ahead what first questions would wait for, step by step, for the latest documents first."""
        for number, doc in enumerate(self.docs[: -most - 1 : -1]):
            yield from self.index(doc).ahead(whole=number < _WHOLE)

    def index(self, doc: DocumentInfo) -> DocumentIndex:
        """The index of a document; the least used is given up when there are too many."""
        found = self._indexes.get(doc)
        if found is None:
            found = self._indexes[doc] = DocumentIndex(self.shelf, doc, self.words.called)
            if len(self._indexes) > self._room:
                self._indexes.popitem(last=False)
        self._indexes.move_to_end(doc)
        return found

    @property
    def areas(self) -> int:
        """How many places the documents are about."""
        return self._register.areas

    def where(self, plain: str) -> Where:
        """Which documents a question is about by the place and the bureau that it names."""
        if (found := self._wheres.get(plain)) is None:
            if len(self._wheres) >= _REMEMBERED:
                self._wheres.clear()
            found = self._wheres[plain] = self._where(plain)
        return found

    def _where(self, plain: str) -> Where:
        named = self._register.places(plain)
        text = plain
        for each in named:
            text = self._without(text, each)
        docs = named[0].docs if named else self.docs
        if bureau := self._register.bureau(text, docs):
            text, docs = text.replace(bureau[0], " "), bureau[1]
        text = self._register.without_own(text, docs)
        if not named:
            for name in places.mentioned(text):
                if not self._speak_of(name):
                    return Where(self.docs, name, text, True)
        place = named[0].name if named else bureau[0] if bureau else None
        return Where(docs, place, text, False, tuple(each.docs for each in named) if len(named) > 1 else ())

    def _without(self, plain: str, place: places.Named) -> str:
        """The text without a place's name, unless that only begins the name of a thing: 宁波舟山港."""
        longer = places.part_of_name(plain, place.name)
        if longer and any(longer in self.index(doc).plain for doc in place.docs[-_READ:]):
            return plain
        return plain.replace(place.name, " ")

    def _speak_of(self, name: str) -> bool:
        """Whether any document tells of a place, so that it may be asked for within it."""
        short = self.fold(name)[:2]
        if len(self.docs) > _READ:
            return bool(self.shelf.search([short], None, 1))
        return any(short in self.index(doc).text for doc in self.docs)

    def mend(self, plain: str, docs: Sequence[DocumentInfo], words: Iterable[str]) -> str:
        """The question with misspelt words put right by the words of the documents that it is about."""
        read = tuple(docs[-_READ:] if len(docs) <= _READ else docs[-pick.FEW :])
        if read not in self._spellers:
            texts = _words_of([self.index(doc) for doc in read])
            self._spellers[read] = Speller(texts, self.words.vocabulary(words))
            if len(self._spellers) > self._room:
                self._spellers.popitem(last=False)
        self._spellers.move_to_end(read)
        return self._spellers[read].mend(plain)

    def figures(self, content: Sequence[str], docs: Iterable[DocumentInfo]) -> list[Hit]:
        """The figures that fit, best first."""
        return sorted((hit for doc in docs for hit in self.figures_of(content, doc)), key=lambda hit: -hit.score)

    def figures_of(self, content: Sequence[str], doc: DocumentInfo) -> list[Hit]:
        """The figures of one document that fit, in whatever order."""
        text = " ".join(map(self.fold.short, content))
        named, rivals = self.words.named(text), self.words.rivals(text)
        index = self.index(doc)
        best: dict[int, Hit] = {}
        for words in (content, *self.words.otherwise(text)):
            for hit in score.figures(words, index, self.scale, named, rivals):
                if hit.fact.obs_id not in best or best[hit.fact.obs_id].score < hit.score:
                    best[hit.fact.obs_id] = hit
        return list(best.values())

    def fits(self, content: Sequence[str], doc: DocumentInfo, texts: Sequence[str]) -> list[float]:
        """How much of what is looked up each text of a document holds."""
        return score.fits(content, self.index(doc), self.scale, texts)

    def lines(self, content: Sequence[str], docs: Iterable[DocumentInfo]) -> list[Line]:
        """The sentences that fit, best first."""
        found = [line for doc in docs for line in score.lines(content, self.index(doc), self.scale)]
        return sorted(found, key=lambda line: -line.score)

    def faint(self, content: Sequence[str]) -> bool:
        """Whether nothing but words of little weight is looked up."""
        left = "".join(self.scale.light.sub("", piece) for piece in content)
        return not set(left) - self.scale.verbs - {" "}

    def rounds(self, query: Query, docs: Sequence[DocumentInfo]) -> Iterator[tuple[DocumentInfo, ...]]:
        """The documents to look into: of very many the likeliest first, then those that hold what is looked up."""
        if len(docs) <= _READ or (query.kind is Kind.TREND and len(docs) <= _ALL):
            yield tuple(docs)
            return
        first = pick.likely(query, docs)
        if len(first) > 1 and pick.alone(query, first):
            yield first[:1]
        yield tuple(sorted(first, key=pick.end))
        if others := self._holding(query.content, docs) - set(first):
            yield tuple(doc for doc in docs if doc in others)

    def _holding(self, content: Sequence[str], docs: Sequence[DocumentInfo]) -> set[DocumentInfo]:
        """The few documents whose paragraphs hold most of what is looked up."""
        terms = [piece for piece in content if len(piece) > 1]
        if not terms:
            return set()
        if len(docs) <= _SCANNED:
            found = self.shelf.holding(terms, [(doc, self.index(doc).plain) for doc in docs], _FEW * 4)
        else:
            ids = None if len(docs) == len(self.docs) else [doc.doc_id for doc in docs]
            found = [passage.doc for passage in self.shelf.search(terms, ids, _FEW * 4)]
        return set(list(dict.fromkeys(found))[:_FEW])

    def of_period(self, docs: Sequence[DocumentInfo], period: Period) -> tuple[DocumentInfo, ...]:
        """The documents that report on a period."""
        return tuple(doc for doc in docs if doc.time_period == period)


def _words_of(indexes: Iterable[DocumentIndex]) -> Iterator[str]:
    """All that documents say, folded and as written; each is read when it comes to it."""
    for index in indexes:
        yield index.text
        yield index.plain
