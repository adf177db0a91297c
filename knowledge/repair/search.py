"""Reads text whose GBK bytes are shifted by one against their characters, keeping several readings at a time.

A byte too many makes each character's second byte pair up with the next one's first. Such pairs are decoded as other
characters; some vanish, because no character has them, and with them the borders of two characters. So a place is read
forward: the byte at hand (`leads`) and the first byte of the next raw character make one true character, the
second byte is at hand for the next. Where a pair vanished, its bytes are guessed, and the language decides. The shift
ends where a character's second byte is an ASCII letter, or before ASCII, a note of pronunciation or a line end,
which lets the byte at hand vanish alone.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from knowledge.repair.gbk import Glyph, by_bytes, by_lead, by_trail, encoded, only_simplified, rare, vanishing
from knowledge.repair.language import Language, Reading
from knowledge.repair.notes import SYLLABLE
from knowledge.repair.script import simplified

_BEAM = 40
_BEAM_LOST = 10  # how many of them are also tried with a vanished pair
_HOPELESS = 25.0  # nats behind the best one at the same place
_LOST_IN_A_ROW = 2
_SETTLED = 14  # characters after the shift by which the best reading has shown itself
_VANISHED = 3.0  # nats: one pair in seven or so vanishes
_WRONG_NOTE = 12.0  # nats: a note that is not the reading of its character
_WRONG_SCRIPT = 8.0  # nats: a Simplified character on a Traditional page
_NOTE = re.compile(rf"\(({SYLLABLE})\)")
_BROKEN_NOTE = re.compile(rf"\?({SYLLABLE})\)")
_FIGURE = re.compile(r"[0-9.,%]|x(?=[x0-9.,%万亿萬億])")  # never taken for a byte: a figure stands as it is
_SIGN = 0xA3  # first byte of full-width ASCII
_FULL_STOP = (0xA1, 0xA3)
_WHOLE: frozenset[int] = frozenset()


class Guess(NamedTuple):
    """One reading of a raw text up to a place.

    `leads` are the bytes that may be at hand, none once the shift is over; `read` is the true text so far;
    `resumed` is where the raw text is whole again, `clean` how much of it has been weighed.
    """

    reading: Reading
    leads: frozenset[int]
    read: str = ""
    resumed: int = -1
    clean: int = 0


def cost(guess: Guess) -> float:
    """How unlikely a guess is, in nats."""
    return guess.reading.costs[-1]


class Search:
    """The readings of shifted places on one page."""

    def __init__(self, text: str, language: Language, traditional: bool) -> None:
        self._text = text
        self._language = language
        self._traditional = traditional

    def best(self, start: int, guesses: Iterable[tuple[int, Guess]]) -> Guess | None:
        """The likeliest reading of a line from `start` on, grown from guesses with their places in the raw text."""
        end = self._text.find("\n", start)
        end = len(self._text) if end < 0 else end
        waiting: defaultdict[int, list[Guess]] = defaultdict(list)
        for place, guess in guesses:
            waiting[place].append(guess)
        for place in range(start, end):
            kept = self._kept(waiting.pop(place, []), place)
            if kept and kept[0].clean >= _SETTLED and not waiting:
                return kept[0]
            for guess in kept:
                for further, grown in self._steps(guess, place):
                    waiting[further].append(grown)
        return min((g for guess in waiting.pop(end, []) for g in self._closed(guess, end)), key=cost, default=None)

    def weigh(self, reading: Reading, start: int, end: int) -> Reading:
        """The reading after the raw text [start, end) as it stands."""
        for character in simplified(self._text[start:end]):
            reading = self._language.extend(reading, character)
        return reading

    def _kept(self, guesses: list[Guess], place: int) -> list[Guess]:
        kept = _pruned(guesses)
        for _ in range(_LOST_IN_A_ROW):
            kept = _pruned([*kept, *(grown for guess in kept[:_BEAM_LOST] for grown in self._vanished(guess))])
        if self._text[place] < "\u0080" and not _NOTE.match(self._text, place):
            kept = _pruned([*kept, *(g for guess in kept if guess.leads for g in self._closed(guess, place))])
        return kept

    def _steps(self, guess: Guess, place: int) -> Iterator[tuple[int, Guess]]:
        """What a guess may become by the raw character at a place, and where it goes on."""
        if not guess.leads:
            yield self._copied(guess, place)
        elif pair := encoded(self._text[place]):
            yield from ((place + 1, grown) for grown in self._paired(guess, *pair, place))
        elif "!" <= self._text[place] <= "~":
            yield from self._at_ascii(guess, place)

    def _paired(self, guess: Guess, trail: int, lead: int, place: int) -> Iterator[Guess]:
        for glyph in _matching(guess.leads, trail):
            if lead > 0x80:
                yield self._with(guess, glyph, frozenset((lead,)))
            else:  # the second byte was a Latin letter of the true text
                grown = self._with(guess, glyph, _WHOLE)
                yield grown._replace(read=grown.read + chr(lead), resumed=place + 1)

    def _at_ascii(self, guess: Guess, place: int) -> Iterator[tuple[int, Guess]]:
        code = ord(self._text[place])
        if note := _NOTE.match(self._text, place) or _BROKEN_NOTE.match(self._text, place):
            resumed = note.end() if self._text[place] == "?" else place  # a whole note is left for its own rule
            for glyph in (g for lead in guess.leads for g in by_lead()[lead] if note[1] in readings(g.character)):
                yield note.end(), self._with(guess, glyph, _WHOLE)._replace(resumed=resumed)
        if _FIGURE.match(self._text, place):
            return
        for glyph in _matching(guess.leads, code):
            yield place + 1, self._with(guess, glyph, _WHOLE)._replace(resumed=place + 1)
        for glyph in _matching(guess.leads, _SIGN):
            yield place + 1, self._with(guess, glyph, frozenset((code + 0x80,)))

    def _vanished(self, guess: Guess) -> Iterator[Guess]:
        """A pair vanished here: its first byte ends the character at hand, its second starts another."""
        for trail, leads in vanishing().items() if guess.leads else ():
            for glyph in _matching(guess.leads, trail):
                grown = self._with(guess, glyph, leads)
                yield grown._replace(reading=grown.reading.plus(_VANISHED))

    def _closed(self, guess: Guess, place: int) -> Iterator[Guess]:
        """The byte at hand vanished alone, and the character it started with it."""
        if not guess.leads:
            yield guess
        elif len(guess.leads) == 1:
            line_end = place == len(self._text) or self._text[place] == "\n"
            (lead,) = guess.leads
            for glyph in by_bytes()[_FULL_STOP] if line_end and lead == _FULL_STOP[0] else by_lead()[lead]:
                yield self._with(guess, glyph, _WHOLE)._replace(resumed=place)

    def _copied(self, guess: Guess, place: int) -> tuple[int, Guess]:
        note = _NOTE.match(self._text, place)
        if note:
            fits = note[1] in readings(guess.read[-1:] if guess.resumed == place else self._text[place - 1])
            return note.end(), guess._replace(reading=guess.reading.plus(0.0 if fits else _WRONG_NOTE))
        reading = self._language.extend(guess.reading, simplified(self._text[place]))
        return place + 1, guess._replace(reading=reading, clean=guess.clean + 1)

    def _with(self, guess: Guess, glyph: Glyph, leads: frozenset[int]) -> Guess:
        reading = self._language.extend(guess.reading, glyph.simplified)
        if self._traditional and glyph.character in only_simplified():
            reading = reading.plus(_WRONG_SCRIPT)
        return Guess(reading, leads, guess.read + glyph.character)


def _pruned(guesses: list[Guess]) -> list[Guess]:
    best: dict[tuple[str, frozenset[int], int], Guess] = {}
    for guess in guesses:
        key = (guess.reading.tail, guess.leads, guess.clean)
        if key not in best or cost(guess) < cost(best[key]):
            best[key] = guess
    kept = heapq.nsmallest(_BEAM, best.values(), key=lambda guess: guess.reading.promise())
    kept.sort(key=cost)
    return [guess for guess in kept if cost(guess) < cost(kept[0]) + _HOPELESS]


def _matching(leads: frozenset[int], trail: int) -> Iterable[Glyph]:
    if len(leads) == 1:
        (lead,) = leads
        return by_bytes().get((lead, trail)) or rare(lead, trail)
    return [glyph for glyph in by_trail().get(trail, ()) if glyph.lead in leads]


@cache
def readings(character: str) -> frozenset[str]:
    """All readings of a character, with tone marks."""
    from pypinyin import pinyin

    found = pinyin(character, heteronym=True)
    return frozenset(found[0]) if found else frozenset()
