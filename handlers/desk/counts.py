"""How many subscribe to what: counts only, no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from knowledge.mailing import ChatKind, Subscription
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import PeopleFile

KINDS = {ChatKind.PRIVATE: "私聊", ChatKind.GROUP: "群", ChatKind.CHANNEL: "频道"}


def subscriber_counts(file: PeopleFile) -> Mapping[str, int]:
    """Chats and subscriptions by kind, topic and place, the most first."""
    deliveries = Deliveries(file)
    active = deliveries.subscriptions.active()
    today = datetime.now(UTC).date()
    paused = sum(one.paused_until is not None and one.paused_until > today for one in active)
    chats = Counter(KINDS[kind] for _, kind in deliveries.subscriptions.chats())
    wanted = Counter(word for one in active for word in _wanted(one))
    return {
        "订阅": len(active),
        "其中暂停的": paused,
        "盯着的指标": len(deliveries.watches.active()),
        **{f"聊天：{kind}": count for kind, count in chats.most_common()},
        **{f"内容：{word}": count for word, count in wanted.most_common()},
    }


def _wanted(one: Subscription) -> tuple[str, ...]:
    focus = one.focus
    return (*focus.places, *focus.topics, *focus.activities, *focus.sections, *focus.words) or ("全部",)
