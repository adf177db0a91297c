"""A digest set out for reading: a first screen and the pages behind its buttons, as plain strings for the templates."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from handlers.charts import period_label
from handlers.digests import phrases
from knowledge.answer.wording import row as table_row
from knowledge.digest import Correction, DifficultyMove, Digest, Line, Report, SectorTable, Stay, Step, WorkMove
from knowledge.mailing import Focus
from knowledge.model import DocumentInfo, Fact, Measure, Observation

SCREEN = {"headlines": 4, "sectors": 3, "progress": 3, "work": 2, "difficulties": 3}  # lines of the first screen
SHARED = {"headlines": 2, "sectors": 2, "progress": 2, "work": 1, "difficulties": 3}  # where several bureaus share it
ADDED = 6  # documents that are only named
WIDE = dict.fromkeys(SCREEN, 40)  # where a narrow focus was asked for
_SHORT = 60  # characters of a sentence that is shown whole
STEPS = {
    Step.DONE: "已完成",
    Step.BEHIND: "滞后",
    Step.STILL: "仍滞后",
    Step.MOVED: "有进展",
    Step.NEW: "推进中",
}
STAYS = {Stay.NEW: "新提出", Stay.STILL: "仍存在", Stay.GONE: "这次没有再提"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its sign, name, words, and the sentences that it comes from; `source` if of another document."""

    mark: str
    name: str
    words: str
    quotes: tuple[str, ...] = ()
    bar: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A titled part with how many rows a first screen leaves out."""

    key: str
    title: str
    rows: tuple[Row, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One bureau's part of a digest."""

    heading: str  # the bureau, or empty where the document's title names it
    beside: str  # what it is compared with, or empty
    blocks: tuple[Block, ...]
    source: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the templates show."""

    title: str
    opening: str
    sheets: tuple[Sheet, ...]
    corrections: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    quiet: bool = False


def view(digest: Digest, *, full: bool = False) -> View:
    """The first screen of a digest, or all of it. A narrow focus shows all its rows at once."""
    most = WIDE if full or _narrow(digest.focus) else SHARED if len(digest.reports) > 1 else SCREEN
    return View(
        "周报" + (f"（{_focus_words(digest.focus)}）" if digest.focus else ""),
        _opening(digest),
        tuple(_sheet(report, digest, most, full=full or _narrow(digest.focus)) for report in digest.reports),
        tuple(_correction(one) for one in digest.corrections[: 40 if full else 5]),
        _names(digest.withdrawn),
        _names(digest.added),
        digest.quiet,
    )


def _narrow(focus: Focus) -> bool:
    return bool(focus.topics or focus.activities or focus.sections or focus.words)


def _focus_words(focus: Focus) -> str:
    return "、".join((*focus.places, *focus.topics, *focus.activities, *focus.sections, *focus.words))


def _opening(digest: Digest) -> str:
    if digest.quiet:
        return _quiet(digest)
    if digest.first:
        return "这是第一份周报，先报现状；以后只报有变化的。"
    return ""


def _quiet(digest: Digest) -> str:
    if not digest.latest:
        return "还没有收录相关的工作总结。"
    newest = max(digest.latest, key=lambda doc: doc.time_period.end if doc.time_period else (doc.year or 0, 0))
    said = "没有您关注内容的新情况" if _narrow(digest.focus) else "没有新材料，数字与上次相同"
    return f"本期{said}。现行的仍是{document_name(newest)}。"


def _names(documents: tuple[DocumentInfo, ...]) -> tuple[str, ...]:
    """The first of some documents by name, the rest counted."""
    named = tuple(document_name(doc) for doc in documents[:ADDED])
    return (*named, f"……另有 {len(documents) - ADDED} 份") if len(documents) > ADDED else named


def document_name(doc: DocumentInfo) -> str:
    """《…工作总结》."""
    return f"《{doc.title}》"


def _sheet(report: Report, digest: Digest, most: dict[str, int], *, full: bool) -> Sheet:
    blocks = [
        _figures(report, most["headlines"], full=full),
        *(_sectors(table, report, most["sectors"], full=full) for table in report.sectors[: 9 if full else 1]),
        _progress(report, most["progress"], full=full),
        _work(_apart(report), most["work"], full=full),
        _difficulties(report, full=full),
    ]
    beside = ""
    if report.base is not None:
        told = "上次" if report.told else "上期"
        beside = f"与{told}（{phrases.period_name(report.base.time_period, report.doc.time_period)}）相比"
    whose = report.doc.issuer or report.doc.ref_area or ""
    return Sheet(
        "" if whose in report.doc.title else whose,
        beside,
        tuple(block for block in blocks if block.rows),
        document_name(report.doc),
    )


def _figures(report: Report, most: int, *, full: bool) -> Block:
    lines = (*report.headlines, *(report.others if full else ()))
    return _block("figures", "主要指标", [_row(line, report, full=full) for line in lines], most)


def _row(line: Line, report: Report, *, full: bool) -> Row:
    quotes = tuple(dict.fromkeys(_quote(move.now.obs, report) for move in line.moves))
    return Row(phrases.mark(line), phrases.name_of(line, report.doc), phrases.sentence(line, full=full), quotes)


def _quote(obs: Observation, report: Report) -> str:
    """The sentence of a figure; a table row with the heads of its columns."""
    return table_row(obs.quote, report.heads.get(obs.paragraph, ()))


def _block(key: str, title: str, rows: list[Row], most: int) -> Block:
    return Block(key, title, tuple(rows[:most]), max(0, len(rows) - most))


def _sectors(table: SectorTable, report: Report, most: int, *, full: bool) -> Block:
    growths = [line.of(Measure.GROWTH) for line in table.lines]
    top = max((one.now.obs.value or Decimal(0) for one in growths if one), default=Decimal(0))
    rows = [_sector_row(place, line, top, report, full=full) for place, line in table.ranked]
    title = f"分行业增速（{table.indicator}）"
    if len(rows) <= most + 1:
        return Block("sectors", title, tuple(rows))
    last = len(rows) - 1 - sum(_is_rest(line) for line in table.lines)
    return Block("sectors", title, (*rows[:most], rows[last]), len(rows) - most - 1)


def _sector_row(place: int, line: Line, top: Decimal, report: Report, *, full: bool) -> Row:
    mark = "·" if _is_rest(line) else f"{place}."
    quotes = (_quote(line.moves[0].now.obs, report),)
    return Row(mark, "", phrases.sector_row(line, full=full), quotes, phrases.bar(line, top))


def _is_rest(line: Line) -> bool:
    """其他行业 is no sector of its own."""
    return (line.activity or "").startswith(("其他", "其它"))


def _progress(report: Report, most: int, *, full: bool) -> Block:
    lines = sorted(report.progress, key=lambda line: (not line.behind, -line.weight))
    return _block("progress", "任务进度", [_row(line, report, full=full) for line in lines], most)


def _apart(report: Report) -> tuple[WorkMove, ...]:
    """Work items less those whose sentence the rows on progress tell already."""
    told = [move.now.obs.quote for line in report.progress for move in line.moves]
    return tuple(one for one in report.work if not any(_within(one.now.text, quote) for quote in told))


def _within(text: str, quote: str) -> bool:
    return bool(quote) and (quote in text or text.rstrip("。；，") in quote)


_ORDINAL = re.compile(r"^(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+是|\d+[.、．])")


def _work(moves: tuple[WorkMove, ...], most: int, *, full: bool) -> Block:
    """What is behind comes first; a first screen only counts what is done or has come on."""
    order = (Step.BEHIND, Step.STILL, Step.DONE, Step.MOVED, Step.NEW)
    chosen = sorted(moves, key=lambda one: order.index(one.step))
    if full:
        return Block("work", "工作事项", tuple(_work_row(one) for one in chosen[:most]), max(0, len(chosen) - most))
    late = [one for one in chosen if one.step in order[:2]]
    counts = Counter(one.step for one in chosen)
    told = [f"{STEPS[step]}{counts[step]}项" for step in (Step.DONE, Step.MOVED) if counts[step]]
    summary = [Row("✔", "", "，".join(told))] if told else []
    return Block("work", "工作事项", (*(_work_row(one) for one in late[:most]), *summary), max(0, len(late) - most))


def _work_row(move: WorkMove) -> Row:
    sign = {Step.BEHIND: "⚠", Step.STILL: "⚠", Step.DONE: "✔"}.get(move.step, "·")
    words = move.now.text if len(move.now.text) <= _SHORT else move.now.title
    return Row(sign, STEPS[move.step], words, (move.now.text,))


def _difficulties(report: Report, *, full: bool) -> Block:
    """One row each in full; on a first screen one row for the new, the lasting, and those not stated again."""
    first = report.base is None
    if full:
        rows = [_difficulty_row((one,), "" if first else STAYS[one.stay]) for one in report.difficulties]
    else:
        groups = {stay: tuple(one for one in report.difficulties if one.stay is stay) for stay in STAYS}
        rows = [_difficulty_row(group, "" if first else STAYS[stay]) for stay, group in groups.items() if group]
    return Block("difficulties", "困难问题", tuple(rows))


def _difficulty_row(moves: tuple[DifficultyMove, ...], name: str) -> Row:
    titles = "；".join(one.difficulty.title for one in moves)
    quotes = tuple(_ORDINAL.sub("", one.difficulty.text) for one in moves)
    gone = moves[0].stay is Stay.GONE
    return Row("·", name, titles, quotes, source=document_name(moves[0].doc) if gone else "")


def _correction(one: Correction) -> str:
    before, after, obs = one.before, one.after, one.fact.obs
    named = f"{obs.name}（{period_label(obs.time_period)}）"
    by = f"（{after.corrected_by}，{(after.corrected_at or '')[:10]}）" if after and after.corrected_by else ""
    if before is None:
        return f"{named}补报{_said(one.fact)}{by}"
    if after is None:
        return f"{named}原报{_said(before)}，现已删去"
    return f"{named}原报{_said(before)}，现更正为{_said(after)}{by}"


def _said(fact: Fact) -> str:
    obs = fact.obs
    if obs.measure is Measure.GROWTH and obs.value is not None:
        return phrases.grown(obs)
    return f"第{phrases.figure(obs)}位" if obs.measure is Measure.RANK else phrases.figure(obs)
