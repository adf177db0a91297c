"""Buttons under figures: charts, workbooks, and where a figure comes from. These may take seconds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers.charts import EDITION
from handlers.commands.turn import Turn
from handlers.messages import Attachment, Button, Reply
from knowledge.inquiry import say_period
from knowledge.model import Citation, DocumentInfo, Fact, Measure
from knowledge.store.people import Press

_DRAWING = threading.Lock()  # one drawing at a time: the fonts' caches are shared
_MEASURES = {Measure.GROWTH: "增速", Measure.RATE: "完成率", Measure.RANK: "排名"}


def trend(turn: Turn) -> Reply:
    """The same figure over the periods."""
    fact = _fact(turn)
    if fact is None:
        return turn.say("old")
    from handlers.charts import trend as draw

    facts = turn.services.library.same_series(fact)
    return _picture(turn, lambda: draw(facts, f"{_name(fact)}走势"), f"{_name(fact)}走势", f"trend:{turn.value}")


def bars(turn: Turn) -> Reply:
    """The same indicator of every sector."""
    fact = _fact(turn)
    if fact is None:
        return turn.say("old")
    from handlers.charts import sectors as draw

    title = f"{say_period(fact.obs.time_period)}各行业{fact.obs.indicator}{_MEASURES.get(fact.obs.measure, '')}"
    facts = turn.services.library.same_kind(fact)
    return _picture(turn, lambda: draw(facts, title), title, f"bars:{turn.value}")


def progress_chart(turn: Turn) -> Reply:
    """Completion rates against the share of the year that has gone."""
    doc = turn.services.library.latest(turn.bureau)
    facts = turn.services.library.annual_rates(doc) if doc else []
    if doc is None or not facts:
        return turn.say("nothing")
    from handlers.charts import progress as draw

    title = f"{say_period(doc.time_period)}完成进度"
    return _picture(turn, lambda: draw(facts[:12], title, doc.time_period), title, f"progress:{doc.doc_id}")


def xlsx(turn: Turn) -> Reply:
    """The figures of an answer as a workbook."""
    facts = [fact for name in turn.value.split(",") if (fact := _named(turn, name))]
    return _workbook(turn, facts, "数字") if facts else turn.say("old")


def xlsx_section(turn: Turn) -> Reply:
    """Everything that stands under the same first heading as a figure, as a workbook."""
    fact = _fact(turn)
    if fact is None or not fact.obs.section:
        return turn.say("old")
    head = fact.obs.section[0]
    return _everything(turn, fact.doc, f"{fact.doc.title} {head}", lambda section: section[:1] == (head,))


def xlsx_all(turn: Turn) -> Reply:
    """A whole summary as a workbook, the latest if none is named."""
    library = turn.services.library
    named = next((doc for doc in library.documents() if str(doc.doc_id) == turn.value), None)
    doc = named or library.latest(turn.bureau)
    return turn.say("no_summary") if doc is None else _everything(turn, doc, doc.title, lambda section: True)


def _everything(turn: Turn, doc: DocumentInfo, title: str, within: Callable[[Sequence[str]], bool]) -> Reply:
    """The figures, work items and difficulties of the sections that are meant."""
    from handlers.export import figures_xlsx

    library = turn.services.library
    facts = [fact for fact in library.figures(doc) if within(fact.obs.section)]
    items = [(doc, item) for item in library.shelf.work_items(doc.doc_id) if within(item.section)]
    problems = [(doc, one) for one in library.shelf.difficulties(doc.doc_id) if within(one.section)]
    caption = f"《{title}》：数字 {len(facts)} 个，工作事项 {len(items)} 项，困难问题 {len(problems)} 条，含原文出处"
    return _file(turn, Attachment(f"{_safe(title)}.xlsx", figures_xlsx(facts, items, problems)), caption)


def source(turn: Turn) -> Reply:
    """Where an answer comes from: document, headings, the whole sentences."""
    kept = json.loads(turn.value)
    documents = {doc.doc_id: doc for doc in turn.services.library.documents()}
    cited = [Citation(documents[id], quote, tuple(section)) for id, quote, section in kept["cited"] if id in documents]
    if not cited:
        return turn.say("old")
    shown = [(citation, say_period(citation.doc.time_period)) for citation in cited]
    row = [Button("导出本节", Press("xlsx_section", kept["figure"]))] if kept["figure"] else []
    row.append(Button("导出全文数字", Press("xlsx_all", str(cited[0].doc.doc_id))))
    reply = turn.page("citation", tuple(row), citations=shown)
    return replace(reply, figures=True, revision=turn.services.library.revision)


def _fact(turn: Turn) -> Fact | None:
    return _named(turn, turn.value)


def _named(turn: Turn, name: str) -> Fact | None:
    doc_id, _, obs_id = name.partition(":")
    return turn.services.library.fact(int(doc_id), int(obs_id))


def _name(fact: Fact) -> str:
    return f"{fact.obs.name}{_MEASURES.get(fact.obs.measure, '')}"


def _picture(turn: Turn, draw: Callable[[], bytes], title: str, what: str) -> Reply:
    """A picture, drawn unless the channel holds it from before; `what` it shows changes with the revision only."""

    def drawn() -> bytes:
        with _DRAWING:
            return draw()

    key = f"{EDITION}:{turn.services.library.revision}:{what}"
    file = Attachment(f"{_safe(title)}.png", picture=True, key=key, make=drawn)
    try:
        if not turn.services.people.sent.find(turn.who.channel, file.fingerprint):
            file = replace(file, content=drawn())
    except ImportError:
        return turn.say("chart_missing")
    return _file(turn, file, title)


def _workbook(turn: Turn, facts: Sequence[Fact], title: str) -> Reply:
    from handlers.export import figures_xlsx

    return _file(turn, Attachment(f"{title}.xlsx", figures_xlsx(facts)), f"{len(facts)} 个数字，含原文出处")


def _file(turn: Turn, file: Attachment, caption: str) -> Reply:
    return replace(turn.say("file", what=caption), file=file, figures=True)


def _safe(title: str) -> str:
    return "".join("_" if char in '\\/:*?"<>|\n' else char for char in title)[:60]
