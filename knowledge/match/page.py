"""The texts of one document, folded, and where in them a key stands; nothing is indexed in advance."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from knowledge.match.text import Folder
from knowledge.model import Passage

_CLAUSE = re.compile(r"[，,；;。！!？?：:\n]")
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


class Page:
    """The paragraphs of a document, folded, one a line, cut into clauses, segments and sentences."""

    def __init__(self, passages: Sequence[Passage], fold: Folder) -> None:
        self.passages = passages
        self.text = fold("\n".join(passage.text.replace("\n", "\r") for passage in passages))
        self._ends = [found.start() for found in _CLAUSE.finditer(self.text)]
        self._marks = [[found.start() for found in _CLAUSE.finditer(passage.text)] for passage in passages]
        self.first = [0, *accumulate(len(marks) + 1 for marks in self._marks)]  # the first clause of each paragraph
        self.segments = [0, *accumulate(self.text[end] in _ENDS for end in self._ends)]
        self.clause_sentences, self.sentences = self._sentences()

    def _sentences(self) -> tuple[list[int], list[tuple[int, str]]]:
        """The sentence of each clause, and each sentence as (paragraph's number, text)."""
        of_clause: list[int] = []
        out: list[tuple[int, str]] = []
        for number, passage in enumerate(self.passages):
            starts = [span.start - passage.paragraph.span.start for span in passage.paragraph.sentences]
            quotes = [span_text(passage, at) for at in range(len(starts))]
            kept = [(start, quote) for start, quote in zip(starts, quotes, strict=True) if quote]
            kept = kept or [(0, passage.text.strip())]
            base, heads = len(out), [start for start, _ in kept]
            out += [(number, quote) for _, quote in kept]
            begins = [0, *(mark + 1 for mark in self._marks[number])]
            of_clause += [base + max(bisect_right(heads, _inked(passage.text, at)) - 1, 0) for at in begins]
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


def span_text(passage: Passage, number: int) -> str:
    """One sentence of a paragraph."""
    start, span = passage.paragraph.span.start, passage.paragraph.sentences[number]
    return passage.text[span.start - start : span.end - start].strip()


class Fields:
    """Short texts that belong to things: names, headings; each text once, with what it belongs to and how closely."""

    def __init__(self) -> None:
        self._owners: dict[str, list[tuple[int, float]]] = {}
        self._joined: str | None = None
        self._starts: list[int] = []
        self._lists: list[list[tuple[int, float]]] = []

    def add(self, text: str, owner: int, level: float) -> None:
        """A text that belongs to a thing."""
        if text:
            self._owners.setdefault(text, []).append((owner, level))

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
