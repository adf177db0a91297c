"""Query -> what the knowledge holds that fits it: the documents meant, figures and sentences by score."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from knowledge.inquiry import Hit, Line
from knowledge.lexicon import Lexicon
from knowledge.match import places, score
from knowledge.match.index import DocumentIndex
from knowledge.match.mend import Speller, Vocabulary, vocabulary
from knowledge.match.text import Folder
from knowledge.model import DocumentInfo, Period, Shelf

_SECTOR = re.compile("第[一二三]产业")
_READ = 12  # documents whose words mend a question
_FEW = 6  # documents that are looked into where very many would do


class Where(NamedTuple):
    """The documents that a question is about: the place it names, and the text without it."""

    docs: tuple[DocumentInfo, ...]
    place: str | None
    text: str
    foreign: bool  # names a place that no document is about


class Matcher:
    """Looks things up in one revision of a shelf; indexes of documents are made when first needed."""

    def __init__(self, shelf: Shelf, lexicon: Lexicon, scale: score.Scale, *, room: int = 64) -> None:
        self.shelf, self.lexicon = shelf, lexicon
        self.fold = Folder(lexicon.parts.items())
        self.scale = scale
        self.docs: tuple[DocumentInfo, ...] = tuple(shelf.documents())
        self._canonical = {self.fold(name): canonical for name, canonical in lexicon.names.items() if len(name) > 1}
        self._aliases = {
            canonical: tuple(map(self.fold, (canonical, *others))) for canonical, others in lexicon.aliases.items()
        }
        self._short = {self.fold(name) for name in lexicon.names if len(name) == 2 or _SECTOR.fullmatch(name)}
        self._names = re.compile("|".join(map(re.escape, sorted(self._canonical, key=len, reverse=True))) or "(?!)")
        self._room = room
        self._indexes: OrderedDict[int, DocumentIndex] = OrderedDict()
        self._places = places.table(self.docs)
        self._spellers: OrderedDict[tuple[int, ...], Speller] = OrderedDict()
        self._vocabulary: Vocabulary | None = None

    def index(self, doc: DocumentInfo) -> DocumentIndex:
        """The index of a document; the least used is given up when there are too many."""
        found = self._indexes.get(doc.doc_id)
        if found is None:
            found = self._indexes[doc.doc_id] = DocumentIndex(self.shelf, doc, self.lexicon, self.fold)
            if len(self._indexes) > self._room:
                self._indexes.popitem(last=False)
        self._indexes.move_to_end(doc.doc_id)
        return found

    def where(self, plain: str) -> Where:
        """Which documents a question is about by the place or bureau that it names."""
        for name, ids in self._places:
            if name in plain:
                docs = tuple(doc for doc in self.docs if doc.doc_id in ids)
                return Where(docs, name, places.drop_own(self._without(plain, name, docs), docs), False)
        text = places.drop_own(plain, self.docs)
        for name in places.mentioned(text):
            if not self._speak_of(name):
                return Where(self.docs, name, text, True)
        return Where(self.docs, None, text, False)

    def _without(self, plain: str, name: str, docs: Sequence[DocumentInfo]) -> str:
        """The text without a place's name, unless that only begins the name of a thing: 宁波舟山港."""
        held = any(places.part_of_name(plain, name, self.index(doc).plain) for doc in docs[-_READ:])
        return plain if held else plain.replace(name, " ")

    def _speak_of(self, name: str) -> bool:
        """Whether any document tells of a place, so that it may be asked for within it."""
        short = self.fold(name)[:2]
        if len(self.docs) > _READ:
            return bool(self.shelf.search([short], None, 1))
        return any(short in self.index(doc).text for doc in self.docs)

    def mend(self, plain: str, docs: Sequence[DocumentInfo], words: Iterable[str]) -> str:
        """The question with misspelt words put right by the words of the documents that it is about."""
        read = tuple(docs[-_READ:])
        ids = tuple(doc.doc_id for doc in read)
        if ids not in self._spellers:
            texts = [*(self.index(doc).text for doc in read), *(self.index(doc).plain for doc in read)]
            self._spellers[ids] = Speller(texts, self._known_words(words))
            if len(self._spellers) > self._room:
                self._spellers.popitem(last=False)
        self._spellers.move_to_end(ids)
        return self._spellers[ids].mend(plain)

    def _known_words(self, words: Iterable[str]) -> Vocabulary:
        """The words of questions and of the lexicon; put together once."""
        if self._vocabulary is None:
            names = (name.lower() for pair in self.lexicon.aliases.items() for name in (pair[0], *pair[1]))
            self._vocabulary = vocabulary(words, (*names, *self.lexicon.parts))
        return self._vocabulary

    def figures(self, content: Sequence[str], docs: Iterable[DocumentInfo]) -> list[Hit]:
        """The figures that fit, best first."""
        named, rivals = self._named(content), self._rivals(content)
        tries = (content, *self._otherwise(content))
        hits: list[Hit] = []
        for doc in docs:
            index = self.index(doc)
            best: dict[int, Hit] = {}
            for words in tries:
                for hit in score.figures(words, index, self.scale, named, rivals):
                    if hit.fact.obs_id not in best or best[hit.fact.obs_id].score < hit.score:
                        best[hit.fact.obs_id] = hit
            hits += best.values()
        return sorted(hits, key=lambda hit: -hit.score)

    def _named(self, content: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The known indicators that are named, each as all of its names."""
        text = " ".join(map(self.fold, content))
        found: dict[str, int] = {}  # each with where it ends
        for match in self._known(text):
            found = {
                name: end for name, end in found.items() if end != match.start()
            }  # 规上企业 only says whose 亏损面
            found[self._canonical[match[0]]] = match.end()
        return tuple(self._aliases[canonical] for canonical in found)

    def _known(self, text: str) -> Iterator[re.Match[str]]:
        """The names in a folded text; a short one only at the end of a piece: 出口, but not 出口企业."""
        for match in self._names.finditer(text):
            if match[0] not in self._short or text[match.end() : match.end() + 1] in ("", " "):
                yield match

    def _rivals(self, content: Sequence[str]) -> list[score.Rivals]:
        """Words that are never confused: those that the question says of each group, and the others."""
        text = " ".join(map(self.fold, content))
        out = []
        for group in self.lexicon.rival_groups:
            said = _said(text, group)
            if said:
                out.append((frozenset(said), frozenset(group) - said))
        return out

    def fits(self, content: Sequence[str], doc: DocumentInfo, texts: Sequence[str]) -> list[float]:
        """How much of what is looked up each text of a document holds."""
        return score.fits(content, self.index(doc), self.scale, texts)

    def _otherwise(self, content: Sequence[str]) -> list[tuple[str, ...]]:
        """The same with a short name written out: 小升规 -> 新增上规企业."""
        text = " ".join(map(self.fold, content))
        out = []
        for match in self._known(text):
            full = self.fold(self._canonical[match[0]])
            if match[0] not in full and full not in text:
                out.append(tuple(text.replace(match[0], full).split()))
        return out[:2]

    def lines(self, content: Sequence[str], docs: Iterable[DocumentInfo]) -> list[Line]:
        """The sentences that fit, best first."""
        found = [line for doc in docs for line in score.lines(content, self.index(doc), self.scale)]
        return sorted(found, key=lambda line: -line.score)

    def faint(self, content: Sequence[str]) -> bool:
        """Whether nothing but words of little weight is looked up."""
        left = "".join(self.scale.light.sub("", piece) for piece in content)
        return not set(left) - self.scale.verbs - {" "}

    def narrow(self, content: Sequence[str], docs: Sequence[DocumentInfo]) -> tuple[DocumentInfo, ...]:
        """Of very many documents the few whose paragraphs hold most of what is looked up, in their order."""
        if len(docs) <= _READ:
            return tuple(docs)
        terms = [piece for piece in content if len(piece) > 1]
        ids = [doc.doc_id for doc in docs]
        found = self.shelf.search(terms, None if len(docs) == len(self.docs) else ids, _FEW * 4) if terms else ()
        best = dict.fromkeys(passage.doc.doc_id for passage in found)
        chosen = set(list(best)[:_FEW]) or set(ids[-_FEW:])
        return tuple(doc for doc in docs if doc.doc_id in chosen)

    def of_period(self, docs: Sequence[DocumentInfo], period: Period) -> tuple[DocumentInfo, ...]:
        """The documents that report on a period."""
        return tuple(doc for doc in docs if doc.time_period == period)


def _said(text: str, group: Sequence[str]) -> set[str]:
    """The group's words in a text, longest first, so that 进出口 does not count as 出口."""
    found = set()
    for word in sorted(group, key=len, reverse=True):
        if word in text:
            found.add(word)
            text = text.replace(word, " ")
    return found
