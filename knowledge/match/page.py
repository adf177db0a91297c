"""The texts of one document, folded, and where in them a key stands; nothing is indexed in advance."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from knowledge.match.text import Folder
from knowledge.model import Passage

_CLAUSE = re.compile(r"[，,；;。！!？?：:\n]")
_BEGIN = re.compile(rf"{_CLAUSE.pattern}(?=(\s*))")  # with the blanks before the next clause
_ENDS = frozenset("；;。！!？?\n")  # what ends a segment, not only a clause
_HAN = re.compile("[㐀-鿿]{2}")
_LATIN = "a-z0-9.&+"


def places(text: str, key: str) -> list[int]:
    """Where a key stands in a folded text."""
    if not _HAN.fullmatch(key):
        return [found.start() for found in _pattern(key).finditer(text)]
    out = []
    at = text.find(key)
    while at >= 0:
        out.append(at)
        at = text.find(key, at + 1)
    return out


@lru_cache(maxsize=4096)
def _pattern(key: str) -> re.Pattern[str]:
    """A key with a Latin word in it: whole words only, and one character may stand after it (5g站 in 5g基站)."""
    atoms = re.findall(rf"[{_LATIN}]+|.", key)
    whole = rf"(?<![{_LATIN}]){{}}(?![{_LATIN}])"
    parts = [whole.format(re.escape(atom)) if atom.isascii() else atom for atom in atoms]
    joint = "[㐀-鿿]?" if re.search("[a-z]", atoms[0]) else ""
    return re.compile(joint.join(parts))


def folded(bodies: Iterable[str], fold: Folder) -> str:
    """The text of a page of so many paragraphs."""
    return fold("\n".join(body.replace("\n", "\r") for body in bodies))


class Page:
    """The paragraphs of a document, folded, one a line, cut into clauses, segments and sentences."""

    def __init__(self, passages: Sequence[Passage], text: str) -> None:
        self.passages, self.text = passages, text
        self._ends = [found.start() for found in _CLAUSE.finditer(self.text)]
        found = [[(mark.start(), mark.end(1)) for mark in _BEGIN.finditer(passage.text)] for passage in passages]
        self._marks = [[mark for mark, _ in marks] for marks in found]
        self.first = [0, *accumulate(len(marks) + 1 for marks in found)]  # the first clause of each paragraph
        self.segments = [0, *accumulate(self.text[end] in _ENDS for end in self._ends)]
        self.clause_sentences, self.sentences = self._sentences([[begin for _, begin in marks] for marks in found])

    def _sentences(self, begins: Sequence[Sequence[int]]) -> tuple[list[int], list[tuple[int, str]]]:
        """The sentence of each clause, and each sentence as (paragraph's number, text).

        `begins` are where the clauses of each paragraph but its first begin, so that a sentence's leading blanks belong
        to it.
        """
        of_clause: list[int] = []
        out: list[tuple[int, str]] = []
        for number, passage in enumerate(self.passages):
            text, base, start = passage.text, len(out), passage.paragraph.span.start
            later: list[int] = []  # where each sentence but the first begins
            for first, end in passage.paragraph.sentences:
                if quote := text[first - start : end - start].strip():
                    if len(out) > base:
                        later.append(first - start)
                    out.append((number, quote))
            if len(out) == base:
                out.append((number, text.strip()))
            of_clause.append(base + bisect_right(later, _inked(text, 0)))
            of_clause += [base + bisect_right(later, at) for at in begins[number]]
        return of_clause, out

    def clauses(self, key: str) -> list[int]:
        """The clauses that hold a key, each once."""
        found = dict.fromkeys(bisect_right(self._ends, at) for at in places(self.text, key))
        return list(found)

    def clause_at(self, paragraph: int, offset: int) -> int:
        """The clause in which a character of a paragraph stands, both as they were before folding."""
        return self.first[paragraph] + bisect_right(self._marks[paragraph], offset)


def _inked(text: str, at: int) -> int:
    """The next place that is not blank, so that a sentence's leading blanks belong to it."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


class Fields:
    """Short texts that belong to things: names, headings; each text once, with what it belongs to and how closely."""

    def __init__(self) -> None:
        self._owners: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        self._joined: str | None = None
        self._starts: list[int] = []
        self._lists: list[list[tuple[int, float]]] = []

    def add(self, text: str, owner: int, level: float) -> None:
        """A text that belongs to a thing."""
        if text:
            self._owners[text].append((owner, level))

    def add_all(self, texts: Iterable[str], owner: int, level: float) -> None:
        """Texts that belong to a thing, none of them empty."""
        own, owners = (owner, level), self._owners
        for text in texts:
            owners[text].append(own)

    def holding(self, key: str) -> Iterator[list[tuple[int, float]]]:
        """The owners of each text that holds a key."""
        if self._joined is None:
            texts = list(self._owners)
            self._joined, self._lists = "\n".join(texts), [self._owners[text] for text in texts]
            self._starts = [0, *accumulate(len(text) + 1 for text in texts)]
        last = -1
        for at in places(self._joined, key):
            number = bisect_right(self._starts, at) - 1
            if number != last:
                last = number
                yield self._lists[number]
