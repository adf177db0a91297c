"""What stands around a text on a web page and is copied with it."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from knowledge.repair.edits import Edit, Page
from knowledge.repair.tables import words

_LAST_LINES = 6
_TAIL_OPENS = 12  # characters into the sentence
_LONGEST_TAIL = 300
_LONGEST_FRAME = 120
_TAIL_SIGNS = ("免责", "版权", "侵权", "网络", "互联网", "转载", "转自", "摘自", "更多", "推荐", "百度", "本站", "网上")
_ENTITY = re.compile("&(?:amp;)*(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,24}[0-9]{0,2});")
_KEPT_BLANK = {"\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " "}


def decode_entities(page: Page) -> list[Edit]:
    """Write HTML entities (&nbsp; &#8212; &amp;ldquo;) as the characters they name, also if encoded twice."""
    if "&" not in page.signs or ";" not in page.signs:
        return []
    found = ((m, _decoded(m[0])) for m in _ENTITY.finditer(page.text))
    return [Edit(m.start(), m.end(), new) for m, new in found if new != m[0]]


def _decoded(entity: str) -> str:
    while (once := unescape(entity)) != entity and once.endswith(";"):
        entity = once
    return entity if once.startswith("&") and len(once) > 1 else _KEPT_BLANK.get(once, once)


def drop_web_tails(page: Page) -> list[Edit]:
    """Drop last lines that say where a page was taken from and who is not to blame: 来源:网络整理 免责声明:…

    Also such a sentence at the end of a last paragraph. A line that only names the issuing office stays.
    """
    start = _start_of_last_lines(page.text)
    ending = page.text[start:]
    if not any(sign in ending for sign in _TAIL_SIGNS):
        return []
    edits = []
    for line in re.finditer("([^\n]+)\n?", ending):
        cut = _tail_start(line[1])
        if cut is not None:
            end = line.end() if cut == 0 else line.end(1)
            edits.append(Edit(start + line.start() + cut, start + end, ""))
    return edits


def _start_of_last_lines(text: str) -> int:
    place = len(text)
    for _ in range(_LAST_LINES):
        place = text.rfind("\n", 0, max(place, 0))
        if place < 0:
            return 0
    return place + 1


def _tail_start(line: str) -> int | None:
    """Where the copier's words begin in a line: at its start, after a full stop, or nowhere."""
    found = _pattern("tail").search(line)
    if not found:
        return None
    start = max(m.end() for m in re.finditer("^|[。！]", line[: found.start()]))
    return start if found.start() - start <= _TAIL_OPENS and len(line) - start <= _LONGEST_TAIL else None


def drop_page_frame(page: Page) -> list[Edit]:
    """Drop lines that hold only a web page's furniture: 【打印】【关闭】, 字号：大 中 小, 上一篇：…, 责任编辑：…"""
    edits = []
    start = 0
    for line in page.text.splitlines(keepends=True):
        if 1 < len(line) <= _LONGEST_FRAME and _frame_line().fullmatch(line) and not line.isspace():
            edits.append(Edit(start, start + len(line), ""))
        start += len(line)
    return edits


@cache
def _frame_line() -> re.Pattern[str]:
    gap = r"[\s\[\]【】（）()|｜丨·/、]*"
    return re.compile(f"{gap}(?:(?:{_pattern('item').pattern}){gap})+")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(words("frame")[name].split()))
