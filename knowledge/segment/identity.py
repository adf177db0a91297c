"""What a document is: title, issuer, place, the year it calls 今年 and the period it reports on."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath

from knowledge import periods
from knowledge.model import Paragraph, ParagraphKind, Period, Repaired
from knowledge.segment.headings import clean

_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{3}")
_NUMBER = re.compile(r"^[一二三四五六七八九十]+、")
_APART = re.compile(r"^[—―－-]|^[（(][^）)]*[）)]$|各位代表|人民代表大会第.{1,3}次会议上")
_GENRE = re.compile(r"总结|报告|公报|汇报|要点|打算|思路|安排|计划|情况|通报|简报|分析|综述|小结|述职|回顾|规划")
_FRONT_TITLE = re.compile(r"^title:\s*(.+)$")
_FRONT = re.compile(r"^(?:---|\w+:\s)")
_SPOKEN = re.compile(r"人民代表大会|人大.{1,3}次会议|全会|会议上|市长|省长|县长|区长|主席|\d{4}年\d{1,2}月\d{1,2}日")
_COUNTRY = re.compile(r"中华人民共和国|^国家统计局|国务院|全国国民经济")
_PLACE = re.compile(
    r"(?:^|[年在代表市省州区于（(\s—―－-])"
    r"(?P<place>(?!全|本|我|各|省|市|县|该|对|会城|级城|个城|中心城|大城|现代)(?:(?![月日在第届的])[\u4e00-\u9fff]){2,7}?"
    r"(?:自治区|自治州|自治县|开发区|高新区|新区|地区|省|市|县|区|旗|镇|乡|街道|盟))(?!委|政府工作会|场|长|级|域|值|上)"
)
_WHOLE_PLACE = re.compile(r"[省市县旗]$|自治[区州]$")
_ISSUER = re.compile(
    r"[\u4e00-\u9fff]{2,16}?(?:管理委员会|委员会|人民政府|统计局|办公室|服务中心|管委会|监督局|管理局|经信局|发改局|局|厅|委|集团|公司)"
    r"(?=关于|\d|[一二三四五六七八九十]|年|工作|$|\s|（|的|二〇|上半|前三|第)"
)
_SPEAKER = re.compile(
    r"(?:^|[，。、])(?P<issuer>[\u4e00-\u9fff]{0,6}?[省市县区州旗镇][\u4e00-\u9fff]{1,12}?(?:局|委|办|厅|中心|管委会))"
    r"(?=深入|认真|坚持|紧紧|紧扣|围绕|按照|扎实|全面|贯彻|切实|积极|以|在|立足|聚焦|落实|统筹|坚决|牢固|始终|主动)"
)
_HAN_DIGITS = str.maketrans("〇零○ＯO一二三四五六七八九０１２３４５６７８９", "00000123456789" + "0123456789")
_HAN_YEAR = re.compile(r"[一二][一二三四五六七八九〇零○ＯO]{3}(?=\s*年)")
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d|\.\d)")
_SPAN_OF_YEAR = (
    (
        re.compile(r"上半年|(?<!下)半年(?:度|工作|总结|小结)|1\s?[—–－~～至到-]\s?6月|一至六月|前二季度|前两季度"),
        (1, 6),
    ),
    (re.compile(r"前三季度|前3季度|1\s?[—–－~～至到-]\s?9月|一至九月|三季度末"), (1, 9)),
    (re.compile(r"(?:第?一|1|首)季度|1\s?[—–－~～至到-]\s?3月|一至三月"), (1, 3)),
    (re.compile(r"第?二季度"), (4, 6)),
    (re.compile(r"第?三季度"), (7, 9)),
    (re.compile(r"第?四季度"), (10, 12)),
    (re.compile(r"下半年"), (7, 12)),
)
_TO_MONTH = re.compile(r"(?:前|1\s?[—–－~～至到-]\s?)(?P<month>\d{1,2})(?:个)?月")
_ONE_MONTH = re.compile(r"年(?P<month>\d{1,2})月份?(?!\d|日|[—–－~～至到-])")
_OPENING = re.compile(r"\W*(?P<year>(?:19|20)\d\d)年")
_TO_ASSEMBLY = re.compile(r"向(?:大会|会议|各位代表).{0,6}(?:报告|汇报)|人民代表大会第.{1,3}次会议")
_REPORT = re.compile(r"(?:政府|人民政府)工作\s*报告|计划.{0,12}执行情况|预算执行情况")
_MANY_YEARS = re.compile(
    r"(?:19|20)\d\d年?\s*[—–－~～至到-]{1,2}\s*(?:19|20)\d\d年|(?<!\d年)[“\"]?十[一二三四五六七八九]五[”\"]?(?:期间|时期)?.{0,6}(?:工作|总结)"
)
_REVIEWED = re.compile(r"(?P<year>(?:19|20)\d\d)年(?:[^，。；]{0,14})(?:回顾|总结|完成情况|工作情况)")


@dataclass(frozen=True, slots=True)
class Identity:
    """What was found out about a document; every field but the title may be unknown."""

    title: str
    issuer: str | None
    ref_area: str | None
    year: int | None
    time_period: Period | None
    months: tuple[int, int] | None


def identify(repaired: Repaired, paragraphs: tuple[Paragraph, ...]) -> Identity:
    """Tell title, issuer, place, year and period from title, first lines, headings and the file's name."""
    text = repaired.text
    top = [clean(p.span.of(text)) for p in paragraphs if p.kind is ParagraphKind.TITLE]
    headings = [clean(p.span.of(text)) for p in paragraphs if p.kind is ParagraphKind.HEADING]
    stem = PurePath(repaired.source.name).stem
    title = _title(repaired.source.title, top)
    heads = [line for line in (title, *top, stem) if line and not _FRONT.match(line)]
    is_report = bool(_REPORT.search(" ".join(heads)) or _TO_ASSEMBLY.search(text[:1500]))
    place = _place(heads, text[:4000])
    year, period, months = _when(heads, headings, text, is_report)
    report = f"{place or ''}{f'{year}年' if year else ''}政府工作报告" if is_report else ""
    issuer = _issuer(heads[:-1]) or (f"{place}人民政府" if is_report and place else _speaker(text))
    return Identity(title or _fallback_title(headings, stem, report, issuer or ""), issuer, place, year, period, months)


def _title(given: str | None, top: list[str]) -> str:
    """The line of the title block that names a kind of document, one with a year first; empty if there is none."""
    front = [found[1].strip() for line in top if (found := _FRONT_TITLE.match(line))]
    plain = [line for line in top if not _FRONT.match(line)]
    candidates = [_halved(line) for line in (*([given] if given else []), *front, *_joined(plain), *plain)]
    fitting = [line for line in candidates if _GENRE.search(line) and not _APART.search(line)]
    if fitting:
        return max(fitting, key=lambda line: (bool(_YEAR.search(_digits(line))), -candidates.index(line)))
    return plain[0] if plain and len(plain[0]) >= 4 and not _SPOKEN.search(plain[0]) else ""


def _fallback_title(headings: list[str], stem: str, report: str, issuer: str) -> str:
    """The file's name if it is a Chinese one, else what the document is by its text, else bureau and first heading."""
    if _CHINESE_NAME.search(stem):
        return stem
    telling = (issuer + _NUMBER.sub("", line) for line in headings if _GENRE.search(line))
    return report or next(telling, stem)


def _joined(lines: list[str]) -> list[str]:
    """A title broken over two lines: the second names the genre, the first the bureau or the year."""
    return [
        first + second
        for first, second in itertools.pairwise(lines)
        if _GENRE.search(second) and not _GENRE.search(first) and not _SPOKEN.search(first) and len(first + second) < 50
    ]


def _halved(line: str) -> str:
    """A title that a web page gives twice over, given once."""
    half = len(line) // 2
    return line[:half] if half > 4 and line[:half] == line[half:] else line


def _digits(line: str) -> str:
    """Years in Chinese digits as Arabic ones: 二〇二一年 -> 2021年."""
    return _HAN_YEAR.sub(lambda found: found[0].translate(_HAN_DIGITS), line)


def _issuer(heads: list[str]) -> str | None:
    for line in heads:
        found = _ISSUER.search(line)
        if found and not _SPOKEN.search(found[0]):
            return re.sub(r"^年度?", "", found[0])
    return None


def _speaker(text: str) -> str | None:
    """The bureau that the opening sentence speaks of: 今年以来，县水利局认真…"""
    found = _SPEAKER.search(text[:200])
    return found["issuer"] if found else None


def _place(heads: list[str], body: str) -> str | None:
    for line in heads:
        if _COUNTRY.search(line):
            return "全国"
        if (found := _PLACE.search(re.sub(r"^[（(][^）)]*[）)]", "", line))) is not None:
            return found["place"]
    places = (found["place"] for found in _PLACE.finditer(body))
    counted = Counter(place for place in places if _WHOLE_PLACE.search(place))
    place, times = counted.most_common(1)[0] if counted else ("", 0)
    return place if times >= 3 else None


def _when(
    heads: list[str], headings: list[str], text: str, is_report: bool
) -> tuple[int | None, Period | None, tuple[int, int] | None]:
    lines = [_digits(line) for line in heads]
    headings = [_digits(line) for line in headings]
    year = _first_year(lines) or _opening_year(text) or _signed_year(text)
    if is_report:
        return _report(year, headings)
    if several := _several_years(lines):
        return several.end[0], several, None
    months = _months(lines) or _months(headings[:6])
    if year is None:
        return None, None, months
    first, last = months or (1, 12)
    return year, Period((year, first), (year, last)), months


def _several_years(lines: list[str]) -> Period | None:
    """The years that a title names: 2021—2025年工作总结, “十四五”工作总结."""
    for line in lines[:2]:
        found = periods.find(line, year=1) if _MANY_YEARS.search(line) else []
        kinds = ("years",) if _OPENING.match(line) else ("years", "plan")
        if several := next((time.period for time in found if time.kind in kinds), None):
            return several
    return None


def _report(year: int | None, headings: list[str]) -> tuple[int | None, Period | None, None]:
    """A government work report, given early in `year`, is on the year before, unless a heading says otherwise."""
    reviewed = next((int(found["year"]) for line in headings if (found := _REVIEWED.search(line))), None)
    if year is None and reviewed is None:
        return None, None, None
    year = year or (reviewed or 0) + 1
    if reviewed is None or not year - 1 <= reviewed <= year:
        reviewed = year - 1
    return year, Period((reviewed, 1), (reviewed, 12)), None


def _first_year(lines: list[str]) -> int | None:
    return next((int(found["year"]) for line in lines if (found := _YEAR.search(line))), None)


def _opening_year(text: str) -> int | None:
    """The year that the first line begins with: 2021年上半年，…"""
    found = _OPENING.match(_digits(text[:40]))
    return int(found["year"]) if found else None


def _signed_year(text: str) -> int | None:
    """The year of the date that a document ends with."""
    found = re.findall(r"((?:19|20)\d\d)年\d{1,2}月\d{1,2}日", _digits(text[-200:]))
    return int(found[-1]) if found else None


def _months(lines: list[str]) -> tuple[int, int] | None:
    for line in lines:
        for pattern, months in _SPAN_OF_YEAR:
            if pattern.search(line):
                return months
        if found := _TO_MONTH.search(line):
            return (1, int(found["month"])) if 1 <= int(found["month"]) <= 12 else None
        if (found := _ONE_MONTH.search(line)) and _GENRE.search(line) and 1 <= int(found["month"]) <= 12:
            return int(found["month"]), int(found["month"])
    return None
