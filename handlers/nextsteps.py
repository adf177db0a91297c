"""The buttons under an answer: what it makes sense to ask next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from handlers.library import Library
from handlers.messages import Button
from knowledge.inquiry import say_period
from knowledge.model import Answer, Citation, Fact, Measure, Option
from knowledge.store.people import Press

LABEL = 24  # characters of a button
_MEASURES = ((Measure.GROWTH, "增速"), (Measure.RANK, "排名"))
_WORDS = {Measure.GROWTH: "增速是多少", Measure.RANK: "排第几", Measure.TARGET: "目标是多少"}
_COMPARED = (Measure.LEVEL, Measure.GROWTH, Measure.RATE)


def choices(options: Sequence[Option]) -> tuple[tuple[Button, ...], ...]:
    """One row for each choice of a question back, or each suggestion."""
    return tuple((Button(short(one.label), Press("ask", one.question)),) for one in options[:8] if one.label.strip())


def short(label: str) -> str:
    """A label that a phone shows whole."""
    label = " ".join(label.split())
    return label if len(label) <= LABEL else label[: LABEL - 1] + "…"


def next_steps(answers: Sequence[Answer], question: str, library: Library) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons for answers; options first where they ask back."""
    rows = [row for answer in answers for row in choices((*answer.options, *answer.suggestions))][:8]
    facts = [fact for answer in answers for fact in answer.facts]
    more = list(_of_figure(facts[0], library)) if facts else []
    if cited := _cited(answers):
        more.append(Button("出处", Press("source", dump_citations(cited, facts))))
    if facts:
        more.append(Button("导出表格", Press("xlsx", _named(facts))))
    if any(answer.template != "talk" for answer in answers):
        more.append(Button("没答对", Press("bad", f"{' '.join(question.split())[:300]}\n{_said(answers)}")))
    return (*rows, *(tuple(more[at : at + 3]) for at in range(0, len(more), 3)))


def _cited(answers: Sequence[Answer]) -> list[Citation]:
    """What an answer rests on, each sentence once."""
    found = [one for answer in answers for one in answer.citations]
    found += [Citation(fact.doc, fact.obs.quote, fact.obs.section) for answer in answers for fact in answer.facts]
    return list({(one.doc.doc_id, one.quote): one for one in found}.values())[:5]


def dump_citations(citations: Sequence[Citation], facts: Sequence[Fact]) -> str:
    """The sentences themselves, as a button's value: asking again later might find others."""
    rows = [[one.doc.doc_id, one.quote, list(one.section)] for one in citations]
    first = f"{facts[0].doc.doc_id}:{facts[0].obs_id}" if facts and facts[0].obs.section else ""
    return json.dumps({"cited": rows, "figure": first}, ensure_ascii=False)


def _said(answers: Sequence[Answer]) -> str:
    """What was answered, in a line for the editors."""
    return "；".join(str(answer.slots.get("lead") or "") for answer in answers).strip("；")[:200]


def _of_figure(fact: Fact, library: Library) -> Iterator[Button]:
    obs = fact.obs
    siblings = {
        one.obs.measure
        for one in library.figures(fact.doc)
        if (one.obs.indicator, one.obs.activity, one.obs.time_period) == (obs.indicator, obs.activity, obs.time_period)
    }
    for measure, label in _MEASURES:
        if measure in siblings and measure is not obs.measure:
            yield Button(label, Press("ask", f"{_name(fact)}{_WORDS[measure]}"))
    if len(library.same_series(fact)) > 1:
        yield Button("走势图", Press("trend", f"{fact.doc.doc_id}:{fact.obs_id}"))
    if obs.activity and obs.measure in _COMPARED and len(library.same_kind(fact)) > 1:
        yield Button("同类对比", Press("bars", f"{fact.doc.doc_id}:{fact.obs_id}"))


def name_of(fact: Fact) -> str:
    """A figure's name on a button: 医化行业产值增速."""
    kind = {Measure.GROWTH: "增速", Measure.RANK: "排名", Measure.TARGET: "目标"}.get(fact.obs.measure, "")
    return f"{fact.obs.name}{kind}"


def asking(fact: Fact) -> str:
    """The question that a figure answers, of whatever time: the latest when it is asked."""
    return f"{fact.obs.name}{_WORDS.get(fact.obs.measure, '是多少')}"


def _name(fact: Fact) -> str:
    obs = fact.obs
    return f"{obs.ref_area or ''}{say_period(obs.time_period)}{obs.name}"


def _named(facts: Sequence[Fact]) -> str:
    return ",".join(f"{fact.doc.doc_id}:{fact.obs_id}" for fact in facts[:200])
