"""GB18030 text that lost its footing by one byte, and notes of pronunciation that landed inside characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.repair.edits import Edit, Page
from knowledge.repair.gbk import by_lead, encoded, vanishing
from knowledge.repair.language import Language, Reading
from knowledge.repair.notes import NOTE, SYLLABLE, TONED, note_count
from knowledge.repair.script import is_traditional_page, simplified
from knowledge.repair.search import Guess, Search, readings

_NUMERALS = "一二三四五六七八九十"
_HEADS = (*_NUMERALS, *(f"十{n}" for n in _NUMERALS[:9]), "二十")
_LEFT_BEHIND = "\u3105-\u3129ǎàáēéěèīíǐìōóǒòūúǔùǖǘǚǜüêɑńňɡ\u2500-\u257f\u3021-\u3029﹉-﹫㊣㎎-㏕︰￢￤"
_MOVED = re.compile(rf"^[^\S\n]*。(?=[{_LEFT_BEHIND}]|\({SYLLABLE}\))", re.M)
_MAY_BE_MOVED = re.compile(f"[{_LEFT_BEHIND}(]")  # sought in a page's signs: most pages have none
_OPENING_STOP = re.compile("^[^\\S\n]*。(?=[^\\s。])", re.M)
_HEAD = re.compile(f"^[^\\S\n]*[（(]([{_NUMERALS}]{{1,3}})[）)]", re.M)
_TITLE = re.compile(f"^[^\\S\n]*[{_NUMERALS}]{{1,3}}、", re.M)
_MIDLINE = re.compile(
    rf"(?!\?{SYLLABLE}\))(?:(?<=[%％])[0-w](?=[@-~\u0080-\uffff])|(?<=[\u4e00-\u9fff0-9x])[:;<=>?@](?=[@-~]))"
)
_NOTES_MAKE_A_PATTERN = 5
_WRONG_NUMBER = 9.0  # nats: a head out of sequence
_CONTEXT = 6


def realign_shifted_bytes(page: Page) -> list[Edit]:
    """Read text again whose bytes were shifted by one by a stray A1 before a full-width sign: 。ㄒ唬┏隹 is （一）出口.

    Such lines open with 。, made of the stray byte and the first one of （, and go on with phonetic signs or box lines.
    The head's number is found by its bytes and by the heads above it; see `search` for the rest. Inside a line a
    stray byte before 。 leaves `%?h`; that is looked for only on pages with other damage of this kind.
    """
    moved = bool(_MAY_BE_MOVED.search("".join(page.signs)) and _MOVED.search(page.text))
    if not moved and ("%" not in page.signs or page.signs.isdisjoint(TONED)):
        return []
    if not moved and note_count(page.text) < _NOTES_MAKE_A_PATTERN:
        return []
    realigning = _Realigning(page)
    return [*realigning.heads(), *realigning.inside_lines()]


def separate_notes_from_characters(page: Page) -> list[Edit]:
    """Mend characters that an annotator cut in two: 持?jǐn)?shù)字 is 持數(shù)字, annotated across a border.

    The note's syllable tells which character the annotator saw, so which byte it took from the one after.
    """
    if "?" not in page.signs or page.signs.isdisjoint(TONED):
        return []
    broken = list(re.finditer(rf"(?<=[\u4e00-\u9fff])\?({SYLLABLE})\)", page.text))
    realigning = _Realigning(page) if broken else None
    edits: list[Edit] = []
    for match in broken:
        if realigning and (not edits or match.start() >= edits[-1].end):
            edits += realigning.behind_note(match)
    return edits


class _Realigning:
    """The shifted places of one page."""

    def __init__(self, page: Page) -> None:
        self._text = page.text
        plain = simplified(NOTE.sub("", page.text))
        self._language = Language(plain)
        self._search = Search(page.text, self._language, is_traditional_page(page))

    def heads(self) -> Iterator[Edit]:
        """The lines that open with a shifted head."""
        number = seen = 0
        for match in _OPENING_STOP.finditer(self._text):
            number = self._number_before(seen, match.start(), number)
            guess = self._head(match.end(), number + 1)
            if guess and guess.read:
                number, seen = _HEADS.index(guess.read[1 : guess.read.index("）")]) + 1, match.end()
                yield Edit(match.end() - 1, guess.resumed, guess.read)

    def _number_before(self, start: int, end: int, number: int) -> int:
        """The number of the last head above a line; 0 after a title."""
        for match in sorted(
            [*_HEAD.finditer(self._text, start, end), *_TITLE.finditer(self._text, start, end)], key=re.Match.start
        ):
            number = _HEADS.index(match[1]) + 1 if match.re is _HEAD and match[1] in _HEADS else 0
        return number

    def _head(self, start: int, expected: int) -> Guess | None:
        guesses = [(start, Guess(Reading("。"), frozenset(), "", start))]  # the line as it stands
        for number, numeral in enumerate(_HEADS, 1):
            reading = Reading("）").plus(0.0 if number == expected else _WRONG_NUMBER + abs(number - expected) / 10)
            text = f"（{numeral}）"
            guesses += [(place, Guess(reading, leads, text)) for place, leads in _after(self._text, start, text)]
        return self._search.best(start, guesses)

    def inside_lines(self) -> Iterator[Edit]:
        """Full stops that lost the sentence after them."""
        for match in _MIDLINE.finditer(self._text):
            before = self._search.weigh(Reading(), max(0, match.start() - _CONTEXT), match.start())
            shifted = Guess(self._language.extend(before, "。"), frozenset((ord(match[0]) + 0x80,)), "。")
            as_it_is = Guess(before, frozenset(), "", match.start())
            best = self._search.best(match.start(), [(match.end(), shifted), (match.start(), as_it_is)])
            if best and best.read:
                yield Edit(match.start(), best.resumed, best.read)

    def behind_note(self, broken: re.Match[str]) -> Iterator[Edit]:
        """The character whose first byte went into a broken note."""
        pair = encoded(self._text[broken.start() - 1])
        seen = (g for g in by_lead().get(pair[1], ()) if broken[1] in readings(g.character)) if pair else ()
        leads = frozenset(glyph.trail for glyph in seen)
        before = self._search.weigh(Reading(), max(0, broken.start() - _CONTEXT), broken.start())
        best = self._search.best(broken.end(), [(broken.end(), Guess(before, leads))]) if leads else None
        if best:
            yield Edit(broken.start(), best.resumed, best.read)


def _after(text: str, start: int, true: str) -> set[tuple[int, frozenset[int]]]:
    """Where the raw text stands, and with what bytes at hand, after reading these true characters from byte A3 on."""
    states = {(start, frozenset((0xA3,)))}
    for character in true:
        lead, trail = encoded(character) or (0, 0)
        fitting = {(place, leads) for place, leads in states if lead in leads}
        states = {(place, vanishing()[trail]) for place, _ in fitting if trail in vanishing()}
        for place, _ in fitting:
            pair = encoded(text[place]) if place < len(text) else None
            if pair and pair[0] == trail:
                states.add((place + 1, frozenset(pair[1:])))
    return states
