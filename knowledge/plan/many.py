"""Questions over several figures: comparisons, extremes, trends, sums, shares, differences, gaps to a target."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from knowledge.inquiry import Hit, Kind, Plan, Query, amend
from knowledge.model import DocumentInfo
from knowledge.plan import costs, figures, members, sums
from knowledge.plan.finder import Finder
from knowledge.plan.scale import scaled


def several(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A comparison, sum, share or difference; None if the question does not name several things."""
    rows = members.rows(query, finder, docs)
    return None if rows is None else sums.calculated(query, rows)


def across(
    query: Query, finder: Finder, places: Sequence[Sequence[DocumentInfo]], *, some: bool = False
) -> Plan | None:
    """The same of several places; None where one of them (with `some`, all but one) does not tell it."""
    kind = query.kind if query.kind in sums.CALCULATE else Kind.COMPARE
    # only listed, nothing is said of which is more
    silent = kind is not query.kind and not re.search("谁|哪[个边]", query.plain)
    asked = query if query.kind in costs.FITS else members.measured(amend(query, kind=kind))
    rows = _alike(asked, [finder.figures(query.content, docs) for docs in places], finder, strict=some)
    if len(rows) < (2 if some else len(places)) or len({row.fact.doc.ref_area for row in rows}) < len(rows):
        return None
    made = sums.calculated(amend(query, kind=kind, plain=f"{query.plain}分别" if silent else query.plain), rows)
    return _of_some(made, rows, places) if some else made


def _alike(
    query: Query, hits: Sequence[Sequence[Hit]], finder: Finder, *, strict: bool = False
) -> list[figures.Fitted]:
    """The best figure of each place, of the time, unit and measure (if strict, name) that most of them have."""
    tries = [
        [row for row in figures.choose(query, each, None, finder.limits) if _surely(row, finder)][:12] for each in hits
    ]
    count = Counter(_sort(rows[0], strict) for rows in tries if rows)
    most = max(count, key=lambda sort: (count[sort], sort), default=None)
    return [row for rows in tries if (row := next((row for row in rows if _sort(row, strict) == most), None))]


def _surely(row: figures.Fitted, finder: Finder) -> bool:
    return row.hit.recall >= finder.limits.answer and not row.hit.unsaid


def _sort(row: figures.Fitted, strict: bool) -> tuple[str, ...]:
    obs = row.fact.obs
    return str(obs.time_period), scaled(row.fact)[0], str(obs.measure), obs.indicator if strict else ""


def _of_some(made: Plan, rows: Sequence[figures.Fitted], places: Sequence[Sequence[DocumentInfo]]) -> Plan:
    """Says which places could be compared and which could not."""
    told = {row.fact.doc.ref_area for row in rows}
    silent = [area for docs in places if (area := docs[0].ref_area) and area not in told]
    lack = f"没有可比数字的：{'、'.join(silent[:8])}{'等' if len(silent) > 8 else ''}。" if silent else ""
    return replace(made, reason=f"有可比数字的{len(told)}个地方中，{made.reason or '不止一个并列。'}{lack}")


def together(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """医化和橡塑产值多少: each of them, or their sum where 一共 is said; None if they are not of one indicator."""
    kind = Kind.SUM if re.search("一共|总共|共计|加起来", query.plain) else Kind.COMPARE
    rows = members.rows(amend(query, kind=kind), finder, docs)
    summable = kind is Kind.SUM and query.unit is not None and len({row.fact.obs.unit for row in rows or ()}) == 1
    if rows is None or (len({row.fact.obs.indicator for row in rows}) > 1 and not summable):
        return None
    return several(amend(query, kind=kind, plain=f"{query.plain}分别"), finder, docs)
