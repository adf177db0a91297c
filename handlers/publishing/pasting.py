"""A summary pasted into the chat: told from a question by its size, put together where Telegram cut it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

LEAST = 300  # characters of a pasted summary
SENTENCES = 4
CUT = 3500  # a message so long was probably cut by Telegram (at 4096), so that more is to come
MOST = 300_000
MINUTES = 30
SETTING = "paste"  # the setting that keeps what was pasted so far
_ENDS = re.compile(r"[。！？；：]$")
_SENTENCE = re.compile(r"[。！；\n]")


@dataclass(frozen=True, slots=True)
class Pasted:
    """The pieces so far, and when the last one came."""

    pieces: tuple[str, ...] = ()
    at: float = 0.0

    @classmethod
    def load(cls, text: str, now: float) -> Pasted:
        """What was kept; nothing if it is too old."""
        kept: dict[str, Any] = json.loads(text) if text else {"pieces": [], "at": 0.0}
        fresh = now - kept["at"] < MINUTES * 60
        return cls(tuple(kept["pieces"]), kept["at"]) if fresh else cls()

    def dump(self) -> str:
        """As it is kept."""
        return json.dumps({"pieces": self.pieces, "at": self.at}, ensure_ascii=False)

    def __add__(self, piece: str) -> Pasted:
        return Pasted((*self.pieces, piece), self.at)

    @property
    def size(self) -> int:
        """Characters in all."""
        return sum(map(len, self.pieces))

    @property
    def text(self) -> str:
        """The whole; a piece that was cut within a sentence goes on with the next one.

        >>> Pasted(("第一句。", "第二句。")).text
        '第一句。\\n第二句。'
        """
        text = before = ""
        for piece in self.pieces:
            broken = is_cut(before) and not _ENDS.search(before)
            text += piece if not text or broken else f"\n{piece}"
            before = piece
        return text


def is_summary(text: str) -> bool:
    """Whether a message is so long, of so many sentences and with figures, that it is no question.

    >>> is_summary("医化行业增速多少？")
    False
    """
    return len(text) >= LEAST and len(_SENTENCE.findall(text)) >= SENTENCES and any(map(str.isdigit, text))


def is_cut(text: str) -> bool:
    """Whether more of it is probably to come."""
    return len(text) >= CUT


def name_of(text: str) -> str:
    """What a pasted text is called: its first line."""
    lines = [line.strip(" #\t") for line in text.splitlines() if line.strip(" #\t")]
    return f"{lines[0][:40] if lines else '贴文'}.txt"
