"""Query and what fits it -> Plan: which figures or sentences answer, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.inquiry import IN_WORDS, Kind, Plan, Query, amend
from knowledge.model import Bound, DocumentInfo, Measure, Status
from knowledge.plan import figures, many, words
from knowledge.plan.finder import Finder, of_time

_MANY = {Kind.COMPARE, Kind.SUM, Kind.SHARE, Kind.DIFFERENCE}


def decide(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """What is to be said to a question."""
    periods = {doc.time_period for doc in docs}
    query = amend(query, settled=any(period in periods for period in query.periods))
    if query.near:
        return _beside(query, finder, docs)
    if query.kind is Kind.TALK:
        return Plan(Status.ANSWERED, query.kind, query)
    if query.kind is Kind.LIST and (made := many.signed(query, finder, docs)):
        return made
    if query.kind in IN_WORDS:
        return _in_words(query, finder, docs)
    made = None
    if query.kind in (Kind.FIGURE, Kind.GROWTH, Kind.RANK, Kind.RATE, Kind.NOUN) and len(query.parts) >= 2:
        made = many.together(query, finder, docs)
    elif query.kind in _MANY:
        made = many.several(query, finder, docs)
    elif query.kind is Kind.EXTREME:
        made = many.extreme(query, finder, docs)
    elif query.kind is Kind.TREND:
        made = many.trend(query, finder, docs) or _spoken(query, finder, docs)
    elif query.kind is Kind.GAP:
        made = many.gap(query, finder, docs)
    made = made or one(query, finder, docs)
    if made.status in (Status.NOT_FOUND, Status.AMBIGUOUS) and "占" in query.plain:
        return many.portion(query, finder, docs) or made
    return made


def apart(query: Query, finder: Finder, places: Sequence[Sequence[DocumentInfo]]) -> Plan | None:
    """One figure of each of several places; None where a place does not tell it."""
    if query.kind in IN_WORDS or query.bare or finder.faint(query.content):
        return None
    return many.across(query, finder, places)


def one(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """One figure; failing that, what cumulated figures or a sentence tell."""
    if query.kind is Kind.DIFFERENCE and (made := _stated_difference(query, finder, docs)):
        return made
    if query.kind not in figures.FITS:
        query = amend(query, kind=_single(query))
    if query.bare or finder.faint(query.content):
        return unnamed(query, finder, docs)
    found = figures.one(query, finder.figures(query.content, docs), finder.units(query), finder.limits)
    if (query.kind is Kind.FIGURE and found.status is Status.NOT_FOUND) or (
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


def _beside(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """The figure of the kind asked for that stands nearest to the one answered before."""
    doc_id, paragraph, place = query.near or (0, 0, 0)
    facts = [fact for doc in docs if doc.doc_id == doc_id for fact in finder.all_figures(doc)]
    wanted = [
        fact for fact in facts if fact.obs.paragraph == paragraph and figures.suits(query, fact, finder.units(query))
    ]
    if not wanted:
        return Plan(Status.NOT_FOUND, query.kind, query)
    best = min(wanted, key=lambda fact: (fact.obs.span.start < place, abs(fact.obs.span.start - place)))
    status = Status.MASKED if best.obs.bound is Bound.MASKED else Status.ANSWERED
    return Plan(status, query.kind, query, hits=(figures.plain(best).hit,), trace=(figures.told(figures.plain(best)),))


def _single(query: Query) -> Kind:
    for measure, kind in (
        (Measure.GROWTH, Kind.GROWTH),
        (Measure.RANK, Kind.RANK),
        (Measure.RATE, Kind.RATE),
        (Measure.TARGET, Kind.TARGET),
    ):
        if query.measures[:1] == (measure,):
            return kind
    return Kind.GROWTH if query.kind is Kind.DIFFERENCE and query.unit in (None, "percent") else Kind.FIGURE


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
    lines = words.either(query, finder, docs) or (words.best_lines(query, finder, docs) if len(docs) < 2 else [])
    return Plan(Status.ANSWERED, query.kind, query, lines=tuple(lines)) if lines else None


__all__ = ["Finder", "apart", "decide", "one"]
