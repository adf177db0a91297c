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

from knowledge.digest import said_name
from knowledge.model import Bound, Fact, Period

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

FONT = Path(__file__).parent / "fonts" / "jianbao-sans.ttf"
CARD, INK, MUTED, GRID = "#fbfbf8", "#1f2933", "#66727f", "#dde3e8"
RISE, FALL, MASK = "#2b6cb0", "#c05621", "#b8c2cc"
EDITION = 2  # of the pictures' looks: with another one, pictures that were sent before are drawn anew
WIDTH = 7.2  # inches at 150 dpi: 1,080 pixels
DPI = 150
BARS, POINTS = 30, 16  # as many as a phone shows legibly
_drawing = threading.Lock()  # matplotlib's font cache is not safe to share between threads


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart; `value` is None where masked (`text` is the mask as written) or not stated (text empty).

    `about` stands before a value that is not exact: 约, 超.
    """

    label: str
    value: Decimal | None
    text: str = ""
    about: str = ""

    def shown(self, unit: str) -> str:
        """The value as it stands in a picture."""
        return "" if self.value is None else f"{self.about}{number(self.value)}{unit if unit == '%' else ''}"


@lru_cache(maxsize=1)
def warm() -> None:
    """Load what drawing needs before somebody waits for it: loading holds up all other threads for moments."""
    bar_chart("简报", "%", [Mark("医化", Decimal(1))], "")


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
        right = max(high + stretch * 0.26, stretch * 0.5 if any(mark.value is None for mark in marks) else 0.0)
        for row, mark in enumerate(reversed(marks)):
            axes.text(left, row, _fit(mark.label, 10), fontproperties=_font(11.5), color=INK, va="center", ha="left")
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set(xlim=(left, right), ylim=(-0.7, len(marks) - 0.3), xticks=[], yticks=[])
        return _png(figure, source, f"单位：{unit}{'，' if note else ''}{note}", height)


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
    axes.text(place, row, mark.shown(unit), fontproperties=_font(11), color=INK, va="center", ha=side)


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
            around = [values[at] if 0 <= at < len(values) else float("nan") for at in (place - 1, place + 1)]
            _point(axes, place, mark, unit, room, low, around)
        if low < 0 < high:
            axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.set(xlim=(-0.5, max(len(marks), 1) - 0.5), ylim=(low - room * 0.25, high + room * 0.3), yticks=[])
        axes.set_xticks(range(len(marks)), _period_ticks([mark.label for mark in marks]))
        for label in axes.get_xticklabels():
            label.set(fontproperties=_font(11 if len(marks) <= 6 else 9.5 if len(marks) <= 12 else 8), color=INK)
        axes.tick_params(length=0, pad=6)
        cut = "，纵轴不从零起" if low > 0 else ""
        return _png(figure, source, f"单位：{unit}{cut}{'，' if note else ''}{note}", height)


def _period_ticks(labels: Sequence[str]) -> list[str]:
    """The labels on one line each if there is room, else the year above the rest."""
    if len(labels) <= 6 and sum(map(len, labels)) <= 48:
        return list(labels)
    return [label.replace("年", "年\n", 1).rstrip() for label in labels]


def _point(axes: Axes, place: int, mark: Mark, unit: str, room: float, low: float, around: Sequence[float]) -> None:
    """One point's mark and its value, the value where the line does not run through it."""
    if mark.value is None:
        text = f"{mark.text}\n原文遮盖" if mark.text else "未\n说明"
        axes.text(place, low, text, fontproperties=_font(9.5), color=MUTED, ha="center", va="bottom")
        return
    value = float(mark.value)
    if value < 0:
        axes.plot([place], [value], color=FALL, marker="o", markersize=7)
    from_above, to_above = (other - value > room * 0.2 for other in around)
    valley = from_above and to_above
    side = "center" if from_above == to_above else "left" if from_above else "right"
    height, hang = (value - room * 0.07, "top") if valley else (value + room * 0.07, "baseline")
    axes.text(place, height, mark.shown(unit), fontproperties=_font(11), color=INK, ha=side, va=hang)


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
        right = 103 + max([19, *(3.6 * len(_rate(mark)) for mark in marks)])
        axes.set(xlim=(left, right), ylim=(-0.7, len(marks) - 0.3), xticks=[], yticks=[])
        return _png(figure, source, f"虚线为序时进度 {number(elapsed)}%，橙色为落后于序时进度", height)


def _progress(axes: Axes, row: int, mark: Mark, elapsed: Decimal) -> None:
    if mark.value is not None:
        axes.barh(row, 100, height=0.42, color=GRID)
        axes.barh(row, min(float(mark.value), 100.0), height=0.42, color=FALL if mark.value < elapsed else RISE)
    else:
        axes.barh(row, 100, height=0.42, color=CARD, edgecolor=MASK, hatch="////" * bool(mark.text), linewidth=0.8)
    axes.text(103, row, _rate(mark), fontproperties=_font(11), color=INK, va="center")


def _rate(mark: Mark) -> str:
    return mark.shown("%") or (f"{mark.text}%" if mark.text else "未说明")


def sectors(facts: Sequence[Fact], title: str) -> bytes:
    """Bars of one indicator over its activities, greatest first, masked and missing values last."""
    ordered = sorted(facts, key=lambda fact: (fact.obs.value is None, -(fact.obs.value or Decimal(0))))
    marks = [_mark(fact, fact.obs.activity or fact.obs.indicator) for fact in ordered]
    return bar_chart(title, _unit(facts), marks[:BARS], _source(facts), _left_out(facts, BARS, "前"))


def trend(facts: Sequence[Fact], title: str) -> bytes:
    """A line of one indicator over its periods, earliest first."""
    dated = [(period.end, period.start, fact) for fact in facts if (period := fact.obs.time_period)]
    ordered = [fact for *_, fact in sorted(dated, key=lambda row: row[:2])]
    marks = [_mark(fact, period_label(fact.obs.time_period)) for fact in ordered]
    return trend_chart(title, _unit(facts), marks[-POINTS:], _source(facts), _left_out(marks, POINTS, "最近"))


def _left_out(all_: Sequence[object], most: int, which: str) -> str:
    return f"共 {len(all_)} 项，只画{which} {most} 项" if len(all_) > most else ""


def progress(facts: Sequence[Fact], title: str, period: Period | None) -> bytes:
    """Completion rates against the share of the year gone at the end of a period."""
    elapsed = (Decimal(period.end[1]) * 100 / 12).quantize(Decimal("0.1")).normalize() if period else Decimal(100)
    marks = [_mark(fact, _task(fact)) for fact in facts]
    return progress_chart(title, marks, elapsed, _source(facts))


def _task(fact: Fact) -> str:
    """What is on its way, without the word that every label of such a picture would end in."""
    name = said_name(fact.obs.name)
    return name.removesuffix("完成率") or name


def _mark(fact: Fact, label: str) -> Mark:
    obs = fact.obs
    about = {Bound.ABOUT: "约", Bound.AT_LEAST: "超", Bound.AT_MOST: "不到"}.get(obs.bound, "")
    return Mark(label, obs.value, obs.value_text if obs.value is None else "", about)


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
