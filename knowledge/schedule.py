"""When a digest is due: a pure function of (rhythm, now), with China's holidays and make-up workdays."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import takewhile
from zoneinfo import ZoneInfo

import chinese_calendar

from knowledge.mailing import Due, Every, OnHoliday, Rhythm

Workday = Callable[[date], bool]

_HORIZON = 800  # days searched before a rhythm counts as never due; a 31st of a month comes far sooner
_LONGEST_SHIFT = 31  # days; the longest public holiday is a third of that


def workdays(holidays: Iterable[date] = (), make_up: Iterable[date] = ()) -> Workday:
    """The rule that tells working days: these tables first, then the known public holidays, then plain weekends.

    Years that the library does not know yet have weekends, what is free in every year, and what the tables say.

    >>> workdays()(date(2021, 10, 1)), workdays()(date(2021, 10, 9)), workdays()(date(2031, 10, 1))
    (False, True, False)
    """
    off, on = frozenset(holidays), frozenset(make_up)

    def is_workday(day: date) -> bool:
        if day in on:
            return True
        if day in off:
            return False
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5 and f"{day:%m-%d}" not in _fixed()

    return is_workday


def holidays_known(year: int) -> bool:
    """Whether the public holidays of a year are known.

    >>> holidays_known(2021), holidays_known(2031)
    (True, False)
    """
    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


@cache
def _fixed() -> frozenset[str]:
    """The days of the law on public holidays that have the same date in every year, as 10-01."""
    table = tomllib.loads(files("knowledge.tables").joinpath("holidays.toml").read_text(encoding="utf-8"))
    return frozenset(table["fixed"])


def next_due(rhythm: Rhythm, now: datetime, workday: Workday, paused_until: date | None = None) -> Due | None:
    """The first occasion strictly after `now` (aware) and not before `paused_until`, or None: none is in sight."""
    zone = ZoneInfo(rhythm.zone)
    start = max(now.astimezone(zone).date(), paused_until or date.min)
    for due in occasions(rhythm, start - timedelta(days=_LONGEST_SHIFT), workday):
        if due.at > now and (paused_until is None or due.at.astimezone(zone).date() >= paused_until):
            return due
    return None


def last_due(rhythm: Rhythm, now: datetime, workday: Workday) -> Due | None:
    """The latest occasion at or before `now` (aware): the one to catch up with after a late start."""
    zone = ZoneInfo(rhythm.zone)
    today = now.astimezone(zone).date()
    for months in (max(rhythm.interval, 2), 12 * max(rhythm.interval, 2)):  # holidays may skip several in a row
        start = today - timedelta(days=min(31 * months + _LONGEST_SHIFT, _HORIZON - 1))
        passed = list(takewhile(lambda due: due.at <= now, occasions(rhythm, start, workday)))
        if passed:
            return passed[-1]
    return None


def occasions(rhythm: Rhythm, start: date, workday: Workday) -> Iterator[Due]:
    """Every occasion whose naming day is `start` or later, in order, each day at most once."""
    days = _nominal_days(rhythm, start)
    day = next(days, None)
    while day is not None:
        following = next(days, None)
        actual = _actual_day(rhythm, day, workday)
        if actual is not None and (actual == day or following is None or actual < following):
            yield Due(day, _moment(rhythm, actual))
        day = following


def _nominal_days(rhythm: Rhythm, start: date) -> Iterator[date]:
    for offset in range(_HORIZON):
        day = start + timedelta(days=offset)
        if _falls_on(rhythm, day):
            yield day


def _falls_on(rhythm: Rhythm, day: date) -> bool:
    if rhythm.every is Every.DAY:
        return True
    if rhythm.every is Every.MONTH:
        last = (day + timedelta(days=1)).day == 1
        return day.day in rhythm.month_days or (last and any(wanted > day.day for wanted in rhythm.month_days))
    return day.weekday() in rhythm.weekdays and _weeks_between(rhythm.anchor, day) % rhythm.interval == 0


def _weeks_between(anchor: date, day: date) -> int:
    return ((day - timedelta(days=day.weekday())) - (anchor - timedelta(days=anchor.weekday()))).days // 7


def _actual_day(rhythm: Rhythm, day: date, workday: Workday) -> date | None:
    """The day on which the digest of `day` comes; the caller drops one that would meet the next occasion."""
    if rhythm.on_holiday is OnHoliday.KEEP or workday(day):
        return day
    if rhythm.on_holiday is OnHoliday.SKIP:
        return None
    later = (day + timedelta(days=count) for count in range(1, _LONGEST_SHIFT))
    return next((other for other in later if workday(other)), None)


def _moment(rhythm: Rhythm, day: date) -> datetime:
    """Local time to UTC: a time that a clock change leaves out is an hour later, one that it repeats is the first."""
    return datetime.combine(day, rhythm.at, ZoneInfo(rhythm.zone)).astimezone(UTC)
