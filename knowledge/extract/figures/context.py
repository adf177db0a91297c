"""What holds around a sentence: whether it speaks of plans, and the period that its figures are of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from knowledge import periods
from knowledge.extract.figures.grammar import Grammar
from knowledge.model import Document, Measure, Period
from knowledge.periods import Found

LONG = ("span", "plan", "years")
_CARRIED = ("months", "half", "year", "now", "quarter", *LONG)
_FLOW = re.compile(r"^(?:新增|累计|建成|新建|引进|完成|投入|发放|净增|新改|培育|处置|实施|建设|开展|竣工|投用|创建)")
_BASIS = re.compile(
    r"(?:延[至到后期]{1,2}|推迟[至到]|延后[至到]|比|较|与|和|同|相比于|以|创下?|[高低快慢好优多少]于|超过)$"
)
_THAN = re.compile(r"(?<!可)比(?!例|重|率|较)[^，。；、\d比]{1,6}$")
_MORE = re.compile(r"(?:增|减|下降|上升|提高|降|翻|多|少|高|低|扩大|缩)")
_JOINED = re.compile(r"\s*(?:、|和|及|与)\s*")
_TOLD = re.compile(r"\d[^，。；]*[，；]")  # a figure in a clause of its own
_SHORT_YEAR = re.compile(r"\d\d年")
_TIMES_OF = re.compile(r"[末底]?的\d+(?:\.\d+)?倍|同[期月]")
_OF_A_PLAN = re.compile(
    r"(?:\d[\d.]*[%％]?[^，。；\d]{0,4}的(?=目标|任务))?(?:的)?(?:目标|任务|预期|预算|计划(?=[的数目任总\d约近]))|[”\"]?(?:规划|纲要)"
)
_FROM = ("从", "由")
_COMING = re.compile(
    "怎么[干做抓办]|往哪|下一?步|下半年|下一?阶段|[明来]年|打算|思路|今后|后续|计划|安排|展望|目标|四季度|要求"
)
_YEAR_HEADING = re.compile(r"(?P<year>(?:19|20)\d\d)年")


class Times(NamedTuple):
    """The time expressions of a sentence, those that only compare set apart."""

    all: tuple[Found, ...]
    own: tuple[Found, ...]

    def before(self, position: int, start: int = 0) -> Found | None:
        """The last time expression between two places that figures can be of."""
        return next((found for found in reversed(self.own) if start <= found.span.start < position), None)


_NO_TIMES = Times((), ())


def times_in(text: str, document: Document, plan: Period | None = None) -> Times:
    """The time expressions of a sentence; where it speaks of plans, 全年 is of the year planned for."""
    year, ref = (plan.start[0], None) if plan else (_year(document), document.time_period)
    found = tuple(f for f in periods.find(text, year=year, ref=ref) if not _is_none(f, text))
    return Times(found, tuple(_own(found, text, plan is not None))) if found else _NO_TIMES


def _is_none(found: Found, text: str) -> bool:
    """Whether what looks like a time is none: a number of years, or the seasons in an event's name."""
    return bool(_SHORT_YEAR.fullmatch(text, *found.span)) or (found.kind == "quarter" and _inside_name(text, found))


def _own(found: tuple[Found, ...], text: str, planned: bool) -> Iterator[Found]:
    """The times that figures can be of: not 较一季度、上半年 or 创近五年新高."""
    last: Found | None = None  # the one before, if it only compares
    for time in found:
        joined = last is not None and _JOINED.fullmatch(text, last.span.end, time.span.start)
        if joined or _compares(time, text):
            last = time
            continue
        if not planned and _only_names(time, text):
            continue
        last = None
        if time.span.of(text) != "当年":  # the year spoken of anyway, not that in which the last one is reported on
            yield time


def _compares(found: Found, text: str) -> bool:
    """Whether a time only tells what is compared with: 比上年, 是2007年的2.3倍, 恢复到2019年同期的九成."""
    before, after = text[max(0, found.span.start - 8) : found.span.start], text[found.span.end : found.span.end + 8]
    if "比" in before and _THAN.search(before) and _MORE.match(after):
        return True
    return found.kind == "base" or bool(_BASIS.search(before)) or bool(_TIMES_OF.match(after))


def _only_names(found: Found, text: str) -> bool:
    """Whether a time only says which plan: 全年任务的52%, “十四五”规划; or that all was within the time reported on."""
    if found.span.of(text) == "年内":
        return True
    return found.kind in ("year", "plan") and bool(_OF_A_PLAN.match(text, found.span.end))


def _inside_name(text: str, found: Found) -> bool:
    """Whether a time is the tail of a quoted name."""
    opened = text.rfind("“", 0, found.span.start)
    return 0 <= opened < found.span.start - 1 and "”" not in text[opened : found.span.start]


def _year(document: Document) -> int:
    if document.year:
        return document.year
    return document.time_period.end[0] if document.time_period else 1


def sections_ahead(document: Document, grammar: Grammar) -> frozenset[str]:
    """The top headings of a report on last year that come after its last look back: they are plans."""
    reported, year = document.time_period, document.year
    if reported is None or year is None or reported.end[0] >= year:
        return frozenset()
    tops = _tops(document)
    last = max((i for i, top in enumerate(tops) if grammar.past_heading.search(top)), default=len(tops))
    return frozenset(tops[last + 1 :])


def sections_behind(document: Document, grammar: Grammar) -> frozenset[str]:
    """The top headings before one that looks back, unless they name what is to come: 重点工作 before 存在的困难."""
    tops = _tops(document)
    last = max((i for i, top in enumerate(tops) if grammar.past_heading.search(top)), default=0)
    year = document.time_period.end[0] if document.time_period else 9999
    coming = [bool(_COMING.search(top)) or _names_later(top, year) for top in tops]
    if True in coming:  # what stands before the first plan that is named as one is none
        last = max(last, coming.index(True))
    return frozenset(top for top, ahead in zip(tops[:last], coming, strict=False) if not ahead)


def _tops(document: Document) -> list[str]:
    return list(dict.fromkeys(p.section[0] for p in document.paragraphs if p.section))


def _names_later(heading: str, year: int) -> bool:
    return any(int(found["year"]) > year for found in _YEAR_HEADING.finditer(heading))


def is_plan(section: tuple[str, ...], document: Document, grammar: Grammar) -> bool:
    """Whether the headings say that what follows is still to be done; the outermost that says anything decides."""
    for heading in section:
        if len(heading) > 40:
            continue
        planned, past = grammar.plan_heading.search(heading), grammar.past_heading.search(heading)
        if bool(planned) != bool(past):
            return bool(planned)
        year = _YEAR_HEADING.search(heading)
        if year and not past and document.time_period and document.year:
            return int(year["year"]) > document.time_period.end[0]
    return False


def plan_period(section: tuple[str, ...], document: Document) -> Period | None:
    """The period of plans under these headings: the heading's own, else this year, or the next after a whole year."""
    if document.year is None:
        return None
    for heading in reversed(section):
        found = [
            f for f in periods.find(heading, year=document.year, ref=document.time_period) if f.kind in ("year", "plan")
        ]
        if found:
            return found[-1].period
    reported = document.time_period
    ended = reported is not None and reported.months == 12 and reported.end[0] == document.year
    return periods.whole(document.year + 1 if ended else document.year)


def resolve(found: Found | None, default: Period | None, kind: Measure, name: str, plan: bool) -> Period | None:
    """The period of one figure: of the time expression before it, else of what went before."""
    if found is None:
        return default
    if plan and found.kind == "end":
        month = found.period.end
        return Period((month[0], 1), month)
    if found.kind in LONG and kind in (Measure.LEVEL, Measure.RATE, Measure.RANK) and not _FLOW.search(name):
        return periods.whole(found.period.end[0])
    return found.period


def carries(found: Found, text: str) -> bool:
    """Whether later sentences of the paragraph are of this period too: not where it is what a thing rose from."""
    before = text[: found.span.start]
    if found.kind not in _CARRIED or before.endswith(_FROM):
        return False
    return found.kind not in LONG or not _TOLD.search(before)


def opens_long(found: Found, text: str) -> bool:
    """Whether several years at a paragraph's beginning hold for all of it: no figure was told before them."""
    return found.kind in LONG and not _TOLD.search(text[: found.span.start])
