"""Watches: what people want to be told once each time it begins to be so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from knowledge.mailing import Parcel, Watch
from knowledge.store.deliveries import rows
from knowledge.store.deliveries.outbox import Outbox
from knowledge.store.people.file import PeopleFile


class Watches:
    """The watches of all chats and the subjects for which each holds at present."""

    def __init__(self, file: PeopleFile, outbox: Outbox) -> None:
        self.file = file
        self.outbox = outbox

    def add(self, watch: Watch, now: datetime) -> Watch:
        """Keep a new watch; its number is given here."""
        sql = (
            "INSERT INTO watches (chat_id, user_id, kind, focus, bar, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING watch_id"
        )
        values = (watch.chat_id, watch.user_id, watch.kind, rows.focus_text(watch.focus), watch.limit, now.timestamp())
        with self.file.write(durable=True) as connection:
            return replace(watch, watch_id=int(connection.execute(sql, values).fetchone()[0]))

    def end(self, watch_id: int) -> None:
        """End a watch and forget what it has told."""
        with self.file.write(durable=True) as connection:
            connection.execute("UPDATE watches SET state = 'ended' WHERE watch_id = ?", (watch_id,))

    def active(self, chat_id: int | None = None) -> list[Watch]:
        """The active watches, of all chats or one."""
        sql = "SELECT * FROM watches WHERE state = 'active' AND (?1 IS NULL OR chat_id = ?1) ORDER BY watch_id"
        return [rows.watch(row) for row in self.file.read(sql, (chat_id,))]

    def crossed(self, watch_id: int) -> frozenset[str]:
        """The subjects for which a watch holds at present, as far as it has been told."""
        found = self.file.read("SELECT subject FROM watch_states WHERE watch_id = ?", (watch_id,))
        return frozenset(row[0] for row in found)

    def told(self, watch_id: int, subjects: frozenset[str], revision: int) -> None:
        """Keep for which subjects a watch holds."""
        with self.file.write() as connection:
            connection.execute("DELETE FROM watch_states WHERE watch_id = ?", (watch_id,))
            values = ((watch_id, each, revision) for each in subjects)
            connection.executemany("INSERT INTO watch_states VALUES (?, ?, ?)", values)

    def checked(
        self, revision: int, states: Iterable[tuple[int, frozenset[str]]], parcels: Iterable[tuple[Parcel, datetime]]
    ) -> None:
        """After a publication: keep for which subjects each watch holds, and put its alerts out; one transaction."""
        with self.file.write(durable=True) as connection:
            for watch_id, subjects in states:
                self.told(watch_id, subjects, revision)
            self.outbox.enqueue(parcels)
            connection.execute("INSERT OR REPLACE INTO delivery_marks VALUES ('watched', ?)", (str(revision),))

    def watched_revision(self) -> int | None:
        """The revision that watches were last checked against."""
        found = self.file.read("SELECT value FROM delivery_marks WHERE name = 'watched'")
        return int(found[0][0]) if found else None
