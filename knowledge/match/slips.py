"""Slips inside known words: one wrong or two swapped characters in a word of three or four (竹木加居, 播面种积)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from operator import add
from typing import Protocol

from knowledge.match.sounds import alike

_HAN = re.compile("[㐀-鿿]+")


class Words(Protocol):
    """What is known of words."""

    def count(self, pair: str) -> int:
        """How often two neighbouring characters stand together."""
        ...

    def holds(self, word: str) -> bool:
        """Whether a word stands anywhere."""
        ...

    def common(self, word: str) -> bool:
        """Whether a word is one that questions are made of."""
        ...

    def named(self, word: str) -> bool:
        """Whether a word is of the vocabulary."""
        ...


class Slips:
    """Puts slips right; characters of everyday words (`everyday`) only inside four that the texts hold."""

    def __init__(self, words: Words, everyday: Set[str], known: dict[tuple[str, int], str | None]) -> None:
        self._words, self._everyday = words, everyday
        self._known = known  # what was found before for a character between its neighbours

    def mend(self, plain: str) -> str:
        """The question with its slips put right."""
        if all(map(self._words.count, filter(self._joins, map(add, plain, plain[1:])))):
            return plain  # each character stands between its neighbours as the texts have it
        letters = list(plain)
        for at in range(len(letters)):
            text = "".join(letters)
            if not _HAN.fullmatch(text[at]) or (text[at] in "中里上" and not _HAN.match(text[at + 1 : at + 2])):
                continue  # 各机构中，哪家
            if self._turned(text, at):
                letters[at : at + 2] = letters[at + 1], letters[at]
            elif not self._stands(text, at) and (meant := self._meant(text[max(0, at - 3) : at + 4], min(at, 3))):
                letters[at] = meant
        return "".join(letters)

    def _meant(self, around: str, at: int) -> str | None:
        """What was meant by a character between its neighbours; None if it was meant itself."""
        if (around, at) not in self._known:
            self._known[around, at] = max(self._slipped(around, at), default=(0.0, None))[1]
        return self._known[around, at]

    def _stands(self, text: str, at: int) -> bool:
        """Whether a character stands between its neighbours as the texts have it."""
        pairs = [pair for pair in (text[max(0, at - 1) : at + 1], text[at : at + 2]) if self._joins(pair)]
        if all(map(self._words.count, pairs)) or any(map(self._words.common, pairs)):
            return True
        return any(self._held(text, start, 3) for start in range(at - 2, at + 1))

    @staticmethod
    def _joins(pair: str) -> bool:
        return len(pair) == 2 and "㐀" <= pair[0] <= "鿿" and "㐀" <= pair[1] <= "鿿"

    def _held(self, text: str, start: int, size: int) -> bool:
        """Whether the texts hold so many characters of a question from a place on."""
        piece = text[start : start + size] if start >= 0 else ""
        return len(piece) == size and _HAN.fullmatch(piece) is not None and self._words.holds(piece)

    def _turned(self, text: str, at: int) -> bool:
        """Whether a character and the next are swapped inside four that the texts hold."""
        pair = text[at : at + 2]
        if not self._joins(pair) or self._words.count(pair):
            return False
        return self._held(text[:at] + pair[1] + pair[0] + text[at + 2 :], at - 1, 4)

    def _slipped(self, text: str, at: int) -> Iterator[tuple[float, str]]:
        """Characters that sound or look alike and make a known word with the neighbours, of four for everyday ones."""
        for other, likely in alike(text[at]).items():
            tried = f"{text[:at]}{other}{text[at + 1 :]}"
            if likely < 0.4 or not (self._sits(tried, at - 1) and self._sits(tried, at)):
                continue
            four = sum(self._held(tried, start, 4) for start in range(at - 3, at + 1))
            three = [tried[start : start + 3] for start in range(at - 2, at + 1) if self._held(tried, start, 3)]
            known = len(three) > 1 or any(map(self._words.named, three))
            if four or (known and not self._everyday & {text[at], other}):
                yield four + len(three) + likely, other

    def _sits(self, text: str, at: int) -> bool:
        """Whether two characters may stand side by side: the texts have them so, or one is of everyday speech."""
        pair = text[max(0, at) : at + 2]
        if at < 0 or not self._joins(pair) or pair[0] in self._everyday or pair[1] in self._everyday:
            return True
        return self._words.count(pair) > 0
