"""How often one person may ask: a bucket each that fills again evenly, so that nobody crowds out the others."""

from __future__ import annotations

import threading
from enum import StrEnum

_MANY = 10_000  # buckets; the fullest are dropped beyond, which lets nobody ask more


class Leave(StrEnum):
    """Whether a question is answered."""

    YES = "yes"
    FIRST_NO = "first_no"  # said once
    NO = "no"  # and then silence


class Quota:
    """So many a minute for each key; 0 is no limit. A clock that is set back gives and takes nothing."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._buckets: dict[str, tuple[float, float, bool]] = {}  # what is left, when, and whether a no was said
        self._guard = threading.Lock()

    def ask(self, key: str, now: float) -> Leave:
        """Take one from the bucket of a key, at a moment in seconds."""
        if not self._most:
            return Leave.YES
        with self._guard:
            left, at, told = self._buckets.pop(key, (self._most, now, False))
            left = min(self._most, left + max(now - at, 0.0) * self._most / 60)
            leave = Leave.YES if left >= 1 else Leave.NO if told else Leave.FIRST_NO
            self._buckets[key] = (left - 1 if left >= 1 else left, now, left < 1)
            if len(self._buckets) > _MANY:
                self._drop()
            return leave

    def _drop(self) -> None:
        for key in sorted(self._buckets, key=lambda key: self._buckets[key][0], reverse=True)[: _MANY // 2]:
            del self._buckets[key]
