"""Query and what fits it -> Plan: which figures or sentences answer, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.inquiry import IN_WORDS, Kind, Plan, Query, amend
from knowledge.model import DocumentInfo, Measure, Status
from knowledge.plan import figures, many, words
from knowledge.plan.finder import Finder, of_time

_MANY = {Kind.COMPARE, Kind.SUM, Kind.SHARE, Kind.DIFFERENCE}


def decide(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """What is to be said to a question."""
    if query.kind is Kind.TALK:
        return Plan(Status.ANSWERED, query.kind, query)
    if query.kind in IN_WORDS:
        return _in_words(query, finder, docs)
    made = None
    if query.kind in _MANY:
        made = many.several(query, finder, docs)
    elif query.kind is Kind.EXTREME:
        made = many.extreme(query, finder, docs)
    elif query.kind is Kind.TREND:
        made = many.trend(query, finder, docs) or _spoken(query, finder, docs)
    elif query.kind is Kind.GAP:
        made = many.gap(query, finder, docs)
    return made or one(query, finder, docs)


def one(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """One figure; failing that, what cumulated figures or a sentence tell."""
    if query.kind is Kind.DIFFERENCE and (made := _stated_difference(query, finder, docs)):
        return made
    if query.kind not in figures.FITS:
        query = amend(query, kind=_single(query))
    if query.bare or finder.faint(query.content):
        return unnamed(query, finder, docs)
    found = figures.one(query, finder.figures(query.content, docs), finder.units(query), finder.limits)
    if found.status is Status.NOT_FOUND or (
        found.hits and found.hits[0].fact.obs.measure is Measure.TARGET and query.kind is Kind.FIGURE
    ):
        found = many.rest(query, finder, docs) or found
    if found.hits and found.result is None:
        fact = found.hits[0].fact
        found = replace(found, beside=figures.companions(fact, finder.all_figures(fact.doc)))
    return found


def _stated_difference(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A difference that the summary itself states: 高于全市平均1.1个百分点."""
    if query.bare or finder.faint(query.content):
        return None
    asked = amend(query, kind=Kind.DIFFERENCE, measures=(Measure.CHANGE,))
    made = figures.one(asked, finder.figures(query.content, docs), None, finder.limits)
    return made if made.hits else None


def _single(query: Query) -> Kind:
    for measure, kind in (
        (Measure.GROWTH, Kind.GROWTH),
        (Measure.RANK, Kind.RANK),
        (Measure.RATE, Kind.RATE),
        (Measure.TARGET, Kind.TARGET),
    ):
        if query.measures[:1] == (measure,):
            return kind
    return Kind.FIGURE


def unnamed(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """Nothing is named: asks which of the figures of this kind is meant."""
    wanted = {measure for measure, cost in figures.FITS[query.kind].items() if cost == 0}
    rows = [
        figures.plain(fact)
        for doc in of_time(query, docs)[:1]
        for fact in finder.all_figures(doc)
        if fact.obs.measure in wanted and all(word in fact.obs.indicator for word in query.content)
    ]
    options = figures.options(query, rows)
    if not options:
        return Plan(Status.NOT_FOUND, query.kind, query)
    return Plan(Status.AMBIGUOUS, query.kind, query, options=options, reason="您问的是哪一项？请说出具体指标，例如：")


def _in_words(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    return words.said(query, finder, docs)


def _spoken(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A trend that only a sentence tells of."""
    lines = words.best_lines(query, finder, docs) or words.either(query, finder, docs)
    return Plan(Status.ANSWERED, query.kind, query, lines=tuple(lines)) if lines else None


__all__ = ["Finder", "decide", "one"]
