"""question -> Query: what is asked, in which time, of what kind; the words are data in tables/questions.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from knowledge import numerals
from knowledge.inquiry import Kind, Query
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
    "source", "changes", "gap", "sum", "share", "why", "difficulty", "difference", "extreme", "compare", "trend", "progress",
    "overview", "list", "target", "rank", "rate", "growth", "count",
)  # fmt: skip
_KIND = {"count": Kind.FIGURE}


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
    def drop(self) -> re.Pattern[str]:
        """Words that say nothing about what is looked up."""
        return re.compile(self.table["noise"]["drop"])

    @cached_property
    def particles(self) -> re.Pattern[str]:
        """Characters that part content words."""
        return re.compile(self.table["noise"]["particles"])

    @property
    def common(self) -> tuple[str, ...]:
        """Everyday words of questions, to mend misspelt ones by."""
        return tuple(self.table["common"]["words"])

    @property
    def light(self) -> str:
        """A pattern of words that say little about what is looked up."""
        return str(self.table["noise"]["light"])

    @cached_property
    def units(self) -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
        """Classes of units: what asks for them, and the units that fit."""
        return {name: (re.compile(row["cue"]), frozenset(row["units"])) for name, row in self.table["unit"].items()}

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """(a question's word, a summary's word), longest first."""
        pairs = [(said, meant) for meant, others in self.table["words"].items() for said in others]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The built-in table."""
    return Wording(tomllib.loads(_TABLE.read_text("utf-8")))


def normalise(text: str) -> str:
    """Half-width, lower case, single blanks; characters are not changed otherwise.

    >>> normalise("ＧＤＰ　多少？")
    'gdp 多少?'
    """
    return re.sub(r"\s+", " ", text.translate(_WIDE)).strip().lower()


def split(plain: str) -> list[str]:
    """The questions of one message, each with something to ask.

    >>> split("医化产值多少?橡塑呢?")
    ['医化产值多少', '橡塑呢']
    """
    table = wording().table["split"]
    pieces = [piece.strip(" ,，。") for piece in re.split(table["ends"], plain)]
    pieces = [piece for piece in pieces if piece]
    return pieces[:6] or [plain]


def understand(text: str, plain: str, *, year: int, ref: Period | None, traditional: bool = False) -> Query:
    """One question as a Query; `plain` is its mended text, `year` and `ref` what 今年 and 目前 lean on."""
    words = wording()
    if talk := _talk(plain, words):
        return Query(text, plain, Kind.TALK, talk=talk, traditional=traditional)
    query = Query(text, plain, traditional=traditional)
    rest, query = _times(plain, query, year, ref)
    query = _units(plain, query, words)
    rest, query = _cues(rest, query, words)
    query = _leans(plain, query, words)
    return _contents(rest, query, words)


def _talk(plain: str, words: Wording) -> str | None:
    return next((name for name, pattern in words.talk.items() if pattern.fullmatch(plain)), None)


_MONTHS = re.compile(r"((?:\d{4}年)?)((?:1[0-2]|[1-9])(?:[、,和](?:1[0-2]|[1-9]))+)月(?:份)?")


_REPORT = re.compile("(?:的)?(?:年度)?(?:工作)?(?:总结|报告|简报|材料)(?:里|中|上|说|的)")


def _times(plain: str, query: Query, year: int, ref: Period | None) -> tuple[str, Query]:
    """Takes the times out of the text."""
    periods: list[Period] = []
    spans: list[tuple[int, int]] = []
    loose = False
    listed = _MONTHS.search(plain)
    if listed:
        base = int(listed[1][:4]) if listed[1] else (ref.end[0] if ref else year)
        periods += [Period((base, int(m)), (base, int(m))) for m in re.findall(r"\d+", listed[2])]
        spans.append(listed.span())
    for found in find(plain, year=year, ref=ref):
        if listed and found.span.start < listed.end() and listed.start() < found.span.end:
            continue
        word = found.span.of(plain)
        if _REPORT.match(plain, found.span.end):
            query = replace(query, source=found.period)
            spans.append((found.span.start, found.span.end))
            continue
        spans.append((found.span.start, found.span.end))
        if found.kind == "now" or word in ("年末", "年底", "年初", "期间"):
            loose = True
        else:
            periods.append(found.period)
    if len(periods) > 1 and not listed:
        periods = _carry_year(plain, spans, periods)
    text = plain
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    shown = " ".join(plain[a:b] for a, b in spans)
    return text, replace(
        query, periods=tuple(dict.fromkeys(periods)), period_text=shown, loose_period=loose and not periods
    )


def _carry_year(plain: str, spans: list[tuple[int, int]], periods: list[Period]) -> list[Period]:
    """2021年一季度和上半年: the second is of the year that the first names; 2021年6月 after 2021年 stays one."""
    out: list[Period] = []
    base: int | None = None
    for (start, end), period in zip(spans, periods, strict=False):
        word = plain[start:end]
        named = re.search(r"\d|去年|今年|前年|明年|年$", word)
        if base is not None and not re.search(r"年", word):
            period = Period((base, period.start[1]), (base + period.end[0] - period.start[0], period.end[1]))
        elif named:
            base = period.end[0]
        out.append(period)
    if (
        len(out) == 2
        and "年" not in plain[slice(*spans[1])]
        and str(out[0]).isdigit()
        and out[0].start[0] == out[1].start[0]
        and "比" not in plain
    ):
        return [out[1]]
    return out


def _units(plain: str, query: Query, words: Wording) -> Query:
    for name, (pattern, _) in words.units.items():
        if pattern.search(plain):
            return replace(query, unit=name)
    return query


def _cues(rest: str, query: Query, words: Wording) -> tuple[str, Query]:
    """Which cues stand in the text, and the text without those that are not looked up."""
    seen: list[str] = []
    soft: list[str] = []
    for name in _ORDER:
        pattern = words.cues[name]
        if not (found := [m for m in pattern.finditer(rest) if m.group()]):
            continue
        seen.append(name)
        if name in words.soft:
            soft += [m.group() for m in found]
        else:
            rest = pattern.sub(lambda m: " " if m.group() else "", rest)
    query = replace(query, cues=tuple(seen), soft=tuple(soft))
    return rest, _kind(query, words)


def _kind(query: Query, words: Wording) -> Query:
    """The kind by the strongest cue, and what it measures."""
    seen, plain = set(query.cues), query.plain
    first = next((name for name in _ORDER if name in seen), None)
    if first == "difficulty" and ("count" in seen and not re.search("哪几|有几", plain) or "rate" in seen):
        seen -= {"difficulty"}
        first = next((name for name in _ORDER if name in seen), None)
    if first == "progress" and ("growth" in seen or "rate" in seen and "count" in seen):
        first = "growth" if "growth" in seen else "rate"
    if first in ("target", "rate", "growth") and "count" not in seen and first == "target" and "rate" in seen:
        first = "rate"
    if first == "target" and "growth" not in seen and "rate" in seen and not re.search("目标|力争|确保", plain):
        first = "rate"
    kind = Kind.NOUN if first is None else _KIND.get(first) or Kind(first)
    return replace(
        query,
        kind=kind,
        measures=_measures(kind, seen),
        lowest=bool(re.search("最(?:低|慢|小|少|差|弱)|垫底|倒数|降幅|降得|跌得|掉得|降幅最大|下降最", plain)),
        top=_top(plain),
        basis=next((w for w in ("环比", "年均", "平均", "累计") if w in plain), None),
    )


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
        ("growth", Measure.GROWTH),
        ("rank", Measure.RANK),
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
    return replace(
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
    for said, meant in words.words:
        rest = rest.replace(said, meant)
    parts, shared = _parts(rest, words) if query.kind not in (Kind.LIST, Kind.PROGRESS, Kind.WHY) else ((), ())
    return replace(query, content=tuple(_pieces(rest, words)), parts=parts, shared=shared)


def _pieces(text: str, words: Wording) -> Iterable[str]:
    text = words.drop.sub(" ", text)
    text = words.particles.sub(" ", text)
    for piece in re.findall(r"[一-鿿a-z0-9.&+]+", text):
        if len(piece) > 1 and not piece.isdigit():
            yield piece


_AND = re.compile(r"[、,，和与跟及]|还是|以及|\bvs\b|对比|相比|加上|加|减去|比(?!重|例|率)")


def _parts(rest: str, words: Wording) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """医化和橡塑 产值: the things that are named side by side, and what follows them."""
    pieces = [" ".join(_pieces(piece, words)) for piece in _AND.split(rest)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) < 2:
        return (), ()
    return tuple(pieces), ()
