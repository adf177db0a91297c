"""Narrowing a digest to what a subscriber wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from knowledge.digest.states import is_of
from knowledge.digest.table import Topic, words
from knowledge.digest.topics import section_number
from knowledge.digest.values import Correction, DifficultyMove, Digest, Line, Report, SectorTable, Step, WorkMove
from knowledge.mailing import Focus
from knowledge.model import DocumentInfo, Fact, Measure

Wanted = Callable[[str], bool]  # whether a text is about it


def narrow(digest: Digest, focus: Focus) -> Digest:
    """The same digest with only what a focus asks for; an empty focus leaves it as it is."""
    if not focus:
        return digest
    reports = tuple(part(report, focus) for report in digest.reports if _placed(report.doc, focus))
    return around(replace(digest, reports=tuple(report for report in reports if report)), focus)


def around(digest: Digest, focus: Focus) -> Digest:
    """A digest whose reports are narrow already, with only the rest that a focus asks for."""
    wide = not (focus.topics or focus.activities or focus.sections or focus.words)
    return replace(
        digest,
        added=tuple(doc for doc in digest.added if _placed(doc, focus)) if wide else (),
        corrections=tuple(one for one in digest.corrections if _corrected(one, focus)),
        withdrawn=tuple(doc for doc in digest.withdrawn if _placed(doc, focus)),
        latest=tuple(doc for doc in digest.latest if _placed(doc, focus)),
        focus=focus,
    )


def _placed(doc: DocumentInfo, focus: Focus) -> bool:
    return not focus.places or is_of(doc, focus.places)


def _corrected(correction: Correction, focus: Focus) -> bool:
    if not _placed(correction.fact.doc, focus):
        return False
    asked = _asked(focus)
    path = correction.fact.obs.section
    if not asked or "更正" in focus.topics or any(section in one for section in focus.sections for one in path):
        return True
    return any(wanted(_fact_text(correction.fact)) for wanted in asked)


def part(report: Report, focus: Focus) -> Report:
    """What a focus asks for of a report. Every wish adds to the report: its part of it, or all that speaks of it."""
    pieces = [_part(report, topic) for topic in _topics(focus) if topic.part]
    asked = _asked(focus)
    pieces += [_about(report, wanted) for wanted in asked]
    pieces += [_inside(report, section) for section in focus.sections]
    if not pieces:
        return report  # a place alone
    return _united(report, pieces)


def _topics(focus: Focus) -> list[Topic]:
    return [topic for key in focus.topics if (topic := words().topic(key))]


def _asked(focus: Focus) -> list[Wanted]:
    """A test for each wish that is not a part: its names, or its own words."""
    names = [topic.names for topic in _topics(focus) if topic.names]
    known = {topic.key for topic in _topics(focus)}
    names += [(word,) for word in (*focus.activities, *focus.words)]
    names += [(key,) for key in focus.topics if key not in known]
    return [_holds(group) for group in names]


def _holds(names: tuple[str, ...]) -> Wanted:
    return lambda text: any(name in text for name in names)


def _part(report: Report, topic: Topic) -> Report:
    """One part of a report, everything else left out."""
    empty = Report(report.doc, report.base, heads=report.heads, told=report.told)
    lines = (*report.headlines, *report.progress, *report.others)
    match topic.part:
        case "sectors":
            return replace(empty, sectors=report.sectors)
        case "ranks":
            ranked = sorted((line for line in lines if line.of(Measure.RANK)), key=lambda line: -line.weight)
            return replace(empty, headlines=tuple(ranked))
        case "progress":
            return replace(empty, progress=report.progress, work=report.work)
        case "behind":
            late = tuple(one for one in report.work if one.step in (Step.BEHIND, Step.STILL))
            return replace(empty, progress=tuple(line for line in report.progress if line.behind), work=late)
        case "difficulties":
            return replace(empty, difficulties=report.difficulties)
    return empty


def _about(report: Report, wanted: Wanted) -> Report:
    """What speaks of a wish; where names do, the sentences that only mention it are left out."""
    lines = (*report.headlines, *report.progress, *report.others)
    named = _lines(lines, lambda line: wanted(_name(line)))
    found = named or _lines(lines, lambda line: any(wanted(_fact_text(one.now)) for one in line.moves))
    sectors = (_sectors(table, wanted) for table in report.sectors)
    return Report(
        report.doc,
        report.base,
        tuple(line for line in found if line not in report.progress),
        tuple(table for table in sectors if table is not None),
        tuple(line for line in found if line in report.progress),
        (),
        tuple(one for one in report.work if wanted(_work_text(one))),
        tuple(one for one in report.difficulties if wanted(_difficulty_text(one))),
        report.heads,
        report.told,
    )


def _inside(report: Report, section: str) -> Report:
    """What stands under a heading that is called by its words or its number."""
    number = section_number(section)

    def within(path: Iterable[str]) -> bool:
        return any(one.startswith((f"{number}、", f"第{number}")) if number else section in one for one in path)

    def told(line: Line) -> bool:
        return any(within(move.now.obs.section) for move in line.moves)

    tables = [SectorTable.of(one.indicator, (row for row in one.ranked if told(row[1]))) for one in report.sectors]
    return Report(
        report.doc,
        report.base,
        tuple(line for line in (*report.headlines, *report.others) if told(line)),
        tuple(table for table in tables if table.lines),
        tuple(line for line in report.progress if told(line)),
        (),
        tuple(one for one in report.work if within(one.now.section)),
        tuple(one for one in report.difficulties if within(one.difficulty.section)),
        report.heads,
        report.told,
    )


def _lines(lines: Iterable[Line], chosen: Callable[[Line], bool]) -> list[Line]:
    return sorted((line for line in lines if chosen(line)), key=lambda line: -line.weight)


def _sectors(table: SectorTable, wanted: Wanted) -> SectorTable | None:
    """The sectors that are asked for; a topic (工业) takes whole tables only by its own part."""
    rows = [row for row in table.ranked if wanted(row[1].activity or "")]
    return SectorTable.of(table.indicator, rows) if rows else None


def _united(report: Report, pieces: list[Report]) -> Report:
    """All pieces in one, nothing twice."""
    return Report(
        report.doc,
        report.base,
        tuple(dict.fromkeys(line for piece in pieces for line in piece.headlines)),
        _merged(table for piece in pieces for table in piece.sectors),
        tuple(dict.fromkeys(line for piece in pieces for line in piece.progress)),
        (),
        tuple(dict.fromkeys(one for piece in pieces for one in piece.work)),
        tuple(dict.fromkeys(one for piece in pieces for one in piece.difficulties)),
        report.heads,
        report.told,
    )


def _merged(tables: Iterable[SectorTable]) -> tuple[SectorTable, ...]:
    """One table for each indicator and span, with the sectors of all its parts."""
    parts: dict[tuple[str, str], dict[tuple[int, Line], None]] = {}
    for table in tables:
        key = (table.indicator, str(table.lines[0].moves[0].now.obs.time_period))
        parts.setdefault(key, {}).update(dict.fromkeys(table.ranked))
    return tuple(SectorTable.of(indicator, rows) for (indicator, _), rows in parts.items())


def _name(line: Line) -> str:
    written = " ".join(one.now.obs.name_text for one in line.moves)
    return f"{line.indicator} {line.activity or ''} {written}"


def _fact_text(fact: Fact) -> str:
    obs = fact.obs
    return f"{obs.indicator} {obs.activity or ''} {obs.name_text} {obs.quote} {' '.join(obs.section)}"


def _work_text(move: WorkMove) -> str:
    return f"{move.now.title} {move.now.subject or ''} {move.now.text}"


def _difficulty_text(move: DifficultyMove) -> str:
    return f"{move.difficulty.title} {move.difficulty.text}"
