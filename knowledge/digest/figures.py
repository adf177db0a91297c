"""Comparing figures between documents: only what is measured alike, over spans that can stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from knowledge.digest.table import words
from knowledge.digest.values import Known, Move, Turn
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Observation, Period
from knowledge.periods import shift

_MONTH = re.compile(r"(?:1[0-2]|[1-9])月份?")
_SECTOR = re.compile(r"(?<=..)(?:行业|产业)$")
_SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4}


class Key(NamedTuple):
    """What is measured, and how: figures of one key may be compared."""

    indicator: str
    activity: str
    ref_area: str
    measure: Measure
    basis: str
    shape: str


def key_of(obs: Observation) -> Key:
    """The key of an observation; months that only name the period are taken out of the activity (3月当月)."""
    activity = _SECTOR.sub("", _MONTH.sub("", obs.activity or ""))
    return Key(obs.indicator, activity, obs.ref_area or "", obs.measure, _basis(obs), shape(obs.time_period))


def _basis(obs: Observation) -> str:
    """The class of what a growth or change is held against; a growth without a word is year on year."""
    said = (obs.basis or "") + (obs.activity or "")
    for name, found in words().basis:
        if any(word in said for word in found):
            return name
    return "同比" if obs.measure is Measure.GROWTH else (obs.basis or "")


def shape(period: Period | None) -> str:
    """Which spans can stand beside each other: months, totals since January, runs of months, several years."""
    if period is None:
        return ""
    if period.start[0] != period.end[0]:
        return f"years:{period.months}"
    if period.start[1] == 1:
        return "since January"
    return f"months:{period.months}"


def current(known: Known) -> dict[Key, Fact]:
    """The latest figure of each key that a document states of its own time, the first where it says it twice."""
    found: dict[Key, Fact] = {}
    for fact in known.facts:
        if _of_its_time(fact.obs, known.doc):
            key = key_of(fact.obs)
            if key not in found or _end(fact) > _end(found[key]):
                found[key] = fact
    return found


def _of_its_time(obs: Observation, doc: DocumentInfo) -> bool:
    """Not a figure of former years, and not one hoped for."""
    if obs.measure is Measure.TARGET:
        return False
    if obs.time_period is None or doc.time_period is None:
        return True
    return doc.time_period.start <= obs.time_period.end <= doc.time_period.end


def _end(fact: Fact) -> tuple[tuple[int, int], int]:
    period = fact.obs.time_period
    return (period.end, period.months) if period else ((0, 0), 0)


def latest(group: Iterable[Known]) -> dict[Key, Fact]:
    """The newest figure of each key over documents that stand oldest first."""
    found: dict[Key, Fact] = {}
    for known in group:
        for key, fact in current(known).items():
            if key not in found or _end(fact) >= _end(found[key]):
                found[key] = fact
    return found


def by_period(group: Iterable[Known]) -> dict[tuple[Key, str], Fact]:
    """Figures by key and exact period, those of former years restated ones included; the months' own report wins."""
    found: dict[tuple[Key, str], Fact] = {}
    for known in group:
        for fact in known.facts:
            if fact.obs.time_period is None or fact.obs.measure is Measure.TARGET:
                continue
            key = (key_of(fact.obs), str(fact.obs.time_period))
            if key not in found or known.doc.time_period == fact.obs.time_period or not _own(found[key]):
                found[key] = fact
    return found


def _own(fact: Fact) -> bool:
    """Whether the document reports on just these months: it is surer of them than one that only looks back."""
    return fact.doc.time_period == fact.obs.time_period


def year_ago(fact: Fact, periods: Mapping[tuple[Key, str], Fact]) -> Fact | None:
    """The same figure over the same months a year before."""
    if fact.obs.time_period is None:
        return None
    return periods.get((key_of(fact.obs), str(shift(fact.obs.time_period, -1))))


def move(now: Fact, before: Fact | None, ago: Fact | None) -> Move:
    """A figure beside the one told before."""
    if before is None:
        return Move(now, None, ago)
    turn, delta = turned(now.obs, before.obs)
    return Move(now, before, ago, turn, delta)


def turned(now: Observation, before: Observation) -> tuple[Turn, Decimal | None]:
    """How a figure changed and by how much; no difference is made up where the words do not allow one."""
    if now.value is None or before.value is None:
        return _masked_turn(now, before), None
    old = in_unit(before.value, before.unit, now.unit)
    if old is None:
        return Turn.CHANGED, None
    if now.value == old:
        return (Turn.SAME if now.bound is before.bound else Turn.CHANGED), (
            Decimal(0) if now.bound is before.bound else None
        )
    if not _same_span(now, before):
        return Turn.LONGER, None
    if now.measure is Measure.GROWTH and now.value * old < 0:
        return (Turn.TO_POSITIVE if now.value > 0 else Turn.TO_NEGATIVE), _difference(now, before, old)
    if not {now.bound, before.bound} <= {Bound.EXACT, Bound.ABOUT}:
        return Turn.CHANGED, None
    better = now.value < old if now.measure is Measure.RANK else now.value > old
    return (Turn.UP if better else Turn.DOWN), _difference(now, before, old)


def _masked_turn(now: Observation, before: Observation) -> Turn:
    if now.value is None:
        return Turn.SAME if before.value is None else Turn.HIDDEN
    return Turn.REVEALED


def _same_span(now: Observation, before: Observation) -> bool:
    """Whether amounts cover as many months; rates, growth and ranks may stand beside each other over any span."""
    if now.measure is not Measure.LEVEL or now.time_period is None or before.time_period is None:
        return True
    return now.time_period.months == before.time_period.months


def _difference(now: Observation, before: Observation, old: Decimal) -> Decimal | None:
    exact = now.bound is Bound.EXACT and before.bound is Bound.EXACT
    return now.value - old if exact and now.value is not None else None


def in_unit(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A value in another unit of the same thing (万元, 亿元), or None.

    >>> in_unit(Decimal("8000"), "万元", "亿元")
    Decimal('0.8')
    """
    if unit == wanted:
        return value
    (scale, base), (other, wanted_base) = _scaled(unit), _scaled(wanted)
    return value * scale / other if base == wanted_base else None


def _scaled(unit: str) -> tuple[int, str]:
    for word, scale in _SCALES.items():
        if unit.startswith(word):
            return scale, unit[len(word) :]
    return 1, unit
