"""What a person writes about digests, read as a wish: subscribe, change, pause, end, show now, watch."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.mailing import Every, OnHoliday, Quiet, Rhythm, WatchKind
from knowledge.numerals import parse as number


class Act(StrEnum):
    """What is wanted."""

    SUBSCRIBE = "subscribe"
    CHANGE = "change"  # another time, focus, or manner
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    LIST = "list"
    NOW = "now"
    WATCH = "watch"
    WATCHES = "watches"
    UNWATCH = "unwatch"


class Scope(StrEnum):
    """What the terms of a wish do to the focus."""

    ONLY = "only"
    ALSO = "also"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class When:
    """The parts of a rhythm that were said; None where nothing was."""

    every: Every | None = None
    weekdays: tuple[int, ...] | None = None
    month_days: tuple[int, ...] | None = None
    interval: int | None = None
    at: time | None = None

    def __bool__(self) -> bool:
        return self != When()

    def onto(self, rhythm: Rhythm, today: date) -> Rhythm:
        """A rhythm with what was said put over it; every other week counts from this one."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__ if getattr(self, name) is not None}
        if self.weekdays is not None and self.every is None:
            said["every"] = Every.WEEK
        if said.get("interval", 1) > 1:
            said["anchor"] = today
        elif self.every is not None:
            said.setdefault("interval", 1)
        return replace(rhythm, **said)


@dataclass(frozen=True, slots=True)
class Wish:
    """One message about digests. `clear` is false where it is one only for a chat that has a subscription."""

    act: Act
    when: When = field(default_factory=When)
    terms: tuple[str, ...] = ()
    scope: Scope = Scope.ONLY
    quiet: Quiet | None = None
    on_holiday: OnHoliday | None = None
    until: date | None = None  # of a pause
    which: int | None = None  # 第二个: counted from 1
    watch: WatchKind | None = None
    limit: str | None = None
    clear: bool = True


def read_wish(text: str, today: date) -> Wish | None:
    """The wish that a message states (in Simplified characters), or None where it is about something else.

    >>> wish = read_wish("每周一早上八点半给我推周报", date(2026, 11, 24))
    >>> wish.act.value, wish.when.weekdays, wish.when.at.isoformat("minutes")
    ('subscribe', (0,), '08:30')
    """
    plain = re.sub(r"\s+", "", text)
    if (watch := _watch(plain)) is not None:
        return watch
    holiday, plain = _holiday(plain)
    quiet, plain = _quiet(plain)
    act, clear = _act(plain, manner=holiday is not None or quiet is not None)
    if act is None or (not clear and _QUESTION.search(plain)):
        return None
    which = _which(plain)
    if act in (Act.PAUSE, Act.RESUME):
        until, rest = _until(_WHICH.sub("", plain), today)
        spoken_of = _terms(_without(rest, _table()["filler"]["words"]))
        if spoken_of and not clear:
            return None
        return Wish(act, until=until if act is Act.PAUSE else None, which=which, clear=clear)
    when, rest = _when(_WHICH.sub("", plain))
    scope = _scope(plain)
    terms = _terms(rest) if act in (Act.SUBSCRIBE, Act.CHANGE, Act.NOW) else ()
    if act is Act.CHANGE and not (when or terms or quiet or holiday):
        return None
    if act is Act.NOW and (when.every or when.weekdays):
        act = Act.SUBSCRIBE  # 每周一的周报
    return Wish(act, when, terms, scope, quiet, holiday, which=which, clear=clear)


# -- what is wanted ----------------------------------------------------------------------------------------------------


_QUESTION = re.compile("多少|哪些|哪个|怎么|什么|为何|几[家个位项]|[?？]")
_SENT_EVERY = re.compile(r"(?:请|麻烦)?(?:每|周[一二三四五六日天]|礼拜|星期).{0,16}?(?:推|发)")
_SEND = re.compile("(?:推|发)(?:送|给我|我|一下|一次)?[了吧]?$")


def _act(text: str, *, manner: bool) -> tuple[Act | None, bool]:
    """The act, and whether the message says so even to one who has no subscription."""
    acts, about = _table()["acts"], _table()["about"]
    clear = _holds(text, about["digest"])
    for name in ("list", "end", "pause", "resume"):
        if _holds(text, acts[name]):
            return Act(name), clear or name in ("end", "list")  # 恢复 and 暂停 are also said of factories
    changed = manner or any(text.startswith(tuple(acts[name])) for name in ("move", "only", "also", "less"))
    changed = changed or _holds(text, acts["move"])
    said, _ = _when(text)
    if said and (_SEND.search(text) or _SENT_EVERY.match(_without(text, _table()["filler"]["compounds"]))):
        return (Act.SUBSCRIBE, True) if not _QUESTION.search(text) else (None, False)
    if clear and _holds(text, acts["subscribe"]) and not _only_now(text):
        return (Act.CHANGE if changed and _holds(text, acts["move"]) else Act.SUBSCRIBE), True
    if changed and (len(text) <= 24 or clear):
        return Act.CHANGE, clear
    if _holds(text, about["asked_now"]) or (clear and _holds(text, acts["now"])):
        return Act.NOW, True
    return None, False


def _only_now(text: str) -> bool:
    """周报 alone is asked for now; with a time of coming it is subscribed to."""
    said, _ = _when(text)
    return not said and not _holds(text, ["推", "订", "发"])


def _scope(text: str) -> Scope:
    acts = _table()["acts"]
    return Scope.ALSO if _holds(text, acts["also"]) else Scope.LESS if _holds(text, acts["less"]) else Scope.ONLY


_WHICH = re.compile(r"第([一二两三四五六七八九\d])[个份条]")


def _which(text: str) -> int | None:
    found = _WHICH.search(text)
    return int(number(found[1])) if found else None


def _holiday(text: str) -> tuple[OnHoliday | None, str]:
    for name in ("skip", "keep", "shift"):
        if word := _found(text, _table()["holiday"][name]):
            return OnHoliday(name), text.replace(word, "")
    return None, text


_SILENT = re.compile(
    r"(?:没有?|无)(?:什么)?(?:新)?(?:内容|变化|变动|东西|情况|材料|数据|消息|的)?[^，。]{0,3}?(?:就|则|时)?(?:别|不|甭)(?:用|要|必)?(?:再)?(?:发|推|打扰)了?"
)
_LINE = re.compile(
    r"(?:没有?|无)(?:什么)?(?:新)?(?:内容|变化|变动|东西|情况|材料|数据|消息|的)?[^，。]{0,3}?也(?:要|请)?[^，。]{0,2}(?:说|告诉|发|推|报)(?:一声|一下|一句)?"
)


def _quiet(text: str) -> tuple[Quiet | None, str]:
    for pattern, wanted in ((_SILENT, Quiet.NOTHING), (_LINE, Quiet.LINE)):
        if found := pattern.search(text):
            return wanted, text.replace(found[0], "")
    return None, text


# -- time --------------------------------------------------------------------------------------------------------------

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
    rf"(?P<hour>{_HOUR})(?:(?P<colon>[:：])(?P<minute>[0-5]\d)|[点时](?!间|候|段|的|进)(?P<part>半|一刻|三刻|[0-5]?\d分?|[一二三四五]?十[一二三四五六七八九]?分?)?(?:钟|整)?)"
)


def _when(text: str) -> tuple[When, str]:
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
    daytime = _table()["daytime"]
    half = _found(text, daytime)
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


def _until(text: str, today: date) -> tuple[date, str]:
    """The day on which a pause ends; without a word it lasts until it is taken back."""
    if found := _UNTIL_DAY.search(text):
        month = int(number(found[1])) if found[1] else today.month
        return _coming(today, month, int(number(found[2])), bool(found[1])), text.replace(found[0], "")
    if found := re.search("到月底|到月末|这个月|本月", text):
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


# -- watches -----------------------------------------------------------------------------------------------------------

_LIMIT = re.compile(r"(?:百分之)?(-?\d+(?:\.\d+)?|[一二两三四五六七八九十百]+)(个百分点|%|％|万亿|亿|万)?[元人家]?")


def _watch(text: str) -> Wish | None:
    table = _table()["watch"]
    if _holds(text, table["list"]):
        return Wish(Act.WATCHES)
    if _holds(_WHICH.sub("", text), table["end"]):
        return Wish(Act.UNWATCH, which=_which(text))
    if not (_holds(text, table["ask"]) and _holds(text, table["when"])):
        return None
    for kind in (WatchKind.BEHIND, WatchKind.NEGATIVE, WatchKind.POSITIVE):
        if word := _found(text, table[kind.value]):
            return Wish(Act.WATCH, terms=_watched(text, word), watch=kind)
    for kind in (WatchKind.BELOW, WatchKind.ABOVE):
        word = _found(text, table[kind.value])
        found = _LIMIT.match(text, text.index(word) + len(word)) if word else None
        if found:
            limit = _limit(text, found)
            return Wish(Act.WATCH, terms=_watched(text, (word or "") + found[0]), watch=kind, limit=limit)
    if word := _found(text, table["changed"]):
        return Wish(Act.WATCH, terms=_watched(text, word), watch=WatchKind.CHANGED)
    return None


def _limit(text: str, found: re.Match[str]) -> str:
    """A limit with its measure and unit: growth:5%, 100亿."""
    digits = found[1] if found[1].lstrip("-")[0].isdigit() else str(number(found[1]))
    percent = found[2] in ("%", "％", "个百分点") or found[0].startswith("百分之")
    measure = "growth:" if re.search("增速|增幅|增长", text) else "rate:" if re.search("率|占比|比重", text) else ""
    return f"{measure}{digits}{'%' if percent or measure else found[2] or ''}"


def _watched(text: str, word: str) -> tuple[str, ...]:
    """What is watched: the words before the condition, without 完成率 or 增速 alone, which mean all of them."""
    table = _table()["watch"]
    text = _without(
        text.replace(word, "|"), [*table["ask"], "如果", "要是", "一旦", "增速", "增幅", "完成率", "低", "时"]
    )
    return tuple(term for term in _terms(text.replace("|", "、")) if term not in ("我", "了"))


# -- topics ------------------------------------------------------------------------------------------------------------


def _terms(text: str) -> tuple[str, ...]:
    """What is left when everything known is taken out, split at 和 and 、."""
    table = _table()
    acts, about = table["acts"], table["about"]
    known = [word for words in (*acts.values(), about["digest"], about["asked_now"]) for word in words]
    for joint in sorted(table["filler"]["joints"], key=len, reverse=True):
        text = text.replace(joint, "|")
    text = _without(text, known, "|", table["filler"]["compounds"])
    pieces = (_trimmed(piece, table["filler"]["words"]) for piece in text.split("|"))
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) > 1))


def _trimmed(piece: str, fillers: Iterable[str]) -> str:
    """A piece without the fillers at its ends; inside a name they belong to it."""
    ordered = sorted(fillers, key=len, reverse=True)
    while True:
        left = next((word for word in ordered if piece.startswith(word)), "")
        right = next((word for word in ordered if piece.endswith(word) and word != piece), "")
        if not left and not right:
            return piece
        piece = piece.removeprefix(left).removesuffix(right)


def _without(text: str, known: Iterable[str], gap: str = "", kept: Iterable[str] = ()) -> str:
    """A text without known words, the longest first; those that stand inside a kept word stay."""
    whole = frozenset(kept)
    words = sorted({*known, *whole}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, words)), lambda found: found[0] if found[0] in whole else gap, text)


def _holds(text: str, known: Iterable[str]) -> bool:
    return any(word in text for word in known)


def _found(text: str, known: Iterable[str]) -> str | None:
    """The longest known word in a text."""
    return max((word for word in known if word in text), key=len, default=None)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("knowledge.tables").joinpath("subscriptions.toml").read_text(encoding="utf-8"))
