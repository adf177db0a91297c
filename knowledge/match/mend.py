"""Mends a question by the words of the documents: pinyin, same-sounding and look-alike characters, swapped ones."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import product

from knowledge.match.sounds import alike, readings, spelled

_LATIN = re.compile(r"[a-zü]+(?: [a-zü]+)*")
_HAN = re.compile("[㐀-鿿]+")
_FUNCTION = frozenset(
    "的了吗呢吧啊呀是在有为和与或把被从到对向于以之其所地得着过那这个们咋哪几多少谁啥么什怎我你他咱请问请不没减加里中上下内外各两三四五六七八九十一二降涨升跌掉增减大小高低快慢花挣赚缺补欠做办开来去用要会能想说看问查找给让比占超达约共总未已家点省通也都还就又很"
)
_SINGLES = {
    "de": "的", "le": "了", "shi": "是", "you": "有", "duo": "多", "ji": "几", "na": "哪",
    "nian": "年", "yue": "月", "ge": "个", "he": "和",
    "ne": "呢", "ma": "吗", "zai": "在", "jian": "建", "lv": "率", "xian": "县",
}  # fmt: skip


class Speller:
    """Knows the words of some texts; made once for the documents that a question is about."""

    def __init__(self, texts: Iterable[str], words: Iterable[str]) -> None:
        self._text = "\n".join(texts)
        self._words = "\n".join(dict.fromkeys(words))
        self._all = f"{self._text}\n{self._words}"

    @cached_property
    def pairs(self) -> Counter[str]:
        """Neighbouring characters and how often they stand together."""
        count: Counter[str] = Counter()
        for source, weight in ((self._text, 1), (self._words, 2)):
            for run in _HAN.findall(source):
                for at in range(len(run) - 1):
                    count[run[at : at + 2]] += weight
        return count

    @cached_property
    def _latin(self) -> frozenset[str]:
        return frozenset(re.findall("[a-z]+", self._all))

    @cached_property
    def _sounding(self) -> dict[tuple[str, ...], Counter[str]]:
        """Syllables of two to four characters -> the words that sound so."""
        table: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        said = readings()
        for source, weight in ((self._text, 1), (self._words, 20)):
            grams: Counter[str] = Counter()
            for run in _HAN.findall(source):
                for size in (2, 3, 4):
                    grams.update(run[at : at + size] for at in range(len(run) - size + 1))
            for gram, count in grams.items():
                for sound in product(*(said.get(character, ("?",))[:2] for character in gram)):
                    table[sound][gram] += count * weight
        return table

    def mend(self, plain: str) -> str:
        """The question with what is misspelt put right; what cannot be is left."""
        if re.search("[a-z]{2}", plain):
            plain = _LATIN.sub(self._pinyin, plain)
        odd = self._odd(plain)
        return self._characters(plain, odd) if odd else plain

    # -- pinyin --------------------------------------------------------------------------------------------------------

    def _pinyin(self, found: re.Match[str]) -> str:
        run = found[0]
        if run in self._latin or len(run) < 3:
            return run
        ways: list[tuple[str, ...]] = [()]
        for word in run.split():
            if word in self._latin and not (len(word) > 1 and spelled(word)):
                return run
            cuts = spelled(word)
            if not cuts:
                return run
            ways = [(*way, *cut) for way in ways for cut in cuts][:12]
        best = min((self._decode(way) for way in ways), key=lambda row: row[0])
        return best[1] if best[0] < 3.2 * max(map(len, ways)) else run

    def _decode(self, sound: tuple[str, ...]) -> tuple[float, str]:
        """The likeliest characters: few and frequent words."""
        best: list[tuple[float, str]] = [(0.0, "")] + [(math.inf, "")] * len(sound)
        for end in range(1, len(sound) + 1):
            for start in range(max(0, end - 4), end):
                cost, word = self._word(sound[start:end])
                total = best[start][0] + cost
                if total < best[end][0]:
                    best[end] = total, best[start][1] + word
        return best[-1]

    def _word(self, sound: tuple[str, ...]) -> tuple[float, str]:
        if len(sound) == 1:
            single = _SINGLES.get(sound[0])
            return (1.7, single) if single else (4.0, sound[0])
        found = self._sounding.get(sound)
        if not found:
            return math.inf, ""
        word, count = max(found.items(), key=lambda row: (row[1], row[0]))
        return 1.2 - 0.05 * min(math.log(1 + count), 6), word

    # -- characters ----------------------------------------------------------------------------------------------------

    def _odd(self, plain: str) -> list[int]:
        """Places of characters that never stand beside either neighbour."""
        pairs = self.pairs
        out = []
        for at, character in enumerate(plain):
            if not "㐀" <= character <= "鿿" or character in _FUNCTION:
                continue
            left = plain[at - 1 : at + 1] if at else ""
            right = plain[at : at + 2]
            if left not in pairs and right not in pairs:
                out.append(at)
        return out

    def _characters(self, plain: str, odd: list[int]) -> str:
        letters = list(plain)
        for at in odd:
            if at + 1 in odd and self._swapped(letters, at):
                continue
            text = "".join(letters)
            if text[max(0, at - 1) : at + 1] in self.pairs or text[at : at + 2] in self.pairs:
                continue
            fits = ((self._fit(text, at, other, likely), other) for other, likely in alike(text[at]).items())
            best = max(fits, default=(0.0, ""))
            if best[0] >= 1.55:
                letters[at] = best[1]
        return "".join(letters)

    def _swapped(self, letters: list[str], at: int) -> bool:
        """司公 -> 公司, if the neighbours agree."""
        other = letters[at + 1] + letters[at]
        text = "".join(letters)
        if other in self.pairs and (
            text[max(0, at - 1) : at] + other[0] in self.pairs or other[1] + text[at + 2 : at + 3] in self.pairs
        ):
            letters[at : at + 2] = other
            return True
        return False

    def _fit(self, text: str, at: int, other: str, likely: float) -> float:
        """How well a character stands between its neighbours; one neighbour is enough only in a known word."""
        left, right = text[max(0, at - 2) : at], text[at + 1 : at + 3]
        score, sides = likely, 0
        for pair, triple in ((left[-1:] + other, left + other), (other + right[:1], other + right)):
            if len(pair) == 2 and (count := self.pairs.get(pair, 0)):
                score += 0.8 + min(count, 8) * 0.04
                known = pair in self._words or (len(triple) == 3 and triple in self._all)
                score += 1 if len(triple) == 3 and triple in self._all else 0
                sides += 2 if known and likely >= 0.5 else 1
        if left and right and left[-1] + other + right[0] in self._all:
            score += 1
        return score if sides >= 2 else 0.0


def changes(before: str, after: str) -> str | None:
    """What to tell of a mended question; None if nothing was mended."""
    return None if before == after else f"按“{after.strip()}”理解"
