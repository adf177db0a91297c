"""One figure over the periods of the documents."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from knowledge.inquiry import Plan, Query, amend
from knowledge.model import DocumentInfo, Measure, Status
from knowledge.plan import figures, members
from knowledge.plan.finder import Finder, end


def trend(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """One figure over the periods of the documents, or over the months that are named."""
    query = members.measured(query) if "growth" in query.cues or members.SPEED.search(query.plain) else query
    if not query.measures:
        query = amend(query, measures=(Measure.LEVEL, Measure.RATE, Measure.GROWTH))
    rows = _named_months(query, finder, docs) if len(query.periods) > 2 else _each_document(query, finder, docs)
    if len(rows) < 2:
        return None
    measure = rows[-1].fact.obs.measure
    rows = [row for row in rows if row.fact.obs.measure is measure]
    if len(rows) < 2:
        return None
    masked = any(row.fact.obs.value is None for row in rows)
    return Plan(
        Status.MASKED if masked else Status.ANSWERED,
        query.kind,
        query,
        hits=tuple(row.hit for row in rows),
        reason=_course(rows),
        trace=tuple(map(figures.told, rows)),
    )


def _course(rows: Sequence[figures.Fitted]) -> str:
    values = [row.fact.obs.value for row in rows if row.fact.obs.value is not None]
    steps = [later - earlier for earlier, later in itertools.pairwise(values)]
    if not steps:
        return ""
    word = (
        "逐期上升" if all(step > 0 for step in steps) else "逐期回落" if all(step < 0 for step in steps) else "有升有降"
    )
    return f"{rows[-1].fact.obs.name}{word}："


def _named_months(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted]:
    hits = finder.figures(query.content, docs)
    out = []
    for period in query.periods:
        rows = figures.choose(amend(query, periods=(period,), plain=query.plain + "当月"), hits, None, finder.limits)
        out += [row for row in rows if row.fact.obs.time_period == period and row.hit.recall >= finder.limits.answer][
            :1
        ]
    return out


def _each_document(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted]:
    """The best figure of each document for its own period."""
    span = query.periods[0] if len(query.periods) == 1 and query.periods[0].months >= 12 else None
    out = []
    for doc in sorted(docs, key=end):
        own = doc.time_period
        if own is None or (span and not (span.start <= own.start and own.end <= span.end)):
            continue
        asked = amend(
            query,
            periods=(own,),
            period_text="末" if not query.measures or Measure.GROWTH not in query.measures else "",
        )
        rows = figures.choose(asked, finder.figures(query.content, (doc,)), None, finder.limits)
        out += [row for row in rows if row.hit.recall >= finder.limits.answer][:1]
    return out
