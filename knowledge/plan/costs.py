"""What time, measure, unit and basis of a figure take from its score: how far it is from what is asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.inquiry import STRONG, Kind, Query
from knowledge.model import Fact, Measure, Period

FITS: dict[Kind, dict[Measure, float]] = {
    Kind.FIGURE: {Measure.LEVEL: 0, Measure.RATE: 0.03, Measure.TARGET: 0.05, Measure.CHANGE: 0.1},
    Kind.GROWTH: {Measure.GROWTH: 0, Measure.CHANGE: 0.06},
    Kind.RANK: {Measure.RANK: 0},
    Kind.RATE: {Measure.RATE: 0, Measure.LEVEL: 0.1},
    Kind.TARGET: {Measure.TARGET: 0, Measure.LEVEL: 0.12},
    Kind.NOUN: {
        Measure.LEVEL: 0,
        Measure.RATE: 0.01,
        Measure.GROWTH: 0.03,
        Measure.TARGET: 0.06,
        Measure.RANK: 0.06,
        Measure.CHANGE: 0.1,
    },
}
_COUNTED = (Kind.FIGURE, Kind.TARGET, Kind.SUM, Kind.EXTREME)  # kinds in which a unit may be asked for
_PIECES = frozenset("个家项件条处台座套户只宗批")
_PEOPLE = frozenset(("人", "名", "位"))
_WHOLE = re.compile("全年|年度|一整年")


def cost(query: Query, fact: Fact, units: frozenset[str] | None) -> float | None:
    """What measure, unit, time and basis of a figure take from its score, 0 or more; None if it may not stand."""
    obs = fact.obs
    allowed = FITS.get(query.kind, FITS[Kind.NOUN])
    if query.measures and (query.kind not in FITS):
        allowed = dict.fromkeys(query.measures, 0.0)
    measure = allowed.get(obs.measure)
    if measure is None or not _may_stand(query, fact):
        return None
    if "target" in query.cues:
        measure = _target_cost(query, fact, measure)
    unit = _asked_unit_cost(query, obs.unit, units) if query.kind in _COUNTED else 0.0
    time = time_cost(query, fact)
    if measure is None or unit is None or time is None:
        return None
    return measure + unit + time + _basis_cost(query, fact) + _total_cost(query, fact)


def _may_stand(query: Query, fact: Fact) -> bool:
    """Whether a figure of an allowed measure is of the sort that is asked for."""
    obs = fact.obs
    if obs.measure is Measure.TARGET and "target" not in query.cues:
        planned = _coming(query, fact) or _PLANNED.search(f"{obs.indicator}{before(fact)}")
        if not planned or (query.kind is Kind.FIGURE and _grows(fact)):
            return False
    if obs.measure is Measure.RANK and (asked := _paces(query.plain)) and asked != (_paces(obs.name_text) or asked):
        return False
    if query.kind is Kind.GROWTH and obs.measure is Measure.CHANGE and not _DIFFERS.search(query.plain):
        return False
    if query.kind is Kind.RATE and obs.measure is Measure.LEVEL and not _is_rate(query, fact):
        return False
    return query.basis != "环比" or "环比" in _around_value(fact)


def _grows(fact: Fact) -> bool:
    """Whether a target is a growth: 地区生产总值增长6.5%."""
    return fact.obs.unit == "%" and re.search("增长|增幅|增速|涨幅", before(fact)) is not None


_DIFFERS = re.compile("百分点|几个点|回落|收窄|变化|扩大|提高|比.*(?:快|慢|高|低)|增加")
_PLANNED = re.compile("计划|协议|总投资|拟")


def _is_rate(query: Query, fact: Fact) -> bool:
    """Whether a level is the rate that is asked for: 劳动生产率24.6万元."""
    return "%" in fact.obs.unit or any(word in fact.obs.indicator for word in query.soft if len(word) > 2)


def _target_cost(query: Query, fact: Fact, cost: float) -> float | None:
    """A target is wanted; a level only where 计划 may be part of its name, or it is written as a task."""
    if fact.obs.measure is Measure.TARGET:
        return 0.0
    if query.kind is not Kind.TARGET:
        return cost
    if not STRONG.search(query.plain):
        return 0.04
    return cost if re.search("任务|目标|计划", f"{fact.obs.indicator}{before(fact)}") else None


def _coming(query: Query, fact: Fact) -> bool:
    """Whether the time asked for lies after what the document reports on."""
    own = fact.doc.time_period
    return own is not None and any(period.start > own.end for period in query.periods)


def unit_cost(unit: str, units: frozenset[str] | None) -> float | None:
    """What a unit costs that is not quite the one asked for; None if it is another."""
    if units is None:
        return 0.0
    bare = re.sub("^(?:万亿|千亿|亿|千万|百万|万|千|百)(?=.)", "", unit)
    if bare in units or unit in units:
        return 0.0
    if bare in _PEOPLE and "个" in units:
        return 0.05  # 引进博士几个
    return 0.08 if bare in _PIECES and units & _PIECES else None


_COUNTS = re.compile("(?:多少|几)[千百万亿]?(?P<unit>家|户|人次|名|台|套|条|项|件)")
_ONLY = re.compile("(?:多少|几)[千百万亿]?(?P<unit>张|套|亩|公里|吨|头|具|棵|株|辆|艘)")  # never told in another unit


def _asked_unit_cost(query: Query, unit: str, units: frozenset[str] | None) -> float | None:
    """What a unit costs; a little where it fits, but another is written in the question: 惠及多少户 of 62个."""
    if (only := _ONLY.search(query.plain)) and only["unit"] not in unit and "米" not in unit:
        return None
    cost, asked = unit_cost(unit, units), _COUNTS.search(query.plain)
    return cost + 0.02 if cost is not None and asked and not unit.endswith(asked["unit"]) else cost


def _basis_cost(query: Query, fact: Fact) -> float:
    """环比 is not 同比, and a single month's or several years' average is not the whole."""
    obs = fact.obs
    said = f"{obs.basis or ''}{obs.activity or ''}|{before(fact)}"
    cost = 0.0
    if obs.measure in (Measure.GROWTH, Measure.TARGET):
        cost += 0.12 * sum((word == query.basis) != (word in said) for word in ("环比", "年均", "平均"))
    if "当月" in said and "当月" not in query.plain and "单月" not in query.plain:
        cost += 0.06
    if obs.measure is Measure.CHANGE and obs.unit not in query.plain and "百分点" not in query.plain:
        cost += 0.06
    return cost


_ALL = re.compile("总共|一共|总数|总计|累计")
_TOTAL = re.compile("总|累计|共|合计|实有|现有|拥有")
_NEWLY = re.compile("新[增建认培引入设成改开注]|净增|增加")


def _total_cost(query: Query, fact: Fact) -> float:
    """合作社总共多少家 asks for all of them, not for the new ones."""
    if (
        query.kind is not Kind.FIGURE
        or fact.obs.measure is not Measure.LEVEL
        or not _ALL.search(query.plain)
        or _NEWLY.search(query.plain)
    ):
        return 0.0
    said = f"{fact.obs.name}{before(fact)}"
    return 0.0 if _TOTAL.search(said) else 0.05


def _paces(text: str) -> frozenset[str]:
    """Whether a text speaks of how much or of how fast: ranks are of either."""
    return frozenset("增" if word[0] == "增" else "总" for word in ("总量", "增速", "增幅") if word in text)


def before(fact: Fact) -> str:
    """The words right before the value."""
    return _before(fact.obs.quote, fact.obs.value_text)


@lru_cache(maxsize=50_000)
def _before(quote: str, value_text: str) -> str:
    at = quote.find(value_text)
    return re.split("[，；。]", quote[max(0, at - 14) : at])[-1] if at >= 0 else ""


def _around_value(fact: Fact) -> str:
    return f"{fact.obs.basis or ''}{before(fact)}"


def time_cost(query: Query, fact: Fact) -> float | None:
    """What another time than the one asked for costs; None if it may not stand."""
    own, doc = fact.obs.time_period, fact.doc.time_period
    if doc is None:
        own = None  # what a document without a time of its own says of one cannot be placed
    if not query.periods:
        return _unasked(own, doc, fact)
    if own is None and doc is None:
        return 0.0 if _said_in(query, fact) else None
    found = (_distance(period, own, doc, fact, query) for period in query.periods)
    return min((cost for cost in found if cost is not None), default=None)


def _said_in(query: Query, fact: Fact) -> bool:
    """A document without a time of its own: 下半年 may not be answered from a summary of 上半年."""
    half = next((word for word in ("下半年", "上半年") if word in query.period_text), None)
    if half is None:
        return not re.search("季", query.period_text) or query.period_text.strip() in fact.obs.quote
    other = "上半年" if half == "下半年" else "下半年"
    told = "".join((fact.doc.title, *fact.obs.section))
    return other not in told or half in told


def _unasked(own: Period | None, doc: Period | None, fact: Fact) -> float:
    if own is None or doc is None or own == doc:
        return 0.0
    if fact.obs.measure is Measure.TARGET:
        return 0.0
    if own.end == doc.end:
        return 0.03 if own.months == 1 else 0.02 if own.months < doc.months else 0.05
    return 0.03 if own.start == doc.start and own.months > 1 else 0.09 if own.end < doc.end else 0.05


def _distance(asked: Period, own: Period | None, doc: Period | None, fact: Fact, query: Query) -> float | None:
    same_doc = doc is not None and doc == asked
    if own is None:
        return 0.03 if same_doc or (doc is not None and doc.end == asked.end) else None
    if own == asked:
        return 0.0 if same_doc or doc is None else 0.01
    if asked.months > 12 and own.end == asked.end and query.basis == "年均" and "年均" in _around_value(fact):
        return 0.02
    if asked.months == 12 < own.months and own.end == asked.end and query.until and fact.obs.measure is Measure.LEVEL:
        return 0.06
    if fact.obs.measure is Measure.TARGET and _target_covers(asked, own, query):
        return 0.1
    if own.end == asked.end and own.start[0] == asked.start[0]:
        return _same_end(asked, own, query, fact)
    if same_doc and own.start == asked.start and own.months >= asked.months - 2 and own.end <= asked.end:
        return 0.05
    within = (
        asked.months == 12
        and own.start == asked.start
        and doc is not None
        and doc.end[0] == asked.end[0]
        and doc != asked
    )
    return (
        0.12
        if within and doc and own.end == doc.end and not query.settled and not _WHOLE.search(query.period_text)
        else None
    )


def _target_covers(asked: Period, own: Period, query: Query) -> bool:
    """A year's target stands for its second half, and a half's for the year where only a year was named."""
    covers = own.start <= asked.start and own.end >= asked.end and asked.months >= 6
    return covers or (own.end[0] == asked.end[0] and not re.search("季|月|半年", query.period_text))


def _same_end(asked: Period, own: Period, query: Query, fact: Fact) -> float | None:
    """6月末 is the end of 1—6月; 6月当月 is not."""
    if asked.months == 1 and own.months > 1:
        return 0.02 if re.search("[末底]|截[至止]|至|到", query.period_text) else None
    if own.months == 1:
        return 0.02 if _at_end(fact) else None
    return None


def _at_end(fact: Fact) -> bool:
    """Whether a month's figure is the state at its end, not what happened in it."""
    quote, at = fact.obs.quote, max(fact.obs.quote.find(fact.obs.value_text), 0)
    before = re.split("[；。]", quote[:at])[-1]
    return not re.search("当月|单月", before) and (
        fact.obs.measure is Measure.RATE or re.search("末|底|累计|截[至止]", before) is not None
    )
