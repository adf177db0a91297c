"""When a digest shall come, and how long a pause lasts, as people say it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta

from knowledge.mailing import Every
from knowledge.numerals import parse as number
from knowledge.wishes.values import When
from knowledge.wishes.words import longest, table

_DAYS = "一二三四五六日天"
_WEEK = r"(?:周|星期|礼拜)"
_RUN = re.compile(rf"{_WEEK}([{_DAYS}])(?:到|至|[-—~～])(?:{_WEEK})?([{_DAYS}])")
_WEEKDAYS = re.compile(rf"{_WEEK}([{_DAYS}](?:[、,，和及跟]?(?:{_WEEK})?[{_DAYS}])*)")
_OTHER_WEEK = re.compile(rf"每?(?:两|2|二)个?{_WEEK}(?!的|后|之)(?:一次)?|每?隔(?:一个?)?{_WEEK}|双{_WEEK}")
_SOME_WEEKS = re.compile(rf"每([三四3-4])个?{_WEEK}")
_MONTH_DAYS = re.compile(
    r"(?:每个?月|月报)[^，。]{0,2}?((?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日](?:[、,，和及跟]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日])*)"
)
_DAY_NUMBER = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,3})[号日]")
_HOUR = r"(?:\d{1,2}|十[一二]?|二十[一二三]?|[一二两三四五六七八九])"
_CLOCK = re.compile(
    rf"(?<![早晚快慢])(?P<hour>{_HOUR})(?:(?P<colon>[:：])(?P<minute>[0-5]\d)|[点时](?!间|候|段|的|进)(?P<part>半|一刻|三刻|[0-5]?\d分?|[一二三四五]?十[一二三四五六七八九]?分?)?(?:钟|整)?)"
)


def when_of(text: str) -> tuple[When, str]:
    """The parts of a rhythm in a text, and the text without them."""
    when, text = _days(text)
    at, text = _clock(text)
    return replace(when, at=at), text


def _days(text: str) -> tuple[When, str]:
    if found := _MONTH_DAYS.search(text):
        days = tuple(sorted({int(number(day)) for day in _DAY_NUMBER.findall(found[1])}))
        return When(Every.MONTH, month_days=days), text.replace(found[0], "")
    for pattern, days in (
        (r"每个?月(?:底|末)|月(?:底|末)", (31,)),
        (r"每个?月初|月初", (1,)),
        (r"每个?月中旬?|月中旬?", (15,)),
        (r"每半个?月", (1, 15)),
        (r"每个?月|月报", (1,)),
    ):
        if found := re.search(pattern, text):
            return When(Every.MONTH, month_days=days), text.replace(found[0], "")
    if found := re.search(r"每个?工作日|工作日", text):
        return When(Every.WEEK, (0, 1, 2, 3, 4), interval=1), text.replace(found[0], "")
    interval, text = _interval(text)
    weekdays, text = _weekdays(text)
    if weekdays is None and (found := re.search(r"每天|每日|天天|日报", text)):
        return When(Every.DAY), text.replace(found[0], "")
    every = Every.WEEK if interval or re.search(rf"每个?{_WEEK}", text) or (weekdays and "每" in text) else None
    return When(every, weekdays, interval=interval), re.sub(rf"每个?{_WEEK}", "", text)


def _interval(text: str) -> tuple[int | None, str]:
    if found := _OTHER_WEEK.search(text):
        tail = text[found.end() - 1 : found.end() + 1]  # 每两周一: the 周 belongs to the weekday too
        keep = found[0][-1] if re.match(rf"{_WEEK}?[{_DAYS}]", tail) and found[0][-1] in "周期拜" else ""
        return 2, text.replace(found[0], "每" + keep if keep else "每", 1)
    if found := _SOME_WEEKS.search(text):
        return int(number(found[1])), text.replace(found[0], "每", 1)
    return None, text


def _weekdays(text: str) -> tuple[tuple[int, ...] | None, str]:
    if found := _RUN.search(text):
        first, last = (_DAYS.index(day) % 7 if day != "天" else 6 for day in found.groups())
        return tuple(range(first, last + 1)) or None, text.replace(found[0], "")
    if found := _WEEKDAYS.search(text):
        days = {6 if day == "天" else _DAYS.index(day) for day in found[1] if day in _DAYS}
        return tuple(sorted(days)), text.replace(found[0], "")
    if "周末" in text:
        return (5, 6), text.replace("周末", "")
    return None, text


def _clock(text: str) -> tuple[time | None, str]:
    """A time of day: 8:30, 上午9点, 下午三点半, 早上. An hour from one to six without a word is in the afternoon."""
    daytime = table()["daytime"]
    half = longest(text, daytime)
    found = _CLOCK.search(text)
    if found is None:
        return (time.fromisoformat(daytime[half]), text.replace(half, "")) if half else (None, text)
    hour, minute = int(number(found["hour"])), _minute(found)
    late = time.fromisoformat(daytime[half]).hour >= 12 if half else hour <= 6 and not found["colon"]
    if late and hour < 12 and not (half == "中午" and hour >= 10):
        hour += 12
    if hour > 23 or minute > 59:
        return None, text
    return time(hour, minute), text.replace(found[0], "").replace(half or "\0", "")


def _minute(found: re.Match[str]) -> int:
    if found["minute"]:
        return int(found["minute"])
    part = (found["part"] or "").removesuffix("分")
    return (
        {"": 0, "半": 30, "一刻": 15, "三刻": 45}.get(part, -1)
        if part in ("", "半", "一刻", "三刻")
        else int(number(part))
    )


_LENGTH = re.compile(r"(半|\d{1,3}|[一二两三四五六七八九十]{1,2})个?(天|日|周|星期|礼拜|月)")
_UNTIL_DAY = re.compile(r"到(?:(\d{1,2}|[一二三四五六七八九十]{1,3})月)?(\d{1,2}|[一二三四五六七八九十]{1,3})[号日]")
_FOREVER = date(9999, 1, 1)


def until_of(text: str, today: date) -> tuple[date, str]:
    """The day on which a pause ends; without a word it lasts until it is taken back."""
    if found := _UNTIL_DAY.search(text):
        month = int(number(found[1])) if found[1] else today.month
        return _coming(today, month, int(number(found[2])), bool(found[1])), text.replace(found[0], "")
    if found := re.search("到年底|到年末|到明年|今年", text):
        return date(today.year + 1, 1, 1), text.replace(found[0], "")
    if found := re.search("到月底|到月末|到下个?月|这个月|本月", text):
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1), text.replace(found[0], "")
    if found := re.search(rf"(?:这|本|下)一?个?{_WEEK}", text):
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=7 if "下" in found[0] else 0), text.replace(found[0], "")
    if found := _LENGTH.search(text):
        days = {"天": 1, "日": 1, "月": 30}.get(found[2], 7)
        count = days // 2 if found[1] == "半" else int(number(found[1])) * days
        return today + timedelta(days=count), text.replace(found[0], "")
    return _FOREVER, text


def _coming(today: date, month: int, day: int, named: bool) -> date:
    """The next day of that number, of the named month or of any."""
    for offset in range(14):
        year, index = divmod(today.month - 1 + offset, 12)
        try:
            found = date(today.year + year, index + 1, day)
        except ValueError:
            continue
        if found > today and (not named or found.month == month):
            return found
    return _FOREVER
