"""Buttons under figures: charts, workbooks, and where a figure comes from. These may take seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers.commands.turn import Turn
from handlers.messages import Attachment, Reply
from handlers.render import render_page
from knowledge.ask import Context
from knowledge.inquiry import say_period
from knowledge.model import Citation, Fact, Measure

_DRAWING = threading.Lock()  # one drawing at a time: the fonts' caches are shared
_MEASURES = {Measure.GROWTH: "增速", Measure.RATE: "完成率", Measure.RANK: "排名"}


def trend(turn: Turn) -> Reply:
    """The same figure over the periods."""
    fact = _fact(turn)
    if fact is None:
        return turn.say("old")
    from handlers.charts import trend as draw

    facts = turn.services.library.same_series(fact)
    return _picture(turn, lambda: draw(facts, f"{_name(fact)}走势"), f"{_name(fact)}走势")


def bars(turn: Turn) -> Reply:
    """The same indicator of every sector."""
    fact = _fact(turn)
    if fact is None:
        return turn.say("old")
    from handlers.charts import sectors as draw

    title = f"{say_period(fact.obs.time_period)}各行业{fact.obs.indicator}{_MEASURES.get(fact.obs.measure, '')}"
    facts = turn.services.library.same_kind(fact)
    return _picture(turn, lambda: draw(facts, title), title)


def progress_chart(turn: Turn) -> Reply:
    """Completion rates against the share of the year that has gone."""
    doc = turn.services.library.latest(turn.bureau)
    facts = [fact for fact in turn.services.library.figures(doc) if fact.obs.measure is Measure.RATE] if doc else []
    if doc is None or not facts:
        return turn.say("nothing")
    from handlers.charts import progress as draw

    title = f"{say_period(doc.time_period)}完成进度"
    return _picture(turn, lambda: draw(facts[:12], title), title)


def xlsx(turn: Turn) -> Reply:
    """The figures of an answer as a workbook."""
    facts = [fact for name in turn.value.split(",") if (fact := _named(turn, name))]
    return _workbook(turn, facts, "数字") if facts else turn.say("old")


def xlsx_all(turn: Turn) -> Reply:
    """The whole latest summary as a workbook."""
    library = turn.services.library
    doc = library.latest(turn.bureau)
    if doc is None:
        return turn.say("no_summary")
    from handlers.export import figures_xlsx

    items = [(doc, item) for item in library.shelf.work_items(doc.doc_id)]
    problems = [(doc, one) for one in library.shelf.difficulties(doc.doc_id)]
    content = figures_xlsx(library.figures(doc), items, problems)
    return _file(turn, Attachment(f"{_safe(doc.title)}.xlsx", content), f"《{doc.title}》的全部数字")


def source(turn: Turn) -> Reply:
    """Where the figures of an answer come from: document, headings, the whole sentence."""
    answers, _ = turn.services.library.ask(turn.value, Context(), turn.now)
    citations = [one for answer in answers for one in answer.citations]
    citations += [Citation(fact.doc, fact.obs.quote, fact.obs.section) for answer in answers for fact in answer.facts]
    unique = list({(one.doc.doc_id, one.quote): one for one in citations}.values())[:5]
    if not unique:
        return turn.say("nothing")
    shown = [(citation, say_period(citation.doc.time_period)) for citation in unique]
    reply = turn.page("citation", citations=shown)
    return replace(reply, figures=True)


def _fact(turn: Turn) -> Fact | None:
    return _named(turn, turn.value)


def _named(turn: Turn, name: str) -> Fact | None:
    doc_id, _, obs_id = name.partition(":")
    return turn.services.library.fact(int(doc_id), int(obs_id))


def _name(fact: Fact) -> str:
    return f"{fact.obs.activity or ''}{fact.obs.indicator}{_MEASURES.get(fact.obs.measure, '')}"


def _picture(turn: Turn, draw: Callable[[], bytes], title: str) -> Reply:
    try:
        with _DRAWING:
            content = draw()
    except ImportError:
        return turn.say("chart_missing")
    return _file(turn, Attachment(f"{_safe(title)}.png", content, picture=True), title)


def _workbook(turn: Turn, facts: Sequence[Fact], title: str) -> Reply:
    from handlers.export import figures_xlsx

    return _file(turn, Attachment(f"{title}.xlsx", figures_xlsx(facts)), f"{len(facts)} 个数字，含原文出处")


def _file(turn: Turn, file: Attachment, caption: str) -> Reply:
    html = render_page("say", traditional=turn.traditional, name="done", what=caption).removeprefix("好的：")
    return Reply(html, file=file, figures=True)


def _safe(title: str) -> str:
    return "".join("_" if char in '\\/:*?"<>|\n' else char for char in title)[:60]
