"""Subscribing without typing: where a wish comes from, what holds where nothing is said, and the buttons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time

from knowledge.digest import Named, stem
from knowledge.mailing import ChatKind, Every, Focus, OnHoliday, Quiet, Rhythm, Subscription
from knowledge.wishes import When

Buttons = tuple[tuple[str, str], ...]  # label and callback data

_TIMES = (
    ("周一 8:30", "0830.0"),
    ("周三 9:00", "0900.2"),
    ("周五 15:00", "1500.4"),
    ("每天 8:30", "0830.d"),
    ("每月1日", "0830.m"),
)
_TOPICS = ("投资", "工业", "项目", "行业", "排名", "进度", "滞后", "困难", "外贸", "消费", "财政", "农业")
_SECTORS = 9  # of the summaries, as buttons
_LONGEST = 6  # characters of a sector on a button
_DATA = 64  # bytes that Telegram gives to a button


@dataclass(frozen=True, slots=True)
class Where:
    """The chat that a wish comes from, and who wished."""

    chat_id: int
    user_id: int
    kind: ChatKind = ChatKind.PRIVATE


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a subscription is where nothing else is said."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    quiet: Quiet = Quiet.LINE


def manner_buttons(one: Subscription) -> Buttons:
    """What can be done with a subscription."""
    number = one.sub_id
    return (
        ("改时间", f"su:t:{number}"),
        ("只看部分", f"su:f:{number}"),
        ("没变化不发" if one.quiet is Quiet.LINE else "没变化也说一声", f"su:q:{number}"),
        ("节假日照常" if one.rhythm.on_holiday is OnHoliday.SHIFT else "节假日顺延", f"su:h:{number}"),
        ("恢复" if one.paused_until else "暂停两周", f"su:{'r' if one.paused_until else 'p'}:{number}"),
        ("退订", f"su:e:{number}"),
    )


def each_button(all: Iterable[Subscription]) -> Buttons:
    """One button for each of several subscriptions."""
    return tuple((f"第{place}个", f"su:l:{one.sub_id}") for place, one in enumerate(all, 1))


def time_buttons(one: Subscription) -> Buttons:
    """Usual times."""
    return tuple((label, f"su:w:{one.sub_id}:{code}") for label, code in _TIMES)


def topic_buttons(one: Subscription, names: Named) -> Buttons:
    """Topics and the summaries' sectors, ticked where they are looked at; and everything."""
    chosen = {*one.focus.topics, *one.focus.activities}
    stems = sorted({stem(name) for name in names.activities}, key=lambda name: (len(name), name))
    sectors = [name for name in stems if 2 <= len(name) <= _LONGEST and not name.startswith(("其他", "其它"))]
    offered = dict.fromkeys((*_TOPICS, *sectors[:_SECTORS], *sorted(chosen)))
    made = ((f"✓ {name}" if name in chosen else name, f"su:k:{one.sub_id}:{name}") for name in offered)
    fitting = tuple(button for button in made if len(button[1].encode()) <= _DATA)
    return (*fitting, ("全部内容", f"su:a:{one.sub_id}")) if one.focus else fitting


def coded(code: str) -> When:
    """0830.0: half past eight on Mondays; d is every day, m the first of a month."""
    clock, day = code.split(".")
    at = time(int(clock[:2]), int(clock[2:]))
    if day == "d":
        return When(Every.DAY, at=at)
    return When(Every.MONTH, month_days=(1,), at=at) if day == "m" else When(Every.WEEK, (int(day),), at=at)


def scoped(old: Focus, new: Focus, *, more: bool) -> Focus:
    """A focus with another one's wishes added, or taken away."""
    names = ("topics", "activities", "sections", "places", "words")
    if more:
        return Focus(**{name: tuple(dict.fromkeys((*getattr(old, name), *getattr(new, name)))) for name in names})
    return Focus(**{name: tuple(one for one in getattr(old, name) if one not in getattr(new, name)) for name in names})
