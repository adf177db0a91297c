"""What a wish is, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum

from knowledge.mailing import Every, OnHoliday, Quiet, Rhythm, WatchKind


class Act(StrEnum):
    """What is wanted."""

    SUBSCRIBE = "subscribe"
    CHANGE = "change"  # another time, focus, or manner
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    LIST = "list"
    NOW = "now"
    WATCH = "watch"
    WATCHES = "watches"
    UNWATCH = "unwatch"


class Scope(StrEnum):
    """What the terms of a wish do to the focus."""

    ONLY = "only"
    ALSO = "also"
    LESS = "less"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class When:
    """The parts of a rhythm that were said; None where nothing was."""

    every: Every | None = None
    weekdays: tuple[int, ...] | None = None
    month_days: tuple[int, ...] | None = None
    interval: int | None = None
    at: time | None = None

    def __bool__(self) -> bool:
        return self != When()

    def onto(self, rhythm: Rhythm, today: date) -> Rhythm:
        """A rhythm with what was said put over it; every other week counts from this one."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__ if getattr(self, name) is not None}
        if self.weekdays is not None and self.every is None:
            said["every"] = Every.WEEK
        if said.get("interval", 1) > 1:
            said["anchor"] = today
        elif self.every is not None:
            said.setdefault("interval", 1)
        return replace(rhythm, **said)


@dataclass(frozen=True, slots=True)
class Wish:
    """One message about digests. `clear` is false where it is one only for a chat that has a subscription."""

    act: Act
    when: When = field(default_factory=When)
    terms: tuple[str, ...] = ()
    scope: Scope = Scope.ONLY
    quiet: Quiet | None = None
    on_holiday: OnHoliday | None = None
    until: date | None = None  # of a pause
    which: int | None = None  # 第二个: counted from 1
    watch: WatchKind | None = None
    limit: str | None = None
    clear: bool = True
