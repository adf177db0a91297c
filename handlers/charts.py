"""Pictures of figures as PNG: bars of sectors, lines of a trend, progress against the elapsed year.

Every picture brings its own light card as background, so that it reads alike in light and dark chats; it is sized for
a phone. A fall is drawn to the left and in another colour, a masked figure as a hatched stub that says so, a missing
one as a gap.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.model import Fact, Period

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

FONT = Path(__file__).parent / "fonts" / "jianbao-sans.ttf"
CARD, INK, MUTED, GRID = "#fbfbf8", "#1f2933", "#66727f", "#dde3e8"
RISE, FALL, MASK = "#2b6cb0", "#c05621", "#b8c2cc"
WIDTH = 7.2  # inches at 150 dpi: 1,080 pixels
DPI = 150
_drawing = threading.Lock()  # matplotlib's font cache is not safe to share between threads


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart; `value` is None where masked (`text` is the mask as written) or not stated (text empty)."""

    label: str
    value: Decimal | None
    text: str = ""


@lru_cache(maxsize=8)
def _font(size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(FONT), size=size)


def _sheet(title: str, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=CARD)
    axes = figure.add_axes((0.04, 0.8 / height, 0.93, 1 - 1.75 / height), facecolor=CARD)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.text(0.04, 1 - 0.42 / height, _fit(title, 27), fontproperties=_font(15), color=INK, va="center")
    return figure, axes


def _fit(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _png(figure: Figure, source: str, note: str, height: float) -> bytes:
    figure.text(0.04, 0.3 / height, _fit(source, 46), fontproperties=_font(9.5), color=MUTED, va="center")
    figure.text(0.04, 1 - 0.76 / height, _fit(note, 44), fontproperties=_font(10.5), color=MUTED, va="center")
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=DPI, facecolor=CARD)
    return target.getvalue()


def number(value: Decimal) -> str:
    """A figure with a real minus sign and no trailing exponent."""
    return f"{value:f}".replace("-", "−")


def bar_chart(title: str, unit: str, marks: Sequence[Mark], source: str, note: str = "") -> bytes:
    """Horizontal bars in the order given, the value at each end; PNG bytes, 1,080 pixels wide."""
    with _drawing:
        height = 2.0 + 0.46 * max(len(marks), 1)
        figure, axes = _sheet(title, height)
        known = [float(mark.value) for mark in marks if mark.value is not None]
        low, high = min([0.0, *known]), max([0.0, *known]) or 1.0
        stretch = (high - low) or 1.0
        for row, mark in enumerate(reversed(marks)):
            _bar(axes, row, mark, unit, stretch)
        longest = max((len(mark.label) for mark in marks), default=2)
        left = low - stretch * (0.045 * min(longest, 10) + (0.24 if low < 0 else 0.02))
        for row, mark in enumerate(reversed(marks)):
            axes.text(left, row, _fit(mark.label, 10), fontproperties=_font(11.5), color=INK, va="center", ha="left")
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set(xlim=(left, high + stretch * 0.26), ylim=(-0.7, len(marks) - 0.3), xticks=[], yticks=[])
        return _png(figure, source, note or f"单位：{unit}", height)


def _bar(axes: Axes, row: int, mark: Mark, unit: str, stretch: float) -> None:
    if mark.value is None:
        shown = f"{mark.text}{unit}（原文遮盖）" if mark.text else "未说明"
        if mark.text:
            axes.barh(row, stretch * 0.12, height=0.58, color=CARD, edgecolor=MASK, hatch="////", linewidth=0.8)
        start = stretch * (0.14 if mark.text else 0.02)
        axes.text(start, row, shown, fontproperties=_font(10.5), color=MUTED, va="center")
        return
    value = float(mark.value)
    axes.barh(row, value, height=0.58, color=RISE if value >= 0 else FALL)
    gap = stretch * 0.015
    place, side = (value + gap, "left") if value >= 0 else (value - gap, "right")
    text = number(mark.value) + (unit if unit == "%" else "")
    axes.text(place, row, text, fontproperties=_font(11), color=INK, va="center", ha=side)


def trend_chart(title: str, unit: str, marks: Sequence[Mark], source: str, note: str = "") -> bytes:
    """A line over periods, each point with its value; masked or missing points break the line and say so."""
    with _drawing:
        height = 4.6
        figure, axes = _sheet(title, height)
        axes.set_position((0.06, 1.15 / height, 0.88, 1 - 2.3 / height))
        known = [float(mark.value) for mark in marks if mark.value is not None]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        room = (high - low) or abs(high) or 1.0
        values = [float(mark.value) if mark.value is not None else float("nan") for mark in marks]
        axes.plot(range(len(marks)), values, color=RISE, linewidth=2.2, marker="o", markersize=7)
        for place, mark in enumerate(marks):
            rising = place + 1 < len(marks) and values[place + 1] - values[place] > room * 0.2
            _point(axes, place, mark, unit, room, low, "right" if rising else "center")
        if low < 0 < high:
            axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.set(xlim=(-0.5, max(len(marks), 1) - 0.5), ylim=(low - room * 0.25, high + room * 0.3), yticks=[])
        axes.set_xticks(range(len(marks)), [mark.label for mark in marks])
        crowded = len(marks) > 6 or max((len(mark.label) for mark in marks), default=0) * len(marks) > 48
        for label in axes.get_xticklabels():
            label.set(fontproperties=_font(9.5 if crowded else 11), color=INK, rotation=25 if crowded else 0)
            label.set_horizontalalignment("right" if crowded else "center")
        axes.tick_params(length=0, pad=6)
        return _png(figure, source, note or f"单位：{unit}", height)


def _point(axes: Axes, place: int, mark: Mark, unit: str, room: float, low: float, side: str) -> None:
    if mark.value is None:
        text = "原文\n遮盖" if mark.text else "未\n说明"
        axes.text(place, low, text, fontproperties=_font(9.5), color=MUTED, ha="center", va="bottom")
        return
    value = float(mark.value)
    if value < 0:
        axes.plot([place], [value], color=FALL, marker="o", markersize=7)
    text = number(mark.value) + (unit if unit == "%" else "")
    axes.text(place, value + room * 0.07, text, fontproperties=_font(11), color=INK, ha=side)


def progress_chart(title: str, marks: Sequence[Mark], elapsed: Decimal, source: str) -> bytes:
    """Completion rates (per cent) as bars on a track, with a line where the elapsed share of the year (序时进度) is."""
    with _drawing:
        height = 2.0 + 0.5 * max(len(marks), 1)
        figure, axes = _sheet(title, height)
        longest = min(max((len(mark.label) for mark in marks), default=2), 10)
        left = -6.2 * longest
        for row, mark in enumerate(reversed(marks)):
            axes.text(left, row, _fit(mark.label, 10), fontproperties=_font(11.5), color=INK, va="center")
            _progress(axes, row, mark, elapsed)
        axes.axvline(float(elapsed), color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set(xlim=(left, 122), ylim=(-0.7, len(marks) - 0.3), xticks=[], yticks=[])
        return _png(figure, source, f"虚线为序时进度 {number(elapsed)}%，橙色为落后于序时进度", height)


def _progress(axes: Axes, row: int, mark: Mark, elapsed: Decimal) -> None:
    axes.barh(row, 100, height=0.42, color=GRID)
    if mark.value is None:
        axes.barh(row, 100, height=0.42, color=CARD, edgecolor=MASK, hatch="////", linewidth=0.8)
        text = f"{mark.text}%" if mark.text else "未说明"
    else:
        colour = FALL if mark.value < elapsed else RISE
        axes.barh(row, min(float(mark.value), 100.0), height=0.42, color=colour)
        text = f"{number(mark.value)}%"
    axes.text(103, row, text, fontproperties=_font(11), color=INK, va="center")


def sectors(facts: Sequence[Fact], title: str) -> bytes:
    """Bars of one indicator over its activities, greatest first, masked and missing values last."""
    ordered = sorted(facts, key=lambda fact: (fact.obs.value is None, -(fact.obs.value or Decimal(0))))
    marks = [_mark(fact, fact.obs.activity or fact.obs.indicator) for fact in ordered]
    return bar_chart(title, _unit(facts), marks, _source(facts))


def trend(facts: Sequence[Fact], title: str) -> bytes:
    """A line of one indicator over its periods, earliest first."""
    dated = [(period.end, period.start, fact) for fact in facts if (period := fact.obs.time_period)]
    ordered = [fact for *_, fact in sorted(dated, key=lambda row: row[:2])]
    marks = [_mark(fact, period_label(fact.obs.time_period)) for fact in ordered]
    return trend_chart(title, _unit(facts), marks, _source(facts))


def progress(facts: Sequence[Fact], title: str) -> bytes:
    """Completion rates against the share of the year gone at the end of the (first) fact's period."""
    period = next((fact.obs.time_period for fact in facts if fact.obs.time_period), None)
    elapsed = (Decimal(period.end[1]) * 100 / 12).quantize(Decimal("0.1")).normalize() if period else Decimal(100)
    marks = [_mark(fact, fact.obs.activity or fact.obs.indicator) for fact in facts]
    return progress_chart(title, marks, elapsed, _source(facts))


def _mark(fact: Fact, label: str) -> Mark:
    return Mark(label, fact.obs.value, fact.obs.value_text if fact.obs.value is None else "")


def _unit(facts: Sequence[Fact]) -> str:
    return facts[0].obs.unit if facts else ""


def _source(facts: Sequence[Fact]) -> str:
    titles = list(dict.fromkeys(fact.doc.title for fact in facts))
    return f"来源：{titles[0]}" if len(titles) == 1 else f"来源：{len(titles)} 份工作总结"


def period_label(period: Period | None) -> str:
    """A period as officials write it: 2021年上半年, 2021年1—5月, 2021年4月."""
    if period is None:
        return "期间不明"
    (year, first), (last_year, last) = period.start, period.end
    if year != last_year:
        return f"{year}—{last_year}年"
    named = {(1, 12): "", (1, 3): "一季度", (1, 6): "上半年", (1, 9): "前三季度", (7, 12): "下半年", (10, 12): "四季度"}
    if (first, last) in named:
        return f"{year}年{named[first, last]}"
    return f"{year}年{last}月" if first == last else f"{year}年{first}—{last}月"
