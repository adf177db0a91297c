"""Plan -> Answer: what is said, as plain values that a template lays out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from knowledge.answer import wording
from knowledge.inquiry import Hit, Kind, Line, Plan
from knowledge.model import Answer, Bound, Citation, DocumentInfo, Fact, Measure, Option, Status

_SHORT = 175  # characters of a reply about one figure, its frame of some 20 left out
_MOST = 1100  # characters of quotes in one reply


Heads = Mapping[tuple[int, int], tuple[str, ...]]  # (document, paragraph) of a table row -> the heads of its columns


def compose(plan: Plan, heads: Heads | None = None, *, apart: bool = False) -> Answer:
    """What is said for a plan; `heads` are those of the table rows that its figures stand in.

    With `apart` each figure is told with its place: several places are known.
    """
    made = _answered(plan, heads or {}, apart) if plan.status not in _MAKERS else _MAKERS[plan.status](plan)
    return _dress(made, plan)


def _dress(made: Answer, plan: Plan) -> Answer:
    query = plan.query
    trace = (
        f"问题 {query.text}",
        f"理解 {query.plain}",
        f"类型 {plan.kind} 要素 {'、'.join(query.content)}",
        f"时间 {'、'.join(map(str, query.periods))} 线索 {'、'.join(query.cues)}",
        *plan.trace,
    )
    marks = filter(None, map(wording.corrected, made.facts))
    slots = {"notes": [*query.notes, *made.slots.get("notes", []), *marks]}  # type: ignore[misc]
    return Answer(
        status=made.status,
        template=made.template,
        slots=made.slots | slots,
        facts=made.facts,
        work_items=plan.work_items,
        difficulties=plan.difficulties,
        citations=made.citations,
        options=made.options,
        suggestions=made.suggestions,
        traditional=query.traditional,
        explanation=trace,
    )


def _answered(plan: Plan, heads: Heads, apart: bool) -> Answer:
    if plan.kind is Kind.TALK:
        return Answer(plan.status, "talk", {"talk": plan.query.talk})
    if plan.hits:
        return (_one if len(plan.hits) == 1 and plan.result is None else _several)(plan, heads, apart)
    return _quoted(plan)


def _one(plan: Plan, heads: Heads, apart: bool) -> Answer:
    """One figure: a line that answers, what belongs to it, its sentence."""
    fact = plan.hits[0].fact
    obs = fact.obs
    lead = f"{_when(fact, apart)}{wording.statement(fact)}"
    beside = [wording.statement(other, subject=other.obs.measure is Measure.RATE) for other in plan.beside]
    notes = [plan.reason] if plan.reason else []
    said = sum(map(len, (lead, *beside, *notes, *plan.query.notes, fact.doc.title))) + len(beside)
    room = min(110, max(40, _SHORT - said - (20 if obs.bound is Bound.MASKED else 0)))
    slots = {
        "lead": lead,
        "beside": beside,
        "masked": obs.bound is Bound.MASKED,
        "excerpt": wording.excerpt(_shown(fact, heads), obs.value_text, room),
        "document": fact.doc.title,
        "notes": notes,
    }
    return Answer(plan.status, "figure", slots, (fact, *plan.beside), citations=(_cite(fact, heads),))


def _when(fact: Fact, apart: bool) -> str:
    """Place and time."""
    told = f"{fact.doc.ref_area or '' if apart else ''}{wording.period(fact.obs.time_period)}"
    return f"{told}，" if told else ""


def cite(fact: Fact) -> Citation:
    """The sentence of a figure."""
    return Citation(fact.doc, fact.obs.quote, fact.obs.section)


def _cite(fact: Fact, heads: Heads) -> Citation:
    return replace(cite(fact), shown=_shown(fact, heads))


def _shown(fact: Fact, heads: Heads) -> str:
    """The sentence of a figure as a person reads it: a table row with the heads of its columns."""
    return wording.row(fact.obs.quote, heads.get((fact.doc.doc_id, fact.obs.paragraph), ()))


def _several(plan: Plan, heads: Heads, apart: bool) -> Answer:
    """Several figures, or a calculation over them, each with its sentence."""
    rows = [f"{_when(hit.fact, apart)}{wording.statement(hit.fact)}" for hit in plan.hits]
    facts = tuple(hit.fact for hit in plan.hits)
    citations = tuple(dict.fromkeys(_cite(fact, heads) for fact in facts))
    slots = {
        "lead": plan.reason,
        "rows": rows,
        "excerpts": list(
            dict.fromkeys(
                (wording.excerpt(_shown(fact, heads), fact.obs.value_text, 70), fact.doc.title) for fact in facts
            )
        )[:4],
        "masked": plan.status is Status.MASKED,
    }
    return Answer(plan.status, "figures", slots, facts, citations=citations)


def _quoted(plan: Plan) -> Answer:
    """Sentences of the summary, as they stand."""
    if plan.difficulties:
        return _difficulties(plan)
    if plan.work_items:
        return _tasks(plan)
    quotes: list[tuple[str, str]] = []
    size = 0
    for line in plan.lines:
        if size + len(line.quote) > _MOST and quotes:
            break
        quotes.append((_told(line), line.passage.doc.title))
        size += len(line.quote)
    citations = tuple(
        Citation(line.passage.doc, line.quote, line.section, _told(line)) for line in plan.lines[: len(quotes)]
    )
    return Answer(plan.status, "quotes", {"lead": plan.reason, "quotes": quotes}, citations=citations)


def _told(line: Line) -> str:
    return wording.row(line.quote, line.passage.paragraph.header)


def _difficulties(plan: Plan) -> Answer:
    rows, size = [], 0
    for doc, difficulty in plan.difficulties:
        text = difficulty.text if size + len(difficulty.text) <= _MOST else ""
        size += len(text)
        rows.append((difficulty.title, text.strip(), doc.title))
    citations = tuple(Citation(doc, difficulty.text, difficulty.section) for doc, difficulty in plan.difficulties)
    return Answer(plan.status, "difficulties", {"lead": plan.reason, "rows": rows}, citations=citations)


def _tasks(plan: Plan) -> Answer:
    rows = [
        (item.title, wording.excerpt(item.text, item.subject or item.title), doc.title) for doc, item in plan.work_items
    ]
    citations = tuple(Citation(doc, item.text, item.section) for doc, item in plan.work_items)
    return Answer(plan.status, "difficulties", {"lead": plan.reason, "rows": rows}, citations=citations)


def _ambiguous(plan: Plan) -> Answer:
    return Answer(plan.status, "ambiguous", {"reason": plan.reason}, options=plan.options)


def _not_found(plan: Plan) -> Answer:
    suggestions = _suggestions(plan.near, plan.near_lines)
    return Answer(
        plan.status,
        "not_found",
        {"reason": plan.reason, "asked": plan.query.text[:60], "place": plan.query.place},
        suggestions=suggestions,
    )


_QUESTIONS = {
    Measure.LEVEL: "是多少",
    Measure.GROWTH: "增速是多少",
    Measure.RANK: "排第几",
    Measure.RATE: "是多少",
    Measure.TARGET: "的目标是多少",
    Measure.CHANGE: "变化多少",
}
_KINDS = {Measure.GROWTH: "增速", Measure.RANK: "排名"}


def _suggestions(near: Sequence[Hit], lines: Sequence[Line]) -> tuple[Option, ...]:
    """The two or three nearest things that are known."""
    out: dict[str, Option] = {}
    for hit in near:
        obs = hit.fact.obs
        about = f"{wording.period(obs.time_period)}{hit.fact.obs.name}"
        label = f"{about}{_KINDS.get(obs.measure, '')}"
        out.setdefault(label, Option(label, f"{about}{_QUESTIONS[obs.measure]}"))
        if len(out) == 3:
            break
    return tuple(out.values())


_MAKERS: dict[Status, Callable[[Plan], Answer]] = {Status.AMBIGUOUS: _ambiguous, Status.NOT_FOUND: _not_found}

__all__ = ["DocumentInfo", "cite", "compose"]
