"""The outbox's promises one by one: what is on the disk before anything is sent, who gets what, what is never sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.mailing import ChatKind, Outcome, Parcel, ParcelKind, ParcelState, Verdict
from knowledge.store.deliveries import Deliveries, Outbox
from knowledge.store.people import PeopleFile

NOW = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    file = PeopleFile(tmp_path / "县.people.db")
    yield Deliveries(file).outbox
    file.close()


def parcel(chat: int, key: str = "cast:1", at: datetime = NOW) -> Parcel:
    return Parcel(0, key, chat, ParcelKind.BROADCAST, at, ChatKind.PRIVATE, None, "信")


def put(outbox: Outbox, *parcels: Parcel) -> int:
    return outbox.enqueue((each, NOW + HOUR) for each in parcels)


@pytest.mark.parametrize(
    ("step", "durable"),
    [
        (lambda outbox: put(outbox, parcel(2)), True),
        (lambda outbox: outbox.claim("w", NOW, 5), True),
        (lambda outbox: outbox.recover(NOW + HOUR, 60), True),
        (lambda outbox: outbox.doubt(NOW, "restored"), True),
        (lambda outbox: outbox.settle([Outcome(1, Verdict.SENT)], NOW), False),
    ],
)
def test_what_keeps_from_sending_twice_is_on_the_disk_first(
    outbox: Outbox, step: Callable[[Outbox], object], durable: bool
) -> None:
    """A power failure may forget that something was sent only if it still knows that it was claimed."""
    put(outbox, parcel(1))
    said: list[str] = []
    with outbox.file.write() as connection:
        pass
    connection.set_trace_callback(said.append)
    step(outbox)
    connection.set_trace_callback(None)
    mode = [line for line in said if "synchronous" in line]
    assert mode == [f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}"]
    assert said.index(mode[0]) < said.index("BEGIN IMMEDIATE") < said.index("COMMIT")


def test_claims_are_the_oldest_one_a_chat_up_to_the_limit(outbox: Outbox) -> None:
    old, older = NOW - HOUR, NOW - 2 * HOUR
    put(outbox, parcel(1), parcel(1, "cast:0", older), parcel(2, at=old), parcel(3), parcel(4, at=NOW + HOUR))
    assert [(each.chat_id, each.key) for each in outbox.claim("w", NOW, 2)] == [(1, "cast:0"), (2, "cast:1")]
    assert [each.chat_id for each in outbox.claim("w", NOW, 5, busy=[1])] == [3]
    assert outbox.claim("w", NOW, 5, busy=[1]) == []
    assert [each.attempts for each in outbox.claim("w", NOW, 5)] == [0]


def test_what_waits_is_doubted_and_never_sent(outbox: Outbox) -> None:
    put(outbox, parcel(1), parcel(2), parcel(3))
    outbox.settle([Outcome(1, Verdict.SENT, message_id=9)], NOW)
    outbox.claim("w", NOW, 1)
    outbox.doubt(NOW, "restored from a backup")
    rows = outbox.file.read("SELECT chat_id, state, settled_at, error FROM outbox ORDER BY chat_id")
    assert [tuple(row) for row in rows] == [
        (1, "sent", NOW.timestamp(), ""),
        (2, "unknown", NOW.timestamp(), "restored from a backup"),
        (3, "unknown", NOW.timestamp(), "restored from a backup"),
    ]
    assert outbox.claim("w", NOW + HOUR, 5) == []
    assert outbox.counts() == {ParcelState.SENT: 1, ParcelState.UNKNOWN: 2}
    assert outbox.counts("cast:") == outbox.counts("") and outbox.counts("sub:") == {}
