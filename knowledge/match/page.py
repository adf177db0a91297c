"""The texts of one document, folded, and where in them a key stands; nothing is indexed in advance."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from knowledge.match.text import Folder
from knowledge.model import Passage

_CLAUSE = re.compile(r"[，,；;。！!？?：:\n]")
_MARK = re.compile(r"[，,；;。！!？?：:]")
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
        self.places = {passage.paragraph.index: number for number, passage in enumerate(passages)}
        self.ends = [found.start() for found in _CLAUSE.finditer(self.text)]
        found = [[(mark.start(), mark.end(1)) for mark in _BEGIN.finditer(passage.text)] for passage in passages]
        self._marks = [[mark for mark, _ in marks] for marks in found]
        self.first = [0, *accumulate(len(marks) + 1 for marks in found)]  # the first clause of each paragraph
        self.segments = [0, *accumulate(self.text[end] in _ENDS for end in self.ends)]
        self.clause_sentences, self.sentences = self._sentences([[begin for _, begin in marks] for marks in found])

    def _sentences(self, begins: Sequence[Sequence[int]]) -> tuple[list[int], list[tuple[int, int, int]]]:
        """The sentence of each clause, and each sentence as (paragraph's number, start, end) without blanks around it.

        `begins` are where the clauses of each paragraph but its first begin, so that a sentence's leading blanks belong
        to it.
        """
        of_clause: list[int] = []
        out: list[tuple[int, int, int]] = []
        for number, passage in enumerate(self.passages):
            text, base, start = passage.text, len(out), passage.paragraph.span.start
            later: list[int] = []  # where each sentence but the first begins
            for first, end in passage.paragraph.sentences:
                if (bare := _bare(text, first - start, end - start))[0] < bare[1]:
                    if len(out) > base:
                        later.append(first - start)
                    out.append((number, *bare))
            if len(out) == base:
                out.append((number, *_bare(text, 0, len(text))))
            of_clause.append(base + bisect_right(later, _inked(text, 0)))
            of_clause += [base + bisect_right(later, at) for at in begins[number]]
        return of_clause, out

    def clause_at(self, paragraph: int, offset: int) -> int:
        """The clause in which a character of a paragraph stands, both as they were before folding."""
        return self.first[paragraph] + bisect_right(self._marks[paragraph], offset)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of a text without the blanks around it."""
    whole = text[start:end]
    first = start + len(whole) - len(whole.lstrip())
    return first, max(first, start + len(whole.rstrip()))


def _inked(text: str, at: int) -> int:
    """The next place that is not blank, so that a sentence's leading blanks belong to it."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def head(passage: Passage) -> str:
    """The run-in head of a passage; empty if it has none."""
    paragraph = passage.paragraph
    if paragraph.head is None:
        return ""
    start = paragraph.span.start
    return passage.text[paragraph.head.start - start : paragraph.head.end - start]


def clause_around(text: str, at: int, length: int) -> str:
    """The text between marks in which something stands; all of it where it stands nowhere."""
    if at < 0:
        return text
    left = max((found.end() for found in _MARK.finditer(text, 0, at)), default=0)
    right = _MARK.search(text, min(len(text), at + length))
    return text[left : right.start() if right else len(text)]
