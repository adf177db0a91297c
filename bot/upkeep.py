"""What the running bot does by itself: daily backups, forgetting what is over, and watching the clock and the disk."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time as times
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.digests import defaults
from bot.memory import tidy
from bot.places import backup_folder
from bot.settings import Settings
from knowledge.errors import JianbaoError, SettingsError, StoreError
from knowledge.store.people import People
from knowledge.store.upkeep import back_up, backups, rotate

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
FORGET_EVERY = timedelta(hours=1)
AGAIN_AFTER_FAULT = timedelta(hours=1)
LOW_DISK = 200_000_000  # bytes
JUMP = timedelta(minutes=5)
WARY = timedelta(hours=1)  # after a jump of the clock nothing is thrown away for so long


def backup_time(settings: Settings) -> time:
    """[backup] at. Raises SettingsError."""
    try:
        return time.fromisoformat(settings.backup.at)
    except ValueError as error:
        raise SettingsError("bot.toml 的 [backup] at 要写成 03:15 这样。") from error


class Upkeep:
    """The housekeeping of one store. `clock` and `running` (seconds that only go forward) can be others in tests."""

    def __init__(
        self,
        settings: Settings,
        store: Path,
        people: People,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        running: Callable[[], float] = times.monotonic,
    ) -> None:
        self._settings = settings
        self._store = store
        self._people = people
        self._clock = clock
        self._running = running
        self._at = backup_time(settings)
        self._zone = ZoneInfo(defaults(settings.digest).rhythm.zone)
        self._folder = backup_folder(settings, store)
        self._last = (clock(), running())
        self._wary_until = 0.0
        self._forget_at = running() + FORGET_EVERY.total_seconds()
        self._backup_again = 0.0

    def look(self) -> None:
        """One round; a fault of one duty does not keep the others from being done."""
        self._watch_clock()
        for duty in (self._back_up, self._forget, self._watch_disk):
            try:
                duty()
            except JianbaoError as error:
                logger.error("%s", error, exc_info=error)

    def backup_due(self, now: datetime) -> bool:
        """Whether no backup was made since the latest time that was set for one; those of the future do not count."""
        local = now.astimezone(self._zone)
        moment = datetime.combine(local.date(), self._at, self._zone)
        moment = moment if moment <= local else moment - timedelta(days=1)
        found = backups(self._folder, self._store) if self._folder.exists() else []
        return not any(moment <= each.at <= now + JUMP for each in found)

    def _watch_clock(self) -> None:
        now, running = self._clock(), self._running()
        off = (now - self._last[0]).total_seconds() - (running - self._last[1])
        self._last = (now, running)
        if abs(off) > JUMP.total_seconds():
            self._wary_until = running + WARY.total_seconds()
            logger.error("本机时钟跳了 %+.0f 秒，请检查对时；一小时内不清理旧数据。", off)

    def _back_up(self) -> None:
        now, rule = self._clock(), self._settings.backup
        if not rule.daily or self._running() < self._backup_again or not self.backup_due(now):
            return
        self._backup_again = self._running() + AGAIN_AFTER_FAULT.total_seconds()
        made = back_up(self._store, self._folder, now)
        self._backup_again = 0.0
        gone = [] if self._is_wary() else rotate(self._folder, self._store, rule.keep_days, rule.keep_weeks)
        logger.info("backup %s made, %d old ones removed", made.path.name, len(gone))

    def _forget(self) -> None:
        if self._is_wary() or self._running() < self._forget_at:
            return
        self._forget_at = self._running() + FORGET_EVERY.total_seconds()
        forget(self._people, self._settings, self._clock())
        tidy()

    def _watch_disk(self) -> None:
        free = shutil.disk_usage(self._store.resolve().parent).free
        if free < LOW_DISK:
            raise StoreError(f"磁盘快满了：{self._store.resolve().parent} 只剩 {free / 1e6:.0f} MB，请腾出空间。")

    def _is_wary(self) -> bool:
        return self._running() < self._wary_until


def forget(people: People, settings: Settings, now: datetime) -> None:
    """Drop what has expired: conversations, old buttons, ids of updates, and questions past [privacy] question_days."""
    people.talks.forget_old(now)
    people.inbox.forget_old(now)
    people.review.forget_old(now - timedelta(days=settings.privacy.question_days))


async def rounds(upkeep: Upkeep) -> None:
    """Look after things, in a thread, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await asyncio.to_thread(upkeep.look)
        except Exception:
            logger.exception("a round of upkeep failed")
