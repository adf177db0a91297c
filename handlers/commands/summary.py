"""Commands that show the latest summary: overview, sectors, progress, difficulties, source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from handlers.clauses import clause
from handlers.commands.turn import Turn
from handlers.messages import Button, Reply
from knowledge.inquiry import say_period
from knowledge.model import DocumentInfo, Fact, Measure, WorkStatus
from knowledge.store.people import Press

HEADLINES = 8
_STATUS_NAMES = {
    WorkStatus.BEHIND: "滞后",
    WorkStatus.IN_PROGRESS: "推进中",
    WorkStatus.PLANNED: "计划中",
    WorkStatus.DONE: "已完成",
    WorkStatus.UNKNOWN: "未说明",
}


def overview(turn: Turn) -> Reply:
    """The latest summary on one screen."""
    doc = _latest(turn)
    if doc is None:
        return turn.say("no_summary")
    shelf = turn.services.library.shelf
    counts = Counter(item.status for item in shelf.work_items(doc.doc_id))
    works = "，".join(f"{name} {counts[status]} 项" for status, name in _STATUS_NAMES.items() if counts[status])
    reply = turn.page(
        "overview",
        _buttons(行业="sectors", 进展="progress", 困难="difficulties"),
        (Button("导出全部", Press("xlsx_all", "")),),
        doc=doc,
        period=say_period(doc.time_period),
        lines=list(_headlines(turn.services.library.figures(doc))),
        works=works,
        difficulties=len(shelf.difficulties(doc.doc_id)),
    )
    return _shown(reply, turn)


def sectors(turn: Turn) -> Reply:
    """Every sector's figures of the indicator that most sectors have."""
    doc = _latest(turn)
    facts = [fact for fact in turn.services.library.figures(doc) if fact.obs.activity] if doc else []
    spread: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in facts:
        spread[fact.obs.indicator, str(fact.obs.time_period)].add(fact.obs.activity or "")
    if doc is None or not spread:
        return turn.say("nothing" if doc else "no_summary")
    indicator, period = max(spread, key=lambda key: len(spread[key]))
    chosen = [fact for fact in facts if (fact.obs.indicator, str(fact.obs.time_period)) == (indicator, period)]
    bars = next((fact for fact in chosen if fact.obs.measure is Measure.GROWTH), chosen[0])
    row = (
        Button("对比图", Press("bars", f"{doc.doc_id}:{bars.obs_id}")),
        Button("导出表格", Press("xlsx", ",".join(f"{doc.doc_id}:{fact.obs_id}" for fact in chosen))),
    )
    title = say_period(chosen[0].obs.time_period)
    reply = turn.page("sectors", row, doc=doc, period=title, indicator=indicator, rows=_by_sector(chosen))
    return _shown(reply, turn)


def progress(turn: Turn) -> Reply:
    """Work items, those behind schedule first."""
    doc = _latest(turn)
    items = turn.services.library.shelf.work_items(doc.doc_id) if doc else []
    if doc is None or not items:
        return turn.say("nothing" if doc else "no_summary")
    groups = [(name, [item for item in items if item.status is status]) for status, name in _STATUS_NAMES.items()]
    reply = turn.page(
        "progress", doc=doc, period=say_period(doc.time_period), groups=[(name, kept) for name, kept in groups if kept]
    )
    rated = turn.services.library.annual_rates(doc)
    row = (Button("进度图", Press("progress_chart", "")),) if rated else ()
    return _shown(reply.with_rows(row), turn)


def difficulties(turn: Turn) -> Reply:
    """The problems that the latest summary states."""
    doc = _latest(turn)
    items = turn.services.library.shelf.difficulties(doc.doc_id) if doc else []
    if doc is None or not items:
        return turn.say("nothing" if doc else "no_summary")
    return _shown(turn.page("difficulties", doc=doc, period=say_period(doc.time_period), items=items), turn)


def source(turn: Turn) -> Reply:
    """Which summaries are read."""
    documents = [(doc, say_period(doc.time_period)) for doc in turn.services.library.documents()]
    return _shown(turn.page("source", documents=documents, revision=turn.services.library.revision), turn)


def _latest(turn: Turn) -> DocumentInfo | None:
    return turn.services.library.latest(turn.bureau)


def _shown(reply: Reply, turn: Turn) -> Reply:
    return replace(reply, figures=True, revision=turn.services.library.revision)


def _buttons(**pages: str) -> tuple[Button, ...]:
    return tuple(Button(label, Press("open", name)) for label, name in pages.items())


def _headlines(facts: Sequence[Fact]) -> Iterable[str]:
    """The first whole-economy figures, each with its growth."""
    growth = {
        (fact.obs.indicator, fact.obs.time_period): fact
        for fact in reversed(facts)
        if fact.obs.measure is Measure.GROWTH and not fact.obs.activity
    }
    seen: set[str] = set()
    for fact in facts:
        obs = fact.obs
        if obs.measure is Measure.LEVEL and not obs.activity and obs.indicator not in seen and len(seen) < HEADLINES:
            seen.add(obs.indicator)
            rate = growth.get((obs.indicator, obs.time_period))
            yield f"{obs.indicator}{clause(fact)}" + (f"，{clause(rate)}" if rate else "")


def _by_sector(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """(sector, its figures), the fastest growing first, masked ones last."""
    rows: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        rows[fact.obs.activity or ""].append(fact)

    def speed(item: tuple[str, list[Fact]]) -> Decimal:
        values = [one.obs.value for one in item[1] if one.obs.measure is Measure.GROWTH and one.obs.value is not None]
        return -values[0] if values else Decimal(10**6)

    return [(name, "，".join(map(clause, kept))) for name, kept in sorted(rows.items(), key=speed)]
