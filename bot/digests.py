"""[digest] of bot.toml as the values that scheduling and delivering take."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.settings import DigestSettings
from handlers.subscriptions import Defaults
from knowledge.errors import SettingsError
from knowledge.mailing import OnHoliday, Pace, Quiet, Rhythm
from knowledge.schedule import Workday, workdays


def pace(settings: DigestSettings) -> Pace:
    """How fast the outbox is sent."""
    return Pace(**{each.name: getattr(settings, each.name) for each in fields(Pace)})


def workday(settings: DigestSettings) -> Workday:
    """The rule for working days, extended by bot.toml. Raises SettingsError."""
    try:
        return workdays(map(date.fromisoformat, settings.holidays), map(date.fromisoformat, settings.workdays))
    except ValueError as error:
        raise SettingsError(f"bot.toml 的 [digest] holidays 和 workdays 要写成 2027-02-08 这样：{error}。") from error


def defaults(settings: DigestSettings) -> Defaults:
    """What a subscription is where nothing else is said. Raises SettingsError."""
    try:
        ZoneInfo(settings.timezone)
        at = time.fromisoformat(settings.at)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise SettingsError("bot.toml 的 [digest] at 要写成 08:30，timezone 要写成 Asia/Shanghai 这样。") from error
    if not 1 <= settings.weekday <= 7:
        raise SettingsError("bot.toml 的 [digest] weekday 是 1（周一）到 7（周日）。")
    rhythm = Rhythm(
        weekdays=(settings.weekday - 1,), at=at, zone=settings.timezone, on_holiday=OnHoliday(settings.on_holiday)
    )
    return Defaults(rhythm, Quiet(settings.quiet))
