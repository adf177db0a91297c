"""Questions over several figures: comparisons, extremes, trends, sums, shares, differences, gaps to a target."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from knowledge.inquiry import Hit, Kind, Plan, Query, amend, say_period
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Period, Status
from knowledge.plan import figures
from knowledge.plan.finder import Finder, end, of_time
from knowledge.plan.scale import scaled

_SPEED = re.compile("快|慢|增得|涨得|降得|跌得|掉得|升得|降幅|增幅|涨幅|增速")
_TAILS = re.compile(
    "(?=行业|产业|规模|总?产值|增加值|投资|居民|收入|产量|增速|企业|项目|完成|出口|进口|面积|人均|零售|利润|税收|用电|的)"
)
_GENERIC = re.compile(
    "^(?:重点|主要|各|所有|六大|几大|[一二三四五六七八九十]+大|[一二三四五六七八九十]个|行业|产业|指标|这些|这几|地方|单位|[里中])+$"
)


def several(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A comparison, sum, share or difference; None if the question does not name several things."""
    rows = _rows(query, finder, docs)
    return None if rows is None else _calculated(query, rows)


def across(
    query: Query, finder: Finder, places: Sequence[Sequence[DocumentInfo]], *, some: bool = False
) -> Plan | None:
    """The same of several places; None where one of them (with `some`, all but one) does not tell it."""
    kind = query.kind if query.kind in _CALCULATE else Kind.COMPARE
    # only listed, nothing is said of which is more
    silent = kind is not query.kind and not re.search("谁|哪[个边]", query.plain)
    asked = query if query.kind in figures.FITS else _measured(amend(query, kind=kind))
    rows = _alike(asked, [finder.figures(query.content, docs) for docs in places], finder, strict=some)
    if len(rows) < (2 if some else len(places)) or len({row.fact.doc.ref_area for row in rows}) < len(rows):
        return None
    made = _calculated(amend(query, kind=kind, plain=f"{query.plain}分别" if silent else query.plain), rows)
    return _of_some(made, rows, places) if some else made


def _alike(
    query: Query, hits: Sequence[Sequence[Hit]], finder: Finder, *, strict: bool = False
) -> list[figures.Fitted]:
    """The best figure of each place, of the time, unit and measure (if strict, name) that most of them have."""
    tries = [
        [row for row in figures.choose(query, each, None, finder.limits) if _surely(row, finder)][:12] for each in hits
    ]
    count = Counter(_sort(rows[0], strict) for rows in tries if rows)
    most = max(count, key=lambda sort: (count[sort], sort), default=None)
    return [row for rows in tries if (row := next((row for row in rows if _sort(row, strict) == most), None))]


def _surely(row: figures.Fitted, finder: Finder) -> bool:
    return row.hit.recall >= finder.limits.answer and not row.hit.unsaid


def _sort(row: figures.Fitted, strict: bool) -> tuple[str, ...]:
    obs = row.fact.obs
    return str(obs.time_period), scaled(row.fact)[0], str(obs.measure), obs.indicator if strict else ""


def _of_some(made: Plan, rows: Sequence[figures.Fitted], places: Sequence[Sequence[DocumentInfo]]) -> Plan:
    """Says which places could be compared and which could not."""
    told = {row.fact.doc.ref_area for row in rows}
    silent = [area for docs in places if (area := docs[0].ref_area) and area not in told]
    lack = f"没有可比数字的：{'、'.join(silent[:8])}{'等' if len(silent) > 8 else ''}。" if silent else ""
    return replace(made, reason=f"有可比数字的{len(told)}个地方中，{made.reason or '不止一个并列。'}{lack}")


def _calculated(query: Query, rows: Sequence[figures.Fitted]) -> Plan:
    """The figures with what follows from them."""
    facts = [row.fact for row in rows]
    trace = tuple(figures.told(row) for row in rows)
    hits = tuple(row.hit for row in rows)
    masked = any(fact.obs.bound is Bound.MASKED for fact in facts)
    status = Status.MASKED if masked else Status.ANSWERED
    made = Plan(status, query.kind, query, hits=hits, trace=trace)
    if masked:
        return made
    return _CALCULATE.get(query.kind, _compared)(made, facts)


def together(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """医化和橡塑产值多少: each of them, or their sum where 一共 is said; None if they are not of one indicator."""
    kind = Kind.SUM if re.search("一共|总共|共计|加起来", query.plain) else Kind.COMPARE
    rows = _rows(amend(query, kind=kind), finder, docs)
    if rows is None or len({row.fact.obs.indicator for row in rows}) > 1:
        return None
    return several(amend(query, kind=kind, plain=f"{query.plain}分别"), finder, docs)


def _rows(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted] | None:
    query = _measured(query)
    if len(query.parts) >= 2:
        found = _by_parts(query, finder, docs)
        if found:
            return found
    if len(query.periods) >= 2 and query.content:
        return _by_periods(query, finder, docs)
    return None


def _measured(query: Query) -> Query:
    """A comparison that does not say what is measured: speed is growth, size is level."""
    if query.measures:
        return query
    growth = _SPEED.search(query.plain) and query.kind in (Kind.COMPARE, Kind.EXTREME, Kind.TREND)
    return amend(query, measures=(Measure.GROWTH,) if growth else (Measure.LEVEL, Measure.RATE))


def _by_periods(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted] | None:
    hits = finder.figures(query.content, docs)
    out = []
    for period in query.periods:
        rows = figures.choose(amend(query, periods=(period,)), hits, None, finder.limits)
        if not rows or rows[0].hit.recall < finder.limits.answer or rows[0].hit.unsaid:
            return None
        out.append(rows[0])
    return out if len({row.fact.obs_id for row in out}) == len(out) else None


def _by_parts(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted] | None:
    """Each part with what the last one adds for all: 城镇 and 农村居民收入 share 居民收入."""
    parts = [part for part in query.parts if not _GENERIC.match(part)]
    if len(parts) < 2:
        return None
    best: tuple[float, list[figures.Fitted]] | None = None
    for tail in (*([" ".join(query.shared)] if query.shared else []), *_tails(parts)):
        common = tail == " ".join(query.shared)
        rows = [
            _best(query, (part, tail) if tail and (common or part != parts[-1]) else (part,), finder, docs)
            for part in parts
        ]
        found = [row for row in rows if row is not None]
        if len(found) < len(parts) or len({row.fact.obs_id for row in found}) < len(found):
            continue
        agree = len({row.fact.obs.indicator for row in found}) == 1
        score = min(row.score for row in found) + (0.15 if agree else 0) + (0.03 if not tail else 0)
        if best is None or score > best[0]:
            best = score, found
    return best[1] if best else None


def _tails(parts: Sequence[str]) -> list[str]:
    last = parts[-1].replace(" ", "")
    cuts = {found.start() for found in _TAILS.finditer(last)} | {2, 4}
    return ["", *(last[at:] for at in sorted(cuts) if 0 < at < len(last) - 1)]


def _best(query: Query, content: Sequence[str], finder: Finder, docs: Sequence[DocumentInfo]) -> figures.Fitted | None:
    rows = figures.choose(
        query, finder.figures(content, docs), finder.units(query) if query.kind is Kind.SUM else None, finder.limits
    )
    good = rows and rows[0].hit.recall >= finder.limits.answer and not rows[0].hit.unsaid
    return rows[0] if good else None


# -- calculations ------------------------------------------------------------------------------------------------------


def _compared(made: Plan, facts: Sequence[Fact]) -> Plan:
    pairs = [scaled(fact) for fact in facts]
    values = [value for _, value in pairs if value is not None]
    listed = made.query.kind is not Kind.COMPARE or re.search("分别|各", made.query.plain)
    if listed or len({unit for unit, _ in pairs}) > 1 or len(values) < len(facts):
        return made
    low = made.query.lowest
    least = low != all(fact.obs.measure is Measure.RANK for fact in facts)  # the first place is the best
    order = sorted(range(len(facts)), key=lambda at: values[at], reverse=not least)
    if values[order[0]] == values[order[1]]:
        return replace(made, reason="两者相同。" if len(facts) == 2 else "")
    first = order[0]
    word = _word({fact.obs.measure for fact in facts}, low, low and values[first] < 0)
    word = word if len(facts) == 2 else word.replace("更", "最")
    return replace(made, hits=tuple(made.hits[at] for at in order), reason=f"{_label(facts[first], facts)}{word}。")


def _word(measures: set[Measure], low: bool, falls: bool) -> str:
    """How the first of those compared stands out."""
    if measures == {Measure.RANK}:
        return "名次更靠后" if low else "名次更靠前"
    if measures == {Measure.GROWTH}:
        return "降得更多" if falls else "增长更慢" if low else "增长更快"
    return "更低" if low else "更高"


def _label(fact: Fact, facts: Sequence[Fact]) -> str:
    """What tells a figure from the others: its place, its name, or its time."""
    if len({other.doc.ref_area for other in facts}) > 1:
        return f"{fact.doc.ref_area or ''}{figures.name(fact)}"
    names = {figures.name(other) for other in facts}
    return figures.name(fact) if len(names) > 1 else _time(fact)


def _time(fact: Fact) -> str:
    return say_period(fact.obs.time_period)


def _summed(made: Plan, facts: Sequence[Fact]) -> Plan:
    if reason := _unsummable(facts):
        return replace(made, status=Status.NOT_FOUND, hits=(), reason=reason)
    total = sum((fact.obs.value or Decimal(0) for fact in facts), Decimal(0))
    shown = " + ".join(str(fact.obs.value) for fact in facts)
    unit = facts[0].obs.unit
    return replace(made, result=total, unit=unit, reason=f"合计{total}{unit}（{shown} = {total}）。")


def _unsummable(facts: Sequence[Fact]) -> str:
    if len({fact.obs.unit for fact in facts}) > 1:
        return "这几项的单位不同，不能相加。"
    shares = (
        all("占" in f"{fact.obs.indicator}{fact.obs.name_text}" for fact in facts)
        and len({f.obs.indicator for f in facts}) == 1
    )
    if facts[0].obs.measure is not Measure.LEVEL and not shares:
        return "增速、比重和排名不能相加。"
    whole = [fact for fact in facts if fact.obs.activity is None]
    if (
        whole
        and len(whole) < len(facts)
        and {fact.obs.indicator for fact in whole} & {fact.obs.indicator for fact in facts if fact.obs.activity}
    ):
        return "其中一项是总数，已包含另外的分项，不能相加。"
    return ""


def _differed(made: Plan, facts: Sequence[Fact]) -> Plan:
    if len(facts) != 2 or facts[0].obs.unit != facts[1].obs.unit:
        return replace(made, status=Status.NOT_FOUND, hits=(), reason="两项的单位不同，不能相减。")
    first, second = (fact.obs.value or Decimal(0) for fact in facts)
    unit = "个百分点" if facts[0].obs.unit == "%" else facts[0].obs.unit
    gap = abs(first - second)
    high, low = max(first, second), min(first, second)
    lower = f"({low})" if low < 0 else str(low)
    return replace(made, result=gap, unit=unit, reason=f"相差{gap}{unit}（{high} - {lower} = {gap}）。")


def _shared(made: Plan, facts: Sequence[Fact]) -> Plan:
    if len(facts) != 2 or facts[0].obs.unit != facts[1].obs.unit or not facts[1].obs.value:
        return replace(made, status=Status.NOT_FOUND, hits=(), reason="两项的单位不同，不能计算比重。")
    part, whole = facts[0].obs.value or Decimal(0), facts[1].obs.value
    share = (part / whole * 100).quantize(Decimal("0.1"))
    return replace(made, result=share, unit="%", reason=f"占{share}%（{part} ÷ {whole} = {share}%）。")


def portion(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A占B的比重 that no summary states: worked out from the two figures where both are of one time and unit."""
    before, mark, after = " ".join(query.content).partition("占")
    parts, wholes = _named_in(before), _named_in(_OF_SHARE.sub("", after))
    if not (mark and parts and wholes):
        return None
    asked = amend(query, kind=Kind.SHARE, measures=(Measure.LEVEL,), cues=())
    whole = _best(asked, wholes, finder, docs)
    if whole is None:
        return None
    asked = amend(asked, periods=(whole.fact.obs.time_period,) if whole.fact.obs.time_period else asked.periods)
    rows = [_best(asked, parts, finder, docs), whole]
    facts = [row.fact for row in rows if row is not None]
    if len(facts) < 2 or len({(fact.obs.time_period, fact.obs.unit) for fact in facts}) > 1:
        return None
    made = Plan(
        Status.ANSWERED,
        Kind.SHARE,
        asked,
        hits=tuple(row.hit for row in rows if row),
        trace=tuple(figures.told(row) for row in rows if row),
    )
    if any(fact.obs.value is None for fact in facts) or facts[0].obs_id == facts[1].obs_id:
        return None
    return _shared(made, facts)


_OF_SHARE = re.compile("(?:的)?(?:比重|比例|比)")


def _named_in(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in text.split() if len(piece) > 1)


_CALCULATE = {Kind.SUM: _summed, Kind.DIFFERENCE: _differed, Kind.SHARE: _shared, Kind.COMPARE: _compared}


def rest(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """A later part of a year that only cumulated figures tell of: 全年 less 前三季度; None if that cannot be done."""
    if len(query.periods) != 1 or query.periods[0].start[1] == 1 or query.periods[0].months == 1:
        return None
    asked = query.periods[0]
    year = asked.start[0]
    pieces = (Period((year, 1), asked.end), Period((year, 1), (year, asked.start[1] - 1)))
    found = []
    hits = finder.figures(query.content, docs)
    for period in pieces:
        rows = figures.choose(
            amend(query, periods=(period,), period_text="", measures=(Measure.LEVEL,), kind=Kind.SUM),
            hits,
            finder.units(query),
            finder.limits,
        )
        rows = [row for row in rows if row.fact.obs.time_period == period and row.hit.recall >= finder.limits.answer]
        if not rows:
            return None
        found.append(rows[0])
    whole, before = (row.fact for row in found)
    if (
        whole.obs.value is None
        or before.obs.value is None
        or whole.obs.unit != before.obs.unit
        or figures.thing(whole) != figures.thing(before)
    ):
        return None
    gap = whole.obs.value - before.obs.value
    if gap < 0 or re.search("末|累计达", whole.obs.quote[: whole.obs.quote.find(whole.obs.value_text)][-8:]):
        return None
    reason = (
        f"总结没有单列这一时期，按累计数相减为{gap}{whole.obs.unit}（{whole.obs.value} - {before.obs.value} = {gap}）。"
    )
    return Plan(
        Status.ANSWERED,
        Kind.DIFFERENCE,
        query,
        hits=tuple(row.hit for row in found),
        result=gap,
        unit=whole.obs.unit,
        reason=reason,
    )


def gap(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """How far a figure is from its target."""
    hits = finder.figures(query.content, docs)
    found = []
    for measure, kind in ((Measure.TARGET, Kind.TARGET), (Measure.LEVEL, Kind.FIGURE)):
        cues = (*query.cues, "target") if measure is Measure.TARGET else query.cues
        asked = amend(query, kind=kind, measures=(measure,), cues=cues)
        rows = figures.choose(asked, hits, finder.units(query), finder.limits)
        rows = [row for row in rows if row.fact.obs.measure is measure and row.hit.recall >= finder.limits.answer]
        if not rows:
            return None
        found.append(rows[0])
    target, level = (row.fact for row in found)
    made = Plan(
        Status.MASKED, Kind.GAP, query, hits=tuple(row.hit for row in found), trace=tuple(map(figures.told, found))
    )
    if target.obs.value is None or level.obs.value is None:
        return made
    together = figures.thing(target) == figures.thing(level) or figures.beside(target, level)
    if target.obs.unit != level.obs.unit or not together:
        return None
    left = target.obs.value - level.obs.value
    unit = level.obs.unit
    said = f"距目标还差{left}{unit}" if left > 0 else f"已超过目标{-left}{unit}" if left < 0 else "正好达到目标"
    return replace(
        made,
        status=Status.ANSWERED,
        result=left,
        unit=unit,
        reason=f"{said}（{target.obs.value} - {level.obs.value} = {left}）。",
    )


# -- extremes ----------------------------------------------------------------------------------------------------------


def extreme(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """The greatest or smallest of the figures that one indicator has for several activities."""
    query = _measured(query)
    if len([part for part in query.parts if not _GENERIC.match(part)]) >= 2 and (
        made := _extreme_of_parts(query, finder, docs)
    ):
        return made
    content = tuple(piece for piece in query.content if not _GENERIC.match(piece))
    faint = not content or finder.faint(content)
    hits = (
        finder.figures(content, docs)
        if not faint
        else [Hit(fact, 0.7, 0.7, 0.0) for doc in docs for fact in finder.all_figures(doc)]
    )
    groups: dict[object, list[figures.Fitted]] = defaultdict(list)
    for row in figures.choose(query, hits, None, replace(finder.limits, ask=min(0.5, finder.limits.ask))):
        obs = row.fact.obs
        if obs.activity and not obs.activity.startswith("其他") and (obs.measure is query.measures[0]):
            groups[(row.fact.doc.doc_id, obs.indicator, obs.measure, str(obs.time_period))].append(row)
    sets = [rows for rows in groups.values() if len({row.fact.obs.activity for row in rows}) >= 2]
    if not sets:
        return None
    trades = {
        _TRADE.sub("", activity)
        for rows in sets
        for row in rows
        if _TRADE.search(activity := row.fact.obs.activity or "")
    }
    rows = max(sets, key=lambda rows: (_fits(query, rows, faint, trades), end(rows[0].fact.doc), len(rows)))
    rows = max((rows, *(other for other in sets if _covers(other, rows))), key=len)
    return _ordered(query, rows)


def _covers(rows: Sequence[figures.Fitted], others: Sequence[figures.Fitted]) -> bool:
    """Whether some rows tell all that others do, and more: a table of all sectors, a sentence of a few."""
    ours, theirs = ({_bare(row.fact): row.fact.obs.value for row in each} for each in (rows, others))
    return len(ours) > len(theirs) and all(key in ours and ours[key] == value for key, value in theirs.items())


def _bare(fact: Fact) -> tuple[object, ...]:
    """What one of several alike figures is of: its document, time and sector without the word for sector."""
    obs = fact.obs
    return fact.doc.doc_id, obs.measure, str(obs.time_period), _TRADE.sub("", obs.activity or "")


_FALL = re.compile("(?:往下|在|呈)?(?:下?降|负增长|下滑|下?跌|掉|缩水|萎缩|减少)|为负|负的")
_RISE = re.compile("(?:往上|在|呈)?(?:正?增长|在增|上?涨|上升)")
_TOLD_OF = re.compile("(?:单独|分别|专门)?(?:列出|提到|说到|讲到|公布|点到)")


def signed(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """哪些行业在下降: the activities whose growth is of the sign asked for; 列出产值的是哪几个行业: all of them."""
    pattern = next((each for each in (_FALL, _RISE, _TOLD_OF) if each.search(query.plain)), None)
    if pattern is None:
        return None
    left = (pattern.sub("", piece) for piece in query.content)
    content = tuple(piece for piece in left if piece and not _GENERIC.match(piece))
    if not _TRADE.search(query.plain):
        return _items(query, content, pattern, finder, docs) if pattern is not _TOLD_OF else None
    measure = Measure.LEVEL if pattern is _TOLD_OF else Measure.GROWTH
    asked = amend(query, kind=Kind.LIST, measures=(measure,), lowest=pattern is _FALL, top=1, content=content, parts=())
    made = extreme(asked, finder, docs)
    if made is None or (made.status is not Status.ANSWERED and pattern is not _TOLD_OF):
        return None
    hits = (
        made.hits if pattern is _TOLD_OF else tuple(hit for hit in made.hits if _falls(hit.fact) is (pattern is _FALL))
    )
    return _listed(query, hits, pattern)


def _items(
    query: Query, content: tuple[str, ...], pattern: re.Pattern[str], finder: Finder, docs: Sequence[DocumentInfo]
) -> Plan | None:
    """哪几项投资是负增长: the indicators so named whose growth is of the sign asked for."""
    if not content or not re.search("哪[几些]?[项个些]", query.plain):
        return None
    for doc in of_time(query, docs)[:1]:
        facts = [
            fact for fact in finder.all_figures(doc) if fact.obs.measure is Measure.GROWTH and not fact.obs.activity
        ]
        named = [fact for fact in facts if all(piece in fact.obs.indicator for piece in content)]
        hits = tuple(figures.plain(fact).hit for fact in named if _falls(fact) is (pattern is _FALL))
        return _listed(query, hits, pattern)
    return None


def _falls(fact: Fact) -> bool:
    """Whether a growth is a fall, also where its digits are hidden."""
    return fact.obs.value < 0 if fact.obs.value is not None else fact.obs.value_text.startswith(("-", "－"))


def _listed(query: Query, hits: tuple[Hit, ...], pattern: re.Pattern[str]) -> Plan | None:
    names = list(dict.fromkeys(hit.fact.obs.activity or hit.fact.obs.indicator for hit in hits))
    if not names:
        return None
    word = {_FALL: "下降的有", _RISE: "增长的有", _TOLD_OF: "总结列出的有"}[pattern]
    return Plan(Status.ANSWERED, Kind.LIST, query, hits=hits, reason=f"{word}{len(names)}个：{'、'.join(names)}。")


_TRADE = re.compile("行业|产业")


def _fits(query: Query, rows: Sequence[figures.Fitted], faint: bool, trades: set[str]) -> float:
    """How well a set of figures fits: what is named, sectors where sectors are asked for, and many of them."""
    trade = "行业" in query.plain or "产业" in query.plain
    named = sum(_TRADE.sub("", row.fact.obs.activity or "") in trades for row in rows) / len(rows)
    recall = 0.0 if faint else max(row.score for row in rows)
    size = min(len({row.fact.obs.activity for row in rows}), 8) * 0.05
    return round(recall + (0.3 * named if trade else 0) + size, 2)


def _ordered(query: Query, rows: Sequence[figures.Fitted]) -> Plan:
    """The rows in order of value, one for each activity."""
    first: dict[str | None, figures.Fitted] = {}
    for row in rows:
        first.setdefault(row.fact.obs.activity, row)
    found = list(first.values())
    if any(row.fact.obs.value is None for row in found):
        return Plan(Status.MASKED, query.kind, query, hits=tuple(row.hit for row in found[:4]))
    found.sort(key=lambda row: row.fact.obs.value or Decimal(0), reverse=not query.lowest)
    hits = tuple(row.hit for row in found[: max(query.top, 12 if query.kind is Kind.LIST else 4)])
    lead = "、".join(
        figures.name(hit.fact) if not hit.fact.obs.activity else hit.fact.obs.activity for hit in hits[: query.top]
    )
    word = "最低" if query.lowest else "最高"
    if query.top > 1:
        word = f"{'后' if query.lowest else '前'}{query.top}位"
    return Plan(
        Status.ANSWERED,
        query.kind,
        query,
        hits=hits,
        reason=f"{word}的是{lead}。",
        trace=tuple(map(figures.told, found)),
    )


def _extreme_of_parts(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    parts = [part for part in query.parts if not _GENERIC.match(part)]
    for shared in (None, *parts):
        others = [part for part in parts if part != shared]
        rows = [_best(query, (part, shared) if shared else (part,), finder, docs) for part in others]
        found = [row for row in rows if row is not None]
        if (
            len(found) == len(others) >= 2
            and len({row.fact.obs_id for row in found}) == len(found)
            and len({row.fact.obs.unit for row in found}) == 1
        ):
            return _ordered(query, found)
    return None


# -- trends ------------------------------------------------------------------------------------------------------------


def trend(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """One figure over the periods of the documents, or over the months that are named."""
    query = _measured(query) if "growth" in query.cues or _SPEED.search(query.plain) else query
    if not query.measures:
        query = amend(query, measures=(Measure.LEVEL, Measure.RATE, Measure.GROWTH))
    rows = _named_months(query, finder, docs) if len(query.periods) > 2 else _each_document(query, finder, docs)
    if len(rows) < 2:
        return None
    measure = rows[-1].fact.obs.measure
    rows = [row for row in rows if row.fact.obs.measure is measure]
    if len(rows) < 2:
        return None
    masked = any(row.fact.obs.value is None for row in rows)
    return Plan(
        Status.MASKED if masked else Status.ANSWERED,
        query.kind,
        query,
        hits=tuple(row.hit for row in rows),
        reason=_course(rows),
        trace=tuple(map(figures.told, rows)),
    )


def _course(rows: Sequence[figures.Fitted]) -> str:
    values = [row.fact.obs.value for row in rows if row.fact.obs.value is not None]
    steps = [later - earlier for earlier, later in itertools.pairwise(values)]
    if not steps:
        return ""
    word = (
        "逐期上升" if all(step > 0 for step in steps) else "逐期回落" if all(step < 0 for step in steps) else "有升有降"
    )
    return f"{figures.name(rows[-1].fact)}{word}："


def _named_months(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted]:
    hits = finder.figures(query.content, docs)
    out = []
    for period in query.periods:
        rows = figures.choose(amend(query, periods=(period,), plain=query.plain + "当月"), hits, None, finder.limits)
        out += [row for row in rows if row.fact.obs.time_period == period and row.hit.recall >= finder.limits.answer][
            :1
        ]
    return out


def _each_document(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[figures.Fitted]:
    """The best figure of each document for its own period."""
    span = query.periods[0] if len(query.periods) == 1 and query.periods[0].months >= 12 else None
    out = []
    for doc in sorted(docs, key=end):
        own = doc.time_period
        if own is None or (span and not (span.start <= own.start and own.end <= span.end)):
            continue
        asked = amend(
            query,
            periods=(own,),
            period_text="末" if not query.measures or Measure.GROWTH not in query.measures else "",
        )
        rows = figures.choose(asked, finder.figures(query.content, (doc,)), None, finder.limits)
        out += [row for row in rows if row.hit.recall >= finder.limits.answer][:1]
    return out


__all__ = ["extreme", "gap", "of_time", "rest", "several", "trend"]
