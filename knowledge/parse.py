"""question -> Query: what is asked, in which time, of what kind; the words are data in tables/questions.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge import numerals
from knowledge.inquiry import STRONG, Kind, Query, amend
from knowledge.model import Measure, Period
from knowledge.periods import find

_TABLE = Path(__file__).with_name("tables") / "questions.toml"
_WIDE = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"　": " ", "—": "-", "–": "-", "～": "~"}
)
_MEASURES = {
    Kind.GROWTH: (Measure.GROWTH, Measure.CHANGE),
    Kind.RANK: (Measure.RANK,),
    Kind.RATE: (Measure.RATE,),
    Kind.TARGET: (Measure.TARGET,),
    Kind.FIGURE: (Measure.LEVEL,),
}
_ORDER = (
    "source", "changes", "gap", "sum", "why", "difficulty", "difference", "extreme", "compare",
    "trend", "overview", "progress", "list", "yesno", "target", "rank", "rate", "growth", "count",
)  # fmt: skip
_LOWEST = (
    "最(?:低|慢|小|少|短|早|轻|差|弱|拉胯|拉垮|惨|糟|不理想)|垫底|倒数|降幅|降得|跌得|掉得|下降最|"
    "(?:排名?|列|增速|增幅)?后[一二两三四五1-5](?:名|位|个)|"
    "(?:哪|谁)[^,，。?？]{0,12}(?:慢|低|少|差|靠后|落后)"
)
_KIND = {"count": Kind.FIGURE, "yesno": Kind.PROGRESS}


@dataclass(frozen=True)
class Wording:
    """The table of question words, compiled."""

    table: Mapping[str, Any]

    @cached_property
    def cues(self) -> dict[str, re.Pattern[str]]:
        """What tells the kind of a question."""
        return {row["name"]: re.compile(row["pattern"]) for row in self.table["cue"]}

    @cached_property
    def soft(self) -> frozenset[str]:
        """Cues whose words stay in what is looked up."""
        return frozenset(row["name"] for row in self.table["cue"] if row.get("soft"))

    @cached_property
    def talk(self) -> dict[str, re.Pattern[str]]:
        """Small talk."""
        return {name: re.compile(rf"(?:{pattern})[!！。,，~.?？ ]*") for name, pattern in self.table["talk"].items()}

    @cached_property
    def leaning(self) -> dict[str, re.Pattern[str]]:
        """What leans on the question before."""
        return {name: re.compile(pattern) for name, pattern in self.table["ellipsis"].items()}

    @cached_property
    def trouble(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """What admits that something is lacking, and what tells that it was mended."""
        return re.compile(self.table["trouble"]["told"]), re.compile(self.table["trouble"]["mended"])

    @cached_property
    def drop(self) -> re.Pattern[str]:
        """Words that say nothing about what is looked up."""
        return re.compile(self.table["noise"]["drop"])

    @cached_property
    def polite(self) -> re.Pattern[str]:
        """What is said only to ask nicely."""
        return re.compile(self.table["same"]["polite"])

    @property
    def same(self) -> tuple[tuple[str, ...], ...]:
        """Groups of words for the same."""
        return tuple(tuple(group) for group in self.table["same"]["groups"])

    @cached_property
    def particles(self) -> re.Pattern[str]:
        """Characters that part content words."""
        return re.compile(self.table["noise"]["particles"])

    @property
    def common(self) -> tuple[str, ...]:
        """Everyday words of questions, to mend misspelt ones by."""
        return tuple(self.table["common"]["words"])

    def noise(self, name: str) -> str:
        """A row of the table of words that say little."""
        return str(self.table["noise"][name])

    @property
    def light(self) -> str:
        """A pattern of words that say little about what is looked up."""
        return str(self.table["noise"]["light"])

    @cached_property
    def units(self) -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
        """Classes of units: what asks for them, and the units that fit."""
        return {name: (re.compile(row["cue"]), frozenset(row["units"])) for name, row in self.table["unit"].items()}

    @cached_property
    def words(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """(a question's word, a summary's word), longest first."""
        pairs = [(said, meant) for meant, others in self.table["words"].items() for said in others]
        return tuple((re.compile(said), meant) for said, meant in sorted(pairs, key=lambda pair: -len(pair[0])))

    @cached_property
    def spoken(self) -> re.Pattern[str]:
        """Any question's word that a summary says otherwise: most questions hold none."""
        return re.compile("|".join(f"(?:{said.pattern})" for said, _ in self.words))


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The built-in table."""
    return Wording(tomllib.loads(_TABLE.read_text("utf-8")))


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Half-width, lower case, single blanks; characters are not changed otherwise.

    >>> normalise("ＧＤＰ　多少？")
    'gdp 多少?'
    """
    text = " ".join(text.translate(_WIDE).split()).lower()
    if any(map(str.isdigit, text)):
        text = _SHORT_YEAR.sub(r"\1年", text)
        text = _YEAR_OF_TWO.sub(r"20\1年", text)
    if "q" in text:
        text = _QUARTER.sub(lambda found: f"{'一二三四'[int(found[1]) - 1]}季度", text)
    if "h" in text:
        text = _HALF.sub(lambda found: "上半年" if found[1] == "1" else "下半年", text)
    return text


_SHORT_YEAR = re.compile(r"(?<!\d)((?:20)?\d\d)(?=上半年|下半年|全年|前?[一二三四1-4]季|[qh][1-4])")
_YEAR_OF_TWO = re.compile(r"(?<![\d.第近过])([12]\d)年(?=上半|下半|全年|前[一二两三]|[一二三四1-4]季|\d{1,2}月|[末底])")
_QUARTER = re.compile(r"(?<![a-z])q([1-4])(?![a-z\d])")
_HALF = re.compile(r"(?<![a-z])h([12])(?![a-z\d])")


def split(plain: str) -> list[str]:
    """The questions of one message, each with something to ask.

    >>> split("医化产值多少?橡塑呢?")
    ['医化产值多少', '橡塑呢']
    """
    table = wording().table["split"]
    pieces = [piece.strip(" ,，。") for piece in re.split(table["ends"], plain)]
    pieces = [piece for piece in pieces if len(piece) > 1] or [piece for piece in pieces if piece]  # not 急
    return pieces[:6] or [plain]


def understand(text: str, plain: str, *, year: int, ref: Period | None, traditional: bool = False) -> Query:
    """One question as a Query; `plain` is its mended text, `year` and `ref` what 今年 and 目前 lean on."""
    return amend(_meaning(plain, year, ref), text=text, traditional=traditional)


@lru_cache(maxsize=4096)
def _meaning(plain: str, year: int, ref: Period | None) -> Query:
    """What a text means; the same is asked of one place after the other, and by one person after the other."""
    words = wording()
    if talk := _talk(plain, words):
        return Query("", plain, Kind.TALK, talk=talk)
    plain = words.polite.sub("", plain) or plain
    plain = _ON_YEAR.sub("同比", plain)
    for said, meant in words.words if words.spoken.search(plain) else ():
        plain = plain if meant in plain else said.sub(meant, plain)
    rest, query = _times(plain, Query("", plain), year, ref)
    query = _units(plain, query, words)
    rest, query = _cues(rest, query, words)
    query = _leans(plain, query, words)
    return _contents(rest, query, words)


def _talk(plain: str, words: Wording) -> str | None:
    return next((name for name, pattern in words.talk.items() if pattern.fullmatch(plain)), None)


_MONTHS = re.compile(r"((?:\d{4}年)?)((?:1[0-2]|[1-9])(?:[、,和](?:1[0-2]|[1-9]))+)月(?:份)?")
_REPORT = re.compile("(?:的)?(?:年度)?(?:工作)?(?:总结|报告|简报|材料)(?:里|中|上|说|的)")
_NAMED_YEAR = re.compile(r"\d年|[去今前明]年|\d{4}")
_ON_YEAR = re.compile(
    "(?:比|较|跟|和|与)(?:去年|上年|前一年)(?:的)?(?:同期|同时期)?(?:相比|比)?[,，]?(?:都|又|还|是)?(?=多|少|涨|增|升|降|跌|提高|提升|上升|上涨|下降|减|高|低)"
)
_NOW = re.compile("现在|目前|如今|眼下|最新")
_AVERAGE = re.compile("(?:近|过去|这)?([两三四五十])年(?:来|间)?(?=年均|平均)")
_WHOLE_YEAR = ("全年", "年度")  # 完成全年任务的几成 asks of no other time
_OF_YEAR = re.compile("的?(?:控制|考核|工作|建设)?(?:目标|任务|计划|指标|预算)")
_TOWARDS = re.compile("完成|占|离|距|差|超")
_VAGUE = ("年末", "年底", "年初", "期间")


@dataclass(frozen=True, slots=True)
class _Time:
    """A time in the question and where it stands."""

    start: int
    end: int
    period: Period
    word: str


def _times(plain: str, query: Query, year: int, ref: Period | None) -> tuple[str, Query]:
    """Takes the times out of the text."""
    listed = _MONTHS.search(plain)
    times: list[_Time] = []
    vague: list[_Time] = []
    for found in find(plain, year=year, ref=ref):
        if listed and found.span.start < listed.end() and listed.start() < found.span.end:
            continue
        time = _Time(found.span.start, found.span.end, found.period, found.span.of(plain))
        if time.word in _WHOLE_YEAR and _OF_YEAR.match(plain, time.end) and _TOWARDS.search(plain):
            continue
        (vague if found.kind == "now" or time.word in _VAGUE else times).append(time)
    if ref and ref.end[0] != year:
        times = [_reported(time, ref.end[0]) for time in times]
    if average := _AVERAGE.search(plain):
        last = ref.end[0] if ref else year
        count = int(numerals.parse(average[1]))
        times.append(_Time(average.start(), average.end(), Period((last - count + 1, 1), (last, 12)), f"{last}年"))
    query = _placed(plain, times, query)
    if listed:
        query = amend(query, periods=(*_months(listed, year, ref), *query.periods))
    spans = sorted([(time.start, time.end) for time in (*times, *vague)] + ([listed.span()] if listed else []))
    text, shown = plain, " ".join(plain[start:end] for start, end in spans)
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text, amend(query, period_text=shown, loose_period=bool(vague or _NOW.search(plain)) and not query.periods)


def _reported(time: _Time, year: int) -> _Time:
    """一季度 in a report of this year on the last one is the last one's."""
    if _NAMED_YEAR.search(time.word) or time.period.months >= 12:
        return time
    return replace(time, period=_in_year(time.period, year))


def _months(listed: re.Match[str], year: int, ref: Period | None) -> list[Period]:
    """4、5、6月: each by itself."""
    base = int(listed[1][:4]) if listed[1] else (ref.end[0] if ref else year)
    return [Period((base, int(month)), (base, int(month))) for month in re.findall(r"\d+", listed[2])]


def _placed(plain: str, times: list[_Time], query: Query) -> Query:
    """The times asked for, each in the year that the one before names; the summary meant; a difference of two."""
    base: int | None = None
    out: list[_Time] = []
    for time in times:
        if _NAMED_YEAR.search(time.word):
            base = time.period.end[0]
        elif base is not None:
            time = replace(time, period=_in_year(time.period, base))
        if _REPORT.match(plain, time.end):
            query = amend(query, source=time.period)
        else:
            out.append(time)
    for one, other in pairwise(out):
        if re.fullmatch("[减-]去?", plain[one.end : other.start]) and one.period.start == other.period.start:
            return amend(query, periods=(one.period, other.period), minus=True)
    if len(out) == 2 and _narrows(plain, *out):
        out = out[1:]
    until = any(plain[max(0, time.start - 1) : time.start] in ("到", "至") for time in out)
    named = bool(base) or any(_NAMED_YEAR.search(time.word) for time in times)
    return amend(query, periods=tuple(dict.fromkeys(time.period for time in out)), year_named=named, until=until)


def _in_year(period: Period, year: int) -> Period:
    return Period((year, period.start[1]), (year + period.end[0] - period.start[0], period.end[1]))


def _narrows(plain: str, one: _Time, other: _Time) -> bool:
    """2021年……6月末: the second stands within the first."""
    within = one.period.months == 12 and one.period.start <= other.period.start and other.period.end <= one.period.end
    return within and one.period != other.period and "比" not in plain and "和" not in plain[one.end : other.start]


def _units(plain: str, query: Query, words: Wording) -> Query:
    for name, (pattern, _) in words.units.items():
        if pattern.search(plain):
            return amend(query, unit=name)
    return query


def _cues(rest: str, query: Query, words: Wording) -> tuple[str, Query]:
    """Which cues stand in the text, and the text without those that are not looked up."""
    seen: list[str] = []
    soft: list[str] = []
    for name in _ORDER:
        pattern = words.cues[name]
        if not pattern.search(rest) or not (found := [m for m in pattern.finditer(rest) if m.group()]):
            continue
        seen.append(name)
        if name in words.soft:
            soft += [m.group() for m in found]
        else:
            rest = pattern.sub(lambda m: " " if m.group() else "", rest)
    query = amend(query, cues=tuple(seen), soft=tuple(soft))
    return rest, _kind(query, words)


def _kind(query: Query, words: Wording) -> Query:
    """The kind by the strongest cue, and what it measures."""
    plain = query.plain
    seen = _weighed(set(query.cues), plain)
    first = "difference" if query.minus else next((name for name in _ORDER if name in seen), None)
    kind = Kind.NOUN if first is None else _KIND.get(first) or Kind(first)
    return amend(
        query,
        kind=kind,
        measures=_measures(kind, seen),
        lowest=bool(re.search(_LOWEST, plain)),
        top=_top(plain),
        basis=next((w for w in ("环比", "年均", "平均", "累计") if w in plain), None),
    )


_EACH = re.compile("各期|历期|历次|逐[季月期年]|各[季月]|历年|每[季月年]|这几")
_BOTH = re.compile(
    "(?:增速|增长|增幅)(?:多少|情况)?(?:[、,，和与及以]|以及)+(?:在?全?[市省国县区])?(?:的)?(?:排名|位次|名次|排第?几|排位)"
)
_OF_TARGET = re.compile("完成(?:了)?(?:全年|年度|今年)?(?:的)?(?:目标|任务|计划)(?:数)?的?(?:多少|几成|百分之)")


def _weighed(seen: set[str], plain: str) -> set[str]:
    """The cues that decide, where several stand side by side."""
    counted = "count" in seen
    if "difficulty" in seen and ((counted and not re.search("哪几|有几", plain)) or "rate" in seen):
        seen.discard("difficulty")
    if "list" in seen and counted and not re.search("哪|什么|啥|谁|叫", plain):
        seen.discard("list")
    if "growth" in seen and re.search("[涨降跌增升减]了?(?:几成|百分之)|同比[多少高低]?了?(?:几成|百分之)", plain):
        seen.discard("rate")
    if "extreme" in seen and counted and not re.search("哪|谁|什么|前[一二三四五1-5]", plain):
        seen.discard("extreme")
    if "changes" in seen and "trend" in seen and _EACH.search(plain):
        seen.discard("changes")
    if {"growth", "rank"} <= seen and _BOTH.search(plain):
        seen.discard("rank")
    if "progress" in seen and ("growth" in seen or (counted and not re.search("进展|进度", plain))):
        seen.discard("progress")
    if "yesno" in seen and seen & {"growth", "rank", "rate", "count", "target"}:
        seen.discard("yesno")
    if "target" in seen and re.search(
        "(?:任务|目标|计划)的?完成率|占[^,，]{0,6}(?:任务|目标|计划)数?的?(?:多少|几|比)", plain
    ):
        seen.discard("target")
    if "target" in seen and (
        re.search("百分之|几成", plain) or _OF_TARGET.search(plain) or ("rate" in seen and not STRONG.search(plain))
    ):
        seen.discard("target")
    return seen


def _measures(kind: Kind, seen: set[str]) -> tuple[Measure, ...]:
    """What is measured: by the kind, or for the kinds over several figures by the other cues."""
    if kind in _MEASURES:
        out = list(_MEASURES[kind])
        if kind is not Kind.TARGET:
            out += [
                m
                for name, m in (("growth", Measure.GROWTH), ("rank", Measure.RANK))
                if name in seen and m not in out and kind is not Kind.FIGURE
            ]
        return tuple(out)
    for name, measure in (
        ("target", Measure.TARGET),
        ("rank", Measure.RANK),
        ("growth", Measure.GROWTH),
        ("rate", Measure.RATE),
    ):
        if name in seen:
            return (measure,)
    return ()


def _top(plain: str) -> int:
    found = re.search("[前后][ ]?([一二两三四五1-5])(?:名|位|个|的)?", plain)
    return int(numerals.parse(found[1])) if found else 1


def _leans(plain: str, query: Query, words: Wording) -> Query:
    lean = words.leaning
    ordinal = lean["ordinal"].search(plain)
    return amend(
        query,
        leaning=bool(lean["words"].search(plain) or lean["both"].search(plain)),
        both=bool(lean["both"].search(plain)),
        ordinal=int(numerals.parse(ordinal[1]))
        if ordinal and not re.search("第[一二三]产业|第[一二三四]季", plain)
        else None,
    )


def _contents(rest: str, query: Query, words: Wording) -> Query:
    """What is left to look up, cut at particles and marks; for comparisons also its parts."""
    if query.both:
        rest = words.leaning["both"].sub(" ", rest)
    if query.ordinal:
        rest = words.leaning["ordinal"].sub(" ", rest)
    parts, shared = _parts(rest, words) if query.kind not in (Kind.LIST, Kind.PROGRESS, Kind.WHY) else ((), ())
    return amend(query, content=tuple(_pieces(rest, words)), parts=parts, shared=shared)


def _pieces(text: str, words: Wording) -> Iterable[str]:
    text = words.drop.sub(" ", text)
    text = words.particles.sub(" ", text)
    for piece in re.findall(r"[一-鿿a-z0-9.&+]+", text):
        if len(piece) > 1 and not piece.isdigit():
            yield piece


_AND = re.compile(r"[、和与跟及]|还是|以及|\bvs\b|对比|相比|加上|加|减去|比(?!重|例|率)")


_COUNTED = re.compile("(?P<item>.+?)[这那]?(?P<count>[两三四五六])(?:样|种|个|项|类|家|大|者|条|块)(?P<rest>.*)")


def _parts(rest: str, words: Wording) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """医化和橡塑 产值: the things that are named side by side, and what other clauses say of all of them."""
    clauses = [[" ".join(_pieces(piece, words)) for piece in _AND.split(clause)] for clause in re.split("[,，]", rest)]
    clauses = [named for clause in clauses if (named := [piece for piece in clause if piece])]
    if len(clauses) > 1 and (longest := max(clauses, key=len))[1:]:
        return tuple(longest), tuple(piece for clause in clauses if clause is not longest for piece in clause)
    pieces = tuple(piece for clause in clauses for piece in clause)
    if len(pieces) > 1 and (last := _COUNTED.fullmatch(pieces[-1])) and numerals.parse(last["count"]) == len(pieces):
        return (*pieces[:-1], last["item"]), tuple(last["rest"].split())
    return (pieces, ()) if len(pieces) > 1 else ((), ())
