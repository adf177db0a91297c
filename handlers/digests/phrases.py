"""Digest lines in words, as officials say them: 增速比一季度（33.5%）回落10.9个百分点, 由负转正, 前移1位."""

from __future__ import annotations

from decimal import Decimal

from handlers.charts import period_label
from knowledge.digest import Line, Move, Turn, said_name, year_share
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Observation, Period

_BAR = 10  # blocks for the fastest sector


def name_of(line: Line, doc: DocumentInfo | None = None) -> str:
    """What a line is about: 医化行业规模以上工业总产值; with its months where they are not its document's."""
    activity = line.activity or ""
    name = said_name(line.indicator if activity in line.indicator else _joined(activity, line.indicator))
    own = line.moves[0].now.obs.time_period
    other = doc is not None and own is not None and own != doc.time_period
    return f"{name}（{period_name(own, doc.time_period if doc else None)}）" if other else name


def _joined(activity: str, indicator: str) -> str:
    """Both names, what ends the one and begins the other said once: 安全隐患整改 and 整改率."""
    for length in range(min(len(activity), len(indicator)), 1, -1):
        if activity.endswith(indicator[:length]):
            return activity + indicator[length:]
    return activity + indicator


def period_name(period: Period | None, beside: Period | None) -> str:
    """A period, its year left out where the other has the same: 一季度, 2020年上半年."""
    label = period_label(period)
    same = period is not None and beside is not None and period.end[0] == beside.end[0] == period.start[0]
    short = label.removeprefix(f"{period.end[0]}年") if same and period is not None else label
    return short or "全年"


def sentence(line: Line, *, full: bool = False) -> str:
    """One line of the digest without its name; `full` also shows totals over other spans."""
    parts = [_part(line, move, full=full) for move in line.moves]
    if line.gap is not None:
        parts.append(_gap(line.gap.now.obs))
    elif line.behind:
        parts.append(f"低于序时进度（{_share(line)}%）")
    return "；".join(part for part in ("，".join(parts[:2]), *parts[2:]) if part)


def _part(line: Line, move: Move, *, full: bool) -> str:
    """One figure; a rate beside an amount is named: it is of the task whose distance from 序时进度 is stated."""
    words = _words(move, full=full)
    task = line.gap is not None and move.now.obs.measure is Measure.RATE and move is not line.moves[0]
    return f"完成率{words}" if task and move.now.obs.value is not None else words


def _share(line: Line) -> str:
    rate = line.of(Measure.RATE)
    share = year_share(rate.now) if rate else None
    return f"{share.normalize():f}" if share is not None else ""


def _words(move: Move, *, full: bool) -> str:
    obs = move.now.obs
    if obs.value is None:
        return f"{_measure_name(obs)}原文未公开（{obs.value_text}{obs.unit}）"
    match obs.measure:
        case Measure.GROWTH:
            return _growth(move)
        case Measure.RANK:
            return _rank(move)
        case _:
            return _amount(move, full=full)


def _measure_name(obs: Observation) -> str:
    return {Measure.GROWTH: "增速", Measure.RANK: "位次"}.get(obs.measure, "数值")


def figure(obs: Observation) -> str:
    """A figure as written, with its bound in words and its unit."""
    if obs.value is None:
        return f"{obs.value_text}{obs.unit}（原文未公开）"
    number = _number(obs)
    return f"{_BOUNDS.get(obs.bound, '')}{number}{_unit(obs.unit)}"


_BOUNDS = {Bound.ABOUT: "约", Bound.AT_LEAST: "超", Bound.AT_MOST: "不到"}


def _unit(unit: str) -> str:
    return "" if unit in ("位", "名") else unit


def _number(obs: Observation, *, sign: bool = True) -> str:
    """The digits as written (24.0 stays so) where they are the value, else the value itself."""
    value = obs.value or Decimal(0)
    written = obs.value_text.strip().lstrip("-+−")
    plain = written if _is(written, abs(value)) else f"{abs(value).normalize():f}"
    return f"-{plain}" if sign and value < 0 else plain


def _is(written: str, value: Decimal) -> bool:
    return written.replace(".", "", 1).isascii() and written.replace(".", "", 1).isdigit() and Decimal(written) == value


def _amount(move: Move, *, full: bool) -> str:
    now = figure(move.now.obs)
    before = move.before
    if before is not None and before.obs.value is not None:
        label = _when(before, move.now)
        if move.now.obs.measure is Measure.RATE or full or move.turn is not Turn.LONGER:
            now = f"{now}（{label}{figure(before.obs)}）" if move.turn is not Turn.SAME else f"{now}，与{label}相同"
    elif before is not None:
        now = f"{now}（{_when(before, move.now)}未公开）"
    if move.year_ago is not None and move.year_ago != before and move.year_ago.obs.value is not None:
        now = f"{now}，去年同期{figure(move.year_ago.obs)}"
    return now


def _when(fact: Fact, beside: Fact) -> str:
    return period_name(fact.obs.time_period, beside.obs.time_period) if fact.obs.time_period else "上次"


def grown(obs: Observation) -> str:
    """A growth rate in words: 增长22.6%, 下降5.4%, 持平."""
    value = obs.value or Decimal(0)
    if not value:
        return "持平"
    tail = {Bound.AT_LEAST: "以上", Bound.AT_MOST: "以内"}.get(obs.bound, "")
    about = "约" if obs.bound is Bound.ABOUT else ""
    basis = "" if _plain_basis(obs) else (obs.basis or "")
    return f"{basis}{'增长' if value > 0 else '下降'}{about}{_number(obs, sign=False)}{obs.unit}{tail}"


def _plain_basis(obs: Observation) -> bool:
    return not obs.basis or any(word in obs.basis for word in ("同比", "上年", "去年", "同期"))


def _growth(move: Move) -> str:
    now, before = move.now.obs, move.before
    said = grown(now)
    if before is None or before.obs.value is None:
        ago = move.year_ago
        return f"{said}（去年同期{grown(ago.obs)}）" if ago is not None and ago.obs.value is not None else said
    label = _when(before, move.now)
    if move.turn is Turn.SAME:
        return f"{said}，与{label}持平"
    if move.turn is Turn.TO_POSITIVE:
        return f"{said}，由负转正（{label}{grown(before.obs)}）"
    if move.turn is Turn.TO_NEGATIVE:
        return f"{said}，由正转负（{label}{grown(before.obs)}）"
    if move.delta is None:
        return f"{said}（{label}{grown(before.obs)}）"
    return f"{said}，{_pace(move, before, label)}"


def _pace(move: Move, before: Fact, label: str) -> str:
    """增速比一季度（33.5%）回落10.9个百分点; 降幅比一季度（8.7%）收窄3.3个百分点."""
    now, delta = move.now.obs, move.delta or Decimal(0)
    falling = (now.value or 0) < 0 or (before.obs.value or 0) < 0
    noun = "降幅" if falling else "增速"
    verb = ("收窄" if delta > 0 else "扩大") if falling else ("加快" if delta > 0 else "回落")
    points = "个百分点" if now.unit == "%" else now.unit
    old = f"{_number(before.obs, sign=False)}{before.obs.unit}"
    return f"{noun}比{label}（{old}）{verb}{abs(delta).normalize():f}{points}"


def _rank(move: Move) -> str:
    now, before = move.now.obs, move.before
    at_most = now.bound is Bound.AT_MOST
    place = f"{_area(now)}{'前' if at_most else '第'}{_number(now)}{'' if at_most else '位'}"
    if before is None or before.obs.value is None:
        return place
    label = _when(before, move.now)
    old = f"{label}第{_number(before.obs)}位"
    if move.delta is None:
        return f"{place}（{old}）"
    steps = f"{abs(move.delta).normalize():f}位"
    if not move.delta:
        return f"{place}，与{label}相同"
    return f"{place}，{'前移' if move.delta < 0 else '后移'}{steps}（{old}）"


def _area(obs: Observation) -> str:
    return obs.basis if obs.basis and obs.basis[:1] == "全" and len(obs.basis) <= 4 else ""


def _gap(obs: Observation) -> str:
    """落后序时进度4.6个百分点."""
    value = obs.value or Decimal(0)
    return f"{'落后' if value < 0 else '快于'}序时进度{abs(value).normalize():f}个百分点"


def bar(line: Line, top: Decimal) -> str:
    """A bar of blocks for a sector's growth; a fall or a masked figure has none."""
    growth = line.of(Measure.GROWTH)
    value = growth.now.obs.value if growth else None
    if value is None or value <= 0 or top <= 0:
        return ""
    return "▇" * max(1, int(value / top * _BAR + Decimal("0.5")))


def sector_row(line: Line, *, full: bool = False) -> str:
    """电子信息行业 41.6%（一季度52.8%）."""
    growth = line.of(Measure.GROWTH)
    if growth is None:
        return line.activity or line.indicator
    now = growth.now.obs
    said = f"{line.activity} {_percent(now)}"
    if growth.before is not None and growth.before.obs.value is not None:
        turned = {Turn.TO_POSITIVE: "，由负转正", Turn.TO_NEGATIVE: "，由正转负"}.get(growth.turn, "")
        said += f"（{_when(growth.before, growth.now)}{_percent(growth.before.obs)}{turned}）"
    level = line.of(Measure.LEVEL)
    return f"{said}，{_amount(level, full=True)}" if full and level is not None else said


def _percent(obs: Observation) -> str:
    return f"{obs.value_text}{obs.unit}（原文未公开）" if obs.value is None else f"{_number(obs)}{obs.unit}"


def mark(line: Line) -> str:
    """A sign before a line: what rose, fell, turned, or is behind."""
    growth = line.of(Measure.GROWTH)
    turn = growth.turn if growth else line.moves[0].turn
    if line.behind or turn is Turn.TO_NEGATIVE:
        return "⚠"
    if growth is not None and (growth.now.obs.value or 0) < 0:
        return "▼"
    return {
        Turn.TO_POSITIVE: "▲", Turn.UP: "▲", Turn.TO_NEGATIVE: "▼", Turn.DOWN: "▼", Turn.SAME: "＝", Turn.HIDDEN: "□",
    }.get(turn, "·")  # fmt: skip
