"""work_items: Document, observations -> the tasks that it reports on and how far each is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from knowledge.extract.difficulty import names_problems
from knowledge.extract.listing import title_of
from knowledge.extract.state import DONE, PLANNED, UNKNOWN, is_figures, is_plan, rate_of, share_gone, status_of
from knowledge.extract.units import Unit, units
from knowledge.extract.words import words
from knowledge.model import (
    Difficulty,
    Document,
    Measure,
    Observation,
    Paragraph,
    ParagraphKind,
    Span,
    WorkItem,
    WorkStatus,
)

_NAME_COLUMN = re.compile(r"项目|名称|任务|事项|工程|园区|内容")
_STATE_COLUMN = re.compile(r"进展|进度|状态|完成情况|建设情况|推进情况|形象")
_SHORTEST = 6
_GLOSS = re.compile(r"[：:]\s*指|是指|”指")  # a footnote that explains a word
_LEADS_IN = re.compile(r"^[表图]\s*\d|(?:如下|见下表|见表\s*\d*|如下表)[：:。]?$|[：:]$")  # 各项目进展如下：
_NUMBERED = re.compile(r"[（(][一二三四五六七八九十]{1,2}[）)]|[一二三四五六七八九十]{1,2}是")
_WHEN = re.compile("[月底年季春]")  # any deadline has one of these
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]?")
_RATE_NAME = re.compile(r"完成率|竣工率|进度")


def work_items(
    document: Document, observations: Sequence[Observation], problems: Sequence[Difficulty]
) -> tuple[WorkItem, ...]:
    """Every task with its status, in the order of the document; problems and plain figures are left out."""
    admitted = {difficulty.paragraph: difficulty.span.start for difficulty in reversed(problems)}
    rates, gone = _rates(observations), share_gone(document)
    found = (
        item
        for paragraph in document.paragraphs
        for item in _of_paragraph(document, paragraph, rates.get(paragraph.index, ()), gone)
    )
    return tuple(item for item in found if item.span.end <= admitted.get(item.paragraph, item.span.end))


def _of_paragraph(
    document: Document, paragraph: Paragraph, rates: Sequence[Observation], gone: Decimal | None
) -> Iterator[WorkItem]:
    if paragraph.kind is ParagraphKind.TABLE_ROW:
        yield from _of_row(document, paragraph, gone)
    if paragraph.kind is not ParagraphKind.TEXT or not paragraph.section or any(map(names_problems, paragraph.section)):
        return
    text = document.text
    found = (_item(text, paragraph, unit, rates, gone) for unit in units(text, paragraph))
    yield from _merged(text, [item for item in found if item is not None])


def _item(
    whole: str, paragraph: Paragraph, unit: Unit, rates: Sequence[Observation], gone: Decimal | None
) -> WorkItem | None:
    span, section, subject = unit
    text = span.of(whole)
    if (
        len(text) < _SHORTEST
        or _leads_in(text)
        or text.startswith(("各位", "让我们"))
        or ("指" in text and _GLOSS.search(text))
    ):
        return None
    plan, heading = _told_by(section)
    rate = rate_of(text) or (_observed_rate(span, rates) if rates else None)
    if not plan and subject is None and rate is None and is_figures(text):
        return None
    status = PLANNED if plan else status_of(text, rate, gone)
    if not plan and status is UNKNOWN and paragraph.head is None:
        return None  # no word on how far it is, where no head says what is worked on
    own = (_NUMBERED.match(text) and heading not in text) or not (paragraph.head or len(section) > 1)
    head = title_of(text) if own else heading
    return WorkItem(
        subject or head, section, status, text, paragraph.index, span, _deadline(text, status), subject, rate
    )


def _leads_in(text: str) -> bool:
    """Whether a sentence only leads to a table or a list; a look for what it has to have saves most of the search."""
    may = "表" in text or "如下" in text or text.endswith(("：", ":")) or text.startswith("图")
    return may and _LEADS_IN.search(text) is not None


@lru_cache(4096)
def _told_by(section: tuple[str, ...]) -> tuple[bool, str]:
    """What a section tells of the work in it: whether it is still to be done, and what it is."""
    return is_plan(section), title_of(section[-1], whole=True) if section else ""


def _rates(observations: Sequence[Observation]) -> dict[int, list[Observation]]:
    """The completion rates of each paragraph."""
    found: dict[int, list[Observation]] = {}
    for seen in observations:
        if seen.measure is Measure.RATE and seen.unit == "%" and _RATE_NAME.search(seen.indicator):
            found.setdefault(seen.paragraph, []).append(seen)
    return found


def _observed_rate(span: Span, rates: Sequence[Observation]) -> Decimal | None:
    return next((seen.value for seen in rates if span.start <= seen.span.start < span.end), None)


def _deadline(text: str, status: WorkStatus) -> str | None:
    """When it is to be finished, as written; looked for after the word that announces it."""
    if status is DONE:
        return None
    if not _WHEN.search(text):
        return None
    planned = words("status")["planned"].search(text)
    if planned is None and status is not PLANNED:
        return None
    start = planned.start() if planned else 0
    found = words("status")["deadline"].search(text, start) or words("status")["deadline"].search(text)
    return found["when"] if found else None


def _merged(text: str, items: Sequence[WorkItem]) -> Iterator[WorkItem]:
    """Neighbours of one paragraph that share title and status are one task told in several sentences."""
    run: list[WorkItem] = []
    for item in items:
        if run and not _is_same(run[0], item):
            yield _joined(text, run)
            run = []
        run.append(item)
    if run:
        yield _joined(text, run)


def _is_same(one: WorkItem, other: WorkItem) -> bool:
    alike = one.subject is None is other.subject and one.title == other.title and one.status is other.status
    return alike and not _NUMBERED.match(other.text)


def _joined(text: str, run: Sequence[WorkItem]) -> WorkItem:
    """One item of several; the first deadline and rate that are told hold for all."""
    first = run[0]
    if len(run) == 1:
        return first
    span = Span(first.span.start, run[-1].span.end)
    deadline = next((item.deadline for item in run if item.deadline), None)
    rate = next((item.rate for item in run if item.rate), run[-1].rate)
    return WorkItem(
        first.title, first.section, first.status, span.of(text), first.paragraph, span, deadline, None, rate
    )


def _of_row(document: Document, paragraph: Paragraph, gone: Decimal | None) -> Iterator[WorkItem]:
    """A row of a table that gives projects with how far they are."""
    name = next((i for i, head in enumerate(paragraph.header) if _NAME_COLUMN.search(head)), None)
    state = next((i for i, head in enumerate(paragraph.header) if _STATE_COLUMN.search(head)), None)
    if name is None or state is None or name == state or max(name, state) >= len(paragraph.cells):
        return
    title, told = (paragraph.cells[i].of(document.text) for i in (name, state))
    if title and told:
        rate, of_what = rate_of(f"{paragraph.header[state]}{told}"), ""
        if done := _rate_column(document, paragraph):
            of_what, rate = done
        status = status_of(of_what + told, rate, gone)
        text = paragraph.span.of(document.text)
        yield WorkItem(title, paragraph.section, status, text, paragraph.index, paragraph.span, None, title, rate)


def _rate_column(document: Document, paragraph: Paragraph) -> tuple[str, Decimal] | None:
    """The head of a column of completion rates, and what it gives for a row."""
    for head, cell in zip(paragraph.header, paragraph.cells, strict=False):
        found = _PERCENT.fullmatch(cell.of(document.text)) if "完成率" in head else None
        if found:
            return f"{head.split('(')[0].split('（')[0]}，", Decimal(found[1])
    return None
