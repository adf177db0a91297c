"""Calculations over figures that were found, each shown or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from knowledge.inquiry import Kind, Plan, Query, say_period
from knowledge.model import Bound, Fact, Measure, Status
from knowledge.plan import figures
from knowledge.plan.scale import scaled


def _compared(made: Plan, facts: Sequence[Fact]) -> Plan:
    pairs = [scaled(fact) for fact in facts]
    values = [value for _, value in pairs if value is not None]
    listed = made.query.kind is not Kind.COMPARE or re.search("分别|各", made.query.plain)
    if listed or len({unit for unit, _ in pairs}) > 1 or len(values) < len(facts):
        return made
    low = made.query.lowest
    least = low != all(fact.obs.measure is Measure.RANK for fact in facts)  # the first place is the best
    order = sorted(range(len(facts)), key=lambda at: values[at], reverse=not least)
    if values[order[0]] == values[order[1]]:
        return replace(made, reason="两者相同。" if len(facts) == 2 else "")
    first = order[0]
    word = _word({fact.obs.measure for fact in facts}, low, low and values[first] < 0)
    word = word if len(facts) == 2 else word.replace("更", "最")
    return replace(made, hits=tuple(made.hits[at] for at in order), reason=f"{_label(facts[first], facts)}{word}。")


def _word(measures: set[Measure], low: bool, falls: bool) -> str:
    """How the first of those compared stands out."""
    if measures == {Measure.RANK}:
        return "名次更靠后" if low else "名次更靠前"
    if measures == {Measure.GROWTH}:
        return "降得更多" if falls else "增长更慢" if low else "增长更快"
    return "更低" if low else "更高"


def _label(fact: Fact, facts: Sequence[Fact]) -> str:
    """What tells a figure from the others: its place, its name, or its time."""
    if len({other.doc.ref_area for other in facts}) > 1:
        return f"{fact.doc.ref_area or ''}{fact.obs.name}"
    names = {other.obs.name for other in facts}
    return fact.obs.name if len(names) > 1 else _time(fact)


def _time(fact: Fact) -> str:
    return say_period(fact.obs.time_period)


def _summed(made: Plan, facts: Sequence[Fact]) -> Plan:
    if reason := _unsummable(facts):
        return replace(made, status=Status.NOT_FOUND, hits=(), reason=reason)
    total = sum((fact.obs.value or Decimal(0) for fact in facts), Decimal(0))
    shown = " + ".join(str(fact.obs.value) for fact in facts)
    unit = facts[0].obs.unit
    return replace(made, result=total, unit=unit, reason=f"合计{total}{unit}（{shown} = {total}）。")


def _unsummable(facts: Sequence[Fact]) -> str:
    if len({fact.obs.unit for fact in facts}) > 1:
        return "这几项的单位不同，不能相加。"
    shares = (
        all("占" in f"{fact.obs.indicator}{fact.obs.name_text}" for fact in facts)
        and len({f.obs.indicator for f in facts}) == 1
    )
    if facts[0].obs.measure is not Measure.LEVEL and not shares:
        return "增速、比重和排名不能相加。"
    whole = [fact for fact in facts if fact.obs.activity is None]
    if (
        whole
        and len(whole) < len(facts)
        and {fact.obs.indicator for fact in whole} & {fact.obs.indicator for fact in facts if fact.obs.activity}
    ):
        return "其中一项是总数，已包含另外的分项，不能相加。"
    return ""


def _differed(made: Plan, facts: Sequence[Fact]) -> Plan:
    if len(facts) != 2 or facts[0].obs.unit != facts[1].obs.unit:
        return replace(made, status=Status.NOT_FOUND, hits=(), reason="两项的单位不同，不能相减。")
    first, second = (fact.obs.value or Decimal(0) for fact in facts)
    unit = "个百分点" if facts[0].obs.unit == "%" else facts[0].obs.unit
    gap = abs(first - second)
    high, low = max(first, second), min(first, second)
    lower = f"({low})" if low < 0 else str(low)
    return replace(made, result=gap, unit=unit, reason=f"相差{gap}{unit}（{high} - {lower} = {gap}）。")


def shared(made: Plan, facts: Sequence[Fact]) -> Plan:
    """The share of the first in the second."""
    if len(facts) != 2 or facts[0].obs.unit != facts[1].obs.unit or not facts[1].obs.value:
        return replace(made, status=Status.NOT_FOUND, hits=(), reason="两项的单位不同，不能计算比重。")
    part, whole = facts[0].obs.value or Decimal(0), facts[1].obs.value
    if part > whole:
        return replace(made, status=Status.NOT_FOUND, hits=(), reason="前一项大于后一项，不能计算比重。")
    share = (part / whole * 100).quantize(Decimal("0.1"))
    return replace(made, result=share, unit="%", reason=f"占{share}%（{part} ÷ {whole} = {share}%）。")


CALCULATE = {Kind.SUM: _summed, Kind.DIFFERENCE: _differed, Kind.SHARE: shared, Kind.COMPARE: _compared}


def calculated(query: Query, rows: Sequence[figures.Fitted]) -> Plan:
    """The figures with what follows from them."""
    facts = [row.fact for row in rows]
    trace = tuple(figures.told(row) for row in rows)
    hits = tuple(row.hit for row in rows)
    masked = any(fact.obs.bound is Bound.MASKED for fact in facts)
    status = Status.MASKED if masked else Status.ANSWERED
    made = Plan(status, query.kind, query, hits=hits, trace=trace)
    if masked:
        return made
    return CALCULATE.get(query.kind, _compared)(made, facts)
