"""Reads GBK characters as the bytes of the UTF-8 text that they were made of, where some of its bytes were lost.

A byte with which GBK has no character comes out as \ufffd (or €). It stands inside a character of three bytes, two of
which are known; it is 80, or one that makes no character with the byte after it. The language decides between such
characters; where it does not tell the best one from the next, a □ is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from knowledge.repair.gbk import glyphs
from knowledge.repair.language import Language, Reading

HAN_OR_SIGN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e‘-”…—]")
_LOST_SIGNS = "\ufffd€"
_UNREADABLE = "□"
_NO_FIRST_BYTE = 0x80
_ENDING = 8.0  # nats: a line that ends in another sign than 。
_CLEAR = 3.0  # nats between the best reading and the next
_CONTEXT = 4
_WIDTH = 3  # bytes of a Chinese character in UTF-8

Bytes = tuple[int | None, ...]


def from_gbk(run: str) -> str:
    """The true text of a run of wide characters, or nothing if it is not misread UTF-8."""
    pieces = list(_pieces(_bytes(run)))
    whole = [piece for piece in pieces if isinstance(piece, str)]
    lost = len(pieces) - len(whole)
    text = "".join(whole)
    if len(text) < 2 or lost * 2 > len(text) + 2 or not all(c < "\u0080" or HAN_OR_SIGN.match(c) for c in text):
        return ""
    return _chosen(pieces)


def _bytes(run: str) -> Bytes:
    """The bytes of the run; None for one that was lost."""
    found: list[int | None] = []
    for character in run:
        found += [None] if character in _LOST_SIGNS else character.encode("gb18030", "replace")
    return tuple(found)


def _pieces(raw: Bytes) -> Iterator[str | Bytes]:
    """The characters; one that lost a byte as the bytes left and the one behind; what is no UTF-8 as \ufffd."""
    place = 0
    while place < len(raw):
        lead = raw[place]
        if lead is not None and lead < 0x80:
            yield chr(lead)
            place += 1
            continue
        group = raw[place : place + _WIDTH]
        if None in group and lead is not None and lead >= 0xE2 and len(group) == _WIDTH:
            yield raw[place : place + _WIDTH + 1]
        else:
            yield bytes(byte or 0 for byte in group).decode("utf-8", "replace")
        place += _WIDTH


def _chosen(pieces: list[str | Bytes]) -> str:
    """The text with the likeliest character at each place that lost a byte."""
    language, text = Language(), ""
    for place, piece in enumerate(pieces):
        if isinstance(piece, str):
            text += piece
            continue
        behind = "".join(p if isinstance(p, str) else _UNREADABLE for p in pieces[place + 1 : place + _CONTEXT])
        text += _likeliest(language, text[-_CONTEXT:], piece, behind.partition(_UNREADABLE)[0])
    return text


def _likeliest(language: Language, before: str, piece: Bytes, behind: str) -> str:
    def cost(character: str) -> float:
        reading = Reading()
        for one in before + character + behind:
            reading = language.extend(reading, one)
        ends = len(piece) == _WIDTH and not "\u4e00" <= character <= "\u9fff" and character != "。"
        return reading.costs[-1] + (_ENDING if ends else 0.0)

    fitting = (character for character in _fitting().get(piece[:_WIDTH], ()) if _fits(character, piece))
    costs = sorted((cost(character), character) for character in fitting)
    if not costs or (len(costs) > 1 and costs[1][0] - costs[0][0] < _CLEAR):
        return _UNREADABLE
    return costs[0][1]


def _fits(character: str, piece: Bytes) -> bool:
    """Whether a character's byte at the lost place is one that GBK loses before the byte after it."""
    for at, (byte, seen) in enumerate(zip(character.encode(), piece, strict=False)):
        after = piece[at + 1] if at + 1 < len(piece) else None
        if seen is not None or byte == _NO_FIRST_BYTE or after is None or after < 0x40:
            continue
        if bytes((byte, after)).decode("gbk", "ignore"):
            return False
    return True


@cache
def _fitting() -> dict[Bytes, tuple[str, ...]]:
    """Common characters by their bytes in UTF-8 with one or both of the last two lost."""
    found: dict[Bytes, list[str]] = {}
    for character in {glyph.simplified for glyph in glyphs()} | {glyph.character for glyph in glyphs()}:
        if len(raw := character.encode()) == _WIDTH:
            for shape in ((raw[0], None, raw[2]), (raw[0], raw[1], None), (raw[0], None, None)):
                found.setdefault(shape, []).append(character)
    return {shape: tuple(characters) for shape, characters in found.items()}
