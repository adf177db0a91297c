"""Query and what fits it -> Plan: which figures or sentences answer, or why nothing does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from knowledge.inquiry import IN_WORDS, Kind, Plan, Query, amend, touches
from knowledge.model import Bound, DocumentInfo, Measure, Option, Status
from knowledge.plan import costs, extremes, figures, many, told, trends, words, worked
from knowledge.plan.finder import Finder, end, of_time

_GOOD = (Status.ANSWERED, Status.MASKED)
_NEAR = 0.06  # how near another place's answer must come to be asked back for
_MOST_PLACES = 40
_MOST_TITLES = 5
_PLACE_WORD = re.compile("城市|地方|地区(?!生产)|[县市区]")
_MANY = {Kind.COMPARE, Kind.SUM, Kind.SHARE, Kind.DIFFERENCE}


def decide(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """What is to be said to a question."""
    periods = {doc.time_period for doc in docs}
    query = amend(query, settled=any(period in periods for period in query.periods))
    if query.near:
        return _beside(query, finder, docs)
    if query.kind is Kind.TALK:
        return Plan(Status.ANSWERED, query.kind, query)
    if made := told.told(query, finder, docs):
        return made
    if query.kind is Kind.LIST and (made := extremes.signed(query, finder, docs)):
        return made
    if query.kind is Kind.GROWTH and extremes.asks_which(query):
        nothing = Plan(Status.NOT_FOUND, query.kind, query, near=tuple(finder.figures(query.content, docs)[:12]))
        return extremes.signed(query, finder, docs) or nothing
    if made := extremes.breakdown(query, finder, docs):
        return made
    if query.kind in IN_WORDS:
        return _in_words(query, finder, docs)
    if query.kind is Kind.SOURCE and query.bare and docs:
        return _sources(query, docs)
    made = worked.since(query, finder, docs) or worked.met(query, finder, docs)
    if made is not None:
        return made
    if query.kind in (Kind.FIGURE, Kind.GROWTH, Kind.RANK, Kind.RATE, Kind.NOUN) and len(query.parts) >= 2:
        made = many.together(query, finder, docs)
    elif query.kind is Kind.SHARE and (told_rate := _stated_share(query, finder, docs)):
        made = told_rate
    elif query.kind in _MANY:
        made = many.several(query, finder, docs)
    elif query.kind is Kind.EXTREME:
        made = extremes.extreme(query, finder, docs)
    elif query.kind is Kind.TREND:
        made = trends.trend(query, finder, docs) or _spoken(query, finder, docs)
    elif query.kind is Kind.GAP:
        made = worked.gap(query, finder, docs)
    if made is None and query.both and query.kind in _MANY:
        return Plan(Status.NOT_FOUND, query.kind, query, reason="没有找到要一起算的两项，请把它们的名称都说出来。")
    made = made or _of_all(query, one(query, finder, docs))
    if made.status in (Status.NOT_FOUND, Status.AMBIGUOUS) and "占" in query.plain:
        return worked.portion(query, finder, docs) or made
    return made


_TOGETHER = re.compile("一共|总共|共计|合计|加起来")


def _of_all(query: Query, made: Plan) -> Plan:
    """One figure for a sum or a difference of several things only if its name holds each of them."""
    worked_out = query.kind in (Kind.SUM, Kind.DIFFERENCE) or _TOGETHER.search(query.plain)
    if not worked_out or len(query.parts) < 2 or len(made.hits) != 1:
        return made
    obs = made.hits[0].fact.obs
    told = f"{obs.name}{obs.name_text}{costs.before(made.hits[0].fact)}"
    if all(touches(part, told) for part in query.parts):
        return made
    reason = "没有找到可以一起算的各项数字，请逐项来问。"
    return Plan(Status.NOT_FOUND, query.kind, query, near=made.hits, reason=reason)


def apart(query: Query, finder: Finder, places: Sequence[Sequence[DocumentInfo]]) -> Plan | None:
    """One figure of each of several places; None where the question is about something else."""
    if query.kind in IN_WORDS or query.bare or finder.faint(query.content):
        return None
    made = many.across(query, finder, places)
    if made is None and query.kind in _MANY | {Kind.EXTREME}:
        return Plan(Status.NOT_FOUND, query.kind, query, reason="这几个地方的总结没有同一时期、同一口径的这项数字。")
    return made


def common_time(query: Query, places: Sequence[Sequence[DocumentInfo]]) -> Query:
    """The question in the last time that the summaries of all places report on, where it names none."""
    if query.periods or not places:
        return query
    times = set.intersection(*({doc.time_period for doc in docs if doc.time_period} for docs in places))
    last = max(times, key=lambda time: (time.end, time.months), default=None)
    return amend(query, periods=(last,)) if last else query


def among(query: Query, finder: Finder, places: Sequence[Sequence[DocumentInfo]]) -> Plan:
    """Which of all places is first: 哪个县粮食产量最高."""
    if len(places) > _MOST_PLACES:
        return Plan(Status.NOT_FOUND, query.kind, query, reason="涉及的地方太多，请说出要比较的地方。")
    asked = amend(query, content=tuple(piece for piece in query.content if not _PLACE_WORD.fullmatch(piece)))
    asked = amend(asked, content=tuple(_PLACE_WORD.sub("", piece) for piece in asked.content), kind=Kind.COMPARE)
    made = many.across(asked, finder, places, some=True)
    return made or Plan(Status.NOT_FOUND, query.kind, query, reason="这几个地方的总结没有可比的数字。")


def one_place(query: Query, plans: Mapping[str | None, Plan], strength: Callable[[Plan], float]) -> Plan:
    """The plan of the one place that answers best; a question back where another does as well."""
    order = sorted(plans.items(), key=lambda row: -strength(row[1]))
    best = order[0][1]
    good = [area for area, made in order if area and made.status in _GOOD and strength(made) >= strength(best) - _NEAR]
    if best.status not in _GOOD or len(good) < 2:
        return best
    options = tuple(
        Option(area, f"{area}{query.plain}") for area in sorted(good, key=lambda area: -_latest(plans[area]))
    )
    reason = "有几个地方的总结都讲到这一项，您问的是哪里？"
    return Plan(Status.AMBIGUOUS, query.kind, query, options=options[:4], reason=reason)


def _latest(made: Plan) -> int:
    docs = [hit.fact.doc for hit in made.hits] + [line.passage.doc for line in made.lines]
    docs += [doc for doc, _ in (*made.difficulties, *made.work_items)]
    return max(map(end, docs), default=0)


def one(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """One figure; failing that, what cumulated figures or a sentence tell."""
    if query.kind is Kind.DIFFERENCE and (made := _stated_difference(query, finder, docs)):
        return made
    summed = query.kind is Kind.SUM
    if query.kind not in costs.FITS:
        query = amend(query, kind=_single(query))
    if query.bare or finder.faint(query.content):
        return unnamed(query, finder, docs)
    found = figures.one(query, finder.figures(query.content, docs), finder.units(query), finder.limits)
    if summed and found.hits and found.hits[0].fact.obs.measure is not Measure.LEVEL:
        return Plan(Status.NOT_FOUND, query.kind, query, near=found.hits)
    if query.kind is Kind.TARGET and found.status is Status.NOT_FOUND:
        found = _planned(query, finder, docs) or found
    if (query.kind is Kind.FIGURE and found.status is Status.NOT_FOUND) or (
        found.hits and found.hits[0].fact.obs.measure is Measure.TARGET and query.kind is Kind.FIGURE
    ):
        found = worked.rest(query, finder, docs) or found
    if found.hits and found.result is None:
        fact = found.hits[0].fact
        found = replace(found, beside=figures.companions(fact, finder.beside(fact)))
    return found


_SURELY = 0.85  # coverage of a share's two names by a stated one
_PLAN = re.compile("(?:年度|全年)?(?:目标|任务|计划|预期)(?:任务|数|值)?")


def _planned(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A target whose name does not say that it is one: 农业重点项目计划投资 of 完成投资, 占年度计划9.6亿元的."""
    content = tuple(piece for each in query.content if (piece := _PLAN.sub("", each)))
    if content == query.content or not content or finder.faint(content):
        return None
    made = figures.one(query, finder.figures(content, docs), finder.units(query), finder.limits)
    return made if made.hits and made.hits[0].fact.obs.measure is Measure.TARGET else None


def _stated_share(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A share that the summary itself states: 占全市国内生产总值的52.9%."""
    content = tuple(bare for piece in query.content if (bare := piece.replace("占", " ").strip()))
    if not content or finder.faint(content) or query.unit not in (None, "percent"):
        return None
    asked = amend(query, kind=Kind.RATE, measures=(Measure.RATE,), content=content, parts=())
    made = figures.one(asked, finder.figures(content, docs), None, finder.limits)
    stated = made.hits and "占" in made.hits[0].fact.obs.indicator and made.hits[0].recall >= _SURELY
    return made if stated else None


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
    wanted = {measure for measure, cost in costs.FITS[query.kind].items() if cost == 0}
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


def _sources(query: Query, docs: Sequence[DocumentInfo]) -> Plan:
    """Where all figures come from, asked without any one of them: the documents that were read."""
    titles = [f"《{doc.title}》" for doc in sorted(docs, key=end, reverse=True)]
    more = f"等{len(titles)}份文件" if len(titles) > _MOST_TITLES else ""
    return Plan(
        Status.ANSWERED, query.kind, query, reason=f"数字都出自读过的总结：{'、'.join(titles[:_MOST_TITLES])}{more}。"
    )


def _in_words(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    return words.said(query, finder, docs)


def _spoken(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A trend that only a sentence tells of."""
    lines = words.either(query, finder, docs) or (words.best_lines(query, finder, docs) if len(docs) < 2 else [])
    return Plan(Status.ANSWERED, query.kind, query, lines=tuple(lines)) if lines else None


__all__ = ["Finder", "among", "apart", "common_time", "decide", "one", "one_place"]
