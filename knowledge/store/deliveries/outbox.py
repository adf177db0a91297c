"""The outbox: every delivery is a row, unique by key and chat, that is claimed, sent, then settled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from knowledge.mailing import Due, Outcome, Parcel, ParcelKind, ParcelState, Verdict
from knowledge.store.deliveries import rows
from knowledge.store.deliveries.subscriptions import end_where
from knowledge.store.people.file import PeopleFile


class Outbox:
    """The deliveries of all kinds. See docs/digest.md for the rule about `unknown`."""

    def __init__(self, file: PeopleFile) -> None:
        self.file = file

    def enqueue(
        self, parcels: Iterable[tuple[Parcel, datetime]], following: Iterable[tuple[int, Due | None]] = ()
    ) -> int:
        """Put parcels (each with the moment it expires) into the outbox and move subscriptions on, in one transaction.

        A parcel of a key and chat that is there already, in whatever state, changes nothing. Returns how many are new.
        """
        sql = (
            "INSERT INTO outbox (key, chat_id, kind, chat_kind, sub_id, body, due_at, not_before, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, chat_id) DO NOTHING"
        )
        with self.file.write(durable=True) as connection:
            before = connection.total_changes
            connection.executemany(sql, (rows.parcel_columns(parcel, until) for parcel, until in parcels))
            new = connection.total_changes - before
            connection.executemany(
                "UPDATE subscriptions SET next_slot = ?, next_at = ? WHERE sub_id = ?",
                ((*rows.due_columns(due), sub_id) for sub_id, due in following),
            )
        return new

    def claim(self, worker: str, now: datetime, limit: int, busy: Sequence[int] = ()) -> list[Parcel]:
        """Take parcels for sending, oldest first, one a chat and none of a busy chat; durable before it returns."""
        moment = now.timestamp()
        with self.file.write(durable=True) as connection:
            found = connection.execute(_CLAIMABLE, (moment, json.dumps(list(busy)), limit * 3)).fetchall()
            first: dict[int, sqlite3.Row] = {}
            for row in found:
                first.setdefault(row["chat_id"], row)
            taken = list(first.values())[:limit]
            connection.executemany(
                "UPDATE outbox SET state = 'claimed', claimed_by = ?, claimed_at = ?, attempts = attempts + 1"
                " WHERE parcel_id = ?",
                ((worker, moment, row["parcel_id"]) for row in taken),
            )
        return [rows.parcel(row) for row in taken]

    def expire(self, now: datetime, until: datetime, excuse: Callable[[Parcel], str]) -> int:
        """What could not be sent in its time is `missed`; in the place of a digest a word about it waits `until` then.

        Returns how many.
        """
        sql = "SELECT * FROM outbox WHERE state = 'due' AND expires_at <= ?"
        found = [rows.parcel(row) for row in self.file.read(sql, (now.timestamp(),))]
        digests = [(excuse(one), until.timestamp(), one.parcel_id) for one in found if one.kind is ParcelKind.DIGEST]
        others = [(now.timestamp(), one.parcel_id) for one in found if one.kind is not ParcelKind.DIGEST]
        if found:
            with self.file.write() as connection:
                connection.executemany(_EXCUSE, digests)
                connection.executemany(_MISS, others)
        return len(found)

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Write down how sendings ended, and what follows for the subscription, in one transaction."""
        if not outcomes:
            return
        with self.file.write() as connection:
            for outcome in outcomes:
                _settle(connection, outcome, now.timestamp())

    def recover(self, now: datetime, lease: float) -> int:
        """What was claimed longer ago than a sending takes may have been sent: `unknown`. Returns how many."""
        sql = (
            "UPDATE outbox SET state = 'unknown', settled_at = ?, error = 'stopped while sending'"
            " WHERE state = 'claimed' AND claimed_at <= ?"
        )
        with self.file.write(durable=True) as connection:
            return connection.execute(sql, (now.timestamp(), now.timestamp() - lease)).rowcount

    def doubt(self, now: datetime, why: str) -> None:
        """Whatever waits may have been sent already: it is `unknown`, and never sent."""
        sql = "UPDATE outbox SET state = 'unknown', settled_at = ?, error = ? WHERE state IN ('due', 'claimed')"
        with self.file.write(durable=True) as connection:
            connection.execute(sql, (now.timestamp(), why))

    def counts(self, key_prefix: str = "") -> dict[ParcelState, int]:
        """How many parcels are in each state, all or those whose key begins so."""
        sql = "SELECT state, count(*) FROM outbox WHERE substr(key, 1, ?) = ? GROUP BY state"
        return {ParcelState(row[0]): row[1] for row in self.file.read(sql, (len(key_prefix), key_prefix))}

    def chat_of(self, parcel_id: int) -> int:
        """Where a parcel goes."""
        return int(self.file.read("SELECT chat_id FROM outbox WHERE parcel_id = ?", (parcel_id,))[0][0])

    def last_unsure(self, sub_id: int) -> bool:
        """Whether the latest digest of a subscription may not have arrived."""
        sql = "SELECT state FROM outbox WHERE sub_id = ? AND kind = 'digest' AND state <> 'due' AND state <> 'claimed'"
        found = self.file.read(f"{sql} ORDER BY due_at DESC LIMIT 1", (sub_id,))
        return bool(found) and found[0][0] in (ParcelState.UNKNOWN, ParcelState.MISSED)


_CLAIMABLE = """
SELECT * FROM outbox
WHERE state = 'due' AND not_before <= ?1 AND expires_at > ?1 AND chat_id NOT IN (SELECT value FROM json_each(?2))
ORDER BY not_before, parcel_id LIMIT ?3
"""
_EXCUSE = "UPDATE outbox SET kind = 'missed', body = ?, expires_at = ? WHERE parcel_id = ? AND state = 'due'"
_MISS = "UPDATE outbox SET state = 'missed', settled_at = ? WHERE parcel_id = ? AND state = 'due'"
_STATES = {
    Verdict.SENT: ParcelState.SENT,
    Verdict.SKIPPED: ParcelState.SKIPPED,
    Verdict.BLOCKED: ParcelState.FAILED,
    Verdict.REFUSED: ParcelState.FAILED,
    Verdict.UNKNOWN: ParcelState.UNKNOWN,
}


def _settle(connection: sqlite3.Connection, outcome: Outcome, now: float) -> None:
    if outcome.verdict in (Verdict.RETRY, Verdict.MOVED):
        _again(connection, outcome, now)
        return
    connection.execute(
        "UPDATE outbox SET state = ?, message_id = ?, settled_at = ?, error = ?, claimed_by = NULL WHERE parcel_id = ?",
        (_STATES[outcome.verdict], outcome.message_id, now, outcome.error, outcome.parcel_id),
    )
    if outcome.verdict in (Verdict.SENT, Verdict.SKIPPED) and outcome.revision is not None:
        connection.execute(
            "UPDATE subscriptions SET told_revision = ?, told_at = ?"
            " WHERE sub_id = (SELECT sub_id FROM outbox WHERE parcel_id = ?)",
            (outcome.revision, now, outcome.parcel_id),
        )
    if outcome.verdict is Verdict.BLOCKED:
        chat = _chat(connection, outcome.parcel_id)
        end_where(connection, "chat_id = ?", (chat,), outcome.error)
        connection.execute("UPDATE watches SET state = 'ended' WHERE chat_id = ?", (chat,))


def _again(connection: sqlite3.Connection, outcome: Outcome, now: float) -> None:
    """Back to due, after a wait; a group that moved takes all that is its along."""
    connection.execute(
        "UPDATE outbox SET state = 'due', not_before = ?, error = ?, claimed_by = NULL WHERE parcel_id = ?",
        (now + outcome.wait, outcome.error, outcome.parcel_id),
    )
    if outcome.moved_to is not None and (old := _chat(connection, outcome.parcel_id)) != outcome.moved_to:
        move_where(connection, old, outcome.moved_to)


def move_where(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Inside a transaction: everything of a group that got another id. What the new id has got already is left out."""
    for sql in (
        "UPDATE subscriptions SET chat_id = ? WHERE chat_id = ?",
        "UPDATE watches SET chat_id = ? WHERE chat_id = ?",
        "UPDATE OR IGNORE outbox SET chat_id = ? WHERE chat_id = ? AND state IN ('due', 'claimed')",
        "UPDATE outbox SET state = 'skipped', error = 'also under ' || ? WHERE chat_id = ? AND state = 'due'",
    ):
        connection.execute(sql, (new, old))


def _chat(connection: sqlite3.Connection, parcel_id: int) -> int:
    return int(connection.execute("SELECT chat_id FROM outbox WHERE parcel_id = ?", (parcel_id,)).fetchone()[0])
