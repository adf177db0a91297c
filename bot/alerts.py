"""Faults told to the admins in Telegram: each kind once an hour, and never more than a few messages an hour."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.logs import Redacting

HOUR = 3600.0
LOOK_SECONDS = 5.0
_LENGTH = 600
_WAITING = 100  # kinds of fault that are kept while Telegram cannot be reached


@dataclass
class Fault:
    """One kind of fault, and how often it came since it was told last."""

    text: str
    times: int = 1


class Alerts(logging.Handler):
    """Collects errors from the log; `due` gives what may be told now."""

    def __init__(self, per_hour: int, formatter: Redacting, running: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.ERROR)
        self._per_hour = per_hour
        self._clean = formatter.clean
        self._running = running
        self._faults: dict[str, Fault] = {}
        self._told: dict[str, float] = {}
        self._sent: deque[float] = deque()
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record's message, not its traceback."""
        kind = f"{record.name}:{record.msg}"
        text = self._clean(record.getMessage())[:_LENGTH]
        with self._guard:
            if kind in self._faults:
                self._faults[kind].times += 1
                self._faults[kind].text = text
            elif len(self._faults) < _WAITING:
                self._faults[kind] = Fault(text)

    def due(self) -> list[Fault]:
        """The faults that may be told now; what is not due stays and is counted on."""
        now = self._running()
        with self._guard:
            while self._sent and self._sent[0] <= now - HOUR:
                self._sent.popleft()
            room = max(self._per_hour - len(self._sent), 0)
            kinds = [kind for kind in self._faults if self._told.get(kind, -HOUR) <= now - HOUR][:room]
            self._told |= dict.fromkeys(kinds, now)
            self._sent.extend([now] * len(kinds))
            return [self._faults.pop(kind) for kind in kinds]


def wording(fault: Fault) -> str:
    """A fault as a message (HTML)."""
    again = f"（{fault.times} 次）" if fault.times > 1 else ""
    return f"⚠️ 简报出了故障{again}：\n{html.escape(fault.text)}\n请看服务器上的日志，或运行 jianbao doctor。"


@contextlib.asynccontextmanager
async def alerting(
    alerts: Alerts, chats: Callable[[], Iterable[int]], send: Callable[[int, str], Awaitable[object]]
) -> AsyncIterator[None]:
    """Tell faults to some chats as long as the context is open."""
    logging.getLogger().addHandler(alerts)
    task = asyncio.create_task(_rounds(alerts, chats, send))
    try:
        yield
    finally:
        logging.getLogger().removeHandler(alerts)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _rounds(
    alerts: Alerts, chats: Callable[[], Iterable[int]], send: Callable[[int, str], Awaitable[object]]
) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        for fault in alerts.due():
            for chat in chats():
                with contextlib.suppress(TelegramError):
                    await send(chat, wording(fault))
