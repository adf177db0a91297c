"""Questions on whole sections and on states: what comes next, problems, which tasks are late, not begun or done."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from knowledge.inquiry import Kind, Line, Plan, Query, amend
from knowledge.lexicon import TABLES
from knowledge.model import DocumentInfo, ParagraphKind, Passage, Span, Status, WorkItem, WorkStatus
from knowledge.plan import words
from knowledge.plan.finder import Finder, end, of_time

_MOST = 12
_MOST_TEXT = 900
_STATES = {
    "pace": WorkStatus.BEHIND,
    "unbegun": WorkStatus.BEHIND,
    "late": WorkStatus.BEHIND,
    "stopped": WorkStatus.BEHIND,
    "done": WorkStatus.DONE,
}


@cache
def _table(name: str) -> dict[str, re.Pattern[str]]:
    rows = tomllib.loads((TABLES / "told.toml").read_text("utf-8"))[name]
    return {key: re.compile(pattern) for key, pattern in rows.items()}


def told(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """What a section or the tasks of a state tell, where the question asks for nothing else."""
    for state, status in _STATES.items():
        if _asks(query.plain, _table(state)["key"]):
            return _tasks(query, finder, docs, state, status)
    if _asks(query.plain, _table("trouble")["key"]):
        return words.said(amend(query, kind=Kind.DIFFICULTY, content=(), parts=()), finder, docs)
    return _coming(query, finder, docs)


def _asks(plain: str, key: re.Pattern[str]) -> bool:
    """Whether the question holds the key and nothing else that could be looked up."""
    rest = key.sub(" ", plain)
    return rest != plain and not re.sub(r"指标|进度|进展", "", _table("filler")["common"].sub("", rest)).strip()


# -- what comes next ---------------------------------------------------------------------------------------------------


def _coming(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """The section on what comes next, whatever it is called."""
    table = _table("plan")
    strong = _asks(query.plain, re.compile(f"{table['key'].pattern}|{table['weak'].pattern}"))
    strong = strong and bool(table["key"].search(query.plain))
    if not strong and not (query.periods and _asks(query.plain, table["weak"])):
        return None
    for doc in _before(query, docs)[:3]:
        if line := _section(doc, finder):
            return Plan(Status.ANSWERED, Kind.LIST, query, lines=(line,))
    nothing = Plan(Status.NOT_FOUND, Kind.LIST, query, reason=table["none"].pattern)
    return nothing if strong and query.periods else None


def _before(query: Query, docs: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """The summaries, latest first, whose plans are for the time asked for; those written within it come last."""
    latest = sorted(docs, key=end, reverse=True)
    if not query.periods:
        return latest
    first, last = query.periods[0].start, query.periods[-1].end
    timed = [doc for doc in latest if doc.time_period]
    ahead = [doc for doc in timed if _just_before(doc, first)]
    within = [doc for doc in timed if doc.time_period and first <= doc.time_period.end < last]
    return ahead + within + [doc for doc in latest if not doc.time_period]


def _just_before(doc: DocumentInfo, first: tuple[int, int]) -> bool:
    """Whether a summary's plans reach to a month: of its own year, or of the next after a whole year."""
    if doc.time_period is None or doc.time_period.end >= first:
        return False
    year, month = doc.time_period.end
    return first[0] == year + (month == 12)


def _section(doc: DocumentInfo, finder: Finder) -> Line | None:
    table = _table("plan")
    passages = finder.passages(doc)
    for passage in reversed(passages):
        text = passage.text.strip("# *")
        heads = passage.paragraph.kind is ParagraphKind.HEADING and text != doc.title
        if heads and table["heading"].search(text) and not table["not_heading"].search(text):
            return words.under(passage, finder)
    for passage in reversed(passages):
        if passage.paragraph.kind is ParagraphKind.TEXT and table["opening"].search(passage.text):
            text = passage.text.strip()[:_MOST_TEXT]
            return Line(passage, text, 1, 1, passage.paragraph.section, passage.text)
    return None


# -- tasks of a state --------------------------------------------------------------------------------------------------


def _tasks(query: Query, finder: Finder, docs: Sequence[DocumentInfo], state: str, status: WorkStatus) -> Plan:
    """The tasks of a state, each with its own clause."""
    table = _table(state)
    for doc in of_time(query, docs)[:1]:
        rows = _clauses(doc, finder, table["item"], status)
        if state in ("late", "pace"):
            rows = _joined(_behind(doc, finder, rates=state == "pace"), rows)
        if rows:
            items = tuple((doc, row) for row in rows[:_MOST])
            return Plan(Status.ANSWERED, Kind.PROGRESS, query, work_items=items, reason=table["lead"].pattern)
    return Plan(Status.NOT_FOUND, Kind.PROGRESS, query, reason=table["none"].pattern)


def _behind(doc: DocumentInfo, finder: Finder, rates: bool) -> list[WorkItem]:
    """The tasks that reading found to be late; with `rates` only those whose completion rate or pace says so."""
    late = [item for item in finder.work_items(doc) if item.status is WorkStatus.BEHIND]
    late = [item for item in late if not rates or item.rate is not None or "序时" in item.text]
    return [item if item.subject else replace(item, title=_title(item.text)) for item in late]


def _joined(first: Sequence[WorkItem], others: Sequence[WorkItem]) -> list[WorkItem]:
    """Both, in the order of the document, nothing twice: of two that overlap the shorter."""
    out: list[WorkItem] = []
    for item in sorted((*first, *others), key=lambda item: (len(item.text), item.span)):
        if not any(item.span.start < other.span.end and other.span.start < item.span.end for other in out):
            out.append(item)
    return sorted(out, key=lambda item: item.span)


def _clauses(doc: DocumentInfo, finder: Finder, wanted: re.Pattern[str], status: WorkStatus) -> list[WorkItem]:
    """The clauses on single tasks that tell of a state, outside plans and problems."""
    problems = {row.paragraph for row in finder.difficulties(doc)}
    planned = _table("clause")["planned"]
    out = []
    for passage in finder.passages(doc):
        if passage.paragraph.kind is not ParagraphKind.TEXT or _set_aside(passage) or not wanted.search(passage.text):
            continue
        if passage.paragraph.index in problems:
            continue
        for start, text in _pieces(passage.text):
            if wanted.search(text) and (status is not WorkStatus.DONE or not planned.search(text)):
                out.append(_item(passage, start, text, status))
    return out


def _set_aside(passage: Passage) -> bool:
    table = _table("plan")
    return any(
        table["heading"].search(head) and not table["not_heading"].search(head) for head in passage.paragraph.section
    )


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The clauses of a paragraph, each from one named task to the next, with where they start."""
    subject = _table("clause")["subject"]
    for sentence in re.finditer("[^。；;]+", text):
        start = sentence.start()
        for comma in re.finditer("[，,]", sentence[0]):
            at = sentence.start() + comma.end()
            part = re.split("[，,]", text[at : sentence.end()])[0]
            if subject.search(part):
                yield start, text[start : at - 1]
                start = at
        yield start, text[start : sentence.end()]


def _item(passage: Passage, start: int, text: str, status: WorkStatus) -> WorkItem:
    table = _table("clause")
    lead = table["lead"].match(text)
    shift = lead.end() if lead else len(text) - len(text.lstrip(" #*"))
    body = text[shift:]
    at = passage.paragraph.span.start + start + shift
    span = Span(at, at + len(body))
    return WorkItem(
        _title(body), passage.paragraph.section, status, body, passage.paragraph.index, span, None, None, None
    )


def _title(text: str) -> str:
    """What a clause is about: its words up to the first that tell how far it is."""
    stop = _table("clause")["stop"].search(text, 3)
    return (text[: stop.start()] if stop else text[:30]).strip(" *")
