"""Telegram's sending limits: 30 a second over all, 1 a second in a chat (short bursts pass), 20 a minute in a group."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.emulator.calls import ApiError

_BURST = 3  # a chat may get a few at once


@dataclass
class Limits:
    """Sliding windows over accepted messages; refused ones do not count."""

    overall: deque[float] = field(default_factory=deque)
    chats: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, chat: int, now: float) -> None:
        """Count one message. Raises 429 with retry_after when it is one too many."""
        windows = [(self.overall, 30, 1.0), (self.chats[chat], _BURST, float(_BURST))]
        if chat < 0:
            windows[1] = (self.chats[chat], 20, 60.0)
        for window, most, seconds in windows:
            while window and window[0] <= now - seconds:
                window.popleft()
            if len(window) >= most:
                wait = max(1, math.ceil(window[0] + seconds - now))
                raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        for window, _, _ in windows:
            window.append(now)
