"""The figures of things that are named side by side: 医化和橡塑, 去年和今年."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.inquiry import Kind, Query, amend
from knowledge.model import DocumentInfo, Measure
from knowledge.plan import figures
from knowledge.plan.finder import Finder

SPEED = re.compile("快|慢|增得|涨得|降得|跌得|掉得|升得|降幅|增幅|涨幅|增速")


_TAILS = re.compile(
    "(?=行业|产业|规模|总?产值|增加值|投资|居民|收入|产量|增速|企业|项目|完成|出口|进口|面积|人均|零售|利润|税收|用电|的)"
)


GENERIC = re.compile(
    "^(?:重点|主要|各|所有|六大|几大|[一二三四五六七八九十]+大|[一二三四五六七八九十]个|行业|产业|指标|这些|这几|地方|单位|[里中])+$"
)


def rows(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted] | None:
    """The figures of the things or the times that are named side by side; None if there are none or one is missing."""
    query = measured(query)
    if len(query.parts) >= 2:
        found = _by_parts(query, finder, docs)
        if found:
            return found
    if len(query.periods) >= 2 and query.content:
        return _by_periods(query, finder, docs)
    return None


def measured(query: Query) -> Query:
    """A comparison that does not say what is measured: speed is growth, size is level."""
    if query.measures:
        return query
    growth = SPEED.search(query.plain) and query.kind in (Kind.COMPARE, Kind.EXTREME, Kind.TREND)
    return amend(query, measures=(Measure.GROWTH,) if growth else (Measure.LEVEL, Measure.RATE))


def _by_periods(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted] | None:
    hits = finder.figures(query.content, docs)
    out = []
    for period in query.periods:
        rows = figures.choose(amend(query, periods=(period,)), hits, None, finder.limits)
        if not rows or rows[0].hit.recall < finder.limits.answer or rows[0].hit.unsaid:
            return None
        out.append(rows[0])
    return out if len({row.fact.obs_id for row in out}) == len(out) else None


def _by_parts(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted] | None:
    """Each part with what the last one adds for all: 城镇 and 农村居民收入 share 居民收入."""
    parts = [part for part in query.parts if not GENERIC.match(part)]
    if len(parts) < 2:
        return None
    best: tuple[float, list[figures.Fitted]] | None = None
    for tail in (*([" ".join(query.shared)] if query.shared else []), *_tails(parts)):
        common = tail == " ".join(query.shared)
        rows = [
            fitting(query, (part, tail) if tail and (common or part != parts[-1]) else (part,), finder, docs)
            for part in parts
        ]
        found = [row for row in rows if row is not None]
        if len(found) < len(parts) or len({row.fact.obs_id for row in found}) < len(found):
            continue
        agree = len({row.fact.obs.indicator for row in found}) == 1
        score = min(row.score for row in found) + (0.15 if agree else 0) + (0.03 if not tail else 0)
        if query.kind is Kind.SUM and len({row.fact.obs.unit for row in found}) > 1:
            score -= 0.5  # 小学43所 is no part of 小学和初中在校生合计
        if best is None or score > best[0]:
            best = score, found
    return best[1] if best else None


def _tails(parts: Sequence[str]) -> list[str]:
    last = parts[-1].replace(" ", "")
    cuts = {found.start() for found in _TAILS.finditer(last)} | {2, 4}
    return ["", *(last[at:] for at in sorted(cuts) if 0 < at < len(last) - 1)]


def fitting(
    query: Query, content: Sequence[str], finder: Finder, docs: Sequence[DocumentInfo]
) -> figures.Fitted | None:
    """The best figure of one thing, if it covers the thing well and is of no part of it."""
    rows = figures.choose(
        query, finder.figures(content, docs), finder.units(query) if query.kind is Kind.SUM else None, finder.limits
    )
    good = rows and rows[0].hit.recall >= finder.limits.answer and not rows[0].hit.unsaid
    return rows[0] if good else None
