"""Short forms in a question of longer terms that the documents write out: 体彩 for 体育彩票, 妇保院 for 妇幼保健院."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from knowledge.wordlist import by_rarity

_HAN = "[㐀-鿿]"
_RUN = re.compile(f"{_HAN}{{2,}}")


class Counts(Protocol):
    """What is known of words."""

    def count(self, pair: str) -> int:
        """How often two neighbouring characters stand together."""
        ...


def written_out(plain: str, texts: Callable[[], Iterable[str]], counts: Counts, everyday: frozenset[str]) -> str:
    """The question with short forms written out, each by the one term of the texts that it can stand for.

    A short form takes the first character of each of two words (体彩), perhaps with the last one of the term (妇保院).
    """
    for short in _unknown(plain, counts, everyday):
        full = {term for text in texts() for term in _terms(short, text)}
        if len(full) == 1:
            return written_out(plain.replace(short, full.pop()), texts, counts, everyday)
    return plain


def _unknown(plain: str, counts: Counts, everyday: frozenset[str]) -> Iterator[str]:
    """Pairs, and threes, that neither documents nor vocabulary ever hold, where no known word begins or ends."""
    for run in _RUN.finditer(plain):
        word = run[0]
        known = [not everyday & set(pair) and counts.count(pair) > 0 for pair in map("".join, pairwise(word))]
        for at, held in enumerate(known):
            if held or everyday & set(word[at : at + 2]) or any(known[max(0, at - 1) : at]):
                continue
            if not any(known[at + 1 : at + 2]):
                if at + 2 < len(word):
                    yield word[at : at + 3]
                yield word[at : at + 2]


def _terms(short: str, text: str) -> Iterator[str]:
    """The terms of a text of two words, each of which begins with a character of the short form."""
    first, second, end = short[0], short[1], short[2:]
    at = text.find(first)  # no pattern: making one would take longer than looking
    while at >= 0:
        one, other = text[at : at + 2], text[at + 2 : at + 4]
        if other[:1] == second and text.startswith(end, at + 4) and {one, other} <= _words():
            yield f"{one}{other}{end}"
        at = text.find(first, at + 1)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Words of two characters."""
    return frozenset(word for _, words in by_rarity() for word in words if len(word) == 2)
