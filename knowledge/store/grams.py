"""Full text for Chinese on SQLite's FTS5: every two neighbouring characters are a token, a word is a phrase of them.

The default tokenizer finds no Chinese word, the trigram one none of two characters; this finds both kinds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

_RUN = re.compile(r"\w+")
_MOST_TERMS = 6  # beyond it the combinations grow for nothing: the longest terms decide


def grams(text: str) -> str:
    """Tokens of a text, parted by blanks.

    >>> grams("工业总产值，5G")
    '工业 业总 总产 产值 5G'
    """
    return " ".join(gram for run in _RUN.findall(text) for gram in _pairs(run))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def phrase(term: str) -> str:
    """FTS5's phrase for a term; empty where the term is too short to be found.

    >>> phrase("医化行业")
    '"医化 化行 行业"'
    """
    tokens = grams(term)
    return f'"{tokens}"' if len(term) > 1 and tokens else ""


def longest_of(terms: Sequence[str]) -> list[str]:
    """The terms that decide: the longest few of those that can be found, in small letters.

    >>> longest_of(["量", "5G", "用电量"])
    ['用电量', '5g']
    """
    longest = sorted(dict.fromkeys(terms), key=len, reverse=True)[:_MOST_TERMS]
    return [" ".join(_RUN.findall(term.lower())) for term in longest if phrase(term)]


def most_of(terms: Sequence[str]) -> list[str]:
    """FTS5 queries from strict to lax: all of the terms, then all but one, down to half of them.

    >>> most_of(["医化", "产值"])
    ['("医化" AND "产值")', '("医化") OR ("产值")']
    """
    phrases = [phrase(term) for term in longest_of(terms)]
    fewest = (len(phrases) + 1) // 2
    counts = range(len(phrases), fewest - 1, -1) if phrases else ()
    return [" OR ".join(f"({' AND '.join(chosen)})" for chosen in combinations(phrases, count)) for count in counts]
