"""Digests within the conversation: wishes in words, /digest and /subscribe, and the buttons of digests."""

from __future__ import annotations

import threading
from dataclasses import replace
from zoneinfo import ZoneInfo

from handlers.charts import sectors
from handlers.choices import Where
from handlers.commands.turn import Turn
from handlers.digests.composer import Letter, Paper
from handlers.export import text_docx
from handlers.messages import Attachment, Button, Reply
from handlers.render import to_traditional
from handlers.subscriptions import Desk
from knowledge.digest import Digest
from knowledge.inquiry import say_period
from knowledge.mailing import ChatKind
from knowledge.model import Measure
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

    def channel(self, turn: Turn) -> Reply:
        """A channel has a digest from now on; `value` begins with its id."""
        where = Where(_number(turn.value.partition(":")[0]), _number(turn.who.person), ChatKind.CHANNEL)
        with self._lock:
            return _reply(turn, self._desk.channel(where, turn.now))

    def press(self, turn: Turn, data: str) -> Reply:
        """A button of a digest or of a subscription."""
        with self._lock:
            paper = self._desk.paper(_where(turn), data)
            letter = None if paper else self._desk.press(_where(turn), data, turn.now)
        if letter:
            return replace(_reply(turn, letter), edit=data.startswith(("dg:", "su:k:", "su:a:")))
        assert paper is not None  # noqa: S101  one of the two
        return _word_file(turn, *paper)


def _word_file(turn: Turn, digest: Digest, paper: Paper) -> Reply:
    """A digest as a Word document, with a picture of its sectors where it has any and pictures can be drawn."""
    content = text_docx(paper.title, paper.parts, _sectors_picture(digest))
    reply = turn.say("file", what=paper.title)
    return replace(reply, file=Attachment(f"{paper.title}.docx", content), figures=True)


def _sectors_picture(digest: Digest) -> bytes | None:
    table = next((table for report in digest.reports for table in report.sectors), None)
    moves = [line.of(Measure.GROWTH) for line in table.lines] if table else []
    facts = [move.now for move in moves if move]
    if table is None or not facts:
        return None
    try:
        return sectors(facts, f"{say_period(facts[0].obs.time_period)}各行业{table.indicator}增速")
    except ImportError:  # no pictures installed
        return None


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
