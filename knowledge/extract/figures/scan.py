"""scan: a sentence -> its figures: numbers with units, ranks, doublings; ordinals, names and dates left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from knowledge.extract.figures.grammar import Grammar
from knowledge.lexicon import Lexicon
from knowledge.model import Bound
from knowledge.numerals import is_masked, parse

STRONG = ("money", "share", "physical")
_QUOTED = re.compile(r"《[^》]*》|“[^”]{1,18}”|\"[^\"]{1,18}\"|〔[^〕]*〕|\[\d+\]|【[^】]*】")
_IN_TOP = re.compile(r"(?:居|列|进入|跻身|排名|保持|稳居|进|于|位)[^，；。]{0,8}$")
_OF_ALL = re.compile(r"全[国省市][^，；。]{0,8}$")
_ENDS = re.compile(r"[\s*]*(?:[，。；、）和与及]|$)")
_RATIO = re.compile(
    r"(?:收入比|收入倍差|恩格尔系数|基尼系数)[^，。；\d]{0,14}(?P<first>\d\.\d+)(?![\d%％‰倍:：∶])"
    r"(?:[^，。；\d]{0,8}[到至为](?P<then>\d\.\d+)(?![\d%％‰倍:：∶]))?"
)
_ZERO = re.compile(r"率(?:继续|连续|持续|均)?(?:保持|降至|降到|下降到|下降至)?为?(?P<number>0|零)(?=[，。；、）\s]|$)")
_QUOTES = re.compile(r"[《“\"〔\[【]")
_UNIT_NAMES = {"％": "%", "﹪": "%", "：1": ":1", "∶1": ":1"}
_NO_TENTHS = frozenset("立功为员果效本就长都熟品交分份灾型片像") | {""}  # what follows 成 where it is no tenth
_SCORED = re.compile(
    r"(?:提高|上升|增加|下降|降低|减少|高出|度|分|考核|评价|考评|测评|评估|成绩|分数|指数|均|以|达到?|为)[^，。；\d]{0,4}$"
)
_IN_PIECES = ("个百分点", "个工作日", "个月")  # 16.7个和4.8个百分点
_NO_SCORE = frozenset("别之类期成布析行段级公局支校店")  # what follows 分 where it is no mark
# Looked up once: Python 3.11 takes as long to find a member in its enumeration as to search a short text.
_EXACT, _ABOUT, _AT_LEAST, _AT_MOST = Bound.EXACT, Bound.ABOUT, Bound.AT_LEAST, Bound.AT_MOST


class Figure(NamedTuple):
    """A number with its unit, as it stands in a sentence.

    `start` and `end` enclose the number as written; `left` is where the text before it ends (a bound word taken off),
    `right` where the text after it begins (unit and bound word passed).
    """

    start: int
    end: int
    left: int
    right: int
    value: Decimal | None
    text: str
    unit: str
    kind: str  # money, share, points, physical, count, rank, doubling
    bound: Bound
    high: Decimal | None = None
    threshold: bool = False  # 亿元以上, 500万元及以上 before a noun: says which things, not how much
    skip: str = ""  # why it is no figure, if it is none


def scan(sentence: str, grammar: Grammar, lexicon: Lexicon, taken: list[tuple[int, int]]) -> list[Figure]:
    """Every figure of a sentence, from left to right. `taken` are the places of time expressions."""
    hidden = [found.span() for found in _QUOTED.finditer(sentence)] + taken if _QUOTES.search(sentence) else taken
    found = list(_numbers(sentence, grammar, lexicon, hidden))
    numbers = len(found)
    if "第" in sentence or "前" in sentence or "首" in sentence or "榜" in sentence:
        found += _ranks(sentence, grammar)
    if "翻" in sentence:
        found += _doublings(sentence, grammar)
    if "比" in sentence or "系数" in sentence:
        found += _ratios(sentence, grammar)
    if "率" in sentence:
        found += _zeros(sentence)
    if len(found) > numbers:
        found.sort(key=_start_of)
    return _share_units(_apart(found))


def _start_of(figure: Figure) -> int:
    return figure.start


def _apart(figures: list[Figure]) -> list[Figure]:
    """Figures that do not overlap; the earlier wins."""
    kept: list[Figure] = []
    for figure in figures:
        if not kept or figure.start >= kept[-1].right or figure.kind in ("rank", "doubling"):
            if kept and figure.start < kept[-1].right:
                kept.pop()
            kept.append(figure)
    return kept


def _share_units(figures: list[Figure]) -> list[Figure]:
    """Figures of a list take the unit of the next one where they have none: 48.6、31.7和42.5%, 16.7个和4.8个百分点."""
    units = [figure.unit for figure in figures]
    if "" not in units and "个" not in units:
        return figures
    shared = list(figures)
    for i in range(len(shared) - 2, -1, -1):
        one, following = shared[i], shared[i + 1]
        close = following.start - one.right <= 2
        if (one.unit == "" and close and following.unit) or (
            one.unit == "个" and close and following.unit in _IN_PIECES
        ):
            shared[i] = one._replace(unit=following.unit, kind=following.kind)
    return [figure if figure.unit or figure.kind == "ratio" else figure._replace(skip="没有单位") for figure in shared]


def _numbers(sentence: str, grammar: Grammar, lexicon: Lexicon, hidden: list[tuple[int, int]]) -> Iterator[Figure]:
    for found in grammar.figure.finditer(sentence):
        start = found.start("number")
        if hidden and _is_hidden(start, hidden):
            continue
        unit = found["unit"] or ""
        kind = lexicon.bases.get(unit) or (
            _kind(lexicon, unit) if unit else "count" if found["bare"] is not None else ""
        )
        if not _counts(found, unit, kind, sentence):
            continue
        yield _figure(found, kind, sentence, grammar)


def _is_hidden(start: int, hidden: list[tuple[int, int]]) -> bool:
    for first, last in hidden:  # noqa: SIM110 - any() would make a generator for every number
        if first <= start < last:
            return True
    return False


def _kind(lexicon: Lexicon, unit: str) -> str:
    known = lexicon.unit(unit)
    return known.kind if known else "other"


def _counts(found: re.Match[str], unit: str, kind: str, sentence: str) -> bool:
    """Whether a numeral with a unit is a figure at all: 三个 is a manner of speaking, 三成 and 三百家 are not."""
    number = found["number"]
    if unit == "成" and sentence[found.end() : found.end() + 1] in _NO_TENTHS:
        return found.end() == len(sentence)
    if unit == "分" and not _is_mark(sentence, found):
        return False
    if unit == "倍" and number[0] == "一" and sentence[: found.start()].endswith("翻"):
        return False
    if number[0].isdigit() or is_masked(number):
        return True
    magnitude = found["magnitude"] or ""
    if kind in ("money", "share", "physical") or (kind == "points"):
        return len(number) + len(magnitude) >= 1 and not (
            kind in ("physical", "money") and len(number) == 1 and not magnitude
        )
    return bool(magnitude) and len(number) > 1 and unit != ""


def _is_mark(sentence: str, found: re.Match[str]) -> bool:
    """Whether 分 counts the marks of a test: 满意度92.8分, not 3分别."""
    follows = sentence[found.end() : found.end() + 1] in _NO_SCORE
    return not follows and bool(_SCORED.search(sentence, max(0, found.start() - 12), found.start()))


def _figure(found: re.Match[str], kind: str, sentence: str, grammar: Grammar) -> Figure:
    number = found["number"]
    masked = is_masked(number)
    sign = found["sign"] if found["sign"] and not sentence[: found.start()].rstrip()[-1:].isdigit() else ""
    magnitude, unit = found["magnitude"] or "", found["unit"] or ""
    more = bool(found["more"] or found["more2"])
    upper = found["upper"]
    value = None if masked else parse(number) * -1 if sign else parse(number)
    high = None if masked or not upper or is_masked(upper) else parse(upper)
    text = (
        sign
        + sentence[
            found.start("number") : found.end()
            if found["unit1"]
            else found.end("upper")
            if upper
            else found.end("number")
        ]
        + ("多" if more and masked else "")
    )
    if unit == "成" and value is not None:
        value, high, unit, kind = value * 10, high and high * 10, "%", "share"
        text = sentence[found.start("number") : found.end()].rstrip("* ")
    start = found.start("sign") if sign else found.start("number")
    per = grammar.per_before.search(sentence, max(0, start - 8), start) if "每" in sentence else None
    end = found.end("upper") if upper else found.end("number")
    left, bound = _before(sentence, start, grammar)
    if per:
        left, unit = per.start(), f"{unit}/{per['per']}" if kind == "physical" else unit
    right, bound = _after(sentence, found.end(), bound, grammar)
    if masked:
        bound = Bound.MASKED
    elif more and bound is _EXACT:
        bound = _AT_LEAST
    elif upper and bound is _EXACT:
        bound = _ABOUT
    unit = _UNIT_NAMES.get(unit, unit)
    if unit in ("‰", "%", ":1", "番", "倍"):
        kind = "share"
    return Figure(start, end, left, right, value, text, magnitude + unit, kind, bound, high)


def _before(sentence: str, start: int, grammar: Grammar) -> tuple[int, Bound]:
    """Where the text before ends, and what a word right before the number makes of it: 约, 近, 超."""
    head = sentence[max(0, start - 8) : start].rstrip("* ")
    found = grammar.bound_before.search(head)
    if not found:
        return start, _EXACT
    bound = _AT_MOST if found["most"] else _AT_LEAST if found["least"] else _ABOUT
    return start, bound


def _after(sentence: str, end: int, bound: Bound, grammar: Grammar) -> tuple[int, Bound]:
    """Where the text after begins, and what a word right after the unit makes of the number: 以上, 左右."""
    found = grammar.bound_after.match(sentence, end)
    if not found or (found.group().strip() == "内" and sentence[found.end() : found.end() + 1] not in "，。；"):
        return end, bound
    made = _AT_LEAST if found["least"] else _AT_MOST if found["most"] else _ABOUT
    return found.end(), made


def _ranks(sentence: str, grammar: Grammar) -> Iterator[Figure]:
    for found in grammar.rank.finditer(sentence):
        head = sentence[max(0, found.start() - 24) : found.start()]
        clause = re.split(r"[，；。：]", head)[-1]
        if not grammar.rank_end.search(clause) and not re.search(
            r"第[\dxX一二三四五六七八九十]+[位名]?[、和，及到至]+$|跃升至$|升至$", head
        ):
            continue
        if (
            found["top"]
            and not _IN_TOP.search(head)
            and not (_OF_ALL.search(head) and _ENDS.match(sentence, found.end()))
        ):
            continue
        yield _rank(found)


def _rank(found: re.Match[str]) -> Figure:
    text = found["number"] or found["top"] or "1"
    group = "number" if found["number"] else "top" if found["top"] else "first"
    masked = is_masked(text)
    bound = Bound.MASKED if masked else _AT_MOST if found["top"] else _EXACT
    value = None if masked else parse(text)
    written = found[group]
    return Figure(found.start(group), found.end(group), found.start(), found.end(), value, written, "位", "rank", bound)


def _zeros(sentence: str) -> Iterator[Figure]:
    """A rate of nothing needs no unit: 孕产妇死亡率为0, 不良率保持零."""
    for found in _ZERO.finditer(sentence):
        start, end = found.span("number")
        yield Figure(start, end, start, end, Decimal(0), found["number"], "%", "share", _EXACT)


def _ratios(sentence: str, grammar: Grammar) -> Iterator[Figure]:
    """A ratio has no unit: 城乡收入比由1.92缩小到1.88."""
    for found in _RATIO.finditer(sentence):
        for group in ("first", "then"):
            if found[group]:
                start, end = found.span(group)
                left, bound = _before(sentence, start, grammar)
                yield Figure(start, end, left, end, parse(found[group]), found[group], "", "ratio", bound)


def _doublings(sentence: str, grammar: Grammar) -> Iterator[Figure]:
    """翻番 doubles: a growth of 100 per cent; 翻两番 quadruples."""
    for found in grammar.doubling.finditer(sentence):
        times = {"两": 2, "二": 2, "三": 3, "四": 4}.get(found["times"] or "", 1)
        value = Decimal((2**times - 1) * 100) if "番" in found.group() else Decimal(100 * times)
        yield Figure(
            found.start(), found.end(), found.start(), found.end(), value, found.group(), "%", "doubling", _EXACT
        )
