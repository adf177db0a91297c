"""Time expressions of Chinese summaries and questions, as months from/to.

`year` is the year that 今年 means; `ref` the period that a document reports on,
which 同期, 五年来, 目前 and 截至 lean on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.model import Period, Span
from knowledge.numerals import CHINESE, parse


class Found(NamedTuple):
    """A time expression: where it stands, what it means, and of which kind it is.

    kind: `year`, `half`, `quarter`, `month`, `months` (a run of months), `end` (a date in a month, or its end),
    `now` (目前), `years` (several years), `plan` (a five-year plan), `base` (去年同期), `span` (近三年, 五年来).
    """

    span: Span
    period: Period
    kind: str


_CN = {char: value for value, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "十一": 11, "十二": 12}
_PLANS = {"六": 1981, "七": 1986, "八": 1991, "九": 1996}
_TEENS = "十([一二三四五六七八九])五|([六七八九])五"

_ALONE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"  # what stands beside Q3 or H1 where they mean a quarter, a half
_YEAR = (
    rf"(?P<year>(?:19|20)\d\d)\s*(?:年度?|财年|(?=[QqHh][1-4]{_END}))|(?P<short>(?<![\d.第近年个续连满去达有时了约超逾期用每过越这那几全前后])\d\d)年(?!来|内|间|以上|以来|多|期|前|后|左右|时间|历史|的|纪念)"
    r"|(?P<chinese>[一二][九〇零○][〇零○一二三四五六七八九]{2})年"
    r"|(?P<relative>今年|本年度?|当年|去年|上一?年度?(?!第)|前年|明年|来年|下一?年度?|今(?=上半|下半|[一二三四1-4]季|前))"
)
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_SUB = (
    rf"(?P<from>{_MONTH})月?份?\s*[-—–－~～至到－‐]{{1,2}}\s*(?P<to>{_MONTH})\s*月(?:份|底|末)?"
    rf"|(?<!提)前(?P<first>{_MONTH}|两)个?月(?:份)?"
    rf"|(?P<upto>截[至止]到?|至|到)(?:目前)?(?P<uyear>(?:19|20)\d\d年)?(?P<until>{_MONTH})月(?:份|底|末|(?P<uday>\d{{1,2}})[日号])?(?:为止)?"
    rf"|(?<!提)前(?P<quarters>[一二两三123])个?季度?|{_ALONE}(?:[Qq](?P<q>[1-4])){_END}"
    rf"|第?(?P<quarter>[一二三四1-4])季度?(?P<quarterend>末|底)?"
    rf"|(?P<half>上半年|下半年|{_ALONE}[Hh][12]{_END})(?P<halfend>末|底)?"
    rf"|(?P<month>(?<![\d.])1[0-2]|(?<![\d.一二三四五六七八九十])(?:0?[1-9]|十[一二]?|[一二三四五六七八九]))月(?!来|牙|球)"
    rf"(?:(?P<day>\d{{1,2}})[日号]|份?(?P<monthend>底|末|初|中旬|上旬|下旬)|份)?(?:当月|单月)?"
    rf"|(?P<whole>全年|年内|年末|年底|年初|年中|年度(?=[^目任计指投]))"
)
_SEVERAL = (
    rf"(?P<plan>[“\"”]?(?:{_TEENS})[”\"“]?(?P<planword>期间|时期|以来|末期?|规划期|初期?|头[一二三四]年|五年|收官|开局)?)"
    rf"|(?P<pastword>近|过去|最近|[这前此]|连续)?(?P<count>{CHINESE}|\d{{1,2}})年(?P<sofar>以?来|间)"
    rf"|(?P<past>近|过去|最近|(?<![学提])前)(?P<pastcount>[一二两三四五六七八九十]|\d{{1,2}})年(?P<pasttail>[以来间]*)"
    rf"|(?P<fromyear>(?:19|20)\d\d)年?\s*[-—–－~～至到]{{1,2}}\s*(?P<toyear>(?:19|20)\d\d)年"
    rf"|(?P<sinceyear>(?:19|20)\d\d|\d\d)年以来|(?P<fiveyears>本届政府(?:以来)?|五年前|(?<![第一二三四六七八九十\d])五年(?=城|累|共|新|全|总|完|实|引|建|投|净|增|年均|培|获|先)|[本该上前]届(?=政府))"
)
_REST = (
    r"(?P<same>(?:去年|上年|上一年|同比)?同期|(?:去年|上年)同月)"
    r"|(?P<now>目前|截至目前|截止目前|至今|本期|报告期(?:内|末)?|今年以来|年初以来|一年来|全年来)"
    r"|(?P<this>本月|当月|本季度|上月|上个月|上季度|上一季度|当季)"
)
_GAP = r"(?:的|\s|[,，]?(?=前|上半|下半|[1-4一二三四]季|全年|1[-—–－~～至到]))?"
_STARTS = r"(?=[\d〇零○一二两三四五六七八九十今本当去上前明来下近过最这此连截至到第QqHh全年同报目“\"])"
_RUN = "[零〇○一二两三四五六七八九十百千廿卅]"
_AFTER = r"[年月份季财QqHh\s\-—–－～~至到‐]"  # what follows the number that a time begins with
# Where _STARTS holds, a second look: the next character or two rule out most numbers and words that are no times.
_OPENS = (
    rf"(?=\d{{1,4}}+{_AFTER}|[零〇○一二两三四五六七八九十]{_RUN}*+{_AFTER}|[“\"]?(?:十[一二三四五六七八九]|[六七八九])五|[去明来全]年|[上下前][年半一个月季届]"
    rf"|[今本当][年月季期届上下前一二三四1-4]|年[内末底初中度]|第[一二三四1-4]季|目前|同[比期]|截[至止]|[至到][目今]|过去|最近|连续"
    rf"|[前近此这至到](?:\d|{_RUN})|[QqHh][1-4]|报告期)"
)
_HINT = re.compile("[年月季届期]")  # most times have one of these, the rest begin with plain characters: both are fast
_RARE_HINT = re.compile("目前|至今|十[一二三四五六七八九]五|六五|七五|八五|九五|Q[1-4]|q[1-4]|H[12]|h[12]")
_PATTERN = re.compile(
    rf"{_STARTS}{_OPENS}(?:(?:{_SEVERAL})|(?P<nowfirst>今年以来|年初以来|截[至止]目前|一年来)|(?P<samefirst>去年同期|上年同期|上年同月|去年同月)"
    rf"|(?:(?:{_YEAR})(?:(?P<yearend>[末底](?!端))|{_GAP}(?:{_SUB.replace('(?P<', '(?P<y_').replace(_ALONE, '')}))?)"
    rf"|(?:{_SUB})|(?:{_REST}))"
)


@dataclass(frozen=True, slots=True)
class _Around:
    """What relative expressions lean on."""

    year: int
    ref: Period | None

    @property
    def until(self) -> tuple[int, int]:
        """The last month that is reported on."""
        return self.ref.end if self.ref else (self.year, 12)

    @property
    def unnamed(self) -> int:
        """The year of 全年, 上半年 or 1—6月 without a year: that which is reported on."""
        return self.ref.end[0] if self.ref else self.year


def whole(year: int) -> Period:
    """January to December.

    >>> str(whole(2021))
    '2021'
    """
    return Period((year, 1), (year, 12))


def shift(period: Period, years: int) -> Period:
    """The same months of another year.

    >>> str(shift(Period.parse("2021-01/2021-06"), -1))
    '2020-01/2020-06'
    """
    return Period((period.start[0] + years, period.start[1]), (period.end[0] + years, period.end[1]))


def find(text: str, *, year: int, ref: Period | None = None) -> list[Found]:
    """Every time expression of a document or a question, from left to right, none overlapping.

    >>> [(f.span.of("1—6月产值"), str(f.period)) for f in find("1—6月产值", year=2021)]
    [('1—6月', '2021-01/2021-06')]
    """
    return list(_read(text, _Around(year, ref))) if _HINT.search(text) or _RARE_HINT.search(text) else []


def _read(text: str, around: _Around) -> Iterator[Found]:
    for found in _PATTERN.finditer(text):
        got = _meaning(found, around)
        if got is not None:
            yield Found(Span(*found.span()), *got)


def _meaning(found: re.Match[str], around: _Around) -> tuple[Period, str] | None:
    """The period and kind of one match; None for what only looks like one."""
    kind = found.lastgroup
    if kind is None:
        return None
    for group, meaning in _MEANINGS.items():
        if found[group] is not None:
            return meaning(found, around)
    base = _year_of(found, around)
    if base is not None and found["yearend"]:
        return Period((base, 12), (base, 12)), "end"
    if base is not None:
        return _within(found, "y_", base, around) or (whole(base), "year")
    return _within(found, "", around.unnamed, around)


def _year_of(found: re.Match[str], around: _Around) -> int | None:
    """The year that is named, or None."""
    if found["year"]:
        return int(found["year"])
    if found["short"]:
        century = around.year // 100 * 100
        near = century + int(found["short"])
        return near if around.year - 12 <= near <= around.year + 3 else None
    if found["chinese"]:
        return int(parse(found["chinese"].replace("○", "〇")))
    if found["relative"] == "当年" and around.ref:
        return around.ref.end[0]
    if found["relative"]:
        return around.year + {"去": -1, "上": -1, "前": -2, "明": 1, "来": 1, "下": 1}.get(found["relative"][0], 0)
    return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _CN.get(text) or int(parse(text))


def _within(found: re.Match[str], prefix: str, year: int, around: _Around) -> tuple[Period, str] | None:
    """A part of a year: months, quarters, halves."""

    def get(name: str) -> str | None:
        return found[prefix + name]

    if (first := get("from")) and (last := get("to")):
        start, end = _number(first), _number(last)
        return (Period((year, start), (year, end)), "months") if start <= end else None
    if first := get("first"):
        return Period((year, 1), (year, _number(first))), "months"
    if until := get("until"):
        named = get("uyear")
        year = int(named[:4]) if named else year
        return Period((year, 1), (year, _number(until))), "months"
    if quarters := get("quarters"):
        return Period((year, 1), (year, 3 * _number(quarters))), "months"
    if quarter := get("q") or get("quarter"):
        end = 3 * _number(quarter)
        start, kind = (end, "end") if get("quarterend") else (end - 2, "quarter")
        return Period((year, start), (year, end)), kind
    if half := get("half"):
        end = 6 if half[0] == "上" or half[-1] == "1" else 12
        start, kind = (end, "end") if get("halfend") else (end - 5, "half")
        return Period((year, start), (year, end)), kind
    if month := get("month"):
        kind = "end" if get("monthend") or get("day") else "month"
        return Period((year, _number(month)), (year, _number(month))), kind
    if part := get("whole"):
        return _whole_part(part, year)
    return None


def _whole_part(part: str, year: int) -> tuple[Period, str]:
    if part in ("年末", "年底"):
        return Period((year, 12), (year, 12)), "end"
    if part == "年初":
        return Period((year, 1), (year, 1)), "end"
    if part == "年中":
        return Period((year, 6), (year, 6)), "end"
    return whole(year), "year"


def _plan(found: re.Match[str], around: _Around) -> tuple[Period, str]:
    """The five years of a plan: the thirteenth began in 2016."""
    quoted = found["plan"].strip('“”"')
    start = 2016 + 5 * (_CN[quoted[1]] - 3) if quoted[0] == "十" else _PLANS[quoted[0]]
    word = found["planword"] or ""
    if word.startswith(("末", "收官")):
        return whole(start + 4), "year"
    if word.startswith("开局"):
        return whole(start), "year"
    return Period((start, 1), (start + 4, 12)), "plan"


def _last_years(count: int, around: _Around) -> tuple[Period, str] | None:
    """五年来 ends with the last year that is reported on."""
    last = around.until[0]
    if count == 1:
        return whole(last), "year"
    return (Period((last - count + 1, 1), (last, 12)), "span") if 1 < count <= 40 else None


def _same(found: re.Match[str], around: _Around) -> tuple[Period, str]:
    """去年同期 compares with the same months a year before."""
    return shift(around.ref or whole(around.year), -1), "base"


def _now(found: re.Match[str], around: _Around) -> tuple[Period, str]:
    """目前, 今年以来: what the document reports on, up to its last month."""
    return around.ref or whole(around.year), "now"


def _this(found: re.Match[str], around: _Around) -> tuple[Period, str]:
    """本月, 上季度: the last month or quarter that is reported on, or the one before."""
    word = found["this"]
    year, month = around.until
    size = 3 if "季" in word else 1
    end = (month + size - 1) // size * size - (size if word[0] == "上" else 0)
    year, end = (year, end) if end > 0 else (year - 1, end + 12)
    return Period((year, end - size + 1), (year, end)), "quarter" if size == 3 else "month"


def _between(found: re.Match[str], around: _Around) -> tuple[Period, str] | None:
    first, last = int(found["fromyear"]), int(found["toyear"])
    return (Period((first, 1), (last, 12)), "years") if first < last else None


def _since(found: re.Match[str], around: _Around) -> tuple[Period, str]:
    text = found["sinceyear"]
    first = int(text) if len(text) == 4 else around.year // 100 * 100 + int(text)
    last = around.until[0]
    return Period((min(first, last), 1), (last, 12)), "years"


_MEANINGS: dict[str, Callable[[re.Match[str], _Around], tuple[Period, str] | None]] = {
    "plan": _plan,
    "sofar": lambda found, around: _last_years(int(parse(found["count"])), around),
    "past": lambda found, around: _last_years(int(parse(found["pastcount"])), around),
    "fromyear": _between,
    "sinceyear": _since,
    "fiveyears": lambda found, around: _last_years(5, around),
    "nowfirst": _now,
    "now": _now,
    "samefirst": _same,
    "same": _same,
    "this": _this,
}
