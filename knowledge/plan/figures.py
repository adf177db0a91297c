"""Query and Hits -> Plan: which figures answer, or why none does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.frozen import quick
from knowledge.inquiry import STRONG, Hit, Kind, Plan, Query, Thresholds, amend, touches
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Option, Period, Status

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
_SLACK = 0.1  # how far below the threshold for asking back a hit may cover and still be chosen


@quick
@dataclass(frozen=True, slots=True)
class Fitted:
    """A hit with what time, measure and unit take from its score."""

    hit: Hit
    score: float
    notes: tuple[str, ...] = ()

    @property
    def fact(self) -> Fact:
        """The figure."""
        return self.hit.fact


def one(query: Query, hits: Sequence[Hit], units: frozenset[str] | None, limits: Thresholds) -> Plan:
    """The plan for a question after one figure."""
    fitted = _wanted_target(query, choose(query, _trusted(hits, limits), units, limits))
    trace = (*(told(row) for row in fitted[:6]), *_why(fitted, limits))
    if not fitted or fitted[0].hit.recall < limits.ask:
        return Plan(
            Status.NOT_FOUND, query.kind, query, near=tuple(hits[:12]), trace=trace, reason=_reason(query, hits, limits)
        )
    best = fitted[0]
    others = _others(best, fitted, limits)
    if others and query.place and all(row.hit.unsaid for row in (best, *others)):
        return Plan(Status.NOT_FOUND, query.kind, query, near=tuple(hits[:12]), trace=trace)  # only parts of the place
    if others:
        return Plan(Status.AMBIGUOUS, query.kind, query, options=options(query, [best, *others]), trace=trace)
    if best.hit.recall < (0.88 if query.whole else limits.answer):
        return Plan(Status.NOT_FOUND, query.kind, query, near=tuple(hits[:12]), trace=trace)
    status = Status.MASKED if best.fact.obs.bound is Bound.MASKED else Status.ANSWERED
    return Plan(status, query.kind, query, hits=(best.hit,), trace=trace, reason="；".join(best.notes))


def _trusted(hits: Sequence[Hit], limits: Thresholds) -> list[Hit]:
    """The hits that may be chosen, as far as they may answer by themselves."""
    out = []
    for hit in hits:
        if (trust := hit.trust) == 1:
            out.append(hit)
        elif (recall := hit.recall * trust) >= limits.ask - _SLACK:
            score = hit.score - 0.8 * hit.recall * (1 - trust)
            out.append(Hit(hit.fact, score, recall, hit.precision, hit.unsaid, trust, hit.why))
    return out


def _wanted_target(query: Query, fitted: list[Fitted]) -> list[Fitted]:
    """Of a target that is set as an amount and as a growth the one asked for first: the amount if nothing is said."""
    if not fitted or query.kind is not Kind.TARGET or fitted[0].fact.obs.measure is not Measure.TARGET:
        return fitted
    growth = "growth" in query.cues or query.unit == "percent" or "增长" in query.plain
    first = fitted[0].fact
    same = (row for row in fitted if row.score >= fitted[0].score - 0.06 and paired(first, row.fact))
    best = next((row for row in (fitted[0], *same) if (row.fact.obs.unit == "%") is growth), fitted[0])
    return [best, *(row for row in fitted if row is not best)]


def paired(one: Fact, other: Fact) -> bool:
    """Whether two targets set the same thing for the same time, one as an amount, the other as a growth."""
    a, b = one.obs, other.obs
    alike = a.measure is b.measure is Measure.TARGET and a.time_period == b.time_period and thing(one) == thing(other)
    return alike and (a.unit == "%") != (b.unit == "%") and a.paragraph == b.paragraph


def _why(fitted: Sequence[Fitted], limits: Thresholds) -> tuple[str, ...]:
    """Why the first one won, or did not suffice, for the explanation."""
    if not fitted:
        return ("没有合时间、合单位、够得上门槛的数字",)
    first, recall = fitted[0], fitted[0].hit.recall
    enough = "够" if recall >= limits.answer else "不够"
    said = f"首选 {first.fact.obs.name}：对上问题的 {recall:.2f}，{enough}作答门槛 {limits.answer:.2f}"
    if len(fitted) == 1:
        return (f"{said}；没有别的候选",)
    ahead = first.score - fitted[1].score
    return (f"{said}；比第二名高 {ahead:.3f}（须高出 {limits.margin:.3f}，同一事物或名称全对上时不要求）",)


def choose(query: Query, hits: Sequence[Hit], units: frozenset[str] | None, limits: Thresholds) -> list[Fitted]:
    """The hits that fit measure, unit and time, best first; of several documents the one that is meant."""
    fitted = [row for hit in hits if hit.recall >= limits.ask - _SLACK and (row := _fit(query, hit, units)) is not None]
    fitted.sort(key=_order)
    return _of_document(query, fitted)


def _order(row: Fitted) -> tuple[float, int, bool, int]:
    """Best first; then the latest document, a figure before its round bound (突破180亿，达182.6亿), the first said."""
    return -round(row.score, 4), -_end(row.fact), row.fact.obs.bound is Bound.AT_LEAST, row.fact.obs.span.start


def _of_document(query: Query, fitted: list[Fitted]) -> list[Fitted]:
    """Where no time is named, the latest document that has about as good a hit goes first."""
    if not fitted or query.periods:
        return _latest_target(fitted)
    enough = fitted[0].score - 0.08
    latest = max((row for row in fitted if row.score >= enough), key=lambda row: _end(row.fact))
    end = _end(latest.fact)
    return [row for row in fitted if _end(row.fact) == end] + [row for row in fitted if _end(row.fact) != end]


def _latest_target(fitted: list[Fitted]) -> list[Fitted]:
    """Of several targets for the same time the one set last."""
    if not fitted or fitted[0].fact.obs.measure is not Measure.TARGET:
        return fitted
    first = fitted[0]
    same = [
        row
        for row in fitted
        if row.fact.obs.measure is Measure.TARGET
        and row.fact.obs.time_period == first.fact.obs.time_period
        and thing(row.fact) == thing(first.fact)
        and row.score >= first.score - 0.06
    ]
    last = max(same, key=lambda row: _end(row.fact))
    return [last, *(row for row in fitted if row is not last)]


def _end(fact: Fact) -> int:
    period = fact.doc.time_period
    return period.end[0] * 12 + period.end[1] if period else 0


def _fit(query: Query, hit: Hit, units: frozenset[str] | None) -> Fitted | None:
    obs = hit.fact.obs
    allowed = FITS.get(query.kind, FITS[Kind.NOUN])
    if query.measures and (query.kind not in FITS):
        allowed = dict.fromkeys(query.measures, 0.0)
    cost = allowed.get(obs.measure)
    if cost is None:
        return None
    if (
        obs.measure is Measure.TARGET
        and "target" not in query.cues
        and not _coming(query, hit.fact)
        and not _PLANNED.search(f"{obs.indicator}{before(hit.fact)}")
    ):
        return None
    if obs.measure is Measure.TARGET and query.kind is Kind.FIGURE and "target" not in query.cues and _grows(hit.fact):
        return None
    if obs.measure is Measure.RANK and (asked := _paces(query.plain)) and asked != (_paces(obs.name_text) or asked):
        return None
    if "target" in query.cues:
        cost = _target_cost(query, hit.fact, cost)
        if cost is None:
            return None
    if query.kind is Kind.GROWTH and obs.measure is Measure.CHANGE and not _DIFFERS.search(query.plain):
        return None
    if query.kind is Kind.RATE and obs.measure is Measure.LEVEL and not _is_rate(query, hit.fact):
        return None
    unit = _asked_unit_cost(query, obs.unit, units) if query.kind in _COUNTED else 0.0
    time = time_cost(query, hit.fact)
    if unit is None or time is None or (query.basis == "环比" and "环比" not in _around_value(hit.fact)):
        return None
    total = cost + unit + time[0] + _basis_cost(query, hit.fact) + _total_cost(query, hit.fact)
    return Fitted(hit, hit.score - total, time[1])


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


def time_cost(query: Query, fact: Fact) -> tuple[float, tuple[str, ...]] | None:
    """What another time than the one asked for costs, and what must be said about it; None if it may not stand."""
    own, doc = fact.obs.time_period, fact.doc.time_period
    if doc is None:
        own = None  # what a document without a time of its own says of one cannot be placed
    if not query.periods:
        return _unasked(own, doc, fact), ()
    if own is None and doc is None:
        return (0.0, ()) if _said_in(query, fact) else None
    best: tuple[float, tuple[str, ...]] | None = None
    for period in query.periods:
        cost = _distance(period, own, doc, fact, query)
        if cost is not None and (best is None or cost < best[0]):
            best = cost, ()
    return best


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


def _others(best: Fitted, fitted: Sequence[Fitted], limits: Thresholds) -> list[Fitted]:
    """Other things that the question may as well mean."""
    if best.hit.precision >= 0.75:
        return []
    seen = {thing(best.fact)}
    out = []
    for row in fitted[1:]:
        close = row.score >= best.score - limits.margin and row.hit.recall >= best.hit.recall - limits.margin
        if (
            close
            and row.fact.obs.measure is best.fact.obs.measure
            and _end(row.fact) == _end(best.fact)
            and thing(row.fact) not in seen
        ):
            if row.fact.obs.value == best.fact.obs.value and row.fact.obs.value is not None:
                continue
            seen.add(thing(row.fact))
            out.append(row)
    return out


def thing(fact: Fact) -> tuple[str, str | None]:
    """What a figure is of, to compare."""
    return fact.obs.indicator, fact.obs.activity


def beside(one: Fact, other: Fact) -> bool:
    """Whether two figures stand in one sentence: 新增81台，完成年度任务150台的54.0%."""
    return one.doc.doc_id == other.doc.doc_id and one.obs.quote == other.obs.quote and one.obs.unit == other.obs.unit


_ASKS = {
    Measure.LEVEL: "是多少",
    Measure.GROWTH: "增速是多少",
    Measure.RANK: "排第几",
    Measure.RATE: "是多少",
    Measure.TARGET: "的目标是多少",
    Measure.CHANGE: "变化多少",
}


def options(query: Query, rows: Iterable[Fitted], most: int = 4) -> tuple[Option, ...]:
    """What may be meant, to choose from."""
    out: dict[str, Option] = {}
    for row in rows:
        label = row.fact.obs.name
        out.setdefault(label, Option(label, f"{query.period_text.strip()}{label}{_ASKS[row.fact.obs.measure]}"))
    return tuple(out.values())[:most]


def _reason(query: Query, hits: Sequence[Hit], limits: Thresholds) -> str:
    """Why nothing answers: another time is known, or another measure, or nothing."""
    good = [hit for hit in hits if hit.recall >= limits.answer]
    if not good:
        return ""
    whenever = amend(query, periods=())
    return "period" if query.periods and any(_fit(whenever, hit, None) for hit in good) else "measure"


def suits(query: Query, fact: Fact, units: frozenset[str] | None) -> bool:
    """Whether a figure is of the kind asked for, and its words hold what is named."""
    allowed = {measure for measure, cost in FITS.get(query.kind, {}).items() if cost == 0}
    said = f"{fact.obs.indicator}{before(fact)}"
    named = all(touches(piece, said) for piece in query.content)
    return fact.obs.measure in allowed and named and unit_cost(fact.obs.unit, units) is not None


def plain(fact: Fact) -> Fitted:
    """A figure that nothing was asked of yet."""
    return Fitted(Hit(fact, 0.0, 0.0, 0.0), 0.0)


def told(row: Fitted) -> str:
    """A candidate with its scores, for the explanation."""
    obs = row.fact.obs
    return (
        f"{row.score:.3f} recall {row.hit.recall:.2f} precision {row.hit.precision:.2f} {obs.name} {obs.measure} "
        f"{obs.value_text}{obs.unit} {obs.time_period} 《{row.fact.doc.title[:20]}》"
    )


def _alike(one: Fact, other: Fact) -> bool:
    """Whether two figures of a paragraph are called the same."""
    a, b = one.obs, other.obs
    called = thing(one) == thing(other) and a.measure is b.measure and a.time_period == b.time_period
    return called and a.unit == b.unit and a.paragraph == b.paragraph and (a.value != b.value or one == other)


def companions(fact: Fact, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """What belongs to a figure: the level, growth and rank of the same thing in the same time."""
    out: dict[Measure, Fact] = {}
    if sum(_alike(fact, other) for other in facts) > 1:
        return ()  # 小学…在校生18万人；初中…在校生8万人，增长3.5%: of which of them is not told
    for other in facts:
        if paired(fact, other):
            out.setdefault(Measure.TARGET, other)
        if other.obs_id == fact.obs_id or thing(other) != thing(fact) or other.obs.time_period != fact.obs.time_period:
            continue
        if other.obs.measure is not fact.obs.measure and abs(other.obs.paragraph - fact.obs.paragraph) <= 0:
            out.setdefault(other.obs.measure, other)
    return tuple(
        out[measure]
        for measure in (Measure.LEVEL, Measure.GROWTH, Measure.RATE, Measure.RANK, Measure.TARGET)
        if measure in out
    )


__all__ = ["DocumentInfo", "Fitted", "choose", "companions", "one", "options", "time_cost"]
