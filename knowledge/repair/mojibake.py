"""Text decoded in the wrong encoding: UTF-8 or GBK read as Latin letters, UTF-8 read as GBK."""

from __future__ import annotations

import re
from functools import cache

from knowledge.repair.edits import Edit, Page
from knowledge.repair.halves import HAN_OR_SIGN, from_gbk

_MISREAD_GBK = re.compile(
    "[鈥銆锛鐨涓浜鏄鍏鍦缁鍙浼鎬閮]"
)  # what the UTF-8 of the commonest signs and characters becomes in GBK
_LINE = re.compile("[^\n]*[\u0080-\uffff][^\n]*")
_RUN_OF_WIDE = re.compile("[\u0080-\uffff]{2,}")
_WESTERN_RUN = re.compile("[\u00a1-\u00fe]{4,}")


def decode_utf8_read_as_latin(page: Page) -> list[Edit]:
    """Read å·¥ä¸š as 工业: UTF-8 that was taken for Windows-1252 or Latin-1, three letters a character.

    Only sequences that are whole UTF-8 of Chinese characters or signs; no Western word has one.
    """
    if page.signs.isdisjoint(map(chr, range(0xE2, 0xF0))):
        return []
    found = ((m, _as_utf8(m[0])) for m in _utf8_sequence().finditer(page.text))
    return [Edit(m.start(), m.end(), new) for m, new in found if new]


def decode_gbk_read_as_latin(page: Page) -> list[Edit]:
    """Read ¹¤Òµ as 工业: GBK that was taken for Latin-1, two letters a character, at least two in a row."""
    if len(page.signs & frozenset(map(chr, range(0xA1, 0xFF)))) < 4:
        return []
    found = ((m, _as_gbk(m[0])) for m in _WESTERN_RUN.finditer(page.text))
    return [Edit(m.start(), m.end(), new) for m, new in found if new]


def decode_utf8_read_as_gbk(page: Page) -> list[Edit]:
    """Read 宸ヤ笟 as 工业: UTF-8 that was taken for GBK, three bytes a character, so two characters became three.

    Only runs whose GBK bytes are UTF-8 nearly throughout, as true Chinese text never is. See `halves` for bytes that
    were lost on the way.
    """
    if not page.holds(_MISREAD_GBK):
        return []
    return [edit for line in _LINE.finditer(page.text) for edit in _line_read_as_gbk(line)]


def _line_read_as_gbk(line: re.Match[str]) -> list[Edit]:
    """The whole line, figures in it included; else those runs of it that are misread."""
    if whole := from_gbk(line[0]):
        return [Edit(line.start(), line.end(), whole)] if whole != line[0] else []
    runs = ((m, from_gbk(m[0])) for m in _RUN_OF_WIDE.finditer(line.string, line.start(), line.end()))
    return [Edit(m.start(), m.end(), new) for m, new in runs if new]


@cache
def _western() -> dict[str, int]:
    """Character to byte, in Windows-1252 and, where that has none, in Latin-1."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        table[bytes((byte,)).decode("cp1252", "ignore") or chr(byte)] = byte
    return table


@cache
def _utf8_sequence() -> re.Pattern[str]:
    follow = "".join(re.escape(sign) for sign, byte in _western().items() if byte < 0xC0)
    return re.compile(f"[\u00e2-\u00ef][{follow}]{{2}}")


def _as_utf8(letters: str) -> str:
    raw = bytes(_western()[letter] for letter in letters)
    text = raw.decode("utf-8", "ignore")
    return text if len(text) == 1 and HAN_OR_SIGN.match(text) else ""


def _as_gbk(letters: str) -> str:
    text = letters.encode("latin-1").decode("gb2312", "ignore")
    whole = len(text) * 2 == len(letters) and all(map(HAN_OR_SIGN.match, text))
    return text if whole and sum("\u4e00" <= c <= "\u9fff" for c in text) >= 2 else ""
