"""How likely a string of Chinese characters is: the measure by which lost characters are chosen."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from knowledge.wordlist import by_rarity

LONGEST = 4  # characters of a word
_HALF_BIT = math.log(2) / 2
_UNKNOWN = 18.0  # cost of a character that no word list has; in nats, as all costs
_SIGNS = {
    "，": 0.06,
    "。": 0.025,
    "、": 0.03,
    "“": 0.006,
    "”": 0.006,
    "；": 0.004,
    "：": 0.003,
    "（": 0.003,
    "）": 0.003,
}
_SIGNS |= {"《": 0.001, "》": 0.001, "—": 0.001, "％": 0.001}
_FIGURES, _LETTERS, _MARKS = 3.0, 5.0, 8.0  # ASCII in Chinese text: of figures and masks, of names, the rest
_OF_FIGURES = frozenset("0123456789x%.,;:-+() ")
_PAGE_WEIGHT = 0.1  # of the page's own word sequences against the word list
_HAN_RUN = re.compile("[\u4e00-\u9fff]+")


class Reading(NamedTuple):
    """Cost of a text so far: its last characters, and the costs of the best cuts into words before each of them."""

    tail: str = ""
    costs: tuple[float, ...] = (0.0,)

    def plus(self, cost: float) -> Reading:
        """The same with a further cost."""
        return Reading(self.tail, (*self.costs[:-1], self.costs[-1] + cost))

    def promise(self) -> float:
        """The cost if the last characters open the word that they promise best, a share of that word's cost each."""
        starts = _openings()
        sizes = range(1, len(self.costs))
        return min([self.costs[-1], *(self.costs[-1 - n] + starts.get(self.tail[-n:], math.inf) for n in sizes)])


@cache
def _openings() -> dict[str, float]:
    """What the first characters of words cost at least."""
    found: dict[str, float] = {}
    for word, cost in _word_list().items():
        for size in range(1, len(word)):
            share = cost * size / len(word)
            if share < found.get(word[:size], math.inf):
                found[word[:size]] = share
    return found


@cache
def _word_list() -> dict[str, float]:
    costs = {sign: -math.log(share) for sign, share in _SIGNS.items()}
    for rarity, words in by_rarity():
        costs.update(dict.fromkeys(words, rarity * _HALF_BIT))
    return costs


def common_characters(highest_cost: float) -> list[str]:
    """The single characters and signs that cost no more than that."""
    return [word for word, cost in _word_list().items() if len(word) == 1 and cost <= highest_cost]


class Language:
    """A word list and the page's own turns of phrase."""

    def __init__(self, page: str = "") -> None:
        """`page` is Simplified text; sequences of two to four characters that it repeats count as words."""
        self._costs = _word_list()
        self._own = _repeated(page)

    def extend(self, reading: Reading, character: str) -> Reading:
        """The reading with one more character of Simplified text."""
        tail = (reading.tail + character)[-LONGEST:]
        cost = min(reading.costs[-n] + self.word(tail[-n:]) for n in range(1, min(len(tail), len(reading.costs)) + 1))
        return Reading(tail, (*reading.costs[1 - LONGEST :], cost))

    def word(self, word: str) -> float:
        """What a word costs; infinite if it is none."""
        own, known = self._own.get(word), self._costs.get(word)
        if known is None:
            if own is not None:
                return own
            return _single(word) if len(word) == 1 else math.inf
        return known if own is None else min(known, own)


def _single(character: str) -> float:
    if character >= "\u0080":
        return _UNKNOWN
    return _FIGURES if character in _OF_FIGURES else _LETTERS if character.isalpha() else _MARKS


def _repeated(page: str) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for run in _HAN_RUN.findall(page):
        for size in (2, 3, 4):
            counts.update(run[i : i + size] for i in range(len(run) - size + 1))
    return {s: -math.log(_PAGE_WEIGHT * n / len(page)) for s, n in counts.items() if n > 1}
