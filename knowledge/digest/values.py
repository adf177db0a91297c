"""What the digest is made of, frozen: two states of knowledge go in, one Digest comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from knowledge.mailing import Focus
from knowledge.model import Difficulty, DocumentInfo, Fact, Measure, WorkItem


class Known(Protocol):
    """One document and everything that it states; what is never asked for need not be read."""

    @property
    def doc(self) -> DocumentInfo:
        """The document."""
        ...

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Its figures."""
        ...

    @property
    def work_items(self) -> tuple[WorkItem, ...]:
        """Its work items."""
        ...

    @property
    def difficulties(self) -> tuple[Difficulty, ...]:
        """Its difficulties."""
        ...

    @property
    def heads(self) -> Mapping[int, tuple[str, ...]]:
        """The column heads of its table rows, by paragraph."""
        ...

    @property
    def version(self) -> object:
        """The same for the same content of the same document."""
        ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A document with all that it states at hand."""

    doc: DocumentInfo
    facts: tuple[Fact, ...] = ()
    work_items: tuple[WorkItem, ...] = ()
    difficulties: tuple[Difficulty, ...] = ()
    heads: Mapping[int, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def version(self) -> object:
        """What it states."""
        return self.facts


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one revision, the latest period last."""

    revision: int
    known: tuple[Known, ...] = ()


class Turn(StrEnum):
    """How a figure stands to the one before it."""

    NEW = "new"  # nothing to compare with
    SAME = "same"
    UP = "up"  # for a rank: a better place
    DOWN = "down"
    TO_POSITIVE = "to_positive"  # 由负转正
    TO_NEGATIVE = "to_negative"  # 由正转负
    LONGER = "longer"  # a total over more months: shown beside the old one, never called growth
    CHANGED = "changed"  # other, but not to be subtracted: other unit, or 约, 超
    REVEALED = "revealed"  # was masked
    HIDDEN = "hidden"  # is masked now


@dataclass(frozen=True, slots=True)
class Move:
    """A figure, the one told before, and that of the same months a year ago; `delta` in its unit or points."""

    now: Fact
    before: Fact | None = None
    year_ago: Fact | None = None
    turn: Turn = Turn.NEW
    delta: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Everything told of one indicator: its level, growth, rank, rate, in that order."""

    indicator: str
    activity: str | None
    ref_area: str | None
    moves: tuple[Move, ...]
    weight: float = 0.0
    gap: Move | None = None  # the stated distance from 序时进度
    behind: bool = False  # under the share of the year gone, as stated or by comparison

    def of(self, measure: Measure) -> Move | None:
        """The move of one measure, if the line has it."""
        return next((move for move in self.moves if move.now.obs.measure is measure), None)


@dataclass(frozen=True, slots=True)
class SectorTable:
    """The sectors of one indicator by growth, fastest first; `places` are theirs among all where some are left out."""

    indicator: str
    lines: tuple[Line, ...]
    places: tuple[int, ...] = ()

    @property
    def ranked(self) -> list[tuple[int, Line]]:
        """Each sector with its place among all."""
        return list(zip(self.places or range(1, len(self.lines) + 1), self.lines, strict=True))

    @classmethod
    def of(cls, indicator: str, ranked: Iterable[tuple[int, Line]]) -> SectorTable:
        """A table of some sectors that keep their places."""
        rows = sorted(ranked, key=lambda row: row[0])
        return cls(indicator, tuple(line for _, line in rows), tuple(place for place, _ in rows))


class Step(StrEnum):
    """How a work item has come on since it was told last."""

    DONE = "done"
    BEHIND = "behind"
    MOVED = "moved"  # started, or other words about it
    NEW = "new"
    STILL = "still"  # behind then and now


@dataclass(frozen=True, slots=True)
class WorkMove:
    """A work item now and, where it is known again, as it was."""

    doc: DocumentInfo
    now: WorkItem
    before: WorkItem | None
    step: Step


class Stay(StrEnum):
    """Whether a difficulty is new, stated again, or not stated any more."""

    NEW = "new"
    STILL = "still"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class DifficultyMove:
    """A difficulty with its document: the new one, or for GONE the old one."""

    doc: DocumentInfo
    difficulty: Difficulty
    stay: Stay


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure of a document told before that has been changed, struck (no `after`) or added (no `before`) since."""

    before: Fact | None
    after: Fact | None

    @property
    def fact(self) -> Fact:
        """The figure that is spoken of."""
        fact = self.before or self.after
        assert fact is not None  # noqa: S101  one of the two is there
        return fact


@dataclass(frozen=True, slots=True)
class Report:
    """What one bureau's newest document says anew. `base` is the document that it is compared with."""

    doc: DocumentInfo
    base: DocumentInfo | None
    headlines: tuple[Line, ...] = ()
    sectors: tuple[SectorTable, ...] = ()
    progress: tuple[Line, ...] = ()
    others: tuple[Line, ...] = ()
    work: tuple[WorkMove, ...] = ()
    difficulties: tuple[DifficultyMove, ...] = ()
    heads: Mapping[int, tuple[str, ...]] = field(default_factory=dict, compare=False)  # of the document's table rows
    told: bool = False  # whether the base document was told before, or only stands before this one

    def __bool__(self) -> bool:
        return bool(self.headlines or self.sectors or self.progress or self.others or self.work or self.difficulties)


@dataclass(frozen=True, slots=True)
class Digest:
    """What is told to a subscriber: `first` where nothing was told before, quiet where it holds nothing."""

    revision: int
    first: bool
    reports: tuple[Report, ...] = ()
    added: tuple[DocumentInfo, ...] = ()  # documents that are new but older than what is reported
    corrections: tuple[Correction, ...] = ()
    withdrawn: tuple[DocumentInfo, ...] = ()  # documents that were told and are not known any more
    latest: tuple[DocumentInfo, ...] = ()  # the newest document of each bureau: what a quiet week still stands on
    focus: Focus = field(default_factory=Focus)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (any(self.reports) or self.added or self.corrections or self.withdrawn)
