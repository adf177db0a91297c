"""Updates that came in, so that none is lost or answered twice across a restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from knowledge.store.people.file import PeopleFile

REMEMBERED = timedelta(days=3)  # Telegram keeps updates for one day


class Inbox:
    """Update ids, each with its payload until it was dealt with."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def take(self, channel: str, update_id: int, payload: str, now: datetime) -> bool:
        """Remember a new update; False if it was seen before."""
        with self._file.write() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO updates VALUES (?, ?, ?, ?)", (channel, update_id, payload, now.timestamp())
            )
            return cursor.rowcount == 1

    def done(self, channel: str, update_id: int) -> None:
        """The update was dealt with: only its id is kept."""
        with self._file.write() as connection:
            connection.execute(
                "UPDATE updates SET payload = NULL WHERE channel = ? AND update_id = ?", (channel, update_id)
            )

    def left(self, channel: str) -> list[str]:
        """Payloads of updates that were taken but not dealt with, in their order."""
        rows = self._file.read(
            "SELECT payload FROM updates WHERE channel = ? AND payload IS NOT NULL ORDER BY update_id", (channel,)
        )
        return [str(row["payload"]) for row in rows]

    def forget_old(self, now: datetime) -> None:
        """Drop ids that cannot come again."""
        with self._file.write() as connection:
            connection.execute(
                "DELETE FROM updates WHERE payload IS NULL AND at < ?", ((now - REMEMBERED).timestamp(),)
            )
