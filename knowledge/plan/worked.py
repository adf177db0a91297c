"""What no summary states but two of its figures give: a share, a later part of a year, the gap to a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.inquiry import Kind, Plan, Query, amend
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Period, Status
from knowledge.plan import costs, figures, many, members, sums
from knowledge.plan.finder import Finder


def portion(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A占B的比重 that no summary states: worked out from the two figures where both are of one time and unit."""
    before, mark, after = " ".join(query.content).partition("占")
    parts, wholes = _named_in(before), _named_in(_OF_SHARE.sub("", after))
    if not (mark and parts and wholes):
        return None
    asked = amend(query, kind=Kind.SHARE, measures=(Measure.LEVEL,), cues=())
    whole = members.fitting(asked, wholes, finder, docs)
    if whole is None:
        return None
    asked = amend(asked, periods=(whole.fact.obs.time_period,) if whole.fact.obs.time_period else asked.periods)
    rows = [members.fitting(asked, parts, finder, docs), whole]
    facts = [row.fact for row in rows if row is not None]
    if len(facts) < 2 or len({(fact.obs.time_period, fact.obs.unit) for fact in facts}) > 1:
        return None
    made = Plan(
        Status.ANSWERED,
        Kind.SHARE,
        asked,
        hits=tuple(row.hit for row in rows if row),
        trace=tuple(figures.told(row) for row in rows if row),
    )
    if any(fact.obs.value is None for fact in facts) or facts[0].obs_id == facts[1].obs_id:
        return None
    return sums.shared(made, facts)


_OF_SHARE = re.compile("(?:的)?(?:比重|比例|比)")


def _named_in(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in text.split() if len(piece) > 1)


def rest(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A later part of a year that only cumulated figures tell of: 全年 less 前三季度; None if that cannot be done."""
    if len(query.periods) != 1 or query.periods[0].start[1] == 1 or query.periods[0].months == 1:
        return None
    asked = query.periods[0]
    year = asked.start[0]
    pieces = (Period((year, 1), asked.end), Period((year, 1), (year, asked.start[1] - 1)))
    found = []
    hits = finder.figures(query.content, docs)
    for period in pieces:
        rows = figures.choose(
            amend(query, periods=(period,), period_text="", measures=(Measure.LEVEL,), kind=Kind.SUM),
            hits,
            finder.units(query),
            finder.limits,
        )
        rows = [row for row in rows if row.fact.obs.time_period == period and row.hit.recall >= finder.limits.answer]
        if not rows:
            return None
        found.append(rows[0])
    whole, before = (row.fact for row in found)
    if (
        whole.obs.value is None
        or before.obs.value is None
        or whole.obs.unit != before.obs.unit
        or figures.thing(whole) != figures.thing(before)
    ):
        return None
    gap = whole.obs.value - before.obs.value
    if gap < 0 or re.search("末|累计达", whole.obs.quote[: whole.obs.quote.find(whole.obs.value_text)][-8:]):
        return None
    reason = (
        f"总结没有单列这一时期，按累计数相减为{gap}{whole.obs.unit}（{whole.obs.value} - {before.obs.value} = {gap}）。"
    )
    return Plan(
        Status.ANSWERED,
        Kind.DIFFERENCE,
        query,
        hits=tuple(row.hit for row in found),
        result=gap,
        unit=whole.obs.unit,
        reason=reason,
    )


def gap(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """How far a figure is from its target."""
    hits = finder.figures(query.content, docs)
    found = []
    for measure, kind in ((Measure.TARGET, Kind.TARGET), (Measure.LEVEL, Kind.FIGURE)):
        cues = (*query.cues, "target") if measure is Measure.TARGET else query.cues
        asked = amend(query, kind=kind, measures=(measure,), cues=cues)
        rows = figures.choose(asked, hits, finder.units(query), finder.limits)
        rows = [row for row in rows if row.fact.obs.measure is measure and row.hit.recall >= finder.limits.answer]
        if not rows:
            return None
        found.append(rows[0])
    target, level = (row.fact for row in found)
    made = Plan(
        Status.MASKED, Kind.GAP, query, hits=tuple(row.hit for row in found), trace=tuple(map(figures.told, found))
    )
    if target.obs.value is None or level.obs.value is None:
        return made
    together = figures.thing(target) == figures.thing(level) or figures.beside(target, level)
    if target.obs.unit != level.obs.unit or not together:
        return None
    left = target.obs.value - level.obs.value
    unit = level.obs.unit
    said = f"距目标还差{left}{unit}" if left > 0 else f"已超过目标{-left}{unit}" if left < 0 else "正好达到目标"
    return replace(
        made,
        status=Status.ANSWERED,
        result=left,
        unit=unit,
        reason=f"{said}（{target.obs.value} - {level.obs.value} = {left}）。",
    )


_THAN_AIM = re.compile("(?:目标|任务|计划)[^,，]{0,4}比")
_REACHED = re.compile("(?:目标|任务|计划)[^,，?？]{0,3}(?:完成|达到|达成|实现)(?:了)?(?:吗|没|没有|了没|了没有)")
_FALLS = re.compile("下降|降低|压减|减少|降幅|控制在|以内")


def since(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """What is beside an earlier time or a target: 增速比上半年快了多少, 目标比今年多多少; else None."""
    several = len(query.parts) > 1 or len(query.periods) > 1
    if query.kind is not Kind.DIFFERENCE or not query.content or several:
        return None
    if "target" in query.cues and _THAN_AIM.search(query.plain):
        content = tuple(piece.removesuffix("比") for piece in query.content)
        return gap(amend(query, content=content, periods=(), period_text=""), finder, docs)
    if not query.periods or not re.search(f"[比较] ?{re.escape(query.period_text)}", query.plain):
        return None
    asked = query.periods[0]
    own = [doc.time_period for doc in docs if doc.time_period and doc.time_period.start == asked.start]
    later = max((period for period in own if period.end > asked.end), key=lambda period: period.end, default=None)
    return many.several(amend(query, periods=(later, asked)), finder, docs) if later else None


def met(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """Whether a target was reached: it and the figure of the same thing and time; None where one of them lacks."""
    if "target" not in query.cues or not _REACHED.search(query.plain):
        return None
    hits = finder.figures(query.content, docs)
    aims = figures.choose(amend(query, kind=Kind.TARGET, measures=(Measure.TARGET,)), hits, None, finder.limits)
    aim = next((row for row in aims if row.hit.recall >= finder.limits.answer and not row.hit.unsaid), None)
    if aim is None or aim.fact.obs.measure is not Measure.TARGET:
        return None
    found = [hit for hit in hits if hit.recall >= finder.limits.answer and _fulfils(hit.fact, aim.fact)]
    if len({hit.fact.obs.value for hit in found}) != 1:
        return None
    return Plan(Status.ANSWERED, Kind.TARGET, query, hits=(aim.hit, found[0]), reason=_verdict(found[0].fact, aim.fact))


def _fulfils(fact: Fact, aim: Fact) -> bool:
    """Whether a figure tells what became of a target."""
    one, other = fact.obs, aim.obs
    kinds = (Measure.GROWTH, Measure.RATE) if other.unit == "%" else (Measure.LEVEL,)
    same = figures.thing(fact) == figures.thing(aim) and fact.doc.ref_area == aim.doc.ref_area
    return same and one.measure in kinds and one.unit == other.unit and one.time_period == other.time_period


def _verdict(fact: Fact, aim: Fact) -> str:
    """That a target was reached or not; nothing where less may be better or a value is hidden."""
    value, wanted = fact.obs.value, aim.obs.value
    if value is None or wanted is None or aim.obs.bound is Bound.AT_MOST or _FALLS.search(costs.before(aim)):
        return ""
    return f"{'达到' if value >= wanted else '没有达到'}目标（{value} {'≥' if value >= wanted else '<'} {wanted}）。"
