"""What one state of knowledge says that another did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.digest.figures import by_period, key_of, latest
from knowledge.digest.lines import is_progress, lines_of, sector_tables, told_once
from knowledge.digest.states import by_bureau
from knowledge.digest.values import Correction, Digest, Known, Line, Report, State, Turn
from knowledge.digest.work import difficulty_moves, work_moves
from knowledge.model import DocumentInfo, Fact, Measure

_HEADLINES = 12  # lines kept for the opening; a screen shows fewer, buttons the rest
_FEWEST_HEADLINES = 3  # a summary of a single sector or of bare counts opens with those
_FIRST_BUREAUS = 3  # a first digest opens with the newest few bureaus; the others are named


def compare(before: State | None, after: State, *, bureaus: int | None = _FIRST_BUREAUS) -> Digest:
    """The digest for one who was told `before`, or nothing yet, now that `after` is known.

    A first digest opens with so many bureaus.
    """
    before = before if before and before.known else None
    told = by_bureau(before) if before else {}
    groups = by_bureau(after)
    reports = [
        _report(group, told.get(name, ())) for name, group in groups.items() if _is_news(group, told.get(name, ()))
    ]
    reports.sort(key=lambda report: _age(report.doc), reverse=True)
    shown = reports[:bureaus] if before is None else reports
    heads = {report.doc.doc_id for report in reports}
    known = {known.doc.doc_id for known in before.known} if before else set()
    still = {known.doc.doc_id for known in after.known}
    added = [one.doc for one in after.known if before and one.doc.doc_id not in known | heads]
    return Digest(
        after.revision,
        before is None,
        tuple(report for report in shown if report),
        tuple(added),
        tuple(_corrections(before, after)) if before else (),
        tuple(one.doc for one in before.known if one.doc.doc_id not in still) if before else (),
        tuple(group[-1].doc for group in groups.values()),
    )


def _age(doc: DocumentInfo) -> tuple[int, int]:
    return doc.time_period.end if doc.time_period else (doc.year or 0, 0)


def _is_news(group: Sequence[Known], told: Sequence[Known]) -> bool:
    """Whether the bureau's newest document was not told yet."""
    return group[-1].doc.doc_id not in {known.doc.doc_id for known in told}


def _report(group: Sequence[Known], told: Sequence[Known]) -> Report:
    """The newest document beside those that were told, as they stand now; beside all before it where none was."""
    now, ids = group[-1], {known.doc.doc_id for known in told}
    past = [known for known in group[:-1] if known.doc.doc_id in ids] or list(group[:-1])
    base = past[-1] if past else None
    lines = lines_of(now, latest(past), by_period(group))
    return _arranged(now, base, [line for line in lines if not _nothing_new(line)], told=bool(told))


def _nothing_new(line: Line) -> bool:
    """Told before and not changed since: the same figure of the same period."""
    return all(
        move.turn is Turn.SAME and move.before is not None and move.before.obs.time_period == move.now.obs.time_period
        for move in line.moves
    )


def _arranged(now: Known, base: Known | None, lines: Sequence[Line], *, told: bool) -> Report:
    tables = sector_tables(lines)
    placed = {id(line) for table in tables for line in table.lines}
    tables = told_once(tables)
    progress = [line for line in lines if is_progress(line)]
    placed |= {id(line) for line in progress}
    free = [line for line in lines if id(line) not in placed]
    heads = [line for line in free if _is_head(line)][:_HEADLINES]
    spare = [line for line in free if not _is_head(line)]
    heads += spare[: max(0, _FEWEST_HEADLINES - len(heads))]
    chosen = {id(line) for line in heads}
    return Report(
        now.doc,
        base.doc if base else None,
        tuple(heads),
        tuple(tables),
        tuple(progress),
        tuple(line for line in free if id(line) not in chosen),
        tuple(work_moves(now, base)),
        tuple(difficulty_moves(now, base)),
        now.heads,
        told,
    )


def _is_head(line: Line) -> bool:
    """The whole area's figures with growth or rank open a digest; a bare count does not."""
    return line.activity is None and any(move.now.obs.measure in (Measure.GROWTH, Measure.RANK) for move in line.moves)


def _corrections(before: State, after: State) -> Iterable[Correction]:
    """Figures of documents told before whose value is another one now, that were struck, or added."""
    told = {known.doc.doc_id: known for known in before.known}
    for known in after.known:
        old = told.get(known.doc.doc_id)
        if old is not None and old.facts != known.facts:
            yield from _changed(old.facts, known.facts)


def _changed(old: Sequence[Fact], new: Sequence[Fact]) -> Iterable[Correction]:
    """Pairs of one place in the text that state different values, and what has no place in the older version."""
    places = {(fact.obs.raw_span, fact.obs.measure): fact for fact in new}
    met = set()
    for fact in old:
        after = places.get((fact.obs.raw_span, fact.obs.measure))
        if after is None:
            after = next((one for one in new if _same_thing(one, fact)), None)
        if after is None or _stated(after) != _stated(fact):
            yield Correction(fact, after)
        met.add(id(after))
    yield from (Correction(None, fact) for fact in new if id(fact) not in met and fact.corrected_by)


def _same_thing(one: Fact, other: Fact) -> bool:
    return key_of(one.obs) == key_of(other.obs) and one.obs.time_period == other.obs.time_period


def _stated(fact: Fact) -> tuple[object, ...]:
    obs = fact.obs
    return (obs.indicator, obs.activity, obs.measure, obs.value, obs.unit, obs.bound, obs.time_period)
