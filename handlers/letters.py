"""Digests within the conversation: wishes in words, /digest and /subscribe, and the buttons of digests."""

from __future__ import annotations

import threading
from dataclasses import replace
from zoneinfo import ZoneInfo

from handlers.commands.turn import Turn
from handlers.digests.composer import Letter
from handlers.messages import Button, Reply
from handlers.render import to_traditional
from handlers.subscriptions import Desk, Where
from knowledge.mailing import ChatKind
from knowledge.wishes import read_wish

_HOME = ZoneInfo("Asia/Shanghai")


class Letters:
    """The subscriptions' desk, one caller at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()

    def take(self, turn: Turn) -> Reply | None:
        """The reply to a wish about digests; None for other messages."""
        if read_wish(turn.value, turn.now.astimezone(_HOME).date()) is None:
            return None
        with self._lock:
            letter = self._desk.take(_where(turn), turn.value, turn.now)
        return _reply(turn, letter) if letter else None

    def open(self, turn: Turn, name: str) -> Reply:
        """/digest or /subscribe."""
        with self._lock:
            if name == "digest":
                letter = self._desk.digest(_where(turn), turn.now, tuple(turn.value.split()[:5]))
            else:
                letter = self._desk.show(_where(turn), turn.now)
        return _reply(turn, letter)

    def press(self, turn: Turn, data: str) -> Reply:
        """A button of a digest or of a subscription."""
        with self._lock:
            letter = self._desk.press(_where(turn), data, turn.now)
        return replace(_reply(turn, letter), edit=data.startswith("dg:"))


def _where(turn: Turn) -> Where:
    kind = ChatKind.GROUP if turn.who.group else ChatKind.PRIVATE
    return Where(_number(turn.who.chat), _number(turn.who.person), kind)


def _number(id: str) -> int:
    return int(id) if id.lstrip("-").isdigit() else 0


def _reply(turn: Turn, letter: Letter) -> Reply:
    buttons = [Button(label, raw=data) for label, data in letter.buttons]
    rows = tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    html = to_traditional(letter.html) if turn.traditional else letter.html
    return Reply(html, rows, figures=True, pages=(html,) if len(html) < 3500 else ())
