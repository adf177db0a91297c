"""groups: the figures of a sentence that stand in rows, each with the text before and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from knowledge.extract.figures.context import Times
from knowledge.extract.figures.measures import TIME
from knowledge.extract.figures.scan import Figure

_STOP = re.compile(r"[，,；;。：:！？]")
_LAST_STOP = re.compile(r".*[，,；;。：:！？]", re.DOTALL)
_JOIN = re.compile(r"^(?:个|户|家|以上|左右|多|、|和|及|与|以及|至|约|近|超过?|突破|负|增长|逾|达|\s|\*)*$")
OTHER_WAY = re.compile(r"(?:和|、|及|与)(?P<word>同比增长|同比下降|增长|下降|上升|提高|降低|减少|负增长)约?")
_JOINED = re.compile(r"[、，和与及]")
_RANK_JOIN = re.compile(r"[、和，及与]\s*第?")
_AND = re.compile("[、和及与]|以及")
_EACH_OF = re.compile(r"分别(?:达到?|为|是|有|约)?(?:[\d.]+[^，；。\d]{1,6}?[、和])*$")
_MASKED_TIME = re.compile(r"[xX×＊]{1,4}(?:[-—－][xX×＊]{1,4})?(?:年度?|月份?|日)[底末]?(?!度)")
_AFTER_TIME = re.compile(rf"{TIME}(?:末|底|前(?![移进列三茅])|之前|内|间|期间|以来|来|初|份|时|[上中下]旬)")
RUN = re.compile(f"{TIME}+")


class Group(NamedTuple):
    """Figures in a row, parted by 、 or 和 only; `left` is the text before, up to the clause's or last figure's end."""

    figures: tuple[Figure, ...]
    left: str
    right: str
    start: int  # where `left` begins in the sentence
    first_in_clause: bool


def blanked(text: str, times: Times) -> str:
    """A sentence with each time expression replaced by marks of the same length."""
    masked = "x" in text or "X" in text or "×" in text or "＊" in text
    out = _MASKED_TIME.sub(lambda found: TIME * len(found.group()), text) if masked else text
    for found in times.all:
        out = out[: found.span.start] + TIME * (found.span.end - found.span.start) + out[found.span.end :]
    if TIME in out:
        out = _AFTER_TIME.sub(lambda found: TIME * len(found.group()), out)
    return out.replace("*", " ")


def groups(text: str, blank: str, figures: list[Figure]) -> Iterator[Group]:
    """The rows of figures of a sentence; `blank` is the sentence without its times."""
    quoted = "（" in text or "“" in text or "(" in text
    i = 0
    while i < len(figures):
        j = i + 1
        while j < len(figures) and _together(text, figures[j - 1], figures[j]):
            j += 1
        previous = figures[i - 1].right if i else 0
        start, first = _left_start(text, previous, figures[i].start, quoted)
        following = figures[j].start if j < len(figures) else len(text)
        left, right = blank[start : figures[i].left], blank[figures[j - 1].right : following]
        yield Group(tuple(figures[i:j]), _once(left), _once(right), start, first)
        i = j


def _once(text: str) -> str:
    """A time expression is one mark."""
    return RUN.sub(TIME, text) if TIME in text else text


def _together(text: str, one: Figure, other: Figure) -> bool:
    if one.kind != other.kind or one.unit.lstrip("万亿千") != other.unit.lstrip("万亿千"):
        return "rank" not in (one.kind, other.kind) and _of_each(text, one, other)
    gap = text[one.right : other.start]
    if one.kind == "rank":
        return bool(_RANK_JOIN.fullmatch(gap))
    if OTHER_WAY.fullmatch(gap) and "分别" in text[: one.start]:
        return True
    return bool(_JOIN.match(gap)) and bool(_JOINED.search(gap)) and "增" not in gap


def _of_each(text: str, one: Figure, other: Figure) -> bool:
    """Whether figures of several units stand in one row: 覆盖率、面积分别达到29.3%和7.4平方米."""
    joined = _AND.fullmatch(text, one.right, other.start)
    return joined is not None and _EACH_OF.search(text, max(0, one.start - 40), one.start) is not None


def _left_start(text: str, previous: int, start: int, quoted: bool) -> tuple[int, bool]:
    """Where the clause of a figure begins, or the last figure ended in it."""
    if quoted and (opened := bracket(text, start)):
        last = _LAST_STOP.match(text, max(opened, previous), start)
        return (last.end() if last else max(opened, previous)), True
    if quoted:
        stops = [found.start() for found in _STOP.finditer(text, previous, start)]
        stop = next((at + 1 for at in reversed(stops) if not _inside(text, at)), 0)
    else:
        last = _LAST_STOP.match(text, previous, start)
        stop = last.end() if last else 0
    return (stop, True) if stop else (previous, previous == 0)


def bracket(text: str, position: int) -> int:
    """Where the brackets that a place stands in begin, their mark passed; 0 if it stands in none."""
    opened = max(text.rfind("（", 0, position), text.rfind("(", 0, position))
    if opened < 0:
        return 0
    return opened + 1 if opened > max(text.rfind("）", 0, position), text.rfind(")", 0, position)) else 0


def _inside(text: str, position: int) -> bool:
    """Whether brackets or quotation marks are open at a place."""
    return any(
        text.count(opening, 0, position) > text.count(closing, 0, position) for opening, closing in ("（）", "“”")
    )
