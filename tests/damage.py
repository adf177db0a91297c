"""Does to a text what a scraping site did: Traditional characters, pinyin notes and stray bytes, all on GBK bytes.

The steps and their order: Simplified to Traditional, one character at a time; a note after every occurrence of an
annotated character's bytes, character borders or not; decoding; a stray byte A1 before
a sign; decoding again; folding of widths.
"""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC
from pypinyin import Style, pinyin

# Characters that the site's table annotates, as seen on such pages: common Traditional ones.
ANNOTATED = (
    "經業實現產動項區機開關對專數謹驅學習書記講標點處護營單獲積極構證據導體發決際條監農業務總線網絡認識議論設計評選運進連達過"
    "還適遠遺醫釋針錢門間隊階隨雲電靈頭顯風飛養騰驗齊龍"
)


@cache
def _table() -> tuple[tuple[bytes, bytes], ...]:
    notes = ((c, pinyin(c, style=Style.TONE)[0][0]) for c in dict.fromkeys(ANNOTATED))
    return tuple((c.encode("gbk"), c.encode("gbk") + f"({note})".encode()) for c, note in notes if not note.isascii())


def traditional(text: str) -> str:
    """One character at a time; what GBK cannot write stays."""
    converter = OpenCC("s2t")
    converted = (converter.convert(c) for c in text)
    return "".join(new if len(new) == 1 and _in_gbk(new) else old for old, new in zip(text, converted, strict=True))


def _in_gbk(character: str) -> bool:
    return character.encode("gbk", "ignore") != b""


def annotated(text: str) -> str:
    """Notes put in byte by byte; a lead byte before a bracket becomes `?` and swallows the bracket."""
    raw = text.encode("gbk")
    for found, noted in _table():
        raw = raw.replace(found, noted)
    return _decoded(raw, swallow=True)


def shifted(text: str, place: int) -> str:
    """A byte A1 put in before the character at a place; what cannot be decoded vanishes."""
    raw = _encoded(text[:place]) + b"\xa1" + _encoded(text[place:])
    return _decoded(raw, swallow=False)


def folded(text: str) -> str:
    """Wide blanks gone, full-width ASCII folded."""
    return re.sub("[！-～]", lambda m: chr(ord(m[0]) - 0xFEE0), text.replace("\u3000", ""))


def damaged(line: str, place: int | None = 0) -> str:
    """All of it, with the stray byte before the Simplified text's character at a place, if any."""
    text = annotated(traditional(line))
    if place is None:
        return folded(text)
    mark = line[place]
    return folded(shifted(text, _nth(text, mark, line[: place + 1].count(mark))))


def _nth(text: str, mark: str, count: int) -> int:
    place = -1
    for _ in range(count):
        place = text.index(mark, place + 1)
    return place


def _encoded(text: str) -> bytes:
    return b"".join(c.encode("gbk") if _in_gbk(c) else c.encode("utf-8") for c in text)


def _decoded(raw: bytes, *, swallow: bool) -> str:
    out: list[str] = []
    notes = re.compile(rb"\([a-z\x80-\xff]{1,9}\)")
    place = 0
    while place < len(raw):
        if raw[place] < 0x80:
            place = _copy_ascii(raw, place, notes, out)
        elif place + 1 < len(raw) and (raw[place + 1] >= 0x40 and raw[place + 1] != 0x7F):
            out.append(raw[place : place + 2].decode("gbk", "ignore")[:1])
            place += 2
        elif swallow:
            out.append("?")
            place = _copy_note(raw, place + 2, out)
        else:
            place += 1
    return "".join(out)


def _copy_ascii(raw: bytes, place: int, notes: re.Pattern[bytes], out: list[str]) -> int:
    note = notes.match(raw, place)
    if note and any(byte >= 0x80 for byte in note[0]) and _is_note(note[0]):
        out.append(note[0].decode("utf-8"))
        return note.end()
    out.append(chr(raw[place]))
    return place + 1


def _is_note(raw: bytes) -> bool:
    try:
        return re.fullmatch("\\([a-zà-ǜāēīōū]+\\)", raw.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def _copy_note(raw: bytes, place: int, out: list[str]) -> int:
    """The rest of a note whose bracket was swallowed."""
    end = raw.index(b")", place) + 1
    out.append(raw[place:end].decode("utf-8"))
    return end
