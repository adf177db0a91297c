"""What the desk's pages show, as plain values: the text in pieces, and the figures beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.charts import period_label
from handlers.export import MEASURES, STATUSES
from knowledge.doubts import Key, doubts, key_of
from knowledge.model import Difficulty, Fact, Leftover, Observation, Paragraph, RepairStep, WorkItem


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the desk: its id there, what was read, and whether somebody corrected or struck it."""

    id: int
    obs: Observation
    corrected: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: plain, a figure, or a number that was left over."""

    text: str
    kind: str = "plain"  # plain, figure, left
    figures: tuple[int, ...] = ()
    label: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph in pieces that joined give its text."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure's card."""

    id: int
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
    struck: bool
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs between two states."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two states, as the desk lists it."""

    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything on a review page."""

    id: int
    title: str
    issuer: str
    period: str
    repairs: str
    rows: tuple[Row, ...]
    paragraphs: tuple[ParagraphView, ...]
    items: tuple[dict[str, str], ...]
    difficulties: tuple[Difficulty, ...]
    leftovers: int
    doubtful: int
    show: str
    filters: tuple[tuple[str, str, int], ...]
    draft: bool
    editable: bool
    action: str
    changes: Changes = field(default_factory=Changes)


def shown(obs: Observation) -> str:
    """A figure as the desk shows it: 超12.3亿元, 第3位, xx.x%（原文遮盖）."""
    text = f"{obs.value_text}{obs.unit}" if obs.unit not in ("位", "") else f"第{obs.value_text.removeprefix('第')}位"
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
    why = () if figure.struck else doubts(obs, known)
    before = known.get(key_of(obs))
    wanted = {"doubtful": bool(why), "corrected": bool(figure.corrected)}.get(show, show != "left")
    return Row(
        figure.id,
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
        figure.struck,
        wanted,
    )


def paragraphs_of(
    paragraphs: Iterable[tuple[Paragraph, str]],
    rows: Sequence[Row],
    figures: Sequence[Figure],
    left: Sequence[Leftover],
) -> tuple[ParagraphView, ...]:
    """The text in pieces. Figures whose values stand in the same characters share a piece; struck ones have none."""
    row_by_id = {row.id: row for row in rows}
    places: dict[int, dict[tuple[int, int], list[int]]] = {}
    for figure in figures:
        if not figure.struck:
            span = (figure.obs.span.start, figure.obs.span.end)
            places.setdefault(figure.obs.paragraph, {}).setdefault(span, []).append(figure.id)
    loose: dict[int, list[Leftover]] = {}
    for one in left:
        loose.setdefault(one.paragraph, []).append(one)
    return tuple(
        ParagraphView(
            paragraph.kind.value,
            tuple(_pieces(paragraph, text, places.get(paragraph.index, {}), loose.get(paragraph.index, ()), row_by_id)),
        )
        for paragraph, text in paragraphs
    )


def _pieces(
    paragraph: Paragraph,
    text: str,
    places: Mapping[tuple[int, int], Sequence[int]],
    left: Sequence[Leftover],
    rows: Mapping[int, Row],
) -> Iterable[Piece]:
    base, at = paragraph.span.start, 0
    marks: list[tuple[int, int, Piece]] = []
    for (start, end), ids in places.items():
        label = "；".join(f"{rows[one].name} {rows[one].measure_label}" for one in ids)
        doubt = any(rows[one].doubts for one in ids)
        marks.append((start - base, end - base, Piece("", "figure", tuple(ids), label, doubt)))
    marks += [(one.span.start - base, one.span.end - base, Piece("", "left", (), one.reason)) for one in left]
    for start, end, piece in sorted(marks, key=lambda mark: mark[:2]):
        if start < at or end > len(text) or start >= end:
            continue  # lies in an earlier mark: its card is still beside the text
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], piece.kind, piece.figures, piece.label, piece.doubt)
        at = end
    if at < len(text):
        yield Piece(text[at:])


def items_of(items: Iterable[WorkItem]) -> tuple[dict[str, str], ...]:
    """Work items as the page lists them."""
    return tuple(
        {"title": i.title, "status_label": STATUSES[i.status], "deadline": i.deadline or "", "text": i.text}
        for i in items
    )


def repairs_of(steps: Sequence[RepairStep]) -> str:
    """What was repaired, in one line."""
    return "、".join(f"{step.rule} {step.count} 处" for step in steps)


def changes_of(before: Iterable[Observation], now: Iterable[Observation], *, same_period: bool = False) -> Changes:
    """New, changed and vanished figures; with `same_period` figures of different periods are different figures."""
    old, new = _by_key(before, same_period), _by_key(now, same_period)
    changed = [key for key in new if key in old and shown(new[key]) != shown(old[key])]
    return Changes(
        tuple(Change(_long_name(new[key]), "", shown(new[key])) for key in new if key not in old),
        tuple(Change(_long_name(new[key]), shown(old[key]), shown(new[key])) for key in changed),
        tuple(Change(_long_name(old[key]), shown(old[key]), "") for key in old if key not in new),
    )


def _by_key(observations: Iterable[Observation], same_period: bool) -> dict[tuple[object, ...], Observation]:
    return {(*key_of(obs), str(obs.time_period) if same_period else ""): obs for obs in observations}


def _long_name(obs: Observation) -> str:
    return f"{name_of(obs)} {MEASURES[obs.measure]}（{period_label(obs.time_period)}）"
