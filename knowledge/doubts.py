"""Which figures an editor should look at before they are published, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from knowledge.lexicon import Lexicon, load
from knowledge.model import Fact, Measure, Observation

UNSURE = 0.7  # confidence under this is doubtful
FAR_POINTS = Decimal(20)  # percentage points between two growth rates or rates
FAR_TIMES = Decimal(3)  # a level that is so many times the last one, or its inverse

YEARLY = "同比"  # what a growth compares with where nothing is said

Key = tuple[str, str | None, str | None, Measure, str]


def key_of(obs: Observation) -> Key:
    """What makes two figures comparable: indicator, activity, place, measure, and what a growth compares with."""
    basis = obs.basis or (YEARLY if obs.measure in (Measure.GROWTH, Measure.CHANGE) else "")
    return (obs.indicator, obs.activity, obs.ref_area, obs.measure, basis)


def latest_by_key(facts: Iterable[Fact]) -> dict[Key, Fact]:
    """The newest figure of each key; figures without a period come first."""
    newest: dict[Key, Fact] = {}
    for fact in facts:
        old = newest.get(key_of(fact.obs))
        if old is None or _age(fact.obs) >= _age(old.obs):
            newest[key_of(fact.obs)] = fact
    return newest


def doubts(obs: Observation, known: Mapping[Key, Fact]) -> tuple[str, ...]:
    """Reasons to look at a figure, in Chinese; none if it seems sound. `known` is what was published before."""
    found = []
    if obs.confidence < UNSURE:
        found.append("读得没有十分把握")
    if obs.time_period is None:
        found.append("期间不明")
    if _odd_unit(obs):
        found.append("单位少见")
    before = known.get(key_of(obs))
    if before is not None:
        found.extend(_against(obs, before.obs))
    return tuple(found)


def _odd_unit(obs: Observation) -> bool:
    """A unit that is not known, a growth that is no share, an amount that is one."""
    unit = _lexicon().unit(obs.unit)
    if unit is None:
        return True
    share = unit.kind == "share"
    return share if obs.measure is Measure.LEVEL else not share and obs.measure in (Measure.GROWTH, Measure.RATE)


@cache
def _lexicon() -> Lexicon:
    return load()


def _against(obs: Observation, before: Observation) -> Iterable[str]:
    if obs.unit != before.unit:
        yield f"单位与上次不同（上次是{before.unit}）"
    elif obs.value is not None and before.value is not None and _far(obs, before, obs.value, before.value):
        yield f"与上次的{before.value_text}{before.unit}相差很大"


def _far(obs: Observation, before: Observation, value: Decimal, old: Decimal) -> bool:
    if obs.measure in (Measure.GROWTH, Measure.RATE):
        return abs(value - old) >= FAR_POINTS
    if obs.measure is not Measure.LEVEL or not value or not old or not _same_length(obs, before):
        return False
    return max(abs(value / old), abs(old / value)) >= FAR_TIMES


def _same_length(obs: Observation, before: Observation) -> bool:
    """A quarter's level is no measure of a year's."""
    a, b = obs.time_period, before.time_period
    return a is not None and b is not None and a.months == b.months


def _age(obs: Observation) -> tuple[int, int]:
    return obs.time_period.end if obs.time_period else (0, 0)
