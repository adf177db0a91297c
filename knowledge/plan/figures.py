"""Query and Hits -> Plan: which figures answer, or why none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.frozen import quick
from knowledge.inquiry import Hit, Kind, Plan, Query, Thresholds, amend, touches
from knowledge.model import Bound, Fact, Measure, Option, Status
from knowledge.plan.costs import FITS, before, cost, unit_cost
from knowledge.plan.finder import end

_SLACK = 0.1  # how far below the threshold for asking back a hit may cover and still be chosen


@quick
@dataclass(frozen=True, slots=True)
class Fitted:
    """A hit with what time, measure and unit take from its score."""

    hit: Hit
    score: float

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
    return Plan(status, query.kind, query, hits=(best.hit,), trace=trace)


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
    return -round(row.score, 4), -end(row.fact.doc), row.fact.obs.bound is Bound.AT_LEAST, row.fact.obs.span.start


def _of_document(query: Query, fitted: list[Fitted]) -> list[Fitted]:
    """Where no time is named, the latest document that has about as good a hit goes first."""
    if not fitted or query.periods:
        return _latest_target(fitted)
    enough = fitted[0].score - 0.08
    latest = max((row for row in fitted if row.score >= enough), key=lambda row: end(row.fact.doc))
    last = end(latest.fact.doc)
    return [row for row in fitted if end(row.fact.doc) == last] + [row for row in fitted if end(row.fact.doc) != last]


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
    last = max(same, key=lambda row: end(row.fact.doc))
    return [last, *(row for row in fitted if row is not last)]


def _fit(query: Query, hit: Hit, units: frozenset[str] | None) -> Fitted | None:
    taken = cost(query, hit.fact, units)
    return None if taken is None else Fitted(hit, hit.score - taken)


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
            and end(row.fact.doc) == end(best.fact.doc)
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
