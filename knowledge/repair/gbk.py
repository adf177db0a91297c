"""Bytes of GBK text: which pairs are characters, which vanish when decoded, and who shares a byte with whom."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from knowledge.repair.language import common_characters
from knowledge.repair.script import simplified

_LEADS = range(0x81, 0xFF)
_TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
_COMMON = 14.5  # nats; about the 4500 commonest characters


class Glyph(NamedTuple):
    """A character of GBK that may well be meant, its bytes, and its Simplified form."""

    character: str
    lead: int
    trail: int
    simplified: str


@cache
def encoded(character: str) -> tuple[int, int] | None:
    """The two bytes of a character, or None if GBK has none."""
    try:
        pair = character.encode("gbk")
    except UnicodeEncodeError:
        return None
    return (pair[0], pair[1]) if len(pair) == 2 else None


@cache
def vanishing() -> dict[int, frozenset[int]]:
    """Lead byte to trail bytes of the pairs that leave no character: user-defined, unassigned, and the wide blank."""
    lost: defaultdict[int, set[int]] = defaultdict(set)
    for lead in (0x80, *_LEADS, 0xFF):
        for trail in _TRAILS:
            if trail > 0x80 and bytes((lead, trail)).decode("gbk", "ignore") in ("", "\u3000"):
                lost[lead].add(trail)
    return {lead: frozenset(trails) for lead, trails in lost.items()}


@cache
def glyphs() -> tuple[Glyph, ...]:
    """The characters that damaged text is read as: common ones, in both scripts."""
    common = frozenset(common_characters(_COMMON))
    found = []
    for lead in _LEADS:
        for trail in _TRAILS:
            character = bytes((lead, trail)).decode("gbk", "ignore")
            if len(character) == 1 and (plain := simplified(character)) in common:
                found.append(Glyph(character, lead, trail, plain))
    return tuple(found)


@cache
def by_bytes() -> dict[tuple[int, int], tuple[Glyph]]:
    """Each by both of its bytes."""
    return {(glyph.lead, glyph.trail): (glyph,) for glyph in glyphs()}


@cache
def rare(lead: int, trail: int) -> tuple[Glyph, ...]:
    """Any other character of these bytes."""
    character = bytes((lead, trail)).decode("gbk", "ignore")
    return (Glyph(character, lead, trail, simplified(character)),) if len(character) == 1 else ()


@cache
def by_lead() -> dict[int, tuple[Glyph, ...]]:
    """Those that start with a byte."""
    return {lead: tuple(glyph for glyph in glyphs() if glyph.lead == lead) for lead in _LEADS}


@cache
def by_trail() -> dict[int, tuple[Glyph, ...]]:
    """Those that end in a byte."""
    grouped: defaultdict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs():
        grouped[glyph.trail].append(glyph)
    return {trail: tuple(found) for trail, found in grouped.items()}


@cache
def only_simplified() -> frozenset[str]:
    """Characters that a Traditional page would write otherwise: they have a Traditional form, and Big5 lacks them."""
    plain = {glyph.simplified for glyph in glyphs() if glyph.character != glyph.simplified}
    return frozenset(character for character in plain if not character.encode("big5", "ignore"))
