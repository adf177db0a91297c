"""What one state of knowledge says that another did not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from knowledge.digest.figures import by_period, key_of, latest
from knowledge.digest.lines import is_progress, lines_of, sector_tables, told_once
from knowledge.digest.states import by_bureau
from knowledge.digest.values import Correction, Digest, Known, Line, Report, State, Turn
from knowledge.digest.work import difficulty_moves, work_moves
from knowledge.model import DocumentInfo, Fact, Measure

_HEADLINES = 12  # lines kept for the opening; a screen shows fewer, buttons the rest
_FEWEST_HEADLINES = 3  # a summary of a single sector or of bare counts opens with those
_RECENT = 30  # months before its newest document in which a bureau's older ones can matter
_TRIED = 20  # bureaus that are read at most to find those that say something of what is asked for
MOST_BUREAUS = 3  # of one digest: those with the newest documents; the others are named

Name = tuple[str, str]
Groups = Mapping[Name, Sequence[Known]]
Part = Callable[[Report], Report]


def compare(
    before: State | None, after: State, *, bureaus: int | None = MOST_BUREAUS, part: Part = lambda report: report
) -> Digest:
    """The digest for one who was told `before`, or nothing yet, now that `after` is known.

    It tells of so many bureaus, those with the newest documents of which `part` leaves something; the others are named.
    """
    before = before if before and before.known else None
    told = by_bureau(before) if before else {}
    groups = by_bureau(after)
    news = [name for name, group in groups.items() if _is_news(group, told.get(name, ()))]
    news.sort(key=lambda name: _age(groups[name][-1].doc), reverse=True)
    shown, tried = _reports(news, groups, told, bureaus, part)
    return Digest(
        after.revision,
        before is None,
        shown,
        _added(before, after, {groups[name][-1].doc.doc_id for name in tried}, [groups[name] for name in news]),
        tuple(_corrections(before, after)) if before else (),
        _withdrawn(before, after) if before else (),
        tuple(group[-1].doc for group in groups.values()),
    )


def _reports(
    news: Sequence[Name], groups: Groups, told: Groups, bureaus: int | None, part: Part
) -> tuple[tuple[Report, ...], Sequence[Name]]:
    """The reports that are told, and the bureaus that were looked at for them."""
    shown: list[Report] = []
    for place, name in enumerate(news):
        if bureaus is not None and (len(shown) >= bureaus or place >= _TRIED):
            return tuple(shown), news[:place]
        if report := part(_report(groups[name], told.get(name, ()))):
            shown.append(report)
    return tuple(shown), news


def _added(
    before: State | None, after: State, tried: set[int], news: Sequence[Sequence[Known]]
) -> tuple[DocumentInfo, ...]:
    """Documents that are new and not told of: older ones, and the newest of bureaus for which there was no room."""
    if before is None:
        return tuple(group[-1].doc for group in news if group[-1].doc.doc_id not in tried)
    old = {known.doc.doc_id for known in before.known} | tried
    return tuple(one.doc for one in after.known if one.doc.doc_id not in old)


def _withdrawn(before: State, after: State) -> tuple[DocumentInfo, ...]:
    still = {known.doc.doc_id for known in after.known}
    return tuple(one.doc for one in before.known if one.doc.doc_id not in still)


def _age(doc: DocumentInfo) -> tuple[int, int]:
    return doc.time_period.end if doc.time_period else (doc.year or 0, 0)


def _months(doc: DocumentInfo) -> int:
    year, month = _age(doc)
    return year * 12 + month


def _is_news(group: Sequence[Known], told: Sequence[Known]) -> bool:
    """Whether the bureau's newest document was not told yet."""
    return group[-1].doc.doc_id not in {known.doc.doc_id for known in told}


def _report(group: Sequence[Known], told: Sequence[Known]) -> Report:
    """The newest document beside those that were told, as they stand now; beside all before it where none was."""
    now, ids = group[-1], {known.doc.doc_id for known in told}
    group = [known for known in group if _months(now.doc) - _months(known.doc) <= _RECENT]
    past = [known for known in group[:-1] if known.doc.doc_id in ids] or group[:-1]
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
        if old is not None and old.version != known.version:
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
