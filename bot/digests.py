"""[digest] of bot.toml as the values that scheduling and delivering take, and the courier that is built from them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import date, time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from telegram import Bot

from bot.settings import DigestSettings, Settings
from bot.updates import LoggedRequest
from handlers.access import Gate, Rules, person_ids, reading
from handlers.choices import Defaults
from handlers.messages import Who
from handlers.sending import sender
from handlers.telegram.who import CHANNEL
from handlers.weekly import Courier
from knowledge.errors import SettingsError
from knowledge.mailing import ChatKind, OnHoliday, Pace, Quiet, Rhythm
from knowledge.schedule import Workday, workdays
from knowledge.store.people import People


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


@contextlib.asynccontextmanager
async def delivering(settings: Settings, store: Path, people: People) -> AsyncIterator[Courier]:
    """A courier on a store, through a connection pool of its own, for the chats that are admitted."""
    rate = pace(settings.digest)
    gate = Gate(people.access, rules(settings))
    request = LoggedRequest(connection_pool_size=rate.at_once, proxy=settings.telegram.proxy or None)
    async with Bot(settings.token, settings.telegram.base_url, request=request) as bot:
        send = sender(bot, rate, protect=settings.access.protect)
        admitted = partial(_admitted, gate)
        reader = partial(_reader, gate, people)
        yield Courier(store, send, rate, workday(settings.digest), admitted=admitted, people=people, reader=reader)


def rules(settings: Settings) -> Rules:
    """[access] of bot.toml."""
    access = settings.access
    admins, allowed = person_ids(access.admins), person_ids(access.allowed)
    return Rules(access.mode, admins, allowed, access.mark, access.protect, access.per_minute)


def _admitted(gate: Gate, chat: int, kind: ChatKind) -> bool:
    """Whether a chat may still be told figures."""
    return gate.role(Who(CHANNEL, str(chat), str(chat), group=kind is not ChatKind.PRIVATE)) is not None


def _reader(gate: Gate, people: People, chat: int, kind: ChatKind) -> str:
    """Who reads what a chat is sent, where bot.toml wants that named: the person, or the group."""
    if not gate.rules.mark:
        return ""
    if kind is not ChatKind.PRIVATE:
        return reading(dict(people.access.groups(CHANNEL)).get(str(chat)) or "本群", str(chat))
    known = people.access.find(CHANNEL, str(chat))
    return reading(known.name if known else "读者", str(chat))
