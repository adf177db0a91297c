"""Figures set out as lines: one indicator with its level, growth, rank and rate, and the tables of sectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from knowledge.digest.figures import Key, current, key_of, move, year_ago
from knowledge.digest.naming import renamed, words_of
from knowledge.digest.table import words
from knowledge.digest.values import Known, Line, Move, SectorTable, Turn
from knowledge.model import Bound, Fact, Measure, Observation

_ORDER = (Measure.LEVEL, Measure.RATE, Measure.GROWTH, Measure.RANK)
_FEWEST_SECTORS = 3
_ASIDE = 8.0
_REST = ("其他", "其它")  # what is left over is no sector of its own, so it comes last
_NEAR_SHAPES = frozenset({Measure.RATE, Measure.RANK})

Old = Mapping[Key, Fact]
Periods = Mapping[tuple[Key, str], Fact]


def lines_of(known: Known, old: Old, periods: Periods) -> list[Line]:
    """Every line of a document beside what was told before, weightiest first."""
    groups: dict[tuple[str, ...], list[Move]] = {}
    places: dict[tuple[str, ...], int] = {}
    for place, (key, fact) in enumerate(current(known).items()):
        group = _group(key)
        groups.setdefault(group, []).append(move(fact, _before(key, fact, old), year_ago(fact, periods)))
        places.setdefault(group, place)
    count = max(len(groups), 1)
    lines = (_line(moves, 1 - places[group] / (count * 2)) for group, moves in groups.items())
    return _once(sorted((line for line in lines if line is not None), key=lambda line: -line.weight))


def _once(lines: Iterable[Line]) -> list[Line]:
    """Lines without those that state a single figure again in another order of words."""
    kept: dict[tuple[object, ...], Line] = {}
    for line in lines:
        obs = line.moves[0].now.obs
        said = (words_of((line.activity or "") + line.indicator), obs.measure, obs.value, obs.unit, obs.time_period)
        kept.setdefault(said if len(line.moves) == 1 and line.gap is None else (id(line),), line)
    return list(kept.values())


def _group(key: Key) -> tuple[str, ...]:
    """Level, growth and rank of one thing go together; growth of another kind (环比, 年均) is a line of its own."""
    special = key.basis if key.measure is Measure.GROWTH and key.basis != "同比" else ""
    return (key.indicator, "" if "序时" in key.activity else key.activity, key.ref_area, key.shape, special)


def _before(key: Key, fact: Fact, old: Old) -> Fact | None:
    """The figure told before: of the same key, or for rates and ranks of the only one that differs in its span."""
    if key.basis == "环比":
        return None  # each is held against its own month before
    if key in old:
        return None if _begun_anew(fact, old[key]) else old[key]
    if key.measure not in _NEAR_SHAPES or "月" in fact.obs.name_text:
        return None
    near = [other for wanted, other in old.items() if wanted._replace(shape=key.shape) == key]
    found = near[0] if len(near) == 1 else renamed(fact, old.values())
    return None if found is None or _begun_anew(fact, found) else found


def _begun_anew(now: Fact, before: Fact) -> bool:
    """A completion rate starts at nought with each year's task, so it stands beside none of another year."""
    years = [fact.obs.time_period.end[0] for fact in (now, before) if fact.obs.time_period]
    return len(set(years)) > 1 and any(word in now.obs.indicator for word in words().annual)


def _line(moves: Iterable[Move], early: float) -> Line | None:
    moves = list(moves)
    gap = next((one for one in moves if _is_gap(one.now)), None)
    told = sorted(
        (one for one in moves if one.now.obs.measure in _ORDER), key=lambda one: _ORDER.index(one.now.obs.measure)
    )
    if not told:
        return None
    obs = told[0].now.obs
    line = Line(obs.indicator, obs.activity, obs.ref_area, tuple(told), 0.0, gap)
    weight = _weight(line) + early - (_ASIDE if _aside(obs) else 0.0)
    return Line(line.indicator, line.activity, line.ref_area, line.moves, weight, gap, _behind(line))


def _aside(obs: Observation) -> bool:
    """Growth of one month, on the month before, or over several years: told after the growth since January."""
    key = key_of(obs)
    return key.shape.startswith("months") or (obs.measure is Measure.GROWTH and key.basis != "同比")


def _is_gap(fact: Fact) -> bool:
    return fact.obs.measure is Measure.CHANGE and key_of(fact.obs).basis == "序时进度"


def _weight(line: Line) -> float:
    """How much a line deserves the first screen: known names, then what has growth, rank, a sign that turned."""
    weight = 0.0 if line.activity else 3.0
    weight += next((9 - place / 2 for place, name in enumerate(words().headline) if name in line.indicator), 0.0)
    weight -= len(line.indicator) / 20  # of 工业投资 and 工业投资中民间投资 the shorter is the head
    for one in line.moves:
        measure = one.now.obs.measure
        weight += {Measure.GROWTH: 2.0, Measure.RANK: 2.0}.get(measure, 0.0)
        weight += 0.5 if one.turn in (Turn.TO_POSITIVE, Turn.TO_NEGATIVE) else 0.0
        weight += 1.0 if one.before is not None else 0.0
    return weight


def is_progress(line: Line) -> bool:
    """Whether a line tells how far a task is: by its name, or since its distance from 序时进度 is stated."""
    named = any(word in line.indicator for word in words().progress)
    return line.of(Measure.RATE) is not None and (named or line.gap is not None)


def _behind(line: Line) -> bool:
    """Under the share of the year gone: as the summary says, else by comparison where it speaks of a year's task."""
    if line.gap is not None:
        value = line.gap.now.obs.value
        return value is not None and value < 0
    rate = line.of(Measure.RATE)
    share = year_share(rate.now) if rate else None
    value = rate.now.obs.value if rate else None
    if share is None or value is None or rate is None or rate.now.obs.bound is not Bound.EXACT:
        return False
    return value < share


def year_share(fact: Fact) -> Decimal | None:
    """The share of the year gone at a figure's time, in per cent, for completion rates of a year's task; else None."""
    obs = fact.obs
    annual = any(word in obs.indicator for word in words().annual)
    proven = any(word in obs.quote for word in words().annual_proof)
    if obs.time_period is None or not (annual and proven):
        return None
    return (Decimal(obs.time_period.end[1]) * 100 / 12).quantize(Decimal("0.1"))


def sector_tables(lines: Iterable[Line]) -> list[SectorTable]:
    """Indicators whose growth is stated for several sectors, each ranked by growth; masked ones come last."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        growth = line.of(Measure.GROWTH)
        if line.activity and growth is not None:
            groups.setdefault((line.indicator, key_of(growth.now.obs).shape), []).append(line)
    ranked = (SectorTable(name, tuple(sorted(rows, key=_growth, reverse=True))) for (name, _), rows in groups.items())
    return sorted(
        (table for table in ranked if len(table.lines) >= _FEWEST_SECTORS), key=lambda table: -len(table.lines)
    )


def told_once(tables: Iterable[SectorTable]) -> list[SectorTable]:
    """Tables without those whose every row another one tells with the same figures: 产值 of 医化行业."""
    kept: list[SectorTable] = []
    told: set[tuple[object, ...]] = set()
    for table in tables:
        rows = {_stated(line) for line in table.lines}
        if not rows <= told:
            kept.append(table)
        told |= rows
    return kept


def _stated(line: Line) -> tuple[object, ...]:
    figures = ((one.now.obs.measure, one.now.obs.value, one.now.obs.unit) for one in line.moves)
    return (key_of(line.moves[0].now.obs).activity, *(each for each in figures if each[0] is not Measure.RANK))


def _growth(line: Line) -> Decimal:
    if (line.activity or "").startswith(_REST):
        return Decimal(-2000)
    growth = line.of(Measure.GROWTH)
    value = growth.now.obs.value if growth else None
    return value if value is not None else Decimal(-1000)
