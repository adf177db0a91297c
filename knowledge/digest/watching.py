"""Watches: for which figures a condition holds, and which of them are to be told, once for each crossing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge.digest.compare import compare
from knowledge.digest.figures import in_unit, key_of
from knowledge.digest.focus import narrow
from knowledge.digest.states import at_places, newest_bureaus
from knowledge.digest.values import Line, Move, Report, State, WorkMove
from knowledge.mailing import Watch, WatchKind
from knowledge.model import Bound, DocumentInfo, Measure, Observation, WorkStatus

_MOST = 50  # bureaus that a watch is checked against at a time


@dataclass(frozen=True, slots=True)
class Sign:
    """One subject of a watch: its stable name, whether the condition holds, and what shows it."""

    subject: str
    holds: bool
    line: Line | None = None
    move: Move | None = None
    work: WorkMove | None = None
    doc: DocumentInfo | None = None
    heads: tuple[str, ...] = ()  # of the columns, where the figure stands in a table


def signs(state: State, watch: Watch) -> list[Sign]:
    """Every subject that the newest documents (of the newest bureaus) speak of and that a watch is about."""
    places = at_places(newest_bureaus(state, _MOST), watch.focus.places)
    digest = narrow(compare(None, places, bureaus=None), watch.focus)
    return [sign for report in digest.reports for sign in _signs(report, watch)]


def crossed(found: list[Sign], told: frozenset[str]) -> tuple[list[Sign], frozenset[str]]:
    """What began to hold and was not told, and all that counts as told from now on.

    What the newest documents do not speak of stays as it was: silence is no crossing.
    """
    new = [sign for sign in found if sign.holds and sign.subject not in told]
    spoken_of = {sign.subject for sign in found}
    return new, frozenset({sign.subject for sign in found if sign.holds} | (told - spoken_of))


def _signs(report: Report, watch: Watch) -> Iterator[Sign]:
    lines = dict.fromkeys((*report.headlines, *report.progress, *report.others))
    lines |= dict.fromkeys(line for table in report.sectors for line in table.lines)
    for line in lines:
        yield from _line_signs(line, report, watch)
    if watch.kind is WatchKind.BEHIND:
        told = [move.now.obs.quote for line in lines if line.behind for move in line.moves]
        for work in report.work:
            if any(_same_sentence(work.now.text, quote) for quote in told):
                continue  # the figure says it already
            yield Sign(
                f"{report.doc.issuer or ''}|work|{work.now.subject or work.now.title}",
                work.now.status is WorkStatus.BEHIND,
                work=work,
                doc=work.doc,
            )


def _same_sentence(text: str, quote: str) -> bool:
    return bool(quote) and (quote in text or text.rstrip("。；，") in quote)


def _line_signs(line: Line, report: Report, watch: Watch) -> Iterator[Sign]:
    subject = "|".join((report.doc.issuer or "", line.ref_area or "", line.indicator, line.activity or ""))
    if watch.kind is WatchKind.BEHIND:
        rate = line.of(Measure.RATE)
        if line in report.progress and rate is not None:
            yield Sign(subject, line.behind, line, rate, doc=report.doc)
        return
    for move in line.moves:
        holds = _holds(move, watch)
        if holds is not None:
            named = f"{subject}|{move.now.obs.measure}{_kind(move)}{_version(move, watch)}"
            heads = report.heads.get(move.now.obs.paragraph, ())
            yield Sign(named, holds, line, move, doc=report.doc, heads=heads)


def _kind(move: Move) -> str:
    """What tells growth of a month and growth on the month before from the usual one, since January on last year."""
    key = key_of(move.now.obs)
    usual = key.basis in ("", "同比") and key.shape in ("", "since January")
    return "" if usual else f"|{key.basis}|{key.shape}"


def _version(move: Move, watch: Watch) -> str:
    """A change is another subject each time."""
    obs = move.now.obs
    return f"|{obs.time_period}|{obs.value}" if watch.kind is WatchKind.CHANGED else ""


def _holds(move: Move, watch: Watch) -> bool | None:
    """Whether the condition holds for a figure; None where it is not about such a figure, or cannot be told."""
    obs = move.now.obs
    if obs.value is None:
        return None
    if watch.kind is WatchKind.CHANGED:
        return True
    if watch.kind in (WatchKind.NEGATIVE, WatchKind.POSITIVE):
        if obs.measure is not Measure.GROWTH:
            return None
        return obs.value < 0 if watch.kind is WatchKind.NEGATIVE else obs.value > 0
    limit = _limit(watch, obs)
    if limit is None:
        return None
    if watch.kind is WatchKind.BELOW:
        return obs.value < limit and obs.bound is not Bound.AT_LEAST
    return obs.value > limit and obs.bound is not Bound.AT_MOST


_LIMIT = re.compile(r"(?:(?P<measure>[a-z]+):)?(?P<number>-?\d+(?:\.\d+)?)(?P<unit>%|万亿|亿|万)?")


def _limit(watch: Watch, obs: Observation) -> Decimal | None:
    """The limit in an observation's own unit; None where the two are not of one kind."""
    found = _LIMIT.fullmatch(watch.limit or "")
    if found is None or obs.measure is Measure.RANK or (found["measure"] or obs.measure) != obs.measure:
        return None
    if (found["unit"] == "%") != (obs.unit == "%"):
        return None
    return in_unit(Decimal(found["number"]), (found["unit"] or "").replace("%", ""), _magnitude(obs.unit))


def _magnitude(unit: str) -> str:
    return next((word for word in ("万亿", "亿", "万") if unit.startswith(word)), "")
