"""The greatest and smallest of the figures that one indicator has, and those that rise or fall."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from knowledge.inquiry import Hit, Kind, Plan, Query, amend
from knowledge.model import DocumentInfo, Fact, Measure, Status
from knowledge.plan import figures, members
from knowledge.plan.finder import Finder, end, of_time

_TRADE = re.compile("行业|产业")


def extreme(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """The greatest or smallest of the figures that one indicator has for several activities."""
    query = members.measured(query)
    if len([part for part in query.parts if not members.GENERIC.match(part)]) >= 2 and (
        made := _extreme_of_parts(query, finder, docs)
    ):
        return made
    content = tuple(piece for piece in query.content if not members.GENERIC.match(piece))
    rows = _group(query, content, finder, docs)
    return _ordered(query, rows) if rows and _all_there(query, rows) else None


def _all_there(query: Query, rows: Sequence[figures.Fitted]) -> bool:
    """Whether each of the things that are named side by side has a figure among those compared."""
    names = [row.fact.obs.name for row in rows]
    parts = [part for part in query.parts if not members.GENERIC.match(part)]
    return len(parts) < 3 or all(any(part[:2] in name for name in names) for part in parts)


def _group(
    query: Query, content: tuple[str, ...], finder: Finder, docs: Sequence[DocumentInfo], *, rest: bool = False
) -> list[figures.Fitted]:
    """The figures that one indicator has for several activities, the set that fits best; `rest`: with 其他行业."""
    faint = not content or finder.faint(content)
    hits = (
        finder.figures(content, docs)
        if not faint
        else [Hit(fact, 0.7, 0.7, 0.0) for doc in docs for fact in finder.all_figures(doc)]
    )
    groups: dict[object, list[figures.Fitted]] = defaultdict(list)
    for row in figures.choose(
        query, hits, finder.units(query), replace(finder.limits, ask=min(0.5, finder.limits.ask))
    ):
        obs = row.fact.obs
        if obs.activity and (rest or not obs.activity.startswith("其他")) and obs.measure is query.measures[0]:
            groups[(row.fact.doc.doc_id, obs.indicator, obs.measure, str(obs.time_period))].append(row)
    sets = [rows for rows in groups.values() if len({row.fact.obs.activity for row in rows}) >= 2]
    if not sets:
        return []
    trades = {
        _TRADE.sub("", activity)
        for rows in sets
        for row in rows
        if _TRADE.search(activity := row.fact.obs.activity or "")
    }
    rows = max(sets, key=lambda rows: (_fits(query, rows, faint, trades), end(rows[0].fact.doc), len(rows)))
    return max((rows, *(other for other in sets if _covers(other, rows))), key=len)


_EACH = re.compile(
    "(?:各个?|每一?个|所有|全部|分|[几三四五六七八九十]大)(?:重点|主要)?(?P<what>行业|产业|镇街?|乡镇|街道|县区?|区县|园区|学段)(?:看|来看)?"
    "|(?P<trade>行业|产业)(?=(?:产值|增速|增幅|增长)?的?排[名行])"
)


def breakdown(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """各行业增速: the figure of every member of a group, in order; None where the question is about something else."""
    found = _EACH.search(query.plain)
    if not found or query.kind in (Kind.SUM, Kind.EXTREME, Kind.DIFFERENCE, Kind.DIFFICULTY, Kind.SHARE):
        return None
    pieces = (re.sub("排[名行]榜?|情况|看$", "", _EACH.sub("", piece)) for piece in query.content)
    content = tuple(piece for piece in pieces if piece and not members.GENERIC.match(piece))
    growth = "growth" in query.cues or members.SPEED.search(query.plain)
    measure = Measure.GROWTH if growth else Measure.RATE if re.search("占比|比重|率", query.plain) else Measure.LEVEL
    asked = amend(query, kind=Kind.LIST, measures=(measure,), content=content, parts=(), top=1)
    rows = _group(asked, content, finder, of_time(query, docs)[:1], rest=True)
    ends = _END.get((found["what"] or "")[-1:])
    rows = [row for row in rows if not ends or (row.fact.obs.activity or "").endswith(ends)]
    if len({row.fact.obs.activity for row in rows}) < 2:
        return None
    made = _ordered(asked, rows)
    return replace(made, reason="" if made.status is Status.MASKED else "从高到低依次是：")


_END = {
    "镇": ("镇", "乡", "街道"),
    "街": ("镇", "乡", "街道"),
    "道": ("街道",),
    "县": ("县", "区", "市"),
    "区": ("区", "县", "市", "园"),
}


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


_WHICH = re.compile("哪(?:一?个|几个|些)?(?:地方|县|[乡城]?镇|园区|行业|产业|领域)")
_SPOT = re.compile("(?:一?个|几个|些)?(?:地方|县|[乡城]?镇|园区|行业|产业|领域)?(?:还|仍|都|也)?(?:在|是|有)?$")


def asks_which(query: Query) -> bool:
    """Whether it is asked which of several places or sectors rises or falls: 哪个地方还在涨."""
    return bool(_WHICH.search(query.plain) and (_FALL.search(query.plain) or _RISE.search(query.plain)))


_TOLD_OF = re.compile("(?:单独|分别|专门)?(?:列出|提到|说到|讲到|公布|点到)")


def signed(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """哪些行业在下降: the activities whose growth is of the sign asked for; 列出产值的是哪几个行业: all of them."""
    pattern = next((each for each in (_FALL, _RISE, _TOLD_OF) if each.search(query.plain)), None)
    if pattern is None:
        return None
    left = (pattern.sub("", piece) for piece in query.content)
    content = tuple(piece for piece in left if piece and not members.GENERIC.match(piece))
    content = tuple(piece for piece in content if not _SPOT.match(piece))
    if not (_TRADE.search(query.plain) or _WHICH.search(query.plain)):
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


def _fits(query: Query, rows: Sequence[figures.Fitted], faint: bool, trades: set[str]) -> float:
    """How well a set of figures fits: what is named, sectors where sectors are asked for, and many of them."""
    trade = "行业" in query.plain or "产业" in query.plain
    named = sum(_TRADE.sub("", row.fact.obs.activity or "") in trades for row in rows) / len(rows)
    recall = 0.0 if faint else max(row.score for row in rows)
    size = min(len({row.fact.obs.activity for row in rows}), 8) * 0.05
    return round(recall + (0.3 * named if trade else 0) + size, 2)


_MOST = re.compile("最[高低快慢多少大小长短]")


def _ordered(query: Query, rows: Sequence[figures.Fitted]) -> Plan:
    """The rows in order of value, one for each activity, or for each name where they are of none."""
    first: dict[str, figures.Fitted] = {}
    for row in rows:
        first.setdefault(row.fact.obs.activity or row.fact.obs.name, row)
    found = list(first.values())
    if any(row.fact.obs.value is None for row in found):
        return Plan(Status.MASKED, query.kind, query, hits=tuple(row.hit for row in found[:4]))
    found.sort(key=lambda row: row.fact.obs.value or Decimal(0), reverse=not query.lowest)
    hits = tuple(row.hit for row in found[: max(query.top, 12 if query.kind is Kind.LIST else 4)])
    lead = "、".join(hit.fact.obs.activity or hit.fact.obs.name for hit in hits[: query.top])
    word = said[0] if (said := _MOST.search(query.plain)) else "最低" if query.lowest else "最高"
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
    parts = [part for part in query.parts if not members.GENERIC.match(part)]
    unsaid = () if query.shared and Measure.GROWTH not in query.measures else (None,)
    for shared in dict.fromkeys((" ".join(query.shared) or None, *unsaid, *parts)):
        others = [part for part in parts if part != shared]
        rows = [members.fitting(query, (part, shared) if shared else (part,), finder, docs) for part in others]
        found = [row for row in rows if row is not None]
        if (
            len(found) == len(others) >= 2
            and len({row.fact.obs_id for row in found}) == len(found)
            and len({row.fact.obs.name for row in found}) == len(found)
            and (shared not in parts or all(shared[:2] in row.fact.obs.name for row in found))
            and len({row.fact.obs.unit for row in found}) == 1
        ):
            return _ordered(query, found)
    return None
