"""Which of many documents are looked into for a question, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.inquiry import ONE_FIGURE, Query
from knowledge.model import DocumentInfo, Period

FEW = 3  # documents of one place that are looked into first
ENOUGH = 12  # documents of one place after which no other is waited for
PLACES = 4  # places whose latest documents are looked into first where none is named


def likely(query: Query, docs: Sequence[DocumentInfo]) -> tuple[DocumentInfo, ...]:
    """The documents of the time asked for, else the latest, the likeliest first; of several places one of each."""
    if query.periods:
        return tuple(dict.fromkeys(doc for period in query.periods[:4] for doc in _first(_nearest(period, docs))))
    return tuple(_first(reversed(docs)))


def by_area(docs: Iterable[DocumentInfo]) -> dict[str | None, tuple[DocumentInfo, ...]]:
    """The documents of each place."""
    out: dict[str | None, list[DocumentInfo]] = {}
    for doc in docs:
        out.setdefault(doc.ref_area, []).append(doc)
    return {area: tuple(own) for area, own in out.items()}


def alone(query: Query, likely: Sequence[DocumentInfo]) -> bool:
    """Whether the likeliest document may answer without a look at the others: one place, one time, one figure."""
    place = likely[0].ref_area
    return query.kind in ONE_FIGURE and len(query.periods) < 2 and all(doc.ref_area == place for doc in likely)


def _nearest(period: Period, docs: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """The documents that report on a period, then those of about its time."""
    wanted = _months(period.end)
    near = [doc for doc in docs if doc.time_period and abs(_months(doc.time_period.end) - wanted) <= 12]
    return sorted(near, key=lambda doc: (doc.time_period != period, abs(end(doc) - wanted)))


def _first(docs: Iterable[DocumentInfo]) -> list[DocumentInfo]:
    """The first few of one place; where the first ones are of several places, one of each."""
    of_place: dict[str | None, list[DocumentInfo]] = {}
    for doc in docs:
        of_place.setdefault(doc.ref_area, []).append(doc)
        if len(of_place) == PLACES or len(of_place[doc.ref_area]) > ENOUGH:
            break
    if len(of_place) > 1:
        return [found[0] for found in of_place.values()]
    return [doc for found in of_place.values() for doc in found[:FEW]]


def end(doc: DocumentInfo) -> int:
    """A number that grows with the end of what a document reports on."""
    return _months(doc.time_period.end) if doc.time_period else 0


def _months(day: tuple[int, int]) -> int:
    return day[0] * 12 + day[1]
