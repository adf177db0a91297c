"""What the review page shows beside the text, as plain values: a card for each figure, item and leftover."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from handlers.charts import period_label
from handlers.desk.pieces import Mark, ParagraphView
from handlers.export import MEASURES, STATUSES
from knowledge.doubts import Key, doubts, key_of
from knowledge.model import Difficulty, Fact, Leftover, Measure, Observation, Period, RepairStep, WorkItem
from knowledge.store.corrections import Item

_REPAIRS = Path(__file__).parents[1] / "tables" / "repairs.toml"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the desk: its place in the list, what was read, and whether somebody corrected it."""

    id: int
    obs: Observation
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure's card."""

    id: int
    card: str
    name: str
    indicator: str
    activity: str
    measure: str
    measure_label: str
    value: str
    unit: str
    shown_value: str
    period: str
    period_code: str
    doubts: tuple[str, ...]
    before: str
    corrected: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A work item's or a difficulty's card; a difficulty has no status."""

    id: int
    card: str
    title: str
    text: str
    status: str = ""
    status_label: str = ""
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class LeftRow:
    """The card of a number that ended in no figure, with the sentence that it stands in."""

    card: str
    text: str
    reason: str
    quote: str
    number: str  # its digits


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs between two states."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two states; `against` names the earlier one."""

    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()
    against: str = ""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    @property
    def all(self) -> tuple[Change, ...]:
        """Changed, new, vanished."""
        return (*self.changed, *self.new, *self.gone)


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that was made: by whom, when, why and what, in words."""

    who: str
    when: str
    why: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything on a review page."""

    title: str
    issuer: str
    period: str
    period_code: str
    repairs: str
    rows: tuple[Row, ...]
    paragraphs: tuple[ParagraphView, ...]
    items: tuple[ItemRow, ...]
    difficulties: tuple[ItemRow, ...]
    left: tuple[LeftRow, ...]
    show: str
    filters: tuple[tuple[str, str, int], ...]
    draft: bool
    action: str
    changes: Changes = field(default_factory=Changes)
    history: tuple[Made, ...] = ()


def shown(obs: Observation) -> str:
    """A figure as the desk shows it: 12.3亿元, 第3位, xx.x%（原文遮盖）."""
    text = f"{obs.value_text}{obs.unit}"
    if obs.measure is Measure.RANK:
        text = f"第{obs.value_text.removeprefix('第')}{obs.unit or '位'}"
    if obs.value is None:
        return f"{text}（原文遮盖）"
    if obs.value < 0 and not obs.value_text.startswith(("-", "−")):
        return f"−{text}"
    return text


def name_of(obs: Observation) -> str:
    """Activity and indicator in one name."""
    return f"{obs.activity}·{obs.indicator}" if obs.activity else obs.indicator


def rows_of(figures: Iterable[Figure], known: Mapping[Key, Fact], show: str = "all") -> tuple[Row, ...]:
    """The cards of all figures; `show` = doubtful or corrected hides the others."""
    return tuple(_row(figure, known, show) for figure in figures)


def _row(figure: Figure, known: Mapping[Key, Fact], show: str) -> Row:
    obs = figure.obs
    why = () if figure.corrected else doubts(obs, known)  # somebody has looked at it
    before = known.get(key_of(obs))
    wanted = {"doubtful": bool(why), "corrected": bool(figure.corrected)}.get(show, show != "left")
    return Row(
        figure.id,
        f"f{figure.id}",
        name_of(obs),
        obs.indicator,
        obs.activity or "",
        obs.measure.value,
        MEASURES[obs.measure],
        f"{obs.value:f}" if obs.value is not None else "",
        obs.unit,
        shown(obs),
        period_label(obs.time_period),
        str(obs.time_period or ""),
        why,
        f"{shown(before.obs)}（{period_label(before.obs.time_period)}）" if before else "",
        figure.corrected,
        wanted,
    )


def items_of(items: Iterable[WorkItem]) -> tuple[ItemRow, ...]:
    """The cards of work items."""
    return tuple(
        ItemRow(number, f"w{number}", i.title, i.text, i.status.value, STATUSES[i.status], i.deadline or "")
        for number, i in enumerate(items)
    )


def difficulties_of(items: Iterable[Difficulty]) -> tuple[ItemRow, ...]:
    """The cards of difficulties."""
    return tuple(ItemRow(number, f"d{number}", item.title, item.text) for number, item in enumerate(items))


def marks_of(
    figures: Sequence[Figure], rows: Sequence[Row], items: Sequence[WorkItem | Difficulty], left: Sequence[Leftover]
) -> Iterator[Mark]:
    """Where each card stands in the text; `items` are all work items, then all difficulties."""
    for figure, row in zip(figures, rows, strict=True):
        obs, label = figure.obs, f"{row.name} {row.measure_label}"
        yield Mark(row.card, obs.span, obs.paragraph, "figure", label, bool(row.doubts))
    works = sum(isinstance(item, WorkItem) for item in items)
    for number, item in enumerate(items):
        card = f"w{number}" if number < works else f"d{number - works}"
        yield Mark(card, item.span, item.paragraph, "task")
    for number, one in enumerate(left):
        yield Mark(f"l{number}", one.span, one.paragraph, "left", one.reason)


@lru_cache(maxsize=1)
def repair_names() -> Mapping[str, str]:
    """What each repair rule does, in words."""
    names: dict[str, str] = tomllib.loads(_REPAIRS.read_text("utf-8"))
    return names


def repairs_of(steps: Sequence[RepairStep]) -> str:
    """What was repaired, in one line."""
    return "、".join(f"{repair_names().get(step.rule, step.rule)} {step.count} 处" for step in steps)


def told(item: Item | None) -> str:
    """An item in one line; nothing for none."""
    if isinstance(item, Observation):
        return f"{name_of(item)} {MEASURES[item.measure]} {shown(item)}（{period_label(item.time_period)}）"
    if isinstance(item, WorkItem):
        return f"{item.title} {STATUSES[item.status]} {item.deadline or ''}".strip()
    return item.title if item else ""


def changes_of(
    before: Iterable[Observation], now: Iterable[Observation], *, periods: tuple[Period | None, ...] = (None, None)
) -> Changes:
    """New, changed and vanished figures.

    `periods`, those that two summaries report on, makes last half-year's growth and this half-year's the same figure,
    and last year's target and this year's; without it figures of different periods are different figures.
    """
    old = _by_key(before, periods[0])
    new = _by_key(now, periods[1])
    changed = [key for key in new if key in old and shown(new[key]) != shown(old[key])]
    return Changes(
        tuple(Change(_long_name(new[key]), "", shown(new[key])) for key in new if key not in old),
        tuple(Change(_long_name(new[key]), shown(old[key]), shown(new[key])) for key in changed),
        tuple(Change(_long_name(old[key]), shown(old[key]), "") for key in old if key not in new),
    )


def _by_key(observations: Iterable[Observation], own: Period | None) -> dict[tuple[object, ...], Observation]:
    """The first figure of each key; `own` is the period that is taken for granted."""
    found: dict[tuple[object, ...], Observation] = {}
    for obs in observations:
        found.setdefault((*key_of(obs), _when(obs.time_period, own)), obs)
    return found


def _when(period: Period | None, own: Period | None) -> object:
    """A period as seen from that which its summary reports on, if one is given."""
    if period is None or own is None:
        return period
    year = own.end[0]
    return "own" if period == own else (period.start[0] - year, period.start[1], period.end[0] - year, period.end[1])


def _long_name(obs: Observation) -> str:
    return f"{name_of(obs)} {MEASURES[obs.measure]}（{period_label(obs.time_period)}）"
