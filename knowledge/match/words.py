"""What the lexicon tells, made ready for matching once for all revisions: names, rivals, the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.lexicon import Lexicon
from knowledge.match.called import Called
from knowledge.match.mend import Vocabulary, vocabulary
from knowledge.match.score import Rivals, Scale
from knowledge.match.text import Folder

_ASKED = 4096  # texts whose names are remembered
_SECTOR = re.compile("第[一二三]产业")


class Name(NamedTuple):
    """A known name in a text."""

    start: int
    end: int
    written: str
    canonical: str


class Words:
    """Finds known names and rivals in what is looked up. All texts are folded."""

    def __init__(self, lexicon: Lexicon, scale: Scale) -> None:
        self.scale = scale
        self.fold = Folder(lexicon.parts.items())
        self.called = Called(lexicon, self.fold)
        self._lexicon = lexicon
        self._canonical = {self.fold(name): canonical for name, canonical in lexicon.names.items() if len(name) > 1}
        self._aliases = {
            canonical: tuple(map(self.fold, (canonical, *others))) for canonical, others in lexicon.aliases.items()
        }
        self._short = {self.fold(name) for name in lexicon.names if len(name) == 2 or _SECTOR.fullmatch(name)}
        self._longest = max(map(len, self._canonical), default=0)
        self._groups = [sorted(group, key=len, reverse=True) for group in lexicon.rival_groups]
        self._wholes = lexicon.wholes
        self._vocabulary: Vocabulary | None = None
        # the same things are asked for again and again
        self.named = lru_cache(maxsize=_ASKED)(self._named)
        self.otherwise = lru_cache(maxsize=_ASKED)(self._otherwise)
        self.rivals = lru_cache(maxsize=_ASKED)(self._rivals)

    def vocabulary(self, words: Iterable[str]) -> Vocabulary:
        """The words of questions and of the lexicon; put together once."""
        if self._vocabulary is None:
            names = (name.lower() for pair in self._lexicon.aliases.items() for name in (pair[0], *pair[1]))
            self._vocabulary = vocabulary(words, (*names, *self._lexicon.parts))
        return self._vocabulary

    def names(self, text: str) -> Iterator[Name]:
        """The known names in a text, the longest from left to right; a short one only at the end of a piece."""
        at, size = 0, len(text)
        while at < size - 1:
            longest = min(self._longest, size - at)
            length = next((n for n in range(longest, 1, -1) if text[at : at + n] in self._canonical), 0)
            written, end = text[at : at + length], at + length
            if length and (written not in self._short or text[end : end + 1] in ("", " ")):
                yield Name(at, end, written, self._canonical[written])
            at += length or 1

    def _named(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The indicators that are named, each as all of its names."""
        found: dict[str, int] = {}  # each with where it ends
        for name in self.names(text):
            # 规上企业 only says whose 亏损面
            found = {other: end for other, end in found.items() if end != name.start}
            found[name.canonical] = name.end
        return tuple(self._aliases[canonical] for canonical in found)

    def _otherwise(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The same with a short name written out: 小升规 -> 新增上规企业."""
        out = []
        for name in self.names(text):
            full = self.fold.short(name.canonical)
            if name.written not in full and full not in text:
                out.append(tuple(text.replace(name.written, full).split()))
        return tuple(out[:2])

    def _rivals(self, text: str) -> tuple[Rivals, ...]:
        """Words that are never confused: those that the text says of each group, and the others."""
        out = []
        names = [(name.written, self.fold.short(name.canonical)) for name in self.names(text)]
        for group in self._groups:
            if not (said := _said(text, group)):
                continue
            for written, full in names:
                if _said(written, group):  # 农民收入 is told of as 农村居民人均可支配收入
                    said |= _said(full, group)
            # 渔业农林牧渔业总产值 asks for the part
            said -= {whole for whole in said & self._wholes if any(one in whole for one in said - {whole})}
            others = frozenset(group) - said
            wholes = frozenset(word for word in others & self._wholes if any(one in word for one in said))
            out.append(Rivals(frozenset(said), others, wholes))
        return tuple(out)

    def giving_way(self, new: str, old: Sequence[str]) -> tuple[str, ...]:
        """What was looked up before, without the rivals of what is asked now: 畜牧业产值 leaves 产值 for 渔业."""
        said = [(group, words) for group in self._groups if (words := _said(self.fold(new), group))]
        out = []
        for piece in old:
            for group, words in said:
                for word in sorted(_said(self.fold(piece), group) - words, key=len, reverse=True):
                    piece = piece.replace(word, " ")
            out += piece.split()
        return tuple(out)


def _said(text: str, group: Iterable[str]) -> set[str]:
    """The group's words in a text, longest first, so that 进出口 does not count as 出口."""
    found = set()
    for word in group:
        if word in text:
            found.add(word)
            text = text.replace(word, " ")
    return found
