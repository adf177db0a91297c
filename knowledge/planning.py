"""Which deliveries are due: subscriptions and the clock in, rows for the outbox out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from knowledge.mailing import ChatKind, Due, Pace, Parcel, ParcelKind, Subscription
from knowledge.schedule import Workday, last_due, next_due

MissedText = Callable[[datetime, datetime | None], str]  # of a moment and the following one, both local


@dataclass(frozen=True, slots=True)
class Planned:
    """A row for the outbox, when it expires, and the subscription's next occasion."""

    parcel: Parcel
    expires: datetime
    sub_id: int
    following: Due | None


def plan(
    due: Iterable[tuple[Subscription, date]], now: datetime, workday: Workday, pace: Pace, missed: MissedText
) -> Iterator[Planned]:
    """The delivery of each subscription that is due: of several missed occasions only the latest.

    Within the catch-up time it is the digest itself, later only a line that it was missed. Both carry the same key, so
    that one occasion never brings two messages.
    """
    window = timedelta(hours=pace.catch_up_hours)
    for subscription, slot in due:
        occasion = last_due(subscription.rhythm, now, workday)
        if occasion is None or occasion.slot < slot:
            occasion = Due(slot, subscription.next_at or now)
        following = next_due(subscription.rhythm, now, workday, subscription.paused_until)
        late = now - occasion.at > window
        body = _missed(subscription, occasion, following, missed) if late else ""
        parcel = Parcel(
            0,
            f"sub:{subscription.sub_id}:{occasion.slot.isoformat()}",
            subscription.chat_id,
            ParcelKind.MISSED if late else ParcelKind.DIGEST,
            occasion.at,
            subscription.kind,
            subscription.sub_id,
            body,
        )
        yield Planned(parcel, (now if late else occasion.at) + window, subscription.sub_id, following)


def _missed(subscription: Subscription, occasion: Due, following: Due | None, missed: MissedText) -> str:
    zone = ZoneInfo(subscription.rhythm.zone)
    return missed(occasion.at.astimezone(zone), following.at.astimezone(zone) if following else None)


def misplaced(subscriptions: Iterable[Subscription], now: datetime, workday: Workday) -> Iterator[tuple[int, Due]]:
    """Subscriptions that wait for a later occasion than their next: the clock was ahead when they were put there."""
    for one in subscriptions:
        due = next_due(one.rhythm, now, workday, one.paused_until)
        if due is not None and (one.next_at is None or one.next_at > due.at):
            yield one.sub_id, due


def broadcast(
    key: str, body: str, chats: Iterable[tuple[int, ChatKind]], now: datetime, pace: Pace
) -> Iterator[tuple[Parcel, datetime]]:
    """One row of a broadcast for each chat, with the moment it expires."""
    until = now + timedelta(hours=pace.catch_up_hours)
    for chat_id, kind in chats:
        yield Parcel(0, f"cast:{key}", chat_id, ParcelKind.BROADCAST, now, kind, None, body), until
