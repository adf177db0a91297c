"""Rows of the delivery tables as values of knowledge/mailing.py, and back."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, time
from typing import Any

from knowledge.mailing import (
    ChatKind,
    Due,
    Every,
    Focus,
    OnHoliday,
    Parcel,
    ParcelKind,
    Quiet,
    Rhythm,
    Subscription,
    SubscriptionState,
    Watch,
    WatchKind,
)


def due_columns(due: Due | None) -> tuple[str | None, float | None]:
    """Slot and moment of the next occasion."""
    return (due.slot.isoformat(), due.at.timestamp()) if due else (None, None)


def parcel_columns(parcel: Parcel, until: datetime) -> tuple[object, ...]:
    """What a new row of the outbox holds."""
    at = parcel.due_at.timestamp()
    return (
        parcel.key, parcel.chat_id, parcel.kind, parcel.chat_kind, parcel.sub_id, parcel.body, at, at,
        until.timestamp(),
    )  # fmt: skip


def parcel(row: sqlite3.Row) -> Parcel:
    """A row of the outbox."""
    return Parcel(
        row["parcel_id"],
        row["key"],
        row["chat_id"],
        ParcelKind(row["kind"]),
        datetime.fromtimestamp(row["due_at"], UTC),
        ChatKind(row["chat_kind"]),
        row["sub_id"],
        row["body"],
        row["attempts"],
    )


def subscription(row: sqlite3.Row) -> Subscription:
    """A row of the subscriptions."""
    return Subscription(
        row["sub_id"],
        row["chat_id"],
        row["user_id"],
        ChatKind(row["kind"]),
        focus(row["focus"]),
        rhythm_of(row["rhythm"]),
        Quiet(row["quiet"]),
        SubscriptionState(row["state"]),
        row["note"],
        date.fromisoformat(row["paused_until"]) if row["paused_until"] else None,
        row["told_revision"],
        datetime.fromtimestamp(row["next_at"], UTC) if row["next_at"] is not None else None,
    )


def watch(row: sqlite3.Row) -> Watch:
    """A row of the watches."""
    return Watch(
        row["watch_id"], row["chat_id"], row["user_id"], WatchKind(row["kind"]), focus(row["focus"]), row["bar"]
    )


def focus_text(focus: Focus) -> str:
    """A focus as JSON."""
    fields = ("topics", "activities", "sections", "places", "words")
    return json.dumps({name: getattr(focus, name) for name in fields if getattr(focus, name)}, ensure_ascii=False)


def focus(text: str) -> Focus:
    """The inverse of focus_text."""
    return Focus(**{name: tuple(values) for name, values in json.loads(text).items()})


def rhythm_text(rhythm: Rhythm) -> str:
    """A rhythm as JSON."""
    plain: dict[str, Any] = {
        "every": rhythm.every, "weekdays": rhythm.weekdays, "month_days": rhythm.month_days,
        "interval": rhythm.interval, "at": rhythm.at.isoformat("minutes"), "zone": rhythm.zone,
        "on_holiday": rhythm.on_holiday, "anchor": rhythm.anchor.isoformat(),
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False)


def rhythm_of(text: str) -> Rhythm:
    """The inverse of rhythm_text."""
    plain = json.loads(text)
    return Rhythm(
        Every(plain["every"]),
        tuple(plain["weekdays"]),
        tuple(plain["month_days"]),
        plain["interval"],
        time.fromisoformat(plain["at"]),
        plain["zone"],
        OnHoliday(plain["on_holiday"]),
        date.fromisoformat(plain["anchor"]),
    )
