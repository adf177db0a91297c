"""Pinyin notes that scraping sites put after Traditional characters: 經(jīng)信局."""

from __future__ import annotations

import re

from knowledge.repair.edits import Edit, Page
from knowledge.repair.script import is_traditional

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
SYLLABLE = (
    r"(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?"
    r"(?:[iīíǐìuūúǔùüǖǘǚǜ]?[aāáǎàeēéěèoōóǒò][ioun]?g?|[iīíǐìuūúǔùüǖǘǚǜ]{1,2}n?g?|[ńňǹḿ]g?|[êế]|ér|ěr|èr|er|[iu][aāáǎà]o)"
)
NOTE = re.compile(rf"(?<=[\u3400-\u9fff])(?:\(({SYLLABLE})\)|（({SYLLABLE})）)")
_ENOUGH = 5  # so many notes make a pattern; one alone may be the author's: 郫(pí)县


def drop_pinyin_notes(page: Page) -> list[Edit]:
    """Drop `(jīng)` after 經: learners' sites note the reading of Traditional characters, and copies keep the notes.

    A syllable with exactly one tone mark, right after one Chinese character. A page with a pattern of them loses all,
    neutral tones after Traditional characters included (們(men)); elsewhere only those after Traditional ones go.
    """
    if page.signs.isdisjoint(TONED):
        return []
    toned = [m for m in NOTE.finditer(page.text) if _tones(m) == 1]
    if len(toned) >= _ENOUGH:
        neutral = [m for m in NOTE.finditer(page.text) if _tones(m) == 0 and _follows_traditional(page.text, m)]
        return [Edit(m.start(), m.end(), "") for m in toned + neutral]
    return [Edit(m.start(), m.end(), "") for m in toned if _follows_traditional(page.text, m)]


def note_count(text: str) -> int:
    """How many toned notes a text holds: whether it went through an annotator."""
    return sum(_tones(m) == 1 for m in NOTE.finditer(text))


def _tones(note: re.Match[str]) -> int:
    return sum(sign in TONED for sign in note[0])


def _follows_traditional(text: str, note: re.Match[str]) -> bool:
    return is_traditional(text[note.start() - 1])
