"""Texts as sets of keys: pairs of neighbouring characters, whole Latin words. Chinese has no blanks to cut at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_ATOM = re.compile(r"[a-z0-9.&+]+|[㐀-鿿]")
_LETTER = re.compile("[a-z]")
_QUOTES = "“”\"'‘’「」『』《》〈〉*　 "
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_MARKS = str.maketrans(
    dict.fromkeys(_QUOTES) | {wide: None if half in _QUOTES else half for wide, half in _WIDE.items()}
)
_REPLACED = [(chr(code), folded or "") for code, folded in _MARKS.items()]
_LONG = 2_000


class Folder:
    """Folds what is written differently into one: widths, case, quotation marks, short forms (规上 -> 规模以上)."""

    def __init__(self, parts: Iterable[tuple[str, str]]) -> None:
        self._full = {short.lower(): full for short, full in parts if short}
        self._before = {short: _before(full, short) for short, full in self._full.items()}
        names = sorted(self._full, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, names))) if names else None
        self.short = lru_cache(maxsize=50_000)(self.__call__)  # for names and headings, which come again and again

    def __call__(self, text: str) -> str:
        """The folded text.

        >>> Folder([("规上", "规模以上")])("“规上”ＧＤＰ")
        '规模以上gdp'
        """
        text = _marked(text).lower()
        return self._pattern.sub(self._written_out, text) if self._pattern else text

    def _written_out(self, found: re.Match[str]) -> str:
        """The full form, unless the short one stands at the end of it already."""
        short = found[0]
        before = self._before[short]
        return short if before and found.string.endswith(before, 0, found.start()) else self._full[short]


def _marked(text: str) -> str:
    """The text with its marks folded; in a long one each mark is looked for, for a look at each character is slow."""
    if len(text) < _LONG:
        return text.translate(_MARKS)
    for mark, folded in _REPLACED:
        if mark in text:
            text = text.replace(mark, folded)
    return text


def _before(full: str, short: str) -> str:
    """What stands before a short form inside its own full form: 生产总值 holds no GDP, 国内生产总值 holds 生产总值."""
    at = full.find(short)
    return full[:at] if at > 0 else ""


def atoms(text: str) -> list[tuple[str, int]]:
    """(atom, place) of a folded text; places that are not neighbours differ by more than one."""
    out: list[tuple[str, int]] = []
    place, last = 0, 0
    for found in _ATOM.finditer(text):
        place += 1 if found.start() == last else 2
        last = found.end()
        out.append((found[0], place))
    return out


@lru_cache(maxsize=20_000)
def keys(text: str) -> frozenset[str]:
    """The keys of a folded text.

    >>> sorted(keys("5g基站"))
    ['5g', '5g基', '5g站', '基站']
    """
    return frozenset(key for key, _, _ in _numbered(atoms(text)))


def _numbered(found: Sequence[tuple[str, int]]) -> Iterable[tuple[str, int, int]]:
    """(key, first atom, last atom)."""
    for index, (atom, place) in enumerate(found):
        if (len(atom) > 1 and not atom[0].isdigit()) or (len(atom) > 1 and not atom.replace(".", "").isdigit()):
            yield atom, index, index
        if index and found[index - 1][1] == place - 1:
            yield found[index - 1][0] + atom, index - 1, index
        if index > 1 and found[index - 2][1] == place - 2 and _LETTER.search(found[index - 2][0]):
            yield found[index - 2][0] + atom, index - 2, index  # 5g站 for 5g基站


def numbered(text: str) -> tuple[list[str], list[tuple[str, int, int]]]:
    """The atoms of a folded text and its keys with the atoms that they join."""
    found = atoms(text)
    return [atom for atom, _ in found], list(_numbered(found))
