"""Values of subscribing and delivering, frozen: what a person wants, when it is due, and what lies in the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum


class Every(StrEnum):
    """How a rhythm repeats."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class OnHoliday(StrEnum):
    """What happens to a digest that is due on a day without work."""

    KEEP = "keep"  # it comes all the same
    SHIFT = "shift"  # it comes on the next working day
    SKIP = "skip"  # it is left out


class Quiet(StrEnum):
    """What a subscriber gets when nothing is new."""

    LINE = "line"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a digest is due, in local time. Weekdays count 0 = Monday; month day 31 is the last one of a shorter month.

    `interval` counts weeks from the week of `anchor`, so that 2 is every other week.
    """

    every: Every = Every.WEEK
    weekdays: tuple[int, ...] = (0,)
    month_days: tuple[int, ...] = (1,)
    interval: int = 1
    at: time = time(8, 30)
    zone: str = "Asia/Shanghai"
    on_holiday: OnHoliday = OnHoliday.KEEP
    anchor: date = date(2021, 1, 4)


@dataclass(frozen=True, slots=True)
class Due:
    """One occasion of a rhythm: `slot` is the day that names it, before any shift for a holiday; `at` is UTC."""

    slot: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Focus:
    """What a digest is about, in the subscriber's words; all empty means the whole summary."""

    topics: tuple[str, ...] = ()  # keys of the topic table: 投资, 项目, 困难
    activities: tuple[str, ...] = ()  # sectors: 医化, 橡塑
    sections: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # anything else, looked for in names and titles: 5G基站

    def __bool__(self) -> bool:
        return bool(self.topics or self.activities or self.sections or self.places or self.words)


class ChatKind(StrEnum):
    """Where a digest goes; groups and channels are paced more slowly."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class SubscriptionState(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    ENDED = "ended"  # by the person, or by Telegram's 403: see `note`


@dataclass(frozen=True, slots=True)
class Subscription:
    """One digest that one chat gets. `told_revision` is what it was told last, None before the first digest."""

    sub_id: int
    chat_id: int
    user_id: int
    kind: ChatKind = ChatKind.PRIVATE
    focus: Focus = field(default_factory=Focus)
    rhythm: Rhythm = field(default_factory=Rhythm)
    quiet: Quiet = Quiet.LINE
    state: SubscriptionState = SubscriptionState.ACTIVE
    note: str = ""
    paused_until: date | None = None
    told_revision: int | None = None
    next_at: datetime | None = None


class WatchKind(StrEnum):
    """What a watch waits for."""

    BEHIND = "behind"  # a completion rate under the share of the year gone
    NEGATIVE = "negative"  # a growth rate under zero
    POSITIVE = "positive"  # a growth rate over zero again
    BELOW = "below"  # a value under `limit`
    ABOVE = "above"  # a value over `limit`
    CHANGED = "changed"  # any new value


@dataclass(frozen=True, slots=True)
class Watch:
    """Something that a person wants to be told once each time it begins to be so.

    `limit` is a number with its unit, after a measure if one was named: `5%`, `growth:5%`, `100亿`.
    """

    watch_id: int
    chat_id: int
    user_id: int
    kind: WatchKind
    focus: Focus = field(default_factory=Focus)
    limit: str | None = None


class ParcelKind(StrEnum):
    """What lies in the outbox."""

    DIGEST = "digest"
    MISSED = "missed"  # a digest that could not be sent in time: only this is said
    ALERT = "alert"  # a watch came true
    BROADCAST = "broadcast"
    NOTICE = "notice"


class ParcelState(StrEnum):
    """How far a delivery is. See docs/digest.md for the rule about `unknown`."""

    DUE = "due"
    CLAIMED = "claimed"  # a sender has taken it and may be sending it at this moment
    SENT = "sent"
    SKIPPED = "skipped"  # nothing was new and the subscriber wants no line about it
    FAILED = "failed"  # refused for good
    UNKNOWN = "unknown"  # it may have arrived: never sent again
    MISSED = "missed"  # could not be sent before it expired


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery: a row of the outbox, unique by (key, chat_id). `body` is empty where it is composed on sending."""

    parcel_id: int
    key: str  # sub:7:2026-11-23, alert:3:…, cast:2
    chat_id: int
    kind: ParcelKind
    due_at: datetime
    chat_kind: ChatKind = ChatKind.PRIVATE
    sub_id: int | None = None
    body: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the outbox is sent, and how long it is tried: Telegram's limits less what people's answers need."""

    per_second: float = 20.0
    chat_per_second: float = 1.0
    group_per_minute: float = 20.0
    at_once: int = 16
    catch_up_hours: float = 12.0
    back_off_seconds: float = 5.0
    back_off_most_seconds: float = 600.0
    lease_seconds: float = 120.0  # longer than any sending takes


class Verdict(StrEnum):
    """How a sending ended."""

    SENT = "sent"
    SKIPPED = "skipped"
    RETRY = "retry"  # certainly not delivered: again after `wait` seconds
    BLOCKED = "blocked"  # 403: the subscription ends
    REFUSED = "refused"  # 400: hopeless
    MOVED = "moved"  # the group has another id now
    UNKNOWN = "unknown"  # the connection broke after the request may have been read


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one parcel. `revision` is the state of knowledge that was told by it."""

    parcel_id: int
    verdict: Verdict
    message_id: int | None = None
    wait: float = 0.0
    error: str = ""
    moved_to: int | None = None
    revision: int | None = None
    flood: bool = False  # a 429
