"""How fast may be sent: a token bucket and a sliding second over all, and a rest for each chat after each message.

A message counts for the server at some moment between its leaving and its answer. So what is under way and what was
answered within the last second together never pass a quarter over the pace: then no second of the server's holds
more, however late and bunched they come.
"""

from __future__ import annotations

from collections import deque

from knowledge.mailing import ChatKind, Pace

_BURST_SECONDS = 1.0  # tokens of so long may pile up, so that what a busy machine held up is made good
_SLACK = 1.25  # how many times the pace may arrive within one second
_REFUSALS_IN_A_ROW = 3  # 429s without a success between: the limit is the bot's, not a chat's


class Pacer:
    """Counts tokens against a clock that the caller reads (seconds, monotonic). Not thread-safe; one loop owns it."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._most = max(1.0, pace.per_second * _BURST_SECONDS)
        self._second = int(pace.per_second * _SLACK) + 1
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._tokens = 1.0
        self._at = now
        self._resting: dict[int, float] = {}
        self._refused = 0
        self._paused_until = now

    def available(self, now: float) -> int:
        """How many messages may go out at this moment."""
        self._fill(now)
        return 0 if now < self._paused_until else max(0, min(int(self._tokens), self._room()))

    def wait(self, now: float) -> float:
        """Seconds until one message may go out."""
        self._fill(now)
        lacking = max(0.0, 1.0 - self._tokens) / self._pace.per_second
        full = self._answered[0] + 1.0 - now if self._room() < 1 and self._answered else 0.0
        return max(self._paused_until - now, lacking, full, 0.0)

    def take(self, chat: int, kind: ChatKind, now: float) -> None:
        """Spend a token and let the chat rest."""
        self._fill(now)
        self._tokens -= 1.0
        self._under_way += 1
        self._rest(chat, kind, now)

    def ended(self, chat: int, kind: ChatKind, now: float) -> None:
        """A message that was begun has been answered, or given up; it may have arrived as late as now."""
        self._under_way -= 1
        self._answered.append(now)
        self._rest(chat, kind, now)

    def _rest(self, chat: int, kind: ChatKind, now: float) -> None:
        private = kind is ChatKind.PRIVATE
        rest = 1 / self._pace.chat_per_second if private else 60 / self._pace.group_per_minute
        self._resting[chat] = max(self._resting.get(chat, 0.0), now + rest)

    def resting(self, now: float) -> list[int]:
        """Chats that got a message so lately that the next has to wait."""
        self._resting = {chat: until for chat, until in self._resting.items() if until > now}
        return list(self._resting)

    def refused(self, chat: int, seconds: float, now: float) -> None:
        """A 429: the chat waits as told; after several in a row all do."""
        self._resting[chat] = max(self._resting.get(chat, 0.0), now + seconds)
        self._refused += 1
        if self._refused >= _REFUSALS_IN_A_ROW:
            self._paused_until = max(self._paused_until, now + seconds)

    def accepted(self) -> None:
        """A message went out."""
        self._refused = 0

    def _fill(self, now: float) -> None:
        self._tokens = min(self._most, self._tokens + max(0.0, now - self._at) * self._pace.per_second)
        self._at = now
        while self._answered and self._answered[0] <= now - 1.0:
            self._answered.popleft()

    def _room(self) -> int:
        return self._second - self._under_way - len(self._answered)
