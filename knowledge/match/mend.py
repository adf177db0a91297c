"""Mends a question by the words of the documents: pinyin, same-sounding and look-alike characters, swapped ones."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import add

from knowledge.match.short import written_out
from knowledge.match.slips import Slips
from knowledge.match.sounds import alike, readings, spelled, syllables

_LATIN = re.compile(r"[a-zü]+(?: [a-zü]+)*")
_PAIR = re.compile("[㐀-鿿]{2}")
_REMEMBERED = 500  # questions
_ENOUGH = 8  # a pair that stands so often is as sure as can be
_FUNCTION = frozenset(
    "的了吗呢吧啊呀是在有为和与或把被从到对向于以之其所地得着过那这个们咋哪几多少谁啥么什怎我你他咱请问请不没减加里中上下内外各两三四五六七八九十一二降涨升跌掉增减大小高低快慢花挣赚缺补欠做办开来去用要会能想说看问查找给让比占超达约共总未已家点省通也都还就又很块离"
)
_SINGLES = {
    "de": "的", "le": "了", "shi": "是", "you": "有", "duo": "多", "ji": "几", "na": "哪",
    "nian": "年", "yue": "月", "ge": "个", "he": "和",
    "ne": "呢", "ma": "吗", "zai": "在", "jian": "建", "lv": "率", "xian": "县",
}  # fmt: skip


_NONE: set[str] = set()


def _following(texts: Iterable[str]) -> dict[str, set[str]]:
    """Character -> those that stand after it somewhere."""
    out: dict[str, set[str]] = defaultdict(set)
    for pair in set[str]().union(*(map(add, text, text[1:]) for text in texts)):
        out[pair[0]].add(pair[1])
    return out


@dataclass(frozen=True)
class Vocabulary:
    """Words that are known without any document."""

    text: str
    spoken: str = ""  # those that questions are made of

    @cached_property
    def latin(self) -> frozenset[str]:
        """Its words of Latin letters."""
        return frozenset(re.findall("[a-z]+", self.text))

    @cached_property
    def entries(self) -> frozenset[str]:
        """The words that questions are made of."""
        return frozenset(self.spoken.split("\n"))

    @cached_property
    def pairs(self) -> Counter[str]:
        """Its pairs of neighbours, and how often each stands."""
        return Counter(map(add, self.text, self.text[1:]))

    @cached_property
    def followers(self) -> dict[str, set[str]]:
        """The characters that stand after each one."""
        return _following([self.text])

    def count(self, pair: str) -> int:
        """How often a pair of neighbours stands, as str.count has it."""
        return self.pairs[pair] if pair[0] != pair[1] else self.text.count(pair)


def vocabulary(words: Iterable[str], names: Iterable[str] = ()) -> Vocabulary:
    """The vocabulary of the words of questions and some names."""
    spoken = tuple(words)
    return Vocabulary("\n".join(dict.fromkeys((*spoken, *names))), "\n".join(spoken))


@lru_cache(maxsize=1024)
def _spoken(syllable: str) -> list[str]:
    """The characters that are read so, as their first or second reading."""
    return [each for each in syllables().get(syllable, "") if syllable in readings()[each][:2]]


def _after(text: str, one: str) -> Iterator[str]:
    """The characters that stand after each of one kind."""
    *parts, last = text.split(one)[1:] or [""]
    yield from (part[:1] or one for part in parts)
    yield last[:1]


def _before(text: str, one: str) -> Iterator[str]:
    """The characters that stand before each of one kind."""
    first, *parts = text.split(one)[:-1] or [""]
    yield first[-1:]
    yield from (part[-1:] or one for part in parts)


class Speller:
    """Knows the words of some texts; made once for the documents that a question is about, counts when first asked."""

    def __init__(self, texts: Iterable[str], words: Vocabulary) -> None:
        self._coming = iter(texts)  # read one by one: mostly the first tells
        self._read: list[str] = []
        self._words = words
        self._counts: dict[str, int] = {}
        self._after: dict[str, Counter[str]] = {}
        self._before: dict[str, Counter[str]] = {}
        self._firsts: set[str] = set()
        self._seconds: set[str] = set()
        self._held: dict[str, bool] = {}
        self._mended: dict[str, str] = {}
        self._slips: dict[tuple[str, int], str | None] = {}
        self._fitting: dict[tuple[str, int], tuple[float, str]] = {}
        self._sounds: dict[tuple[str, ...], dict[str, int]] = {}
        self._chained: dict[tuple[str, ...], list[str]] = {}

    @property
    def _texts(self) -> Iterator[str]:
        yield from self._read
        for text in self._coming:
            self._read.append(text)
            yield text

    def count(self, pair: str) -> int:
        """How often two neighbouring characters stand together, up to eight times; in the vocabulary counts double."""
        found = self._counts.get(pair)
        if found is None:
            found = self._counts[pair] = self._counted(pair)
        return found

    def _counted(self, pair: str) -> int:
        if not _PAIR.fullmatch(pair):
            return 0
        total = 2 * self._words.count(pair)
        if total < _ENOUGH:
            total += self._standing(pair, _ENOUGH - total)
        return min(total, _ENOUGH)

    def _standing(self, pair: str, enough: int) -> int:
        """How often a pair stands in the texts; once it is `enough` no more are looked through.

        Who asks again for one of its characters with another neighbour gets all neighbours looked up at once.
        """
        first, second = pair[0], pair[1]
        if first != second:
            if (after := self._neighbours(first, self._after, self._firsts, _after)) is not None:
                return after[second]
            if (before := self._neighbours(second, self._before, self._seconds, _before)) is not None:
                return before[first]
        total = 0
        for text in self._texts:
            total += text.count(pair)
            if total >= enough:
                break
        return total

    def _neighbours(
        self, one: str, known: dict[str, Counter[str]], asked: set[str], look: Callable[[str, str], Iterable[str]]
    ) -> Counter[str] | None:
        if one not in known and one in asked:
            known[one] = Counter(each for text in self._texts for each in look(text, one))
        asked.add(one)
        return known.get(one)

    def common(self, word: str) -> bool:
        """Whether a word is one that questions are made of."""
        return word in self._words.spoken

    def named(self, word: str) -> bool:
        """Whether a word is of the vocabulary."""
        return word in self._words.text

    def holds(self, word: str) -> bool:
        """Whether a word stands anywhere; none does of which two neighbours never stand together."""
        found = self._held.get(word)
        if found is None:
            pairs = all(map(self.count, map(add, word, word[1:])))
            found = pairs and (word in self._words.text or any(word in text for text in self._texts))
            self._held[word] = found
        return found

    @cached_property
    def _latin(self) -> frozenset[str]:
        return self._words.latin.union(*(re.findall("[a-z]+", text) for text in self._texts))

    @cached_property
    def _followers(self) -> dict[str, set[str]]:
        """The characters that stand after each one."""
        return _following(self._texts)

    def mend(self, plain: str) -> str:
        """The question with what is misspelt put right; what cannot be is left."""
        if (found := self._mended.get(plain)) is None:
            if len(self._mended) >= _REMEMBERED:
                self._mended.clear()
            found = self._mended[plain] = self._mend(plain)
        return found

    def _mend(self, plain: str) -> str:
        if re.search("[a-z]{2}", plain):
            plain = _LATIN.sub(self._pinyin, plain)
        plain = Slips(self, _FUNCTION, self._slips).mend(plain)
        plain = written_out(plain, lambda: self._texts, self, _FUNCTION)
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
        found = self._sounding(sound)
        if not found:
            return math.inf, ""
        word, count = max(found.items(), key=lambda row: (row[1], row[0]))
        return 1.2 - 0.05 * min(math.log(1 + count), 6), word

    def _sounding(self, sound: tuple[str, ...]) -> dict[str, int]:
        """The words that sound so, and how often they stand; those of the vocabulary count twentyfold."""
        if sound not in self._sounds:
            words = self._chains(sound)
            counts = {word: self._frequency(word) for word in words}
            self._sounds[sound] = {word: count for word, count in counts.items() if count}
        return self._sounds[sound]

    def _chains(self, sound: tuple[str, ...]) -> list[str]:
        """The runs of characters that sound so and of which each two neighbours stand together somewhere."""
        if len(sound) == 1:
            return _spoken(sound[0])
        if (found := self._chained.get(sound)) is None:
            others, known, texts = frozenset(_spoken(sound[-1])), self._words.followers, self._followers
            found = self._chained[sound] = [
                word + other
                for word in self._chains(sound[:-1])
                for other in others & (known.get(word[-1], _NONE) | texts.get(word[-1], _NONE))
            ]
        return found

    def _frequency(self, word: str) -> int:
        return 20 * self._words.text.count(word) + sum(text.count(word) for text in self._texts)

    # -- characters ----------------------------------------------------------------------------------------------------

    def _odd(self, plain: str) -> list[int]:
        """Places of characters that never stand beside either neighbour."""
        out = []
        for at, character in enumerate(plain):
            if not "㐀" <= character <= "鿿" or character in _FUNCTION:
                continue
            left = plain[at - 1 : at + 1] if at else ""
            right = plain[at : at + 2]
            if not self.count(left) and not self.count(right):
                out.append(at)
        return out

    def _characters(self, plain: str, odd: list[int]) -> str:
        letters = list(plain)
        for at in odd:
            if at + 1 in odd and self._swapped(letters, at):
                continue
            text = "".join(letters)
            if self.count(text[max(0, at - 1) : at + 1]) or self.count(text[at : at + 2]):
                continue
            best = self._best(text[max(0, at - 2) : at + 3], min(at, 2))
            if best[0] >= 1.55:
                letters[at] = best[1]
        return "".join(letters)

    def _best(self, around: str, at: int) -> tuple[float, str]:
        """What fits best between neighbours in place of a character, and how well."""
        if (around, at) not in self._fitting:
            fits = ((self._fit(around, at, other, likely), other) for other, likely in alike(around[at]).items())
            self._fitting[around, at] = max(fits, default=(0.0, ""))
        return self._fitting[around, at]

    def _swapped(self, letters: list[str], at: int) -> bool:
        """司公 -> 公司, if the neighbours agree."""
        other = letters[at + 1] + letters[at]
        text = "".join(letters)
        if self.count(other) and (
            self.count(text[max(0, at - 1) : at] + other[0]) or self.count(other[1] + text[at + 2 : at + 3])
        ):
            letters[at : at + 2] = other
            return True
        return False

    def _fit(self, text: str, at: int, other: str, likely: float) -> float:
        """How well a character stands between its neighbours; one neighbour is enough only in a known word."""
        left, right = text[max(0, at - 2) : at], text[at + 1 : at + 3]
        score, sides = likely, 0
        for pair, triple in ((left[-1:] + other, left + other), (other + right[:1], other + right)):
            if len(pair) == 2 and (count := self.count(pair)):
                whole = len(triple) == 3 and self.holds(triple)
                score += 0.8 + count * 0.04 + (1 if whole else 0.1 if pair in self._words.entries else 0)
                known = whole or pair in self._words.text
                sides += 2 if known and likely >= 0.5 else 1
        if left and right and self.holds(left[-1] + other + right[0]):
            score += 1
        return score if sides >= 2 else 0.0


def changes(before: str, after: str) -> str | None:
    """What to tell of a mended question; None if nothing was mended."""
    return None if before == after else f"按“{after.strip()}”理解"
