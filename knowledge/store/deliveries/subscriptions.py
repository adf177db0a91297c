"""Who gets a digest of what, and when it is due next."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, datetime

from knowledge.mailing import ChatKind, Due, Subscription
from knowledge.store.deliveries import rows
from knowledge.store.people.file import PeopleFile


class Subscriptions:
    """The subscriptions of all chats; ended ones stay, with the reason."""

    def __init__(self, file: PeopleFile) -> None:
        self.file = file

    def subscribe(self, subscription: Subscription, due: Due | None, now: datetime) -> Subscription:
        """Keep a new subscription; its number is given here."""
        columns = (
            "INSERT INTO subscriptions (chat_id, user_id, kind, focus, rhythm, quiet, paused_until, next_slot, next_at,"
            " made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sub_id"
        )
        one = subscription
        with self.file.write(durable=True) as connection:
            row = connection.execute(
                columns,
                (one.chat_id, one.user_id, one.kind, rows.focus_text(one.focus), rows.rhythm_text(one.rhythm),
                 one.quiet, one.paused_until and one.paused_until.isoformat(), *rows.due_columns(due), now.timestamp()),
            ).fetchone()  # fmt: skip
        return replace(one, sub_id=int(row[0]), next_at=due.at if due else None)

    def change(self, subscription: Subscription, due: Due | None) -> Subscription:
        """Keep a changed focus, rhythm, pause or quiet wish, and the occasion that follows from it."""
        one = subscription
        with self.file.write(durable=True) as connection:
            connection.execute(
                "UPDATE subscriptions SET focus = ?, rhythm = ?, quiet = ?, paused_until = ?, next_slot = ?,"
                " next_at = ? WHERE sub_id = ?",
                (rows.focus_text(one.focus), rows.rhythm_text(one.rhythm), one.quiet,
                 one.paused_until and one.paused_until.isoformat(), *rows.due_columns(due), one.sub_id),
            )  # fmt: skip
        return replace(one, next_at=due.at if due else None)

    def end(self, sub_id: int, note: str) -> None:
        """End a subscription and take back what was due for it; the row stays, with the reason."""
        with self.file.write(durable=True) as connection:
            end_where(connection, "sub_id = ?", (sub_id,), note)

    def subscription(self, sub_id: int) -> Subscription | None:
        """One subscription, ended ones too."""
        found = self.file.read("SELECT * FROM subscriptions WHERE sub_id = ?", (sub_id,))
        return rows.subscription(found[0]) if found else None

    def of_chat(self, chat_id: int) -> list[Subscription]:
        """The active subscriptions of a chat, oldest first."""
        sql = "SELECT * FROM subscriptions WHERE chat_id = ? AND state = 'active' ORDER BY sub_id"
        return [rows.subscription(row) for row in self.file.read(sql, (chat_id,))]

    def channels_of(self, user_id: int) -> list[Subscription]:
        """The active subscriptions of channels that a person made: nobody speaks in a channel, so they are told apart
        and changed in the person's own chat."""
        sql = "SELECT * FROM subscriptions WHERE user_id = ? AND kind = 'channel' AND state = 'active' ORDER BY sub_id"
        return [rows.subscription(row) for row in self.file.read(sql, (user_id,))]

    def ended(self, chat_id: int) -> Subscription | None:
        """The subscription of a chat that was ended last."""
        sql = "SELECT * FROM subscriptions WHERE chat_id = ? AND state = 'ended' ORDER BY sub_id DESC LIMIT 1"
        return next((rows.subscription(row) for row in self.file.read(sql, (chat_id,))), None)

    def chats(self) -> list[tuple[int, ChatKind]]:
        """Every chat with an active subscription: whom a broadcast reaches."""
        sql = "SELECT chat_id, min(kind) FROM subscriptions WHERE state = 'active' GROUP BY chat_id ORDER BY chat_id"
        return [(row[0], ChatKind(row[1])) for row in self.file.read(sql)]

    def active(self) -> list[Subscription]:
        """Every active subscription."""
        return [rows.subscription(row) for row in self.file.read("SELECT * FROM subscriptions WHERE state = 'active'")]

    def due(self, now: datetime, limit: int = 20_000) -> list[tuple[Subscription, date]]:
        """Active subscriptions whose next occasion has come, with the day that names it."""
        sql = "SELECT * FROM subscriptions WHERE state = 'active' AND next_at <= ? ORDER BY next_at, sub_id LIMIT ?"
        found = self.file.read(sql, (now.timestamp(), limit))
        return [(rows.subscription(row), date.fromisoformat(row["next_slot"])) for row in found]


def end_where(connection: sqlite3.Connection, where: str, values: tuple[object, ...], note: str) -> None:
    """End subscriptions inside a transaction, and take back what was due for them."""
    connection.execute(
        f"UPDATE subscriptions SET state = 'ended', note = ?, next_at = NULL WHERE {where} AND state = 'active'",
        (note, *values),
    )
    connection.execute(
        f"UPDATE outbox SET state = 'failed', error = ? WHERE {where} AND state = 'due'",
        (note, *values),
    )
